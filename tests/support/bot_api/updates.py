"""Updates on their way to the bot, by long polling or a webhook, and the queries it has to answer."""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.support.bot_api.html import check_length, formatted
from tests.support.bot_api.requests import ApiError, Parameters, bad_request, beyond_the_fake
from tests.support.bot_api.sending import inline_keyboard

MOST_UPDATES = 100
MOST_RESULTS = 50
MOST_ALERT = 200
MOST_QUERY = 256
MOST_BUTTON = 64
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
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

_RESULT = frozenset(
    [
        "type",
        "id",
        "title",
        "input_message_content",
        "reply_markup",
        "url",
        "description",
        "thumbnail_url",
        "thumbnail_width",
        "thumbnail_height",
    ]
)
_CONTENT = frozenset({"message_text", "parse_mode", "entities", "link_preview_options"})
_START = re.compile("[A-Za-z0-9_-]{1,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_PORTS = frozenset({None, 80, 88, 443, 8443})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PATIENCE = aiohttp.ClientTimeout(total=10)


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

    def add_raw(self, content: Mapping[str, Any]) -> None:
        """Queue an update that holds whatever is said, wanted or not."""
        self._last_id += 1
        self._queue.append({"update_id": self._last_id, **content})
        self.pushed.set()
        self.end_poll(None)

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


class Webhook:
    """Where updates go; one at a time, in order, and again until the bot takes them."""

    def __init__(self, updates: Updates, retry_seconds: float, changed: Callable[[], None]) -> None:
        self._updates = updates
        self._retry_seconds = retry_seconds
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._settings: dict[str, Any] = {}
        self._secret = ""
        self._failure: dict[str, Any] = {}

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"setWebhook": self.set, "deleteWebhook": self.delete, "getWebhookInfo": self.info}

    async def set(self, p: Parameters) -> bool:
        """Deliver to the given address from now on; an empty one ends delivery."""
        url = p.get("url", "")
        if not url:
            return await self.delete(p)
        _check_url(url)
        _check_secret(p.get("secret_token", ""))
        if not 1 <= p.get("max_connections", 40) <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        self._updates.allow(p)
        await self.stop()
        if p.get("drop_pending_updates"):
            self._updates.forget_all()
        self._secret = p.get("secret_token", "")
        self._settings = {"url": url, "max_connections": p.get("max_connections", 40)}
        self._updates.begin_webhook()
        self._task = asyncio.create_task(self._deliver(url))
        self._changed()
        return True

    async def delete(self, p: Parameters) -> bool:
        """End delivery, so that the bot may poll."""
        await self.stop()
        if p.get("drop_pending_updates"):
            self._updates.forget_all()
        return True

    def info(self, _: Parameters) -> dict[str, Any]:
        general = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
            "allowed_updates": self._updates.allowed,
        }
        return general | self._settings | self._failure

    async def stop(self) -> None:
        """End delivery and wait until nothing is on its way."""
        task, self._task = self._task, None
        self._settings, self._failure, self._updates.webhook = {}, {}, False
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _deliver(self, url: str) -> None:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as client:
            while True:
                self._updates.pushed.clear()
                if not self._updates.waiting:
                    await self._updates.pushed.wait()
                    continue
                update = self._updates.waiting[0]
                if await self._post(client, url, update):
                    self._updates.acknowledge(update["update_id"] + 1)
                    self._changed()
                else:
                    await asyncio.sleep(self._retry_seconds)

    async def _post(self, client: aiohttp.ClientSession, url: str, update: Mapping[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with client.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                taken = 200 <= answer.status < 300
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            taken, problem = False, f"Connection failed: {error}"
        if not taken:
            self._failure = {"last_error_date": int(time.time()), "last_error_message": problem}
            self._changed()
        return taken


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _check_secret(secret: str) -> None:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


class Queries:
    """The ids that the bot may still answer, each once."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._last = 0

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"answerCallbackQuery": self.answer_callback, "answerInlineQuery": self.answer_inline}

    def ask(self) -> str:
        """Return the id of a new query."""
        self._last += 1
        query_id = f"4200000000{self._last:06}"
        self._open.add(query_id)
        return query_id

    def expire(self, query_id: str) -> None:
        """Make a query too old to answer."""
        self._open.discard(query_id)

    def unanswered(self) -> frozenset[str]:
        """Return the ids that nothing has answered."""
        return frozenset(self._open)

    def answer_callback(self, p: Parameters) -> bool:
        if len(p.get("text", "")) > MOST_ALERT:
            raise bad_request("MESSAGE_TOO_LONG")
        return self._answer(p.get("callback_query_id"))

    def answer_inline(self, p: Parameters) -> bool:
        results = p.get("results", [])
        if len(results) > MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        ids = [str(result.get("id", "")) for result in results]
        if len(set(ids)) != len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        if not all(1 <= len(result_id.encode()) <= 64 for result_id in ids):
            raise bad_request("RESULT_ID_INVALID")
        for result in results:
            _check_result(result)
        _check_results_button(p.get("button"))
        if p.get("cache_time", 300) < 0:
            raise bad_request("wrong parameter cache_time in request")
        return self._answer(p.get("inline_query_id"))

    def _answer(self, query_id: object) -> bool:
        if query_id not in self._open:
            raise bad_request(_TOO_OLD)
        self._open.discard(str(query_id))
        return True


def _check_results_button(button: Mapping[str, Any] | None) -> None:
    """Refuse a button above inline results that could not be shown, or would open nothing."""
    if button is None:
        return
    if unknown := set(button) - {"text", "web_app", "start_parameter"}:
        raise beyond_the_fake(f"unknown in the button of inline results: {sorted(unknown)}")
    if not 1 <= len(str(button.get("text", ""))) <= MOST_BUTTON:
        raise beyond_the_fake(f"the text of the button of inline results has 1 to {MOST_BUTTON} characters")
    if ("web_app" in button) == ("start_parameter" in button):
        raise beyond_the_fake("the button of inline results opens either an app or the bot")
    if not _START.fullmatch(str(button.get("start_parameter", "-"))):
        raise bad_request("START_PARAM_INVALID")


def _check_result(result: Mapping[str, Any]) -> None:
    """Refuse an inline result whose message could not be sent."""
    if not result.get("type"):
        raise bad_request("can't parse inline query result: Can't find field \"type\"")
    if result["type"] != "article":
        raise beyond_the_fake(f"results of type {result['type']!r}")
    if unknown := set(result) - _RESULT:
        raise beyond_the_fake(f"unknown in an inline query result: {sorted(unknown)}")
    if not result.get("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if content is None:
        raise bad_request("input message content is not specified")
    if unknown := set(content) - _CONTENT:
        raise beyond_the_fake(f"unknown in input_message_content: {sorted(unknown)}")
    check_length(formatted(content, text="message_text").text)
    inline_keyboard(result.get("reply_markup"))
