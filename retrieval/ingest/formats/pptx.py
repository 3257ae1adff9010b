"""Presentations: PresentationML, ECMA-376, their slides in the order in which they are shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from retrieval.articles import SentenceKind
from retrieval.ingest.formats.gathering import Gathering, reading
from retrieval.ingest.formats.ooxml import main_part, part_of_kind, properties, relations, shown
from retrieval.ingest.formats.package import Package
from retrieval.ingest.formats.tables import is_laid_out
from retrieval.ingest.readings import Reading

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_TITLES = frozenset(("title", "ctrTitle"))
#: What stands on every slide.
_MARGINAL = frozenset(("dt", "ftr", "sldNum", "hdr"))
#: What stands on a page of notes that is none.
_BESIDE_NOTES = _MARGINAL | {"sldImg"}
#: What holds points, if it holds several.
_BODIES = frozenset(("body", "obj"))
#: Fields whose results stand on every slide.
_COUNTERS = ("slidenum", "datetime")


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  XML names its own
    """Return a presentation as one document, the notes of a slide after it.

    Raises `UnreadableContentError`.
    """
    package = Package(content)
    reader = _Reader()
    for number, (slide, notes) in enumerate(_slides(package), 1):
        reader.read_slide(slide, notes, number)
    return [reading(reader.gathered.blocks, properties(package))]


def _slides(package: Package) -> Iterator[tuple[etree._Element, etree._Element | None]]:
    """Yield each slide, and the notes to it."""
    part = main_part(package, "ppt/presentation.xml")
    root = package.xml(part)
    targets = {relation.id: relation.target for relation in relations(package, part)}
    for reference in root.iterfind(f"{_P}sldIdLst/{_P}sldId"):
        name = targets.get(reference.get(f"{_R}id", ""))
        if name and name in package:
            notes = part_of_kind(relations(package, name), "notesSlide")
            yield package.xml(name), package.xml_if_any(notes)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    level: int
    #: Whether it is marked as a point, or as none; None if nothing says it here.
    is_point: bool | None
    is_numbered: bool


class _Reader:
    """Reads the blocks of slides."""

    def __init__(self) -> None:
        self.gathered = Gathering()

    def read_slide(self, slide: etree._Element, notes: etree._Element | None, number: int) -> None:
        """Read a slide, its title first."""
        self.gathered.locator = f"slide {number}"
        shapes = [*_shapes(slide)]
        for shape in shapes:
            if _place(shape) in _TITLES:
                text = " ".join(paragraph.text for paragraph in _paragraphs(shape))
                is_title = number == 1 and _place(shape) == "ctrTitle" and not self.gathered.blocks
                kind = SentenceKind.TITLE if is_title else SentenceKind.HEADING
                self.gathered.add(kind, text, 0 if is_title else 1)
        for shape in shapes:
            if (table := shape.find(f".//{_A}tbl")) is not None:
                self._read_table(table)
            elif _place(shape) not in _TITLES | _MARGINAL:
                self._read_text(shape)
        for shape in () if notes is None else _shapes(notes):
            if _place(shape) not in _BESIDE_NOTES:
                for paragraph in _paragraphs(shape):
                    self.gathered.add(SentenceKind.SENTENCE, paragraph.text)

    def _read_text(self, shape: etree._Element) -> None:
        paragraphs = [paragraph for paragraph in _paragraphs(shape) if paragraph.text.strip()]
        are_points = _place(shape) in _BODIES and len(paragraphs) > 1
        items: list[tuple[int, int]] = []
        counts: dict[int, int] = {}
        for paragraph in paragraphs:
            level = paragraph.level
            is_point = are_points or level > 0 if paragraph.is_point is None else paragraph.is_point
            if not is_point:
                items, counts = [], {}
                self.gathered.add(SentenceKind.SENTENCE, paragraph.text)
                continue
            apart = not items
            items = [item for item in items if item[0] < level] + [(level, self.gathered.number)]
            counts = {deep: count for deep, count in counts.items() if deep <= level}
            counts[level] = counts.get(level, 0) + 1 if paragraph.is_numbered else 0
            mark = f"{counts[level]}. " if paragraph.is_numbered else "- "
            within = tuple(number for _, number in items)
            self.gathered.add(SentenceKind.BULLET, mark + paragraph.text, level, apart=apart, items=within)

    def _read_table(self, table: etree._Element) -> None:
        rows = [*_rows_of_text(table)]
        if is_laid_out(rows):
            for text in (text for row in rows for text in row):
                self.gathered.add(SentenceKind.SENTENCE, text)
            return
        properties = table.find(f"{_A}tblPr")
        is_headed = properties is not None and properties.get("firstRow") in ("1", "true")
        self.gathered.add_rows(rows, int(is_headed and len(rows) > 1))


def _shapes(slide: etree._Element) -> Iterator[etree._Element]:
    """Yield what stands on a slide, out of its groups."""
    tree = slide.find(f"{_P}cSld/{_P}spTree")
    return iter(()) if tree is None else _within(tree)


def _within(group: etree._Element) -> Iterator[etree._Element]:
    for child in shown(group):
        if child.tag == f"{_P}grpSp":
            yield from _within(child)
        elif child.tag in (f"{_P}sp", f"{_P}graphicFrame"):
            yield child


def _place(shape: etree._Element) -> str | None:
    """Return for what of the layout a shape stands; None if it was only put there."""
    place = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return None if place is None else place.get("type", "obj")


def _paragraphs(element: etree._Element) -> Iterator[_Paragraph]:
    for paragraph in element.iter(f"{_A}p"):
        properties = paragraph.find(f"{_A}pPr")
        level = "0" if properties is None else properties.get("lvl", "0")
        marks = set() if properties is None else {child.tag for child in properties}
        is_numbered = f"{_A}buAutoNum" in marks
        is_marked = is_numbered or f"{_A}buChar" in marks or f"{_A}buBlip" in marks
        yield _Paragraph(
            "".join(_said(paragraph)),
            int(level) if level in tuple("012345678") else 0,
            True if is_marked else False if f"{_A}buNone" in marks else None,
            is_numbered,
        )


def _said(paragraph: etree._Element) -> Iterator[str]:
    for child in paragraph.iter():
        if child.tag == f"{_A}br":
            yield "\n"
        elif child.tag == f"{_A}t" and not _is_counter(child.getparent()):
            yield (child.text or "").replace("\n", " ").replace("\v", "\n")


def _is_counter(field: etree._Element | None) -> bool:
    return field is not None and field.tag == f"{_A}fld" and field.get("type", "").startswith(_COUNTERS)


def _rows_of_text(table: etree._Element) -> Iterator[list[str]]:
    """Yield the cells of rows, those that are merged with the one above with its text again."""
    above: list[str] = []
    for row in table.iterchildren(f"{_A}tr"):
        texts: list[str] = []
        for cell in row.iterchildren(f"{_A}tc"):
            if cell.get("vMerge") in ("1", "true") and len(texts) < len(above):
                texts.append(above[len(texts)])
            else:
                texts.append(" ".join(paragraph.text for paragraph in _paragraphs(cell)))
        yield texts
        above = texts
