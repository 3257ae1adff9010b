"""Replies and the quotes within them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .entities import Entity, utf16_length, utf16_slice
from .errors import bad_request, beyond_the_fake
from .formatting import Formatted, formatted
from .messages import Message
from .rooms import Room

MOST_QUOTED = 1_024

_KNOWN = frozenset(
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


def reply_fields(room: Room, wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what `reply_parameters` add to a message, or refuse them in Telegram's words."""
    if wanted is None:
        return {}
    if unknown := set(wanted) - _KNOWN:
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
    found = []
    at = message.text.find(quote.text)
    while at >= 0:
        offset = utf16_length(message.text[:at])
        if _marks(message.entities, offset, length) == _marks(quote.entities, 0, length):
            found.append(offset)
        at = message.text.find(quote.text, at + 1)
    assert all(utf16_slice(message.text, offset, length) == quote.text for offset in found)
    return found


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
