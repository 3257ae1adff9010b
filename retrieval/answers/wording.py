"""A question and a quote side by side, word by word: what the quote says that the question says too.

question ─┐
          ├ words ─ stems, or keys if their languages differ ─▶ the words that are met
quote ────┘   └ akin to one another by how they begin, or sound
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise, takewhile
from typing import Any

from retrieval.analysis.mentions import Kind, Mention, mentions
from retrieval.analysis.numbers import number_keys
from retrieval.analysis.terms import word_terms
from retrieval.analysis.transliteration import latin
from retrieval.analysis.words import function_words, words
from retrieval.articles import Span
from retrieval.languages import KNOWN, knowledge
from retrieval.questions.answer_types import AnswerType, expected

#: As words are parted, but where they stand.
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")

#: Words of one language are akin if they begin with so many letters in common, and so large a part of the
#: longer: пригласил, приглашение; of two languages, with so many sounds, and so large a part of the shorter.
_AKIN, _AKIN_PART = 5, 0.5
_AKIN_IN_SOUND, _AKIN_SOUND_PART = 4, 0.6

#: How many of the question's words are looked for beside a mention.
BESIDE = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case and where it stands; what it is known by, and whether it tells anything."""

    text: str
    start: int
    end: int
    terms: frozenset[str]
    telling: bool
    capital: bool


@lru_cache(maxsize=64)
def _words(text: str, language: str, *, foreign: bool) -> tuple[Word, ...]:
    """Return the words of a text, known by their stems or, beside a foreign text, by their keys."""
    function = function_words(language)
    found = []
    for match in _WORD.finditer(text):
        for word in words(match[0])[:1]:
            held = word_terms(word, language)
            terms = frozenset(held.key if foreign else held.stem)
            found.append(Word(word, *match.span(), terms, word not in function, match[0][0].isupper()))
    return tuple(found)


