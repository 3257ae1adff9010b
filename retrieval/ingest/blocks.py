"""Blocks, as a format tells them apart, to the text of an article and its units.

blocks ─ joined ─▶ text ─ language ─▶ sentences of each block ─▶ units, each under its title and headings
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.analysis.boundaries import MAX_LENGTH, split
from retrieval.analysis.sentences import kinds_of_line
from retrieval.articles import Article, Sentence, SentenceKind, Span, is_question, normalise

#: How many characters of code are a unit at most, where it has lines to be parted at. Chosen by eye.
_CODE_LENGTH = 600

#: What sentences are parted in; all else is a unit as it is.
_PROSE = frozenset(
    {SentenceKind.SENTENCE, SentenceKind.BULLET, SentenceKind.QUOTATION, SentenceKind.FOOTNOTE}
)

#: What no format tells, but the words of a line do.
_BY_WORDS = frozenset({SentenceKind.DATE, SentenceKind.CREDIT, SentenceKind.QUESTION})

_LINE = re.compile(r"[^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Block:
    """What a format tells apart as one: a heading, a paragraph, an item of a list, a row, some code.

    `kind` is that of its units, `depth` the level of a heading or how deep an item is nested; `line` is
    where it begins in what is read. One that is not `apart` follows the one before on the next line. `notes`
    are the notes in which it stands, by their lines: their titles head nothing outside of them.
    """

    kind: SentenceKind
    text: str
    line: int
    depth: int = 0
    apart: bool = True
    notes: tuple[int, ...] = ()


def joined(blocks: Iterable[Block]) -> tuple[str, list[tuple[Block, Span]]]:
    """Return the text of blocks that hold anything, a line or more each, and where each stands in it."""
    parts: list[str] = []
    placed = []
    length = 0
    for block in blocks:
        if not (text := normalise(block.text).strip("\n").rstrip()).strip():
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
    outline = _Outline()
    for place, (block, span) in enumerate(placed):
        following = placed[place + 1][0].kind if place + 1 < len(placed) else None
        for kind, unit in _parted(article, block, span, following):
            number = len(made)
            above = outline.enter(number, kind, block.depth, block.notes)
            line = block.line + article.text.count("\n", span.start, unit.start)
            made.append(Sentence(article.id, number, unit, kind, f"line {line}", block.depth, above))
    return tuple(made)


class _Outline:
    """What a unit stands under, as one comes after another."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, int, tuple[int, ...]]] = []
        self._question: int | None = None
        self._header: int | None = None

    def enter(self, number: int, kind: SentenceKind, depth: int, notes: tuple[int, ...]) -> tuple[int, ...]:
        """Return the numbers of what the next unit stands under, the outermost first."""
        self._headings = [heading for heading in self._headings if heading[2] == notes[: len(heading[2])]]
        if kind in (SentenceKind.TITLE, SentenceKind.HEADING):
            self._question = self._header = None
            self._headings = [heading for heading in self._headings if heading[0] < depth]
            above = self._above()
            self._headings.append((depth, number, notes))
            return above
        if kind is SentenceKind.QUESTION:
            self._question = self._header = None
            above = self._above()
            self._question = number
            return above
        if kind is SentenceKind.HEADER:
            self._header = None
            above = self._above()
            self._header = number
            return above
        if kind is not SentenceKind.ROW:
            self._header = None
        return self._above()

    def _above(self) -> tuple[int, ...]:
        inner = (number for number in (self._question, self._header) if number is not None)
        return (*(number for _, number, _ in self._headings), *inner)


def _parted(
    article: Article, block: Block, span: Span, following: SentenceKind | None
) -> Iterator[tuple[SentenceKind, Span]]:
    """Yield the units of a block, each with its kind."""
    if block.kind is SentenceKind.CODE:
        yield from ((block.kind, part) for part in _code(article.text, span))
    elif block.kind not in _PROSE:
        yield block.kind, span
    else:
        text = span.of(article.text)
        parts = [
            Span(span.start + part.start, span.start + part.end) for part in split(text, article.language)
        ]
        kinds = kinds_of_line(text, [part.of(article.text) for part in parts])
        asks = all(is_question(part.of(article.text)) for part in parts)
        if asks and block.kind is SentenceKind.SENTENCE and following in _PROSE:
            kinds = (SentenceKind.QUESTION,) * len(parts)
        for part, kind in zip(parts, kinds, strict=True):
            yield kind if kind in _BY_WORDS else block.kind, part


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
