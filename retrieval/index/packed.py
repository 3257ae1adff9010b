"""An article's terms as arrays of numbers, which are kept, read and compared fast.

Each term becomes 32 bits of its own: the CRC of its field and itself. A question of 70 terms shares one
by chance with one sentence of 140 terms in some 400,000, which then scores a little too high.
"""

import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.numbers import month_comes_first
from retrieval.analysis.terms import Field, Terms, common_terms, word_terms
from retrieval.analysis.words import words
from retrieval.articles import flowing
from retrieval.changes import IndexedSentence
from retrieval.index.bm25 import Floats, TermFrequencies

Hashes = NDArray[np.uint32]

#: How often terms stand in sentences, in their contexts and in the names of articles: (terms, texts) each.
Counts = tuple[Floats, Floats, Floats]

#: Most terms of an article are none of the question's; a look at 16 of the 32 bits leaves those out.
_LOW = 0xFFFF

_FIELDS = tuple(Field)

_BEGINNINGS = {field: zlib.crc32(field.encode()) for field in Field}


def term_hash(field: Field, term: str) -> int:
    """Return the number of a term.

    >>> term_hash(Field.STEM, "wheat") == term_hash(Field.GRAM, "wheat")
    False
    """
    return zlib.crc32(term.encode("utf-8", "surrogatepass"), _BEGINNINGS[field])


class FieldTerms(NamedTuple):
    """A text's terms by field: texts whose words are terms, each behind its language, and hashes."""

    texts: tuple[str, ...]
    hashes: tuple[bytes, ...]


_NO_TERMS = FieldTerms(("",) * len(_FIELDS), (b"",) * len(_FIELDS))


class SentenceTerms(NamedTuple):
    """The terms of a sentence that can be found, and of the context that it stands in."""

    number: int
    own: FieldTerms
    context: FieldTerms = _NO_TERMS


class ArticleTerms(NamedTuple):
    """The terms of an article's sentences that can be found, and of what it is called."""

    sentences: Sequence[SentenceTerms]
    names: FieldTerms = _NO_TERMS


def analyse(text: str, language: str, sentences: Iterable[IndexedSentence], names: str = "") -> ArticleTerms:
    """Return the terms of those sentences of a text that hold any, and of its names."""
    month_first = month_comes_first(text, language)
    contexts: dict[str, FieldTerms] = {"": _NO_TERMS}
    analysed = []
    for sentence in sentences:
        if own := _analysed(flowing(sentence.span.of(text)), language, month_first=month_first):
            context = sentence.context
            if context not in contexts:
                contexts[context] = _analysed(context, language, month_first=month_first) or _NO_TERMS
            analysed.append(SentenceTerms(sentence.number, own, contexts[context]))
    return ArticleTerms(analysed, _analysed(names, language) or _NO_TERMS)


def _analysed(text: str, language: str, *, month_first: bool = False) -> FieldTerms | None:
    """Return the terms of a text; None if it has no words."""
    text_words = words(text)
    parts = [_word(word, language) for word in text_words]
    if not parts:
        return None
    common = common_terms(text, text_words, language, month_first=month_first)
    if common.stem or common.key:
        parts.append(_packed(common, language))
    columns = list(zip(*parts, strict=True))
    fields = len(Field)
    return FieldTerms(tuple(map(" ".join, columns[:fields])), tuple(map(b"".join, columns[fields:])))


@lru_cache(maxsize=100_000)
def _word(word: str, language: str) -> tuple[Any, ...]:
    return _packed(word_terms(word, language), language)


def _packed(terms: Terms, language: str) -> tuple[Any, ...]:
    """Return terms field by field, first as texts, then as hashes."""
    texts = [" ".join([f"{language}:{term}" for term in terms.of(field)]) for field in _FIELDS]
    hashes = [array("I", [term_hash(field, term) for term in terms.of(field)]).tobytes() for field in _FIELDS]
    return (*texts, *hashes)


