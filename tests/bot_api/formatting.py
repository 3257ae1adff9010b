"""From the text of a request to the text of a message: markup, trimming and limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import html
from .entities import Entity, from_json, known, settled, shifted, utf16_length
from .errors import bad_request, beyond_the_fake

MOST_RAW_BYTES = 32_768
MOST_CHARACTERS = 4_096

_CONTROL = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u202a-\u202e]")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060-\u206f\ufeff]*")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as Telegram shows it, with the entities that mark it, and the HTML it came from if it did."""

    text: str
    entities: tuple[Entity, ...] = ()
    html: str | None = None


def formatted(parameters: Mapping[str, Any], *, text: str = "text", entities: str = "entities") -> Formatted:
    """Return the message text that a request asks for, or refuse it in Telegram's words."""
    raw = parameters.get(text, "")
    if not raw:
        raise bad_request("message text is empty")
    if len(raw.encode()) > MOST_RAW_BYTES:
        raise bad_request("text is too long")
    mode = parameters.get("quote_parse_mode" if text == "quote" else "parse_mode", "").lower()
    if mode == "html":
        return _trimmed(*_parsed(raw), raw)
    if mode in {"markdown", "markdownv2"}:
        raise beyond_the_fake(f"parse_mode {mode} is not understood here; send HTML")
    if mode:
        raise bad_request("unsupported parse_mode")
    return _trimmed(raw, _listed(parameters.get(entities, ())), None)


def check_length(text: str) -> None:
    """Refuse a text that is longer than one message."""
    if len(text) > MOST_CHARACTERS:
        raise bad_request("message is too long")


def _parsed(raw: str) -> tuple[str, Sequence[Entity]]:
    try:
        return html.parse(raw)
    except html.MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from error


def _listed(written: object) -> list[Entity]:
    """Return the entities given as a list instead of markup."""
    if not isinstance(written, list | tuple):
        raise bad_request("can't parse entities JSON object")
    for item in written:
        if not isinstance(item, dict) or not known(item.get("type")):
            raise beyond_the_fake(f"this is no entity that a bot may send: {item!r}")
        if not all(isinstance(item.get(key), int) for key in ("offset", "length")):
            raise bad_request("can't parse MessageEntity")
    return [from_json(item) for item in written]


def _trimmed(text: str, entities: Sequence[Entity], markup: str | None) -> Formatted:
    text, entities = _clean(text, entities)
    front = len(text) - len(text.lstrip(" \n"))
    trimmed = text.strip(" \n")
    if _INVISIBLE.fullmatch(trimmed):
        raise bad_request("text must be non-empty")
    return Formatted(trimmed, shifted(settled(entities), front, utf16_length(trimmed)), markup)


def _clean(text: str, entities: Sequence[Entity]) -> tuple[str, Sequence[Entity]]:
    """Return the text without what Telegram removes; entities may not depend on what is removed."""
    cleaned = _REMOVED.sub("", text)
    if entities and cleaned != text:
        raise beyond_the_fake("carriage returns and direction marks next to entities")
    return _CONTROL.sub(" ", cleaned), entities
