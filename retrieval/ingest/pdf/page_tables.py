"""Tables of a page: parts of lines that stand in rows and in columns, three rows or more one below the other.

No lines are looked for that are drawn around cells, only what the cells' places say. What is long in its
cells is text in columns, and is left as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from retrieval.articles import BETWEEN_CELLS
from retrieval.ingest.pdf.glyphs import Box
from retrieval.ingest.pdf.page_lines import Line

#: How many rows a table has at least where nothing is drawn. Chosen by eye, as in plain text.
_ROWS = 3

#: How many characters half of the cells have at most: longer ones are text. Chosen by eye.
_LONGEST = 40

#: And at least in columns of text.
_SHORTEST = 20

#: How far below a row the next one is at most, in heights of a line. Chosen by eye.
_GAP = 2.5

#: How far below a line of a cell the next one is at most, likewise.
_CLOSE = 0.4

#: How many lines columns of text have beside each other at least, and what share of a column's lines reach
#: its edge: all but the last ones of paragraphs. Chosen by eye.
_LINES, _FULL = 6, 0.6

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, as text; `begins` says that it is the first, `is_header` that it names columns."""

    text: str
    page: int
    begins: bool
    is_header: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    """Lines one below the other."""

    lines: tuple[Line, ...]
    box: Box

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    def beside(self, other: "_Cell") -> bool:
        """Whether another one stands to the right of it, in the same row."""
        overlap = min(self.box.top, other.box.top) - max(self.box.bottom, other.box.bottom)
        return other.box.left >= self.box.right and overlap > 0.5 * min(self.box.height, other.box.height)

    def goes_on_in(self, line: Line) -> bool:
        """Whether a line stands right below its last one."""
        distance = self.box.bottom - line.box.top
        return abs(distance) < _CLOSE * line.size and _overlap(self.box, line.box)


_Row = list[_Cell]


def with_tables(lines: Sequence[Line]) -> Iterator[Line | Row]:
    """Yield the lines of a page, with the rows of its tables in the place of theirs.

    What a page paints line by line over two columns of text is put in the order of these.
    """
    rows = list(_rows(lines))
    start = 0
    while start < len(rows):
        end, columns = _table(rows, start)
        if end - start >= _LINES and _is_text(rows[start:end], columns):
            for column in columns:
                cells = (cell for row in rows[start:end] for cell in row if _overlap(column, cell.box))
                yield from (replace(line, follows=False) for cell in cells for line in cell.lines)
        elif end - start >= _ROWS and _length(rows[start:end]) <= _LONGEST:
            yield from _written(rows[start:end], columns)
        else:
            end = start + 1
            yield from (line for cell in rows[start] for line in cell.lines)
        start = end


def _rows(lines: Sequence[Line]) -> Iterator[_Row]:
    """Yield cells that stand beside each other; all but the first may have several lines."""
    row: _Row = []
    for line in lines:
        cell = _Cell((line,), line.box)
        if row and row[-1].beside(cell) and row[0].beside(cell):
            row.append(cell)
        elif len(row) > 1 and row[-1].goes_on_in(line) and not _overlap(row[0].box, line.box):
            row[-1] = _Cell((*row[-1].lines, line), row[-1].box.around(line.box))
        else:
            if row:
                yield row
            row = [cell]
    if row:
        yield row


def _table(rows: Sequence[_Row], start: int) -> tuple[int, list[Box]]:
    """Return where the table that begins at a row ends, and the columns that it has."""
    columns: list[Box] = []
    end = start
    while end < len(rows) and len(rows[end]) > 1:
        if end > start and not _is_below(rows[end], rows[end - 1]):
            break
        widened = _columns(columns, rows[end])
        if widened is None:
            break
        columns = widened
        end += 1
    return end, columns


def _is_below(row: _Row, before: _Row) -> bool:
    distance = min(cell.box.bottom for cell in before) - max(cell.box.top for cell in row)
    return -0.5 * row[0].lines[0].size < distance < _GAP * row[0].lines[0].size


def _columns(columns: Sequence[Box], row: _Row) -> list[Box] | None:
    """Return columns with the cells of a row in them; None if two of a row would be in one, or one in two."""
    if not columns:
        return [cell.box for cell in row]
    widened = list(columns)
    taken = set()
    for cell in row:
        over = [place for place, column in enumerate(columns) if _overlap(column, cell.box)]
        if len(over) != 1 or over[0] in taken:
            return None
        taken.add(over[0])
        widened[over[0]] = columns[over[0]].around(cell.box)
    return widened


def _overlap(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right


def _length(rows: Sequence[_Row]) -> float:
    """Return how many characters half of the cells have at most."""
    return median(len(cell.text) for row in rows for cell in row)


def _is_text(rows: Sequence[_Row], columns: Sequence[Box]) -> bool:
    """Whether the lines of two columns go on below each other, rather than beside each other."""
    for column in columns:
        lines = [line for row in rows for cell in row if _overlap(column, cell.box) for line in cell.lines]
        full = sum(column.right - line.box.right < 2 * line.size for line in lines)
        if full < _FULL * len(lines):
            return False
    return len(columns) == 2 and _length(rows) >= _SHORTEST


def _written(rows: Sequence[_Row], columns: Sequence[Box]) -> Iterator[Row]:
    """Yield rows as text: a cell for each column, an empty one where a row has none."""
    has_header = _names_columns(rows)
    for number, row in enumerate(rows):
        texts = [" ".join(cell.text for cell in row if _overlap(column, cell.box)) for column in columns]
        is_header = not number and has_header
        yield Row(BETWEEN_CELLS.join(texts), row[0].lines[0].page, not number, is_header)


def _names_columns(rows: Sequence[_Row]) -> bool:
    """Whether the first row says what the columns are: it is bold as no other is, or has no figures."""
    first, *others = ([line for cell in row for line in cell.lines] for row in rows)
    if all(line.is_bold for line in first) and not all(line.is_bold for line in others[0]):
        return True
    figures = any(_DIGIT.search(line.text) for row in others for line in row)
    return figures and not any(_DIGIT.search(line.text) for line in first)
