"""The in-memory index, on rank-bm25: exact, rebuilt on change, for small corpora and ad-hoc folders."""

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.analysis.terms import Field, Terms, terms
from retrieval.articles import Article, Sentence
from retrieval.index.bm25 import (
    PARAMETERS,
    CollectionStatistics,
    FieldScores,
    Floats,
    Integers,
    Level,
    TermFrequencies,
)
from retrieval.index.candidates import Candidate, ScoredSentences
from retrieval.index.protocol import Batch
from retrieval.index.query import Query


class LuceneBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25 with Lucene's idf, which is positive for every term, and no floor for common ones."""

    def __init__(self, documents: Sequence[Sequence[str]], field: Field) -> None:
        k1, b = PARAMETERS[Level.SENTENCE, field]
        super().__init__(documents, k1=k1, b=b)

    def _calc_idf(self, document_frequency: Mapping[str, int]) -> None:
        self.idf = {
            term: math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))
            for term, frequency in document_frequency.items()
        }

    def weighted_scores(self, asked: Mapping[str, float]) -> Floats:
        """Return each document's score, the terms of each weight scored by rank-bm25 together."""
        total = np.zeros(self.corpus_size)
        for weight in sorted(set(asked.values())):
            total += weight * self.get_scores([term for term, own in asked.items() if own == weight])
        return total

    def frequencies(self, asked: Sequence[str]) -> Sequence[Sequence[int]]:
        """Return how often each document holds each term, a row a term."""
        return [[held.get(term, 0) for held in self.doc_freqs] for term in asked]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article's sentences that can be found: their numbers, and the terms of each."""

    article: Article
    digest: str
    documents: Sequence[tuple[int, Terms]]


class _Section:
    """The sentences of one language, ready to be scored, ordered by article and number."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._articles = [entry.article for entry in entries for _ in entry.documents]
        self._places = [
            (entry.article.id, number, entry.digest) for entry in entries for number, _ in entry.documents
        ]
        sizes = [len(entry.documents) for entry in entries]
        starts: Integers = np.cumsum([0, *sizes[:-1]])
        documents = [held for entry in entries for _, held in entry.documents]
        self._fields = {
            field: _Field([held.of(field) for held in documents], field, starts) for field in Field
        }

    def search(self, query: Query, language: str) -> list[Candidate]:
        mixture, asked = query.asks(language)
        fields = {
            name: self._fields[name].scored(terms, [level for level, mixed in mixture if mixed is name])
            for name, terms in asked.items()
        }
        admitted = np.array([query.filter.admits(article) for article in self._articles])
        return ScoredSentences(language, self._places, fields).candidates(query, mixture, admitted)


class _Field:
    """One kind of terms of the sentences of one language."""

    def __init__(self, documents: Sequence[Sequence[str]], field: Field, starts: Integers) -> None:
        self._field = field
        self._bm25 = LuceneBM25(documents, field)
        self._lengths = np.array(self._bm25.doc_len, np.float64)
        self._starts = starts
        held = TermFrequencies(np.zeros((0, len(documents))), self._lengths, starts)
        self._mean = {
            Level.SENTENCE: float(self._bm25.avgdl),
            Level.AROUND: float(held.around().lengths.mean()),
            Level.ARTICLE: float(held.whole().lengths.mean()),
        }

    def scored(self, terms: Mapping[str, float], levels: Iterable[Level]) -> FieldScores:
        """Return what the sentences hold of these terms, and how they score on each level."""
        frequencies = np.array(self._bm25.frequencies(list(terms)), np.float64)
        held = TermFrequencies(
            frequencies.reshape(len(terms), len(self._lengths)), self._lengths, self._starts
        )
        collection = CollectionStatistics(
            sentences=len(self._lengths),
            articles=len(self._starts),
            mean=self._mean,
            sentences_with=np.count_nonzero(held.frequencies, axis=1),
            articles_with=np.count_nonzero(held.whole().frequencies, axis=1),
            weights=np.array(list(terms.values())),
        )
        scores = {
            # No sentence may have a term here, and rank-bm25 would divide by none.
            level: self._bm25.weighted_scores(terms)
            if level is Level.SENTENCE and self._bm25.avgdl
            else held.score(collection, level, self._field)
            for level in levels
        }
        return FieldScores(list(terms), held, collection, scores)


class MemoryIndex:
    """An `Index` that holds everything in memory; safe to search from many threads."""

    def __init__(self) -> None:
        self.seen = 0
        self._entries: dict[str, _Entry] = {}
        self._sections: dict[str, _Section] | None = {}
        self._lock = threading.Lock()

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another."""
        for batch in batches:
            entries = dict(self._entries)
            for change in batch.changes:
                entries.pop(change.article_id, None)
                if change.article:
                    entries[change.article_id] = _entry(change.article, change.sentences)
            with self._lock:
                self._entries, self._sections, self.seen = entries, None, batch.seen

    def search(self, query: Query) -> list[Candidate]:
        """Return the candidates in their order; what no common term stands near is left out."""
        found: list[Candidate] = []
        for language, section in self._current().items():
            if not query.filter.languages or language in query.filter.languages:
                found += section.search(query, language)
        return sorted(found, key=lambda candidate: candidate.order)

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return sum(len(entry.documents) for entry in self._entries.values())

    def close(self) -> None:
        """Do nothing: there are no files."""

    def _current(self) -> dict[str, _Section]:
        """Return the sections, built anew if an article came or went since they were last asked for."""
        with self._lock:
            if self._sections is None:
                self._sections = _sections(self._entries)
            return self._sections


def _entry(article: Article, sentences: Sequence[Sentence]) -> _Entry:
    analysed = [
        (sentence.number, terms(sentence.span.of(article.text), article.language))
        for sentence in sentences
        if sentence.kind.answers
    ]
    return _Entry(article, article.digest, [(number, found) for number, found in analysed if found.stem])


def _sections(entries: Mapping[str, _Entry]) -> dict[str, _Section]:
    by_language: defaultdict[str, list[_Entry]] = defaultdict(list)
    for _, entry in sorted(entries.items()):
        if entry.documents:
            by_language[entry.article.language].append(entry)
    return {language: _Section(found) for language, found in by_language.items()}
