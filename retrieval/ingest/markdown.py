"""Markdown to plain text: the words stay as they stand, the marks around them go."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.token import Token
    from yaml import SafeLoader

_FENCE = "---"
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """A Markdown document's text, the line that each of its lines comes from, and its front matter."""

    text: str
    lines: Sequence[int]
    front_matter: dict[str, Any]


def read_markdown(markdown: str) -> MarkdownText:
    """Return the text of a CommonMark document, a block a line, list items behind a dash."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  needed for one kind of file only

    front_matter, body = _front_matter(markdown)
    before = len(markdown.splitlines()) - len(body.splitlines())
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    lines = [
        (line, number)
        for text, number in _blocks(tokens, before + 1)
        for line, number in _numbered(text, number)
    ]
    return MarkdownText("\n".join(text for text, _ in lines), [number for _, number in lines], front_matter)


def _front_matter(markdown: str) -> tuple[dict[str, Any], str]:
    """Part the YAML between two lines of dashes at the top from the rest; what is no table stays text."""
    lines = markdown.removeprefix("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].strip() != _FENCE:
        return {}, markdown
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), None)
    if end is None:
        return {}, markdown
    import yaml  # noqa: PLC0415  needed for front matter only

    try:
        table = _loader()("".join(lines[1:end])).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, markdown
    if not isinstance(table, dict):
        return {}, markdown
    return {str(name).lower(): value for name, value in table.items()}, "".join(lines[end + 1 :])


@cache
def _loader() -> "type[SafeLoader]":
    """Return a loader of YAML that leaves days as they are written: one that there is not costs no table."""
    import yaml  # noqa: PLC0415  needed for front matter only

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012  as the base class has it
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Loader


def _numbered(text: str, first: int) -> Iterator[tuple[str, int]]:
    """Yield the lines of a block, each with its number, where the first has the number `first`."""
    for number, line in enumerate(text.split("\n"), first):
        yield line, number


def _blocks(tokens: "Sequence[Token]", first: int) -> Iterator[tuple[str, int]]:
    """Yield the text of each block with the number of the line that it begins in, and blanks between them."""
    mark, number = "", first
    for token in tokens:
        if token.map:
            number = first + token.map[0]
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            yield mark + _inline(token), number
            mark = ""
        elif token.type == "list_item_close":
            mark = ""
        elif token.type == "html_block":
            yield _TAG.sub(" ", token.content).strip(), number
            yield "", number
        elif token.type == "fence":
            yield token.content.rstrip("\n"), number + 1
        elif token.type == "code_block":
            yield token.content.rstrip("\n"), number
        elif token.type in ("paragraph_close", "heading_close", "table_close") and not token.hidden:
            yield "", number


def _inline(token: "Token") -> str:
    """Return the words of one block; a soft break is a space, as a reader sees it."""
    return "".join(map(_words, token.children or ()))


def _words(child: "Token") -> str:
    if child.type == "image":
        return _inline(child)
    if child.type == "html_inline":
        return "\n" if _BREAK.fullmatch(child.content) else ""
    return {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
