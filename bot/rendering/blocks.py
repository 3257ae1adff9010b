"""Blocks of text, and the forms that they take: plain text, and messages in Telegram's HTML."""

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

#: Telegram's limit of a message, in UTF-16 units; its own count of code points is never larger.
LONGEST_MESSAGE = 4_096

#: Telegram's limit of a message before its HTML is read, in bytes; a text alone never reaches it.
_LARGEST_HTML = 32_768

#: Longer links are not made, in bytes of HTML: a few would fill a message.
_LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Message:
    """One Telegram message, in HTML and, should Telegram not understand that, without."""

    html: str
    plain: str


class Role(StrEnum):
    """What a stretch of text is, which each form shows in its own way."""

    PLAIN = "plain"
    STRONG = "strong"
    TITLE = "title"
    CODE = "code"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text with one role, and where it leads if it is a link."""

    text: str
    role: Role = Role.PLAIN
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; `quoted` if it stands in an article, `tight` if it belongs to the block above.

    `folded` says that its first lines are enough at first, where whoever reads may unfold the rest.
    """

    fragments: tuple[Fragment, ...]
    quoted: bool = False
    tight: bool = False
    folded: bool = False


def paragraph(text: str, role: Role = Role.PLAIN) -> Block:
    """Return a block that holds one fragment."""
    return Block((Fragment(text, role),))


def to_text(blocks: Iterable[Block]) -> str:
    """Return blocks as plain text, an empty line between those that are not tight."""
    text = ""
    for block in blocks:
        text += ("\n" if block.tight else "\n\n") if text else ""
        text += "".join(fragment.text for fragment in block.fragments)
    return text


_TAGS: Mapping[Role, str] = {
    Role.STRONG: "b",
    Role.MARK: "b",
    Role.TITLE: "i",
    Role.CODE: "code",
}


def to_messages(blocks: Iterable[Block]) -> list[Message]:
    """Return blocks as Telegram messages, none longer than Telegram takes.

    Messages break between blocks; only a block too long for a message of its own is cut.
    """
    messages: list[Message] = []
    for block in (piece for whole in blocks for piece in _pieces(whole)):
        plain = "".join(fragment.text for fragment in block.fragments)
        if not plain.strip():  # Telegram refuses a message of white space.
            continue
        message = Message(_html(block), plain)
        if messages:
            joined = _joined(messages[-1], message, "\n" if block.tight else "\n\n")
            if _units(joined.plain) <= LONGEST_MESSAGE and len(joined.html.encode()) <= _LARGEST_HTML:
                messages[-1] = joined
                continue
        messages.append(message)
    return messages


def _joined(first: Message, second: Message, space: str) -> Message:
    return Message(first.html + space + second.html, first.plain + space + second.plain)


def _pieces(block: Block) -> Iterator[Block]:
    """Cut a block into ones that fit a message, at white space where there is any."""
    fragments: list[Fragment] = []
    room = LONGEST_MESSAGE
    for fragment in block.fragments:
        for text in _fitting(fragment.text, room):
            if _units(text) > room:
                yield replace(block, fragments=tuple(fragments))
                fragments, room = [], LONGEST_MESSAGE
            fragments.append(replace(fragment, text=text))
            room -= _units(text)
    yield replace(block, fragments=tuple(fragments))


def _fitting(text: str, room: int) -> Iterator[str]:
    """Cut a text into parts of which the first fits into `room`, the others into a message."""
    start = 0
    while start < len(text):
        end = start + _prefix(text[start : start + room], room)
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        if end > start:
            yield text[start:end]
        start, room = end, LONGEST_MESSAGE


def _prefix(text: str, room: int) -> int:
    """Return how many code points of a text fit into `room` UTF-16 units."""
    if _units(text) <= room:
        return len(text)
    count = 0
    for letter in text:
        room -= 1 + (letter > "\uffff")
        if room < 0:
            break
        count += 1
    return count


def _units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _html(block: Block) -> str:
    inside = "".join(_fragment_html(fragment) for fragment in block.fragments)
    folded = " expandable" if block.folded else ""
    return f"<blockquote{folded}>{inside}</blockquote>" if block.quoted else inside


def _fragment_html(fragment: Fragment) -> str:
    text = html.escape(fragment.text, quote=False)
    link = html.escape(fragment.url or "")
    if link and len(link.encode()) <= _LONGEST_LINK:
        text = f'<a href="{link}">{text}</a>'
    tag = _TAGS.get(fragment.role)
    return f"<{tag}>{text}</{tag}>" if tag else text
