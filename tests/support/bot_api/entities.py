"""Message entities: what they are, where they stand, and what Telegram leaves of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

MOST_ENTITIES = 100

# The order of entities that begin together and are equally long, as in TDLib's MessageEntity.cpp.
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "mention": 50,
    "bot_command": 50,
    "date_time": 50,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_VERBATIM = frozenset({"pre", "code"})
_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})

_DETAILS = {
    "text_link": "url",
    "text_mention": "user",
    "pre": "language",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}

# A command may not touch a word, a slash or an angle bracket; a mention may not touch a word.
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")


def utf16_length(text: str) -> int:
    """Return how many UTF-16 units the text has: Telegram counts offsets in them."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of the text that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Entity:
    """One marked stretch of a text, in UTF-16 units; `detail` is the link, the user or the language."""

    type: str
    offset: int
    length: int
    detail: Any = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def json(self) -> dict[str, Any]:
        """Return the entity as the Bot API writes it."""
        written: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.detail is not None:
            written[_DETAILS[self.type]] = self.detail
        return written


def from_json(written: dict[str, Any]) -> Entity:
    """Return the entity that the Bot API's object describes."""
    kind = str(written["type"])
    detail = written.get(_DETAILS[kind]) if kind in _DETAILS else None
    return Entity(kind, int(written["offset"]), int(written["length"]), detail)


def known(kind: object) -> bool:
    """Tell whether a bot may mark text with entities of this type."""
    return kind in _PRIORITY


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities sorted as Telegram sorts them: by place, the longer ones first."""
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length, _priority(entity)))


def _priority(entity: Entity) -> int:
    with_language = entity.type == "pre" and entity.detail is not None
    return _PRIORITY[entity.type] - with_language


def settled(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return what Telegram keeps: nothing within code, no overlaps, styles merged, a hundred at most."""
    kept: list[Entity] = []
    for entity in in_order(entities):
        if entity.type not in _STYLES and entity.length and _has_room(entity, kept):
            kept.append(entity)
    quotes = [entity for entity in kept if entity.type in _QUOTES]
    kept = [entity for entity in kept if not _swallows(entity, quotes)]
    verbatim = [(entity.offset, entity.end) for entity in kept if entity.type in _VERBATIM]
    styles = {style: _covered(entities, style, verbatim) for style in sorted(_STYLES)}
    cuts = {edge for entity in kept for edge in (entity.offset, entity.end)}
    cuts |= {start for ranges in styles.values() for start, _ in ranges}
    pieces = [
        Entity(style, start, end - start)
        for style, ranges in styles.items()
        for span in ranges
        for start, end in _split(span, cuts)
    ]
    return tuple(in_order([*kept, *pieces])[:MOST_ENTITIES])


def _has_room(entity: Entity, kept: Sequence[Entity]) -> bool:
    quote = entity.type in _QUOTES
    return not any(
        entity.offset < other.end and other.offset < entity.end
        for other in kept
        if (other.type in _QUOTES) == quote
    )


def _swallows(entity: Entity, quotes: Sequence[Entity]) -> bool:
    """Tell whether the entity goes beyond a quotation that it touches: then it is lost."""
    return any(
        entity.offset < quote.end
        and quote.offset < entity.end
        and not (quote.offset <= entity.offset and entity.end <= quote.end)
        for quote in quotes
    )


def _covered(
    entities: Iterable[Entity], style: str, verbatim: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the places a style covers, merged, without those that are code."""
    merged: list[tuple[int, int]] = []
    for entity in in_order(entity for entity in entities if entity.type == style and entity.length):
        if merged and entity.offset <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], entity.end))
        else:
            merged.append((entity.offset, entity.end))
    for start, end in verbatim:
        merged = [
            part
            for low, high in merged
            for part in ((low, min(high, start)), (max(low, end), high))
            if part[0] < part[1]
        ]
    return sorted(set(merged))


def _split(span: tuple[int, int], cuts: Iterable[int]) -> list[tuple[int, int]]:
    edges = sorted({*span, *(cut for cut in cuts if span[0] < cut < span[1])})
    return list(pairwise(edges))


def shifted(entities: Iterable[Entity], by: int, length: int) -> tuple[Entity, ...]:
    """Return the entities of a text that lost `by` units in front and has `length` left."""
    moved = []
    for entity in entities:
        start, end = max(0, entity.offset - by), min(length, entity.end - by)
        if start < end:
            moved.append(replace(entity, offset=start, length=end - start))
    return tuple(moved)


def entities_in(text: str) -> tuple[Entity, ...]:
    """Return the commands and mentions that Telegram marks in what a user writes."""
    marked = [
        Entity(kind, utf16_length(text[: match.start()]), len(match.group()))
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for match in pattern.finditer(text)
    ]
    return tuple(in_order(marked))
