"""Texts as Telegram takes them: its HTML, the links in it, trimming and limits.

HTML is parsed as strictly as TDLib parses it, with the same complaints.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.bot_api.entities import Entity, from_json, in_order, known, settled, shifted, utf16_length
from tests.support.bot_api.requests import bad_request, beyond_the_fake

MOST_RAW_BYTES = 32_768
MOST_CHARACTERS = 4_096

_CONTROL = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u202a-\u202e]")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060-\u206f\ufeff]*")

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "a": "text_link",
}
# The attribute each tag listens to and what its value has to begin with.
_ATTRIBUTES = {
    "a": ("href", ""),
    "code": ("class", "language-"),
    "span": ("class", "tg-"),
    "tg-emoji": ("emoji-id", ""),
    "tg-time": ("unix", ""),
    "blockquote": ("expandable", ""),
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\0\v"

_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<dec>[0-9]*)|(?P<name>[A-Za-z]*))(?P<end>;?)")
_WORD = re.compile(rf"[^{_SPACE}>]*")
_BLANK = re.compile(rf"[{_SPACE}]*")
_ATTRIBUTE = re.compile(rf"[^{_SPACE}=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")

_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?P<user>[^/?#@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:\s]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.DOTALL,
)
_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})
_USER = re.compile(r"tg://user/?\?id=(?P<id>[0-9]{1,18})(?:[&#].*)?", re.IGNORECASE)


class MarkupError(ValueError):
    """Raised for markup that Telegram refuses; says what Telegram says."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that still waits for its end."""

    tag: str
    argument: str
    offset: int
    pieces: int


@dataclass(slots=True)
class _Reader:
    """Reads the source from left to right and collects what it means."""

    source: str
    at: int = 0
    units: int = 0
    text: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        assert match is not None, "every pattern here may match nothing"
        self.at = match.end()
        return match.group()

    def here(self) -> str:
        return self.source[self.at : self.at + 1]

    def write(self, text: str) -> None:
        self.text.append(text)
        self.units += utf16_length(text)


