"""Who takes part: users, chats, and where a forwarded message comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class User:
    """A person, or a bot, as Telegram introduces them."""

    id: int
    first_name: str = "Ann"
    language_code: str | None = "en"
    username: str | None = None
    is_bot: bool = False

    def json(self) -> dict[str, Any]:
        """Return the user as the Bot API writes one."""
        written = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"username": self.username, "language_code": self.language_code}
        return written | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat: private ones have the id of their user, groups have negative ids."""

    id: int
    type: str = "private"
    title: str | None = None

    def __post_init__(self) -> None:
        if self.type not in {"private", "group", "supergroup", "channel"}:
            raise ValueError(f"there is no chat of type {self.type!r}")
        if (self.id > 0) != (self.type == "private"):
            raise ValueError(f"a {self.type} chat cannot have the id {self.id}")

    def json(self) -> dict[str, Any]:
        """Return the chat as the Bot API writes it within a message."""
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": self.title or "Ann"}
        return {"id": self.id, "type": self.type, "title": self.title or "A chat"}


def private(user: User) -> Chat:
    """Return the private chat with a user."""
    return Chat(user.id, "private", user.first_name)


@dataclass(frozen=True, slots=True)
class FromUser:
    """The origin of a message whose author lets forwards name them."""

    user: User
    date: int = 1_700_000_000

    def json(self) -> dict[str, Any]:
        return {"type": "user", "date": self.date, "sender_user": self.user.json()}


@dataclass(frozen=True, slots=True)
class FromHidden:
    """The origin of a message whose author hides behind a name."""

    name: str
    date: int = 1_700_000_000

    def json(self) -> dict[str, Any]:
        return {"type": "hidden_user", "date": self.date, "sender_user_name": self.name}


@dataclass(frozen=True, slots=True)
class FromChannel:
    """The origin of a message that was first posted in a channel."""

    chat: Chat
    message_id: int
    date: int = 1_700_000_000
    signature: str | None = None

    def json(self) -> dict[str, Any]:
        written: dict[str, Any] = {"type": "channel", "date": self.date, "chat": self.chat.json()}
        written["message_id"] = self.message_id
        return written | ({"author_signature": self.signature} if self.signature else {})


Origin = FromUser | FromHidden | FromChannel
