"""SQLite files: opened, brought to the newest schema, and their complaints put into words."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import StoreTooNewError, StoreUnusableError

#: How long, in seconds, to wait for whoever else is writing.
_PATIENCE = 30


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn whatever SQLite complains of about the database at `path` into a `StoreUnusableError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnusableError(path, str(error)) from error


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection in autocommit mode, made for one writer and many readers at once.

    It may be closed by another thread than the one that connected.
    """
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite itself does not wait for the lock that this takes."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def migrate(connection: sqlite3.Connection, migrations: Sequence[str], path: Path) -> None:
    """Bring a database to the newest of `migrations`, each step whole or not at all.

    Raises `StoreTooNewError` when it is beyond them already.
    """
    version = -1
    while version < len(migrations):
        # The version is read under the lock: another process may be migrating the same file.
        with transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(migrations):
                raise StoreTooNewError(path, version, len(migrations))
            if version < len(migrations):
                for statement in migrations[version].split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
