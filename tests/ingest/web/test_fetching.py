"""Fetching from the network: nothing inside is asked, nothing endless is waited for."""

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.addresses import network_named
from retrieval.ingest.web.contents import Validators
from retrieval.ingest.web.fetching import Fetcher, FetchingLimits
from tests.support.pages import WebServer, answer, moved, web_server

LOOPBACK = network_named("127.0.0.0/8")
LIMITS = FetchingLimits(size=1024 * 1024, seconds=1.0, connecting=1.0, redirects=3, pause=0)


def trickle(request: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, without end."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"a")
        time.sleep(0.1)


def trickled_head(request: BaseHTTPRequestHandler) -> None:
    """Send headers letter by letter, without end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"x")
        time.sleep(0.05)


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"a" * 65_536)


def changed_since(request: BaseHTTPRequestHandler) -> None:
    """Serve a page to whoever has not got this version of it."""
    known = request.headers.get("If-None-Match") == '"1"'
    validators = {"ETag": '"1"', "Last-Modified": "Tue, 03 Jun 2025 10:00:00 GMT"}
    answer(b"" if known else b"page", 304 if known else 200, headers=validators)(request)


PAGES = {
    "/page": answer("Страница".encode("cp1251"), headers={"Content-Type": "text/html; charset=windows-1251"}),
    "/moved": moved("/page"),
    "/to-inside": moved("http://10.0.0.1/"),
    "/to-metadata": moved("http://169.254.169.254/latest/meta-data/"),
    "/to-file": moved("file:///etc/passwd"),
    "/to-user": moved("http://me:secret@127.0.0.1/"),
    "/circle": moved("/circle"),
    "/gone": answer(status=410),
    "/busy": answer(status=429),
    "/broken": answer(status=500),
    "/packed": answer(gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"}),
    "/bomb": answer(gzip.compress(b"a" * 200_000_000), headers={"Content-Encoding": "gzip"}),
    "/torn": answer(b"\x1f\x8b\x08 no gzip", headers={"Content-Encoding": "gzip"}),
    "/brotli": answer(b"x", headers={"Content-Encoding": "br"}),
    "/large": answer(b"a" * 2_000_000),
    "/endless": endless,
    "/trickle": trickle,
    "/trickled-head": trickled_head,
    "/silent": lambda _: time.sleep(5),
    "/changed": changed_since,
}


@pytest.fixture(scope="module", name="server")
def server_of_pages() -> Iterator[WebServer]:
    with web_server(PAGES) as server:
        yield server


@pytest.fixture(name="fetcher")
def fetcher_that_may_ask_this_machine() -> Iterator[Fetcher]:
    with Fetcher("Derek", allowed=[LOOPBACK], limits=LIMITS) as fetcher:
        yield fetcher


def fault_of(fetcher: Fetcher, url: str) -> PageFault:
    with pytest.raises(UnreadablePageError) as raised:
        fetcher.fetch(url)
    assert raised.value.url == url
    return raised.value.fault


def test_a_page_comes_with_its_type_and_the_address_that_it_had_at_last(
    server: WebServer, fetcher: Fetcher
) -> None:
    fetched = fetcher.fetch(server.url("/moved"))
    assert fetched
    assert fetched.content.decode("cp1251") == "Страница"
    assert (fetched.url, fetched.media_type, fetched.charset) == (
        server.url("/page"),
        "text/html",
        "windows-1251",
    )


def test_what_is_packed_is_unpacked(server: WebServer, fetcher: Fetcher) -> None:
    fetched = fetcher.fetch(server.url("/packed"))
    assert fetched
    assert fetched.content == b"packed"


def test_a_page_that_has_not_changed_is_not_fetched_again(server: WebServer, fetcher: Fetcher) -> None:
    first = fetcher.fetch(server.url("/changed"))
    assert first
    assert first.validators == Validators('"1"', "Tue, 03 Jun 2025 10:00:00 GMT")
    assert fetcher.fetch(server.url("/changed"), first.validators) is None


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/none", PageFault.STATUS),
        ("/gone", PageFault.STATUS),
        ("/busy", PageFault.STATUS),
        ("/broken", PageFault.STATUS),
        ("/circle", PageFault.REDIRECTS),
        ("/to-file", PageFault.ADDRESS),
        ("/to-user", PageFault.ADDRESS),
        ("/to-inside", PageFault.INSIDE),
        ("/to-metadata", PageFault.INSIDE),
        ("/large", PageFault.SIZE),
        ("/bomb", PageFault.SIZE),
        ("/endless", PageFault.SIZE),
        ("/torn", PageFault.UNREACHABLE),
        ("/brotli", PageFault.CODING),
        ("/trickle", PageFault.SLOW),
        ("/trickled-head", PageFault.SLOW),
        ("/silent", PageFault.SLOW),
    ],
)
def test_what_cannot_be_had_is_said_in_time(
    server: WebServer, fetcher: Fetcher, path: str, fault: PageFault
) -> None:
    assert fault_of(fetcher, server.url(path)) is fault
    assert fetcher.fetch(server.url("/page")), "the next one can"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "0.0.0.1", "0", "2130706433", "0x7f000001", "017700000001"),
        *("127.1", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fd00::1]"),
        *("[fe80::1]", "100.64.0.1", "224.0.0.1", "①②⑦.⓪.⓪.①"),
    ],
)
def test_nothing_inside_is_asked(server: WebServer, host: str) -> None:
    before = len(server.asked)
    with Fetcher("Derek", limits=LIMITS) as fetcher:
        assert fault_of(fetcher, server.url("/page", host)) in (
            PageFault.INSIDE,
            PageFault.ADDRESS,
            PageFault.UNREACHABLE,
        )
    assert len(server.asked) == before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "page",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
        "http://me@example.com/",
    ],
)
def test_what_is_no_address_of_a_page_is_said_to_be_none(fetcher: Fetcher, url: str) -> None:
    assert fault_of(fetcher, url) is PageFault.ADDRESS


def resolved(*addresses: str) -> list[Any]:
    return [(2, 1, 6, "", (address, 0)) for address in addresses]


def test_a_name_with_an_address_inside_is_not_asked_at_any_of_its_addresses(server: WebServer) -> None:
    with Fetcher(
        "Derek", limits=LIMITS, resolve=lambda *_, **__: resolved("8.8.8.8", "127.0.0.1")
    ) as fetcher:
        assert fault_of(fetcher, server.url("/page", "two.example")) is PageFault.INSIDE


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_asked(server: WebServer) -> None:
    """A name that leads inside the second time it is looked up: where two look, one may be deceived."""
    answers = iter([resolved("127.0.0.1"), resolved("10.0.0.1"), resolved("10.0.0.1")])
    with Fetcher(
        "Derek", allowed=[LOOPBACK], limits=LIMITS, resolve=lambda *_, **__: next(answers)
    ) as fetcher:
        fetched = fetcher.fetch(server.url("/page", "rebound.example"))
    assert fetched
    assert next(answers) == resolved("10.0.0.1"), "it was looked up once"


def test_where_one_address_of_a_host_takes_no_connection_another_is_asked(server: WebServer) -> None:
    closed = resolved("127.0.0.2", "127.0.0.2", "127.0.0.1")
    with Fetcher("Derek", allowed=[LOOPBACK], limits=LIMITS, resolve=lambda *_, **__: closed) as fetcher:
        assert fetcher.fetch(server.url("/page", "both.example"))
    with Fetcher("Derek", allowed=[LOOPBACK], limits=LIMITS, resolve=lambda *_, **__: closed[:2]) as fetcher:
        assert fault_of(fetcher, server.url("/page", "both.example")) is PageFault.UNREACHABLE


def test_other_ports_than_those_of_the_web_are_for_allowed_networks_only() -> None:
    with Fetcher("Derek", limits=LIMITS, resolve=lambda *_, **__: resolved("8.8.8.8")) as fetcher:
        assert fault_of(fetcher, "http://mail.example:25/") is PageFault.INSIDE
