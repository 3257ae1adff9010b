"""HTTP: from a request to a method and from its result to an answer."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .errors import ApiError, beyond_the_fake
from .faults import Fault, FaultPlan
from .journal import Call, Journal
from .messages import Message
from .signatures import SIGNATURES, parsed
from .state import State

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,60}")
_BY_LOWER = {name.lower(): name for name in SIGNATURES}
_NOT_FOUND = ApiError(404, "Not Found")


class Wire:
    """Answers HTTP requests for one bot."""

    def __init__(self, token: str, state: State, journal: Journal, plan: FaultPlan) -> None:
        self._token = token
        self._state = state
        self._journal = journal
        self._plan = plan
        self._closing = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        app.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", self.call)
        return app

    def close(self) -> None:
        """Let nothing wait any longer."""
        self._closing.set()
        self._state.updates.end_poll(None)

    async def call(self, request: web.Request) -> web.Response:
        """Run one method, unless a fault is planned for it."""
        name = request.match_info["method"]
        method = _BY_LOWER.get(name.lower(), name)
        fault = self._plan.take(method)
        if fault is not None and (early := await self._before(fault)) is not None:
            asked = await _asked(request, method)
            self._journal.add(Call(method, asked, time.monotonic(), error=fault.name, fault=fault.name))
            return _hang_up(request) if fault.drops else early
        call = await self._execute(request, method, fault.name if fault else "")
        self._journal.add(call)
        if fault is not None and fault.drops:
            return _hang_up(request)
        body = {"ok": True, "result": call.result} if call.ok else call.result
        return web.json_response(body, status=200 if call.ok else call.result["error_code"])

    async def download(self, request: web.Request) -> web.Response:
        """Send a file that getFile named."""
        fault = self._plan.take("download")
        if fault is not None and (early := await self._before(fault)) is not None:
            return _hang_up(request) if fault.drops else early
        content = self._state.files.content(request.match_info["path"])
        if request.match_info["token"] != self._token or content is None:
            return web.json_response(_NOT_FOUND.json(), status=404)
        return _hang_up(request) if fault is not None and fault.drops else web.Response(body=content)

    async def _before(self, fault: Fault) -> web.Response | None:
        """Do what a fault does before the method runs; an answer means that it never runs."""
        if fault.seconds:
            sleep = asyncio.create_task(self._closing.wait())
            await asyncio.wait([sleep], timeout=fault.seconds)
            sleep.cancel()
        if fault.executes:
            return None
        if fault.error is not None:
            return web.json_response(fault.error.json(), status=fault.error.code)
        return web.Response(text=fault.page, status=fault.status or 500, content_type="text/html")

    async def _execute(self, request: web.Request, method: str, fault: str) -> Call:
        parameters: Mapping[str, Any] = {}
        began = time.monotonic()
        try:
            self._check_token(request.match_info["token"])
            if method not in self._state.methods:
                raise _NOT_FOUND
            parameters = parsed(method, await _fields(request))
            result = self._state.methods[method](parameters)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return Call(method, parameters, began, error.json(), error.description, fault=fault)
        message = result if isinstance(result, Message) else None
        return Call(method, parameters, began, message.json if message else result, "", message, fault)

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise _NOT_FOUND
        if token != self._token:
            raise ApiError(401, "Unauthorized")


async def _asked(request: web.Request, method: str) -> Mapping[str, Any]:
    """Return what a call that will not be obeyed asked for, as far as it makes sense."""
    try:
        return parsed(method, await _fields(request)) if method in SIGNATURES else {}
    except ApiError:
        return {}


async def _fields(request: web.Request) -> dict[str, Any]:
    """Return the parameters as they came: in the address, a form, parts or JSON."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise beyond_the_fake("the body is no JSON") from None
        if not isinstance(body, dict):
            raise beyond_the_fake("the body is no JSON object")
        return fields | body
    form = await request.post()
    if len(set(form)) != len(form):
        raise beyond_the_fake("a parameter is given twice")
    return fields | dict(form)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection so that the bot sees no answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
