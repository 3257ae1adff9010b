"""Spreadsheets: those of Excel, old and new, and of LibreOffice, as python-calamine reads them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from retrieval.articles import BETWEEN_CELLS, SentenceKind, one_line
from retrieval.errors import FileFault
from retrieval.ingest.archives import is_compound, is_encrypted
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.gathering import tidied
from retrieval.ingest.formats.package import Package
from retrieval.ingest.readings import Reading, UnreadableContentError

#: How many rows are read of a file.
_MOST_ROWS = 100_000

#: How many cells a sheet may span: one cell at its far end makes room for all before it.
_MOST_CELLS = 20_000_000

#: How many rows may stand above the one that says what the columns are. Chosen by eye.
_ABOVE_HEADER = 20

#: What programs call sheets.
_UNNAMED = re.compile(r"(?:sheet|лист|парақ|tabelle|feuil|hoja|foglio|arkusz|sayfa)\s*\d*", re.IGNORECASE)

Cell = int | float | str | bool | time | date | datetime | timedelta


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  cells have theirs
    """Return a workbook as one document, without sheets that are hidden.

    Raises `UnreadableContentError`.
    """
    if is_encrypted(content):
        raise UnreadableContentError(FileFault.LOCKED)
    if not is_compound(content):
        _check(Package(content))
    try:
        return [Reading(tuple(_blocks(content)))]
    except UnreadableContentError:
        raise
    except PasswordError as error:
        raise UnreadableContentError(FileFault.LOCKED) from error
    except (CalamineError, OSError, OverflowError, ValueError) as error:
        raise UnreadableContentError(FileFault.DAMAGED, "its sheets cannot be read") from error
    except BaseException as error:
        # What calamine did not foresee is no `Exception` in Python.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableContentError(FileFault.DAMAGED, "its sheets cannot be read") from error


def _check(package: Package) -> None:
    """Refuse what calamine would unpack, and OpenDocument that is not well-formed: it never ends reading it.

    Raises `UnreadableContentError`.
    """
    for name in ("content.xml", "META-INF/manifest.xml"):
        if name in package:
            package.xml(name)


def _blocks(content: bytes) -> Iterator[Block]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
    number = 1
    for name in shown:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > _MOST_CELLS:
            raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_CELLS:,} cells in a sheet")
        rows = _rows(sheet)
        if not rows:
            continue
        if len(shown) > 1 or not _UNNAMED.fullmatch(name.strip()):
            yield Block(SentenceKind.HEADING, one_line(name), number, 1, locator=f"Sheet {one_line(name)}")
            number += 1
        for block in _of_sheet(rows, one_line(name), number):
            number = block.line + 1
            if number > _MOST_ROWS:
                raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_ROWS:,} rows")
            yield block


def _rows(sheet: CalamineSheet) -> dict[int, list[str]]:
    """Return the rows of a sheet that hold anything, by their numbers, without columns that hold nothing."""
    if sheet.start is None:
        return {}
    first_row, first_column = sheet.start
    # The rows that are read begin where the sheet does, whatever is empty there left out.
    rows = [[_written(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        _repeat(rows, top - first_row, bottom - first_row, left - first_column)
    filled = sorted({column for row in rows for column, cell in enumerate(row) if cell})
    return {
        first_row + place + 1: [row[column] if column < len(row) else "" for column in filled]
        for place, row in enumerate(rows)
        if any(row)
    }


def _repeat(rows: list[list[str]], top: int, bottom: int, column: int) -> None:
    """Write what reaches down over several rows in each of them."""
    if 0 <= top < len(rows) and 0 <= column < len(rows[top]):
        for row in rows[top + 1 : bottom + 1]:
            if column < len(row):
                row[column] = rows[top][column]


def _of_sheet(rows: dict[int, list[str]], name: str, first: int) -> Iterator[Block]:
    """Yield the rows of a sheet: titles, what says what the columns are, and what is in them."""
    header = _header(rows)
    is_list = len(next(iter(rows.values()))) == 1
    begun = False
    for line, (number, row) in enumerate(rows.items(), first):
        alone = sum(map(bool, row)) == 1 and not begun and header is not None and number < header
        kind = SentenceKind.HEADER if number == header else SentenceKind.ROW
        kind = SentenceKind.SENTENCE if alone or is_list else kind
        text = "".join(row) if kind is SentenceKind.SENTENCE else BETWEEN_CELLS.join(row)
        apart = not begun or kind is SentenceKind.HEADER
        yield Block(kind, text, line, apart=apart, locator=f"Sheet {name}, row {number}")
        begun = begun or kind in (SentenceKind.ROW, SentenceKind.HEADER)


def _header(rows: dict[int, list[str]]) -> int | None:
    """Return the number of the first row that has text in most columns, if others follow."""
    numbers = [*rows]
    for number in numbers[: min(_ABOVE_HEADER, len(numbers) - 1)]:
        row = rows[number]
        if len(row) > 1 and 2 * sum(map(_is_text, row)) > len(row):
            return number
    return None


def _is_text(cell: str) -> bool:
    return any(map(str.isalpha, cell))


def _written(cell: Cell) -> str:
    """Return a value as people write it.

    >>> [_written(cell) for cell in (12.0, 0.1 + 0.2, True, date(2024, 2, 22), time(9, 30), "Old  bridge ")]
    ['12', '0.3', 'TRUE', '2024-02-22', '09:30', 'Old bridge']
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.0f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else f"{cell.date()} {_clock(cell.time())}"
    if isinstance(cell, time):
        return _clock(cell)
    return tidied(str(cell)).replace("\n", " ").replace(BETWEEN_CELLS, "|")


def _clock(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second else "minutes")
