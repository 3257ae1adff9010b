"""Pages by their addresses: read as what they are, as their servers allow, again only if changed."""

from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from retrieval.errors import FileFault, PageFault, UnreadableFileError, UnreadablePageError
from retrieval.ingest.texts import Metadata
from retrieval.ingest.web.addresses import network_named
from retrieval.ingest.web.fetching import Fetcher, FetchingLimits
from retrieval.ingest.web.pages import Pages
from retrieval.ingest.web.robots import Robots
from retrieval.ingest.web.urls import is_address, page_key
from retrieval.ingest.web.visits import Visits
from retrieval.storage.receipts import Outcome
from retrieval.storage.store import Store
from tests.support.pages import Page, WebServer, answer, moved, web_server

LAMP = b"The lamp\n\nThe lamp in the hall is green."
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class Editions:
    """A page whose text changes when a test wants it."""

    def __init__(self) -> None:
        self.text = LAMP

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        """Serve the text to whoever has not got this edition of it."""
        tag = f'"{len(self.text)}"'
        if request.headers.get("If-None-Match") == tag:
            answer(status=304)(request)
        else:
            answer(self.text, headers=TEXT | {"ETag": tag})(request)


@pytest.fixture(name="editions")
def page_that_changes() -> Editions:
    return Editions()


@pytest.fixture(name="server")
def server_of_pages(editions: Editions) -> Iterator[WebServer]:
    pages: dict[str, Page] = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /secret\nAllow: /secret/open$\n"),
        "/lamp": editions,
        "/moved": moved("/lamp"),
        "/secret/plan": answer(LAMP, headers=TEXT),
        "/secret/open": answer(LAMP, headers=TEXT),
        "/table": answer(b"Model,Power\nErtis,12\n", headers={"Content-Type": "text/csv"}),
        "/notes.md": answer(b"# Notes\n\nThe pump is old.", headers={"Content-Type": "application/x-notes"}),
        "/film": answer(b"\0", headers={"Content-Type": "video/mp4"}),
        "/noise": answer(
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, headers={"Content-Type": "text/plain"}
        ),
        "/wrong-charset": answer(
            "Лампа зелёная.".encode(), headers={"Content-Type": "text/plain; charset=us-ascii"}
        ),
    }
    with web_server(pages) as server:
        yield server


@pytest.fixture(name="pages")
def pages_of_this_machine(tmp_path: Path) -> Iterator[Pages]:
    with Fetcher("Derek", allowed=[network_named("127.0.0.0/8")], limits=FetchingLimits(pause=0)) as fetcher:
        visits = Visits(tmp_path / "pages.sqlite3")
        with closing(Pages(fetcher, Robots(fetcher.fetch, "Derek"), visits)) as pages:
            yield pages


def test_a_page_is_an_article_that_says_where_it_stands(pages: Pages, server: WebServer) -> None:
    [document] = pages.read(server.url("/moved"), Metadata(source="The house")) or []
    article = document.article
    assert article.title == "The lamp"
    assert (article.url, article.origin) == (server.url("/lamp"), server.url("/lamp"))
    assert (article.key, article.source) == (f"url:{server.url('/lamp')}", "The house")


@pytest.mark.parametrize("path", ["/table", "/notes.md", "/wrong-charset"])
def test_what_a_page_is_its_type_tells_or_its_address(pages: Pages, server: WebServer, path: str) -> None:
    [document] = pages.read(server.url(path)) or []
    assert "�" not in document.article.text


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/secret/plan", PageFault.ROBOTS), ("/film", PageFault.KIND), ("/none", PageFault.STATUS)],
)
def test_what_is_no_article_is_said_in_words(
    pages: Pages, server: WebServer, path: str, fault: PageFault
) -> None:
    with pytest.raises(UnreadablePageError) as raised:
        pages.read(server.url(path))
    assert (raised.value.fault, raised.value.url) == (fault, server.url(path))


def test_a_content_that_cannot_be_read_is_named_by_its_address(pages: Pages, server: WebServer) -> None:
    with pytest.raises(UnreadableFileError, match="/noise: it is not text") as raised:
        pages.read(server.url("/noise"))
    assert raised.value.fault is FileFault.NOT_TEXT


def test_what_robots_are_to_leave_alone_is_not_even_asked_for(pages: Pages, server: WebServer) -> None:
    with pytest.raises(UnreadablePageError):
        pages.read(server.url("/secret/plan"))
    assert pages.read(server.url("/secret/open"))
    assert server.asked == ["/robots.txt", "/secret/open"]


@pytest.mark.parametrize(("status", "allows"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_server_without_rules_allows_all_and_one_out_of_order_nothing(status: int, allows: bool) -> None:
    with (
        web_server({"/robots.txt": answer(status=status)}) as server,
        Fetcher("Derek", allowed=[network_named("127.0.0.0/8")], limits=FetchingLimits(pause=0)) as fetcher,
    ):
        assert Robots(fetcher.fetch, "Derek").allows(server.url("/any")) is allows


def test_a_page_is_brought_up_to_date_when_it_changed(
    pages: Pages, server: WebServer, editions: Editions, store: Store
) -> None:
    url = server.url("/lamp")
    [added] = pages.add(store, url, store.begin_edit())
    assert added.outcome is Outcome.ADDED
    [same] = pages.refresh(store, [url], store.begin_edit())
    assert same.outcome is Outcome.UNCHANGED
    editions.text = LAMP.replace(b"green", b"yellow")
    edit = store.begin_edit()
    [changed] = pages.refresh(store, [url], edit)
    assert (changed.outcome, changed.article_id) == (Outcome.UPDATED, added.article_id)
    store.undo(edit)
    assert "green" in store.document(str(added.article_id)).article.text


def test_a_page_that_is_gone_leaves_its_article_as_it_is(
    pages: Pages, server: WebServer, store: Store
) -> None:
    [failed] = pages.refresh(store, [server.url("/none")], store.begin_edit())
    assert failed.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "written",
    [
        "https://example.com/a?id=1",
        "HTTPS://EXAMPLE.com:443/a?id=1#part",
        "https://example.com/a?utm_source=mail&id=1&fbclid=x",
    ],
)
def test_one_page_has_one_key_however_its_address_is_written(written: str) -> None:
    assert page_key(written) == "url:https://example.com/a?id=1"


def test_what_may_tell_pages_apart_stays_in_the_key() -> None:
    urls = [
        "https://a.example/?q=%CF%E5",
        "https://a.example/?q=%CF%E6",
        "http://a.example/",
        "https://a.example/",
        "https://a.example:8443/",
        "https://a.example/?a=1&b=",
    ]
    assert len(set(map(page_key, urls))) == len(urls)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HTTP://a", True),
        ("ftp://a", False),
        ("a.txt", False),
        ("http://a:99999/", False),
        ("http://[b/", False),
    ],
)
def test_an_address_begins_as_those_of_pages_do(name: str, expected: bool) -> None:
    assert is_address(name) is expected
