"""A message standing in a chat, as frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .entities import Entity, from_json, utf16_slice


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
        found = [item.get("callback_data") for row in rows for item in row if item["text"] == button]
        if not found or found[0] is None:
            raise AssertionError(f"no button {button!r} to press, only {self.buttons}, under {self.text!r}")
        return str(found[0])

    def without_reply(self) -> dict[str, Any]:
        """Return the message as it stands within a reply to it: one level deep."""
        return {key: value for key, value in self.json.items() if key != "reply_to_message"}
