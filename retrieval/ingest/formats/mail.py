"""Mails: what somebody wrote, apart from what they quoted, without their signature; and what is attached."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime
from itertools import chain, count
from pathlib import Path, PurePosixPath

from retrieval.articles import SentenceKind, one_line
from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.encodings import (
    Decoded,
    NotTextError,
    UndecidedEncodingError,
    UnfitEncodingError,
    UnknownEncodingError,
    decode,
)
from retrieval.ingest.files import is_readable
from retrieval.ingest.formats.markup import blocks_of
from retrieval.ingest.formats.page_metadata import is_sane
from retrieval.ingest.formats.trees import refuse_hostile, tree_of
from retrieval.ingest.plain import plain_blocks
from retrieval.ingest.readings import Enclosed, Reading, UnreadableContentError
from retrieval.ingest.texts import Metadata

#: How many parts of a mail are looked at, and how deep they may stand in each other. Chosen by eye.
_MOST_PARTS = 1_000

#: The ends of names of what is attached under none, by its type.
_ENDS = {
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}

#: How long the name of an attachment may be, and what is no part of it.
_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f]+")

#: What goes before a signature, and the marks of quotation before a line.
_SIGNATURE = re.compile(r"-- ?")
_QUOTED = re.compile(r"(?:>[ ]?)*")

#: What stands in a line that says who wrote what is quoted below it.
_DAY_OR_ADDRESS = re.compile(r"[\d@]")

#: What of a mail is its text, the better first.
_SHOWN = ("text/plain", "text/html")

#: What charsets say nothing: the one of mail that names none, and the one of mail whose program knew none.
_NAMES_NOTHING = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says: its blocks, and what it was read in where the mail does not name it."""

    blocks: list[Block]
    encoding: str | None = None
    faults: int = 0


def read(content: bytes, encoding: str | None = None) -> list[Reading | Enclosed]:
    """Return a mail as one document, and what is attached to it.

    Raises `UnreadableContentError`, and what `decode` raises.
    """
    message = parsed(content)
    if not message.keys():
        raise UnreadableContentError(FileFault.DAMAGED, "it has no heads of a mail")
    return [reading_of(message, encoding), *enclosed_in(message)]


def parsed(content: bytes) -> EmailMessage:
    """Return a mail, however faulty.

    Raises `UnreadableContentError` where even that cannot be told.
    """
    try:
        return message_from_bytes(content, policy=default)
    except Exception as error:
        # The parser of the standard library fails in many ways on what is no mail.
        raise UnreadableContentError(FileFault.DAMAGED, type(error).__name__) from error


def reading_of(message: EmailMessage, encoding: str | None = None, locator: str | None = None) -> Reading:
    """Return a mail as a document, all of it at this place in what is read."""
    body = _body(message, encoding)
    title = subject_of(message, encoding or body.encoding)
    blocks = [replace(block, locator=locator or block.locator) for block in body.blocks]
    if title and blocks:
        blocks.insert(0, Block(SentenceKind.TITLE, title, 0, locator=locator or "subject"))
    metadata = Metadata(title=title, published=_day(message))
    return Reading(tuple(blocks), metadata, encoding=body.encoding, faults=body.faults)


def header_of(message: Message, name: str) -> str:
    """Return a head of a mail in one line, or nothing if it has none that can be read."""
    try:
        return one_line(str(message.get(name) or ""))
    except Exception:  # the parser of heads fails in many ways on what is none
        return ""


def subject_of(message: EmailMessage, encoding: str | None = None) -> str | None:
    """Return what a mail is about; one that names no encoding is read in that of the mail itself."""
    items = ((name.lower(), str(value)) for name, value in message.raw_items())
    raw = next((value for name, value in items if name == "subject"), "")
    if raw.isascii():
        return header_of(message, "subject") or None
    content = raw.encode("utf-8", "surrogateescape")
    for name in (None, encoding):
        with suppress(NotTextError, UndecidedEncodingError, UnfitEncodingError, UnknownEncodingError):
            return one_line(decode(content, name).text) or None
    return None


