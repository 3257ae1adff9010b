"""Writes to the journal from the event loop, of which those that wait share one transaction."""

import asyncio
import logging
import queue
import threading
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from bot.chats.journal import Journal
from retrieval.errors import StoreError

Result = TypeVar("Result")

#: How many writes share a transaction at most.
_MOST = 200

#: How long to wait before a file is written again that could not be, in seconds.
_PAUSE = 1.0

_log = logging.getLogger(__name__)


class _Write(NamedTuple):
    work: Callable[[], object]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[object]"


async def until_written(work: Callable[[], Awaitable[Result]]) -> Result:
    """Do what writes to a file, again and again until that can be written."""
    while True:
        try:
            return await work()
        except StoreError as error:
            _log.error("%s; trying again", error)
            await asyncio.sleep(_PAUSE)


class Committer:
    """Does what is to be written to a journal, in order, in a thread of its own."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def __call__(self, work: Callable[[], Result]) -> Result:
        """Do some work on the journal and return what it gives, when it is written.

        Raises what the work raises, and `StoreUnusableError`.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[object] = loop.create_future()
        self._waiting.put(_Write(work, loop, done))
        return await done  # type: ignore[return-value]  # what this very work gave

    async def surely(self, work: Callable[[], Result]) -> Result:
        """Do the same, again and again until the journal can be written."""
        return await until_written(lambda: self(work))

    def close(self) -> None:
        """Write what waits, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (write := self._waiting.get()) is not None:
            batch = [write]
            while len(batch) < _MOST and not self._waiting.empty():
                further = self._waiting.get()
                if further is None:
                    self._waiting.put(None)
                    break
                batch.append(further)
            self._commit(batch)

    def _commit(self, batch: list[_Write]) -> None:
        try:
            results = self.journal.together([write.work for write in batch])
        except Exception as error:
            results = [error] * len(batch)
        for write, result in zip(batch, results, strict=True):
            try:
                write.loop.call_soon_threadsafe(_settle, write.done, result)
            except RuntimeError:  # The loop ended meanwhile; what was written is written.
                _log.debug("nobody waits any more for what was written")


def _settle(done: "asyncio.Future[object]", result: object) -> None:
    if done.done():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
