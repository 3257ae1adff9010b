"""A thread with a loop of its own that serves HTTP on loopback."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

Done = TypeVar("Done")

PATIENCE_SECONDS = 10.0


class Hosted(ABC):
    """A server that lives as long as the `with` block, on a port that the system chose."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._serve, name="bot-api", daemon=True)
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._port = 0

    @abstractmethod
    async def _open(self) -> web.Application:
        """Return what is to be served; called in the server's loop."""

    @abstractmethod
    async def _close(self) -> None:
        """Let go of what `_open` took; called in the server's loop."""

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(PATIENCE_SECONDS) or self._failure is not None:
            raise RuntimeError("the server did not start") from self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)
        if self._thread.is_alive():
            raise RuntimeError("the server did not stop")

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot wants as `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot wants as `base_file_url`."""
        return f"{self.url}/file/bot"

    def _run(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Run something in the server's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as failure:  # the thread that starts us has to hear of anything
            self._failure = failure
            self._started.set()
            raise

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner = web.AppRunner(await self._open(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._port = runner.addresses[0][1]
            self._started.set()
            await self._stop.wait()
        finally:
            await self._close()
            await runner.cleanup()
