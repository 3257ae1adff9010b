"""Pages that a browser saved in one file, as a mail whose parts are the page and its pictures: MHTML."""

from retrieval.errors import FileFault
from retrieval.ingest.formats.mail import charset_of, content_of, header_of, parsed, parts_of
from retrieval.ingest.formats.page import Fetched, read_page
from retrieval.ingest.readings import Reading, UnreadableContentError

_ADDRESSES = ("https://", "http://")


def read(content: bytes, encoding: str | None = None) -> list[Reading]:
    """Return the page that was saved as one document.

    Raises `UnreadableContentError`, and what `decode` raises.
    """
    message = parsed(content)
    for kind, part in parts_of(message):
        if kind in ("text/html", "application/xhtml+xml"):
            stated = (
                header_of(message, "snapshot-content-location"),
                header_of(part, "content-location"),
                header_of(message, "content-location"),
            )
            url = next((address for address in stated if address.startswith(_ADDRESSES)), None)
            return read_page(Fetched(content_of(part), url, charset_of(part)), encoding)
    raise UnreadableContentError(FileFault.DAMAGED, "there is no page in it")
