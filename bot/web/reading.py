"""An article as it is read on a page: its units in blocks, each with an address, a page of them at a time."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from retrieval.articles import Article, Sentence, SentenceKind, cells, unwrapped

#: How many bytes of an article stand on one page at most, with the elements around each unit: with all else
#: it stays below 100 kB.
_LARGEST_PAGE, _AROUND = 75_000, 110

#: The elements of units that are no prose; the level of a heading is set apart.
_ELEMENTS = {
    SentenceKind.TITLE: "heading",
    SentenceKind.HEADING: "heading",
    SentenceKind.QUESTION: "heading",
    SentenceKind.BULLET: "list",
    SentenceKind.ROW: "table",
    SentenceKind.HEADER: "table",
    SentenceKind.PAIR: "list",
    SentenceKind.CODE: "code",
    SentenceKind.QUOTATION: "quotation",
}

#: The least and the greatest level of a heading within a page, whose own title is the first.
_LEVELS = (2, 6)


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit with the number that it is addressed by, and whether it is what was cited.

    A row of a table has cells; `begins` says that it begins an item or a line of its own.
    """

    number: int
    text: str
    is_cited: bool
    is_header: bool
    cells: tuple[str, ...]
    begins: bool
    depth: int


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """Units that stand together in one element: a paragraph, a list, a table."""

    element: str
    level: int
    units: tuple[ReadUnit, ...]

    @property
    def items(self) -> list[list[ReadUnit]]:
        """The units of a list or of lines, those of one item together."""
        items: list[list[ReadUnit]] = []
        for unit in self.units:
            if unit.begins or not items:
                items.append([])
            items[-1].append(unit)
        return items


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of an article: its blocks, its number from 1, how many there are, and the first unit of each."""

    blocks: tuple[ReadBlock, ...]
    number: int
    starts: tuple[int, ...]

    @classmethod
    def of(cls, article: Article, units: Sequence[Sentence], at: int = 0, cited: int = 0) -> Self:
        """Return the page with the unit `at`, of which so many units from there were cited."""
        starts = tuple(_starts(article.text, units))
        number = max((place for place, first in enumerate(starts, 1) if first <= at), default=1)
        first = starts[number - 1] if starts else 0
        end = starts[number] if number < len(starts) else len(units)
        read = [_read(article, units, place, range(at, at + cited)) for place in range(first, end)]
        return cls(tuple(_blocks(read, units)), number, starts)


def _starts(text: str, units: Sequence[Sentence]) -> Iterator[int]:
    """Yield the numbers of the units that pages begin with."""
    held = _LARGEST_PAGE
    for unit in units:
        # A sign that has a meaning in HTML is written in up to five.
        size = len(html.escape(unit.span.of(text)).encode()) + _AROUND
        if held + size > _LARGEST_PAGE:
            held = 0
            yield unit.number
        held += size


def _read(article: Article, units: Sequence[Sentence], place: int, cited: range) -> ReadUnit:
    unit = units[place]
    text = unit.span.of(article.text)
    before = article.text[units[place - 1].span.end : unit.span.start] if place else "\n"
    is_row = _ELEMENTS.get(unit.kind) == "table"
    return ReadUnit(
        unit.number,
        text if unit.kind is SentenceKind.CODE else unwrapped(text),
        unit.number in cited,
        unit.kind is SentenceKind.HEADER,
        tuple(cell.of(text) for cell in cells(text)) if is_row else (),
        "\n" in before,
        unit.depth,
    )


def _blocks(read: Sequence[ReadUnit], units: Sequence[Sentence]) -> Iterator[ReadBlock]:
    """Yield what stands together: units of one kind, and sentences until a line ends."""
    paragraph = 0

    def element(unit: ReadUnit) -> tuple[str, int, int]:
        nonlocal paragraph
        kind = units[unit.number].kind
        name = _ELEMENTS.get(kind, "paragraph")
        if (name == "paragraph" and unit.begins) or name in ("heading", "code"):
            paragraph += 1
        level = 0
        if name == "heading":
            least, most = _LEVELS
            level = min(max(unit.depth + 1, least), most)
        return name, level, paragraph if name in ("paragraph", "heading", "code") else 0

    for (name, level, _), together in groupby(read, element):
        yield ReadBlock(name, level, tuple(together))
