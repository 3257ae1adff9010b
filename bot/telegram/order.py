"""Updates at the same time, but those of one chat in their order."""

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

#: How many updates are worked on at once.
_AT_ONCE = 32


class PerChat(BaseUpdateProcessor):
    """Works on one update of a chat after the other: measured, chats fall out of order without it."""

    def __init__(self) -> None:
        super().__init__(_AT_ONCE)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Await an update's turn in its chat, then the update itself."""
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else nullcontext()
        async with lock:
            await coroutine

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to put away."""
