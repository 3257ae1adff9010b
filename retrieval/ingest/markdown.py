"""Markdown to blocks: what each is, as the format says it, and its words without the marks around them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from retrieval.articles import BETWEEN_CELLS, SentenceKind
from retrieval.ingest.blocks import Block
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.html import html_blocks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

#: What stands in the words of a paragraph for programs that make pages of it: attributes, shortcodes and
#: variables of templates, names of emoji, the name by which a block is linked to.
_FOR_PROGRAMS = re.compile(
    r"""\s?\{[:#.][^{}\n]*\} | \{\{[<%].*?[>%]\}\} | \{%.*?%\} | \{\{[^{}\n]*\}\}
      | (?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:]) | (?<=\s)\^[\w-]+$""",
    re.VERBOSE | re.MULTILINE,
)
_TASK = re.compile(r"\[[ xX/-]\]\s+")

#: What stands behind the marks that open a note: its kind, and perhaps a title.
_NOTE = re.compile(r"\{?[\w.-]+\}?(?:\s*\|\s*|\s*\[|\s+)?([^\]]*)\]?")
_CONTENTS = re.compile(r"\[{1,2}_?TOC_?\]{1,2}|\[\[_*TOC_*\]\]", re.IGNORECASE)
_IMPORTED = re.compile(r"(?:import\s+[^\n]*['\"][^\n]*['\"];?|export\s+[^\n]*)(?:\n|$)")
_SPACES = re.compile(r"[ \t]{2,}")

#: The level of what heads a part without being a heading: the title of a note, a term that is explained.
_LOWEST = 7


@dataclass(frozen=True, slots=True)
class Markdown:
    """A Markdown document: its blocks, and the table at its top."""

    blocks: Sequence[Block]
    front_matter: dict[str, Any]


def read_markdown(markdown: str) -> Markdown:
    """Return the blocks of a document in CommonMark, with the extensions that are in use."""
    table, body = front_matter(markdown)
    before = len(markdown.splitlines()) - len(body.splitlines())
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415  needed for one kind of file only

    tree = SyntaxTreeNode(_parser().parse(body))
    blocks = list(_Reader(before + 1).blocks(tree, _Place()))
    return Markdown(_titled(blocks), table)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  needed for one kind of file only

    from retrieval.ingest.markdown_extensions import extend  # noqa: PLC0415  likewise

    return extend(MarkdownIt("commonmark").enable(["table", "strikethrough"]))


def _titled(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks, their first heading as the title if it is the highest or nothing is said before it."""
    headings = [place for place, block in enumerate(blocks) if block.kind is SentenceKind.HEADING]
    first = next((place for place in headings if blocks[place].depth == 1), None)
    if first is None and headings and headings[0] == 0 and blocks[0].depth < _LOWEST:
        first = 0
    return [
        replace(block, kind=SentenceKind.TITLE) if place == first else block
        for place, block in enumerate(blocks)
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: what its paragraphs are, how deep in lists, and the mark of the item it begins."""

    kind: SentenceKind = SentenceKind.SENTENCE
    depth: int = 0
    mark: str = ""
    apart: bool = True
    notes: tuple[int, ...] = ()

    @property
    def later(self) -> "_Place":
        """The place of what follows in the same item."""
        return replace(self, mark="", apart=True)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the blocks of a document off its tree; `first` is the number of its first line."""

    first: int

    def blocks(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a node in their order."""
        read = _READ.get(node.type, _Reader.within)
        yield from read(self, node, place)

    def within(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of what a node holds."""
        for number, child in enumerate(node.children):
            yield from self.blocks(child, place.later if number else place)

    def heading(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a heading, or a term that is explained: the lowest one."""
        depth = int(node.tag[1:]) if node.type == "heading" else _LOWEST
        yield self._block(node, SentenceKind.HEADING, place, depth)

    def title_of_note(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a note's title, unless it only says of what kind the note is."""
        if not _is_default(node):
            yield self._block(node, SentenceKind.HEADING, place, _LOWEST)

    def quotation(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a quotation."""
        yield from self.within(node, replace(place, kind=SentenceKind.QUOTATION))

    def footnote(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a footnote, which all come at the end."""
        yield from self.within(node, replace(place, kind=SentenceKind.FOOTNOTE))

    def code(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield code as it stands, without the lines that fence it."""
        line = self._line(node) + (node.type == "fence")
        yield Block(SentenceKind.CODE, node.content, line, notes=place.notes)

    def html(self, node: "SyntaxTreeNode", _: _Place) -> Iterator[Block]:
        """Yield the blocks of some HTML."""
        yield from html_blocks(node.content, self._line(node))

    def _block(self, node: "SyntaxTreeNode", kind: SentenceKind, place: _Place, depth: int) -> Block:
        return Block(kind, place.mark + _words(node), self._line(node), depth, place.apart, place.notes)

    def paragraph(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a paragraph, unless it is for programs only, or leads elsewhere."""
        inline = node.children[0].children if node.children else []
        if _leads_elsewhere(inline):
            return
        kind = SentenceKind.CAPTION if _is_picture(inline) else place.kind
        block = self._block(node, kind, place, place.depth)
        text = block.text.removeprefix(place.mark)
        if not _CONTENTS.fullmatch(text.strip()) and not _IMPORTED.fullmatch(text):
            yield block

    def items(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the items of a list, unless it is a table of contents."""
        depth = place.depth + (place.kind is SentenceKind.BULLET)
        if len(node.children) > 1 and all(map(_is_entry_of_contents, node.children)):
            return
        for number, item in enumerate(node.children):
            mark = f"{item.info}. " if item.info else "- "
            tight = any(child.type == "paragraph" and child.hidden for child in item.children)
            apart = not tight or not (number or depth)
            yield from self._item(item, _Place(SentenceKind.BULLET, depth, mark, apart, place.notes))

    def _item(self, item: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        for number, child in enumerate(item.children):
            if not number:
                yield from self.blocks(child, place)
            elif child.type == "paragraph":
                yield from self.blocks(child, _Place(depth=place.depth, notes=place.notes))
            else:
                yield from self.blocks(child, replace(place, mark="", apart=True))

    def table(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the rows of a table, the header first, unless it is a table of contents."""
        bodies = [row for part in node.children[1:] for row in part.children]
        if bodies and all(map(_is_row_of_contents, bodies)):
            return
        for number, row in enumerate(row for part in node.children for row in part.children):
            kind = SentenceKind.ROW if number else SentenceKind.HEADER
            cells = [_words(cell) for cell in row.children]
            if any(cells):
                row_text = BETWEEN_CELLS.join(cells)
                yield Block(kind, row_text, self._line(row), apart=not number, notes=place.notes)

    def note(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield what a note says, below its title if it has one of its own: ":::tip Title"."""
        place = replace(place, notes=(*place.notes, self._line(node)))
        titled = _NOTE.fullmatch(node.info.strip()) if node.type.startswith("container") else None
        if titled and titled[1]:
            yield Block(SentenceKind.HEADING, titled[1], self._line(node), _LOWEST, notes=place.notes)
        yield from self.within(node, place)

    def _line(self, node: "SyntaxTreeNode") -> int:
        return self.first + (node.map[0] if node.map else 0)


def _words(node: "SyntaxTreeNode") -> str:
    """Return the words of a block; a soft break is a space, as a reader sees it."""
    text = "".join(map(_said, node.children))
    return _SPACES.sub(" ", _FOR_PROGRAMS.sub("", _TASK.sub("", text, count=1))).strip()


def _said(node: "SyntaxTreeNode") -> str:
    """Return what a node says in the midst of words."""
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if _BREAK.fullmatch(node.content) else ""
        case "s" | "footnote_ref" | "footnote_anchor":
            return ""
        case _:
            return "".join(map(_said, node.children)) if node.children else node.content


def _is_default(title: "SyntaxTreeNode") -> bool:
    """Whether a note's title only says of what kind the note is: "!!! note"."""
    opening = title.nester_tokens.opening if title.nester_tokens else None
    return bool(opening and opening.markup.split()[-1:] == [_words(title).lower()])


def _shown(nodes: "Sequence[SyntaxTreeNode]") -> "list[SyntaxTreeNode]":
    """Return those of a paragraph's nodes that are more than white space."""
    return [
        node
        for node in nodes
        if (node.type not in ("softbreak", "hardbreak") and node.type != "text") or node.content.strip()
    ]


def _leads_elsewhere(nodes: "Sequence[SyntaxTreeNode]") -> bool:
    """Whether a paragraph is nothing but badges, or a way to another place of the same page."""
    shown = _shown(nodes)
    return bool(shown) and all(
        _leads_elsewhere(node.children)
        if node.type in ("strong", "em")
        else node.type == "link" and (_is_inner(node) or _is_picture(node.children))
        for node in shown
    )


def _is_inner(link: "SyntaxTreeNode") -> bool:
    return str(link.attrs.get("href", "")).startswith("#")


def _is_picture(nodes: "Sequence[SyntaxTreeNode]") -> bool:
    shown = _shown(nodes)
    return bool(shown) and all(node.type == "image" for node in shown)


def _is_row_of_contents(row: "SyntaxTreeNode") -> bool:
    """Whether a row of a table only leads to a heading of the same page, with its number perhaps."""
    cells = [cell for cell in row.children if (words := _words(cell)) and not words.strip(".").isdigit()]
    return bool(cells) and all(_leads_elsewhere(cell.children[0].children) for cell in cells)


def _is_entry_of_contents(item: "SyntaxTreeNode") -> bool:
    """Whether an item of a list only leads to a heading of the same page, as do those below it."""
    if not item.children or item.children[0].type != "paragraph":
        return False
    first, *others = item.children
    nodes = first.children[0].children if first.children else []
    return _leads_elsewhere(nodes) and all(
        other.type in ("bullet_list", "ordered_list") and all(map(_is_entry_of_contents, other.children))
        for other in others
    )


#: What reads the nodes of each type; any other is read for what it holds.
_READ: Mapping[str, Callable[[_Reader, "SyntaxTreeNode", _Place], Iterator[Block]]] = {
    "heading": _Reader.heading,
    "dt": _Reader.heading,
    "admonition_title": _Reader.title_of_note,
    "paragraph": _Reader.paragraph,
    "bullet_list": _Reader.items,
    "ordered_list": _Reader.items,
    "blockquote": _Reader.quotation,
    "container_directive": _Reader.note,
    "container_block": _Reader.note,
    "admonition": _Reader.note,
    "note": _Reader.note,
    "dl": _Reader.note,
    "table": _Reader.table,
    "fence": _Reader.code,
    "code_block": _Reader.code,
    "math_block": _Reader.code,
    "html_block": _Reader.html,
    "footnote": _Reader.footnote,
}
