"""Blocks as they are read one after another, each with its number and where it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from retrieval.articles import LIST_MARK, SOFT_HYPHEN, SentenceKind
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.tables import kinds_of_rows
from retrieval.ingest.lines import kinds_of_line
from retrieval.ingest.readings import Reading
from retrieval.ingest.texts import Metadata

#: What no reader sees: where a word may be broken, and marks that a text was glued together at.
_UNSEEN = re.compile(f"[{SOFT_HYPHEN}\ufeff]")

#: What a heading has at most; longer ones are paragraphs that are only made to look like one. Chosen by eye.
_HEADING_LENGTH = 300

#: How many lines stand between a title and the text at most, and how long they are. Chosen by eye.
_MOST_LEADING, _LINE_LENGTH = 4, 80

#: Where white space is not folded: it is written so, and cells may be empty.
_AS_IT_IS = frozenset({SentenceKind.CODE, SentenceKind.ROW, SentenceKind.HEADER})

#: What goes over its line breaks.
_PROSE = frozenset(
    {SentenceKind.SENTENCE, SentenceKind.BULLET, SentenceKind.QUOTATION, SentenceKind.FOOTNOTE}
)


def tidied(text: str) -> str:
    r"""Return a text with a space for each gap, its line breaks kept.

    >>> tidied(" The\u00a0bridge \t is  new.\n\n It was built. ")
    'The bridge is new.\nIt was built.'
    """
    lines = (" ".join(line.split()) for line in _UNSEEN.sub("", text).split("\n"))
    return "\n".join(filter(None, lines))


def reading(blocks: Sequence[Block], metadata: Metadata) -> Reading:
    """Return blocks as a document, and what it says of itself.

    It is titled by its first heading if that is the highest, and no other one is as high; a title that stands
    in the text goes before the one that its properties name, which may be that of another one it was made of,
    and a day below it before the one on which the file was made.
    """
    highest = [block for block in blocks if block.kind is SentenceKind.HEADING and block.depth == 1]
    is_titled = any(block.kind is SentenceKind.TITLE for block in blocks)
    if not is_titled and blocks and highest == [blocks[0]]:
        blocks = (replace(blocks[0], kind=SentenceKind.TITLE, depth=0), *blocks[1:])
        is_titled = True
    if is_titled:
        metadata = replace(metadata, title=None)
    if any(SentenceKind.DATE in kinds_of_line(block.text, [block.text]) for block in _leading(blocks)):
        metadata = replace(metadata, published=None)
    return Reading(tuple(blocks), metadata)


def _leading(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks between a title, if there is one, and the text."""
    first = next(iter(blocks), None)
    after = blocks[1:] if first and first.kind is SentenceKind.TITLE else blocks
    return takewhile(lambda block: len(block.text) <= _LINE_LENGTH, after[:_MOST_LEADING])


class Gathering:
    """Gathers the blocks of a document; what holds no text is left out and not counted.

    `locator` is where they stand, and None where nothing is better than the number of a paragraph.
    """

    def __init__(self, locator: str | None = None, first: int = 1) -> None:
        self.blocks: list[Block] = []
        self.locator = locator
        #: The number of the next block.
        self.number = first

    def add(  # noqa: PLR0913  what a block is made of
        self,
        kind: SentenceKind,
        text: str,
        depth: int = 0,
        *,
        apart: bool = True,
        notes: tuple[int, ...] = (),
        items: tuple[int, ...] = (),
    ) -> bool:
        """Add a block, and tell whether it holds anything."""
        text = _UNSEEN.sub("", text) if kind in _AS_IT_IS else tidied(text)
        if not text.strip(" |\n"):
            return False
        if kind in (SentenceKind.HEADING, SentenceKind.TITLE):
            text = text.replace("\n", " ")
            if len(text) > _HEADING_LENGTH:
                kind, depth = SentenceKind.SENTENCE, 0
        wrapped = kind in _PROSE and "\n" in text and not any(map(LIST_MARK.match, text.split("\n")[1:]))
        locator = self.locator or f"paragraph {self.number}"
        self.blocks.append(
            Block(kind, text, self.number, depth, apart, notes, items, wrapped=wrapped, locator=locator)
        )
        self.number += 1
        return True

    def add_code_line(self, text: str) -> None:
        """Add a line of code to the code that ends the blocks so far, or begin some with it."""
        last = self.blocks[-1] if self.blocks else None
        if last and last.kind is SentenceKind.CODE:
            self.blocks[-1] = replace(last, text=f"{last.text}\n{_UNSEEN.sub('', text)}")
        else:
            self.add(SentenceKind.CODE, text)

    def add_rows(
        self,
        rows: Sequence[Sequence[str]],
        headers: int = 0,
        *,
        notes: tuple[int, ...] = (),
        items: tuple[int, ...] = (),
    ) -> None:
        """Add the rows of a table, the first of which are said to be `headers`."""
        for number, (kind, text) in enumerate(kinds_of_rows(rows, headers)):
            self.add(kind, text, apart=not number, notes=notes, items=items)
