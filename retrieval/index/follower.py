"""Keeps an index where the store is, whichever process changed it, and asks it.

store ─ numbered changes ─▶ batches ─▶ index ─▶ candidates
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from retrieval.articles import Article, Sentence
from retrieval.background import Progress
from retrieval.errors import IndexBusyError, IndexDamagedError, IndexUnusableError, UnknownArticleError
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Batch, Change, Index, batches
from retrieval.index.query import Query
from retrieval.index.search import search

#: How long, in seconds, a question waits for whoever else is bringing the index up to date.
_PATIENCE = 0.02

#: How long, in seconds, whoever insists waits for another process that is writing the index.
_STRICT_PATIENCE = 60.0

#: How often an index may begin anew meanwhile: found damaged, or moved by another process.
_TRIES = 3

_log = logging.getLogger(__name__)


class ChangeSource(Protocol):
    """What is followed: articles whose changes are numbered."""

    def changes(self, since: int) -> list[tuple[int, str]]:
        """Return the ids of the articles changed after `since`, each with its newest change's number."""

    def read(self, article_id: str) -> tuple[Article, tuple[Sentence, ...]]:
        """Return an article and its sentences.

        Raises `UnknownArticleError`.
        """


class IndexFollower:
    """An index that follows a store; it is opened when it is first needed. Threads may share one."""

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
        self._catch_up()
        try:
            return search(self.index, query)
        except (IndexDamagedError, IndexBusyError) as error:
            _log.warning("%s", error)
            self.follow()
            return search(self.index, query)

    def follow(self, progress: Progress | None = None, *, strict: bool = False) -> None:
        """Bring the index to where the store is, whoever changed it.

        While another thread or process does so, or while the index cannot be written, answers come
        from what it holds. `progress` is told how far it is. Raises `StoreError` if the index holds
        nothing, or, if `strict`, whenever it does not get there.
        """
        waiting = -1 if strict or not self._has_content() else _PATIENCE
        if not self._following.acquire(timeout=waiting):
            return
        try:
            self._update(progress, time.monotonic() + (_STRICT_PATIENCE if strict else 0))
        except (IndexBusyError, IndexUnusableError) as error:
            if strict or not self._has_content():
                raise
            _log.warning("%s", error)
        finally:
            self._following.release()

    def _catch_up(self) -> None:
        """Follow the store, but leave it to whoever just changed it, if they are about to do so."""
        until = time.monotonic() + _PATIENCE
        while not self._has_content() or self._source.changes(self.index.seen):
            if self._has_content() and self._following.locked():
                return
            if not self._has_content() or time.monotonic() > until:
                self.follow()
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
                self.index.update(self._batches(progress))
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

    def _batches(self, progress: Progress | None) -> Iterator[Batch]:
        """Yield what the index has not seen, so much at a time as is soon written."""
        after = self.index.seen
        changed = self._source.changes(after)
        places = {number: place for place, (number, _) in enumerate(changed, 1)}
        changes = ((number, self._change(article_id)) for number, article_id in changed)
        for batch in batches(changes, after):
            yield batch
            if progress:
                progress(places[batch.seen], len(changed))

    def _change(self, article_id: str) -> Change:
        try:
            return Change(article_id, *self._source.read(article_id))
        except UnknownArticleError:
            return Change(article_id)
