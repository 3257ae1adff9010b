"""Rows of tables: which of them say what the columns are, and how their cells are written."""

import re
from collections.abc import Iterator, Sequence

from retrieval.articles import BETWEEN_CELLS, SentenceKind

#: What a cell has at most in a table that is one, and does not only set texts side by side. Chosen by eye.
_CELL_LENGTH = 1000

#: What says something, and names no column: a figure that is no year, a sentence.
_SAYS = re.compile(r"(?<!\d)(?!(?:1[5-9]|20)\d\d(?!\d))\d|[.!;]$")


def is_laid_out(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table only frames text, or sets it side by side."""
    columns = max((sum(1 for cell in row if cell.strip()) for row in rows), default=0)
    return columns < 2 or any(len(cell) > _CELL_LENGTH for row in rows for cell in row)


def kinds_of_rows(rows: Sequence[Sequence[str]], headers: int = 0) -> Iterator[tuple[SentenceKind, str]]:
    """Yield the rows of a table that hold anything, each as what it is; the first may be known as `headers`.

    Where none is known, the first one is taken for it if it says nothing by itself. What fills a row alone
    above that is no row, but says what the table is about.

    >>> [*kinds_of_rows([["Bridges", ""], ["Name", "Length, m"], ["Old", "240"]])]
    [(<SentenceKind.SENTENCE: 'sentence'>, 'Bridges'), (<SentenceKind.HEADER: 'header'>, \
'Name | Length, m'), (<SentenceKind.ROW: 'row'>, 'Old | 240')]
    """
    table = [[_in_cell(cell) for cell in row] for row in rows]
    filled = {column for row in table for column, cell in enumerate(row) if cell}
    known = sum(1 for row in table[:headers] if any(row))
    table = [
        [row[column] if column < len(row) else "" for column in sorted(filled)] for row in table if any(row)
    ]
    above = next((number for number, row in enumerate(table) if len([*filter(None, row)]) > 1), 0)
    for row in table[:above]:
        yield SentenceKind.SENTENCE, "".join(row)
    rest = table[above:]
    heading = max(known - above, int(len(rest) > 1 and _names_columns(rest[0])))
    for number, row in enumerate(rest):
        yield SentenceKind.HEADER if number < heading else SentenceKind.ROW, BETWEEN_CELLS.join(row)


def _in_cell(text: str) -> str:
    return " ".join(text.split()).replace(BETWEEN_CELLS, "|")


def _names_columns(row: Sequence[str]) -> bool:
    """Whether a row may say what the columns are: no cell but the first is empty, none says anything."""
    return len(row) > 1 and all(row[1:]) and not any(map(_SAYS.search, row))
