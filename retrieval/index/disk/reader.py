"""The two halves of the index on disk, read as they are at one moment."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from retrieval.filters import Filter
from retrieval.index.disk import documents
from retrieval.index.disk.statistics import PACKED, statistics_by_language
from retrieval.index.packed import PackedTerms
from retrieval.index.protocol import PackedArticle, WeightedTerm
from retrieval.index.statistics import DocumentFrequency, LanguageStatistics


@dataclass(frozen=True, slots=True)
class DiskReader:
    """An `IndexReader` of a transaction in SQLite and tantivy's files of that time."""

    connection: sqlite3.Connection
    view: documents.View

    def statistics(self) -> Mapping[str, LanguageStatistics]:
        """Return what is known of each language that there are sentences in."""
        by_language = statistics_by_language(self.connection)
        return {language: known for language, known in by_language.items() if known.sentences}

    def document_frequencies(self, language: str, hashes: Collection[int]) -> Mapping[int, DocumentFrequency]:
        """Return how common those of the terms are that any sentence holds."""
        rows = self.connection.execute(
            "SELECT hash, sentences, articles FROM term"
            " WHERE language = ? AND hash IN (SELECT value FROM json_each(?)) AND sentences > 0",
            (language, json.dumps(list(hashes))),
        )
        return {hashed: DocumentFrequency(sentences, articles) for hashed, sentences, articles in rows}

    def best_articles(
        self, language: str, terms: Sequence[WeightedTerm], admitted: Filter, count: int
    ) -> Collection[str]:
        """Return the ids of the articles that hold the `count` sentences that tantivy scores best."""
        clauses = [documents.clause(language, term) for term in terms]
        rows = self.connection.execute(
            "SELECT id FROM article WHERE row IN (SELECT value FROM json_each(?))",
            (json.dumps(self.view.articles(clauses, admitted, count)),),
        )
        return [article_id for (article_id,) in rows]

    def packed_articles(self, language: str, article_ids: Collection[str]) -> Sequence[PackedArticle]:
        """Return those of the articles that are in the language."""
        rows = self.connection.execute(
            f"SELECT id, digest, {PACKED} FROM article"  # noqa: S608  the columns are ours
            " WHERE language = ? AND id IN (SELECT value FROM json_each(?))",
            (language, json.dumps(list(article_ids))),
        )
        return [PackedArticle(row[0], row[1], PackedTerms.from_bytes(*row[2:])) for row in rows]
