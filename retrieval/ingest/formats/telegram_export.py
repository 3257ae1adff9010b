"""What Telegram's own program exports, `result.json`: a chat's messages by their days, long ones apart.

No names of persons are read: what somebody wrote answers questions, not who they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from retrieval.articles import SentenceKind, normalise, one_line
from retrieval.ingest.blocks import Block
from retrieval.ingest.dates import parse_date
from retrieval.ingest.formats.page_metadata import is_sane
from retrieval.ingest.plain import plain_blocks
from retrieval.ingest.readings import Reading
from retrieval.ingest.texts import Metadata

#: How long a message is that is a document of its own. Chosen by eye.
_LONG = 200

#: The level of the headings that say the day.
_DAY_DEPTH = 2

#: Chats whose name is that of a person.
_PERSONAL = frozenset({"personal_chat", "bot_chat", "saved_messages"})


@dataclass(frozen=True, slots=True)
class _Message:
    """What a message says, its number in the chat, and its day."""

    text: str
    number: str
    day: date | None


def chats_of(export: object) -> list[dict[str, Any]]:
    """Return the chats of an export, of one chat or of all; none if a value of JSON is no export."""
    if not isinstance(export, dict):
        return []
    if _is_chat(export):
        return [export]
    chats = export.get("chats")
    listed = chats.get("list") if isinstance(chats, dict) else None
    return [chat for chat in listed if _is_chat(chat)] if isinstance(listed, list) else []


def _is_chat(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("messages"), list)
        and isinstance(value.get("type"), str)
    )


def readings_of(chats: Sequence[dict[str, Any]]) -> list[Reading]:
    """Return the documents of chats: long messages, and the others of each together."""
    readings: dict[str | None, Reading] = {}
    for number, chat in enumerate(chats, 1):
        name = f"{_number(chat.get('id')) or number}/" if len(chats) > 1 else ""
        for reading in _readings_of_chat(chat):
            part = f"{name}{reading.part or ''}".strip("/") or None
            while part in readings:
                part = f"{part}+"
            readings[part] = replace(reading, part=part)
    return list(readings.values())


def _readings_of_chat(chat: dict[str, Any]) -> Iterator[Reading]:
    title = None if chat.get("type") in _PERSONAL else one_line(str(chat.get("name") or "")) or None
    messages = list(_messages(chat["messages"]))
    short = tuple(_by_day(message for message in messages if len(message.text) < _LONG))
    address = _address(chat.get("username"))
    if short:
        yield Reading(short, Metadata(title=title, source=title, url=address))
    for message in messages:
        if len(message.text) >= _LONG:
            url = f"{address}/{message.number}" if address else None
            blocks = tuple(_blocks_of(message))
            own = any(block.kind is SentenceKind.TITLE for block in blocks)
            metadata = Metadata(None if own else title, title, url, message.day)
            yield Reading(blocks, metadata, part=message.number)


def _address(user: object) -> str | None:
    """Return where a chat can be read by everybody, if it has a name for that."""
    is_name = isinstance(user, str) and user.isascii() and user.isidentifier()
    return f"https://t.me/{user}" if is_name else None


def _messages(found: Iterable[object]) -> Iterator[_Message]:
    """Yield the messages that say something; what the program itself notes is none."""
    for message in found:
        if isinstance(message, dict) and message.get("type", "message") == "message":
            text = normalise(_text(message.get("text_entities")) or _text(message.get("text"))).strip()
            if any(map(str.isalnum, text)):
                yield _Message(text, _number(message.get("id")) or "?", _day(message))


def _text(value: object) -> str:
    """Return what stands in a text or in its parts: texts, or objects that hold one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    parts = (part.get("text") if isinstance(part, dict) else part for part in value)
    return "".join(part for part in parts if isinstance(part, str))


def _number(value: object) -> str:
    return str(value) if isinstance(value, int) and abs(value) < 2**63 else ""


def _day(message: dict[str, Any]) -> date | None:
    """Return the day of a message, as whoever exported it saw it."""
    day = parse_date(str(message.get("date") or "")[:10])
    if day is None:
        try:
            day = datetime.fromtimestamp(int(message.get("date_unixtime") or 0), UTC).date()
        except (ValueError, TypeError, OverflowError, OSError):
            return None
    return day if is_sane(day) else None


def _by_day(messages: Iterable[_Message]) -> Iterator[Block]:
    """Yield messages below their days."""
    line = 0
    for day, run in groupby(messages, key=lambda message: message.day):
        if day:
            line += 1
            yield Block(SentenceKind.HEADING, day.isoformat(), line, _DAY_DEPTH, locator=day.isoformat())
        for message in run:
            line += 1
            yield Block(SentenceKind.SENTENCE, message.text, line, locator=f"message {message.number}")


def _blocks_of(message: _Message) -> Iterator[Block]:
    for block in plain_blocks(message.text):
        yield replace(block, locator=f"message {message.number}")
