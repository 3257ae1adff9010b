"""Feeds that are followed: which there are, when each is asked next, and which of its entries are known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from retrieval.ingest.web.contents import Validators
from retrieval.storage.database import Database

#: How often a feed is asked, and how seldom at most one that fails; the moment is shifted by chance, so that
#: not all are asked at once. Chosen by eye.
_USUAL, _LONGEST = timedelta(minutes=30), timedelta(days=1)
_SHIFT = 0.2

#: How long an entry is known that its feed does not show any more.
_KNOWN = timedelta(days=400)

_MIGRATIONS = (
    """
    CREATE TABLE feed (
        url TEXT PRIMARY KEY, title TEXT, collection TEXT, added TEXT NOT NULL, checked TEXT,
        due TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0, trouble TEXT, etag TEXT, last_modified TEXT
    ) STRICT;
    CREATE TABLE entry (
        feed TEXT NOT NULL REFERENCES feed ON DELETE CASCADE, id TEXT NOT NULL, seen TEXT NOT NULL,
        PRIMARY KEY (feed, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Which articles came from a feed: its entries, or the pages that they announce.
    """
    CREATE TABLE article (
        feed TEXT NOT NULL REFERENCES feed ON DELETE CASCADE, id TEXT NOT NULL, PRIMARY KEY (feed, id)
    ) STRICT, WITHOUT ROWID
    """,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is followed, into which collection, and how it is.

    `failures` is how often in a row it could not be read, and `trouble` why not the last time.
    """

    url: str
    title: str | None
    collection: str | None
    added: datetime
    checked: datetime | None
    due: datetime
    failures: int
    trouble: str | None
    entries: int
    validators: Validators


class Feeds:
    """The feeds that are followed, in an SQLite file; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Random | None = None,
    ) -> None:
        """Open the file, made if there is none; `now` tells the time, and `chance` shifts moments."""
        self._now, self._chance = now, chance or Random()  # noqa: S311  no secret
        self._database = Database(path, migrations=_MIGRATIONS)

    def add(self, url: str, title: str | None = None, collection: str | None = None) -> bool:
        """Follow a feed from now on; whether it was not followed before."""
        now = self._now().isoformat()
        with self._database.writing() as connection:
            added = connection.execute(
                "INSERT OR IGNORE INTO feed (url, title, collection, added, due) VALUES (?, ?, ?, ?, ?)",
                (url, title, collection, now, now),
            )
            return added.rowcount > 0

    def remove(self, url: str) -> bool:
        """Follow a feed no more; whether it was followed. Its articles stay."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM feed WHERE url = ?", (url,)).rowcount > 0

    def all(self) -> list[Feed]:
        """Return the feeds, in the order in which they were added."""
        return self._feeds("TRUE ORDER BY added, url")

    def due(self) -> Feed | None:
        """Return the feed that is to be asked now, if one is."""
        return next(iter(self._feeds("due <= ? ORDER BY due LIMIT 1", self._now().isoformat())), None)

    def _feeds(self, condition: str, *values: str) -> list[Feed]:
        rows = self._database.rows(
            "SELECT url, title, collection, added, checked, due, failures, trouble,"  # noqa: S608  ours
            " (SELECT count(*) FROM entry WHERE feed = url), etag, last_modified"
            f" FROM feed WHERE {condition}",
            *values,
        )
        return [
            Feed(
                url,
                title,
                collection,
                datetime.fromisoformat(added),
                checked and datetime.fromisoformat(checked),
                datetime.fromisoformat(due),
                failures,
                trouble,
                entries,
                Validators(*validators),
            )
            for url, title, collection, added, checked, due, failures, trouble, entries, *validators in rows
        ]

    def unknown(self, url: str, ids: Iterable[str]) -> set[str]:
        """Return which of the entries of a feed were not seen before."""
        known = {row[0] for row in self._database.rows("SELECT id FROM entry WHERE feed = ?", url)}
        return set(ids) - known

    def articles(self, url: str) -> set[str]:
        """Return the ids of the articles that came from a feed."""
        return {row[0] for row in self._database.rows("SELECT id FROM article WHERE feed = ?", url)}

    def see(self, url: str, ids: Iterable[str], articles: Iterable[str] = ()) -> None:
        """Know these entries of a feed from now on, and the articles that came from them.

        What the feed has not shown for long is forgotten.
        """
        now = self._now()
        with self._database.writing() as connection:
            if not connection.execute("SELECT 1 FROM feed WHERE url = ?", (url,)).fetchone():
                return  # It was removed meanwhile.
            connection.executemany(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", [(url, own, now.isoformat()) for own in ids]
            )
            connection.executemany(
                "INSERT OR IGNORE INTO article VALUES (?, ?)", [(url, article) for article in articles]
            )
            connection.execute(
                "DELETE FROM entry WHERE feed = ? AND seen < ?", (url, (now - _KNOWN).isoformat())
            )

    def succeeded(self, url: str, title: str | None, validators: Validators) -> None:
        """Note that a feed was read, and when it is to be asked again."""
        self._note(url, _USUAL, "failures = 0, trouble = NULL, title = ifnull(?, title)", title)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE feed SET etag = ?, last_modified = ? WHERE url = ?",
                (validators.etag, validators.last_modified, url),
            )

    def failed(self, url: str, trouble: str) -> bool:
        """Note that a feed could not be read: it is asked the later the more often. Whether that is new."""
        rows = self._database.rows("SELECT failures FROM feed WHERE url = ?", url)
        failures = rows[0][0] if rows else 0
        pause = min(_USUAL * 2 ** min(failures, 10), _LONGEST)
        self._note(url, pause, "failures = failures + 1, trouble = ?", trouble)
        return failures == 0

    def _note(self, url: str, pause: timedelta, change: str, value: str | None) -> None:
        now = self._now()
        due = now + pause * (1 + self._chance.uniform(-_SHIFT, _SHIFT))
        with self._database.writing() as connection:
            connection.execute(
                f"UPDATE feed SET {change}, checked = ?, due = ? WHERE url = ?",  # noqa: S608  ours
                (value, now.isoformat(), due.isoformat(), url),
            )

    def close(self) -> None:
        """Close the file."""
        self._database.close()
