"""SQLite's side of the index: what it has seen, packed terms, and how common each term is."""

import json
import re
import secrets
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from retrieval.analysis.terms import Field
from retrieval.articles import Article
from retrieval.index.bm25 import CollectionStatistics, Floats, Integers, Level, TermFrequencies
from retrieval.index.disk import documents
from retrieval.index.packed import Hashes, PackedTerms, SentenceTerms
from retrieval.index.protocol import Batch

#: What a generation's folder is called; nothing else in the index's folder is ours.
_GENERATION = re.compile("[0-9a-f]{8}")

#: The version of the files' form; analysis that changed is told by its own mark.
FORMAT = 1

_SCHEMA = """
    CREATE TABLE state (analysis TEXT NOT NULL, generation TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
    CREATE TABLE article (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
        language TEXT NOT NULL, numbers BLOB NOT NULL, lengths BLOB NOT NULL, hashes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE term (
        language TEXT NOT NULL, hash INTEGER NOT NULL,
        sentences INTEGER NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (language, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE section (
        language TEXT PRIMARY KEY, sentences INTEGER NOT NULL, articles INTEGER NOT NULL,
        terms TEXT NOT NULL, around TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
"""


def empty(connection: sqlite3.Connection, analysis: str, folder: Path) -> None:
    """Begin a new generation, which holds nothing, and delete the files of the former ones.

    Who has them open can read them still.
    """
    for path in folder.iterdir():
        if _GENERATION.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)
    generation = secrets.token_hex(4)
    (folder / generation).mkdir()
    for table in ("state", "article", "term", "section"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("INSERT INTO state VALUES (?, ?, 0)", (analysis, generation))
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def state(connection: sqlite3.Connection) -> tuple[str, str, int]:
    """Return what terms are made by, the generation, and the number of the newest change."""
    analysis, generation, seen = connection.execute("SELECT analysis, generation, seen FROM state").fetchone()
    return analysis, generation, seen


def erase(folder: Path, database: str) -> None:
    """Delete an index's files, and its folder if that holds nothing else."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if _GENERATION.fullmatch(path.name):
            shutil.rmtree(path)
        elif path.name.startswith(database):
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def last_article(connection: sqlite3.Connection) -> int:
    """Return the greatest number that an article ever had."""
    (last,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'article'"
    ).fetchone()
    return int(last)


@dataclass(slots=True)
class LanguageStatistics:
    """What is known of all the sentences of one language; `terms` and `around` are lengths by field."""

    sentences: int = 0
    articles: int = 0
    terms: list[int] = field(default_factory=lambda: [0] * len(Field))
    around: list[int] = field(default_factory=lambda: [0] * len(Field))

    def count(self, packed: PackedTerms, sign: int) -> None:
        """Count an article in, or out again."""
        self.sentences += sign * len(packed.numbers)
        self.articles += sign
        whole = np.zeros(1, np.int64)
        for place in range(len(Field)):
            lengths = packed.lengths[:, place].astype(np.float64)
            held = TermFrequencies(np.zeros((0, len(lengths)), np.float64), lengths, whole)
            self.terms[place] += sign * int(packed.lengths[:, place].sum())
            self.around[place] += sign * int(held.around().lengths.sum())

    def collection(
        self, place: int, sentences_with: Integers, articles_with: Integers, weights: Floats
    ) -> CollectionStatistics:
        """Return what scoring wants to know of one field."""
        return CollectionStatistics(
            self.sentences,
            self.articles,
            {
                Level.SENTENCE: self.terms[place] / self.sentences,
                Level.AROUND: self.around[place] / self.sentences,
                Level.ARTICLE: self.terms[place] / self.articles,
            },
            sentences_with,
            articles_with,
            weights,
        )


def statistics_by_language(connection: sqlite3.Connection) -> dict[str, LanguageStatistics]:
    """Return what is known of each language."""
    return {
        language: LanguageStatistics(sentences, articles, json.loads(terms), json.loads(around))
        for language, sentences, articles, terms, around in connection.execute("SELECT * FROM section")
    }


class Commit:
    """One commit on its way: to tantivy, to the packed articles, to the statistics."""

    def __init__(self, connection: sqlite3.Connection, writer: tantivy.IndexWriter) -> None:
        self.sentences = 0
        self._connection, self._writer = connection, writer
        self._seen = 0
        self._sections = statistics_by_language(connection)
        self._terms: defaultdict[str, list[tuple[Hashes, NDArray[np.int64], int]]] = defaultdict(list)

    def take(self, batch: Batch, found: Sequence[Sequence[SentenceTerms]]) -> None:
        """Make the changes of a batch, whose articles' terms are `found`."""
        for change, analysed_ in zip(batch.changes, found, strict=True):
            self._remove(change.article_id)
            if change.article and analysed_:
                self._add(change.article, analysed_)
        self._seen = batch.seen

    def commit(self) -> None:
        """Write the statistics and tantivy's files; the caller commits the rest."""
        for language, held in self._terms.items():
            self._connection.executemany(
                "INSERT INTO term VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " sentences = sentences + excluded.sentences, articles = articles + excluded.articles",
                ((language, *row) for row in _totals(held)),
            )
        self._connection.executemany(
            "INSERT OR REPLACE INTO section VALUES (?, ?, ?, ?, ?)",
            [
                (language, one.sentences, one.articles, json.dumps(one.terms), json.dumps(one.around))
                for language, one in self._sections.items()
            ],
        )
        self._connection.execute("UPDATE state SET seen = ?", (self._seen,))
        self._writer.delete_documents_by_term("article", 0)
        self._writer.add_document(documents.marker(self._seen))
        with documents.readable():
            self._writer.commit()

    def _remove(self, article_id: str) -> None:
        row = self._connection.execute(
            "DELETE FROM article WHERE id = ? RETURNING row, language, numbers, lengths, hashes",
            (article_id,),
        ).fetchone()
        if row:
            self._writer.delete_documents_by_term("article", row[0])
            self._count(row[1], PackedTerms.joined([row[2:]]), -1)

    def _add(self, article: Article, found: Sequence[SentenceTerms]) -> None:
        packed = PackedTerms.of(found)
        cursor = self._connection.execute(
            "INSERT INTO article (id, digest, language, numbers, lengths, hashes) VALUES (?, ?, ?, ?, ?, ?)",
            (article.id, article.digest, article.language, *packed.to_bytes()),
        )
        row = int(cursor.lastrowid or 0)
        # What a crash left under a number that was not kept then.
        self._writer.delete_documents_by_term("article", row)
        for one in found:
            self._writer.add_document(documents.document(row, article, one))
        self._count(article.language, packed, 1)
        self.sentences += len(found)

    def _count(self, language: str, packed: PackedTerms, sign: int) -> None:
        self._sections.setdefault(language, LanguageStatistics()).count(packed, sign)
        self._terms[language].append((*packed.document_frequencies(), sign))


def _totals(held: Sequence[tuple[Hashes, NDArray[np.int64], int]]) -> Iterator[tuple[int, int, int]]:
    """Yield each term with how many more sentences and articles hold it than before."""
    hashes, places = np.unique(np.concatenate([one for one, _, _ in held]), return_inverse=True)
    sentences = np.bincount(places, np.concatenate([counts * sign for _, counts, sign in held]))
    articles = np.bincount(places, np.concatenate([np.full(len(one), sign) for one, _, sign in held]))
    return zip(
        hashes.tolist(), sentences.astype(np.int64).tolist(), articles.astype(np.int64).tolist(), strict=True
    )
