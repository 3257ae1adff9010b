"""Word documents: WordprocessingML, ECMA-376, as it reads when all changes are accepted."""

from collections.abc import Iterator, Sequence

from lxml import etree

from retrieval.articles import SentenceKind
from retrieval.ingest.formats.docx_styles import Listed, Numbering, Styles, W, is_on, number_of, value
from retrieval.ingest.formats.figures import lowered, raised
from retrieval.ingest.formats.gathering import Gathering, reading
from retrieval.ingest.formats.ooxml import (
    Relation,
    main_part,
    part_of_kind,
    properties,
    relations,
    shown,
)
from retrieval.ingest.formats.package import Package, text_of
from retrieval.ingest.formats.tables import is_laid_out
from retrieval.ingest.readings import Reading

_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

#: What holds no words of the document: properties, what was deleted or moved away, codes of fields, what is
#: said beside the text, and how a word is pronounced.
_LEFT_OUT = frozenset(
    f"{W}{name}"
    for name in (
        "pPr", "rPr", "sdtPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "del", "moveFrom", "delText",
        "instrText", "delInstrText", "fldData", "annotationRef", "footnoteRef", "endnoteRef", "rt",
    )
)  # fmt: skip

#: What a sign that is no letter reads as.
_SIGNS = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}

#: Where runs and parts of formulas are set, by the line that is written on.
_SET = {"superscript": raised, "subscript": lowered, f"{_MATHS}sup": raised, f"{_MATHS}sub": lowered}

_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  XML names its own
    """Return a Word document; its title is what is set as one, or else what it is said to be.

    Raises `UnreadableContentError`.
    """
    package = Package(content)
    part = main_part(package, "word/document.xml")
    root = package.xml(part)
    reader = _Reader(package, relations(package, part))
    body = root.find(f"{W}body")
    if body is not None:
        reader.read_body(body)
    return [reading(reader.gathered.blocks, properties(package))]


