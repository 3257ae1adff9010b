"""Methods that write: messages, their edits, and the signs that one is coming."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import NOT_MODIFIED, bad_request, beyond_the_fake
from .formatting import Formatted, check_length, formatted
from .keyboards import any_markup, inline_keyboard
from .limits import Limits
from .messages import Message
from .parties import User
from .replies import reply_fields
from .rooms import Room, Rooms

Parameters = Mapping[str, Any]

_PREVIEW = frozenset(["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"])
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


class Sending:
    """What a bot writes into chats."""

    def __init__(self, bot: User, rooms: Rooms, limits: Limits) -> None:
        self._bot = bot
        self._rooms = rooms
        self._limits = limits

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {
            "sendMessage": self.send,
            "editMessageText": self.edit_text,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete,
            "sendChatAction": self.show_action,
        }

    def send(self, p: Parameters) -> Message:
        """Put the bot's message into a chat."""
        room = self._rooms.writable(p.get("chat_id"))
        text = formatted(p)
        content = self._content(room, text) | _preview(p)
        content |= reply_fields(room, p.get("reply_parameters")) | _thread(room, p)
        if markup := any_markup(p.get("reply_markup")):
            content["reply_markup"] = markup
        check_length(text.text)
        self._limits.check(room.chat)
        return room.add(content, text.html, from_bot=True)

    def edit_text(self, p: Parameters) -> Message:
        """Change the text of the bot's message; the keyboard goes unless it is given again."""
        room, message = self._own(p)
        text = formatted(p)
        check_length(text.text)
        changed = {key: value for key, value in message.json.items() if key not in _EDITED}
        changed |= self._content(room, text) | _preview(p)
        return _edited(room, message, changed | _markup(p), text.html)

    def edit_markup(self, p: Parameters) -> Message:
        """Change the keyboard of the bot's message, or take it away."""
        room, message = self._own(p)
        changed = {key: value for key, value in message.json.items() if key != "reply_markup"}
        return _edited(room, message, changed | _markup(p), message.html)

    def delete(self, p: Parameters) -> bool:
        """Delete a message: the bot's own, or anyone's in a private chat."""
        room = self._rooms.find(p.get("chat_id"))
        message = room.messages.get(p.get("message_id", 0))
        if message is None:
            raise bad_request("message to delete not found")
        if not message.from_bot and room.chat.type != "private":
            raise bad_request("message can't be deleted")
        del room.messages[message.id]
        return True

    def show_action(self, p: Parameters) -> bool:
        """Show that the bot is typing, or the like."""
        room = self._rooms.writable(p.get("chat_id"))
        _thread(room, p)
        if p.get("action") not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def _content(self, room: Room, text: Formatted) -> dict[str, Any]:
        content: dict[str, Any] = {"from": self._bot.json(), "text": text.text}
        if room.chat.type == "channel":
            content = {"sender_chat": room.chat.json(), "text": text.text}
        if text.entities:
            content["entities"] = [entity.json() for entity in text.entities]
        return content

    def _own(self, p: Parameters) -> tuple[Room, Message]:
        if "inline_message_id" in p:
            raise beyond_the_fake("edits of inline messages")
        room = self._rooms.writable(p.get("chat_id"))
        message = room.messages.get(p.get("message_id", 0))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return room, message


_EDITED = frozenset({"text", "entities", "reply_markup", "link_preview_options"})


def _edited(room: Room, message: Message, changed: dict[str, Any], html: str | None) -> Message:
    def content(json: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in json.items() if key != "edit_date"}

    if content(changed) == content(message.json):
        raise bad_request(NOT_MODIFIED)
    return room.replace(message, changed, html)


def _markup(p: Parameters) -> dict[str, Any]:
    markup = inline_keyboard(p.get("reply_markup"))
    return {"reply_markup": markup} if markup else {}


def _preview(p: Parameters) -> dict[str, Any]:
    options = p.get("link_preview_options")
    if not options:
        return {}
    if unknown := set(options) - _PREVIEW:
        raise beyond_the_fake(f"unknown in link_preview_options: {sorted(unknown)}")
    return {"link_preview_options": options}


def _thread(room: Room, p: Parameters) -> dict[str, Any]:
    thread = p.get("message_thread_id")
    if thread is None:
        return {}
    if thread not in room.threads:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}
