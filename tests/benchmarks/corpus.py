"""A corpus of any size for the benchmarks: seeded, in three languages, of sentences that nobody wrote.

From the judged data's sentences where DEREK_EVAL names them: the beginning of one joined to the end of
another, so that words are as common, and stand as near each other, as in real text; one word in thirty
gives way to an invented name, since a growing corpus never stops bringing new ones. Without the data
all words are invented, as common as Zipf's law has them.
"""

import itertools
import json
import os
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from retrieval.articles import Article, normalise

#: The languages, and of how many articles in twenty.
SHARES = {"en": 10, "ru": 7, "kk": 3}

#: How many sentences an article has.
LENGTH = 30

SOURCES = ("Kazinform", "Akorda", "The Gazette", "Новости", "Хабар")

#: What invented words are made of.
_SYLLABLES = {
    language: tuple(syllables.split())
    for language, syllables in {
        "en": "ba re min to lar ven shi co dal per nor tin gra wes hol",
        "ru": "ба ре мин то лар вен ши ко дал пер нор тин гра вес хол",
        "kk": "ба ре мін то лар бек шы қо дал бер нұр тін ғра бес хан",
    }.items()
}
_SETS = ("selqa-dev", "selqa-test", "nqg-squad-test", "headline-nerel", "danetqa-ru", "xdev-ru", "kazdev")


def articles(sentences: int, seed: int = 1) -> Iterator[Article]:
    """Yield articles with about so many sentences in all, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311  a corpus, not a secret
    pools = {language: _pool(language) for language in SHARES}
    first = date(2010, 1, 1)
    for number in range(sentences // LENGTH):
        language = chance.choices(list(SHARES), list(SHARES.values()))[0]
        text = " ".join(_sentence(chance, language, pools[language]) for _ in range(LENGTH))
        yield Article(
            key=f"corpus:{seed}:{number}",
            text=normalise(text),
            language=language,
            title=f"{language} {number}",
            source=chance.choice(SOURCES),
            published=first + timedelta(days=chance.randrange(5_000)),
        )


def questions(count: int, seed: int = 2) -> list[str]:
    """Return questions: the judged sets' own, or invented ones."""
    chance = random.Random(seed)  # noqa: S311  questions, not secrets
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        return [
            " ".join(_word(chance, language) for _ in range(7)) + "?"
            for language, _ in zip(itertools.cycle(SHARES), range(count), strict=False)
        ]
    found = {
        language: [row["text"] for name in names for row in _rows(Path(folder), name, "questions")]
        for language, names in {"en": ["selqa-dev", "xdev-en"], "ru": ["xdev-ru"], "kk": ["kazdev"]}.items()
    }
    asked = chance.choices(list(SHARES), list(SHARES.values()), k=count)
    return [chance.choice(found[language]) for language in asked]


def _rows(folder: Path, name: str, kind: str) -> Iterator[dict[str, str]]:
    with (folder / "sets" / name / f"{kind}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _pool(language: str) -> Sequence[Sequence[str]]:
    """Return the words of the sentences that others are made from; none without the data."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        return ()
    rows = (row for name in _SETS for row in _rows(Path(folder), name, "sentences"))
    return [words for row in rows if row["lang"] == language and len(words := row["text"].split()) > 5]


def _sentence(chance: random.Random, language: str, pool: Sequence[Sequence[str]]) -> str:
    if not pool:
        return " ".join(_word(chance, language) for _ in range(14)).capitalize() + "."
    one, other = chance.choice(pool), chance.choice(pool)
    words = [*one[: len(one) // 2], *other[len(other) // 2 :]]
    words = [_name(chance, language) if chance.random() < 1 / 30 else word for word in words]
    text = " ".join(words).rstrip(".!?… ")
    return f"{text[:1].upper()}{text[1:]}."


def _word(chance: random.Random, language: str) -> str:
    """Return an invented word: rank r comes about 1 / r as often as the first."""
    rank = int(2 ** (17 * chance.random()))
    return _spelt(rank, _SYLLABLES[language]).removesuffix("a")


def _name(chance: random.Random, language: str) -> str:
    return _spelt(chance.randrange(1_000, 400_000), _SYLLABLES[language]).capitalize()


def _spelt(number: int, syllables: Sequence[str]) -> str:
    word = ""
    while number:
        number, rest = divmod(number, len(syllables))
        word += syllables[rest]
    return word or syllables[0]