def charset_of(part: Message) -> str | None:
    """Return the charset that a part of a mail names, if it names any."""
    try:
        return part.get_content_charset() or None
    except Exception:  # as for any head
        return None


def content_of(part: Message) -> bytes:
    """Return the bytes of a part of a mail, unpacked as far as they can be."""
    try:
        content = part.get_payload(decode=True)
    except Exception:  # as for any head: it names how the part is packed
        return b""
    return content if isinstance(content, bytes) else b""


def enclosed_in(message: Message, place: str = "", part: str = "") -> list[Enclosed]:
    """Return what is attached to a mail that stands at a `place`, of the kinds that can be read.

    The mails that are attached are among it. What tells each from the others begins with `part`.
    """
    found: dict[str, Enclosed] = {}
    for kind, attached in _leaves(message):
        name = _name_of(kind, attached)
        if not _is_attached(kind, attached) or not is_readable(Path(name)):
            continue
        content = _mail_in(attached) if kind == "message/rfc822" else content_of(attached)
        if content.strip():
            known = f"{part}{name}"
            own = next(own for own in chain([known], (f"{known} {n}" for n in count(2))) if own not in found)
            found[own] = Enclosed(name, own, f"attachment {name}{place}", content)
    return list(found.values())


def _is_attached(kind: str, part: Message) -> bool:
    """Whether a part is a file of its own: programs show what is text within the mail, whatever its name."""
    if kind == "message/rfc822" or header_of(part, "content-disposition").lower().startswith("attachment"):
        return True
    return kind not in _SHOWN and bool(_file_name(part))


def _name_of(kind: str, part: Message) -> str:
    """Return what an attachment is called, without any folder, with an end that says of which kind it is."""
    name = PurePosixPath(_NOT_IN_NAMES.sub(" ", _file_name(part)).replace("\\", "/")).name.strip(". ")
    if kind == "message/rfc822" and not name:
        name = header_of(_inner(part) or part, "subject").replace("/", " ").strip(". ")
    if not is_readable(Path(name)):
        name = f"{name or 'file'}{_ENDS.get(kind, '')}"
    stem, dot, end = name.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(end)]}{dot}{end}"


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # as for any head
        return ""


