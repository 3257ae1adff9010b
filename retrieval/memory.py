"""The in-memory index, on rank-bm25: exact, rebuilt on change, for small corpora and ad-hoc folders."""

import math
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.articles import Article, Sentence
from retrieval.index import Candidate, Query
from retrieval.terms import query_terms, terms

#: Sentences are short: a term that comes again, or a few words more, say little. Hence less of both
#: than the usual 1.2 and .75, which were found for documents.
_K1, _B = 0.6, 0.2


class _LuceneBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25 with Lucene's idf, which is positive for every term, and no floor for common ones.

    The formula is that of Robertson and Zaragoza (2009), with Lucene's ln(1 + (N - n + .5)/(n + .5)).
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        super().__init__(documents, k1=_K1, b=_B)

    def _calc_idf(self, document_frequency: Mapping[str, int]) -> None:
        self.idf = {term: self.rarity(frequency) for term, frequency in document_frequency.items()}

    def rarity(self, frequency: int) -> float:
        """Return the idf of a term that stands in `frequency` documents."""
        return math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))

    def ceiling(self, query: Sequence[str]) -> float:
        """Return what the score of a document holding every term tends to."""
        return sum((_K1 + 1) * self.idf.get(term, self.rarity(0)) for term in query)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article's sentences that can be found: their numbers, and the terms of each."""

    article: Article
    documents: Sequence[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class _Section:
    """The sentences of one language, ready to be scored."""

    articles: Sequence[Article]
    numbers: Sequence[int]
    bm25: _LuceneBM25


class MemoryIndex:
    """An `Index` that holds everything in memory; safe to search from many threads."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._sections: dict[str, _Section] | None = {}
        self._lock = threading.Lock()

    def add(self, article: Article, sentences: Sequence[Sentence]) -> None:
        """Put an article in, in place of what stood under its id."""
        analysed = [
            (sentence.number, terms(sentence.span.of(article.text), article.language))
            for sentence in sentences
            if sentence.kind.answers
        ]
        entry = _Entry(article, [(number, found) for number, found in analysed if found])
        with self._lock:
            self._entries[article.id] = entry
            self._sections = None

    def remove(self, article_id: str) -> None:
        """Take an article out; one that is not there is no error."""
        with self._lock:
            if self._entries.pop(article_id, None):
                self._sections = None

    def search(self, query: Query) -> list[Candidate]:
        """Return the candidates in their order, those without a common term left out."""
        found: list[Candidate] = []
        for language, section in self._current().items():
            if not query.filter.languages or language in query.filter.languages:
                found += _search(section, query, query_terms(query.text, language))
        return sorted(found, key=lambda candidate: candidate.order)[: query.limit]

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return sum(len(section.numbers) for section in self._current().values())

    def _current(self) -> dict[str, _Section]:
        """Return the sections, built anew if an article came or went since they were last asked for."""
        with self._lock:
            if self._sections is None:
                self._sections = _sections(self._entries)
            return self._sections


def _sections(entries: Mapping[str, _Entry]) -> dict[str, _Section]:
    by_language: defaultdict[str, list[tuple[Article, int, list[str]]]] = defaultdict(list)
    for _, entry in sorted(entries.items()):
        by_language[entry.article.language] += [
            (entry.article, number, found) for number, found in entry.documents
        ]
    return {
        language: _Section(
            articles=[article for article, _, _ in rows],
            numbers=[number for _, number, _ in rows],
            bm25=_LuceneBM25([found for _, _, found in rows]),
        )
        for language, rows in by_language.items()
        if rows
    }


def _search(section: _Section, query: Query, asked: Sequence[str]) -> list[Candidate]:
    scores = section.bm25.get_scores(asked)
    ceiling = section.bm25.ceiling(asked)
    # A stable sort on top of the sections' own order gives (-score, article id, number).
    ranking = (row for row in np.argsort(-scores, kind="stable") if scores[row] > 0)
    admitted = (row for row in ranking if query.filter.admits(section.articles[row]))
    return [
        Candidate(section.articles[row].id, section.numbers[row], float(scores[row]), ceiling)
        for row, _ in zip(admitted, range(query.limit), strict=False)
    ]
