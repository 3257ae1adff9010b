"""What people do in Telegram; the bot hears of it by an update, unless a method says otherwise."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.support.bot_api.chats import Chat, Message, Origin, Room, User, member
from tests.support.bot_api.entities import entities_in
from tests.support.bot_api.state import State
from tests.support.bot_api.updates import MOST_QUERY

Done = TypeVar("Done")


class People(ABC):
    """Makes updates; `_do` runs an action in the server's own thread."""

    @abstractmethod
    def _do(self, action: Callable[[State], Done]) -> Done:
        """Run an action in the server's own thread, and return its result."""

    def open(self, chat: Chat, *members: User) -> None:
        """Let the bot know a chat, and who is in it, without an update."""

        def action(state: State) -> None:
            for user in members:
                state.rooms.open(chat).add_member(user)
            state.rooms.open(chat)

        self._do(action)

    def appoint(self, chat: Chat, user: User, status: str = "administrator") -> None:
        """Give a user a status in a chat, without an update: creator, administrator, member, left, kicked."""
        self._do(lambda state: state.rooms.open(chat).add_member(user, status))

    def message(  # noqa: PLR0913 - what a message has
        self,
        chat: Chat,
        user: User,
        text: str,
        *,
        reply_to: Message | None = None,
        thread_id: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Message:
        """Write a text into a chat; commands and mentions in it are marked as Telegram marks them."""
        content: dict[str, Any] = _marked("text", "entities", text)
        if thread_id is not None:
            content |= {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to is not None:
            content["reply_to_message"] = reply_to.without_reply()
        return self._do(lambda state: _write(state, chat, user, content | dict(more or {})))

    def edited_message(self, message: Message, text: str) -> Message:
        """Change the text of what a user wrote."""

        def action(state: State) -> Message:
            room = state.rooms.find(message.chat_id)
            kept = {key: value for key, value in message.json.items() if key not in {"text", "entities"}}
            edited = room.replace(message, kept | _marked("text", "entities", text), None)
            kind = "edited_channel_post" if room.chat.type == "channel" else "edited_message"
            state.updates.add(kind, edited.json)
            return edited

        return self._do(action)

    def strange_update(self, content: Mapping[str, Any]) -> None:
        """Bring the bot an update that Telegram would not, as a broken server between might."""
        self._do(lambda state: state.updates.add_raw(content))

    def forward(self, chat: Chat, user: User, text: str, origin: Origin) -> Message:
        """Forward a text from somewhere else."""
        return self.message(chat, user, text, more={"forward_origin": origin.json()})

    def document(  # noqa: PLR0913, PLR0917 - what a document has
        self,
        chat: Chat,
        user: User,
        name: str,
        content: bytes,
        mime_type: str | None = "text/plain",
        caption: str | None = None,
        *,
        size: int | None = None,
        album: str | None = None,
    ) -> Message:
        """Send a file, perhaps of an album; a size may be claimed that the content does not have."""

        def action(state: State) -> Message:
            stored = state.files.add("documents", name, content, size)
            described = stored.json() | {"file_name": name}
            described |= {"mime_type": mime_type} if mime_type else {}
            captioned = _marked("caption", "caption_entities", caption) if caption else {}
            grouped = {"media_group_id": album} if album else {}
            return _write(state, chat, user, {"document": described} | captioned | grouped)

        return self._do(action)

    def photo(self, chat: Chat, user: User, caption: str | None = None) -> Message:
        """Send a picture."""
        captioned = _marked("caption", "caption_entities", caption) if caption else {}
        sizes = {"width": 90, "height": 90}
        return self._media(chat, user, "photo", lambda file: {"photo": [file | sizes]} | captioned)

    def sticker(self, chat: Chat, user: User) -> Message:
        """Send a sticker."""
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._media(chat, user, "sticker", lambda file: {"sticker": file | look})

    def voice(self, chat: Chat, user: User) -> Message:
        """Send a voice message."""
        return self._media(chat, user, "voice", lambda file: {"voice": file | {"duration": 1}})

    def _media(
        self, chat: Chat, user: User, kind: str, content: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> Message:
        def action(state: State) -> Message:
            file = state.files.add(f"{kind}s", f"{kind}.bin", b"\0").json()
            return _write(state, chat, user, content(file))

        return self._do(action)

    def callback(self, message: Message, data: str, user: User) -> str:
        """Press a button that sends this data, whether or not it is there; return the query's id."""

        def action(state: State) -> str:
            room = state.rooms.find(message.chat_id)
            now = room.messages.get(message.id)
            gone = {"message_id": message.id, "date": 0, "chat": room.chat.json()}
            room.members.setdefault(user.id, (user, "member"))
            query: dict[str, Any] = {"id": state.queries.ask(), "from": user.json(), "data": data}
            query |= {"message": now.json if now else gone, "chat_instance": str(-message.chat_id)}
            state.updates.add("callback_query", query)
            return str(query["id"])

        return self._do(action)

    def press(self, message: Message, text: str, user: User) -> str:
        """Press the button of a message that has this text; fails if there is none now."""
        now = self._do(lambda state: state.rooms.find(message.chat_id).messages.get(message.id, message))
        return self.callback(now, now.data_of(text), user)

    def expire(self, query_id: str) -> None:
        """Make a query too old to answer."""
        self._do(lambda state: state.queries.expire(query_id))

    def inline_query(self, user: User, query: str, offset: str = "") -> str:
        """Ask the bot from any chat by its name; return the query's id."""
        if len(query) > MOST_QUERY:
            raise ValueError(f"Telegram cuts inline queries at {MOST_QUERY} characters")

        def action(state: State) -> str:
            inline_query = {"id": state.queries.ask(), "from": user.json(), "query": query, "offset": offset}
            state.updates.add("inline_query", inline_query | {"chat_type": "sender"})
            return str(inline_query["id"])

        return self._do(action)

    def my_chat_member(self, chat: Chat, user: User, status: str, old_status: str = "member") -> None:
        """Let a user add the bot, promote it, block it or remove it."""

        def action(state: State) -> None:
            room = state.rooms.open(chat)
            room.gone = status in {"kicked", "left"}
            room.add_member(state.bot, status)
            room.members.setdefault(user.id, (user, "member"))
            change = {"chat": chat.json(), "from": user.json(), "date": int(time.time())}
            change["old_chat_member"] = member(state.bot, old_status)
            state.updates.add("my_chat_member", change | {"new_chat_member": member(state.bot, status)})

        self._do(action)

    def migrate(self, chat: Chat, new_id: int, user: User) -> Chat:
        """Turn a group into a supergroup with a new id; both chats tell the bot."""
        new = Chat(new_id, "supergroup", chat.title)

        def action(state: State) -> Chat:
            old_room = state.rooms.open(chat)
            _write(state, chat, user, {"migrate_to_chat_id": new_id})
            old_room.moved_to = new_id
            state.rooms.open(new).members.update(old_room.members)
            _write(state, new, user, {"migrate_from_chat_id": chat.id})
            return new

        return self._do(action)


def _marked(text_key: str, entities_key: str, text: str) -> dict[str, Any]:
    entities = [entity.json() for entity in entities_in(text)]
    return {text_key: text} | ({entities_key: entities} if entities else {})


def _write(state: State, chat: Chat, user: User, content: Mapping[str, Any]) -> Message:
    """Put what a user wrote into the chat and tell the bot."""
    room: Room = state.rooms.open(chat)
    if chat.type == "channel":
        message = room.add({"sender_chat": chat.json()} | dict(content))
        state.updates.add("channel_post", message.json)
        return message
    room.members.setdefault(user.id, (user, "member"))
    if thread := content.get("message_thread_id"):
        room.threads.add(thread)
    message = room.add({"from": user.json()} | dict(content))
    state.updates.add("message", message.json)
    return message
