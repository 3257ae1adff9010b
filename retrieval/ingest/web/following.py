"""What is new in feeds becomes articles."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from retrieval.articles import Document
from retrieval.errors import ArticleError, PageFault, UnreadablePageError
from retrieval.ingest.files import read_bytes
from retrieval.ingest.texts import Metadata
from retrieval.ingest.web.contents import Fetched, Validators
from retrieval.ingest.web.feeds import Feed, Feeds
from retrieval.ingest.web.fetching import Fetcher
from retrieval.ingest.web.pages import Pages, naming
from retrieval.ingest.web.urls import is_address
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: What an entry is but an announcement of below so many characters: its page is read instead. Chosen by eye.
_SHORT = 1_000

#: How many entries are taken at a time; the others come next time.
_MOST = 50

#: For how long the page of an entry is waited for that cannot be had. Chosen by eye.
_WAITED_FOR = timedelta(days=2)


class Following:
    """The following of feeds: each is asked for what is new, and that is read and added."""

    def __init__(self, store: Store, feeds: Feeds, fetcher: Fetcher, pages: Pages) -> None:
        self._store, self._feeds, self._fetcher, self._pages = store, feeds, fetcher, pages

    def check(self, feed: Feed, edit: int | None = None) -> list[Receipt]:
        """Ask a feed for what is new, and return what became of that, or of the feed itself if it failed.

        That is an edit of its own, if none is named. Raises `StoreError`.
        """
        try:
            fetched = self._fetcher.fetch(feed.url, feed.validators)
            entries = [] if fetched is None else _entries(fetched, feed)
        except ArticleError as error:
            is_new = self._feeds.failed(feed.url, str(error))
            name = feed.title or feed.url
            return [Receipt(name, Outcome.FAILED, reason=str(error))] if is_new else []
        unknown = self._feeds.unknown(feed.url, [entry.article.key for entry in entries])
        new = [entry for entry in entries if entry.article.key in unknown][-_MOST:]
        links = Counter(entry.article.url for entry in entries)
        edit = self._store.begin_edit() if edit is None else edit
        own_links = {link for link, count in links.items() if count == 1}
        receipts = list(self._added(new, feed, own_links, edit))
        left = self._feeds.unknown(feed.url, unknown)
        source = next((entry.article.source for entry in entries), None)
        validators = feed.validators if fetched is None else fetched.validators
        # What is left comes next time, though the feed is the same then.
        self._feeds.succeeded(feed.url, source, Validators() if left else validators)
        return receipts

    def _added(
        self, entries: Iterable[Document], feed: Feed, own_links: Container[str | None], edit: int
    ) -> Iterator[Receipt]:
        """Add entries, the oldest first, each known when it is there, or cannot be read for good.

        Only `own_links` may lead to their pages: where several lead to one, that announces none of them.
        """
        for entry in entries:
            leads = entry.article.url in own_links
            try:
                documents = self._in_full(entry, feed) if leads else [entry]
            except UnreadablePageError:
                continue  # It may be had later.
            for document in documents:
                yield self._store.put(document, edit, document.article.title or feed.url)
            came = [document.article.id for document in documents]
            self._feeds.see(feed.url, [entry.article.key], came)

    def _in_full(self, entry: Document, feed: Feed) -> list[Document]:
        """Return the page that an entry announces, or the entry where that says all or there is no page.

        Raises `UnreadablePageError` for a page that may only not be had now.
        """
        article = entry.article
        if article.url is None or not is_address(article.url) or len(article.text) >= _SHORT:
            return [entry]
        told = Metadata(source=article.source, published=article.published, collection=feed.collection)
        try:
            pages = self._pages.read(article.url, told) or []
        except UnreadablePageError as error:
            if _passes(error) and _is_recent(article.published):
                raise
            return [entry]
        except ArticleError:
            return [entry]
        return pages if sum(len(page.article.text) for page in pages) > len(article.text) else [entry]


def _passes(error: UnreadablePageError) -> bool:
    """Whether a page may be had later that cannot be had now."""
    if error.fault is PageFault.STATUS:
        return error.detail == "429" or error.detail.startswith("5")
    return error.fault in (PageFault.SLOW, PageFault.UNREACHABLE)


def _is_recent(published: date | None) -> bool:
    """Whether an entry is so new that its page is waited for."""
    return published is not None and datetime.now(UTC).date() - published < _WAITED_FOR


def _entries(fetched: Fetched, feed: Feed) -> list[Document]:
    """Return the entries of a feed, the oldest first, as most feeds begin with the newest.

    Raises `UnreadableFileError` and `EmptyArticleError`, which name the feed.
    """
    told = Metadata(origin=feed.url, collection=feed.collection)
    with naming(feed.url):
        entries = read_bytes(fetched.content, Path("feed.rss"), f"feed:{feed.url}", told, kept=False)
    return [replace(entry, original=None) for entry in reversed(entries)]
