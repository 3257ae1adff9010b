"""Rich Text Format, 1.9.1: its bytes to words of control, braces and text."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from retrieval.errors import FileFault
from retrieval.ingest.readings import UnreadableContentError

#: How deep groups may stand in one another; programs go to some twenty.
_DEEPEST = 10_000

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)",
    re.DOTALL,
)

#: The code pages of fonts, by the numbers of their character sets; 0 and 1 are that of the document.
_OF_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip

#: Code pages that are called by other names, or have none.
_NAMED = {10000: "mac_roman", 10007: "mac_cyrillic", 936: "gbk", 65001: "utf-8", 708: "iso8859-6"}


class Token(NamedTuple):
    """A word of control with its number, a brace, or bytes of text; the other fields are empty."""

    word: str = ""
    number: int | None = None
    brace: str = ""
    text: bytes = b""


def tokens_of(content: bytes) -> Iterator[Token]:
    """Yield what a document is made of, but for binary data.

    Raises `UnreadableContentError` if groups stand too deep in one another.
    """
    place = depth = 0
    while match := _TOKEN.match(content, place):
        place = match.end()
        word, number, code, sign, brace, text = match.groups()
        if word == b"bin":
            place += max(0, int(number or 0))
        elif word:
            yield Token(word.decode("ascii"), None if number is None else int(number))
        elif code:
            yield Token(text=bytes((int(code, 16),)))
        elif sign in (b"\\", b"{", b"}"):
            yield Token(text=sign)
        elif sign:
            yield Token("par" if sign in (b"\r", b"\n") else sign.decode("latin-1"))
        elif brace:
            depth += 1 if brace == b"{" else -1
            if depth > _DEEPEST:
                raise UnreadableContentError(FileFault.DAMAGED, "nested too deep")
            yield Token(brace=brace.decode("ascii"))
        elif text:
            yield Token(text=text)


def codec_of(page: int | None, otherwise: str, sets: Mapping[int, str] = _OF_CHARSETS) -> str:
    """Return the codec of a character set's number, or the one otherwise."""
    return sets.get(-1 if page is None else page, otherwise)


def codec_of_page(page: int | None, otherwise: str) -> str:
    """Return the codec of a code page's number, or the one otherwise."""
    if page is None:
        return otherwise
    name = _NAMED.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return otherwise
    return name
