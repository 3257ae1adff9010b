"""What is new in feeds becomes articles."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from retrieval.articles import Article, Document
from retrieval.errors import ArticleError
from retrieval.ingest.files import read_bytes
from retrieval.ingest.texts import Metadata
from retrieval.ingest.web.contents import Fetched, Validators
from retrieval.ingest.web.feeds import Feed, Feeds
from retrieval.ingest.web.fetching import Fetcher
from retrieval.ingest.web.pages import Pages
from retrieval.ingest.web.urls import is_address, page_key
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: What an entry is but an announcement of below so many characters: its page is read instead. Chosen by eye.
_SHORT = 1_000

#: How many entries are taken at a time; the others come next time.
_MOST = 50


class Following:
    """The following of feeds: each is asked for what is new, and that is read and added."""

    def __init__(self, store: Store, feeds: Feeds, fetcher: Fetcher, pages: Pages) -> None:
        self._store, self._feeds, self._fetcher, self._pages = store, feeds, fetcher, pages

    def check(self, feed: Feed) -> list[Receipt]:
        """Ask a feed for what is new, and return what became of that, or of the feed itself if it failed.

        Raises `StoreError`.
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
        receipts = list(self._added(new, feed))
        source = next((entry.article.source for entry in entries), None)
        validators = feed.validators if fetched is None else fetched.validators
        # What is left comes next time, though the feed is the same then.
        self._feeds.succeeded(feed.url, source, validators if len(new) == len(unknown) else Validators())
        return receipts

    def _added(self, entries: Iterable[Document], feed: Feed) -> Iterator[Receipt]:
        """Add entries, the oldest first, each known when it is there, or cannot be read."""
        edit = self._store.begin_edit()
        for entry in entries:
            for document in self._in_full(entry, feed):
                yield self._store.put(document, edit, document.article.title or feed.url)
            self._feeds.see(feed.url, [entry.article.key])

    def _in_full(self, entry: Document, feed: Feed) -> list[Document]:
        """Return the page that an entry announces, or the entry where that says all or there is no page."""
        url = entry.article.url
        if url is None or not is_address(url):
            return [entry]
        if len(entry.article.text) < _SHORT:
            told = Metadata(
                source=entry.article.source, published=entry.article.published, collection=feed.collection
            )
            try:
                pages = self._pages.read(url, told) or []
            except ArticleError:
                pages = []
            if sum(len(page.article.text) for page in pages) > len(entry.article.text):
                return pages
        return [_at(entry, page_key(url))]


def _entries(fetched: Fetched, feed: Feed) -> list[Document]:
    """Return the entries of a feed, the oldest first, as most feeds begin with the newest."""
    told = Metadata(origin=feed.url, collection=feed.collection)
    entries = read_bytes(fetched.content, Path("feed.rss"), f"feed:{feed.url}", told, kept=False)
    return entries[::-1]


def _at(entry: Document, key: str) -> Document:
    """Return an entry under the key of its page, so that it is the same article by whichever way it comes."""
    article = Article.model_validate(dict(entry.article) | {"key": key, "origin": entry.article.url})
    units = tuple(replace(unit, article_id=article.id) for unit in entry.units)
    return replace(entry, article=article, units=units, original=None)
