"""Markdown to plain text: the words stay as they stand, the marks around them go."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = "---"
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown document's text, and what its front matter tells of it."""

    text: str
    front_matter: dict[str, Any]


def read_markdown(markdown: str) -> Document:
    """Return the text of a CommonMark document, a block a line, list items behind a dash."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  needed for one kind of file only

    front_matter, body = _front_matter(markdown)
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    return Document("\n".join(_lines(tokens)), front_matter)


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
        table = yaml.safe_load("".join(lines[1:end]))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, markdown
    if not isinstance(table, dict):
        return {}, markdown
    return {str(name).lower(): value for name, value in table.items()}, "".join(lines[end + 1 :])


def _lines(tokens: "Sequence[Token]") -> list[str]:
    lines: list[str] = []
    mark = ""
    for token in tokens:
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            lines += [mark + line for line in _inline(token).split("\n")[:1]]
            lines += _inline(token).split("\n")[1:]
            mark = ""
        elif token.type == "list_item_close":
            mark = ""
        elif token.type == "html_block":
            lines += [_TAG.sub(" ", token.content).strip(), ""]
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
        elif token.type in ("paragraph_close", "heading_close", "table_close") and not token.hidden:
            lines.append("")
    return lines


def _inline(token: "Token") -> str:
    """Return the words of one block; a soft break is a space, as a reader sees it."""
    return "".join(map(_words, token.children or ()))


def _words(child: "Token") -> str:
    if child.type == "image":
        return _inline(child)
    if child.type == "html_inline":
        return "\n" if _BREAK.fullmatch(child.content) else ""
    return {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
