"""Feeds: each entry a document of its own, however its feed is made."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.formats.feed import read
from retrieval.ingest.readings import Reading, UnreadableContentError

RSS = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Лента &amp; новости</title><language>ru-RU</language>
<item><guid>g1</guid><title>Открыт &lt;b&gt;мост&lt;/b&gt;</title><link>https://a.example/1</link>
<pubDate>Sat, 03 May 2025 10:00:00 +0500</pubDate><description>Коротко.</description>
<content:encoded><![CDATA[<p>Мост открыт.</p><ul><li>Длина 420 м</li></ul><script>alert(1)</script>]]>
</content:encoded>
</item>
<item><title>Без номера</title><link>https://a.example/2</link><pubDate>3 мая 2025</pubDate>
<description>Второе сообщение.</description></item>
<item><guid>g1</guid><title>Открыт мост ещё раз</title><description>То же.</description></item>
<item><guid>g4</guid></item>
</channel></rss>""".encode("cp1251")

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="kk"><title>Таспа</title>
<entry><id>urn:1</id><title>Көпір</title><link href="https://a.example/1"/><updated>2025-05-03T01:00:00Z</updated>
<content type="html">&lt;p&gt;Көпір ашылды.&lt;/p&gt;</content></entry></feed>""".encode()

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Log",
        "items": [
            {"id": 7, "url": "https://a.example/7", "content_html": "<p>The pump is old.</p>"},
            {"id": "8", "content_text": "It was mended.", "date_published": "2025-05-03T10:00:00Z"},
            "no entry",
        ],
    }
).encode()


def texts(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks]


def test_an_entry_of_rss_has_its_fullest_text_and_what_the_feed_says_of_it() -> None:
    first, second, empty = read(RSS)
    assert (first.part, first.metadata.title, first.metadata.source) == (
        "g1",
        "Открыт мост",
        "Лента & новости",
    )
    assert (first.metadata.url, first.metadata.published) == ("https://a.example/1", date(2025, 5, 3))
    assert texts(first) == ["Мост открыт.", "- Длина 420 м"]
    assert (second.part, second.metadata.published) == ("https://a.example/2", date(2025, 5, 3))
    assert not empty.holds_text


def test_entries_of_atom_and_of_json_are_read_alike() -> None:
    [entry] = read(ATOM)
    assert (entry.part, texts(entry), entry.metadata.published) == (
        "urn:1",
        ["Көпір ашылды."],
        date(2025, 5, 3),
    )
    first, second = read(JSON)
    assert (first.part, texts(first), first.metadata.source) == ("7", ["The pump is old."], "Log")
    assert (second.part, second.metadata.published) == ("8", date(2025, 5, 3))


def test_an_entry_without_an_id_is_known_by_its_words() -> None:
    feed = "<rss version='2.0'><channel><item><description>{}</description></item></channel></rss>"
    parts = [read(feed.format(text).encode())[0].part for text in ("One.", "One.", "Two.")]
    assert parts[0] == parts[1] != parts[2]


@pytest.mark.parametrize(
    "content", [b"", b"<html><p>No feed.</p></html>", b"{}", b'{"items": []}', b"{", b"\0\1"]
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(UnreadableContentError) as raised:
        read(content)
    assert raised.value.fault is FileFault.DAMAGED


def test_entities_stay_unexpanded_and_nothing_is_loaded() -> None:
    bomb = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&b;&f;</title><item><title>One</title></item></channel></rss>"""
    [entry] = read(bomb)
    assert "root:" not in str(entry)


@given(st.binary(max_size=300) | st.integers(0, len(RSS)).map(lambda end: RSS[:end]))
def test_what_is_damaged_is_read_as_far_as_it_goes_or_refused(content: bytes) -> None:
    with suppress(UnreadableContentError):
        read(content)


def test_entries_of_one_id_that_lead_elsewhere_are_told_apart_by_that() -> None:
    items = "".join(
        f"<item><guid>same</guid><link>https://a.example/{number}</link><title>Note {number}</title></item>"
        for number in (1, 2, 2)
    )
    readings = read(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    assert [reading.metadata.title for reading in readings] == ["Note 1", "Note 2"]
    assert len({reading.part for reading in readings}) == 2
