"""The commands that fetch: pages, feeds and lists of them, over HTTP from a server of the test's own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from retrieval.storage.store import Store
from tests.support import command
from tests.support.command import Result, article_ids
from tests.support.documents import document_of
from tests.support.pages import Page, WebServer, answer, web_server

BRIDGE = (
    "<html><head><title>The bridge</title></head><body><article><h1>The bridge</h1><p>The bridge over the"
    " Turgay was opened on 3 May 2025 by the minister.</p><p>It cost 12 million dollars and is {} metres"
    " long.</p></article></body></html>"
)
FEED = (
    "<rss version='2.0'><channel><title>The news</title><item><guid>1</guid><title>Harbour</title>"
    "<description>The harbour of Aral has 12 berths and three cranes.</description></item></channel></rss>"
)
HTML = {"Content-Type": "text/html"}


@pytest.fixture(name="pages")
def pages_of_the_server() -> dict[str, Page]:
    return {
        "/bridge": answer(BRIDGE.format(420).encode(), headers=HTML),
        "/feed": answer(FEED.encode(), headers={"Content-Type": "application/rss+xml"}),
        "/gone": answer(status=404),
        "/robots.txt": answer(status=404),
    }


@pytest.fixture(name="server")
def server_of_the_test(pages: dict[str, Page]) -> Iterator[WebServer]:
    with web_server(pages) as server:
        yield server


@pytest.fixture(name="derek")
def derek_with_settings(data: Path, tmp_path: Path, server: WebServer) -> Callable[..., Result]:
    """Give the command with settings that allow this machine's pages, and keep the feed's articles a day."""
    settings = tmp_path / "config.toml"
    settings.write_text(
        f'[semantic]\nkind = "none"\n[fetch]\nallow = ["127.0.0.0/8"]\n'
        f'[retention]\nfeeds = {{ "{server.url("/feed")}" = 1 }}\n'
    )
    return partial(command.derek, "--config", settings)


def test_a_page_is_added_asked_and_brought_up_to_date(
    derek: Callable[..., Result], server: WebServer, pages: dict[str, Page]
) -> None:
    url = server.url("/bridge")
    added = derek("add", url)
    assert (added.code, added.out.splitlines()[-1]) == (
        0,
        "The 5 sample articles made room; undoing this brings them back.",
    )
    assert "12 million dollars" in derek("ask", "How much did the bridge cost?").out
    pages["/bridge"] = answer(BRIDGE.format(440).encode(), headers=HTML)
    assert "Updated" in derek("refresh").out
    assert "440 metres" in derek("ask", "How long is the bridge?").out


def test_what_was_undone_is_fetched_again(
    derek: Callable[..., Result], server: WebServer, pages: dict[str, Page]
) -> None:
    def unchanging(text: str) -> Page:
        def serve(request: BaseHTTPRequestHandler) -> None:
            if request.headers.get("If-None-Match") == f'"{len(text)}"':
                answer(status=304)(request)
            else:
                answer(text.encode(), headers=HTML | {"ETag": f'"{len(text)}"'})(request)

        return serve

    pages["/bridge"] = unchanging(BRIDGE.format(420))
    derek("add", server.url("/bridge"))
    pages["/bridge"] = unchanging(BRIDGE.format("only 44"))
    for _ in range(2):
        assert "Updated" in derek("refresh").out
        derek("undo", "--yes")
    assert "420 metres" in derek("ask", "How long is the bridge?").out


def test_a_page_is_asked_and_nothing_is_added(
    derek: Callable[..., Result], server: WebServer, data: Path
) -> None:
    before = article_ids(data)
    answered = derek("ask", "--from", server.url("/bridge"), "How much did the bridge cost?")
    assert (answered.code, "12 million dollars" in answered.out) == (0, True)
    failed = derek("ask", "--from", server.url("/gone"), "How much did the bridge cost?")
    assert "404" in failed.err
    assert article_ids(data) == before


def test_a_feed_is_followed_and_undone_as_one_change(
    derek: Callable[..., Result], server: WebServer, data: Path
) -> None:
    samples, url = article_ids(data), server.url("/feed")
    added = derek("feed", "add", url)
    assert (added.code, len(article_ids(data))) == (0, 1)
    assert "12 berths" in derek("ask", "How many berths has the harbour?").out
    assert derek("feed", "check").out == "Nothing is new.\n"
    assert (derek("undo", "--yes").code, article_ids(data)) == (0, samples)
    assert url in derek("feed", "list").out
    assert derek("feed", "list", "--json").json["entries"] == 1
    assert derek("feed", "remove", url).code == 0
    assert url not in derek("feed", "list").out
    assert derek("feed", "remove", url).code == 1


def test_a_list_of_feeds_goes_out_and_comes_in(
    derek: Callable[..., Result], server: WebServer, tmp_path: Path
) -> None:
    url = server.url("/feed")
    derek("feed", "add", url)
    opml = tmp_path / "feeds.opml"
    opml.write_text(derek("feed", "list", "--opml").out)
    derek("feed", "remove", url)
    assert (derek("feed", "add", "--opml", opml).code, url in derek("feed", "list").out) == (0, True)


def test_a_feed_that_cannot_be_had_says_why(derek: Callable[..., Result], server: WebServer) -> None:
    failed = derek("feed", "add", server.url("/gone"))
    assert (failed.code, "404" in failed.out) == (1, True)


def test_what_came_from_a_feed_is_kept_as_long_as_the_settings_say(
    derek: Callable[..., Result], server: WebServer, data: Path
) -> None:
    derek("feed", "add", server.url("/feed"))
    (article_id,) = article_ids(data)
    assert derek("expire").out == "No article is older than the settings keep it.\n"
    with Store(data / "articles.sqlite3") as store:
        store.purge()
        aged = {"added": datetime.now(UTC) - timedelta(days=40)}
        article = store.remove(article_id).model_copy(update=aged)
        store.put(document_of(article))
        store.put(document_of(article.model_copy(update={"key": "mine", "text": "Berth 7 is mine."})))
    assert len(derek("expire", "--dry-run").out.splitlines()) == 1
    assert article_ids(data) > {article_id}
    assert [receipt["article_id"] for receipt in derek("expire", "--json").lines] == [article_id]
    assert len(article_ids(data)) == 1
