"""Tables of figures, as a terminal shows them and as Markdown does."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

#: What Markdown would take for its own.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~]")

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in rows and columns; None stands for a figure that there is none of."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"{self.title}: no columns")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} cells for {len(self.columns)} columns")
            if not all(math.isfinite(cell) for cell in row if isinstance(cell, float)):
                raise ValueError(f"{self.title}: a figure that is no number")

    @classmethod
    def of(cls, title: str, columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> "Table":
        """Return a table of any rows."""
        return cls(title, tuple(columns), tuple(tuple(row) for row in rows))


def to_text(table: Table) -> str:
    """Return a table as a terminal shows it."""
    rows = [list(table.columns), *_cells(table)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.ljust(width) if is_words else cell.rjust(width)
            for cell, width, is_words in zip(row, widths, _of_words(table), strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join([table.title, *(f"  {line}" for line in lines)]) + "\n"


def to_markdown(table: Table) -> str:
    """Return a table as Markdown, its title as a heading of the second level."""
    rules = ["---" if is_words else "---:" for is_words in _of_words(table)]
    header, *rows = (f"| {' | '.join(map(escaped, row))} |" for row in (table.columns, *_cells(table)))
    return "\n".join([f"## {escaped(table.title)}\n", header, f"|{'|'.join(rules)}|", *rows]) + "\n"


def escaped(text: str) -> str:
    """Return a text on one line, as Markdown that shows nothing but that text."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _of_words(table: Table) -> list[bool]:
    """Return for each column whether it holds words: they stand to the left, figures to the right."""
    return [any(isinstance(row[at], str) for row in table.rows) for at in range(len(table.columns))]


def _cells(table: Table) -> list[list[str]]:
    """Return the cells as they are shown, the figures of a column with as many decimals each."""
    shown = map(_column, zip(*table.rows, strict=True))
    return [list(row) for row in zip(*shown, strict=True)]


def _column(column: Sequence[Cell]) -> list[str]:
    decimals = max((_decimals(cell) for cell in column if isinstance(cell, float)), default=0)
    return [_cell(cell, decimals) for cell in column]


def _decimals(figure: float) -> int:
    """Return how many decimals a figure has that was rounded before."""
    return max(0, -int(Decimal(repr(figure)).as_tuple().exponent))


def _cell(cell: Cell, decimals: int) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return " ".join(cell.split())
    return f"{cell:,.{decimals}f}" if isinstance(cell, float) else f"{cell:,}"
