"""What is new in feeds becomes articles: once, in full, and whatever fails is told of once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from retrieval.ingest.web.addresses import network_named
from retrieval.ingest.web.feeds import Feeds
from retrieval.ingest.web.fetching import Fetcher, FetchingLimits
from retrieval.ingest.web.following import Following
from retrieval.ingest.web.pages import Pages
from retrieval.ingest.web.robots import Robots
from retrieval.ingest.web.visits import Visits
from retrieval.storage.receipts import Outcome
from retrieval.storage.store import Store
from tests.support.pages import Page, WebServer, answer, web_server

PAGE = "<html><head><title>The bridge</title></head><body><h1>The bridge</h1><p>{}</p></body></html>"
LONG = "The bridge over the Turgay was opened on 3 May 2025, and it is 420 metres long."


class Served:
    """A feed whose entries a test sets, and how it answers."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []
        self.status = 200
        self.published: datetime | None = None

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        """Serve the feed, the newest entry first, or fail."""
        tag = f'"{len(self.entries)} {self.published}"'
        items = "".join(
            f"<item><guid>{own}</guid><title>Entry {own}</title><link>{url}</link>"
            f"<description>{text}</description>{self._day()}</item>"
            for own, url, text in reversed(self.entries)
        )
        feed = f"<rss version='2.0'><channel><title>The news</title>{items}</channel></rss>".encode()
        if self.status != 200:
            answer(status=self.status)(request)
        elif request.headers.get("If-None-Match") == tag:
            answer(status=304)(request)
        else:
            answer(feed, headers={"ETag": tag})(request)

    def _day(self) -> str:
        return f"<pubDate>{format_datetime(self.published)}</pubDate>" if self.published else ""


@pytest.fixture(name="served")
def feed_of_a_test() -> Served:
    return Served()


@pytest.fixture(name="server")
def server_of_the_feed(served: Served) -> Iterator[WebServer]:
    html = {"Content-Type": "text/html"}
    pages: dict[str, Page] = {
        "/feed": served,
        "/bridge": answer(PAGE.format(LONG).encode(), headers=html),
        "/busy": answer(status=503),
        "/robots.txt": answer(b"User-agent: *\nDisallow: /closed"),
    }
    with web_server(pages) as server:
        yield server


@pytest.fixture(name="feeds")
def followed_feeds(tmp_path: Path, server: WebServer) -> Iterator[Feeds]:
    with closing(Feeds(tmp_path / "feeds.sqlite3")) as feeds:
        feeds.add(server.url("/feed"), collection="press")
        yield feeds


@pytest.fixture(name="following")
def following_of_the_feed(tmp_path: Path, store: Store, feeds: Feeds) -> Iterator[Following]:
    with Fetcher("Derek", allowed=[network_named("127.0.0.0/8")], limits=FetchingLimits(pause=0)) as fetcher:
        visits = Visits(tmp_path / "pages.sqlite3")
        with closing(Pages(fetcher, Robots(fetcher.fetch, "Derek"), visits)) as pages:
            yield Following(store, feeds, fetcher, pages)


def outcomes(following: Following, feeds: Feeds) -> list[Outcome]:
    [feed] = feeds.all()
    return [receipt.outcome for receipt in following.check(feed)]


def test_an_entry_becomes_an_article_once(
    following: Following, feeds: Feeds, served: Served, store: Store
) -> None:
    served.entries = [("1", "", "The pump is old."), ("2", "", "The pump was mended.")]
    assert outcomes(following, feeds) == [Outcome.ADDED, Outcome.ADDED]
    assert outcomes(following, feeds) == []
    served.entries.append(("3", "", "The pump is new."))
    assert outcomes(following, feeds) == [Outcome.ADDED]
    [newest, *_] = store.catalogue()
    assert (newest.title, newest.source) == ("Entry 3", "The news")
    assert store.document(newest.article_id).article.collection == "press"


