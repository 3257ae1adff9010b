"""What every engine that indexes sentences can give."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from retrieval.analysis.terms import Field
from retrieval.changes import Batch
from retrieval.filters import Filter
from retrieval.index.packed import PackedTerms
from retrieval.index.statistics import DocumentFrequency, LanguageStatistics


class WeightedTerm(NamedTuple):
    """A term that a question asks for, and what it counts."""

    field: Field
    term: str
    weight: float


class PackedArticle(NamedTuple):
    """The terms of an article's sentences that can be found, and the digest of its text."""

    article_id: str
    digest: str
    terms: PackedTerms


class IndexReader(Protocol):
    """An index as it is at one moment, the sentences of each language apart.

    Only sentences whose kind answers, and that hold a word, are in it.
    """

    def statistics(self) -> Mapping[str, LanguageStatistics]:
        """Return what is known of each language that there are sentences in."""

    def document_frequencies(self, language: str, hashes: Collection[int]) -> Mapping[int, DocumentFrequency]:
        """Return how common those of the terms are that any sentence holds, each given as its `term_hash`."""

    def best_articles(
        self, language: str, terms: Sequence[WeightedTerm], admitted: Filter, count: int
    ) -> Collection[str]:
        """Return the ids of the articles that hold the `count` best sentences for some terms, or more.

        Best by the engine's own BM25. Each sentence holds one of the terms at least, and each article's
        source, collection and day are admitted.
        """

    def packed_articles(self, language: str, article_ids: Collection[str]) -> Sequence[PackedArticle]:
        """Return those of the articles that are in the language, in any order."""


class Index(Protocol):
    """Sentences, found by their terms; `retrieval.index.search` asks it a question."""

    @property
    def seen(self) -> int:
        """The number of the newest change that the index knows, 0 for none."""

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another; readers go on meanwhile, and see each whole or not at all.

        Raises `IndexBusyError` when another process is writing the same index, and
        `IndexUnusableError`; the batches before are kept.
        """

    def reader(self) -> AbstractContextManager[IndexReader]:
        """Give the index as it is now, and as it stays for the reader whatever other threads change.

        Raises `IndexDamagedError`, also from within, when the index lost what was in it; it is empty then.
        """

    def __len__(self) -> int:
        """Return how many sentences can be found."""

    def close(self) -> None:
        """Let go of files and threads; the index cannot be used afterwards."""
