"""Lists of feeds as programs pass them on: OPML 2.0, http://opml.org/spec2.opml."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from lxml import etree

from retrieval.errors import FileFault
from retrieval.ingest.readings import UnreadableContentError
from retrieval.ingest.web.urls import is_address

#: How many feeds a list may hold.
_MOST = 1_000


def feeds_in(content: bytes) -> list[tuple[str, str | None]]:
    """Return the address and the title of each feed in a list, those left out that have no address.

    Raises `UnreadableContentError`.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableContentError(FileFault.DAMAGED, str(error)) from error
    outlines = [] if root is None else root.iter("outline")
    found = [
        (url, outline.get("title") or outline.get("text") or None)
        for outline in outlines
        if is_address(url := (outline.get("xmlUrl") or "").strip())
    ]
    if not found:
        raise UnreadableContentError(FileFault.DAMAGED, "no feed is named in it")
    if len(found) > _MOST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_MOST:,} feeds")
    return found


def opml(feeds: Iterable[tuple[str, str | None]]) -> str:
    """Return a list of feeds, given the address and the title of each."""
    outlines = "".join(
        f'    <outline type="rss" text={quoteattr(title or url)} xmlUrl={quoteattr(url)}/>\n'
        for url, title in feeds
    )
    head = "  <head><title>Derek's feeds</title></head>\n"
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{declaration}<opml version="2.0">\n{head}  <body>\n{outlines}  </body>\n</opml>\n'
