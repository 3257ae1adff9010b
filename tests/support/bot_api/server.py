"""The server: one thread, one loop, one bot, over HTTP on loopback."""

import asyncio
import inspect
import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.support.bot_api.chats import Chat, Message, User
from tests.support.bot_api.journal import Call, Journal, Watched
from tests.support.bot_api.people import People
from tests.support.bot_api.requests import SIGNATURES, ApiError, Fault, FaultPlan, beyond_the_fake, parsed
from tests.support.bot_api.state import Settings, State

Done = TypeVar("Done")

TEST_TOKEN = "42:TEST"
PATIENCE_SECONDS = 10.0

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,60}")
_BY_LOWER = {name.lower(): name for name in SIGNATURES}
_NOT_FOUND = ApiError(404, "Not Found")


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


class BotApi(Hosted, Watched, People):
    """A Bot API server on loopback for one token: a context manager, usable from any thread.

    Telegram lets who asks for the same updates again within 3 seconds wait so long: a polling bot that stops
    does so, hence a smaller `repeat_bound` makes tests quick. `retry_seconds` lie between two deliveries to a
    webhook that refuses. `flood_limits` answers 429 where Telegram would.
    """

    def __init__(
        self,
        token: str = TEST_TOKEN,
        *,
        repeat_bound: float = 3.0,
        retry_seconds: float = 0.05,
        flood_limits: bool = False,
    ) -> None:
        Hosted.__init__(self)
        Watched.__init__(self)
        self._settings = Settings(token, repeat_bound, retry_seconds, flood_limits)
        self._plan = FaultPlan()
        self._state: State
        self._wire: Wire

    @property
    def token(self) -> str:
        return self._settings.token

    @property
    def bot(self) -> User:
        """The bot as users see it."""
        return self._settings.bot

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method meet a fault; `download` is the method of file downloads."""
        self._do(lambda _: self._plan.add(method, fault, times))

    @property
    def faults_left(self) -> int:
        """How many planned faults nothing has met yet."""
        return self._do(lambda _: self._plan.pending)

    def messages(self, chat: Chat | int) -> list[Message]:
        """Return what the bot wrote into a chat, as it stands there now."""
        chat_id = chat if isinstance(chat, int) else chat.id

        def action(state: State) -> list[Message]:
            rooms = [room for room in state.rooms if room.chat.id == chat_id]
            return [m for room in rooms for m in room.messages.values() if m.from_bot]

        return self._do(action)

    def conversation(self, chat: Chat | int) -> list[Message]:
        """Return what everybody wrote into a chat, as it stands there now."""
        chat_id = chat if isinstance(chat, int) else chat.id

        def action(state: State) -> list[Message]:
            rooms = [room for room in state.rooms if room.chat.id == chat_id]
            return [m for room in rooms for _, m in sorted(room.messages.items())]

        return self._do(action)

    @property
    def commands(self) -> Mapping[tuple[str, str], list[dict[str, str]]]:
        """The bot's commands by scope, as JSON, and language."""
        return self._do(lambda state: dict(state.profile.commands))

    @property
    def pending_updates(self) -> tuple[Mapping[str, Any], ...]:
        """The updates that the bot has not acknowledged yet."""
        return self._do(lambda state: state.updates.waiting)

    @property
    def unanswered(self) -> frozenset[str]:
        """The ids of callback and inline queries that the bot has not answered."""
        return self._do(lambda state: state.queries.unanswered())

    def listening(self) -> bool:
        """Tell whether a bot polls just now or has set a webhook."""
        return self._do(lambda state: state.updates.polling or state.updates.webhook)

    def wait_until_taken(self, timeout: float = 5.0) -> None:
        """Block until the bot has acknowledged every update."""
        self.wait_until(lambda: not self.pending_updates, timeout, "acknowledgement of every update")

    def _do(self, action: Callable[[State], Done]) -> Done:
        async def run() -> Done:
            return action(self._state)

        return self._run(run())

    async def _open(self) -> web.Application:
        self._state = State(self._settings, self._journal)
        self._wire = Wire(self.token, self._state, self._journal, self._plan)
        return self._wire.application()

    async def _close(self) -> None:
        self._wire.close()
        await self._state.webhook.stop()


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
            parameters = await _parameters_of(request, method)
            self._journal.add(Call(method, parameters, time.monotonic(), error=fault.name, fault=fault.name))
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
        except ConnectionResetError:  # The bot was killed while it asked.
            return Call(method, parameters, began, fault="the bot is gone")
        message = result if isinstance(result, Message) else None
        return Call(method, parameters, began, message.json if message else result, "", message, fault)

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise _NOT_FOUND
        if token != self._token:
            raise ApiError(401, "Unauthorized")


async def _parameters_of(request: web.Request, method: str) -> Mapping[str, Any]:
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
