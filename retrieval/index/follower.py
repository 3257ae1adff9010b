"""Keeps an index where the store is, whichever process changed it, and asks it.

store ─ numbered changes ─▶ batches ─▶ index ─▶ candidates
"""

import logging
import threading
import time
from collections.abc import Callable

from retrieval.background import Progress
from retrieval.changes import ChangeSource, batches_since
from retrieval.errors import IndexBusyError, IndexDamagedError, IndexUnusableError
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Index
from retrieval.index.query import Query
from retrieval.index.search import search

#: How long, in seconds, a question waits for whoever else is bringing the index up to date.
_PATIENCE = 0.02

#: How long, in seconds, whoever is to get there waits for another process that is writing the index.
_LONG_PATIENCE = 60.0

#: How often an index may begin anew meanwhile: found damaged, or moved by another process.
_TRIES = 3

_log = logging.getLogger(__name__)


class IndexFollower:
    """A `Follower` that keeps an index, opened when it is first needed; threads may share one."""

    def __init__(self, source: ChangeSource, open_index: Callable[[], Index]) -> None:
        self._source, self._open_index = source, open_index
        self._opened: Index | None = None
        self._opening = threading.Lock()
        self._following = threading.Lock()

    @property
    def index(self) -> Index:
        """The index.

        Opening it raises what the engine raises then, a `StoreError`.
        """
        with self._opening:
            if self._opened is None:
                self._opened = self._open_index()
            return self._opened

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return len(self.index)

    def close(self) -> None:
        """Close the index, if it was opened; the store is its owner's to close."""
        if self._opened is not None:
            self._opened.close()

    def search(self, query: Query) -> list[Candidate]:
        """Return the candidates of the index, brought to where the store is; a damaged one is built anew.

        Raises `StoreError` if the store cannot be read, or if the index cannot be opened or read, or holds
        nothing and cannot be written.
        """
        self._catch_up_soon()
        try:
            return search(self.index, query)
        except (IndexDamagedError, IndexBusyError) as error:
            _log.warning("%s", error)
            self.catch_up()
            return search(self.index, query)

    def follow(self, progress: Progress | None = None) -> None:
        """Bring the index to where the store is, whoever changed it; `progress` is told how far it is.

        Raises `StoreError` if it does not get there.
        """
        with self._following:
            self._update(progress, time.monotonic() + _LONG_PATIENCE)

    def catch_up(self, progress: Progress | None = None) -> None:
        """Follow the store, unless another thread or process does so, or the index cannot be written.

        Answers come from what it holds then. Raises `StoreError` if it holds nothing.
        """
        if not self._following.acquire(timeout=_PATIENCE if self._has_content() else -1):
            return
        try:
            self._update(progress, time.monotonic())
        except (IndexBusyError, IndexUnusableError) as error:
            if not self._has_content():
                raise
            _log.warning("%s", error)
        finally:
            self._following.release()

    def _catch_up_soon(self) -> None:
        """Catch up, but leave it to whoever just changed the store, if they are about to do so."""
        until = time.monotonic() + _PATIENCE
        while not self._has_content() or self._source.changes(self.index.seen):
            if self._has_content() and self._following.locked():
                return
            if not self._has_content() or time.monotonic() > until:
                self.catch_up()
                return
            time.sleep(_PATIENCE / 10)

    def _has_content(self) -> bool:
        """Whether the index holds anything to answer from."""
        try:
            return self.index.seen > 0
        except IndexDamagedError:
            return False

    def _update(self, progress: Progress | None, until: float) -> None:
        """Tell the index what it has not seen, and again while another process is writing it."""
        tries = _TRIES
        while tries:
            try:
                self.index.update(batches_since(self._source, self.index.seen, progress))
                if not self._source.changes(self.index.seen):
                    return
                tries -= 1
            except IndexDamagedError:
                tries -= 1
                if not tries:
                    raise
            except IndexBusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(_PATIENCE)
