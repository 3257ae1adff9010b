"""Blocks, as a format tells them apart, to the text of an article and its units.

blocks ─ joined ─▶ text ─ language ─▶ sentences of each block ─▶ units, each under its title and headings
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from retrieval.analysis.boundaries import MAX_LENGTH, split, split_wrapped
from retrieval.articles import Article, Sentence, SentenceKind, Span, is_question, normalise
from retrieval.ingest.lines import kinds_of_line

#: The level of what heads a part without being a heading: a note's title, a summary, a term.
LOWEST = 7

#: How many questions of one block are the context of what follows, the last ones. Chosen by eye.
_MOST_QUESTIONS = 5

#: How many characters of code are a unit at most, where it has lines to be parted at. Chosen by eye.
_CODE_LENGTH = 600

#: What sentences are parted in; all else is a unit as it is.
_PROSE = frozenset(
    {SentenceKind.SENTENCE, SentenceKind.BULLET, SentenceKind.QUOTATION, SentenceKind.FOOTNOTE}
)

#: What is made of cells, the last of which may be empty.
_IN_CELLS = frozenset({SentenceKind.ROW, SentenceKind.HEADER})

#: What may be announced, and what stands between.
_ANNOUNCED = frozenset({SentenceKind.BULLET, SentenceKind.ROW, SentenceKind.HEADER, SentenceKind.CODE})

#: What no format tells, but the words of a line do.
_BY_WORDS = frozenset({SentenceKind.DATE, SentenceKind.CREDIT, SentenceKind.QUESTION, SentenceKind.HEADING})

_LINE = re.compile(r"[^\n]*\n?")
_LINE_END = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Block:
    """What a format tells apart as one: a heading, a paragraph, an item of a list, a row, some code.

    `kind` is that of its units, `depth` the level of a heading or how deep an item is nested; `line` is
    where it begins in what is read. One that is not `apart` follows the one before on the next line. `notes`
    are the notes and quotations in which it stands, by their lines: their titles head nothing outside of
    them; `items` are the items of lists, likewise, which end the questions that they state. One that is
    `wrapped` goes on over its line breaks, which end no unit. `locator` is where it stands in what is read
    where that has no lines: "page 12".
    """

    kind: SentenceKind
    text: str
    line: int
    depth: int = 0
    apart: bool = True
    notes: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    wrapped: bool = False
    locator: str | None = None


def joined(blocks: Iterable[Block]) -> tuple[str, list[tuple[Block, Span]]]:
    """Return the text of blocks that hold anything, a line or more each, and where each stands in it."""
    parts: list[str] = []
    placed = []
    length = 0
    for block in blocks:
        text = normalise(block.text).strip("\n")
        if block.kind not in _IN_CELLS:
            text = text.rstrip()
        if not text.strip(" |"):
            continue
        gap = ("\n\n" if block.apart else "\n") if parts else ""
        parts += [gap, text]
        start = length + len(gap)
        length = start + len(text)
        placed.append((block, Span(start, length)))
    return "".join(parts), placed


def units(article: Article, placed: Sequence[tuple[Block, Span]]) -> tuple[Sentence, ...]:
    """Return the units of an article that is made of blocks, given where they stand in it."""
    made: list[Sentence] = []
    ends = [match.start() for match in _LINE_END.finditer(article.text)]
    outline = _Outline()
    for place, (block, span) in enumerate(placed):
        following = placed[place + 1][0] if place + 1 < len(placed) else None
        outline.begin(block)
        parts = list(_parted(article, block, span, following, dated=outline.is_top))
        announces = bool(parts) and _announces(block, parts[-1][1].of(article.text), following)
        for part, (kind, unit) in enumerate(parts, 1):
            number = len(made)
            above = outline.enter(number, kind, announces=announces and part == len(parts))
            line = block.line + bisect(ends, unit.start) - bisect(ends, span.start)
            locator = block.locator or f"line {line}"
            made.append(Sentence(article.id, number, unit, kind, locator, block.depth, above))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Head:
    """What heads the units after it: its number, its block, and how deep it is; the title is the highest."""

    number: int
    block: Block
    depth: int


class _Outline:
    """What a unit stands under, as one comes after another."""

    def __init__(self) -> None:
        self._block = Block(SentenceKind.SENTENCE, "", 0)
        self._headings: list[_Head] = []
        #: The question that was stated last, or several in one block.
        self._questions: list[_Head] = []
        #: What announces a list or a table, and the items that others stand within; they head nothing else.
        self._announcements: list[_Head] = []
        #: What the columns of a table are called, or the first line of a card that nothing else heads.
        self._header: int | None = None

    @property
    def is_top(self) -> bool:
        """Whether nothing but the title heads what comes."""
        return not self._questions and all(not heading.depth for heading in self._headings)

    def begin(self, block: Block) -> None:
        """Leave the notes, the items and the table that a block does not stand in."""
        self._block = block
        self._headings = [head for head in self._headings if _is_within(block.notes, head.block.notes)]
        self._questions = [head for head in self._questions if _is_within(block.items, head.block.items)]
        is_announced = block.kind in _ANNOUNCED or bool(block.items)
        self._announcements = [
            head
            for head in self._announcements
            if is_announced and _is_within(block.items, head.block.items) and block.line != head.block.line
        ]
        if block.kind not in (SentenceKind.ROW, SentenceKind.PAIR) or (
            block.kind is SentenceKind.PAIR and block.apart
        ):
            self._header = None

    def enter(self, number: int, kind: SentenceKind, *, announces: bool) -> tuple[int, ...]:
        """Return the numbers of what the next unit stands under, the outermost first.

        It `announces` what comes if it says what the list or the table below it holds.
        """
        if kind is SentenceKind.FOOTNOTE:
            return tuple(head.number for head in self._headings if not head.depth)
        if kind in (SentenceKind.TITLE, SentenceKind.HEADING):
            depth = self._block.depth if kind is SentenceKind.HEADING else 0
            self._questions = []
            self._headings = [head for head in self._headings if not head.depth or head.depth < depth]
            above = self._above()
            self._headings.append(_Head(number, self._block, depth))
            return above
        if kind is SentenceKind.QUESTION:
            self._questions = [head for head in self._questions if head.block is self._block]
            above = tuple(head.number for head in self._headings)
            self._questions = [*self._questions[1 - _MOST_QUESTIONS :], _Head(number, self._block, 0)]
            return above
        above = self._above()
        is_parent = bool(self._block.items) and kind is SentenceKind.BULLET
        if announces or is_parent:
            self._announcements.append(_Head(number, self._block, LOWEST))
        if kind is SentenceKind.HEADER or (kind is SentenceKind.PAIR and not above):
            self._header = number
        return above

    def _above(self) -> tuple[int, ...]:
        header = () if self._header is None else (self._header,)
        heads = (*self._headings, *self._questions, *self._announcements)
        return (*(head.number for head in heads), *header)


def _is_within(inner: tuple[int, ...], outer: tuple[int, ...]) -> bool:
    return inner[: len(outer)] == outer


def _parted(
    article: Article, block: Block, span: Span, following: Block | None, *, dated: bool
) -> Iterator[tuple[SentenceKind, Span]]:
    """Yield the units of a block, each with its kind; `dated` says that a line of it may date the article."""
    if block.kind is SentenceKind.CODE:
        yield from ((block.kind, part) for part in _code(article.text, span))
    elif block.kind not in _PROSE:
        yield block.kind, span
    else:
        text = span.of(article.text)
        cut = split_wrapped if block.wrapped else split
        parts = [Span(span.start + part.start, span.start + part.end) for part in cut(text, article.language)]
        texts = [part.of(article.text) for part in parts]
        kinds = list(kinds_of_line(text, texts))
        for place in _stated(block, texts, following):
            kinds[place] = SentenceKind.QUESTION
        for part, kind in zip(parts, kinds, strict=True):
            by_words = kind in _BY_WORDS and (dated or kind is not SentenceKind.DATE)
            yield kind if by_words else block.kind, part


def _stated(block: Block, texts: Sequence[str], following: Block | None) -> range:
    """Return which sentences of a block state what is answered behind them.

    A paragraph that is all questions is answered by what follows it; an item of a list, also by its own rest;
    what is asked at the end of a quotation, by whoever quotes it.
    """
    asking = sum(1 for _ in takewhile(is_question, texts))
    headed = following is None or following.kind in (SentenceKind.HEADING, SentenceKind.TITLE)
    if block.kind is SentenceKind.QUOTATION:
        replied = following and not headed and following.kind is not SentenceKind.QUOTATION
        last = sum(1 for _ in takewhile(is_question, reversed(texts)))
        return range(len(texts) - last, len(texts)) if replied else range(0)
    if asking < len(texts):
        return range(asking if block.kind is SentenceKind.BULLET else 0)
    if following is None or headed:
        return range(0)
    if block.kind is SentenceKind.BULLET:
        return range(asking if _is_within(following.items, block.items) else 0)
    return range(asking if block.kind is SentenceKind.SENTENCE else 0)


def _announces(block: Block, last: str, following: Block | None) -> bool:
    """Whether a block ends in what the list or the table below it holds: "It has two parts:"."""
    if following is None or block.kind is not SentenceKind.SENTENCE or not last.endswith((":", "：")):
        return False
    return following.kind in (SentenceKind.BULLET, SentenceKind.HEADER)


def _code(text: str, span: Span) -> Iterator[Span]:
    """Yield code as a unit; a long one in stretches of whole lines."""
    start = end = span.start
    for match in _LINE.finditer(text, span.start, span.end):
        if match.end() - start > _CODE_LENGTH and end > start:
            yield _stripped(text, start, end)
            start = end
        end = match.end()
    while end - start > MAX_LENGTH:
        yield Span(start, start + MAX_LENGTH)
        start += MAX_LENGTH
    if text[start:end].strip():
        yield _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Span:
    return Span(start, start + len(text[start:end].rstrip()))
