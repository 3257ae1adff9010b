"""The signatures of a store's articles at rest, and which articles are copies of which.

store ─ changes ─▶ signatures ─▶ bands ─▶ articles with a band in common ─▶ those that are copies

A signature holds for the text that it was made of only, which its digest tells; one that is missing or out of
date is made when it is asked for. So answers are the same however far the signatures are.
"""

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from retrieval.background import Progress
from retrieval.changes import Batch, ChangeSource, batches_since, change_of
from retrieval.copies.signatures import Signature, mark
from retrieval.errors import StoreError, StoreUnusableError
from retrieval.storage.database import Connection, Database, is_broken, migrate, reported

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE state (mark TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
    INSERT INTO state VALUES ('', 0);
    CREATE TABLE signature (
        row INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, content BLOB NOT NULL
    ) STRICT;
    CREATE TABLE band (
        hash INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (hash, row)
    ) STRICT, WITHOUT ROWID
    """,
)

_log = logging.getLogger(__name__)


class NearDuplicates:
    """A `Follower` that keeps the signatures of a store's articles; may be used by many threads at once."""

    def __init__(self, source: ChangeSource, path: Path) -> None:
        """Open nothing yet; the signatures are, or are to be, in the file at `path`."""
        self.path, self._source = path, source
        self._database = Database(path)
        self._lock = threading.Lock()
        self._is_ready = False
        self._closing = threading.Event()

    def __len__(self) -> int:
        """Return how many articles have a signature."""
        ((count,),) = self._opened().rows("SELECT count(*) FROM signature")
        return int(count)

    def follow(self, progress: Progress | None = None) -> None:
        """Sign the articles that changed since it last did, and forget those that went.

        What was signed before an error is kept, and a file that is damaged begun anew. Raises `StoreError`.
        """
        try:
            self._follow(progress)
        except StoreUnusableError as error:
            if not is_broken(error):
                raise
            _log.warning("%s; signing all articles anew", error)
            self._begin_anew()
            self._follow(progress)

    def _follow(self, progress: Progress | None) -> None:
        database = self._opened()
        while self._source.changes(seen := self._seen()):
            for batch in batches_since(self._source, seen, progress):
                with database.writing() as connection:
                    if self._closing.is_set():
                        return
                    if self._seen() != batch.after:
                        break  # Another process was faster.
                    _take_in(connection, batch)

    def forget(self) -> None:
        """Leave nothing of the articles that went, in the file nor beside it.

        Raises `StoreError`.
        """
        if self.path.exists():
            self.follow()
            self._database.erase()

    def stop(self) -> None:
        """End what goes on: nothing is signed from now on, and what was is kept."""
        self._closing.set()

    def close(self) -> None:
        """Close the file; it follows no more."""
        self.stop()
        self._database.close()

    def pairs(self, digests: Mapping[str, str]) -> frozenset[tuple[str, str]]:
        """Return which articles are copies of one another, each pair both ways; it need not have followed.

        They are given by their ids, with the digests of the texts that are meant. Raises `StoreError` if the
        articles cannot be read.
        """
        signatures = self._signatures(digests)
        return frozenset(
            pair
            for one, other in combinations(signatures, 2)
            if signatures[one].is_copy_of(signatures[other])
            for pair in ((one, other), (other, one))
        )

    def copies_of(self, article_id: str) -> tuple[str, ...]:
        """Return the ids of the articles that are copies of one, in no order that says anything.

        As far as it followed. Raises `StoreError`.
        """
        rows = self._opened().rows("SELECT content FROM signature WHERE article_id = ?", article_id)
        if not rows:
            return ()
        own = Signature.from_bytes(rows[0][0])
        near = self._database.rows(
            "SELECT article_id, content FROM signature WHERE article_id <> ?1 AND row IN"
            " (SELECT row FROM json_each(?2) CROSS JOIN band ON hash = value) ORDER BY article_id",
            *(article_id, json.dumps(own.bands)),
        )
        return tuple(other for other, content in near if own.is_copy_of(Signature.from_bytes(content)))

    def _signatures(self, digests: Mapping[str, str]) -> dict[str, Signature]:
        """Return the signatures of texts that still are as is meant, by the ids of their articles."""
        kept = self._kept(digests)
        for article_id, digest in digests.items():
            if article_id not in kept:
                article = change_of(self._source, article_id).article
                if article and article.digest == digest:
                    kept[article_id] = Signature.of(article.text)
        return kept

    def _kept(self, digests: Mapping[str, str]) -> dict[str, Signature]:
        """Return the signatures that are kept; none where they cannot be read: they can be made again."""
        if not self.path.exists():
            return {}
        try:
            rows = self._opened().rows(
                "SELECT article_id, digest, content FROM json_each(?) CROSS JOIN signature"
                " ON article_id = value",
                json.dumps(list(digests)),
            )
        except StoreError as error:
            _log.warning("%s; signing articles anew", error)
            return {}
        return {
            article_id: Signature.from_bytes(content)
            for article_id, digest, content in rows
            if digests[article_id] == digest
        }

    def _opened(self) -> Database:
        """Return the database, with nothing in it that another way of signing made.

        Raises `StoreError`.
        """
        with self._lock:
            if not self._is_ready:
                made = mark()
                with reported(self.path):
                    migrate(self._database.connection, _MIGRATIONS, self.path)
                with self._database.writing() as connection:
                    if connection.execute("SELECT mark FROM state").fetchone()[0] != made:
                        for table in ("signature", "band"):
                            connection.execute(f"DELETE FROM {table}")  # noqa: S608  the tables are ours
                        connection.execute("UPDATE state SET mark = ?, seen = 0", (made,))
                self._is_ready = True
            return self._database

    def _begin_anew(self) -> None:
        with self._lock:
            self._database.close()
            for path in self.path.parent.glob(f"{self.path.name}*"):
                path.unlink(missing_ok=True)
            self._database, self._is_ready = Database(self.path), False

    def _seen(self) -> int:
        ((seen,),) = self._database.rows("SELECT seen FROM state")
        return int(seen)


def _take_in(connection: Connection, batch: Batch) -> None:
    """Sign the articles of a batch, in place of what they were, and drop those that went."""
    for change in batch.changes:
        row = connection.execute(
            "DELETE FROM signature WHERE article_id = ? RETURNING row, content", (change.article_id,)
        ).fetchone()
        if row:
            former = Signature.from_bytes(row[1])
            connection.executemany(
                "DELETE FROM band WHERE hash = ? AND row = ?", ((band, row[0]) for band in former.bands)
            )
        if change.article:
            signature = Signature.of(change.article.text)
            cursor = connection.execute(
                "INSERT INTO signature (article_id, digest, content) VALUES (?, ?, ?)",
                (change.article_id, change.article.digest, signature.to_bytes()),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO band VALUES (?, ?)",
                ((band, cursor.lastrowid) for band in signature.bands),
            )
    connection.execute("UPDATE state SET seen = ?", (batch.seen,))
