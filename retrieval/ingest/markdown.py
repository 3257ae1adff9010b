"""Markdown to blocks: what each is, as the format says it, and its words without the marks around them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from retrieval.articles import BETWEEN_CELLS, SentenceKind, is_question
from retrieval.ingest.blocks import LOWEST, Block
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.html import html_blocks
from retrieval.ingest.lines import is_pair

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

#: What stands in the words of a paragraph for programs that make pages of it: attributes, shortcodes and
#: variables of templates, names of emoji, the name by which a block is linked to.
_FOR_PROGRAMS = re.compile(
    r"""(?<=\S)\{[:#.][^{}\n]*\} | \s*\{[:#.][^{}\n]*\}(?=\s*$)
      | \{\{[<%](?:(?!\{\{)[^\n])*?[>%]\}\} | \{%[^%\n]*%\}
      | (?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:]) | (?<=\s)\^[\w]+-[\w-]+$""",
    re.VERBOSE | re.MULTILINE,
)
#: A figure that says something: "**Price: 900 euros**", but not "**Step 2**".
_FIGURE = re.compile(r"(?<!\w )(?<![\w.,-])\d|\d\s+[^\W\d_]")
_TASK = re.compile(r"\[[ xX/-]\]\s+")

#: What stands behind the marks that open a note: its kind, and perhaps a title.
_NOTE = re.compile(r"\{?[\w.-]+\}?(?:\s*\|\s*|\s*\[|\s+)?([^\]]*)\]?")
_CONTENTS = re.compile(r"\[{1,2}_*TOC_*\]{1,2}|\* TOC|\{:toc\}", re.IGNORECASE)
#: A page put in here, or what a program writes.
_MACRO = re.compile(r"\{\{[^{}\n]*\}\}")
#: Lines of a page that is a program as well.
_IMPORTED = re.compile(
    r"""import\s+(?:.+\sfrom\s+)?(['"]).+\1;?
      | export\s+(?:default|const|let|var|function|class|async|[{*]).*""",
    re.VERBOSE,
)
_SPACES = re.compile(r"[ \t]{2,}")

#: How deep lists and quotations may be nested, each a level or two; what is deeper is left out.
_DEEPEST = 100

#: What a formula has, and what stands between two amounts of dollars has not.
_FORMULA = re.compile(r"[\\^_={}]|^[^\W\d].*[\w)]$")

#: In the place of code among words, while what is for programs is taken out of these.
_CODE = "\ufdd0"

#: How many characters a paragraph in bold may have to be a heading. Chosen by eye.
_HEADING = 100


@dataclass(frozen=True, slots=True)
class Markdown:
    """A Markdown document: its blocks, and the table at its top."""

    blocks: Sequence[Block]
    front_matter: dict[str, Any]


def read_markdown(markdown: str) -> Markdown:
    """Return the blocks of a document in CommonMark, with the extensions that are in use."""
    table, body = front_matter(markdown)
    before = len(_LINE_END.findall(markdown[: len(markdown) - len(body)]))
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415  needed for one kind of file only

    tree = SyntaxTreeNode(_parser().parse(body))
    blocks = list(_Reader(before + 1).blocks(tree, _Place()))
    return Markdown(_titled(blocks), table)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  needed for one kind of file only

    from retrieval.ingest.markdown_extensions import extend  # noqa: PLC0415  likewise

    return extend(MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"]))


def _titled(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks, their first heading as the title if it is the highest or nothing is said before it."""
    headings = [
        place for place, block in enumerate(blocks) if block.kind is SentenceKind.HEADING and not block.notes
    ]
    first = next((place for place in headings if blocks[place].depth == 1), None)
    if first is None and headings and headings[0] == 0 and blocks[0].depth < LOWEST:
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
    items: tuple[int, ...] = ()

    @property
    def later(self) -> "_Place":
        """The place of what follows in the same item."""
        return replace(self, mark="", apart=True)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the blocks of a document off its tree; `first` is the number of its first line.

    `following` has the node after each one by its id: asked for the next one, a node looks for itself.
    """

    first: int
    following: "dict[int, SyntaxTreeNode]" = field(default_factory=dict)

    def blocks(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a node in their order."""
        read = _READ.get(node.type, _Reader.within)
        yield from read(self, node, place)

    def within(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of what a node holds."""
        folds: list[int] = []
        self.following.update((id(child), after) for child, after in pairwise(node.children))
        for number, child in enumerate(node.children):
            here = place.later if number else place
            html = child.content.lower() if child.type == "html_block" else ""
            folds += [self._line(child)] * html.count("<details")
            yield from self.blocks(child, replace(here, notes=(*place.notes, *folds)) if folds else here)
            del folds[len(folds) - min(len(folds), html.count("</details")) :]

    def heading(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a heading, or a term that is explained: the lowest one."""
        depth = int(node.tag[1:]) if node.type == "heading" else LOWEST
        yield self._block(node, SentenceKind.HEADING, place, depth)

    def title_of_note(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a note's title, unless it only says of what kind the note is."""
        if not _is_default(node):
            yield self._block(node, SentenceKind.HEADING, place, LOWEST)

    def quotation(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a quotation, whose headings head nothing outside of it."""
        notes = (*place.notes, self._line(node))
        yield from self.within(node, replace(place, kind=SentenceKind.QUOTATION, notes=notes))

    def footnote(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of a footnote, which all come at the end."""
        yield from self.within(node, replace(place, kind=SentenceKind.FOOTNOTE))

    def code(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield code as it stands, without the lines that fence it."""
        line = self._line(node) + (node.type == "fence")
        yield Block(SentenceKind.CODE, node.content, line, notes=place.notes, items=place.items)

    def html(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the blocks of some HTML."""
        for block in html_blocks(node.content, self._line(node)):
            yield replace(block, notes=place.notes, items=place.items)

    def paragraph(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield a paragraph, unless it is for programs only, or leads elsewhere."""
        source = "".join(child.content for child in node.children)
        inline = [child for child in _inline(node) if child.type != "text" or child.content]
        if (
            _leads_elsewhere(inline)
            or _CONTENTS.fullmatch(source.strip())
            or _MACRO.fullmatch(source.strip())
        ):
            return
        if place == _Place() and all(map(_IMPORTED.fullmatch, source.splitlines())):
            return
        if _is_picture(inline):
            place = replace(place, kind=SentenceKind.CAPTION)
        elif place.kind is SentenceKind.SENTENCE and _heads(inline, self.following.get(id(node))):
            yield self._block(node, SentenceKind.HEADING, place, LOWEST)
            return
        elif stated := _stated_question(inline):
            yield self._of(SentenceKind.HEADING, stated, node, place, LOWEST)
            yield self._of(place.kind, _joined(inline[1:]), node, replace(place, mark="", apart=False))
            return
        elif pairs := _pairs(inline) if place.kind is SentenceKind.SENTENCE else []:
            for number, pair in enumerate(pairs):
                block = self._of(SentenceKind.PAIR, pair, node, place)
                yield replace(block, line=block.line + number, apart=place.apart and not number)
            return
        yield self._block(node, place.kind, place, place.depth)

    def _block(self, node: "SyntaxTreeNode", kind: SentenceKind, place: _Place, depth: int) -> Block:
        text = _words(node)
        if place.mark:
            text = _TASK.sub("", text, count=1)
        return self._of(kind, place.mark + text, node, place, depth)

    def _of(
        self, kind: SentenceKind, text: str, node: "SyntaxTreeNode", place: _Place, depth: int = 0
    ) -> Block:
        return Block(kind, text, self._line(node), depth, place.apart, place.notes, place.items)

    def items(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the items of a list, unless it is a table of contents."""
        depth = place.depth + (place.kind is SentenceKind.BULLET)
        if len(node.children) > 1 and all(map(_is_entry_of_contents, node.children)):
            return
        for number, item in enumerate(node.children):
            mark = f"{item.info}. " if item.info else "- "
            tight = any(child.type == "paragraph" and child.hidden for child in item.children)
            apart = not tight or not (number or depth)
            items = (*place.items, self._line(item))
            yield from self._item(item, _Place(SentenceKind.BULLET, depth, mark, apart, place.notes, items))

    def _item(self, item: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        for number, child in enumerate(item.children):
            if not number:
                yield from self.blocks(child, place)
            elif child.type == "paragraph":
                yield from self.blocks(child, replace(place.later, kind=SentenceKind.SENTENCE))
            else:
                yield from self.blocks(child, place.later)

    def table(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield the rows of a table, the header first, unless it is a table of contents."""
        bodies = [row for part in node.children[1:] for row in part.children]
        if bodies and all(map(_is_row_of_contents, bodies)):
            return
        for number, row in enumerate(row for part in node.children for row in part.children):
            kind = SentenceKind.ROW if number else SentenceKind.HEADER
            cells = [_words(cell).replace(BETWEEN_CELLS, "|") for cell in row.children]
            if any(cells):
                row_text = BETWEEN_CELLS.join(cells)
                yield replace(self._of(kind, row_text, row, place), apart=not number)

    def note(self, node: "SyntaxTreeNode", place: _Place) -> Iterator[Block]:
        """Yield what a note says, below its title if it has one of its own: ":::tip Title"."""
        place = replace(place, notes=(*place.notes, self._line(node)))
        titled = _NOTE.fullmatch(node.info.strip()) if node.type.startswith("container") else None
        if titled and titled[1]:
            yield self._of(SentenceKind.HEADING, titled[1], node, place, LOWEST)
        yield from self.within(node, place)

    def _line(self, node: "SyntaxTreeNode") -> int:
        return self.first + (node.map[0] if node.map else 0)


def _words(node: "SyntaxTreeNode") -> str:
    """Return the words of a block; a soft break is a space, as a reader sees it."""
    return _joined(_inline(node))


def _inline(node: "SyntaxTreeNode") -> "list[SyntaxTreeNode]":
    return [child for inline in node.children for child in inline.children]


def _joined(nodes: "Iterable[SyntaxTreeNode]") -> str:
    """Return the words of what stands in a line, without what is for programs; code is left as it is."""
    code: list[str] = []
    text = "".join(_said(node, code) for node in nodes)
    text = _SPACES.sub(" ", _FOR_PROGRAMS.sub("", text)).strip()
    for written in code:
        text = text.replace(_CODE, written, 1)
    return text


def _pairs(inline: "Sequence[SyntaxTreeNode]") -> list[str]:
    """Return the lines of a paragraph that are all pairs of a key and a value, two or more; else none."""
    ends = [place for place, node in enumerate(inline) if node.type in ("softbreak", "hardbreak")]
    parts = zip([0, *(place + 1 for place in ends)], [*ends, len(inline)], strict=True)
    lines = [_joined(inline[start:end]) for start, end in parts] if ends else []
    return lines if all(map(is_pair, lines)) else []


#: What a node of these types says: nothing, or a break.
_BREAKS = {"softbreak": " ", "hardbreak": "\n", "s": "", "footnote_ref": "", "footnote_anchor": ""}


def _said(node: "SyntaxTreeNode", code: list[str]) -> str:
    """Return what a node says in the midst of words; code is kept apart, and a sign stands in its place."""
    if node.type in _BREAKS:
        return _BREAKS[node.type]
    if node.type == "code_inline":
        code.append(node.content)
        return _CODE
    if node.type == "html_inline":
        return "\n" if _BREAK.fullmatch(node.content) else ""
    if node.type.startswith("math_inline") and not _FORMULA.search(node.content):
        return f"${node.content}$"
    return "".join(_said(child, code) for child in node.children) or node.content.replace(_CODE, "")


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


def _heads(inline: "Sequence[SyntaxTreeNode]", following: "SyntaxTreeNode | None") -> bool:
    """Whether a paragraph is a heading in all but its marks: a short one in bold, with something below it."""
    if [child.type for child in _shown(inline)] != ["strong"]:
        return False
    text = _joined(inline)
    if following is None or following.type == "heading" or (_is_bold(following) and not is_question(text)):
        return False
    says_something = _FIGURE.search(text) or text.endswith((".", "!", "…", ";", ","))
    return len(text) <= _HEADING and not says_something


def _is_bold(node: "SyntaxTreeNode") -> bool:
    """Whether all of a paragraph is in bold."""
    return node.type == "paragraph" and [child.type for child in _shown(_inline(node))] == ["strong"]


def _stated_question(inline: "Sequence[SyntaxTreeNode]") -> str | None:
    """Return the question in bold that a paragraph begins with, if its answer follows."""
    if len(inline) < 2 or inline[0].type != "strong":
        return None
    text = _joined(inline[:1])
    return text if is_question(text) else None


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
    "math_block_label": _Reader.code,
    "html_block": _Reader.html,
    "footnote": _Reader.footnote,
}
