"""The in-memory index, on rank-bm25: rebuilt on change, for small corpora and ad-hoc folders."""

import math
import threading
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.analysis.terms import Field
from retrieval.articles import Article
from retrieval.changes import Batch
from retrieval.filters import Filter
from retrieval.index.bm25 import PARAMETERS, Floats, Level
from retrieval.index.packed import PackedTerms, analyse, term_hash
from retrieval.index.protocol import PackedArticle, WeightedTerm
from retrieval.index.statistics import DocumentFrequency, LanguageStatistics, document_frequencies

#: How many sentences are taken for their score at least. Scoring a thousand exactly takes milliseconds, so an
#: index of the size that is kept in memory by itself is exact, and the oracle of the others. What a question
#: takes at that size and at twice as many is measured: docs/decisions/0003-exact-scores.md.
_LEAST = 1_000

_Term = TypeVar("_Term", bound=Hashable)


class LuceneBM25(BM25Okapi, Generic[_Term]):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25 with Lucene's idf, which is positive for every term, and no floor for common ones."""

    def __init__(self, documents: Sequence[Sequence[_Term]], field: Field) -> None:
        """Take in sentences, each as its terms."""
        k1, b = PARAMETERS[Level.SENTENCE, field]
        super().__init__(documents, k1=k1, b=b)

    def _calc_idf(self, document_frequency: Mapping[_Term, int]) -> None:
        self.idf = {
            term: math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))
            for term, frequency in document_frequency.items()
        }

    def weighted_scores(self, weights: Mapping[_Term, float]) -> Floats:
        """Return each sentence's score, the terms of each weight scored by rank-bm25 together."""
        total = np.zeros(self.corpus_size)
        if not self.avgdl:  # No sentence has a term of this field, and rank-bm25 would divide by none.
            return total
        for weight in sorted(set(weights.values())):
            total += weight * self.get_scores([term for term, own in weights.items() if own == weight])
        return total


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article, and the terms of its sentences that can be found."""

    article: Article
    packed: PackedArticle


class _LanguageIndex:
    """The sentences of one language, article after article."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        articles = [entry.packed.terms for entry in entries]
        packed = PackedTerms.joined(articles)
        self.entries = {entry.article.id: entry for entry in entries}
        self.statistics = LanguageStatistics()
        self.statistics.count(packed, PackedTerms.starts(articles), 1)
        self.document_frequencies = dict(
            document_frequencies([(*article.document_frequencies(), 1) for article in articles])
        )
        self._owners = [entry.article for entry in entries for _ in entry.packed.terms.numbers]
        self._bm25 = {
            field: LuceneBM25([own for article in articles for own in article.documents(field)], field)
            for field in Field
        }

    def best_articles(self, terms: Sequence[WeightedTerm], admitted: Filter, count: int) -> set[str]:
        """Return the ids of the admitted articles that hold the best sentences, `count` or more."""
        weights: defaultdict[Field, dict[int, float]] = defaultdict(dict)
        for field, term, weight in terms:
            weights[field][term_hash(field, term)] = weight
        scores = np.sum([self._bm25[field].weighted_scores(own) for field, own in weights.items()], axis=0)
        admits = np.array([admitted.admits(article) for article in self._owners])
        places = np.flatnonzero((scores > 0) & admits)
        best = places[np.argsort(-scores[places], kind="stable")][: max(count, _LEAST)]
        return {self._owners[place].id for place in best.tolist()}


@dataclass(frozen=True, slots=True)
class MemoryReader:
    """An `IndexReader` of what was in memory at one moment."""

    languages: Mapping[str, _LanguageIndex]

    def statistics(self) -> Mapping[str, LanguageStatistics]:
        """Return what is known of each language that there are sentences in."""
        return {language: index.statistics for language, index in self.languages.items()}

    def document_frequencies(self, language: str, hashes: Collection[int]) -> Mapping[int, DocumentFrequency]:
        """Return how common those of the terms are that any sentence holds."""
        known = self.languages[language].document_frequencies
        return {hashed: known[hashed] for hashed in hashes if hashed in known}

    def best_articles(
        self, language: str, terms: Sequence[WeightedTerm], admitted: Filter, count: int
    ) -> Collection[str]:
        """Return the ids of the articles that hold the sentences that rank-bm25 scores best."""
        return self.languages[language].best_articles(terms, admitted, count)

    def packed_articles(self, language: str, article_ids: Collection[str]) -> Sequence[PackedArticle]:
        """Return those of the articles that are in the language."""
        entries = self.languages[language].entries
        return [entries[article_id].packed for article_id in article_ids if article_id in entries]


class MemoryIndex:
    """An `Index` that keeps everything in memory; safe to read from many threads."""

    def __init__(self) -> None:
        self.seen = 0
        self._entries: dict[str, _Entry] = {}
        self._reader: MemoryReader | None = None
        self._lock = threading.Lock()

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another."""
        for batch in batches:
            entries = dict(self._entries)
            for change in batch.changes:
                entries.pop(change.article_id, None)
                if article := change.article:
                    terms = analyse(article.text, article.language, change.answering, change.names)
                    if terms.sentences:
                        packed = PackedArticle(article.id, article.digest, PackedTerms.of(terms))
                        entries[article.id] = _Entry(article, packed)
            with self._lock:
                self._entries, self._reader, self.seen = entries, None, batch.seen

    @contextmanager
    def reader(self) -> Iterator[MemoryReader]:
        """Give the index as it is now, built anew if an article came or went since it was last read."""
        with self._lock:
            reader = self._reader = self._reader or MemoryReader(_by_language(self._entries))
        yield reader

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return sum(len(entry.packed.terms.numbers) for entry in self._entries.values())

    def close(self) -> None:
        """Do nothing: there are no files."""


def _by_language(entries: Mapping[str, _Entry]) -> dict[str, _LanguageIndex]:
    by_language: defaultdict[str, list[_Entry]] = defaultdict(list)
    for _, entry in sorted(entries.items()):
        by_language[entry.article.language].append(entry)
    return {language: _LanguageIndex(own) for language, own in by_language.items()}