class _Words:
    """What a paragraph says, with what hangs on it: text boxes and notes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.boxes: list[etree._Element] = []
        self.notes: list[tuple[str, str]] = []
        #: For each field that is open, whether its code is being read, and not yet its result.
        self._codes: list[bool] = []

    def read(self, element: etree._Element, *, hidden: bool = False) -> None:
        """Read what an element holds; of what is hidden, only where fields begin and end."""
        for child in shown(element):
            if child.tag == f"{W}fldChar":
                self._pass(child.get(f"{W}fldCharType", ""))
            elif child.tag == f"{W}r":
                begun = len(self.parts)
                self.read(child, hidden=is_on(child, f"{W}rPr/{W}vanish"))
                self._set(begun, value(child, f"{W}rPr/{W}vertAlign"))
            elif child.tag not in _LEFT_OUT and not hidden and not any(self._codes):
                self._read_shown(child)

    def _read_shown(self, child: etree._Element) -> None:
        if child.tag in (f"{W}t", f"{_MATHS}t"):
            # Line breaks in the XML are spaces.
            self.parts.append(text_of(child).replace("\n", " "))
        elif child.tag == f"{W}br":
            self.parts.append(" " if child.get(f"{W}type") in ("page", "column") else "\n")
        elif child.tag in _SIGNS:
            self.parts.append(_SIGNS[child.tag])
        elif child.tag == f"{W}txbxContent":
            self.boxes.append(child)
        elif child.tag in _NOTES:
            self.notes.append((_NOTES[child.tag], child.get(f"{W}id", "")))
        elif child.tag == f"{_MATHS}f":
            self._read_fraction(child)
        else:
            begun = len(self.parts)
            self.read(child)
            self._set(begun, str(child.tag))

    def _read_fraction(self, fraction: etree._Element) -> None:
        """Read a fraction with its bar, and what is more than a number or a name in brackets."""
        for name, bar in (("num", ""), ("den", "/")):
            begun = len(self.parts)
            for part in fraction.iterchildren(f"{_MATHS}{name}"):
                self.read(part)
            text = "".join(self.parts[begun:])
            self.parts[begun:] = [bar, text if text.isalnum() else f"({text})"]

    def _set(self, begun: int, where: str | None) -> None:
        """Set what was read since there, if it is set above or below the line."""
        if where in _SET and begun < len(self.parts):
            self.parts[begun:] = [_SET[where]("".join(self.parts[begun:]))]

    def _pass(self, mark: str) -> None:
        if mark == "begin":
            self._codes.append(True)
        elif self._codes and mark == "separate":
            self._codes[-1] = False
        elif self._codes and mark == "end":
            self._codes.pop()


class _Reader:
    """Reads the blocks of a document off its parts."""

    def __init__(self, package: Package, leading: list[Relation]) -> None:
        self.gathered = Gathering()
        parts = {
            name: package.xml_if_any(part_of_kind(leading, name))
            for name in ("styles", "numbering", "footnotes", "endnotes")
        }
        self._styles, self._numbering = Styles(parts["styles"]), Numbering(parts["numbering"])
        self._notes = {
            (name, note.get(f"{W}id", "")): note
            for name in ("footnotes", "endnotes")
            for root in [parts[name]]
            for note in (() if root is None else root)
        }
        #: The notes that the text refers to, in its order.
        self._referred: dict[tuple[str, str], None] = {}
        #: The items that the last one stands in, by their levels.
        self._items: list[tuple[int, int]] = []
        self._code_is_set = True
        #: What goes on in the next paragraph: one whose mark was deleted, and a large first letter.
        self._before = ""
        self._is_titled = False

    def read_body(self, body: etree._Element) -> None:
        """Read a document, and its notes where it ends."""
        paragraphs = [*body.iter(f"{W}p")]
        monospaced = sum(map(self._styles.is_monospaced, paragraphs))
        # A document that is all typed by a typewriter is no code.
        self._code_is_set = 2 * monospaced <= len(paragraphs)
        self._read_within(body)
        self._end_paragraph()
        # What notes refer to is read as well, each once.
        for key in self._referred:
            if (note := self._notes.get(key)) is not None:
                text = " ".join(map(self._text, note.iter(f"{W}p")))
                self.gathered.add(SentenceKind.FOOTNOTE, text)

    def _read_within(self, element: etree._Element) -> None:
        for child in shown(element):
            if child.tag == f"{W}p":
                self._read_paragraph(child)
            elif child.tag == f"{W}tbl":
                self._read_table(child)
            elif child.tag not in _LEFT_OUT and not _is_contents(child):
                self._read_within(child)

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        if self._styles.is_of_contents(paragraph):
            return
        words = self._words(paragraph)
        text, self._before = self._before + "".join(words.parts), ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None or _is_initial(paragraph):
            self._before = text
        else:
            self._add(paragraph, text)
        for box in words.boxes:
            self._read_within(box)

    def _end_paragraph(self) -> None:
        text, self._before = self._before, ""
        self.gathered.add(SentenceKind.SENTENCE, text)

    def _add(self, paragraph: etree._Element, text: str) -> None:
        """Add a paragraph as what its style, its list or its type makes of it."""
        kind, depth = self._styles.kind(paragraph) or (SentenceKind.SENTENCE, 0)
        if kind is SentenceKind.SENTENCE and self._code_is_set and self._styles.is_monospaced(paragraph):
            kind = SentenceKind.CODE
        if kind is SentenceKind.CODE:
            self.gathered.add_code_line(text)
            return
        if not text.strip():
            return
        listed = self._styles.listed(paragraph)
        mark = self._numbering.mark(listed) if listed else ""
        if kind is SentenceKind.TITLE:
            kind, depth = (SentenceKind.HEADING, 1) if self._is_titled else (kind, 0)
            self._is_titled = True
        if kind is SentenceKind.SENTENCE and listed:
            self._add_item(listed, mark + text)
            return
        self._items = []
        is_numbered = kind is SentenceKind.HEADING and mark != "- "
        self.gathered.add(kind, (mark if is_numbered else "") + text, depth)

    def _add_item(self, listed: Listed, text: str) -> None:
        apart = not self._items
        self._items = [item for item in self._items if item[0] < listed.level]
        self._items.append((listed.level, self.gathered.number))
        items = tuple(number for _, number in self._items)
        self.gathered.add(SentenceKind.BULLET, text, listed.level, apart=apart, items=items)

    def _read_table(self, table: etree._Element) -> None:
        self._items = []
        self._end_paragraph()
        rows = [row for row in _rows(table) if row.find(f"{W}trPr/{W}del") is None]
        texts = [*self._rows_of_text(rows)]
        if is_laid_out(texts):
            for row in rows:
                for cell in _cells(row):
                    self._read_within(cell)
            return
        headers = 0
        while headers < len(rows) and is_on(rows[headers], f"{W}trPr/{W}tblHeader"):
            headers += 1
        self.gathered.add_rows(texts, headers)

    def _rows_of_text(self, rows: Sequence[etree._Element]) -> Iterator[list[str]]:
        """Yield the cells of rows, those that are merged with the one above with its text again."""
        above: dict[int, str] = {}
        for row in rows:
            texts = [""] * min(number_of(value(row, f"{W}trPr/{W}gridBefore")) or 0, 63)
            for cell in _cells(row):
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                    text = above.get(len(texts), "")
                else:
                    text = " ".join(filter(None, map(self._text, cell.iter(f"{W}p"))))
                above[len(texts)] = text
                width = min(number_of(value(cell, f"{W}tcPr/{W}gridSpan")) or 1, 63)
                texts += [text, *[""] * (width - 1)]
            yield texts

    def _text(self, paragraph: etree._Element) -> str:
        """Return what a paragraph says that cannot be a block of its own."""
        return "".join(self._words(paragraph).parts).strip()

    def _words(self, paragraph: etree._Element) -> _Words:
        words = _Words()
        words.read(paragraph)
        self._referred |= dict.fromkeys(words.notes)
        return words


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return _parts(table, f"{W}tr")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return _parts(row, f"{W}tc")


def _parts(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the rows or cells of an element, whatever is drawn around them, but for those within others."""
    for child in shown(element):
        if child.tag == name:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _parts(child, name)


def _is_initial(paragraph: etree._Element) -> bool:
    """Whether a paragraph is the large first letter of the next one."""
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def _is_contents(element: etree._Element) -> bool:
    """Whether a part of a document is its table of contents, made by Word."""
    gallery = value(element, f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.lower() == "table of contents"
