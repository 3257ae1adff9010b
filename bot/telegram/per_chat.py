"""Updates at the same time, but those of one chat in their order."""

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

#: How many updates are worked on at once.
_AT_ONCE = 32

#: How many may wait for their chat's turn besides: more than Telegram keeps for a bot in a day.
_WAITING = 100_000


class PerChat(BaseUpdateProcessor):
    """Works on one update of a chat after the other: measured, chats fall out of order without it."""

    def __init__(self) -> None:
        super().__init__(_WAITING)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running = asyncio.Semaphore(_AT_ONCE)

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Await an update's turn in its chat, then a free place, then the update itself.

        In this order: were a place taken first, the queue of one busy chat would take them all.
        """
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else nullcontext()
        async with lock, self._running:
            await coroutine

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to put away."""
