"""The persistent index, on tantivy: for corpora that memory would be too small or too slow for.

tantivy finds the candidates; their articles' terms, packed, and how common each term is stand beside
it in SQLite, from which the candidates are scored exactly. One transaction there frames each update,
tantivy's commit inside it, so that one process writes at a time and any number read:

    index/terms.sqlite3     what the index has seen of the store, packed terms, statistics
    index/<generation>/     tantivy's files; made anew under another name when the index is
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import tantivy

from retrieval.changes import Batch
from retrieval.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexTooNewError,
    IndexUnusableError,
    StoreUnusableError,
)
from retrieval.index.disk import DATABASE, documents, statistics
from retrieval.index.disk.documents import DamagedError, LockedError, View
from retrieval.index.disk.reader import DiskReader
from retrieval.index.parallel import Analysis, analysed
from retrieval.storage.database import Database

#: How many sentences at most are written by one commit; merging many small ones costs more.
_COMMIT = 40_000

#: How long, in seconds, to wait for another process that is writing.
_PATIENCE = 0.05

#: How long, in seconds, to wait for another process that is making the index.
_OPENING = 30.0

#: What SQLite says of a file that is none of its own any more, or lost its tables.
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)

#: How long, in seconds, the writer is kept for another update.
_IDLE = 1.0

#: How often, and after how many seconds, to look again for two halves of one moment.
_LOOKS, _LOOK_AGAIN = 20, 0.01


class _ForeignError(Exception):
    """Something failed that is not the index's: whoever gives the batches."""