def parse(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Return the text and the entities that a message in HTML stands for."""
    reader = _Reader(source)
    while here := reader.here():
        if here == "&":
            reader.write(_reference(reader))
        elif here != "<":
            reader.write(reader.take(_PLAIN))
        elif source.startswith("</", reader.at):
            _end_tag(reader)
        else:
            reader.open.append(_start_tag(reader))
    if reader.open:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"')
    text = "".join(reader.text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return text, tuple(in_order(_without_code_language(reader.entities)))


def _without_code_language(entities: list[Entity]) -> list[Entity]:
    return [replace(entity, detail=None) if entity.type == "code" else entity for entity in entities]


def _reference(reader: _Reader) -> str:
    """Return the character that a reference means, or the ampersand when it means none."""
    match = _REFERENCE.match(reader.source, reader.at)
    assert match is not None, "called at an ampersand"
    meant = _NAMED.get(match["name"]) if match["name"] is not None else None
    if match["name"] is None:
        code = int(match["hex"] or "0", 16) if match["hex"] is not None else int(match["dec"] or "0")
        if 0 < code < 0x10FFFF and match.end() - match.start() - len(match["end"]) < 10:
            meant = chr(code)
    reader.at = match.end() if meant else reader.at + 1
    return meant or "&"


def _start_tag(reader: _Reader) -> _Open:
    begin = reader.at
    reader.at += 1
    tag = reader.take(_WORD).lower()
    if not reader.here():
        raise MarkupError(f"Unclosed start tag at byte offset {reader.byte(begin)}")
    if tag not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {reader.byte(begin)}')
    argument = _attributes(reader, tag, begin)
    if tag == "span" and argument != "spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {reader.byte(begin)}')
    reader.at += 1
    return _Open(tag, argument, reader.units, len(reader.text))


def _attributes(reader: _Reader, tag: str, begin: int) -> str:
    """Read on to the tag's end and return the value of the one attribute it listens to."""
    argument = ""
    wanted, prefix = _ATTRIBUTES.get(tag, ("", ""))
    while True:
        reader.take(_BLANK)
        if reader.here() == ">":
            return argument
        name = reader.take(_ATTRIBUTE)
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {reader.byte(begin)}')
        value = _attribute_value(reader, tag, begin)
        if name == wanted and tag == "blockquote":
            argument = "1"
        elif name == wanted and value is not None and value.startswith(prefix):
            argument = value.removeprefix(prefix)


def _attribute_value(reader: _Reader, tag: str, begin: int) -> str | None:
    reader.take(_BLANK)
    if reader.here() not in {"=", ""}:
        return None
    reader.at += 1
    reader.take(_BLANK)
    if not reader.here():
        raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {reader.byte(begin)}')
    if reader.here() in {"'", '"'}:
        value = _quoted(reader)
    else:
        token = reader.at
        value = reader.take(_TOKEN).lower()
        if reader.here() and reader.here() not in _SPACE + ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {reader.byte(token)}")
    if not reader.here():
        raise MarkupError(f"Unclosed start tag at byte offset {reader.byte(begin)}")
    return value


def _quoted(reader: _Reader) -> str:
    mark = reader.here()
    reader.at += 1
    value = []
    while (here := reader.here()) not in {mark, ""}:
        if here == "&":
            value.append(_reference(reader))
        else:
            value.append(here)
            reader.at += 1
    reader.at += 1
    return "".join(value)


def _end_tag(reader: _Reader) -> None:
    begin = reader.at
    if not reader.open:
        raise MarkupError(f"Unexpected end tag at byte offset {reader.byte(begin)}")
    reader.at += 2
    tag = reader.take(_WORD).lower()
    reader.take(_BLANK)
    if reader.here() != ">":
        raise MarkupError(f"Unclosed end tag at byte offset {reader.byte(begin)}")
    reader.at += 1
    opened = reader.open.pop()
    if tag not in {"", opened.tag}:
        raise MarkupError(
            f"Unmatched end tag at byte offset {reader.byte(begin)}, "
            f'expected "</{opened.tag}>", found "</{tag}>"'
        )
    if reader.units > opened.offset:
        _close(reader, opened)


def _close(reader: _Reader, opened: _Open) -> None:
    """Add the entity that the closed tag makes; a link that leads nowhere makes none."""
    entity = Entity(_TAGS[opened.tag], opened.offset, reader.units - opened.offset)
    argument = opened.argument
    if opened.tag == "a":
        url = argument or "".join(reader.text[opened.pieces :])
        user, link = mentioned_user(url), checked(url)
        if user is not None:
            reader.entities.append(replace(entity, type="text_mention", detail=user))
        elif link is not None:
            reader.entities.append(replace(entity, detail=link))
    elif opened.tag in {"pre", "code"}:
        _close_code(reader, replace(entity, detail=argument or None))
    elif opened.tag == "blockquote" and argument:
        reader.entities.append(replace(entity, type="expandable_blockquote"))
    elif opened.tag == "tg-emoji":
        if not argument.isdecimal() or int(argument) == 0:
            raise MarkupError("Invalid custom emoji identifier specified")
        reader.entities.append(replace(entity, detail=argument))
    elif opened.tag == "tg-time":
        if argument.isdecimal() and int(argument):
            reader.entities.append(replace(entity, detail=int(argument)))
    else:
        reader.entities.append(entity)


def _close_code(reader: _Reader, entity: Entity) -> None:
    """Add code; `pre` around `code` of the same extent, or the reverse, is one block with a language."""
    last = reader.entities[-1] if reader.entities else None
    same = last is not None and (last.offset, last.length) == (entity.offset, entity.length)
    if last is not None and same and {last.type, entity.type} == {"pre", "code"}:
        language = last.detail if entity.type == "pre" else entity.detail
        if language and not (last.type == "pre" and last.detail):
            reader.entities[-1] = replace(entity, type="pre", detail=language)
            return
    reader.entities.append(entity)


def mentioned_user(url: str) -> dict[str, Any] | None:
    """Return the user that a `tg://user?id=` link mentions, if it is one."""
    match = _USER.fullmatch(url)
    return {"id": int(match["id"]), "is_bot": False, "first_name": ""} if match else None


def checked(url: str) -> str | None:
    """Return the link as Telegram writes it, or None where Telegram silently drops it."""
    match = _URL.fullmatch(url.strip())
    scheme = (match["scheme"] or "http").lower() if match else ""
    if match is None or scheme not in _SCHEMES or int(match["port"] or 0) > 65535:
        return None
    host = match["host"].lower()
    if scheme in {"http", "https"} and not host.startswith("[") and "." not in host.strip("."):
        return None
    rest = match["rest"].replace(" ", "%20").replace("\n", "%0A")
    if not rest.startswith("/") and not (scheme == "tg" and rest):
        rest = "/" + rest
    port = f":{match['port']}" if match["port"] else ""
    return f"{scheme}://{match['user'] or ''}{host}{port}{rest}" if host else None


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
        return parse(raw)
    except MarkupError as error:
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
