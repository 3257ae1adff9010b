"""Documents to Markdown: what `markdown` reads as the same words, and people without any program.

units ─ lines, each of one kind ─▶ blocks of Markdown, below a table of what is known of the article
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.articles import LIST_MARK, Article, Document, SentenceKind, cells, unwrapped

#: What could be taken for a sign of Markdown, wherever it stands in a line.
_SIGN = re.compile(
    r"""[\\`*\[\]{}~^] | (?<![^\W_])_ | _(?![^\W_]) | <(?=[\w/!?]) | &(?=\#?\w+;) | =(?==) | (?<==)=
      | %(?=%) | (?<=%)%""",
    re.VERBOSE,
)
#: And at its beginning.
_OPENING = re.compile(r"(?:\#{1,6}|[-+])(?=\s|$) | [>|:=] | [-=]+\s*$ | [+-]{3} | !{3} | \?{3}", re.VERBOSE)
_NUMBERED = re.compile(r"(\d{1,9})(?=[.)](?:\s|$))")
_MARK = re.compile(r"\d{1,9}[.)]")
_FENCE = re.compile("`{3,}")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_WORD = re.compile(r"[^\W_]")

#: What stands at the end of a line that ends there in whatever is made of it.
_HARD_BREAK = "\\\n"

_ROWS = frozenset({SentenceKind.HEADER, SentenceKind.ROW})


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands in a line of an article, or in several that code or a wrapped paragraph goes on over.

    One that is not `apart` follows the one before without a blank line.
    """

    kind: SentenceKind
    text: str
    depth: int = 0
    apart: bool = True

    @property
    def group(self) -> str:
        """What it can stand together with in one block of Markdown."""
        if self.kind in (SentenceKind.TITLE, SentenceKind.HEADING):
            return "heading"
        if self.kind in _ROWS:
            return "table"
        together = (SentenceKind.BULLET, SentenceKind.CODE, SentenceKind.QUOTATION)
        return self.kind if self.kind in together else "prose"


def to_markdown(document: Document) -> str:
    """Return a document as Markdown: what is known of it, and its text as its units tell it."""
    lines = list(_lines(document))
    is_titled = any(line.kind is SentenceKind.TITLE for line in lines)
    blocks = [
        block
        for group, run in groupby(lines, lambda line: line.group)
        for block in _blocks(group, run, is_titled)
    ]
    return "\n\n".join([_front_matter(document.article), *blocks]) + "\n"


def _front_matter(article: Article) -> str:
    """Return the table at the top of the file."""
    told = {
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "date": article.published and article.published.isoformat(),
        "language": None if article.language == "und" else article.language,
        "aliases": list(article.names),
    }
    # What JSON writes YAML reads.
    entries = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items() if value)
    return "\n".join(("---", *entries, "---"))


def _lines(document: Document) -> Iterator[_Line]:
    """Yield the lines of a document; what is in no unit and has words is a line as well."""
    text, end = document.article.text, 0
    line: _Line | None = None
    for unit in document.units:
        gap, own = text[end : unit.span.start], unit.span.of(text)
        end = unit.span.end
        if line and "\n" not in gap:
            line = replace(line, text=f"{line.text}{gap}{own}")
            continue
        if line:
            yield line
        yield from _unread(gap)
        line = _Line(unit.kind, own, unit.depth, bool(_BLANK_LINE.search(gap)))
    if line:
        yield line
    yield from _unread(text[end:])


def _unread(gap: str) -> Iterator[_Line]:
    if _WORD.search(gap):
        yield _Line(SentenceKind.SENTENCE, gap.strip())


def _blocks(group: str, lines: Iterable[_Line], is_titled: bool) -> Iterator[str]:
    """Yield the blocks of Markdown that lines of one group are."""
    if group == "heading":
        yield from (_heading(line, is_titled) for line in lines)
    elif group == SentenceKind.BULLET:
        yield _items(lines)
    elif group == "table":
        yield from _tables(lines)
    elif group == SentenceKind.CODE:
        yield from (_code(part) for part in _parts(lines))
    elif group == SentenceKind.QUOTATION:
        yield from ("> " + _prose(part).replace("\n", "\n> ") for part in _parts(lines))
    else:
        yield from map(_prose, _parts(lines))


def _parts(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Yield lines parted where a blank line was between them."""
    part: list[_Line] = []
    for line in lines:
        if part and line.apart:
            yield part
            part = []
        part.append(line)
    yield part


def _heading(line: _Line, is_titled: bool) -> str:
    """Return a heading; the highest one of a document would be its title."""
    level = 1 if line.kind is SentenceKind.TITLE else min(max(line.depth, 1 if is_titled else 2), 6)
    return f"{'#' * level} {_inline(line.text)}"


def _items(lines: Iterable[_Line]) -> str:
    """Return a list, whose items stand apart as they did."""
    text = ""
    for line in lines:
        text += ("\n\n" if line.apart else "\n") if text else ""
        text += _item(line)
    return text


def _item(line: _Line) -> str:
    """Return an item of a list, below the one that it belongs to; a mark that Markdown has not is text."""
    found = LIST_MARK.match(line.text)
    mark = found[0].strip() if found else ""
    rest = line.text[found.end() :] if found else line.text
    if not _MARK.fullmatch(mark):
        if _WORD.search(mark):
            rest = line.text
        mark = "-"
    return f"{'    ' * line.depth}{mark} {_escaped(rest)}"


def _tables(lines: Iterable[_Line]) -> Iterator[str]:
    """Yield the tables that rows are; each needs a header, which may be empty."""
    tables: list[list[list[str]]] = []
    for line in lines:
        if line.kind is SentenceKind.HEADER or not tables:
            tables.append([])
            if line.kind is SentenceKind.ROW:
                tables[-1].append([])
        row = unwrapped(line.text)
        tables[-1].append([_inline(cell.of(row)).replace("|", "\\|") for cell in cells(row)])
    for rows in tables:
        width = max(map(len, rows))
        full = [[*row, *[""] * (width - len(row))] for row in rows]
        full.insert(1, ["---"] * width)
        yield "\n".join(f"| {' | '.join(row)} |" for row in full)


def _code(lines: list[_Line]) -> str:
    text = "\n".join(line.text for line in lines)
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _prose(lines: list[_Line]) -> str:
    return _HARD_BREAK.join(_escaped(line.text) for line in lines)


def _escaped(text: str) -> str:
    """Return a text in one line, in which nothing is a sign of Markdown."""
    text = _inline(text)
    if _OPENING.match(text):
        return f"\\{text}"
    return _NUMBERED.sub(r"\1\\", text, count=1) if _NUMBERED.match(text) else text


def _inline(text: str) -> str:
    folded = " ".join(unwrapped(text).lstrip("> ").split())
    return _SIGN.sub(r"\\\g<0>", folded)