def _inner(part: Message) -> Message | None:
    """Return the first part of a part, if it is made of others."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def _mail_in(part: Message) -> bytes:
    """Return a mail that is attached, or nothing if it cannot be written."""
    inner = _inner(part)
    try:
        return content_of(part) if inner is None else inner.as_bytes()
    except Exception:  # its heads may be what nobody can write
        return b""


def parts_of(message: Message) -> Iterator[tuple[str, Message]]:
    """Yield the parts of a mail that hold no others, each with its type, those that are attached left out."""
    for kind, part in _leaves(message):
        is_mail = kind == "message/rfc822"
        if not is_mail and not header_of(part, "content-disposition").lower().startswith("attachment"):
            yield kind, part


def _leaves(message: Message) -> Iterator[tuple[str, Message]]:
    """Yield the parts of a mail that hold no others, each with its type; attached mails are whole."""
    pending: list[Message] = [message]
    for _ in range(_MOST_PARTS):
        if not pending:
            return
        part = pending.pop()
        payload, kind = part.get_payload(), _type_of(part)
        if isinstance(payload, list) and (kind != "message/rfc822" or part is message):
            pending += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        else:
            yield kind, part


def _type_of(part: Message) -> str:
    try:
        return part.get_content_type()
    except Exception:  # as for any head
        return "text/plain"


def _body(message: EmailMessage, encoding: str | None) -> Body:
    """Return what a mail says, as plain text if it says that so."""
    parts = [(kind, part) for kind, part in parts_of(message) if kind in _SHOWN]
    for wanted in _SHOWN:
        for kind, part in parts:
            content = content_of(part)
            if kind == wanted and content.strip():
                decoded, is_named = _decoded(content, charset_of(part), encoding)
                blocks = _plain(decoded.text, part) if kind == "text/plain" else _marked_up(content, decoded)
                if blocks:
                    return Body(blocks, None if is_named else decoded.named, decoded.faults)
    return Body([])


def _decoded(content: bytes, charset: str | None, encoding: str | None) -> tuple[Decoded, bool]:
    """Return the text of a part, and whether the mail names what it is in.

    Raises what `decode` raises.
    """
    name = (charset or "").strip().lower()
    if encoding is None and name not in _NAMES_NOTHING:
        with suppress(UnknownEncodingError, UnfitEncodingError):
            return decode(content, name), True
    return decode(content, encoding), False


def _marked_up(content: bytes, decoded: Decoded) -> list[Block]:
    refuse_hostile(content)
    tree = tree_of(decoded.text)
    return [] if tree is None else blocks_of(tree)


def _plain(text: str, part: Message) -> list[Block]:
    """Return the blocks of a plain mail; its first line is a greeting, and no title."""
    lines = list(_without_signatures(_without_attributions(text.splitlines())))
    if _parameter(part, "format").lower() == "flowed":
        lines = list(_unflowed(lines, deletes=_parameter(part, "delsp").lower() == "yes"))
    return [
        replace(block, kind=SentenceKind.SENTENCE) if block.kind is SentenceKind.TITLE else block
        for block in plain_blocks("\n".join(lines))
    ]


def _parameter(part: Message, name: str) -> str:
    try:
        return str(part.get_param(name) or "")
    except Exception:  # as for any head
        return ""


def _without_attributions(lines: list[str]) -> list[str]:
    """Return lines without those that say who wrote what is quoted below, and when: nobody asked them."""
    left_out: set[int] = set()
    for place, line in enumerate(lines):
        below = next((other for other in lines[place + 1 : place + 3] if other.strip("> ")), "")
        if not line.rstrip().endswith(":") or _depth(below) <= _depth(line):
            continue
        if _DAY_OR_ADDRESS.search(line):
            left_out.add(place)
        elif place and "@" in lines[place - 1] and _depth(lines[place - 1]) == _depth(line):
            left_out |= {place - 1, place}  # It was too long for one line.
    return [line for place, line in enumerate(lines) if place not in left_out]


def _depth(line: str) -> int:
    marks = _QUOTED.match(line)
    return line[: marks.end() if marks else 0].count(">")


def _without_signatures(lines: list[str]) -> Iterator[str]:
    """Yield lines without the signatures, each of which goes on to where something else is quoted."""
    signed: int | None = None
    for line in lines:
        marks = _QUOTED.match(line)
        end = marks.end() if marks else 0
        quoted = line[:end].count(">")
        if signed is not None and quoted != signed:
            signed = None
        if _SIGNATURE.fullmatch(line[end:]):
            signed = quoted
        if signed is None:
            yield line


def _unflowed(lines: list[str], *, deletes: bool) -> Iterator[str]:
    """Yield the lines of a flowed mail as they were before it was wrapped: RFC 3676.

    A line that ends in a space goes on; `deletes` says that the space is none of the text.
    """
    pending, pending_marks = "", ""
    for line in lines:
        marks = ">" * (len(line) - len(line.lstrip(">")))
        said = line[len(marks) :].removeprefix(" ")
        if pending and marks != pending_marks:
            yield _marked(pending_marks, pending.rstrip())
            pending = ""
        pending, pending_marks = pending + said, marks
        if said.endswith(" "):
            pending = pending[:-1] if deletes else pending
            continue
        yield _marked(marks, pending)
        pending = ""
    if pending:
        yield _marked(pending_marks, pending.rstrip())


def _marked(marks: str, said: str) -> str:
    return f"{marks} {said}" if marks else said


def _day(message: EmailMessage) -> date | None:
    """Return the day on which a mail says that it was sent, where its sender lives."""
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        day = parsedate_to_datetime(header_of(message, "date")).date()
        return day if is_sane(day) else None
    return None
