"""Chats: who takes part in them, what stands in each, and what a bot can learn about them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.bot_api.entities import Entity, from_json, utf16_slice
from tests.support.bot_api.requests import ApiError, Parameters, bad_request

_GONE = {
    "private": "bot was blocked by the user",
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
    "channel": "bot was kicked from the channel chat",
}

_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]


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
    username: str | None = None

    def __post_init__(self) -> None:
        if self.type not in {"private", "group", "supergroup", "channel"}:
            raise ValueError(f"there is no chat of type {self.type!r}")
        if (self.id > 0) != (self.type == "private"):
            raise ValueError(f"a {self.type} chat cannot have the id {self.id}")

    def json(self) -> dict[str, Any]:
        """Return the chat as the Bot API writes it within a message."""
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": self.title or "Ann"}
        written = {"id": self.id, "type": self.type, "title": self.title or "A chat"}
        return written | ({"username": self.username} if self.username else {})


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


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Telegram keeps it; `html` is what a bot sent, if it sent HTML."""

    json: Mapping[str, Any]
    html: str | None = None
    from_bot: bool = False

    @property
    def id(self) -> int:
        return int(self.json["message_id"])

    @property
    def chat_id(self) -> int:
        return int(self.json["chat"]["id"])

    @property
    def text(self) -> str:
        """The text, or the caption, after parsing."""
        return str(self.json.get("text", self.json.get("caption", "")))

    @property
    def entities(self) -> tuple[Entity, ...]:
        written = self.json.get("entities", self.json.get("caption_entities", ()))
        return tuple(from_json(item) for item in written)

    @property
    def reply_markup(self) -> Mapping[str, Any] | None:
        return self.json.get("reply_markup")

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one replies to."""
        replied = self.json.get("reply_to_message")
        return int(replied["message_id"]) if replied else None

    @property
    def quote(self) -> str | None:
        quote = self.json.get("quote")
        return str(quote["text"]) if quote else None

    @property
    def thread_id(self) -> int | None:
        return self.json.get("message_thread_id")

    @property
    def buttons(self) -> tuple[str, ...]:
        """The texts of the inline buttons, row after row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", ())
        return tuple(str(button["text"]) for row in rows for button in row)

    def marked(self, kind: str) -> tuple[str, ...]:
        """Return the stretches of text that entities of one type mark."""
        return tuple(
            utf16_slice(self.text, entity.offset, entity.length)
            for entity in self.entities
            if entity.type == kind
        )

    def data_of(self, button: str) -> str:
        """Return what the button with this text sends; fails if there is no such button."""
        rows = (self.reply_markup or {}).get("inline_keyboard", ())
        data = [item.get("callback_data") for row in rows for item in row if item["text"] == button]
        if not data or data[0] is None:
            raise AssertionError(f"no button {button!r} to press, only {self.buttons}, under {self.text!r}")
        return str(data[0])

    def without_reply(self) -> dict[str, Any]:
        """Return the message as it stands within a reply to it: one level deep."""
        return {key: value for key, value in self.json.items() if key != "reply_to_message"}


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


def member(user: User, status: str) -> dict[str, Any]:
    """Return a chat member as the Bot API writes one."""
    written: dict[str, Any] = {"user": user.json(), "status": status}
    if status == "administrator":
        written |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    elif status == "creator":
        written["is_anonymous"] = False
    elif status == "kicked":
        written["until_date"] = 0
    return written


class Membership:
    """What a bot can learn about a chat."""

    def __init__(self, bot: User, rooms: Rooms) -> None:
        self._bot = bot
        self._rooms = rooms

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {
            "getChat": self.chat,
            "getChatMember": self.member,
            "getChatAdministrators": self.administrators,
            "leaveChat": self.leave,
        }

    def chat(self, p: Parameters) -> dict[str, Any]:
        room = self._rooms.find(p.get("chat_id"))
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        more = {"accent_color_id": 0, "max_reaction_count": 11}
        return room.chat.json() | more | {"accepted_gift_types": dict.fromkeys(gifts, False)}

    def member(self, p: Parameters) -> dict[str, Any]:
        room = self._rooms.writable(p.get("chat_id"))
        if "user_id" not in p:
            raise bad_request("invalid user_id specified")
        if p["user_id"] == self._bot.id:
            return member(self._bot, room.members.get(self._bot.id, (self._bot, "member"))[1])
        if p["user_id"] not in room.members:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member(*room.members[p["user_id"]])

    def administrators(self, p: Parameters) -> list[dict[str, Any]]:
        room = self._rooms.writable(p.get("chat_id"))
        if room.chat.type == "private":
            raise bad_request("there are no administrators in the private chat")
        leading = [member for member in room.members.values() if member[1] in {"creator", "administrator"}]
        bots = p.get("return_bots", False)
        return [member(user, status) for user, status in leading if bots or not user.is_bot]

    def leave(self, p: Parameters) -> bool:
        room = self._rooms.writable(p.get("chat_id"))
        if room.chat.type == "private":
            raise bad_request("chat member status can't be changed in private chats")
        room.gone = True
        room.add_member(self._bot, "left")
        return True
