"""Archives of the web: each page is an article under its address, and what is broken costs itself only."""

import gzip
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.files import read_bytes
from retrieval.ingest.formats.web_archive import read
from retrieval.ingest.readings import Reading, Refused, UnreadableContentError

PAGE = (
    '<html><head><meta property="article:published_time" content="2025-05-03"><title>{0}</title></head>'
    "<body><h1>{0}</h1><p>It is said of {0} that it grew.</p></body></html>"
)


def record(kind: str, address: str, block: bytes) -> bytes:
    heads = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return heads.encode() + block + b"\r\n\r\n"


def warc(*pages: tuple[str, bytes, str], packed: bool = True, status: str = "200 OK") -> bytes:
    """Return an archive of pages, each an address, a content and its type."""
    records = [record("warcinfo", "", b"software: a test\r\n")]
    for address, content, kind in pages:
        heads = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n"
        records.append(record("response", address, heads.encode() + content))
    return b"".join(map(gzip.compress, records) if packed else records)


def page(name: str, encoding: str = "utf-8", kind: str = "text/html") -> tuple[str, bytes, str]:
    return f"https://example.org/{name}", PAGE.format(name).encode(encoding), kind


def told(content: bytes) -> list[tuple[str | None, str | None, str | None, date | None]]:
    return [
        (one.part, one.metadata.url, one.metadata.title, one.metadata.published)
        for one in read(content)
        if isinstance(one, Reading)
    ]


@pytest.mark.parametrize("packed", [True, False])
def test_each_page_is_a_document_under_its_address_and_what_is_no_page_is_none(packed: bool) -> None:
    pages = (page("Bridges"), ("https://example.org/a.png", b"\x89PNG", "image/png"), page("Pumps"))
    day = date(2025, 5, 3)
    assert told(warc(*pages, packed=packed)) == [
        ("https://example.org/Bridges", "https://example.org/Bridges", "Bridges", day),
        ("https://example.org/Pumps", "https://example.org/Pumps", "Pumps", day),
    ]


def test_an_archive_that_was_packed_as_a_whole_is_read_as_well() -> None:
    assert len(told(gzip.compress(warc(page("Bridges"), page("Pumps"), packed=False)))) == 2


def test_a_page_is_in_the_charset_that_came_with_it() -> None:
    [(_, _, title, _)] = told(warc(page("Мосты", "cp1251", "text/html; charset=windows-1251")))
    assert title == "Мосты"


def test_a_page_that_was_fetched_twice_is_the_last_one_and_one_that_was_not_there_is_none() -> None:
    address, _, kind = page("Bridges")
    assert [
        title for *_, title, _ in told(warc(page("Bridges"), (address, PAGE.format("New").encode(), kind)))
    ] == ["New"]
    assert not told(warc(page("Bridges"), status="404 Not Found"))


def test_a_broken_record_and_a_page_made_to_do_harm_cost_themselves_only() -> None:
    hostile = ("https://example.org/deep", b"<div>" * 6_000, "text/html")
    content = warc(page("Bridges"), hostile, page("Pumps"))
    starts = [place for place in range(len(content)) if content.startswith(b"\x1f\x8b\x08", place)]
    broken = bytearray(content)
    broken[starts[1] + 20 : starts[1] + 60] = bytes(40)
    read_parts = read(bytes(broken))
    assert [one.part for one in read_parts if isinstance(one, Reading)] == ["https://example.org/Pumps"]
    names = [(one.name.partition(" at ")[0], one.fault) for one in read_parts if isinstance(one, Refused)]
    assert names == [("record", FileFault.DAMAGED), ("https://example.org/deep", FileFault.DAMAGED)]


def test_a_page_may_only_be_so_large_and_so_may_all() -> None:
    [refused] = read(warc(("https://example.org/", b"<p>" + b"a" * (10 * 1024 * 1024 + 1), "text/html")))
    assert isinstance(refused, Refused)
    assert refused.fault is FileFault.EXCESS
    with pytest.raises(UnreadableContentError) as raised:
        read(gzip.compress(b"WARC/1.0\r\n" + bytes(201 * 1024 * 1024)))
    assert raised.value.fault is FileFault.EXCESS


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(UnreadableContentError) as raised:
        read(b"<html></html>")
    assert raised.value.fault is FileFault.DAMAGED


def test_both_ends_of_names_are_known_and_faults_are_told_with_what_was_read() -> None:
    content = warc(page("Bridges"), ("https://example.org/deep", b"<div>" * 6_000, "text/html"))
    for name in ("a.warc", "A.WARC.GZ"):
        found = read_bytes(content, Path(name), "w", kept=False)
        assert [document.article.key for document in found] == ["w#https://example.org/Bridges"]
        assert [part for part, _ in found.unread] == ["https://example.org/deep"]


@given(st.integers(0, 2_000), st.binary(max_size=40))
def test_no_damage_does_more_than_that_it_is_refused(place: int, junk: bytes) -> None:
    content = warc(page("Bridges"), packed=False)
    with suppress(UnreadableContentError):
        read(content[:place] + junk + content[place:])
