"""Articles rewritten by chance as those rewrite them who pass news on, and templates filled in anew."""

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: A number of several digits or its decimals, and a word with a capital inside of a sentence.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NAME = re.compile(r"(?<=[\w,] )[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w-]{2,}")
_COMMON = re.compile(r"(?<=[\w,] )[^\W\d_A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]{4,}")

_CREDITS = {
    "en": ("LONDON, June 3 (Wire) - ", "Reporting by our own correspondent; editing by the night desk."),
    "ru": ("МОСКВА, 3 июня. /Вестник/. ", "Об этом сообщает наш корреспондент со ссылкой на агентство."),
    "kk": ("АСТАНА. 3 маусым. ", "Бұл туралы агенттікке сілтеме жасап тілшіміз хабарлады."),
}
_REPORTS = {"en": ", {} reports.", "ru": ", сообщает {}.", "kk": ", деп хабарлады {}."}

#: What is filled in anew each day, by language.
TEMPLATES: Mapping[str, Sequence[str]] = tomllib.loads(
    (Path(__file__).parent / "templates.toml").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a language, each a sequence of sentences, and the words and names in them."""

    language: str
    articles: Sequence[Sequence[str]]
    common: Sequence[str]
    names: Sequence[str]

    @classmethod
    def of(cls, language: str, articles: Sequence[Sequence[str]]) -> "Corpus":
        """Return the corpus of these articles."""
        texts = [sentence for article in articles for sentence in article]
        common, names = (
            [word for text in texts for word in pattern.findall(text)] for pattern in (_COMMON, _NAME)
        )
        return cls(language, articles, common, names)

    def sentences(self, count: int, chance: random.Random) -> list[str]:
        """Return some sentences of one article, drawn by chance."""
        return list(chance.choice(self.articles)[:count])


#: One way in which a text is passed on: its sentences, the corpus that it is of, and chance, to sentences.
Rewriting = Callable[[list[str], Corpus, random.Random], list[str]]


def _cut(sentences: list[str], _corpus: Corpus, chance: random.Random) -> list[str]:
    share = chance.uniform(0.1, 0.4)
    return [sentence for sentence in sentences if chance.random() > share] or sentences


def _other_lead(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    return [*corpus.sentences(1, chance), *sentences[1:]]


def _tail(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    return [*sentences, *corpus.sentences(chance.randint(1, 3), chance)]


def _headline(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    return [" ".join(corpus.sentences(1, chance)[0].split()[:8]), *sentences]


def other_words(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    """Return the sentences with other words in place of a few."""
    share = chance.uniform(0.03, 0.1)

    def other(match: re.Match[str]) -> str:
        return chance.choice(corpus.common) if chance.random() < share else match[0]

    return [_COMMON.sub(other, sentence) for sentence in sentences]


def other_numerals(sentences: list[str], _corpus: Corpus, _chance: random.Random) -> list[str]:
    """Return the sentences with spaces between thousands."""

    def written(match: re.Match[str]) -> str:
        digits = match[0].replace(".", "")
        return f"{int(digits):,}".replace(",", "\u00a0") if digits.isdigit() and len(digits) > 4 else match[0]

    return [_NUMBER.sub(written, sentence) for sentence in sentences]


def other_typography(sentences: list[str], _corpus: Corpus, _chance: random.Random) -> list[str]:
    """Return the sentences with other quotation marks, dashes and letters of one kind for another."""
    signs = str.maketrans({"«": "“", "»": "”", "—": "–", "ё": "е", "'": "’", "…": "..."})
    return [sentence.translate(signs).replace(" – ", "\u00a0– ") for sentence in sentences]


def _other_order(sentences: list[str], _corpus: Corpus, chance: random.Random) -> list[str]:
    first, second = sorted(chance.sample(range(len(sentences) + 1), 2))
    return [*sentences[first:second], *sentences[:first], *sentences[second:]]


def _credit(sentences: list[str], corpus: Corpus, _chance: random.Random) -> list[str]:
    before, behind = _CREDITS[corpus.language]
    return [before + sentences[0], *sentences[1:], behind]


def corrected(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    """Return the sentences with one number or name set right."""
    at = chance.randrange(len(sentences))
    return [*sentences[:at], filled_in_anew(sentences[at], corpus, chance, most=1), *sentences[at + 1 :]]


def credited(sentences: list[str], corpus: Corpus, chance: random.Random) -> list[str]:
    """Return a sentence with who says so behind it."""
    by = _REPORTS[corpus.language].format(chance.choice(corpus.names))
    return [*sentences[:-1], f"{sentences[-1].rstrip('.!')}{by}"]


REWRITINGS: Sequence[Rewriting] = (
    _cut,
    _other_lead,
    _tail,
    _headline,
    other_words,
    other_numerals,
    other_typography,
    _other_order,
    _credit,
    corrected,
)


def rewritten(sentences: Sequence[str], corpus: Corpus, chance: random.Random) -> list[str]:
    """Return an article as it was passed on, in two to five ways at once."""
    copy = list(sentences)
    for rewriting in chance.sample(REWRITINGS, chance.randint(2, 5)):
        copy = rewriting(copy, corpus, chance)
    return copy


def filled_in_anew(text: str, corpus: Corpus, chance: random.Random, most: int = 0) -> str:
    """Return a text with other numbers and names in place of its own, of all or of `most`."""

    def number(match: re.Match[str]) -> str:
        digits = str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in match[0][1:])
        return digits if digits != match[0] else f"{digits}1"

    text = _NUMBER.sub(number, text, count=most)
    return _NAME.sub(lambda _: chance.choice(corpus.names), text, count=most)


def from_template(template: str, names: Sequence[str], chance: random.Random) -> str:
    """Return a template filled in by chance; the name that comes first stays."""
    values = {letter: chance.randint(2, 40) for letter in "abcd"}
    values |= {"e": chance.randint(300, 800), "f": chance.randint(10, 99), "day": chance.randint(1, 30)}
    other, third = chance.sample(names, 2)
    return template.format(**values, name=names[0], other=other, third=third)
