"""Pages by their addresses to documents."""

import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from retrieval.articles import Article, Document, content_digest
from retrieval.errors import (
    ArticleError,
    EmptyArticleError,
    PageFault,
    UnreadableFileError,
    UnreadablePageError,
)
from retrieval.ingest.adding import failed
from retrieval.ingest.files import KINDS, known_of, read_bytes
from retrieval.ingest.texts import NO_METADATA, Metadata
from retrieval.ingest.web.contents import Fetched
from retrieval.ingest.web.fetching import Fetcher
from retrieval.ingest.web.robots import Robots
from retrieval.ingest.web.urls import is_address, page_key
from retrieval.ingest.web.visits import Visits
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: The ends of names for types of contents where the system's table has none, or another than ours.
_ENDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/feed+json": ".rss",
}

#: Charsets that servers name whatever a page is in, as they did by default: any bytes are a text in them.
_NO_CHARSETS = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})


class Pages:
    """Fetches pages, as their servers allow, and reads them."""

    def __init__(self, fetcher: Fetcher, robots: Robots, visits: Visits) -> None:
        """Fetch as the `robots` allow, and remember the `visits`, which are closed with this."""
        self._fetcher, self._robots, self._visits = fetcher, robots, visits

    def read(
        self, url: str, metadata: Metadata = NO_METADATA, *, if_changed: bool = False
    ) -> list[Document] | None:
        """Return the documents that stand at an address; None if it has not changed since it was last read.

        What has changed is asked only `if_changed`. Raises `UnreadablePageError`, `UnreadableFileError` and
        `EmptyArticleError`, which name the address.
        """
        if not is_address(url):
            raise UnreadablePageError(url, PageFault.ADDRESS)
        if not self._robots.allows(url):
            raise UnreadablePageError(url, PageFault.ROBOTS)
        validators = self._visits.validators(url) if if_changed else None
        fetched = self._fetcher.fetch(url, validators)
        if fetched is None:
            return None
        documents = list(_documents(fetched, url, metadata))
        self._visits.remember(url, fetched.validators, content_digest(fetched.content))
        return documents

    def add(
        self, store: Store, url: str, edit: int | None, metadata: Metadata = NO_METADATA
    ) -> list[Receipt]:
        """Add the articles that stand at an address to a store."""
        try:
            documents = self.read(url, metadata) or []
        except ArticleError as error:
            return [failed(url, error)]
        return [store.put(document, edit, url) for document in documents]

    def fetched(self, url: str) -> bool:
        """Whether a page was fetched, and not only named by a feed, say."""
        return self._visits.validators(url) is not None

    def refresh(self, store: Store, urls: Iterable[str], edit: int) -> Iterator[Receipt]:
        """Bring the articles that stand at addresses up to date; what was told of them stays."""
        known = {origin.place: origin for origin in reversed(store.origins())}
        for url in urls:
            origin = known.get(url)
            told = known_of(store.document(origin.document_id)) if origin else NO_METADATA
            # What was fetched last may have been undone.
            is_there = origin is not None and origin.content == self._visits.content(url)
            try:
                documents = self.read(url, told, if_changed=is_there)
            except ArticleError as error:
                yield failed(url, error)
                continue
            if documents is None:
                yield Receipt(url, Outcome.UNCHANGED)
            else:
                yield from (store.put(document, edit, url) for document in documents)

    def close(self) -> None:
        """Close what is known of pages."""
        self._visits.close()


@contextmanager
def naming(url: str) -> Iterator[None]:
    """Name the address of a content in what its readers raise, and not the file that it is read as."""
    try:
        yield
    except UnreadableFileError as error:
        raise UnreadableFileError(url, error.fault, error.detail) from error
    except EmptyArticleError:
        raise EmptyArticleError(url) from None


def _documents(fetched: Fetched, url: str, metadata: Metadata) -> Iterator[Document]:
    name = _file_of(fetched, url)
    told = Metadata(origin=fetched.url).over(metadata)
    with naming(url):
        documents = read_bytes(fetched.content, name, page_key(fetched.url), told, _charset(fetched))
    for document in documents:
        # Its own word of where it stands may lack the server's name, or be none.
        own = urljoin(fetched.url, document.article.url or "")
        own = own if is_address(own) else fetched.url
        article = Article.model_validate(dict(document.article) | {"url": own})
        yield replace(document, article=article)


def _file_of(fetched: Fetched, url: str) -> Path:
    """Return a file's name whose end says what a content is, by its type or its address."""
    path = PurePosixPath(unquote(urlsplit(fetched.url).path))
    by_type = _ENDS.get(fetched.media_type), mimetypes.guess_extension(fetched.media_type)
    by_look = ".html" if not fetched.media_type and fetched.content.lstrip().startswith(b"<") else None
    end = next((end for end in (*by_type, path.suffix.lower(), by_look) if end in KINDS), None)
    if end is None:
        kind = fetched.media_type or "of a type that its server does not tell"
        raise UnreadablePageError(url, PageFault.KIND, kind)
    return Path(f"{path.stem or content_digest(fetched.content)[:12]}{end}")


def _charset(fetched: Fetched) -> str | None:
    """Return the encoding that the server names, where the content is in it and that says anything."""
    if fetched.charset is None or fetched.charset in _NO_CHARSETS:
        return None
    try:
        fetched.content.decode(fetched.charset)
    except (LookupError, UnicodeDecodeError):
        return None
    return fetched.charset
