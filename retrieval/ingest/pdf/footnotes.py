"""Footnotes: small print at the end of a page or a column, which begins with the mark that refers to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.ingest.pdf.page_lines import Line

#: How large the letters of footnotes are at most, beside those of the text. Chosen by eye: notes of 9 points
#: stand below texts of 10.
_SMALL = 0.92

#: In which part of a page, from below, footnotes begin. Chosen by eye.
_LOW = 0.6

_MARK = re.compile(r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|\d{1,3}(?![.,]?\d)|\[\d{1,3}\]|[*†‡§]{1,3})\s*[.)]?\s*(?=\S)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_REFERENCE = re.compile(r"(?<=[\w.,;:!?…»”’\"')\]])[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")


@dataclass(frozen=True, slots=True)
class Footed:
    """The lines of a page: those of its text, and those of its footnotes."""

    text: tuple[Line, ...]
    notes: tuple[Line, ...]


def without_footnotes(lines: Sequence[Line], size: float, height: float) -> Footed:
    """Return the lines of a page of this height, its text being of this size, and its footnotes apart.

    What refers to a footnote is left out of the text: its number is no part of a word.
    """
    noted = {place for start, end in _small_stretches(lines, size, height) for place in range(start, end)}
    notes = tuple(lines[place] for place in sorted(noted))
    numbers = {
        match[0].translate(_DIGITS).strip(" .)[]") for line in notes if (match := _MARK.match(line.text))
    }

    def reference(match: re.Match[str]) -> str:
        return "" if match[0].translate(_DIGITS) in numbers else match[0]

    text = tuple(
        line.with_text(_REFERENCE.sub(reference, line.text))
        for place, line in enumerate(lines)
        if place not in noted
    )
    return Footed(text, notes)


def begins_footnote(text: str) -> bool:
    """Whether a line begins with what refers to a footnote."""
    return _MARK.match(text) is not None


def _small_stretches(lines: Sequence[Line], size: float, height: float) -> list[tuple[int, int]]:
    """Return where small lines begin and end that have nothing of their column below them, and a mark."""
    found = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_small(lines[end], size, height):
            end += 1
        marked = next((place for place in range(start, end) if begins_footnote(lines[place].text)), end)
        if marked < end and _is_last(lines, start, end):
            found.append((marked, end))
        start = max(end, start + 1)
    return found


def _is_small(line: Line, size: float, height: float) -> bool:
    return line.size <= _SMALL * size and line.box.bottom < _LOW * height


def _is_last(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether no line stands below some others in the same column."""
    lowest = min(line.box.bottom for line in lines[start:end])
    left, right = (
        min(line.box.left for line in lines[start:end]),
        max(line.box.right for line in lines[start:end]),
    )
    others = (*lines[:start], *lines[end:])
    return all(line.box.bottom > lowest or line.box.right < left or line.box.left > right for line in others)
