"""Blocks of HTML, as they stand in Markdown, to blocks: their words, without tags, scripts and comments."""

from collections.abc import Iterator
from html.parser import HTMLParser

from retrieval.articles import BETWEEN_CELLS, SentenceKind
from retrieval.ingest.blocks import LOWEST, Block

#: What holds no words of the document.
_HIDDEN = frozenset({"script", "style", "template", "svg", "noscript", "iframe", "head", "textarea"})

#: Tags at which a block ends and another one begins, and what that one is.
_KINDS = {
    **{f"h{level}": SentenceKind.HEADING for level in range(1, 7)},
    "summary": SentenceKind.HEADING,
    "dt": SentenceKind.HEADING,
    "li": SentenceKind.BULLET,
    "pre": SentenceKind.CODE,
    "blockquote": SentenceKind.QUOTATION,
    "caption": SentenceKind.CAPTION,
    "figcaption": SentenceKind.CAPTION,
}

#: Tags at which a paragraph ends.
_BLOCKS = frozenset({
    "address", "article", "aside", "br", "center", "dd", "details", "div", "dl", "fieldset", "figure",
    "footer", "form", "header", "hr", "main", "nav", "ol", "p", "section", "table", "tbody", "tfoot",
    "thead", "ul",
})  # fmt: skip


def html_blocks(html: str, line: int) -> Iterator[Block]:
    """Yield the blocks of some HTML that begins in a line; what is faulty is read as browsers do."""
    reader = _Reader(line)
    reader.feed(html)
    reader.close()
    yield from reader.end()


class _Reader(HTMLParser):
    """Gathers the words between two tags that end a block."""

    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=True)
        self._first = first
        self._blocks: list[Block] = []
        self._words: list[str] = []
        self._begun = first
        self._kind, self._depth = SentenceKind.SENTENCE, 0
        #: How many tags that hide their words are open.
        self._hidden = 0
        #: The cells of the row that is read, and whether all of them head their columns.
        self._cells: list[str] | None = None
        self._heads = True
        self._in_head = False
        #: Whether a cell of the row has begun.
        self._in_cell = False

    def end(self) -> list[Block]:
        """Return the blocks, the last one ended."""
        self._end_row()
        self._end_block()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  as the base class calls it
        """Begin what a tag begins."""
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "tr":
            self._end_row()
            self._end_block()
            self._cells, self._heads = [], True
        elif tag in ("td", "th"):
            self._begin_cell()
            self._heads &= tag == "th" or self._in_head
        elif tag == "thead":
            self._in_head = True
        elif self._cells is not None:
            self._words.append(" ")
        elif tag in _KINDS or tag in _BLOCKS:
            self._end_block()
            self._kind = _KINDS.get(tag, self._kind if tag == "br" else SentenceKind.SENTENCE)
            level = int(tag[1]) if tag in _KINDS and tag[1:].isdigit() else LOWEST
            self._depth = level if self._kind is SentenceKind.HEADING else 0

    def handle_endtag(self, tag: str) -> None:
        """End what a tag ends."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("tr", "table", "thead"):
            self._end_row()
            self._in_head &= tag == "tr"
        elif self._cells is None and (tag in _KINDS or tag in _BLOCKS):
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Keep the words that are shown."""
        if not self._hidden:
            if not any(map(str.strip, self._words)):
                self._begun = self._first + self.getpos()[0] - 1
            self._words.append(data)

    def _said(self) -> str:
        """Return the words gathered so far, and forget them."""
        text = "".join(self._words)
        self._words = []
        return text if self._kind is SentenceKind.CODE and self._cells is None else " ".join(text.split())

    def _begin_cell(self) -> None:
        if self._cells is None:
            self._cells = []
        self._end_cell(self._cells)
        self._in_cell = True

    def _end_cell(self, cells: list[str]) -> None:
        said = self._said().replace(BETWEEN_CELLS, "|")
        if self._in_cell or said:
            cells.append(said)
        self._in_cell = False

    def _end_row(self) -> None:
        if self._cells is None:
            return
        self._end_cell(self._cells)
        cells, self._cells = self._cells, None
        header = self._heads and len(cells) > 1
        if any(cells):
            kind = SentenceKind.HEADER if header else SentenceKind.ROW
            apart = header or not self._blocks or self._blocks[-1].kind not in (kind, SentenceKind.HEADER)
            self._blocks.append(Block(kind, BETWEEN_CELLS.join(cells), self._begun, apart=apart))
        self._kind, self._depth = SentenceKind.SENTENCE, 0

    def _end_block(self) -> None:
        if said := self._said():
            mark = "- " if self._kind is SentenceKind.BULLET else ""
            self._blocks.append(Block(self._kind, mark + said, self._begun, self._depth))
        self._kind, self._depth = SentenceKind.SENTENCE, 0
