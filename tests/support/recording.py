"""A request object that records what the bot sends instead of sending it, and updates to feed the bot."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from telegram.request import BaseRequest

from bot.assembly import Derek
from bot.chats.rates import Rates
from bot.telegram.service import Service
from tests.support.bot_api import Chat, User, private
from tests.support.bot_api.chats import member
from tests.support.bot_api.entities import entities_in

BOT = User(42, "Derek", None, "derek_bot")
ANN = User(7, "Ann", "en", "ann")
HOME = private(ANN)
GROUP = Chat(-100, "supergroup", "Editors")

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a Bot API method."""

    method: str
    parameters: Mapping[str, Any]

    @property
    def text(self) -> str:
        return str(self.parameters.get("text", ""))

    @property
    def buttons(self) -> dict[str, str]:
        """What each button under the message sends, by its text."""
        markup = self.parameters.get("reply_markup") or {}
        return {
            button["text"]: button["callback_data"]
            for row in markup.get("inline_keyboard", ())
            for button in row
        }


class RecordingRequest(BaseRequest):
    """Answers every call as Telegram would on a good day, or with the failures planned for it."""

    #: What Telegram holds of the bot.
    _held: ClassVar[Mapping[str, Any]] = {
        "getMyCommands": [],
        "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    }

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.calls: list[Call] = []
        #: The ids of messages that were sent or edited, each with the method that did it.
        self.ids: list[tuple[str, int]] = []
        self.failures: defaultdict[str, deque[tuple[int, str]]] = defaultdict(deque)
        #: What people are in every group, where they are more than members, without being listed as that.
        self.statuses: dict[int, str] = {}
        self._files = dict(files or {})

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Do nothing: there is no connection."""

    async def shutdown(self) -> None:
        """Do nothing: there is no connection."""

    async def do_request(self, *_: Any, **arguments: Any) -> tuple[int, bytes]:
        """Record a call, which python-telegram-bot makes by keyword."""
        url, request_data = arguments["url"], arguments["request_data"]
        name = url.rsplit("/", 1)[-1]
        if "/file/" in url:
            return 200, self._files[name]
        parameters = dict(request_data.parameters) if request_data else {}
        self.calls.append(Call(name, parameters))
        if self.failures[name]:
            code, description = self.failures[name].popleft()
            return code, json.dumps({"ok": False, "error_code": code, "description": description}).encode()
        return 200, json.dumps({"ok": True, "result": self._result(name, parameters)}).encode()

    def _result(self, name: str, parameters: Mapping[str, Any]) -> Any:
        if name == "getMe":
            return BOT.json() | {"is_bot": True}
        if name == "getFile":
            return {
                "file_id": parameters["file_id"],
                "file_unique_id": "u",
                "file_path": parameters["file_id"],
            }
        if name == "getChatAdministrators":
            return []
        if name == "getChatMember":
            return member(
                User(int(parameters["user_id"])), self.statuses.get(parameters["user_id"], "member")
            )
        if name in ("sendMessage", "editMessageText", "editMessageReplyMarkup"):
            chat = {"id": parameters["chat_id"], "type": "private"}
            self.ids.append((name, next(_numbers)))
            return {"message_id": self.ids[-1][1], "date": int(time.time()), "chat": chat, "text": "…"}
        return self._held.get(name, True)


def feed(
    derek: Derek,
    *updates: dict[str, Any],
    request: RecordingRequest | None = None,
    rates: Rates | None = None,
) -> list[Call]:
    """Let the real handlers work on updates in turn; return what they called, typing left out."""
    recording = request or RecordingRequest()

    async def work() -> None:
        async with Service(derek, "42:TEST", "https://api.telegram.org", recording, rates) as service:
            for update in updates:
                await service.receive([update])
                await service.settle()

    asyncio.run(work())
    return [call for call in recording.calls if call.method not in ("getMe", "sendChatAction")]


def message(
    chat: Chat = HOME, user: User | None = ANN, text: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return an update with a message; commands and mentions in its text are marked as Telegram does."""
    content: dict[str, Any] = {"message_id": next(_numbers), "date": int(time.time()), "chat": chat.json()}
    if user is not None:
        content["from"] = user.json()
    if text is not None:
        content |= {"text": text, "entities": [entity.json() for entity in entities_in(text)]}
    return {"update_id": next(_numbers), "message": content | more}


def press(data: str, chat: Chat = HOME, user: User = ANN, *, beneath: Call | None = None) -> dict[str, Any]:
    """Return an update with a pressed button that sends `data`, with the others `beneath` a message."""
    under = {
        "message_id": next(_numbers),
        "date": int(time.time()),
        "chat": chat.json(),
        "from": BOT.json(),
        "text": "…",
    }
    if beneath:
        under["reply_markup"] = beneath.parameters["reply_markup"]
    query = {
        "id": str(next(_numbers)),
        "from": user.json(),
        "chat_instance": "1",
        "data": data,
        "message": under,
    }
    return {"update_id": next(_numbers), "callback_query": query}


def post(
    channel: Chat, text: str | None, number: int | None = None, *, edited: bool = False, **more: Any
) -> dict[str, Any]:
    """Return an update with a channel's post, perhaps one that was edited."""
    content: dict[str, Any] = {"message_id": number or next(_numbers), "date": 1_746_230_400}
    content |= {"chat": channel.json(), "sender_chat": channel.json()}
    content |= {} if text is None else {"text": text}
    content |= {"edit_date": int(time.time())} if edited else {}
    kind = "edited_channel_post" if edited else "channel_post"
    return {"update_id": next(_numbers), kind: content | more}


def typed(user: User, query: str) -> dict[str, Any]:
    """Return an update with what somebody types behind the bot's name in any chat."""
    asked = {"id": str(next(_numbers)), "from": user.json(), "query": query, "offset": ""}
    return {"update_id": next(_numbers), "inline_query": asked | {"chat_type": "supergroup"}}


def membership(chat: Chat, by: User, status: str, old_status: str = "left") -> dict[str, Any]:
    """Return an update that tells that somebody added the bot to a group, or took it out."""
    change = {
        "chat": chat.json(),
        "from": by.json(),
        "date": int(time.time()),
        "old_chat_member": member(BOT, old_status),
        "new_chat_member": member(BOT, status),
    }
    return {"update_id": next(_numbers), "my_chat_member": change}


def document(name: str, size: int = 100) -> dict[str, Any]:
    """Return what a message with a document holds; its file's id is its name."""
    return {"document": {"file_id": name, "file_unique_id": "u", "file_name": name, "file_size": size}}


def told(calls: Sequence[Call], chat: Chat) -> list[str]:
    """Return what was sent into one chat, message by message."""
    return texts([call for call in calls if str(call.parameters.get("chat_id")) == str(chat.id)])


def texts(calls: Sequence[Call]) -> list[str]:
    """Return what was sent, message by message."""
    return [call.text for call in calls if call.method == "sendMessage"]
