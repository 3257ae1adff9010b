"""Duplicates: documents that say what an article says already; one takes its place when that goes."""

import sqlite3

from retrieval.articles import Article, Document
from retrieval.storage.documents import from_json, read_article, to_json, write_document


def read_duplicate(connection: sqlite3.Connection, document_id: str) -> Document | None:
    """Return a document that waits, if there is one of this id."""
    if not document_id.isascii():  # SQLite cannot even be asked for a lone surrogate.
        return None
    row = connection.execute("SELECT document FROM duplicate WHERE id = ?", (document_id,)).fetchone()
    return from_json(row[0]) if row else None


def write_duplicate(connection: sqlite3.Connection, document: Document) -> None:
    """Let a document wait."""
    article = document.article
    connection.execute(
        "INSERT OR REPLACE INTO duplicate (id, digest, document) VALUES (?, ?, ?)",
        (article.id, article.digest, to_json(document)),
    )


def delete_duplicate(connection: sqlite3.Connection, document_id: str) -> None:
    """Let a document wait no longer."""
    connection.execute("DELETE FROM duplicate WHERE id = ?", (document_id,))


def duplicates_of(connection: sqlite3.Connection, article: Article) -> list[str]:
    """Return the ids of the documents that wait for an article's place."""
    rows = connection.execute("SELECT id FROM duplicate WHERE digest = ? ORDER BY id", (article.digest,))
    return [document_id for (document_id,) in rows]


def twin_of(connection: sqlite3.Connection, article: Article) -> Article | None:
    """Return another article with the same text."""
    row = connection.execute(
        "SELECT id FROM article WHERE digest = ? AND id <> ?", (article.digest, article.id)
    ).fetchone()
    return read_article(connection, row[0]) if row else None


def promote(connection: sqlite3.Connection, digest: str) -> Document | None:
    """Make an article of a document that waits, and return it, if no article has its text any more."""
    if connection.execute("SELECT 1 FROM article WHERE digest = ?", (digest,)).fetchone():
        return None
    row = connection.execute(
        "DELETE FROM duplicate WHERE id = (SELECT min(id) FROM duplicate WHERE digest = ?)"
        " RETURNING document",
        (digest,),
    ).fetchone()
    if row is None:
        return None
    document = from_json(row[0])
    write_document(connection, document)
    return document
