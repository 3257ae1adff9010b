"""Updates on their way to the bot: the queue, and long polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from .errors import ApiError, beyond_the_fake

Parameters = Mapping[str, Any]

MOST_UPDATES = 100
KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "guest_message",
    ]
)
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

_TAKEN_OVER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK_SET = "Conflict: terminated by setWebhook request"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Updates:
    """The queue; an update leaves it when the bot asks for a later one, or a webhook takes it."""

    def __init__(self, repeat_bound: float, changed: Callable[[], None]) -> None:
        self._repeat_bound = repeat_bound
        self._changed = changed
        self._queue: list[dict[str, Any]] = []
        self._last_id = 100_000
        self._allowed = KINDS - _ON_REQUEST
        self._poll: asyncio.Future[ApiError | None] | None = None
        self._previous = (0, float("-inf"))
        self.pushed = asyncio.Event()
        self.webhook = False

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"getUpdates": self.get}

    @property
    def polling(self) -> bool:
        """Whether a bot waits for updates just now."""
        return self._poll is not None

    @property
    def waiting(self) -> tuple[Mapping[str, Any], ...]:
        """The updates that the bot has not acknowledged."""
        return tuple(self._queue)

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed)

    def add(self, kind: str, payload: Mapping[str, Any]) -> int | None:
        """Queue an update and return its id; None if the bot said that it wants none of this kind."""
        if kind not in self._allowed:
            return None
        self._last_id += 1
        self._queue.append({"update_id": self._last_id, kind: dict(payload)})
        self.pushed.set()
        self.end_poll(None)
        return self._last_id

    def allow(self, p: Parameters) -> None:
        """Remember which kinds the bot wants from now on; nothing said leaves it as it was."""
        if "allowed_updates" not in p:
            return
        wanted = frozenset(p["allowed_updates"])
        if unknown := wanted - KINDS:
            raise beyond_the_fake(f"unknown in allowed_updates: {sorted(unknown)}")
        self._allowed = wanted or KINDS - _ON_REQUEST

    def acknowledge(self, offset: int) -> None:
        """Forget what comes before the offset; a negative one counts from the queue's end."""
        if offset < 0:
            self._queue = self._queue[offset:]
        elif offset:
            self._queue = [update for update in self._queue if update["update_id"] >= offset]

    def forget_all(self) -> None:
        self._queue.clear()

    def end_poll(self, error: ApiError | None) -> None:
        """Let the request that waits come back, with what there is or with an error."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(error)

    def begin_webhook(self) -> None:
        self.webhook = True
        self.end_poll(ApiError(409, _WEBHOOK_SET))

    async def get(self, p: Parameters) -> list[dict[str, Any]]:
        """Return the next updates, waiting for one if the bot will."""
        if self.webhook:
            raise ApiError(409, _WEBHOOK_ACTIVE)
        self.allow(p)
        self.end_poll(ApiError(409, _TAKEN_OVER))
        offset = p.get("offset", 0)
        timeout = self._patience(offset, min(max(p.get("timeout", 0), 0), 50))
        self.acknowledge(offset)
        limit = min(max(p.get("limit", MOST_UPDATES), 1), MOST_UPDATES)
        if not self._queue and timeout:
            await self._wait(timeout)
        return self._queue[:limit]

    def _patience(self, offset: int, timeout: float) -> float:
        """Return how long to wait: who asks the same again at once has to wait a while."""
        now = asyncio.get_running_loop().time()
        before, since = self._previous
        self._previous = (offset, now)
        repeated = offset == before and now < since + self._repeat_bound
        return max(timeout, self._repeat_bound) if repeated else timeout

    async def _wait(self, timeout: float) -> None:
        poll: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self._changed()
        try:
            done, _ = await asyncio.wait([poll], timeout=timeout)
        finally:
            if self._poll is poll:
                self._poll = None
        if done and (error := poll.result()) is not None:
            raise error
