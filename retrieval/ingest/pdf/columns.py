"""Columns of a page: between which edges each of its lines stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ingest.pdf.page_lines import Line

#: What share of a line lies within its column at least; what share of a column's lines begin at its left
#: edge at least; and which of them, from the shortest to the longest, ends at its right one. Found on
#: generated documents of two columns.
_WITHIN, _SHARE, _LONG = 0.6, 0.15, 0.9

#: From how many usual widths on a line is one across several columns. Chosen by eye.
_ACROSS = 1.15

#: By how many points the beginnings of lines at one edge may differ.
_SLACK = 2

#: What share of a column's lines reach its right edge where it is justified, and how close to it they end, in
#: heights of a line. Chosen by eye: a hyphen may hang.
_JUSTIFIED, _REACHING = 0.6, 0.4

#: How wide a wide letter is, in sizes of its type. Chosen by eye.
_EM = 0.75


@dataclass(frozen=True, slots=True)
class Placed:
    """A line between the edges of its column, which most lines reach if that `is_justified`."""

    line: Line
    left: float
    right: float
    is_justified: bool

    @property
    def em(self) -> float:
        """How wide its widest letters are, about."""
        return self.line.size * _EM

    @property
    def indent(self) -> float:
        """How far from the left edge it begins."""
        return self.line.box.left - self.left

    @property
    def room(self) -> float:
        """How much room it leaves at the right edge."""
        return self.right - self.line.box.right

    @property
    def first_word(self) -> float:
        """How wide its first word is and the space before it, about."""
        text = self.line.text
        return (len(text.split()[0]) + 1) * self.line.width / len(text)


def placed(lines: Sequence[Line]) -> list[Placed]:
    """Return the lines of a page in their order, each between the edges of its column."""
    found = {}
    for column in _columns(lines):
        left, right, is_justified = _edges([lines[place] for place in column])
        found.update({place: Placed(lines[place], left, right, is_justified) for place in column})
    return [found[place] for place in range(len(lines))]


def _columns(lines: Sequence[Line]) -> list[list[int]]:
    """Return the places of lines by columns: each line is in that of a wider one, over or under it."""
    usual = _usual_width(lines)
    widest_first = sorted(
        range(len(lines)), key=lambda place: (lines[place].width > _ACROSS * usual, -lines[place].width)
    )
    columns: list[list[int]] = []
    for place in widest_first:
        line = lines[place]
        nearest = max(columns, key=lambda column: _claim(line, lines, column), default=None)
        if nearest and _overlap(line, lines[nearest[0]]) > _WITHIN * line.width:
            nearest.append(place)
        else:
            columns.append([place])
    return columns


def _claim(line: Line, lines: Sequence[Line], column: Sequence[int]) -> tuple[int, int]:
    """Return how much of a line stands in a column, in points; and how many others do.

    A title over two columns is as wide as a column, but is none for the short lines below it.
    """
    return round(_overlap(line, lines[column[0]])), len(column)


def _overlap(one: Line, other: Line) -> float:
    """Return how much of two lines stands one above the other, in points."""
    return min(one.box.right, other.box.right) - max(one.box.left, other.box.left)


def _usual_width(lines: Sequence[Line]) -> float:
    """Return the width that half of all that is written on a page stands in lines of at least."""
    widths = sorted((line.width for line in lines), reverse=True)
    half, written = sum(widths) / 2, 0.0
    for width in widths:
        written += width
        if written >= half:
            return width
    return 0.0


def _edges(lines: Sequence[Line]) -> tuple[float, float, bool]:
    """Return the left and the right edge of a column, and whether most of its lines reach that."""
    beginnings = Counter(round(line.box.left) for line in lines)
    needed = max(2, _SHARE * len(lines))
    shared = (
        edge
        for edge in beginnings
        if sum(beginnings[edge + by] for by in range(-_SLACK, _SLACK + 1)) >= needed
    )
    left = min(shared, default=min(line.box.left for line in lines))
    ends = sorted(line.box.right for line in lines)
    right = ends[int(len(ends) * _LONG)] if len(ends) > 3 else ends[-1]
    reaching = sum(right - end < _REACHING * lines[0].size for end in ends)
    return left, right, len(ends) > 3 and reaching >= _JUSTIFIED * len(ends)
