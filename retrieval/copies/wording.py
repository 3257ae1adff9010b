"""Texts to words as copies are compared by: stems, with the numbers and names told apart from the others."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.stems import stems
from retrieval.articles import flowing

#: What a sentence may begin behind, where a capital says nothing; looked for in so many characters.
_BEGINNING = re.compile(r"(?:^|[.!?…:])[\W_]*$")
_BEFORE = 6


class Kind(StrEnum):
    """What kind of word it is; `FIRST` is a word with a capital that may only be there for its place."""

    NUMBER = "number"
    NAME = "name"
    FIRST = "first"
    COMMON = "common"


class Word(NamedTuple):
    """A word of a text: as it is written in small letters, its stem, and its kind."""

    text: str
    stem: str
    kind: Kind


def wording(text: str, language: str) -> Iterator[Word]:
    """Yield the words of a text in their order; a number or a day that may be written otherwise is one word.

    >>> [word.stem for word in wording("It cost 15,000 tenge", "en")]
    ['it', 'cost', '15000', 'teng']
    """
    read = AnalysedText.of(flowing(text), language)
    amounts = [amount for amount in read.numbers.amounts if amount.end]
    ended = 0
    for token in read.tokens:
        amount = next((known for known in amounts if known.start <= token.start < known.end), None)
        if amount is None:
            yield Word(token.text, stems(token.text, language)[0], _kind(read.text, token.text, token.start))
        elif token.start >= ended:
            ended = amount.end
            yield Word(amount.word, amount.word, Kind.NUMBER)


def _kind(text: str, word: str, start: int) -> Kind:
    """Return the kind of a word that begins at a place of a text."""
    if any(map(str.isdigit, word)):
        return Kind.NUMBER
    if not text[start].isupper():
        return Kind.COMMON
    return Kind.FIRST if _BEGINNING.search(text[max(0, start - _BEFORE) : start]) else Kind.NAME
