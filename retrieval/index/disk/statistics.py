"""SQLite's side of the index: what it has seen, packed terms, and how common each term is."""

import json
import re
import secrets
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import tantivy

from retrieval.articles import Article
from retrieval.changes import Batch
from retrieval.index.disk import documents
from retrieval.index.packed import ArticleTerms, PackedTerms
from retrieval.index.statistics import ArticleFrequencies, LanguageStatistics, document_frequencies

#: What a generation's folder is called; nothing else in the index's folder is ours.
_GENERATION = re.compile("[0-9a-f]{8}")

#: The version of the files' form; analysis that changed is told by its own mark.
FORMAT = 4

#: The columns of packed terms, in the order of `PackedTerms.to_bytes`.
PACKED = "numbers, lengths, hashes, context_lengths, context_hashes, name_lengths, name_hashes"

_SCHEMA = """
    CREATE TABLE state (analysis TEXT NOT NULL, generation TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
    CREATE TABLE article (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
        language TEXT NOT NULL, numbers BLOB NOT NULL, lengths BLOB NOT NULL, hashes BLOB NOT NULL,
        context_lengths BLOB NOT NULL, context_hashes BLOB NOT NULL,
        name_lengths BLOB NOT NULL, name_hashes BLOB NOT NULL
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
        self._statistics = statistics_by_language(connection)
        self._terms: defaultdict[str, list[ArticleFrequencies]] = defaultdict(list)

    def take(self, batch: Batch, analysis: Sequence[ArticleTerms]) -> None:
        """Make the changes of a batch, given with the terms of each one's sentences."""
        for change, terms in zip(batch.changes, analysis, strict=True):
            self._remove(change.article_id)
            if change.article and terms.sentences:
                self._add(change.article, terms)
        self._seen = batch.seen

    def commit(self) -> None:
        """Write the statistics and tantivy's files; the caller commits the rest."""
        for language, articles in self._terms.items():
            self._connection.executemany(
                "INSERT INTO term VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " sentences = sentences + excluded.sentences, articles = articles + excluded.articles",
                ((language, hashed, *count) for hashed, count in document_frequencies(articles)),
            )
        self._connection.executemany(
            "INSERT OR REPLACE INTO section VALUES (?, ?, ?, ?, ?)",
            [
                (
                    language,
                    statistics.sentences,
                    statistics.articles,
                    json.dumps(statistics.terms),
                    json.dumps(statistics.around),
                )
                for language, statistics in self._statistics.items()
            ],
        )
        self._connection.execute("UPDATE state SET seen = ?", (self._seen,))
        self._writer.delete_documents_by_term("article", 0)
        self._writer.add_document(documents.marker(self._seen))
        with documents.readable():
            self._writer.commit()

    def _remove(self, article_id: str) -> None:
        row = self._connection.execute(
            f"DELETE FROM article WHERE id = ? RETURNING row, language, {PACKED}",  # noqa: S608  the columns are ours
            (article_id,),
        ).fetchone()
        if row:
            self._writer.delete_documents_by_term("article", row[0])
            self._count(row[1], PackedTerms.from_bytes(*row[2:]), -1)

    def _add(self, article: Article, terms: ArticleTerms) -> None:
        packed = PackedTerms.of(terms)
        cursor = self._connection.execute(
            f"INSERT INTO article (id, digest, language, {PACKED}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  likewise
            (article.id, article.digest, article.language, *packed.to_bytes()),
        )
        row = int(cursor.lastrowid or 0)
        # What a crash left under a number that was not kept then.
        self._writer.delete_documents_by_term("article", row)
        for place, sentence in enumerate(terms.sentences):
            names = () if place else (terms.names,)
            own = documents.document(row, article, sentence.own, sentence.context, *names)
            self._writer.add_document(own)
        self._count(article.language, packed, 1)
        self.sentences += len(terms.sentences)

    def _count(self, language: str, packed: PackedTerms, sign: int) -> None:
        statistics = self._statistics.setdefault(language, LanguageStatistics())
        statistics.count(packed, PackedTerms.starts([packed]), sign)
        self._terms[language].append((*packed.document_frequencies(), sign))
