"""The questions asked, chat by chat, so that a button or a later session can come back to them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from retrieval.database import connect, migrate, reported, transaction

#: How many questions of a chat are remembered.
_REMEMBERED = 1_000

_MIGRATIONS = (
    """
    CREATE TABLE IF NOT EXISTS asked (
        id INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, question TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS asked_chat ON asked (chat, id)
    """,
)


class History:
    """The questions of all chats, in one SQLite file; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open the history at `path`, made if there is none."""
        self._path = path
        self._lock = threading.Lock()
        with reported(path):
            self._connection = connect(path)
            try:
                migrate(self._connection, _MIGRATIONS, path)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with reported(self._path), self._lock, transaction(self._connection):
            yield self._connection

    def add(self, chat: str, question: str) -> int:
        """Remember a question, and return the number it is remembered by."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO asked (chat, question, at) VALUES (?, ?, ?)",
                (chat, question, datetime.now(UTC).isoformat()),
            )
            connection.execute(
                "DELETE FROM asked WHERE chat = ?1 AND id <="
                " (SELECT id FROM asked WHERE chat = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                (chat, _REMEMBERED),
            )
            return int(cursor.lastrowid or 0)

    def question(self, chat: str, number: int) -> str | None:
        """Return what was asked under this number in this chat, if it is still remembered."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT question FROM asked WHERE id = ? AND chat = ?", (number, chat)
            ).fetchone()
        return row and str(row[0])

    def recent(self, chat: str, limit: int) -> list[str]:
        """Return the last questions of a chat, the oldest of them first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT question FROM asked WHERE chat = ? ORDER BY id DESC LIMIT ?", (chat, limit)
            ).fetchall()
        return [str(question) for (question,) in reversed(rows)]

    def rename(self, chat: str, new: str) -> None:
        """Carry a chat's questions over to the id that it has from now on."""
        with self._transaction() as connection:
            connection.execute("UPDATE asked SET chat = ? WHERE chat = ?", (new, chat))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
