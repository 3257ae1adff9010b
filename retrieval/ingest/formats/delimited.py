"""Tables of values parted by commas, semicolons, tabs or bars: RFC 4180, and what programs make of it."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from retrieval.articles import BETWEEN_CELLS, SentenceKind, one_line
from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.encodings import decode
from retrieval.ingest.readings import Reading, UnreadableContentError

#: What may part values.
_DELIMITERS = ",;\t|"

#: By how many rows it is told what parts values.
_LOOKED_AT = 20

#: How many rows are read of a table.
_MOST_ROWS = 100_000


def read(content: bytes, encoding: str | None = None) -> list[Reading]:
    """Return a table as one document: its first row says what the columns are.

    Raises `UnreadableContentError`, and what `decode` raises.
    """
    decoded = decode(content, encoding)
    csv.field_size_limit(max(len(content), 1))  # As large as the table itself.
    blocks = tuple(_blocks(decoded.text))
    return [Reading(blocks, encoding=decoded.named, faults=decoded.faults)]


def _blocks(text: str) -> Iterator[Block]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    kind = SentenceKind.HEADER
    try:
        for number, row in enumerate(reader, 1):
            if number > _MOST_ROWS:
                raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_ROWS:,} rows")
            if any(cell.strip() for cell in row):
                line = BETWEEN_CELLS.join(map(one_line, row))
                yield Block(kind, line, number, apart=kind is SentenceKind.HEADER, locator=f"row {number}")
                kind = SentenceKind.ROW
    except csv.Error as error:
        raise UnreadableContentError(FileFault.DAMAGED, str(error)) from error


def _delimiter(text: str) -> str:
    """Return what parts the values of a table: what parts its first rows into as many, and the most."""

    def fitness(delimiter: str) -> tuple[bool, int]:
        rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row, _ in zip(_told(rows), range(_LOOKED_AT), strict=False)]
        except csv.Error:
            return False, 0
        return bool(widths) and min(widths) == max(widths) > 1, max(widths, default=0)

    return max(_DELIMITERS, key=fitness)


def _told(rows: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    return (row for row in rows if row)
