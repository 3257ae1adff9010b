"""Feeds: RSS, Atom (RFC 4287) and JSON Feed; each entry is a document of its own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from time import struct_time
from typing import Any

import feedparser

from retrieval.articles import digest, one_line
from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.dates import parse_date
from retrieval.ingest.formats.markup import blocks_of
from retrieval.ingest.formats.page_metadata import is_sane
from retrieval.ingest.formats.trees import refuse_hostile, tree_of
from retrieval.ingest.plain import plain_blocks
from retrieval.ingest.readings import Reading, UnreadableContentError
from retrieval.ingest.texts import Metadata

#: How large a feed may be, in bytes, and how many of its entries are read.
_LARGEST, _MOST_ENTRIES = 5 * 1024 * 1024, 500

#: What of an entry may hold its text, the fullest first.
_JSON_TEXTS = ("content_html", "content_text", "summary")


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  a feed says its own
    """Return the entries of a feed, in its order; each is known by its id, its address or its words.

    Raises `UnreadableContentError`.
    """
    if len(content) > _LARGEST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_LARGEST // 1024**2} MB of a feed")
    refuse_hostile(content)
    readings = (
        _of_json(content) if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _of_xml(content)
    )
    by_id: dict[str, Reading] = {}
    for reading in readings:
        part, url = reading.part or "", reading.metadata.url
        if part in by_id and url and by_id[part].metadata.url != url:
            part = url  # Some feeds give all their entries one id.
        by_id.setdefault(part, replace(reading, part=part))
    return list(by_id.values())


def _of_xml(content: bytes) -> list[Reading]:
    feed: Any = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version") and not feed.entries:
        raise UnreadableContentError(FileFault.DAMAGED, "it is no feed")
    source, language = _words(feed.feed.get("title")), _language(feed.feed.get("language"))
    readings = []
    for entry in feed.entries[:_MOST_ENTRIES]:
        title, url = _words(entry.get("title")), entry.get("link")
        texts = [part.get("value", "") for part in entry.get("content", ())] + [entry.get("summary", "")]
        published = _day(entry, "published") or _day(entry, "updated")
        metadata = Metadata(title=title, source=source, url=url, published=published, language=language)
        readings.append(_reading(metadata, entry.get("id"), max(texts, key=len)))
    return readings


def _day(entry: Mapping[str, Any], name: str) -> date | None:
    """Return the day of an entry, as it is told or as people write it."""
    told: struct_time | None = entry.get(f"{name}_parsed")
    if told is not None:
        try:
            day = datetime(*told[:6], tzinfo=UTC).date()
        except ValueError:
            return None
        return day if is_sane(day) else None
    return parse_date(str(entry.get(name, "")))


def _of_json(content: bytes) -> list[Reading]:
    """Return the entries of a JSON Feed: https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(content)
    except ValueError as error:
        raise UnreadableContentError(FileFault.DAMAGED, "it is no JSON") from error
    entries = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(entries, list):
        raise UnreadableContentError(FileFault.DAMAGED, "it is no feed")
    source, language = _words(feed.get("title")), _language(feed.get("language"))
    readings = []
    for entry in (entry for entry in entries[:_MOST_ENTRIES] if isinstance(entry, dict)):
        url = entry.get("url") or entry.get("external_url")
        texts = [value for name in _JSON_TEXTS if isinstance(value := entry.get(name), str)]
        metadata = Metadata(
            title=_words(entry.get("title")),
            source=source,
            url=url if isinstance(url, str) else None,
            published=parse_date(str(entry.get("date_published") or entry.get("date_modified") or "")[:10]),
            language=language,
        )
        readings.append(_reading(metadata, entry.get("id"), texts[0] if texts else ""))
    return readings


def _reading(metadata: Metadata, own_id: object, text: str) -> Reading:
    """Return an entry; one that says nothing but its title is that."""
    blocks = tuple(_blocks(text)) or tuple(plain_blocks(metadata.title or ""))
    known = str(own_id) if own_id else metadata.url or digest(f"{metadata.title}\n{text}")
    return Reading(blocks, metadata, part=known)


def _blocks(text: str) -> list[Block]:
    if "<" not in text and "&" not in text:
        return plain_blocks(text)
    tree = tree_of(text)
    return [] if tree is None else blocks_of(tree)


def _words(value: object) -> str | None:
    """Return a title as it is shown, without tags."""
    if not isinstance(value, str):
        return None
    tree = tree_of(value) if "<" in value or "&" in value else None
    return one_line(value if tree is None else tree.text_content()) or None


def _language(value: object) -> str | None:
    """Return the code of a language without its region."""
    code = str(value or "").split("-")[0].lower()
    return code if code.isalpha() and code.isascii() and len(code) in (2, 3) else None
