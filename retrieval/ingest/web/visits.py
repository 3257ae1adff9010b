"""What is known of pages that were fetched, so that they are asked for again only if they changed."""

from datetime import UTC, datetime
from pathlib import Path

from retrieval.ingest.web.contents import Validators
from retrieval.storage.database import Database

_MIGRATIONS = (
    "CREATE TABLE page (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, at TEXT NOT NULL) STRICT",
    # The digest of what was fetched.
    "ALTER TABLE page ADD COLUMN content TEXT",
)


class Visits:
    """The pages that were fetched, in an SQLite file.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, made if there is none."""
        self._database = Database(path, migrations=_MIGRATIONS)

    def validators(self, url: str) -> Validators | None:
        """Return by what a page's server tells whether it changed; None for a page that was not fetched."""
        rows = self._database.rows("SELECT etag, last_modified FROM page WHERE url = ?", url)
        return Validators(*rows[0]) if rows else None

    def content(self, url: str) -> str | None:
        """Return the digest of what was fetched from there last, if that is known."""
        rows = self._database.rows("SELECT content FROM page WHERE url = ?", url)
        return rows[0][0] if rows else None

    def remember(self, url: str, validators: Validators, content: str | None = None) -> None:
        """Remember that a page was fetched now, with the digest of its content."""
        at = datetime.now(UTC).isoformat()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO page (url, etag, last_modified, at, content) VALUES (?, ?, ?, ?, ?)",
                (url, validators.etag, validators.last_modified, at, content),
            )

    def forget(self, url: str) -> None:
        """Forget that a page was fetched, so that it is fetched as if for the first time."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM page WHERE url = ?", (url,))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
