"""Work on the updates of the journal: those of one lane in order, lanes side by side, each until done."""

import asyncio
import json
import logging
import secrets
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import Application

from bot.chats.journal import Lane, Queued, Received
from bot.phrases import Phrases
from bot.rendering.blocks import paragraph
from bot.telegram.committing import Committer
from bot.telegram.handling import TooEarlyError, handling
from bot.telegram.outgoing import Outgoing, Said, Target, kept
from bot.telegram.replies import Reply
from bot.telegram.tasks import Tasks
from bot.telegram.updates import is_passing, phrases_of
from bot.telegram.watch import Watch
from retrieval.errors import StoreError

#: How many updates are worked on at once.
_AT_ONCE = 32

#: How long the process is to have lived, in seconds, before something is tried that earlier ones may have
#: died of, by how often they did while they worked on it alone. Whatever else kills processes again and
#: again hardly lets one live so long: while all pauses were 3 s, three of 195 kills in 495 s met one update.
_SETTLED = (3.0, 10.0, 20.0)

#: How long what a process died of may be worked on alone, in seconds, while everything else waits.
_ALONE = 5.0

#: How long to wait before an update is tried again whose handler failed in passing, in seconds; after the
#: last of these it is given up, and whoever sent it is told.
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)

_log = logging.getLogger(__name__)

_Application = Application[Any, Any, Any, Any, Any, Any]