def terms_of(found: Iterable[Word]) -> frozenset[str]:
    """Return what any of these words is known by."""
    return frozenset[str]().union(*(word.terms for word in found))


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question, as a quote is compared with it."""

    words: tuple[Word, ...]
    language: str
    types: frozenset[AnswerType]
    numbers: frozenset[str]
    #: Whether the quote is in another language.
    foreign: bool
    table: Mapping[str, Any]

    @classmethod
    def of(cls, question: str, language: str, quote_language: str) -> "QuestionWords":
        """Return a question as quotes in a language are compared with it."""
        foreign = language != quote_language
        found = _words(question, language, foreign=foreign)
        numbers = frozenset(number_keys(question))
        types = expected(question, language)
        return cls(found, language, types, numbers, foreign, _table(language)["asked"])

    def says(self, name: str) -> bool:
        """Whether it has one of the words that the table lists under a name."""
        return any(word.text in self.table[name] for word in self.words)

    def after(self, name: str) -> list[Word]:
        """Return the telling words right after the first one that the table lists under a name."""
        places = (place for place, word in enumerate(self.words, 1) if word.text in self.table[name])
        following = self.words[next(places, len(self.words)) :]
        return list(takewhile(lambda word: word.telling and word.text not in self.table["empty"], following))


@dataclass(frozen=True, slots=True)
class QuoteWords:
    """A quote, and which of its words are the question's."""

    text: str
    language: str
    words: tuple[Word, ...]
    #: Whether the question says each word, and whether it says that word or a telling one akin to it.
    same: tuple[bool, ...]
    met: tuple[bool, ...]
    #: The places of those that are met, and how many commas and words for "and" stand before each word.
    hits: tuple[int, ...]
    joints: tuple[int, ...]
    mentions: tuple[Mention, ...]
    table: Mapping[str, Any]

    @classmethod
    def of(cls, quote: str, language: str, asked: QuestionWords) -> "QuoteWords":
        """Return a quote as it is compared with a question."""
        found = _words(quote, language, foreign=asked.foreign)
        every = terms_of(asked.words)
        akin = _akin_in_sound if asked.foreign else _akin
        telling = [word.text for word in asked.words if word.telling]
        same = tuple(not word.terms.isdisjoint(every) for word in found)
        met = tuple(
            word.telling and (is_same or any(akin(word.text, other) for other in telling))
            for word, is_same in zip(found, same, strict=True)
        )
        table = _table(language)
        joining = table["clauses"]["joining"]
        joints = (
            "," in quote[word.end : after.start] or word.text in joining for word, after in pairwise(found)
        )
        return cls(
            quote,
            language,
            found,
            same,
            met,
            tuple(place for place, is_met in enumerate(met) if is_met),
            tuple(accumulate(joints, initial=0)),
            mentions(quote, language),
            table,
        )

    def of_kind(self, *kinds: Kind) -> list[Mention]:
        """Return the mentions of some kinds that hold a word."""
        return [one for one in self.mentions if one.kind in kinds and self.within(one)]

    def within(self, one: Mention | Span) -> range:
        """Return the places of the words in a stretch of the text."""
        first = bisect_right(self.words, one.start, key=lambda word: word.end)
        return range(first, max(first, bisect_left(self.words, one.end, key=lambda word: word.start)))

    def share(self, one: Mention) -> float:
        """Return what part of a mention's telling words the question says itself."""
        telling = [place for place in self.within(one) if self.words[place].telling]
        return sum(self.same[place] for place in telling) / len(telling) if telling else 0.0

    def distance(self, one: Mention) -> float:
        """Return how many words away the nearest of the question's words stand, on an average.

        The mean is harmonic, since the nearest tells most; what joins clauses or things counts as a word.
        """
        own = self.within(one)
        before, after = bisect_left(self.hits, own[0]), bisect_right(self.hits, own[-1])
        apart = [self._apart(place, own[0]) for place in self.hits[max(0, before - BESIDE) : before]]
        apart += [self._apart(own[-1], place) for place in self.hits[after : after + BESIDE]]
        nearest = sorted(apart)[:BESIDE]
        return len(nearest) / sum(1 / one for one in nearest) if nearest else float(len(self.words))

    def _apart(self, start: int, end: int) -> int:
        """Return how far apart two words are, commas and words for "and" between them counted as well."""
        return end - start + self.joints[end] - self.joints[start]

    def follows(self, start: int, phrases: Iterable[str]) -> bool:
        """Whether any of these phrases stands right before a place in the text."""
        before = " " + self.text[:start].lower().replace("ё", "е").rstrip(' \u00a0«“"(')
        return any(before.endswith(f" {phrase}") for phrase in phrases)

    def gap(self, place: int) -> str:
        """Return what stands between a word and the next."""
        end = self.words[place + 1].start if place + 1 < len(self.words) else len(self.text)
        return self.text[self.words[place].end : end]


def _akin(one: str, other: str) -> bool:
    shared = _shared(one, other)
    return shared >= _AKIN and shared >= _AKIN_PART * max(len(one), len(other))


def _akin_in_sound(one: str, other: str) -> bool:
    one, other = _sound(one), _sound(other)
    shared = _shared(one, other)
    return shared >= _AKIN_IN_SOUND and shared >= _AKIN_SOUND_PART * min(len(one), len(other))


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@lru_cache(maxsize=4_096)
def _sound(word: str) -> str:
    return latin(word)


@cache
def _table(language: str) -> Mapping[str, Any]:
    return knowledge(language, "highlight") if language in KNOWN else _NO_WORDS


#: What is known of other languages.
_NO_WORDS: Mapping[str, Any] = {
    "asked": {
        "counted": (),
        "amounts": (),
        "verb_endings": (),
        "things": (),
        "empty": (),
        "years": (),
        "helping": (),
    },
    "names": {"agents_after": (), "kinds": (), "adjectives": (), "qualifying": ()},
    "places": {"prepositions": (), "endings": ()},
    "means": {"prepositions": ()},
    "definitions": {"copulas": (), "indefinite": ()},
    "clauses": {"beginnings": (), "leading": (), "joining": (), "vague": (), "adverbs": (), "pointing": ()},
}
