"""Markup to blocks: an element of HTML or XHTML, and all that it holds, as whoever reads the page sees it.

The tree is walked without recursion: pages may be nested deeper than Python calls.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from lxml import etree

from retrieval.articles import BETWEEN_CELLS, LIST_MARK, SOFT_HYPHEN, SentenceKind
from retrieval.ingest.blocks import LOWEST, Block
from retrieval.ingest.formats.figures import lowered, raised
from retrieval.ingest.formats.package import name_of
from retrieval.ingest.lines import is_pair

#: What holds no words of a document.
HIDDEN = frozenset({
    "annotation", "annotation-xml", "audio", "button", "canvas", "datalist", "head", "iframe", "noscript",
    "object", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "video",
})  # fmt: skip

#: Tags at which a paragraph ends, and another one begins.
PARAGRAPHS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip

#: Tags of headings, and the level of each: what is explained or opened is the lowest.
_HEADINGS = {**{f"h{level}": level for level in range(1, 7)}, "summary": LOWEST, "dt": LOWEST}

#: What may stand in a row of a table, and in its other parts.
_IN_ROWS = frozenset({"td", "th", "script", "style", "template"})
_IN_TABLES = frozenset({
    "caption", "col", "colgroup", "script", "style", "tbody", "template", "tfoot", "thead", "tr",
})  # fmt: skip

#: What says of itself that it is a note at the foot of a page, in HTML and in EPUB.
_FOOTNOTES = frozenset({"footnote", "endnote", "rearnote"})
_LEADING = frozenset(
    {"noteref", "backlink", "referrer", "pagebreak", "toc", "landmarks", "page-list", "index"}
)
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

#: What is not seen in a text: hints where words may be broken, and joiners of nothing.
_UNSEEN = str.maketrans("", "", SOFT_HYPHEN + "\u200b\u2060\ufeff")

#: How many characters a cell of a table has at most that is no part of a page's layout. Chosen by eye.
_LONGEST_CELL = 600

#: How many columns and rows a cell may span, and how many characters may be made by repeating cells, so that
#: a small page makes no huge table. Chosen by eye.
_MOST_COLUMNS, _MOST_ROWS, _MOST_REPEATED = 100, 1_000, 200_000

#: How many characters of a number of an item are looked at.
_LONGEST_NUMBER = 6


def blocks_of(element: etree._Element, locator: str | None = None, first: int = 1) -> list[Block]:
    """Return the blocks of an element, all at this place in what is read, numbered from the `first`.

    Without a place each says the number of its paragraph.
    """
    reader = _Reader(locator, count=first - 1)
    reader.read(element)
    return reader.blocks


def words_of(element: etree._Element) -> str:
    """Return the words of an element in one line, as they are shown."""
    return _in_a_line(_said(element))


def shown_text(element: etree._Element) -> str:
    """Return the text before an element's first child; raised and lowered figures are such characters."""
    text, name = element.text or "", name_of(element)
    if name not in ("sup", "sub") or len(element):
        return text
    return raised(text) if name == "sup" else lowered(text)


def _in_a_line(text: str) -> str:
    return " ".join(text.translate(_UNSEEN).split())


def _said(element: etree._Element) -> str:
    """Return the text of an element as it stands, with line breaks where it has them."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        name = name_of(node) if event in ("start", "end") else ""
        is_hidden = (name in HIDDEN and name != "button") or _leads_elsewhere(node)
        if event == "start" and is_hidden and node is not element:
            walk.skip_subtree()
        elif event == "start":
            gap = " " if name in PARAGRAPHS and node is not element else ""
            pieces += ["\n" if name == "br" else gap, shown_text(node)]
        elif node is not element:
            pieces += [" " if name in PARAGRAPHS else "", node.tail or ""]
    return "".join(pieces)


@dataclass(slots=True)
class _Item:
    """An item of a list: the mark that its first paragraph gets, and whether there was one."""

    mark: str
    begun: bool = False
    apart: bool = True


@dataclass(slots=True)
class _List:
    """A list, and the number of its next item, if it has numbers."""

    number: int | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where paragraphs stand: what they are, within which notes and items, and how deep in lists."""

    kind: SentenceKind = SentenceKind.SENTENCE
    depth: int = 0
    notes: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    list: _List | None = None
    item: _Item | None = None


