"""Whether two sentences of articles that are copies of one another say the same.

sentence ─ credit ─▶ words, facts ─ aligned ─▶ the same, if only words differ that turn nothing

In doubt they do not: a correction is news. Numbers, days and names must be the same and in the same order.
What may differ is how that is written, what only joins words, a few further words on one side, and words for
which another language has one word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Self

from retrieval.analysis.numbers import number_keys
from retrieval.analysis.translations import is_word, translations
from retrieval.analysis.words import function_words
from retrieval.copies.wording import Kind, Word, wording
from retrieval.languages import KNOWN
from retrieval.languages.tables import Copies, table

#: How many of the words that say something may differ, of those of the longer sentence. Chosen by eye.
_DIFFERENT = 0.25

#: Two words are taken for the same if one word of another language translates both, each so surely at least.
_SURELY = 0.15

#: How many characters a credit has at most.
_LONGEST_CREDIT = 80


@dataclass(frozen=True, slots=True)
class Saying:
    """What a sentence says, as it is compared: its words, its facts, and itself without whom it credits."""

    language: str
    words: tuple[Word, ...]
    facts: frozenset[str]
    uncredited: Self | None = None

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """Return what a sentence in a language says."""
        credit = _credit(language).search(text)
        is_credit = credit is not None and not any(map(str.isdigit, credit[0]))
        uncredited = cls.of(text[: credit.start()], language) if credit and is_credit else None
        return cls(language, tuple(wording(text, language)), frozenset(number_keys(text)), uncredited)

    def is_said_by(self, other: Self) -> bool:
        """Whether two sentences say the same, which may be credited in one of them only."""
        if _alike(self, other):
            return True
        one, two = self.uncredited, other.uncredited
        return bool(one and not two and _alike(one, other)) or bool(two and not one and _alike(self, two))


def _alike(one: Saying, other: Saying) -> bool:
    stems, other_stems = ([word.stem for word in saying.words] for saying in (one, other))
    if stems == other_stems:
        return one.facts == other.facts
    if one.facts != other.facts or one.language not in KNOWN:
        return False
    different, longest = 0, max(len(_telling(saying.words, one.language)) for saying in (one, other))
    for name, *places in SequenceMatcher(None, stems, other_stems, autojunk=False).get_opcodes():
        if name == "equal":
            continue
        parts = one.words[places[0] : places[1]], other.words[places[2] : places[3]]
        weighed = _difference(*parts, one.language)
        if weighed is None:
            return False
        different += weighed
    return different <= _DIFFERENT * longest


def _telling(said: Sequence[Word], language: str) -> list[Word]:
    """Return those of some words that say something."""
    joining = table(language, Copies).joining
    return [word for word in said if word.text not in joining]


def _difference(one: Sequence[Word], other: Sequence[Word], language: str) -> int | None:
    """Return how many words differ where one text has some and another one others; None for a fact."""
    fewer, more = sorted((_telling(part, language) for part in (one, other)), key=len)
    if any(_is_fact(word, language) for word in (*fewer, *more)):
        return None
    if not fewer and all(number_keys(word.text) for word in more):
        return 0  # What is counted, which the facts tell as well: 15 per cent, 15%.
    if more and table(language, Copies).negates_by_endings:
        return None
    left = list(more)
    for word in fewer:
        same = next((own for own in left if _means(word, own, language)), None)
        if same is None:
            return None
        left.remove(same)
    return len(more)


def _is_fact(word: Word, language: str) -> bool:
    """Whether a sentence that lacks a word, or has another one, says something else."""
    if word.kind in (Kind.NUMBER, Kind.NAME) or word.text in _turning(language):
        return True
    return word.kind is Kind.FIRST and not is_word(word.text, language)


def _means(one: Word, other: Word, language: str) -> bool:
    """Whether two words are forms of one, both report, or translate one word of another language."""
    reporting = table(language, Copies).reporting
    if one.stem == other.stem or (one.text in reporting and other.text in reporting):
        return True
    for foreign in KNOWN:
        pair = [
            {stem for stem, weight in translations(word.stem, language, foreign).items() if weight >= _SURELY}
            for word in (one, other)
        ]
        if not pair[0].isdisjoint(pair[1]):
            return True
    return False


@cache
def _turning(language: str) -> frozenset[str]:
    """Return the words that turn what is said: those named so, and function words that do not just join."""
    known = table(language, Copies)
    return frozenset((*known.turning, *(function_words(language) - set(known.joining))))


@cache
def _credit(language: str) -> re.Pattern[str]:
    """Return a pattern for what a sentence ends with when it says who says so."""
    reporting = "|".join(map(re.escape, table(language, Copies).reporting)) or "(?!)"
    return re.compile(
        rf"\s*[,—–]\s+(?=[^,]*(?<!\w)(?:{reporting})(?!\w))[^,]{{1,{_LONGEST_CREDIT}}}$", re.IGNORECASE
    )
