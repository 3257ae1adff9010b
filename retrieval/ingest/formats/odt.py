"""OpenDocument text, ISO 26300: the documents of LibreOffice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from retrieval.articles import SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest.formats.described import described
from retrieval.ingest.formats.figures import lowered, raised
from retrieval.ingest.formats.gathering import Gathering, reading
from retrieval.ingest.formats.package import Package, is_element, name_of
from retrieval.ingest.formats.style_names import is_of_contents, kind_of
from retrieval.ingest.formats.tables import is_laid_out
from retrieval.ingest.readings import Reading, UnreadableContentError
from retrieval.ingest.texts import Metadata

_NAMESPACES = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE = f"{_NAMESPACES}office:1.0}}", f"{_NAMESPACES}text:1.0}}", f"{_NAMESPACES}table:1.0}}"
_STYLE, _DRAW, _META = f"{_NAMESPACES}style:1.0}}", f"{_NAMESPACES}drawing:1.0}}", f"{_NAMESPACES}meta:1.0}}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"

#: What holds no words of the document: what was deleted, what is said beside it, lists of its headings.
_LEFT_OUT = frozenset(
    (
        *(f"{_TEXT}{name}" for name in (
            "tracked-changes", "table-of-content", "illustration-index", "table-index", "object-index",
            "alphabetical-index", "user-index", "note-citation", "hidden-text", "ruby-text",
            "sequence-decls", "variable-decls", "user-field-decls",
        )),
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
        f"{_OFFICE}event-listeners",
    )
)  # fmt: skip

#: How often a row, a cell or a space may be repeated: sheets fill themselves up by millions.
_MOST_REPEATED = 100

_SET = {"super": raised, "sub": lowered}

_LONGEST_CHAIN = 20
_DEEPEST_HEADING = 6


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  XML names its own
    """Return an OpenDocument text; its title is what is set as one, or else what it is said to be.

    Raises `UnreadableContentError`.
    """
    package = Package(content)
    if _is_encrypted(package):
        raise UnreadableContentError(FileFault.LOCKED)
    root = package.xml("content.xml")
    reader = _Reader((package.xml_if_any("styles.xml"), root))
    for text in root.iterchildren(f"{_OFFICE}body"):
        reader.read(text)
    return [reading(reader.gathered.blocks, _metadata(package.xml_if_any("meta.xml")))]


def _is_encrypted(package: Package) -> bool:
    manifest = package.xml_if_any("META-INF/manifest.xml")
    return manifest is not None and any(name_of(element) == "encryption-data" for element in manifest.iter())


def _metadata(root: etree._Element | None) -> Metadata:
    """Return what a document says of itself, but for its language, which is that of the program."""
    if root is None:
        return described()
    return described(root.findtext(f".//{_DUBLIN_CORE}title"), root.findtext(f".//{_META}creation-date"))


class _Words:
    """What a paragraph says, with what hangs on it: text boxes and notes."""

    def __init__(self, positions: Mapping[str, str]) -> None:
        #: Where text in a style is set, by the line that is written on: "super 58%".
        self._positions = positions
        self.parts: list[str] = []
        self.boxes: list[etree._Element] = []
        self.notes: list[etree._Element] = []

    def read(self, element: etree._Element) -> None:
        """Read what an element holds."""
        self._say(element.text)
        for child in element:
            if is_element(child) and child.tag not in _LEFT_OUT:
                self._read_child(child)
            self._say(child.tail)

    def _read_child(self, child: etree._Element) -> None:
        if child.tag == f"{_TEXT}s":
            self.parts.append(" " * _times(child, f"{_TEXT}c"))
        elif child.tag == f"{_TEXT}tab":
            self.parts.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            self.parts.append("\n")
        elif child.tag == f"{_TEXT}note":
            self.notes.append(child)
        elif child.tag == f"{_DRAW}text-box":
            self.boxes.append(child)
        else:
            begun = len(self.parts)
            self.read(child)
            position = self._positions.get(child.get(f"{_TEXT}style-name", ""), "").partition(" ")[0]
            if position in _SET and begun < len(self.parts):
                self.parts[begun:] = [_SET[position]("".join(self.parts[begun:]))]

    def _say(self, text: str | None) -> None:
        if text:
            # Line breaks in the XML are spaces.
            self.parts.append(text.replace("\n", " "))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: how deep in lists, in which items, and which style the list has."""

    depth: int = 0
    items: tuple[int, ...] = ()
    style: str = ""
    #: What marks the item, until its first paragraph has it.
    mark: str | None = None
    apart: bool = True