class DiskIndex:
    """An `Index` in a folder; safe to search from many threads and processes while one of them writes."""

    def __init__(self, folder: Path, analysis: str) -> None:
        """Open the index in `folder`, made if there is none, and made anew if it is damaged.

        `analysis` tells one way of making terms from another: an index made in another way, or by an
        older Derek, is emptied. Raises `IndexTooNewError`, `IndexBusyError` and `IndexUnusableError`.
        """
        self.folder, self._analysis = folder, analysis
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._view: View | None = None
        #: The generation that the calling thread is at work on.
        self._at = threading.local()
        #: The writer and its generation, while there may be more to write.
        self._open_writer: tuple[str, tantivy.IndexWriter] | None = None
        self._idle: threading.Timer | None = None
        self._merging: threading.Thread | None = None
        self._database = Database(folder / DATABASE, _PATIENCE)
        until = time.monotonic() + _OPENING
        try:
            while not self._opened():
                if time.monotonic() > until:
                    raise IndexBusyError(folder)
        except BaseException:
            self.close()
            raise

    def _opened(self) -> bool:
        """Whether the index could be opened; not while another process is making it."""
        try:
            with contextlib.suppress(IndexDamagedError), self._guarded():
                self._open()
        except IndexBusyError:
            return False
        return True

    @property
    def seen(self) -> int:
        """The number of the newest change that the index knows, 0 for none."""
        return self._number("SELECT seen FROM state")

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return self._number("SELECT coalesce(sum(sentences), 0) FROM section")

    def _number(self, sql: str) -> int:
        with self._guarded():
            ((number,),) = self._database.rows(sql)
            return int(number)

    def close(self) -> None:
        """Close the files, once what is being merged is merged."""
        with self._lock:
            if self._idle:
                self._idle.cancel()
            self._let_go()
        if self._merging:
            self._merging.join()
        self._view = None
        self._database.close()

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another, many of them by one commit if they come fast.

        Raises `IndexBusyError`, `IndexUnusableError` and `IndexDamagedError`.
        """
        try:
            with (
                self._lock,
                self._guarded(),
                self._writing(),
                contextlib.closing(analysed(_foreign(batches))) as coming,
            ):
                for first in coming:
                    if not self._take(chain([first], coming)):
                        break
        except _ForeignError as error:
            raise error.__cause__ or error from None

    def _take(self, coming: Iterable[tuple[Batch, Analysis]]) -> bool:
        """Take in as much as one commit is to write; False if the index began anew meanwhile."""
        with self._database.writing() as connection:
            generation, seen = self._state(connection)
            commit: statistics.Commit | None = None
            for batch, analysis in coming:
                if batch.seen <= seen:
                    continue  # Another process was faster.
                if commit is None and batch.after > seen:
                    return False
                if commit is None:
                    commit = statistics.Commit(connection, self._writer(connection, generation, seen))
                commit.take(batch, analysis)
                if commit.sentences >= _COMMIT:
                    break
            if commit:
                commit.commit()
        return True

    def _state(self, connection: sqlite3.Connection) -> tuple[str, int]:
        """Return the generation, and the number of the newest change."""
        analysis, self._at.generation, seen = statistics.state(connection)
        if analysis != self._analysis:
            raise IndexUnusableError(self.folder, "another Derek made it anew: restart this one")
        return self._at.generation, seen

    @contextmanager
    def reader(self) -> Iterator[DiskReader]:
        """Give the index as it is now.

        Raises `IndexDamagedError`, `IndexBusyError` and `IndexUnusableError`, also from within.
        """
        with self._guarded(), self._reading() as (connection, view):
            yield DiskReader(connection, view)

    def _open(self) -> None:
        """Make what is missing, and see whether the two halves fit each other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._fits():
            with self._database.writing() as connection:
                if not self._fits():
                    statistics.empty(connection, self._analysis, self.folder)
        with self._reading() as (connection, view):
            _, seen = self._state(connection)
            count = sum(known.sentences for known in statistics.statistics_by_language(connection).values())
            # Beyond `seen` means that a crash fell between the two commits; the update will come again.
            if view.seen == seen and view.searcher.num_docs != count + bool(seen):
                raise DamagedError(f"{view.searcher.num_docs} of {count} sentences are left")

    def _fits(self) -> bool:
        """Whether SQLite's half is one that this Derek writes, in this way of making terms.

        Raises `IndexTooNewError`.
        """
        ((version,),) = self._database.rows("PRAGMA user_version")
        if version > statistics.FORMAT:
            raise IndexTooNewError(self.folder, version, statistics.FORMAT)
        return version == statistics.FORMAT and (self._analysis,) in self._database.rows(
            "SELECT analysis FROM state"
        )

    def _writer(self, connection: sqlite3.Connection, generation: str, seen: int) -> tantivy.IndexWriter:
        if self._open_writer and self._open_writer[0] != generation:
            self._let_go()
        if self._open_writer is None:
            if self._merging:
                self._merging.join(_PATIENCE)
                if self._merging.is_alive():
                    raise LockedError
            opened = documents.writer(self.folder / generation, seen, statistics.last_article(connection))
            self._open_writer = generation, opened
        return self._open_writer[1]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep the writer for what may follow soon: while it merges, no other could be opened."""
        if self._idle:
            self._idle.cancel()
        try:
            yield
        except BaseException:
            self._let_go(failed=True)
            raise
        if self._open_writer:
            self._idle = threading.Timer(_IDLE, self._let_go)
            self._idle.daemon = True
            self._idle.start()

    def _let_go(self, *, failed: bool = False) -> None:
        """Let the writer finish; merging takes seconds now and then, and nobody needs to wait for it."""
        with self._lock:
            if self._open_writer is None:
                return
            _, writer = self._open_writer
            self._open_writer = None
            if failed:
                with contextlib.suppress(ValueError, OSError):
                    writer.rollback()
            self._merging = threading.Thread(target=documents.merge, args=[writer])
            self._merging.start()

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, View]]:
        """Give both halves of the index as they are at one moment."""
        for last in (*[False] * _LOOKS, True):
            with self._database.reading() as connection, documents.readable():
                generation, seen = self._state(connection)
                view = self._look(generation, seen)
                if view.seen < seen:
                    raise DamagedError("files are missing")
                # An update is just between its two commits, or was killed there.
                if view.seen <= seen or last:
                    self._view = view
                    yield connection, view
                    return
            time.sleep(_LOOK_AGAIN)

    def _look(self, generation: str, seen: int) -> View:
        """Return the files as they are, looked at by one thread after each update."""

        def current() -> View | None:
            view = self._view
            return view if view and (view.generation, view.recorded_change) == (generation, seen) else None

        if view := current():
            return view
        with self._looking:
            view = current() or View.of(self.folder, generation, seen, self._view)
            if view.seen <= seen:
                self._view = view
            return view

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Put into words what either half complains of; empty the index if it is damaged."""
        try:
            yield
        except LockedError as error:
            raise IndexBusyError(self.folder) from error
        except StoreUnusableError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
            closed = isinstance(error.__cause__, sqlite3.ProgrammingError)
            if closed or code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusyError(self.folder) from error
            if code in _BROKEN:
                self._renew()
                raise IndexDamagedError(self.folder, error.reason) from error
            raise IndexUnusableError(self.folder, error.reason) from error
        except DamagedError as error:
            self._renew()
            raise IndexDamagedError(self.folder, str(error)) from error
        except (ValueError, OSError) as error:
            raise IndexUnusableError(self.folder, str(error)) from error

    def _renew(self) -> None:
        """Put an empty index in place of a damaged one, unless another process did so already."""
        damaged = getattr(self._at, "generation", None)
        with self._lock:
            self._view = None
            self._let_go(failed=True)
            self._reopen()
            try:
                self._fits()
                with self._database.writing() as connection:
                    if self._state(connection)[0] == damaged:
                        statistics.empty(connection, self._analysis, self.folder)
            except StoreUnusableError as error:
                if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF not in _BROKEN:
                    raise
                erase(self.folder)
                self._reopen()
            self._open()

    def _reopen(self) -> None:
        """Open SQLite's half by its name again; whoever is reading the former one is told to try again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database.close()
        self._database = Database(self.folder / DATABASE, _PATIENCE)


def _foreign(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield the batches, and mark what fails in whoever gives them as not the index's fault."""
    try:
        yield from batches
    except Exception as error:
        raise _ForeignError from error


def erase(folder: Path) -> None:
    """Delete an index, whatever is left of it; it can be made anew from the articles.

    Raises `IndexUnusableError`.
    """
    try:
        statistics.erase(folder, DATABASE)
    except OSError as error:
        raise IndexUnusableError(folder, str(error)) from error
