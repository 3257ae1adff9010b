"""The trees of pages and other markup, and what is refused before any parser sees it."""

import re
from itertools import islice

from lxml import etree, html

from retrieval.articles import normalise
from retrieval.errors import FileFault
from retrieval.ingest.formats.markup import PARAGRAPHS, shown_text
from retrieval.ingest.formats.package import name_of
from retrieval.ingest.readings import UnreadableContentError

#: What is refused before anything parses it: over 1,103 real pages no tag had more than 66 attributes, and
#: none was nested deeper than 1,500; 200,000 attributes cost every parser more than 15 s.
_LARGEST, _MOST_ATTRIBUTES, _DEEPEST = 10 * 1024 * 1024, 1_000, 5_000

#: What tells that a tag has so many attributes, and what opens and closes elements.
_TAG = re.compile(rb"<[a-zA-Z][^\s/<>&|;(){}\[\],+*!?=]*[\s/][^<>]*")
_ATTRIBUTE = re.compile(rb"""[^\s"'=/]+(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s"'>]+))?""")
_UNCLOSED = rb"br|hr|img|input|meta|link|p|li|td|tr|th|dt|dd|option"
_OPENING = re.compile(rb"<(/?)(?!(?:%s)\b)[a-zA-Z][^<>]*(?<!/)>" % _UNCLOSED)

#: How long an attribute may be: longer ones are pictures and programs, which savers of pages put there.
_LONGEST_ATTRIBUTE = 10_000

#: What holds words, and is made a part of a page where it holds paragraphs.
_HOLD_NO_PARAGRAPHS = frozenset({"p", "span", "font"})


def refuse_hostile(content: bytes) -> None:
    """Raise `UnreadableContentError` for what would keep any parser busy, or exhaust it."""
    if len(content) > _LARGEST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_LARGEST // 1024**2} MB of markup")
    for tag in _TAG.finditer(content):
        # An attribute takes two bytes at least.
        if tag.end() - tag.start() > 2 * _MOST_ATTRIBUTES:
            found = _ATTRIBUTE.finditer(tag[0])
            if next(islice(found, _MOST_ATTRIBUTES + 1, None), None):
                raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_ATTRIBUTES:,} attributes in a tag")
    depth = 0
    for tag in _OPENING.finditer(content):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST:
            raise UnreadableContentError(FileFault.DAMAGED, "nested too deep")


def tree_of(text: str) -> html.HtmlElement | None:
    """Return the tree of a page, or None if there is nothing in it.

    Raises `UnreadableContentError` if the parser gave up.
    """
    # More than 256 levels are read with `huge_tree` only, and up to 2,048 then.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    content = normalise(text).encode()
    if not content.strip():
        return None
    try:
        tree = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise UnreadableContentError(FileFault.DAMAGED, "nested too deep")
    for node in tree.iter(etree.Element):
        for name in [name for name, value in node.attrib.items() if len(value) > _LONGEST_ATTRIBUTE]:
            del node.attrib[name]
    for node in tree.iter("sup", "sub"):
        node.text = shown_text(node)
    return tree


def parted(tree: html.HtmlElement) -> html.HtmlElement:
    """Return a tree, changed, in which what two line breaks part are paragraphs of their own.

    The reader's eye takes them for that, and old pages know no others. Without it trafilatura leaves out what
    stands before the first; with it F1 is higher on all sets of pages that were measured.
    """
    breaks = filter(_is_gap, tree.iter("br"))
    for parent in list(dict.fromkeys(gap.getparent() for gap in breaks)):
        if parent is not None:
            _part(parent)
    return tree


def _is_gap(node: html.HtmlElement) -> bool:
    """Whether a line break follows another one, or stands before one."""
    before, after = node.getprevious(), node.getnext()
    follows = before is not None and name_of(before) == "br" and not (before.tail or "").strip()
    return follows or (after is not None and name_of(after) == "br" and not (node.tail or "").strip())


def _part(parent: html.HtmlElement) -> None:
    """Put what stands between gaps and other paragraphs into paragraphs."""
    children = list(parent)
    gaps = {child for child in children if name_of(child) == "br" and _is_gap(child)}
    paragraph, made = html.Element("p"), []
    paragraph.text, parent.text = parent.text, None
    for child in children:
        parent.remove(child)
        if child not in gaps and name_of(child) not in PARAGRAPHS:
            paragraph.append(child)
            continue
        made += [paragraph] if child in gaps else [paragraph, child]
        paragraph = html.Element("p")
        paragraph.text, child.tail = child.tail, None
    parent.extend(
        node for node in (*made, paragraph) if len(node) or (node.text or "").strip() or name_of(node) != "p"
    )
    if name_of(parent) in _HOLD_NO_PARAGRAPHS:
        parent.tag = "div"