def test_an_entry_that_was_removed_does_not_come_back(
    following: Following, feeds: Feeds, served: Served, store: Store
) -> None:
    served.entries = [("1", "", "The pump is old.")]
    outcomes(following, feeds)
    [entry] = store.catalogue()
    store.remove(entry.article_id)
    served.entries.append(("2", "", "The pump was mended."))
    assert outcomes(following, feeds) == [Outcome.ADDED]
    assert [entry.title for entry in store.catalogue()] == ["Entry 2"]


def test_an_announcement_is_read_in_full_where_its_page_says_more(
    following: Following, feeds: Feeds, served: Served, server: WebServer, store: Store
) -> None:
    served.entries = [
        ("1", server.url("/bridge"), "A bridge."),
        ("2", server.url("/none"), "Nothing stands there."),
        ("3", server.url("/closed"), "Nobody may look."),
    ]
    assert outcomes(following, feeds) == [Outcome.ADDED] * 3
    texts = [store.document(entry.article_id).article.text for entry in store.catalogue()]
    assert sorted(text.splitlines()[-1] for text in texts) == [
        "Nobody may look.",
        "Nothing stands there.",
        LONG,
    ]
    assert "/closed" not in server.asked


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1:99999/x", "http://[bad/x", "javascript:alert(1)", "http://"]
)
def test_a_link_that_is_none_costs_its_entry_nothing(
    following: Following, feeds: Feeds, served: Served, link: str
) -> None:
    served.entries = [("1", link, "The pump is old."), ("2", "", "The pump was mended.")]
    assert outcomes(following, feeds) == [Outcome.ADDED, Outcome.ADDED]


def test_entries_that_lead_to_one_place_are_articles_of_their_own(
    following: Following, feeds: Feeds, served: Served, server: WebServer, store: Store
) -> None:
    served.entries = [(own, server.url("/bridge"), f"Part {own} of the log.") for own in "123"]
    assert outcomes(following, feeds) == [Outcome.ADDED] * 3
    assert len(store.catalogue()) == 3


def test_a_page_that_may_be_had_later_is_waited_for_while_it_is_new(
    following: Following, feeds: Feeds, served: Served, server: WebServer
) -> None:
    served.entries = [("1", server.url("/busy"), "A bridge.")]
    served.published = datetime.now(UTC)
    assert outcomes(following, feeds) == []
    served.published = datetime.now(UTC) - timedelta(days=5)
    assert outcomes(following, feeds) == [Outcome.ADDED]


def test_one_page_that_two_entries_announce_is_one_article(
    following: Following, feeds: Feeds, served: Served, server: WebServer, store: Store
) -> None:
    served.entries = [(own, server.url("/bridge?utm_source=x"), "A bridge.") for own in "12"]
    outcomes(following, feeds)
    assert len(store.catalogue()) == 1


def test_an_entry_without_text_costs_no_other(
    following: Following, feeds: Feeds, served: Served, store: Store
) -> None:
    served.entries = [("1", "", "| |"), ("2", "", "The pump was mended.")]
    assert outcomes(following, feeds) == [Outcome.ADDED]
    assert [entry.title for entry in store.catalogue()] == ["Entry 2"]


def test_what_fails_is_told_of_once_and_nothing_is_lost_by_it(
    following: Following, feeds: Feeds, served: Served
) -> None:
    served.entries = [("1", "", "The pump is old.")]
    served.status = 500
    assert outcomes(following, feeds) == [Outcome.FAILED]
    assert outcomes(following, feeds) == []
    served.status = 200
    assert outcomes(following, feeds) == [Outcome.ADDED]


def test_many_entries_are_taken_in_turns(following: Following, feeds: Feeds, served: Served) -> None:
    served.entries = [(str(number), "", f"Note {number} is here.") for number in range(60)]
    assert len(outcomes(following, feeds)) == 50
    assert len(outcomes(following, feeds)) == 10
    assert outcomes(following, feeds) == []
