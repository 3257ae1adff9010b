"""Archives of the web, WARC 1.1 (ISO 28500): each page that was fetched is a document under its address."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from warcio.archiveiterator import WARCIterator

from retrieval.errors import FileFault
from retrieval.ingest.formats.page import Fetched, read_page
from retrieval.ingest.readings import FAULTS_OF_PARTS, Reading, Refused, UnreadableContentError, refused

#: How large a page may be, how large all may be that is unpacked, how many pages are read, and after how many
#: broken records no more are looked for.
_LARGEST_PAGE, _LARGEST = 10 * 1024 * 1024, 200 * 1024 * 1024
_MOST, _MOST_BROKEN = 5_000, 100

#: How many pages that cannot be read are named.
_MOST_NAMED = 20

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_FETCHED = frozenset({"response", "resource"})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w:.-]+)""", re.IGNORECASE)

#: How records begin: packed ones each for itself, and others.
_RECORD = re.compile(rb"\x1f\x8b\x08|(?:\A|(?<=\n))WARC/[01]\.\d+\r?\n")


def read(content: bytes, encoding: str | None = None) -> list[Reading | Refused]:
    """Return the pages of an archive, of each address the last, and what of it cannot be read.

    Raises `UnreadableContentError` if there is no record in it.
    """
    content = _unpacked(content)
    if not _RECORD.match(content):
        raise UnreadableContentError(FileFault.DAMAGED, "no record of the web begins it")
    pages: dict[str, Reading] = {}
    faults: list[Refused] = []
    for found in _found(content):
        if isinstance(found, Refused):
            faults.append(found)
            continue
        try:
            for reading in read_page(found, encoding):
                pages[found.url or ""] = replace(reading, part=found.url)
        except FAULTS_OF_PARTS as error:
            faults.append(refused(found.url or "", error))
    if len(faults) > _MOST_NAMED:
        rest = f"{len(faults) - _MOST_NAMED:,} more pages and records cannot be read"
        faults = [*faults[:_MOST_NAMED], Refused("…", FileFault.DAMAGED, rest)]
    return [*pages.values(), *faults]


def _unpacked(content: bytes) -> bytes:
    """Return an archive that was packed as a whole as it was before, and any other as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacking = zlib.decompressobj(wbits=31)
    try:
        whole = unpacking.decompress(content, _LARGEST + 1)
    except zlib.error:
        return content
    if len(whole) > _LARGEST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_LARGEST // 1024**2} MB when unpacked")
    return whole if unpacking.eof and not unpacking.unused_data else content


def _found(content: bytes) -> Iterator[Fetched | Refused]:
    """Yield the pages of an archive, and its broken records, each of which costs itself only."""
    place: int | None = 0
    left, pages = _LARGEST, 0
    for _ in range(_MOST_BROKEN):
        if place is None:
            return
        stream = BytesIO(content)
        stream.seek(place)
        records = WARCIterator(stream)
        try:
            for record in records:
                page = _page_of(record, min(left, _LARGEST_PAGE))
                if page is None:
                    continue
                pages, left = pages + 1, left - len(page.content)
                if pages > _MOST or left < 0:
                    yield Refused("…", FileFault.EXCESS, f"{_MOST:,} pages or {_LARGEST // 1024**2} MB")
                    return
                yield page
        except Exception as error:
            # What reads records fails in many ways on broken ones; the next may be well.
            yield Refused(f"record at byte {records.offset}", FileFault.DAMAGED, type(error).__name__)
            following = _RECORD.search(content, records.offset + 1)
            place = None if following is None else following.start()
        else:
            return


def _page_of(record: Any, most: int) -> Fetched | None:
    """Return the page that a record holds, cut where it is too large; None if it holds none."""
    heads = record.http_headers or record.rec_headers
    kind = str(heads.get_header("Content-Type") or "")
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    is_page = kind.partition(";")[0].strip().lower() in _PAGES
    if record.rec_type not in _FETCHED or status != "200" or not is_page:
        return None
    charset = _CHARSET.search(kind)
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    content: bytes = record.content_stream().read(most + 1)
    return Fetched(content, address or None, charset[1] if charset else None)
