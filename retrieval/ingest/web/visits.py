"""What is known of pages that were fetched, so that they are asked for again only if they changed."""

from datetime import UTC, datetime
from pathlib import Path

from retrieval.ingest.web.contents import Validators
from retrieval.storage.database import Database

_MIGRATIONS = (
    "CREATE TABLE page (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, at TEXT NOT NULL) STRICT",
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

    def remember(self, url: str, validators: Validators) -> None:
        """Remember that a page was fetched now."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)",
                (url, validators.etag, validators.last_modified, datetime.now(UTC).isoformat()),
            )

    def forget(self, url: str) -> None:
        """Forget that a page was fetched, so that it is fetched as if for the first time."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM page WHERE url = ?", (url,))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
