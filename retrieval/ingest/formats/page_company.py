"""What keeps a page's text company within what is extracted: comments on it, and links to other pages."""

import re
from collections.abc import Iterable, Sequence

from lxml import html

from retrieval.articles import SentenceKind, one_line
from retrieval.ingest.blocks import Block

#: How systems call where readers comment, by id or class; what is called after it stands within that.
_COMMENTS = re.compile(
    r"""(?:(?:article|blog|entry|page|post|user)[-_]*)?comments?
        (?:[-_]*(?:area|body|block|box|container|content|form|holder|inner|items?|list|main|root|section
                   |thread|tree|wrap|wrapper))*
      | commentlist | disqus_thread | dsq-content | fb-comments | hypercomments_widget | respond
      | vk_comments""",
    re.VERBOSE | re.IGNORECASE,
)
_PARTS = ("aside", "details", "div", "ol", "section", "table", "ul")

#: How many characters must stay of a page when a part goes that is larger than the rest: on the page of a
#: conversation, comments are the text. By eye.
_ENOUGH = 1_000

#: How many links in a row lead elsewhere, and how long each is at least. By eye.
_LINKS_IN_A_ROW, _LINK_LENGTH = 2, 13

#: What stands around the words of a link in a list: marks, numbers, dates, times.
_AROUND_WORDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def leave_out_comments(tree: html.HtmlElement) -> None:
    """Take out of a tree what readers wrote below its text."""
    length, gone = len(tree.text_content()), set[html.HtmlElement]()
    for node in list(tree.iter(*_PARTS)):
        names = f"{node.get('id') or ''} {node.get('class') or ''}".split()
        if not any(map(_COMMENTS.fullmatch, names)) or not gone.isdisjoint(node.iterancestors()):
            continue
        own = len(node.text_content())
        if 2 * own < length or length - own >= _ENOUGH:
            node.drop_tree()
            gone.add(node)
            length -= own


def without_links(blocks: Sequence[Block], links: Iterable[str]) -> list[Block]:
    """Return blocks without those that are nothing but links, several in a row, and without their headings.

    Where they are most of the text, they are what the page is about. Precision counts: the headline of
    another story is a sentence that could be cited.
    """
    known = {_words(link) for link in links}
    kept: list[Block] = []
    row: list[Block] = []
    for block in blocks:
        words = _words(block.text)
        if block.kind not in _HEADS and len(words) >= _LINK_LENGTH and words in known:
            row.append(block)
            continue
        _end(row, kept)
        kept.append(block)
    _end(row, kept)
    return kept if 2 * _length(kept) >= _length(blocks) else list(blocks)


_HEADS = frozenset({SentenceKind.HEADING, SentenceKind.TITLE})


def _end(row: list[Block], kept: list[Block]) -> None:
    """End some links in a row, which are kept if they are few, and else go with what heads them."""
    if len(row) < _LINKS_IN_A_ROW:
        kept += row
    else:
        while kept and kept[-1].kind is SentenceKind.HEADING:
            kept.pop()
    row.clear()


def _words(text: str) -> str:
    return _AROUND_WORDS.sub("", one_line(text))


def _length(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)