@dataclass(slots=True)
class _Reader:
    """Gathers the words between two tags at which a paragraph ends."""

    locator: str | None
    blocks: list[Block] = field(default_factory=list)
    #: The place of each open element that changes it, the outermost first, and those elements.
    places: list[_Place] = field(default_factory=lambda: [_Place()])
    opened: list[etree._Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    #: Tells blocks, notes and items from each other, as lines do elsewhere.
    count: int = 0
    repeated: int = 0

    def read(self, element: etree._Element) -> None:
        """Read an element and what it holds."""
        walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
        for event, node in walk:
            if event == "start":
                if self._begin(node, name_of(node)):
                    self._add(shown_text(node))
                else:
                    walk.skip_subtree()
                continue
            if event == "end":
                self._end(node)
            if node is not element:
                self._add(node.tail or "")
        self._end_paragraph()

    def _add(self, text: str) -> None:
        # A line break in the source is a space; one that is shown is put in by `_begin`.
        self.words.append(text.replace("\n", " "))

    def _begin(self, node: etree._Element, name: str) -> bool:
        """Begin what a tag begins; return whether what it holds is still to be read."""
        if name in HIDDEN or _leads_elsewhere(node):
            return False
        if name == "br":
            self.words.append("\n")
        if name not in PARAGRAPHS:
            return True
        self._end_paragraph()
        if name in _HEADINGS:
            self._emit(SentenceKind.HEADING, words_of(node), depth=_HEADINGS[name])
            return False
        if name == "pre":
            self._emit(SentenceKind.CODE, _said(node).translate(_UNSEEN).strip("\n"))
            return False
        if name == "table" and not _is_layout(node):
            self._table(node)
            return False
        place = self._place_in(node, name)
        if place is not None:
            self.places.append(place)
            self.opened.append(node)
        return True

    def _end(self, node: etree._Element) -> None:
        if name_of(node) in PARAGRAPHS:
            self._end_paragraph()
        if self.opened and self.opened[-1] is node:
            self.opened.pop()
            self.places.pop()

    def _place_in(self, node: etree._Element, name: str) -> _Place | None:
        """Return the place of what stands in an element; None if it is that of the element itself."""
        place = self.places[-1]
        if _is_footnote(node):
            return replace(place, kind=SentenceKind.FOOTNOTE)
        if name == "blockquote":
            return replace(place, kind=SentenceKind.QUOTATION, notes=(*place.notes, self._next()), item=None)
        if name in ("details", "dl"):
            return replace(place, notes=(*place.notes, self._next()))
        if name in ("figcaption", "caption"):
            return replace(place, kind=SentenceKind.CAPTION)
        return self._place_in_list(node, name, place)

    def _place_in_list(self, node: etree._Element, name: str, place: _Place) -> _Place | None:
        if name == "li":
            return self._place_in_item(node, place)
        if name not in ("ul", "ol", "menu", "dir"):
            return None
        depth = place.depth + (place.list is not None)
        number = _number(node.get("start"), 1) if name == "ol" else None
        return replace(place, list=_List(number), depth=depth)

    def _place_in_item(self, node: etree._Element, place: _Place) -> _Place:
        within = place.list or _List()
        mark = "- "
        if within.number is not None:
            number = _number(node.get("value"), within.number)
            within.number = number + 1
            mark = f"{number}. "
        item = _Item(mark, apart=not within.begun and not place.depth)
        within.begun = True
        kind = place.kind if place.kind is SentenceKind.FOOTNOTE else SentenceKind.SENTENCE
        return replace(place, kind=kind, items=(*place.items, self._next()), item=item)

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _end_paragraph(self) -> None:
        """Make blocks of the words gathered so far: an empty line parts them, as it does to the eye."""
        if not self.words:
            return
        lines = [_in_a_line(line) for line in "".join(self.words).split("\n")]
        self.words = []
        for has_words, run in groupby(lines, key=bool):
            if has_words:
                self._emit_lines(list(run))

    def _emit_lines(self, lines: Sequence[str]) -> None:
        """Emit a paragraph: its lines, if they are items or say something of a name each, else as one."""
        kind = self.places[-1].kind
        if kind is SentenceKind.SENTENCE and len(lines) > 1 and all(map(is_pair, lines)):
            for number, line in enumerate(lines):
                self._emit(SentenceKind.PAIR, line, apart=not number)
            return
        for is_item, run in groupby(lines, key=lambda line: LIST_MARK.match(line) is not None):
            if is_item and kind is SentenceKind.SENTENCE and len(lines) > 1:
                for number, line in enumerate(run):
                    self._emit(SentenceKind.BULLET, line, apart=not number)
            else:
                self._emit(kind, "\n".join(run))

    def _emit(self, kind: SentenceKind, text: str, *, depth: int = 0, apart: bool = True) -> None:
        if not text.strip():
            return
        place, item = self.places[-1], self.places[-1].item
        if item is not None and not item.begun:
            apart = item.apart
            if kind is SentenceKind.SENTENCE:
                kind, text, depth = SentenceKind.BULLET, item.mark + text, place.depth
            item.begun = True
        number = self._next()
        wrapped = "\n" in text and kind is not SentenceKind.CODE
        locator = self.locator or f"paragraph {len(self.blocks) + 1}"
        self.blocks.append(
            Block(kind, text, number, depth, apart, place.notes, place.items, wrapped, locator)
        )

    def _table(self, table: etree._Element) -> None:
        """Emit a table row by row, below its caption."""
        for caption in table.iter("{*}caption"):
            self._emit(SentenceKind.CAPTION, words_of(caption))
        first = True
        for kind, cells in self._rows(table):
            if any(cells):
                is_header = kind is SentenceKind.HEADER
                self._emit(kind, BETWEEN_CELLS.join(cells), apart=first or is_header)
                first = False

    def _rows(self, table: etree._Element) -> Iterator[tuple[SentenceKind, list[str]]]:
        """Yield the rows of a table, with what spans several of them in each."""
        spanning: dict[int, tuple[int, str]] = {}
        for row in table.iter("{*}tr"):
            own = [cell for cell in row if name_of(cell) in ("td", "th")]
            in_head = name_of(parent) == "thead" if (parent := row.getparent()) is not None else False
            heads = bool(own) and (in_head or all(name_of(cell) == "th" for cell in own))
            is_whole = len(own) == 1 and not spanning
            cells = [_cell(own[0])] if is_whole else self._spread(own, spanning)
            is_header = heads and len(cells) > 1
            yield SentenceKind.HEADER if is_header else SentenceKind.ROW, cells

    def _spread(self, own: Iterable[etree._Element], spanning: dict[int, tuple[int, str]]) -> list[str]:
        """Return the cells of a row, those that span several columns or rows repeated in each."""
        cells: list[str] = []
        for cell in own:
            self._carry(cells, spanning)
            text = _cell(cell)
            rows = min(_number(cell.get("rowspan"), 1), _MOST_ROWS)
            for place in range(max(1, min(_number(cell.get("colspan"), 1), _MOST_COLUMNS))):
                if place and not self._may_repeat(text):
                    break
                if rows > 1:
                    spanning[len(cells)] = (rows - 1, text)
                cells.append(text)
            if len(cells) > _MOST_COLUMNS:
                break
        self._carry(cells, spanning)
        return cells

    def _carry(self, cells: list[str], spanning: dict[int, tuple[int, str]]) -> None:
        """Add the cells that span into a row from above, as far as they come next."""
        while len(cells) in spanning:
            rows, text = spanning.pop(len(cells))
            if not self._may_repeat(text):
                spanning.clear()
                return
            if rows > 1:
                spanning[len(cells)] = (rows - 1, text)
            cells.append(text)

    def _may_repeat(self, text: str) -> bool:
        self.repeated += len(text) + len(BETWEEN_CELLS)
        return self.repeated <= _MOST_REPEATED


def _cell(cell: etree._Element) -> str:
    return words_of(cell).replace(BETWEEN_CELLS, "|")


def _is_layout(table: etree._Element) -> bool:
    """Whether a table only says what stands beside what: it holds parts of a page, or has one column."""
    if table.get("role") in ("presentation", "none"):
        return True
    parts = ("{*}table", "{*}h1", "{*}h2", "{*}h3")
    if next((part for part in table.iter(*parts) if part is not table), None) is not None:
        return True
    if any(map(_has_more_than_cells, table.iter("{*}table", "{*}thead", "{*}tbody", "{*}tfoot", "{*}tr"))):
        return True
    cells = list(table.iter("{*}td", "{*}th"))
    if len(cells) == len(list(table.iter("{*}tr"))):
        return True
    return any(sum(map(len, cell.itertext())) > _LONGEST_CELL for cell in cells)


def _has_more_than_cells(part: etree._Element) -> bool:
    """Whether words stand in a part of a table but in none of its cells, as in faulty pages."""
    stray = [part.text or "", *(child.tail or "" for child in part)]
    names = {name_of(child) for child in part.iterchildren("{*}*")}
    allowed = _IN_ROWS if name_of(part) == "tr" else _IN_TABLES
    return bool("".join(stray).strip()) or not names <= allowed


def _is_footnote(node: etree._Element) -> bool:
    return not _FOOTNOTES.isdisjoint(_purposes(node))


def _leads_elsewhere(node: etree._Element) -> bool:
    """Whether an element only leads to another place: a note's number, a table of contents."""
    return not _LEADING.isdisjoint(_purposes(node))


def _purposes(node: etree._Element) -> set[str]:
    """Return what an element says that it is for, by EPUB's words or by those of ARIA."""
    said = f"{node.get('role') or ''} {node.get(_EPUB_TYPE) or ''} {node.get('epub:type') or ''}"
    return {purpose.removeprefix("doc-") for purpose in said.lower().split()}


def _number(text: str | None, default: int) -> int:
    """Return a number that an attribute states, if it states one that may be."""
    text = (text or "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else default
