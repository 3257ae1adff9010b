"""Lists of a site's pages, and lists of such lists."""

import gzip
import time
from collections.abc import Iterator

import pytest

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.addresses import network_named
from retrieval.ingest.web.fetching import Fetcher, FetchingLimits
from retrieval.ingest.web.robots import Robots
from retrieval.ingest.web.sitemaps import Sitemaps
from tests.support.pages import WebServer, answer, web_server

LOOPBACK = network_named("127.0.0.0/8")


def listing(*places: str, of: str = "urlset") -> bytes:
    return f"<{of}>{''.join(f'<x><loc> {place} </loc></x>' for place in places)}</{of}>".encode()


@pytest.fixture(name="server")
def server_of_lists() -> Iterator[WebServer]:
    pages = {"/robots.txt": answer(b"User-agent: *\nDisallow: /closed")}
    with web_server(pages) as server:
        own = listing("https://a.example/1", "https://a.example/2?x=1&amp;y=2", "ftp://a.example/3")
        pages["/list"] = answer(own)
        pages["/packed"] = answer(gzip.compress(listing("https://a.example/4", "https://a.example/1")))
        pages["/lists"] = answer(listing(server.url("/list"), server.url("/packed"), of="sitemapindex"))
        pages["/none"] = answer(b"<html>")
        yield server


@pytest.fixture(name="sitemaps")
def sitemaps_of_this_machine() -> Iterator[Sitemaps]:
    with Fetcher("Derek", allowed=[LOOPBACK], limits=FetchingLimits(pause=0)) as fetcher:
        yield Sitemaps(fetcher, Robots(fetcher.fetch, "Derek"))


def test_a_list_names_pages_each_once_and_no_more_than_are_wanted(
    sitemaps: Sitemaps, server: WebServer
) -> None:
    pages = ["https://a.example/1", "https://a.example/2?x=1&y=2", "https://a.example/4"]
    assert sitemaps.pages(server.url("/list"), 10) == pages[:2]
    assert sitemaps.pages(server.url("/lists"), 10) == pages
    assert sitemaps.pages(server.url("/lists"), 1) == pages[:1]


@pytest.mark.parametrize(("path", "fault"), [("/none", PageFault.KIND), ("/closed", PageFault.ROBOTS)])
def test_what_lists_nothing_is_said_to_list_nothing(
    sitemaps: Sitemaps, server: WebServer, path: str, fault: PageFault
) -> None:
    with pytest.raises(UnreadablePageError) as raised:
        sitemaps.pages(server.url(path), 10)
    assert raised.value.fault is fault


def test_one_host_is_left_in_peace_between_two_contents(server: WebServer) -> None:
    with Fetcher("Derek", allowed=[LOOPBACK], limits=FetchingLimits(pause=0.3)) as fetcher:
        began = time.monotonic()
        for _ in range(3):
            fetcher.fetch(server.url("/list"))
    assert time.monotonic() - began >= 0.6
