"""Rows of tables and pairs of keys and values in plain text, guessed from lines that are alike."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from retrieval.articles import SentenceKind, cells
from retrieval.ingest.lines import is_pair
from retrieval.ingest.wrapping import Line

#: How many rows a table has at least where no line is drawn in it. Chosen by eye: two lines with as many
#: signs are soon found.
_ROWS = 3

#: What a line is drawn with: below a heading, between parts, around the cells of a table; and what twice in a
#: row makes it one.
_DRAWN = frozenset("-=_*~#+.•·—–─━═| :")
_STROKES = re.compile(r"([-=_*~#─━═])\1")

#: What stands in prose and in no table: the gap behind a sentence.
_PROSE = re.compile(r"[.!?…]\s\s+\S")

#: A year, which names a column as a word does.
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
#: A comma that is one of a number: "1,5 A", "1,200".
_WITHIN_NUMBER = re.compile(r"\d,\d")
_DIGIT = re.compile(r"\d")


def is_rule(line: Line) -> bool:
    """Whether a line is drawn, and holds no words."""
    return _DRAWN.issuperset(line.text) and _STROKES.search(line.text) is not None


def pairs(lines: Sequence[Line]) -> dict[int, SentenceKind]:
    """Return the places of lines that say something of a name each, two or more in a row."""
    kinds: dict[int, SentenceKind] = {}
    for may_be, run in groupby(range(len(lines)), key=lambda place: _may_be_pair(lines[place])):
        for stretch in _stretches(list(run), lines) if may_be else ():
            if len(stretch) > 1:
                kinds |= dict.fromkeys(stretch, SentenceKind.PAIR)
    return kinds


def _may_be_pair(line: Line) -> bool:
    return not line.quoted and is_pair(line.text)


def rows(lines: Sequence[Line]) -> dict[int, SentenceKind]:
    """Return the places of the rows of tables, and of those that name the columns.

    A row that a line is drawn below names them, if it is the first; else one that has words where others have
    figures, and of a text that is nothing but rows the first.
    """
    kinds: dict[int, SentenceKind] = {}
    places = [place for place, line in enumerate(lines) if not is_rule(line)]
    shapes = {place: _shape(lines[place]) for place in places}
    for shape, run in groupby(places, key=shapes.__getitem__):
        if shape is None:
            continue
        for stretch in _stretches(list(run), lines):
            first, second = stretch[0], stretch[min(1, len(stretch) - 1)]
            is_drawn = second == first + 2
            if len(stretch) < _ROWS and not is_drawn:
                continue
            kinds |= dict.fromkeys(stretch, SentenceKind.ROW)
            alone = len(stretch) == len(places) and shape[0] in _OF_FILES
            if is_drawn or _names_columns([lines[place].text for place in stretch], alone=alone):
                kinds[first] = SentenceKind.HEADER
    return kinds


#: What parts the cells in files that are made by programs.
_OF_FILES = frozenset(",;\t")


def _shape(line: Line) -> tuple[str, int] | None:
    """Return by what a line is parted into cells, and into how many; None if it is not, or is prose."""
    parts = cells(line.text)
    if len(parts) == 1 or line.quoted or line.is_item or _PROSE.search(line.text):
        return None
    if all(_WITHIN_NUMBER.fullmatch(line.text, part.end - 1, part.end + 2) for part in parts[:-1]):
        return None
    sign = line.text[parts[0].end : parts[1].start]
    return sign.strip(" ")[:1] or sign[:1], len(parts)


def _names_columns(texts: Sequence[str], *, alone: bool) -> bool:
    """Whether the first of some rows says what the columns are; `alone` says that there is nothing else."""
    first, *others = ([cell.of(text) for cell in cells(text)] for text in texts)
    if any(_DIGIT.search(cell) and not _YEAR.fullmatch(cell) for cell in first):
        return False
    figures = any(_DIGIT.search(cell) for row in others for cell in row)
    recurring = any(cell in column for cell, *column in zip(first, *others, strict=True))
    return figures or (alone and not recurring)


def _stretches(places: Sequence[int], lines: Sequence[Line]) -> Iterator[list[int]]:
    """Yield places of lines between which there is no blank line."""
    stretch: list[int] = []
    for place in places:
        if stretch and any(lines[between].apart for between in range(stretch[-1] + 1, place + 1)):
            yield stretch
            stretch = []
        stretch.append(place)
    yield stretch
