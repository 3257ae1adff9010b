"""SQLite files: opened, brought to the newest schema, and their complaints put into words."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from retrieval.errors import StoreTooNewError, StoreUnusableError

#: What `Database.writing` gives, by a name that needs no import of SQLite.
Connection = sqlite3.Connection

#: What SQLite says of a file that is none of its own, or has other tables.
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)

#: How long, in seconds, to wait for whoever else is writing, unless said otherwise.
_PATIENCE = 30.0


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn whatever SQLite complains of about the database at `path` into a `StoreUnusableError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnusableError(path, str(error)) from error


def is_broken(error: StoreUnusableError) -> bool:
    """Whether an error tells of a file that no waiting mends: what can be made again in it is to be."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def connect(path: Path, patience: float = _PATIENCE) -> sqlite3.Connection:
    """Return a connection in autocommit mode, made for one writer and many readers at once.

    It may be closed by another thread than the one that connected, and only reads where nothing can be
    written.
    """
    if not _is_writable(path):
        return _connect_to_read(path, patience)
    _make_private(path)
    connection = _connection(str(path), patience)
    try:
        _write_ahead(connection, patience)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _connection(name: str, patience: float) -> sqlite3.Connection:
    is_uri = name.startswith("file:")
    return sqlite3.connect(name, timeout=patience, isolation_level=None, check_same_thread=False, uri=is_uri)


def _make_private(path: Path) -> None:
    """Make the file of a new database readable by its owner only; SQLite makes those beside it alike."""
    with suppress(OSError):  # What cannot be made is for SQLite to complain of.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _is_writable(path: Path) -> bool:
    """Whether a database can be written; what is not there yet is for SQLite to complain of."""
    return not path.exists() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _connect_to_read(path: Path, patience: float) -> sqlite3.Connection:
    """Return a connection that only reads.

    Without the files of its write-ahead log, which cannot be made here, a database is opened as one that
    nobody changes: https://sqlite.org/wal.html#read_only_databases
    """
    address = path.resolve().as_uri()
    for mode in ("mode=ro", "immutable=1"):
        connection = _connection(f"{address}?{mode}", patience)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
        else:
            return connection
    raise sqlite3.OperationalError("unable to open the database file to read")


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to write-ahead logging; SQLite itself does not wait for the lock that this takes."""
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def copy_database(path: Path, copy: Path) -> None:
    """Copy a database as it is at one moment; others go on reading and writing it meanwhile.

    Raises `StoreUnusableError`, also where what was copied is damaged.
    """
    with reported(path), closing(connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        # In one step: one of several begins anew with every change.
        source.backup(target)
        _check(target, path)


def is_in_use(path: Path) -> bool:
    """Whether anybody else has a database open that writes ahead; what was written so is in its file then."""
    with closing(_connection(str(path), 0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return False


def _check(connection: sqlite3.Connection, path: Path) -> None:
    faults = [fault for (fault,) in connection.execute("PRAGMA quick_check") if fault != "ok"]
    if faults:
        raise StoreUnusableError(path, f"damaged: {' '.join(faults[0].split())}")


class Database:
    """One SQLite file for many threads, with a connection for each."""

    def __init__(self, path: Path, patience: float = _PATIENCE, *, migrations: Sequence[str] = ()) -> None:
        """Open the file at `path`, made if there is none, and bring it to the newest of `migrations`.

        Without any, it is opened when it is first used. Raises `StoreTooNewError` and `StoreUnusableError`.
        """
        self.path, self._patience = path, patience
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock, self._writers = threading.Lock(), threading.Lock()
        if migrations:
            try:
                with reported(path):
                    migrate(self.connection, migrations, path)
            except BaseException:
                self.close()
                raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of the calling thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self.path, self._patience)
            with self._lock:
                self._connections.append(connection)
            self._local.connection = connection
        return connection

    @cached_property
    def only_reads(self) -> bool:
        """Whether the file, or the folder that it is in, cannot be written."""
        return not _is_writable(self.path)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes, made whole or not at all; within others, as part of them."""
        with reported(self.path), nullcontext() if self._writes else self._transaction():
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for questions about one moment."""
        with reported(self.path), nullcontext() if self._writes else _passing(self.connection, "BEGIN"):
            yield self.connection

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Let what this thread writes meanwhile be read by it, and taken back at the end."""
        with reported(self.path), _passing(self.connection, "BEGIN IMMEDIATE"), self._writing_on():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # Among threads a lock is fair, which SQLite's is not.
        if not self._writers.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        try:
            with transaction(self.connection), self._writing_on():
                yield
        finally:
            self._writers.release()

    @contextmanager
    def _writing_on(self) -> Iterator[None]:
        """Let all that the calling thread writes meanwhile be part of the transaction that it is in."""
        self._local.writes = True
        try:
            yield
        finally:
            self._local.writes = False

    @property
    def _writes(self) -> bool:
        """Whether the calling thread is within a transaction, or a rehearsal, which all else is part of."""
        return getattr(self._local, "writes", False)

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Return what a query finds."""
        with reported(self.path):
            return self.connection.execute(sql, values).fetchall()

    def erase(self) -> None:
        """Leave nothing in the file, nor in its write-ahead log, of what was deleted or changed before.

        Raises `StoreUnusableError` where others read what was there before all the while.
        """
        with reported(self.path):
            # What is written anew has no free pages, in which deleted rows would stand.
            self.connection.execute("VACUUM")
            is_read, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_read:
            raise StoreUnusableError(
                self.path, "somebody else reads what was deleted, so it is left; try again"
            )

    def check(self) -> None:
        """Read the whole file through.

        Raises `StoreUnusableError` with what SQLite found to be damaged.
        """
        with reported(self.path):
            _check(self.connection, self.path)

    def close(self) -> None:
        """Close every thread's connection; the database cannot be used afterwards."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()


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


@contextmanager
def _passing(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Leave everything at the end as it was."""
    connection.execute(begin)
    try:
        yield
    finally:
        connection.rollback()


def migrate(connection: sqlite3.Connection, migrations: Sequence[str], path: Path) -> None:
    """Bring a database to the newest of `migrations`, each step whole or not at all.

    Raises `StoreTooNewError` when it is beyond them already.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise StoreTooNewError(path, version, len(migrations))
    if version < len(migrations) and not _is_writable(path):
        raise sqlite3.OperationalError("made by an older Derek, and cannot be written")
    while version < len(migrations):
        # The version is read under the lock: another process may be migrating the same file.
        with transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(migrations):
                raise StoreTooNewError(path, version, len(migrations))
            if version < len(migrations):
                for statement in _statements(migrations[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, as SQLite tells where one ends: a trigger or a text may hold ";"."""
    statement = ""
    for part in script.rstrip("; \n").split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement:
        raise ValueError(f"no whole statement: {statement.strip()}")
