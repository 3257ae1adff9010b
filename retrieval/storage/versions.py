"""Former texts of articles: what was cited of them can be looked up as long as they are not purged."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from retrieval.articles import Document
from retrieval.storage.documents import from_json, to_json


@dataclass(frozen=True, slots=True)
class Version:
    """A document as it was until a time."""

    until: datetime
    document: Document


def keep_version(connection: sqlite3.Connection, document: Document) -> None:
    """Keep a document that another text replaces just now; what it was read from is not kept with it."""
    article = document.article
    connection.execute(
        "INSERT OR REPLACE INTO version (article_id, digest, until, document) VALUES (?, ?, ?, ?)",
        (
            article.id,
            article.digest,
            datetime.now(UTC).isoformat(),
            to_json(replace(document, original=None)),
        ),
    )


def read_versions(connection: sqlite3.Connection, article_id: str) -> list[Version]:
    """Return the former texts of an article, the newest first; one that it has again is not among them."""
    rows = connection.execute(
        "SELECT until, document FROM version JOIN article ON id = article_id"
        " WHERE article_id = ? AND version.digest <> article.digest ORDER BY until DESC",
        (article_id,),
    )
    return [Version(datetime.fromisoformat(until), from_json(document)) for until, document in rows]


def move_versions(connection: sqlite3.Connection, article_id: str, new_id: str) -> None:
    """Let the former texts of an article be those of another one, which takes its place."""
    connection.execute(
        "UPDATE OR REPLACE version SET article_id = ? WHERE article_id = ?", (new_id, article_id)
    )


def delete_orphaned(connection: sqlite3.Connection) -> None:
    """Delete the former texts of articles that are gone for good."""
    connection.execute(
        "DELETE FROM version WHERE article_id NOT IN"
        " (SELECT id FROM article UNION ALL SELECT id FROM duplicate UNION ALL"
        " SELECT article_id FROM edit_item)"
    )
