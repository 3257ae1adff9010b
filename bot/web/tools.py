"""Where the tools of MCP are asked over HTTP: nothing of them is loaded before somebody does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.chats.access import Role
from bot.web.problems import Problem
from bot.web.visitors import VISITOR, Site, reading_caller


class Tools:
    """The tools, over streamable HTTP, to whoever a key lets in."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._applications: dict[Role, Starlette] = {}
        self._wanted, self._ready, self._ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer as long as this is held."""
        serving = asyncio.create_task(self._serve())
        try:
            yield
        finally:
            self._ended.set()
            self._wanted.set()
            await serving

    async def _serve(self) -> None:
        """Begin when somebody asks, and end with all else; a task of its own, which has to do both."""
        await self._wanted.wait()
        if self._ended.is_set():
            return
        async with AsyncExitStack() as stack:
            for role, application in (await to_thread.run_sync(_applications)).items():
                await stack.enter_async_context(application.router.lifespan_context(application))
                self._applications[role] = application
            self._ready.set()
            await self._ended.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of somebody who may read; a problem says why not."""
        request = Request(scope)
        try:
            visitor = await to_thread.run_sync(lambda: reading_caller(request))
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        self._wanted.set()
        await self._ready.wait()
        scope[VISITOR] = visitor
        await self._applications[visitor.role](scope, receive, send)


def _applications() -> dict[Role, Starlette]:
    from bot.web.mcp import over_http  # noqa: PLC0415  it takes most of a second to load

    return {role: over_http(role) for role in (Role.READER, Role.ADMINISTRATOR)}