class Working:
    """The work on a bot's updates; what is to be sent for each is given to `deliver` when it is written."""

    def __init__(
        self,
        application: _Application,
        commit: Committer,
        deliver: Callable[[Iterable[Queued]], None],
        administrators: Callable[[], Iterable[int]],
        watch: Watch,
    ) -> None:
        """Begin nothing yet; the `administrators` are told of what had to be set aside."""
        self._application, self._journal, self._commit = application, commit.journal, commit
        self._watch = watch
        self._deliver, self._administrators = deliver, administrators
        self._lanes: dict[Lane, deque[Received]] = {}
        self._tasks = Tasks(watch)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._opened = asyncio.Event()
        self._alone = asyncio.Lock()
        #: How many updates are being worked on.
        self._working = 0

    async def begin(self) -> None:
        """Take up what an earlier process left, to be called before anything else is taken.

        What that may have died of waits, with what follows it in its lane, until it is tried alone.
        """
        waiting = await self._commit(self._journal.recover)
        suspects: dict[Lane, list[Received]] = {}
        for received in waiting.updates:
            if received.update_id in waiting.suspects:
                suspects.setdefault(received.lane, []).append(received)
                self._lanes.setdefault(received.lane, deque()).append(received)
        for received in waiting.updates:
            if received.update_id not in waiting.suspects:
                self.take(received)
        self._opened.set()
        self._tasks.start(self._tell_set_aside(waiting.set_aside))
        for of_lane in suspects.values():
            deaths = max(waiting.suspects[received.update_id] for received in of_lane)
            self._tasks.start(self._try_alone(of_lane, _SETTLED[min(deaths, len(_SETTLED) - 1)]))

    async def _tell_set_aside(self, numbers: Iterable[int]) -> None:
        """Tell of updates that were set aside."""
        for update_id in numbers:
            _log.error("update %s was set aside: the process died of it", update_id)
            self._watch.set_aside()
            await self._report(Phrases(None)("set-aside-fatal", update=str(update_id)))

    async def _try_alone(self, suspects: Sequence[Received], settled: float) -> None:
        """Work on the suspects of a lane beside nothing else, once the process has lived so many seconds.

        Who kills it before then kills it for none of them.
        """
        await asyncio.sleep(settled)
        async with self._alone:
            self._opened.clear()
            try:
                await self._quiet()
                with suppress(TimeoutError):  # What hangs kills nothing, and holds nobody up.
                    for received in suspects:
                        if not await asyncio.wait_for(self._work(received, alone=True), _ALONE):
                            break
                        self._lanes[received.lane].popleft()
            finally:
                self._opened.set()
        await self._run(suspects[0].lane)

    async def _quiet(self) -> None:
        """Wait a little for the end of what is being worked on."""
        until = time.monotonic() + _ALONE
        while self._working and time.monotonic() < until:
            await asyncio.sleep(0.01)

    def take(self, received: Received) -> None:
        """Work on an update when its turn in its lane comes."""
        lane = self._lanes.get(received.lane)
        if lane is not None:
            lane.append(received)
            return
        self._lanes[received.lane] = deque([received])
        self._tasks.start(self._run(received.lane))

    async def settle(self) -> None:
        """Wait until everything that was taken is done."""
        await self._tasks.settle()

    async def stop(self, patience: float) -> None:
        """Begin nothing more, and wait `patience` seconds for what was begun; it is taken up again later."""
        self._opened.clear()
        await self._tasks.stop(patience)

    async def _run(self, name: Lane) -> None:
        lane = self._lanes[name]
        try:
            while lane:
                if is_passing(lane[0]) and any(map(is_passing, islice(lane, 1, None))):
                    # Whoever types has typed on: only what they typed last is still wanted.
                    await self._commit.surely(partial(self._journal.finish, lane[0].update_id))
                else:
                    await self._until_done(lane[0])
                lane.popleft()
        finally:
            # Nothing is awaited between the last look at the lane and this.
            del self._lanes[name]

    async def _until_done(self, received: Received) -> None:
        """Work on an update until it is done; one that fails in passing is tried again, at last given up."""
        # What is for the moment is over by then.
        for pause in () if is_passing(received) else _PAUSES:
            if await self._in_its_place(received):
                return
            await asyncio.sleep(pause)
        await self._in_its_place(received, is_last=True)

    async def _in_its_place(self, received: Received, *, is_last: bool = False) -> bool:
        """Work on an update once when that may begin; whether it is done now."""
        async with self._places:
            # Asked here, for a place may become free while suspects are tried.
            await self._opened.wait()
            self._working += 1
            try:
                return await self._work(received, is_last=is_last)
            finally:
                self._working -= 1

    async def _work(self, received: Received, *, alone: bool = False, is_last: bool = False) -> bool:
        """Work on an update once; whether it is done now."""
        number, began = received.update_id, time.monotonic()
        if not await self._commit.surely(lambda: self._journal.begin(number, alone=alone)):
            return True  # It was forgotten meanwhile.
        if (update := self._parsed(received)) is None:
            return await self._set_aside(number)
        try:
            messages = await self._handled(update, is_last=is_last)
        except asyncio.CancelledError:
            # The process ends in good order: that is not the update's fault.
            await asyncio.shield(self._commit.surely(lambda: self._journal.release(number)))
            raise
        except Exception as error:
            # What even its apology fails of is no reason to end.
            _log.error("update %s cannot be worked on: %s", number, type(error).__name__)
            return await self._set_aside(number)
        if messages is None:
            await self._commit.surely(lambda: self._journal.release(number))
            return False
        finish = partial(self._journal.finish, number, kept(messages), received.person)
        self._deliver(await self._commit.surely(finish))
        seconds = time.monotonic() - began
        self._watch.done(seconds)
        _log.info("update %s done in %.2f s, messages to send: %s", number, seconds, len(messages))
        return True

    async def _set_aside(self, number: int) -> bool:
        """Put an update out of the way that cannot be worked on, and tell the administrators; True."""
        await self._commit.surely(lambda: self._journal.set_aside(number))
        self._watch.set_aside()
        await self._report(Phrases(None)("set-aside-unreadable", update=str(number)))
        return True

    def _parsed(self, received: Received) -> Update | None:
        """Return an update as python-telegram-bot has it; None for one that it cannot read."""
        try:
            return Update.de_json(json.loads(received.body), self._application.bot)
        except Exception as error:
            # Not what it says: that may be of somebody's text.
            _log.error("update %s cannot be read: %s", received.update_id, type(error).__name__)
            return None

    async def _handled(self, update: Update, *, is_last: bool) -> list[Outgoing] | None:
        """Return what is to be sent for an update; None if it is to be tried again."""
        with handling() as work:
            await self._application.process_update(update)
        if work.error is None:
            return work.messages
        if _passes(work.error) and not is_last:
            _log.warning("update %s: %s; trying again", update.update_id, type(work.error).__name__)
            return None
        if isinstance(work.error, TooEarlyError):
            return []
        return [*work.messages, *_apology(update, work.error)]

    async def _report(self, text: str) -> None:
        """Tell the administrators something."""
        messages = [
            Said(target=Target(chat=person), language="en", blocks=(paragraph(text),))
            for person in sorted(self._administrators())
        ]
        self._deliver(await self._commit.surely(partial(self._journal.queue, kept(messages))))


def _passes(error: Exception) -> bool:
    """Whether what a handler failed of may pass: the network, a lock, a full disk."""
    if isinstance(error, BadRequest | Forbidden):
        return False
    return isinstance(error, NetworkError | RetryAfter | StoreError | OSError | TooEarlyError)


def _apology(update: Update, error: Exception) -> list[Outgoing]:
    """Return the word that an update failed, under a reference by which the log has the error."""
    reference = secrets.token_hex(3)
    # Where it failed, and not what it says: that may be of somebody's text.
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s: update %s failed: %s\n%s", reference, update.update_id, type(error).__name__, frames)
    if update.effective_chat is None or update.effective_chat.type == ChatType.CHANNEL:
        return []
    text = phrases_of(update)("failure", reference=reference)
    message = update.effective_message
    target = Reply.under(message).target if message else Target(chat=update.effective_chat.id)
    return [Said(target=target, language="en", blocks=(paragraph(text),))]