class _Reader:
    """Reads the blocks of a document off its tree."""

    def __init__(self, roots: tuple[etree._Element | None, ...]) -> None:
        self.gathered = Gathering()
        known = [root for root in roots if root is not None]
        self._styles: Mapping[str, etree._Element] = {
            style.get(f"{_STYLE}name", ""): style for root in known for style in root.iter(f"{_STYLE}style")
        }
        self._positions = {
            name: position
            for name, style in self._styles.items()
            for properties in style.iterchildren(f"{_STYLE}text-properties")
            if (position := properties.get(f"{_STYLE}text-position"))
        }
        #: The levels of lists that are numbered, by the names of the lists.
        self._numbered = {
            (style.get(f"{_STYLE}name", ""), level.get(f"{_TEXT}level", "1"))
            for root in known
            for style in root.iter(f"{_TEXT}list-style")
            for level in style.iterchildren(f"{_TEXT}list-level-style-number")
            if level.get(f"{_STYLE}num-format")
        }
        #: The notes that the text refers to, each once, in its order.
        self._notes: dict[etree._Element, None] = {}
        self._is_titled = False

    def read(self, body: etree._Element) -> None:
        """Read a document, and its notes where it ends."""
        self._read_within(body, _Place())
        for note in self._notes:
            words = (self._words(paragraph) for paragraph in note.iter(f"{_TEXT}p", f"{_TEXT}h"))
            self.gathered.add(SentenceKind.FOOTNOTE, " ".join("".join(said.parts) for said in words))

    def _read_within(self, element: etree._Element, place: _Place) -> None:
        for child in element:
            if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                self._read_paragraph(child, place)
                place = replace(place, mark=None)
            elif child.tag == f"{_TEXT}list":
                self._read_list(child, place)
                place = replace(place, mark=None)
            elif child.tag == f"{_TABLE}table":
                self._read_table(child, place)
            elif is_element(child) and child.tag not in _LEFT_OUT:
                self._read_within(child, place)

    def _read_paragraph(self, paragraph: etree._Element, place: _Place) -> None:
        kind, depth = self._kind(paragraph)
        words = self._words(paragraph)
        text = "".join(words.parts)
        if kind is SentenceKind.CODE:
            self.gathered.add_code_line(text)
        elif text.strip():
            if kind is SentenceKind.TITLE:
                kind, depth = (SentenceKind.HEADING, 1) if self._is_titled else (kind, 0)
                self._is_titled = True
            if kind is SentenceKind.SENTENCE and place.mark is not None:
                kind, depth, text = SentenceKind.BULLET, place.depth, place.mark + text
            apart = place.apart or kind is not SentenceKind.BULLET
            self.gathered.add(kind, text, depth, apart=apart, items=place.items)
        for box in words.boxes:
            self._read_within(box, _Place())

    def _kind(self, paragraph: etree._Element) -> tuple[SentenceKind, int]:
        """Return what a paragraph is by its styles, and how deep a heading."""
        level = paragraph.get(f"{_TEXT}outline-level", "1") if paragraph.tag == f"{_TEXT}h" else None
        names = self._names_of_styles(paragraph)
        known = next(filter(None, map(kind_of, names)), None)
        if level is not None and (known is None or known[0] is SentenceKind.HEADING):
            return SentenceKind.HEADING, min(_number(level), _DEEPEST_HEADING)
        if known is None or any(map(is_of_contents, names)):
            return SentenceKind.SENTENCE, 0
        return known[0], min(known[1], _DEEPEST_HEADING)

    def _names_of_styles(self, paragraph: etree._Element) -> list[str]:
        """Return what a paragraph's styles are called, each before the one that it rests on."""
        name: str | None = paragraph.get(f"{_TEXT}style-name")
        names: list[str] = []
        while name and len(names) < _LONGEST_CHAIN:
            style = self._styles.get(name)
            shown = None if style is None else style.get(f"{_STYLE}display-name")
            names.append(shown or name.replace("_20_", " "))
            name = None if style is None else style.get(f"{_STYLE}parent-style-name")
        return names

    def _read_list(self, element: etree._Element, place: _Place) -> None:
        depth = len(place.items)
        style = element.get(f"{_TEXT}style-name") or place.style
        is_numbered = (style, str(depth + 1)) in self._numbered
        number = 0
        for item in element:
            if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                continue
            number = _number(item.get(f"{_TEXT}start-value", str(number + 1)))
            mark = (f"{number}. " if is_numbered else "- ") if item.tag == f"{_TEXT}list-item" else None
            items = (*place.items, self.gathered.number)
            apart = not depth and self.gathered.number == items[0] and number == 1
            self._read_within(item, _Place(depth, items, style, mark, apart))

    def _read_table(self, table: etree._Element, place: _Place) -> None:
        headers = len(
            [*_repeated(row for part in table.iterchildren(f"{_TABLE}table-header-rows") for row in part)]
        )
        rows = [*_repeated(_rows(table))]
        texts = [*self._rows_of_text(rows)]
        if is_laid_out(texts):
            for row in rows:
                self._read_within(row, _Place(items=place.items))
        else:
            self.gathered.add_rows(texts, headers, items=place.items)

    def _rows_of_text(self, rows: list[etree._Element]) -> Iterator[list[str]]:
        """Yield the cells of rows, those that are merged with the one above with its text again."""
        above: dict[int, tuple[str, int]] = {}
        for row in rows:
            texts: list[str] = []
            for cell in _repeated(row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")):
                text, left = above.get(len(texts), ("", 0))
                if cell.tag == f"{_TABLE}table-cell":
                    said = ("".join(self._words(p).parts) for p in cell.iter(f"{_TEXT}p", f"{_TEXT}h"))
                    text, left = " ".join(said), _number(cell.get(f"{_TABLE}number-rows-spanned", "1"))
                above[len(texts)] = (text, left - 1)
                texts.append(text if left > 0 else "")
            yield texts

    def _words(self, paragraph: etree._Element) -> _Words:
        words = _Words(self._positions)
        words.read(paragraph)
        bodies = (body for note in words.notes for body in note.iterchildren(f"{_TEXT}note-body"))
        self._notes |= dict.fromkeys(bodies)
        return words


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table, whatever groups them, but for those of tables within."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif is_element(child) and not child.tag.startswith(f"{_TABLE}table-column"):
            yield from _rows(child)


def _repeated(elements: Iterator[etree._Element]) -> Iterator[etree._Element]:
    """Yield rows or cells as often as they say."""
    for element in elements:
        name = "columns" if str(element.tag).endswith("cell") else "rows"
        yield from [element] * _times(element, f"{_TABLE}number-{name}-repeated")


def _times(element: etree._Element, attribute: str) -> int:
    return min(_number(element.get(attribute, "1")), _MOST_REPEATED)


def _number(text: str) -> int:
    """Return a number as a document writes it; what is none is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
