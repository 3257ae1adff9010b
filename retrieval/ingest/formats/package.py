"""Packages, which office formats are: zip archives of XML, opened as if somebody had made them to do harm."""

import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from struct import error as StructError  # noqa: N812  as exceptions are called
from typing import Any

from lxml import etree

from retrieval.errors import FileFault
from retrieval.ingest.readings import UnreadableContentError

#: What a package may hold at most. Of 773 real ones that were measured none comes near.
_MOST_ENTRIES = 10_000
_LARGEST = 200 * 1024 * 1024
_LARGEST_ENTRY = 100 * 1024 * 1024

#: How many times as large it may be when unpacked, where it is large at all.
_RATIO, _LARGE = 200, 10 * 1024 * 1024

#: How compound files begin: documents of the nineties, and today's ones that are encrypted; and what the
#: latter hold.
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

#: Other ways than these are for archives, and unpack slower or larger.
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))

#: What zipfile raises where an archive is not as it should be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    StructError,
    ValueError,
)

#: Where ISO 29500's strict documents have other namespaces than those that everybody writes.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/presentationml/main": (
        b"http://schemas.openxmlformats.org/presentationml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}


def is_compound(content: bytes) -> bool:
    """Whether a content is a compound file, as what Office wrote before 2007."""
    return content.startswith(_COMPOUND)


def is_encrypted(content: bytes) -> bool:
    """Whether a compound file holds a package that is encrypted by a password."""
    return is_compound(content) and _ENCRYPTED in content


class Package:
    """An archive in memory, of which no more is unpacked than is read; its names are names, never paths."""

    def __init__(self, content: bytes) -> None:
        """Open an archive.

        Raises `UnreadableContentError` if it is none, is locked, or holds too much.
        """
        if is_encrypted(content):
            raise UnreadableContentError(FileFault.LOCKED)
        if is_compound(content):
            raise UnreadableContentError(FileFault.DAMAGED, "it is of an older format than its name says")
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except _BROKEN as error:
            raise UnreadableContentError(FileFault.DAMAGED, "it is no archive, or a part of one") from error
        self._left = _LARGEST
        entries = self._archive.infolist()
        _check(entries)
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> Sequence[str]:
        """The names of what it holds, in their order."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """Return what has this name, as far as it may be large: what an archive says of sizes may be untrue.

        Raises `UnreadableContentError`.
        """
        most = min(_LARGEST_ENTRY, self._left)
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} is missing")
        if entry.compress_type not in _METHODS:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} is packed in an unknown way")
        try:
            with self._archive.open(entry) as opened:
                content = opened.read(most + 1)
        except _BROKEN as error:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} cannot be unpacked") from error
        if len(content) > most:
            raise _excess(most)
        self._left -= len(content)
        return content

    def xml(self, name: str) -> etree._Element:
        """Return the root of the XML that has this name.

        Raises `UnreadableContentError`.
        """
        content = self.read(name)
        for strict, usual in _STRICT.items():
            content = content.replace(strict, usual)
        return parsed(content, name)

    def xml_if_any(self, name: str | None) -> etree._Element | None:
        """Return the root of the XML that has this name, if there is any that can be read."""
        if name is None or name not in self:
            return None
        try:
            return self.xml(name)
        except UnreadableContentError as error:
            if error.fault is FileFault.DAMAGED:
                return None
            raise


def parsed(content: bytes, name: str) -> etree._Element:
    """Return the root of some XML, without comments; entities stay what they are, and nothing is fetched.

    Raises `UnreadableContentError`.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        detail = "nested too deep" if is_too_deep(str(error)) else f"{name} is not well-formed"
        raise UnreadableContentError(FileFault.DAMAGED, detail) from error


def is_element(node: etree._Element) -> bool:
    """Whether what stands in a tree is an element, and not a comment or an entity that means nothing."""
    tag: Any = node.tag
    return isinstance(tag, str)


def name_of(node: etree._Element) -> str:
    """Return what an element is called, without a namespace; nothing for what is no element."""
    return node.tag.rpartition("}")[2].lower() if is_element(node) else ""


def text_of(element: etree._Element) -> str:
    """Return all text in an element, that of entities left out."""
    parts = [element.text or ""]
    for child in element:
        parts += [text_of(child) if is_element(child) else "", child.tail or ""]
    return "".join(parts)


def is_too_deep(complaint: str) -> bool:
    """Whether libxml2 gave up since elements stand in one another more than 256 times."""
    return complaint.startswith("Excessive depth")


def _check(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_ENTRIES:,} files in one")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableContentError(FileFault.LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _LARGEST:
        raise _excess(_LARGEST)
    if any(entry.file_size > _LARGEST_ENTRY for entry in entries):
        raise _excess(_LARGEST_ENTRY)
    if unpacked > max(_LARGE, _RATIO * packed):
        raise UnreadableContentError(FileFault.EXCESS, f"{_RATIO} times its size when unpacked")


def _excess(most: int) -> UnreadableContentError:
    return UnreadableContentError(FileFault.EXCESS, f"{max(1, most // 1024**2)} MB when unpacked")
