"""The tables of contents of electronic books: what they lead to are headings, whatever it is set as."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from retrieval.articles import SentenceKind, one_line
from retrieval.ingest.blocks import Block
from retrieval.ingest.formats.package import Package, name_of, text_of

#: What opens a level of a table of contents, in EPUB 2 and 3.
_LEVELS = frozenset({"navpoint", "li"})

_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Label:
    """What a table of contents calls a place, and how deep it stands there."""

    text: str
    depth: int


def labels_of(
    package: Package, contents: Sequence[str], placed: Callable[[str, str], str]
) -> Mapping[str, Sequence[Label]]:
    """Return what tables of contents of these names call the chapters, and the places in each.

    `placed` gives the name of what is led to, from where a table stands.
    """
    labels: defaultdict[str, list[Label]] = defaultdict(list)
    for name in contents:
        root = package.xml_if_any(name)
        if root is None:
            continue
        for reference, label in _entries(root):
            labels[placed(posixpath.dirname(name), reference)].append(label)
        if labels:
            break
    return labels


def headed(blocks: Sequence[Block], labels: Sequence[Label]) -> list[Block]:
    """Return the blocks of a chapter, those that its table of contents names as headings."""
    depths = {_folded(label.text): label.depth for label in reversed(labels)}
    made = []
    for block in blocks:
        depth = depths.pop(_folded(block.text), None) if block.kind in _MAY_HEAD else None
        is_text = block.kind is SentenceKind.SENTENCE
        made.append(replace(block, kind=SentenceKind.HEADING, depth=depth) if depth and is_text else block)
    return made


#: What may be what a table of contents names: text, or a heading already.
_MAY_HEAD = frozenset({SentenceKind.SENTENCE, SentenceKind.HEADING})


def _folded(text: str) -> str:
    return one_line(text).casefold()


def _entries(root: etree._Element) -> Iterator[tuple[str, Label]]:
    """Yield where each entry of a table of contents leads, and what it is called."""
    for node in root.iter(etree.Element):
        name, reference = name_of(node), node.get("src") or node.get("href")
        if name not in ("content", "a") or not reference:
            continue
        point = node.getparent()
        label = (
            next((part for part in point if name_of(part) == "navlabel"), None) if point is not None else None
        )
        said = node if name == "a" else label
        text = "" if said is None else one_line(text_of(said))
        depth = sum(1 for outer in node.iterancestors() if name_of(outer) in _LEVELS)
        if text:
            yield reference, Label(text, min(max(depth, 1), _DEEPEST))
