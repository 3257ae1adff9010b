"""The in-memory index, on rank-bm25: exact, rebuilt on change, for small corpora and ad-hoc folders."""

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.articles import Article, Sentence
from retrieval.index import Batch, Candidate, Query
from retrieval.scores import (
    PARAMETERS,
    Collection,
    Floats,
    Integers,
    Level,
    Sentences,
    best,
    ceiling,
)
from retrieval.terms import Field, Terms, terms


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
        self.places = [(entry, number) for entry in entries for number, _ in entry.documents]
        sizes = [len(entry.documents) for entry in entries]
        self.starts: Integers = np.cumsum([0, *sizes[:-1]])
        self._fields = {
            field: LuceneBM25([held.of(field) for entry in entries for _, held in entry.documents], field)
            for field in Field
        }

    def search(self, query: Query, language: str) -> list[Candidate]:
        recipe, asked = query.asks(language)
        scores: dict[tuple[Level, Field], Floats] = {}
        collections = {}
        for field, wanted in asked.items():
            levels = [level for level, mixed in recipe if mixed is field]
            collections[field], found = self._scores(field, wanted, levels)
            scores |= {(level, field): values for level, values in found.items()}
        admitted = np.array([query.filter.admits(entry.article) for entry, _ in self.places])
        highest = ceiling(recipe, collections)
        return [
            Candidate(
                self.places[place][0].article.id,
                self.places[place][1],
                self.places[place][0].digest,
                float(score),
                highest,
                {key: round(float(values[place]), 9) for key, values in scores.items()},
            )
            for place, score in zip(*best(scores, recipe, admitted, query.limit), strict=True)
        ]

    def _scores(
        self, field: Field, asked: Mapping[str, float], levels: Iterable[Level]
    ) -> tuple[Collection, dict[Level, Floats]]:
        """Return what is known of one field, and each sentence's scores in it."""
        bm25 = self._fields[field]
        held = Sentences(
            np.array(bm25.frequencies(list(asked)), np.float64).reshape(len(asked), len(self.places)),
            np.array(bm25.doc_len, np.float64),
            self.starts,
        )
        around, whole = held.around(), held.whole()
        collection = Collection(
            sentences=len(self.places),
            articles=len(self.starts),
            mean={
                Level.SENTENCE: bm25.avgdl,
                Level.AROUND: float(around.lengths.mean()),
                Level.ARTICLE: float(whole.lengths.mean()),
            },
            sentences_with=np.count_nonzero(held.frequencies, axis=1),
            articles_with=np.count_nonzero(whole.frequencies, axis=1),
            weights=np.array(list(asked.values())),
        )
        if not bm25.avgdl:  # No sentence has a term in this field, and rank-bm25 would divide by none.
            return collection, {level: np.zeros(len(self.places)) for level in levels}
        return collection, {
            level: bm25.weighted_scores(asked)
            if level is Level.SENTENCE
            else held.score(collection, level, field)
            for level in levels
        }


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
        """Return the candidates in their order, those without a common term left out."""
        found: list[Candidate] = []
        for language, section in self._current().items():
            if not query.filter.languages or language in query.filter.languages:
                found += section.search(query, language)
        return sorted(found, key=lambda candidate: candidate.order)[: query.limit]

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
