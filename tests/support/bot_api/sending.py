"""Methods that write: messages with their replies and keyboards, edits, and the limits on all this."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from tests.support.bot_api.chats import Chat, Message, Room, Rooms, User
from tests.support.bot_api.entities import Entity, utf16_length, utf16_slice
from tests.support.bot_api.html import Formatted, check_length, checked, formatted
from tests.support.bot_api.requests import ApiError, Parameters, bad_request, beyond_the_fake

MOST_QUOTED = 1_024
MOST_DATA_BYTES = 64
MOST_BUTTONS = 100

_PREVIEW = frozenset(["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"])
_CHAT_ACTIONS = frozenset(
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
_EDITED = frozenset({"text", "entities", "reply_markup", "link_preview_options"})
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)

_REPLY = frozenset(
    [
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
        "checklist_task_id",
        "poll_option_id",
    ]
)
# Only these must agree between a quote and what it quotes.
_COMPARED = frozenset(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time"]
)

_BUTTON_ACTIONS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)
_BUTTON_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_OTHER_MARKUP = {
    "keyboard": "is_persistent resize_keyboard one_time_keyboard input_field_placeholder selective",
    "remove_keyboard": "selective",
    "force_reply": "input_field_placeholder selective",
}


class Limits:
    """One message a second a chat, thirty a second in all, twenty a minute in a group."""

    def __init__(self, enforced: bool) -> None:
        self._enforced = enforced
        self._sent: defaultdict[Hashable, deque[float]] = defaultdict(deque)

    def check(self, chat: Chat) -> None:
        """Count a message, or refuse it with 429 where there were too many."""
        if not self._enforced:
            return
        limits: list[tuple[Hashable, int, float]] = [("all", 30, 1.0), (chat.id, 1, 1.0)]
        if chat.type != "private":
            limits[1] = (chat.id, 20, 60.0)
        now = time.monotonic()
        wait = max(self._wait(key, most, seconds, now) for key, most, seconds in limits)
        if wait > 0:
            after = math.ceil(wait)
            raise ApiError(429, f"Too Many Requests: retry after {after}", {"retry_after": after})
        for key, _, _ in limits:
            self._sent[key].append(now)

    def _wait(self, key: Hashable, most: int, seconds: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        return sent[-most] + seconds - now if len(sent) >= most else 0.0


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
        room, message = self._own_message(p)
        text = formatted(p)
        check_length(text.text)
        changed = {key: value for key, value in message.json.items() if key not in _EDITED}
        changed |= self._content(room, text) | _preview(p)
        return _edited(room, message, changed | _markup(p), text.html)

    def edit_markup(self, p: Parameters) -> Message:
        """Change the keyboard of the bot's message, or take it away."""
        room, message = self._own_message(p)
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
        if p.get("action") not in _CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    def _content(self, room: Room, text: Formatted) -> dict[str, Any]:
        content: dict[str, Any] = {"from": self._bot.json(), "text": text.text}
        if room.chat.type == "channel":
            content = {"sender_chat": room.chat.json(), "text": text.text}
        if text.entities:
            content["entities"] = [entity.json() for entity in text.entities]
        return content

    def _own_message(self, p: Parameters) -> tuple[Room, Message]:
        if "inline_message_id" in p:
            raise beyond_the_fake("edits of inline messages")
        room = self._rooms.writable(p.get("chat_id"))
        message = room.messages.get(p.get("message_id", 0))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.from_bot:
            raise bad_request("message can't be edited")
        return room, message


def _edited(room: Room, message: Message, changed: dict[str, Any], html: str | None) -> Message:
    def content(json: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in json.items() if key != "edit_date"}

    if content(changed) == content(message.json):
        raise bad_request(_NOT_MODIFIED)
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


def reply_fields(room: Room, wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what `reply_parameters` add to a message, or refuse them in Telegram's words."""
    if wanted is None:
        return {}
    if unknown := set(wanted) - _REPLY:
        raise beyond_the_fake(f"unknown in reply_parameters: {sorted(unknown)}")
    if wanted.get("chat_id") not in {None, room.chat.id}:
        raise beyond_the_fake("replies to messages of another chat")
    message = room.messages.get(wanted.get("message_id", 0))
    if message is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    fields: dict[str, Any] = {"reply_to_message": message.without_reply()}
    if wanted.get("quote"):
        fields["quote"] = _quote(message, wanted)
    return fields


def _quote(message: Message, wanted: Mapping[str, Any]) -> dict[str, Any]:
    quote = formatted(wanted, text="quote", entities="quote_entities")
    if len(quote.text) > MOST_QUOTED:
        raise bad_request("QUOTE_TEXT_INVALID")
    places = _places(message, quote)
    if not places:
        raise bad_request("QUOTE_TEXT_INVALID")
    near = int(wanted.get("quote_position", 0))
    written: dict[str, Any] = {"text": quote.text, "is_manual": True}
    written["position"] = min(places, key=lambda place: abs(place - near))
    if marks := _marks(quote.entities, 0, utf16_length(quote.text)):
        written["entities"] = [entity.json() for entity in marks]
    return written


def _places(message: Message, quote: Formatted) -> list[int]:
    """Return where in the message the quote stands word for word, marked as it is marked there."""
    length = utf16_length(quote.text)
    offsets = []
    at = message.text.find(quote.text)
    while at >= 0:
        offset = utf16_length(message.text[:at])
        if _marks(message.entities, offset, length) == _marks(quote.entities, 0, length):
            offsets.append(offset)
        at = message.text.find(quote.text, at + 1)
    assert all(utf16_slice(message.text, offset, length) == quote.text for offset in offsets)
    return offsets


def _marks(entities: tuple[Entity, ...], offset: int, length: int) -> list[Entity]:
    """Return the marks that count within a stretch of text, moved to its start and joined."""
    joined: list[Entity] = []
    for kind in sorted(_COMPARED):
        for entity in entities:
            start, end = max(entity.offset, offset) - offset, min(entity.end, offset + length) - offset
            if entity.type != kind or start >= end:
                continue
            last = joined[-1] if joined else None
            if last and (last.type, last.end, last.detail) == (kind, start, entity.detail):
                joined[-1] = Entity(kind, last.offset, end - last.offset, entity.detail)
            else:
                joined.append(Entity(kind, start, end - start, entity.detail))
    return joined


def inline_keyboard(markup: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the inline keyboard of a message, checked; no buttons are no keyboard."""
    if not markup:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise bad_request("inline keyboard expected")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard markup JSON object")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise beyond_the_fake(f"{len(buttons)} buttons in one keyboard")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": rows} if buttons else None


def any_markup(markup: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what of the markup stays with the message: an inline keyboard, or nothing."""
    for kind, options in _OTHER_MARKUP.items():
        if markup and kind in markup:
            unknown = set(markup) - {kind, *options.split()}
            if unknown:
                raise beyond_the_fake(f"unknown in reply_markup: {sorted(unknown)}")
            return None
    return inline_keyboard(markup)


def _check_button(button: object) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    unknown = set(button) - _BUTTON_ACTIONS - _BUTTON_LOOKS
    if unknown:
        raise beyond_the_fake(f"unknown in an inline keyboard button: {sorted(unknown)}")
    actions = sorted(key for key in _BUTTON_ACTIONS & set(button) if button[key] or key.startswith("switch"))
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise beyond_the_fake(f"a button can do one thing, not {actions}")
    if len(str(button.get("callback_data", "")).encode()) > MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and checked(str(button["url"])) is None:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
