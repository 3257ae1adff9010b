"""The server: one thread, one loop, one bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

from .faults import Fault, FaultPlan
from .hosting import Hosted
from .messages import Message
from .parties import Chat, User
from .people import People
from .state import Settings, State
from .watching import Watched
from .wire import Wire

Done = TypeVar("Done")

TEST_TOKEN = "42:TEST"


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
