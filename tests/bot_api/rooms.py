"""The chats a bot can see, and what stands in each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, bad_request
from .messages import Message
from .parties import Chat, User

_GONE = {
    "private": "bot was blocked by the user",
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
    "channel": "bot was kicked from the channel chat",
}


@dataclass(slots=True)
class Room:
    """One chat with its messages, members and topics."""

    chat: Chat
    messages: dict[int, Message] = field(default_factory=dict)
    members: dict[int, tuple[User, str]] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    last_id: int = 0
    gone: bool = False
    moved_to: int | None = None

    def add(self, content: Mapping[str, Any], html: str | None = None, *, from_bot: bool = False) -> Message:
        """Put a message into the chat under the next number."""
        self.last_id += 1
        head = {"message_id": self.last_id, "date": int(time.time()), "chat": self.chat.json()}
        message = Message(head | dict(content), html, from_bot)
        self.messages[message.id] = message
        return message

    def replace(self, message: Message, changed: Mapping[str, Any], html: str | None) -> Message:
        """Put an edited message in the place of the old one."""
        new = Message(dict(changed) | {"edit_date": int(time.time())}, html, message.from_bot)
        self.messages[message.id] = new
        return new

    def add_member(self, user: User, status: str = "member") -> None:
        self.members[user.id] = (user, status)


class Rooms:
    """The chats by id; one that the bot never met is not found."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def open(self, chat: Chat) -> Room:
        """Return the room of a chat, opening it if this is the first that the bot hears of it."""
        return self._rooms.setdefault(chat.id, Room(chat))

    def find(self, chat_id: object) -> Room:
        """Return the room a request names, or refuse as Telegram does."""
        if chat_id in {None, ""}:
            raise bad_request("chat_id is empty")
        room = self._rooms.get(chat_id) if isinstance(chat_id, int) else None
        if room is None:
            raise bad_request("chat not found")
        if room.moved_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, {"migrate_to_chat_id": room.moved_to})
        return room

    def writable(self, chat_id: object) -> Room:
        """Return the room a request names if the bot may still write there."""
        room = self.find(chat_id)
        if room.gone:
            raise ApiError(403, f"Forbidden: {_GONE[room.chat.type]}")
        return room
