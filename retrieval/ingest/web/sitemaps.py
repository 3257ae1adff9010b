"""Lists of a site's pages: https://www.sitemaps.org/protocol.html."""

import html
import re
import zlib

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.fetching import Fetcher
from retrieval.ingest.web.robots import Robots
from retrieval.ingest.web.urls import is_address

#: What names a page, or another list. A parser of XML is not needed for that, nor exposed.
_PLACE = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*</loc>", re.IGNORECASE)
_LIST_OF_LISTS = re.compile(rb"<sitemapindex\b", re.IGNORECASE)

#: How many lists of a list of lists are read, and how large one may be when unpacked, in bytes.
_MOST_LISTS, _LARGEST = 20, 50 * 1024 * 1024

_GZIP = b"\x1f\x8b"


class Sitemaps:
    """Reads lists of pages, as their servers allow."""

    def __init__(self, fetcher: Fetcher, robots: Robots) -> None:
        self._fetcher, self._robots = fetcher, robots

    def pages(self, url: str, most: int) -> list[str]:
        """Return the addresses of up to `most` pages that a list names, or the lists that it names.

        Raises `UnreadablePageError`.
        """
        content = self._read(url)
        places = _places(content)
        if _LIST_OF_LISTS.search(content):
            places = [page for place in places[:_MOST_LISTS] for page in _places(self._read(place))]
        if not places:
            raise UnreadablePageError(url, PageFault.KIND, "no list of pages (sitemap)")
        return list(dict.fromkeys(places))[:most]

    def _read(self, url: str) -> bytes:
        if not self._robots.allows(url):
            raise UnreadablePageError(url, PageFault.ROBOTS)
        fetched = self._fetcher.fetch(url)
        content = fetched.content if fetched else b""
        if not content.startswith(_GZIP):
            return content
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, _LARGEST)
        except zlib.error as error:
            raise UnreadablePageError(url, PageFault.UNREACHABLE, str(error)) from error


def _places(content: bytes) -> list[str]:
    found = (html.unescape(place.decode("utf-8", "replace")) for place in _PLACE.findall(content))
    return [place for place in found if is_address(place)]
