"""Tasks that go on beside each other, none of which is lost sight of."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.telegram.watch import Watch


class Tasks:
    """Tasks from their start to their end; an error in one is a fault of ours, told to the `watch`."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._going: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let some work go on."""
        task = asyncio.create_task(work)
        self._going.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            self._watch.broke(fault)

    async def settle(self) -> None:
        """Wait until all are over, those that are started meanwhile, too."""
        while self._going:
            await asyncio.wait(set(self._going))

    async def stop(self, patience: float) -> None:
        """Wait `patience` seconds for their end, cancel what goes on then, and wait as long for that."""
        await self._wait(patience)
        for task in self._going:
            task.cancel()
        await self._wait(patience)

    async def _wait(self, patience: float) -> None:
        if self._going:
            await asyncio.wait(set(self._going), timeout=patience)