@dataclass(frozen=True, slots=True)
class TermRows:
    """The terms of texts, one after another: a row of `lengths` for each, with a column a field.

    `hashes` are all the terms, text after text and in each field after field.
    """

    lengths: NDArray[np.uint32]
    hashes: Hashes

    @classmethod
    def of(cls, texts: Sequence[FieldTerms]) -> Self:
        """Return the terms of texts, packed."""
        lengths = [[len(part) // 4 for part in text.hashes] for text in texts]
        return cls(
            np.array(lengths, np.uint32).reshape(-1, len(Field)),
            np.frombuffer(b"".join(part for text in texts for part in text.hashes), np.uint32),
        )

    @classmethod
    def from_bytes(cls, lengths: bytes, hashes: bytes) -> Self:
        """Return what `to_bytes` gave."""
        return cls(
            np.frombuffer(lengths, np.uint32).reshape(-1, len(Field)), np.frombuffer(hashes, np.uint32)
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all parts, one at least, one after another."""
        return cls(
            np.concatenate([part.lengths for part in parts]), np.concatenate([part.hashes for part in parts])
        )

    def to_bytes(self) -> tuple[bytes, bytes]:
        """Return the two arrays as they are kept."""
        return self.lengths.tobytes(), self.hashes.tobytes()

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many terms each text has in all."""
        sizes: NDArray[np.int64] = self.lengths.sum(axis=1, dtype=np.int64)
        return sizes

    def lengths_of(self, field: Field) -> NDArray[np.float64]:
        """Return how many terms each text has in one field."""
        return self.lengths[:, _FIELDS.index(field)].astype(np.float64)

    def documents(self, field: Field) -> list[list[int]]:
        """Return the terms of each text in one field."""
        place = _FIELDS.index(field)
        ends = np.cumsum(self.lengths).reshape(self.lengths.shape)[:, place].tolist()
        hashes, lengths = self.hashes.tolist(), self.lengths[:, place].tolist()
        return [hashes[end - length : end] for end, length in zip(ends, lengths, strict=True)]


@dataclass(frozen=True, slots=True)
class PackedTerms:
    """An article's sentences that can be found: their numbers, their terms, and those of their contexts.

    `names` is one row, what the article is called; of several articles, a row each.
    """

    numbers: NDArray[np.uint32]
    own: TermRows
    context: TermRows
    names: TermRows

    @classmethod
    def of(cls, article: ArticleTerms) -> Self:
        """Return what `analyse` found, packed."""
        return cls(
            np.array([sentence.number for sentence in article.sentences], np.uint32),
            TermRows.of([sentence.own for sentence in article.sentences]),
            TermRows.of([sentence.context for sentence in article.sentences]),
            TermRows.of([article.names]),
        )

    @classmethod
    def from_bytes(cls, numbers: bytes, *rows: bytes) -> Self:
        """Return what `to_bytes` gave."""
        own, context, names = (TermRows.from_bytes(*rows[place : place + 2]) for place in (0, 2, 4))
        return cls(np.frombuffer(numbers, np.uint32), own, context, names)

    @classmethod
    def joined(cls, articles: Sequence[Self]) -> Self:
        """Return articles, one at least, one after another as if they were one."""
        return cls(
            np.concatenate([article.numbers for article in articles]),
            TermRows.joined([article.own for article in articles]),
            TermRows.joined([article.context for article in articles]),
            TermRows.joined([article.names for article in articles]),
        )

    @staticmethod
    def starts(articles: Sequence["PackedTerms"]) -> NDArray[np.int64]:
        """Return where the sentences of each article begin among those of all."""
        return np.cumsum([0, *(len(article.numbers) for article in articles[:-1])])

    def to_bytes(self) -> tuple[bytes, ...]:
        """Return the seven arrays as they are kept."""
        rows = (self.own, self.context, self.names)
        return self.numbers.tobytes(), *(part for own in rows for part in own.to_bytes())

    def term_frequencies(
        self, field: Field, starts: NDArray[np.int64], counts: Counts | None = None
    ) -> TermFrequencies:
        """Return how often the sentences hold some terms of one field, as `counts` says; by default none."""
        parts = (self.own, self.context, self.names)
        own, context, names = counts or (np.zeros((0, len(part.lengths))) for part in parts)
        lengths, context_lengths, name_lengths = (part.lengths_of(field) for part in parts)
        return TermFrequencies(own, lengths, starts, context, context_lengths, names, name_lengths)

    def counts(self, wanted: Hashes) -> Counts:
        """Return how often each of the `wanted` terms, which ascend, stands in each of the texts."""
        own, context, names = (frequencies(part, wanted) for part in (self.own, self.context, self.names))
        return own, context, names

    def documents(self, field: Field) -> list[list[int]]:
        """Return the terms of each sentence and of its context in one field; the names are with the first."""
        documents = [
            own + context
            for own, context in zip(self.own.documents(field), self.context.documents(field), strict=True)
        ]
        return [documents[0] + self.names.documents(field)[0], *documents[1:]] if documents else []

    def document_frequencies(self) -> tuple[Hashes, NDArray[np.int64]]:
        """Return the distinct terms, and how many sentences hold each, or stand in a context that does.

        The names of the article count as a context of its first sentence.
        """
        rows = np.arange(len(self.numbers), dtype=np.uint64)
        pairs = np.concatenate(
            [
                part.hashes.astype(np.uint64) << np.uint64(32) | np.repeat(own, part.sizes)
                for part, own in (
                    (self.own, rows),
                    (self.context, rows),
                    (self.names, np.zeros(1, np.uint64)),
                )
            ]
        )
        pairs.sort()
        hashes = (pairs[_first_of_equals(pairs)] >> np.uint64(32)).astype(np.uint32)
        places = np.flatnonzero(_first_of_equals(hashes))
        return hashes[places], np.diff(np.append(places, len(hashes)))


def _first_of_equals(values: NDArray[np.uint64] | Hashes) -> NDArray[np.bool_]:
    """Return which of ascending values differ from the one before."""
    return np.concatenate([np.ones(min(1, len(values)), np.bool_), values[1:] != values[:-1]])


def frequencies(packed: TermRows, wanted: Hashes) -> NDArray[np.float64]:
    """Return how often each text holds each of the `wanted` terms, which ascend: (terms, texts)."""
    low = np.zeros(_LOW + 1, np.bool_)
    low[wanted & _LOW] = True
    places = np.flatnonzero(low[packed.hashes & _LOW])
    hashes = packed.hashes[places]
    rows = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
    true = wanted[rows] == hashes
    columns = np.searchsorted(np.cumsum(packed.sizes), places[true], side="right")
    size = len(packed.lengths)
    counts = np.bincount(rows[true] * size + columns, minlength=len(wanted) * size)
    return counts.reshape(len(wanted), size).astype(np.float64)
