"""What word processors call their styles, and what paragraphs in these are."""

import re

from retrieval.articles import SentenceKind
from retrieval.ingest.blocks import LOWEST

_HEADING = re.compile(
    r"(?:heading|заголовок|тақырып|überschrift|titre|título|titolo|nagłówek|kop|rubrik|başlık) ?([1-9])"
)

_KINDS = {
    "title": SentenceKind.TITLE,
    "название": SentenceKind.TITLE,
    "caption": SentenceKind.CAPTION,
    "название объекта": SentenceKind.CAPTION,
    "image caption": SentenceKind.CAPTION,
    "table caption": SentenceKind.CAPTION,
    "tablecaption": SentenceKind.CAPTION,
    "figurecaption": SentenceKind.CAPTION,
    "quote": SentenceKind.QUOTATION,
    "intense quote": SentenceKind.QUOTATION,
    "quotations": SentenceKind.QUOTATION,
    "block text": SentenceKind.QUOTATION,
    "цитата": SentenceKind.QUOTATION,
    "выделенная цитата": SentenceKind.QUOTATION,
    "code": SentenceKind.CODE,
    "source code": SentenceKind.CODE,
    "html preformatted": SentenceKind.CODE,
    "preformatted text": SentenceKind.CODE,
    "macro text": SentenceKind.CODE,
    "macro": SentenceKind.CODE,
    "листинг": SentenceKind.CODE,
}

#: Words that are explained below them.
_TERMS = frozenset({"definition term", "definition term tight"})

#: Lists of headings, figures and words, with their pages.
_CONTENTS = re.compile(
    r"toc(?: ?\d| heading)|contents (?:\d|heading)|table of (?:figures|authorities)|index ?\d"
)

#: Type whose letters are all as wide.
_MONOSPACED = re.compile(
    r"courier|consolas|menlo|monaco|lucida console|cascadia|\bmono\b|monospace|fixedsys", re.IGNORECASE
)


def kind_of(name: str) -> tuple[SentenceKind, int] | None:
    """Return what a paragraph in a style of this name is, and how deep a heading; None if that says nothing.

    >>> kind_of("Heading 2"), kind_of("Body Text")
    ((<SentenceKind.HEADING: 'heading'>, 2), None)
    """
    name = name.lower().strip()
    if heading := _HEADING.fullmatch(name):
        return SentenceKind.HEADING, int(heading[1])
    if name in _TERMS:
        return SentenceKind.HEADING, LOWEST
    kind = _KINDS.get(name)
    return None if kind is None else (kind, 0)


def is_of_contents(name: str) -> bool:
    """Whether paragraphs in a style of this name only lead to what stands elsewhere."""
    return _CONTENTS.fullmatch(name.lower().strip()) is not None


def is_monospaced(font: str) -> bool:
    """Whether a font is one that code is set in."""
    return _MONOSPACED.search(font) is not None
