"""Electronic books: EPUB 2 and 3, their chapters in the order in which they are read."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html.entities import html5
from urllib.parse import unquote

from lxml import etree

from retrieval.articles import SentenceKind, one_line
from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.described import described
from retrieval.ingest.formats.epub_contents import Label, headed, labels_of
from retrieval.ingest.formats.gathering import reading
from retrieval.ingest.formats.markup import blocks_of
from retrieval.ingest.formats.package import Package, is_too_deep, name_of, parsed
from retrieval.ingest.readings import Reading, UnreadableContentError
from retrieval.ingest.texts import Metadata

_PACKAGE, _DUBLIN_CORE = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
_CIPHER = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"

_NCX = "application/x-dtbncx+xml"
_MARKUP = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml"))

#: A name of a sign, which XML does not know; and a tag that XML closes at once, and HTML leaves open.
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_CLOSED = re.compile(rb"<((?!br|hr|img|meta|link|input|col)[A-Za-z][\w:-]*)((?:\s[^<>]{0,2000})?)/>")
_OF_XML = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))

#: How long a chapter's title may be to say where something stands. Chosen by eye.
_TITLE_LENGTH = 60


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  XML names its own
    """Return a book as one document, without its table of contents.

    Raises `UnreadableContentError`.
    """
    package = Package(content)
    name = _name_of_root(package)
    root = package.xml(name)
    chapters = _chapters(root, name)
    if not _encrypted(package).isdisjoint(chapters):
        raise UnreadableContentError(FileFault.LOCKED)
    present = [chapter for chapter in chapters if chapter in package]
    if chapters and not present:
        raise UnreadableContentError(FileFault.DAMAGED, "its chapters are missing")
    metadata = _metadata(root)
    blocks = list(_blocks(package, present, labels_of(package, _contents(root, name), _placed)))
    if metadata.title is None:
        return [reading(blocks, metadata)]
    if blocks and blocks[0].kind is SentenceKind.HEADING and one_line(blocks[0].text) == metadata.title:
        blocks[0] = replace(blocks[0], kind=SentenceKind.TITLE, depth=0)
    return [Reading(tuple(blocks), metadata)]


def _name_of_root(package: Package) -> str:
    """Return the name of the part that says what the book is made of."""
    container = package.xml_if_any("META-INF/container.xml")
    named = (
        []
        if container is None
        else [element.get("full-path", "") for element in container.iter() if name_of(element) == "rootfile"]
    )
    named += [name for name in package.names if name.endswith(".opf")]
    return next((name for name in named if name in package), "content.opf")


def _chapters(root: etree._Element, name: str) -> list[str]:
    """Return the names of what is read one after another, but for tables of contents."""
    folder = posixpath.dirname(name)
    contents = {
        _placed(folder, reference.get("href", ""))
        for reference in root.iter(f"{_PACKAGE}reference")
        if reference.get("type", "").lower() == "toc"
    }
    items = {
        item.get("id", ""): _placed(folder, item.get("href", ""))
        for item in root.iter(f"{_PACKAGE}item")
        if item.get("media-type", "").lower() in _MARKUP and "nav" not in item.get("properties", "").split()
    }
    spine = (items.get(reference.get("idref", "")) for reference in root.iter(f"{_PACKAGE}itemref"))
    return [*dict.fromkeys(path for path in spine if path and path not in contents)]


def _placed(folder: str, reference: str) -> str:
    """Return the name of what is referred to from a folder."""
    path = posixpath.join(folder, unquote(reference.partition("#")[0]))
    return posixpath.normpath(posixpath.join("/", path)).lstrip("/")


def _contents(root: etree._Element, name: str) -> list[str]:
    """Return the names of the tables of contents that programs read."""
    folder = posixpath.dirname(name)
    return [
        _placed(folder, item.get("href", ""))
        for item in root.iter(f"{_PACKAGE}item")
        if item.get("media-type", "").lower() == _NCX or "nav" in item.get("properties", "").split()
    ]


def _encrypted(package: Package) -> set[str]:
    """Return the names of what is encrypted: only fonts in many books, and all in some that are sold."""
    root = package.xml_if_any("META-INF/encryption.xml")
    return set() if root is None else {unquote(cipher.get("URI", "")) for cipher in root.iter(_CIPHER)}


def _metadata(root: etree._Element) -> Metadata:
    """Return what a book says of itself.

    That it is in English is not believed: programs say so of any book, and the text shows it as well.
    """
    days = [
        day.text
        for day in root.iter(f"{_DUBLIN_CORE}date")
        if day.get(f"{_PACKAGE}event", "publication") in ("publication", "original-publication")
    ]
    told = described(
        root.findtext(f".//{_DUBLIN_CORE}title"),
        next(filter(None, days), None),
        root.findtext(f".//{_DUBLIN_CORE}language"),
    )
    return replace(told, language=None) if told.language in ("en", "eng") else told


def _blocks(package: Package, chapters: list[str], labels: Mapping[str, Sequence[Label]]) -> Iterator[Block]:
    first = 1
    for number, chapter in enumerate(chapters, 1):
        body = _body(package.read(chapter), chapter)
        blocks = headed(blocks_of(body, f"chapter {number}", first), labels.get(chapter, ()))
        title = next((one_line(block.text) for block in blocks if block.kind is SentenceKind.HEADING), "")
        if 0 < len(title) <= _TITLE_LENGTH:
            blocks = [replace(block, locator=title) for block in blocks]
        yield from blocks
        first = max(
            (number for block in blocks for number in (block.line, *block.items, *block.notes)), default=first
        )
        first += 1


def _body(content: bytes, name: str) -> etree._Element:
    """Return what a chapter shows; one that is not well-formed is read as browsers do, as far as it goes.

    Raises `UnreadableContentError`.
    """
    content = _NAMED.sub(_sign, content)
    try:
        root = parsed(content, name)
    except UnreadableContentError as error:
        if error.detail == "nested too deep":
            raise
        root = _mended(content)
    return next((element for element in root.iter() if name_of(element) == "body"), root)


def _mended(content: bytes) -> etree._Element:
    """Return the root of markup that is not well-formed.

    Raises `UnreadableContentError`.
    """
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=_encoding(content)
    )
    content = _CLOSED.sub(rb"<\1\2></\1>", content)
    try:
        root: etree._Element | None = etree.fromstring(content, parser)
    except etree.ParserError:  # Nothing in it.
        root = None
    except etree.XMLSyntaxError:
        root = None
    if any(is_too_deep(entry.message) for entry in parser.error_log):
        raise UnreadableContentError(FileFault.DAMAGED, "nested too deep")
    return etree.Element("body") if root is None else root


def _encoding(content: bytes) -> str | None:
    """Return UTF-8 where a chapter is in it, as all should be; else it is told by what the markup says."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _sign(match: re.Match[bytes]) -> bytes:
    """Return a sign by its number where markup has its name."""
    if match[1] in _OF_XML:
        return match[0]
    sign = html5.get(f"{match[1].decode('ascii')};")
    return match[0] if sign is None else "".join(f"&#{ord(letter)};" for letter in sign).encode()
