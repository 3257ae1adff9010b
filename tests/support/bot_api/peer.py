"""The same small interface over `lo-bot-api-emulator`, a Bot API that nobody here wrote.

It knows no markup, no replies' text and only three kinds of update; what it does not know is taken out of
requests here, so that a bot written for Telegram can talk to it. Scenarios that hold over both servers do
not lean on one fake's idea of Telegram.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import CONTRACT, LoBotApiEmulator
from lo_bot_api_emulator.updates import ALLOWED_UPDATE_TYPES

from tests.support.bot_api.chats import Chat, Message, User
from tests.support.bot_api.entities import entities_in
from tests.support.bot_api.html import parse
from tests.support.bot_api.journal import Call, Journal, Watched
from tests.support.bot_api.server import TEST_TOKEN, Hosted

_TRIES = 100
_UNMODELLED = frozenset({"setMyDescription", "setMyShortDescription"})
_REPLY = frozenset({"message_id", "allow_sending_without_reply"})
_BUTTON = frozenset({"style", "icon_custom_emoji_id"})


class _Emulator(LoBotApiEmulator):  # type: ignore[misc]  # it ships no types
    """The emulator, told the bot's name, and hearing only what it understands."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True)
        self._call_journal = journal
        self.sent: dict[tuple[int, int], Message] = {}

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        began, parameters = time.monotonic(), _as_values(fields)
        if method in _UNMODELLED:
            self._call_journal.add(Call(method, parameters, began, True))
            return True
        _drop_unknown(method, fields)
        try:
            result = super().validate(method, fields, uploads)
        except Exception as error:
            self._call_journal.add(
                Call(method, parameters, began, error=str(getattr(error, "description", error)))
            )
            raise
        if method == "getMe":
            result |= {"username": "derek_bot", "first_name": "Derek", "supports_inline_queries": True}
        message = self._keep(method, parameters, result)
        self._call_journal.add(Call(method, parameters, began, result, message=message))
        return result

    def _keep(self, method: str, parameters: Mapping[str, Any], result: Any) -> Message | None:
        """Remember what stands in the chats: the emulator itself does not."""
        if method == "deleteMessage":
            self.sent.pop((int(parameters["chat_id"]), int(parameters["message_id"])), None)
        if method not in {"sendMessage", "editMessageText", "editMessageReplyMarkup"}:
            return None
        key = (int(parameters["chat_id"]), int(result["message_id"]))
        content = dict(result)
        html = parameters.get("text") if parameters.get("parse_mode") == "HTML" else None
        if method == "editMessageReplyMarkup" and key in self.sent:
            content = {**self.sent[key].json, "reply_markup": parameters.get("reply_markup")}
            html = self.sent[key].html
        elif html is not None:
            text, entities = parse(html)
            content |= {"text": text.strip(), "entities": [entity.json() for entity in entities]}
        self.sent[key] = Message(content, html, from_bot=True)
        return self.sent[key]


class Peer(Hosted, Watched):
    """The emulator as a server on loopback, for one token."""

    def __init__(self, token: str = TEST_TOKEN) -> None:
        Hosted.__init__(self)
        Watched.__init__(self)
        self.token = token
        self._emulator = _Emulator(self._journal)
        self._numbers = count(1_000_001)

    async def _open(self) -> web.Application:
        app: web.Application = self._emulator.app()
        return app

    async def _close(self) -> None:
        """Do nothing: the emulator holds nothing open."""

    def open(self, chat: Chat, *members: User) -> None:
        """Do nothing: the emulator finds every chat."""

    def messages(self, chat: Chat | int) -> list[Message]:
        """Return what the bot wrote into a chat, as it stands there now."""
        chat_id = chat if isinstance(chat, int) else chat.id
        return [
            message
            for (message_chat_id, _), message in list(self._emulator.sent.items())
            if message_chat_id == chat_id
        ]

    def listening(self) -> bool:
        """Tell whether a bot ever asked for updates, or has a webhook now."""
        # The call is journalled before it is carried out, and what is sent in between is never delivered.
        webhook = self._emulator._update_queues.info(self.token)["url"]
        return bool(webhook or self.calls("getUpdates"))

    def message(self, chat: Chat, user: User, text: str, *, reply_to: Message | None = None) -> Message:
        """Write a text into a chat."""
        content: dict[str, Any] = {"text": text}
        if entities := [entity.json() for entity in entities_in(text)]:
            content["entities"] = entities
        if reply_to is not None:
            content["reply_to_message"] = reply_to.without_reply()
        return self._write(chat, user, content)

    def document(  # noqa: PLR0913, PLR0917 - what a document has
        self,
        chat: Chat,
        user: User,
        name: str,
        content: bytes,
        mime_type: str | None = "text/plain",
        caption: str | None = None,
    ) -> Message:
        """Send a file."""
        file_id = f"fixture-document-in-{next(self._numbers)}"
        self._emulator.assets[file_id] = {"filename": name, "data": content, "size": len(content)}
        described: dict[str, Any] = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name}
        described |= {"mime_type": mime_type, "file_size": len(content)}
        return self._write(chat, user, {"document": described} | ({"caption": caption} if caption else {}))

    def callback(self, message: Message, data: str, user: User) -> str:
        """Press a button that sends this data; return the query's id."""
        query_id = str(next(self._numbers))
        query = {"id": query_id, "from": user.json(), "data": data, "chat_instance": "1"}
        self._tell({"callback_query": query | {"message": dict(message.json)}})
        return query_id

    def press(self, message: Message, text: str, user: User) -> str:
        """Press the button of a message that has this text; fails if there is none now."""
        now = self._emulator.sent.get((message.chat_id, message.id), message)
        return self.callback(now, now.data_of(text), user)

    def _write(self, chat: Chat, user: User, content: Mapping[str, Any]) -> Message:
        head = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat.json()}
        message = Message(head | {"from": user.json()} | dict(content))
        self._tell({"message": dict(message.json)})
        return message

    def _tell(self, update: Mapping[str, Any]) -> None:
        self._run(self._deliver(update))

    async def _deliver(self, update: Mapping[str, Any]) -> None:
        """Deliver an update again until a webhook takes it, as Telegram does: the emulator tries once."""
        await self._emulator.enqueue_update(update, token=self.token)
        for _ in range(_TRIES):
            info = self._emulator._update_queues.info(self.token)
            if not info["url"] or not info["pending_update_count"]:
                return
            await asyncio.sleep(0.05)
            await self._emulator.deliver_updates(token=self.token)


def _as_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's parameters as values where they are JSON, as text where they are not."""
    return {name: _as_value(name, value) for name, value in fields.items()}


def _as_value(name: str, value: Any) -> Any:
    if name == "text" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _drop_unknown(method: str, fields: dict[str, Any]) -> None:
    """Take out of a request what the emulator refuses though Telegram takes it."""
    known = CONTRACT["methods"].get(method, {}).get("parameters")
    if known is None:
        return
    for name in set(fields) - set(known):
        del fields[name]
    if "allowed_updates" in fields:
        wanted = set(_as_value("", fields["allowed_updates"])) & ALLOWED_UPDATE_TYPES
        fields["allowed_updates"] = sorted(wanted)
    if "reply_parameters" in fields:
        reply = _as_value("", fields["reply_parameters"])
        fields["reply_parameters"] = {name: reply[name] for name in reply if name in _REPLY}
    markup = _as_value("", fields.get("reply_markup"))
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            for name in _BUTTON & set(button):
                del button[name]
    if markup:
        fields["reply_markup"] = markup
