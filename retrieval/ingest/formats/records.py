"""Records in JSON, a line each or in a list: those that hold a text are documents, others rows of a table."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from retrieval.articles import BETWEEN_CELLS, SentenceKind, one_line
from retrieval.errors import FileFault
from retrieval.ingest.blocks import LOWEST, Block
from retrieval.ingest.dates import parse_date
from retrieval.ingest.encodings import decode
from retrieval.ingest.formats.markup import blocks_of
from retrieval.ingest.formats.page_metadata import is_sane
from retrieval.ingest.formats.telegram_export import chats_of, readings_of
from retrieval.ingest.formats.trees import refuse_hostile, tree_of
from retrieval.ingest.plain import plain_blocks
from retrieval.ingest.readings import Reading, UnreadableContentError, told_apart
from retrieval.ingest.texts import Metadata

#: How many records are read, how many columns a table of them has at most, and how long a value is that is
#: put into a cell. Chosen by eye.
_MOST, _MOST_COLUMNS, _LONGEST_CELL = 20_000, 100, 2_000

#: What records call their text, the likeliest first, and what they call the rest.
_TEXTS = ("text", "content", "body", "article", "content_text", "content_html", "articlebody", "fulltext",
          "full_text", "answer")  # fmt: skip
_QUESTIONS = ("question", "query")
_TITLES = ("title", "headline", "subject", "name")
_URLS = ("url", "link", "permalink", "href")
_DAYS = ("date", "published", "date_published", "datepublished", "published_at", "pubdate", "created_at")
_SOURCES = ("source", "site", "site_name", "publisher", "feed")
_IDS = ("id", "_id", "uuid", "guid", "key")
_LANGUAGES = ("language", "lang")

_MARKUP = re.compile(r"</(?:p|div|ul|ol|li|h[1-6]|table|br|a|b|strong|em)>|<(?:p|br)\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Record:
    """An object, by its keys in small letters, and where it stands: the line, or the place in a list."""

    values: dict[str, Any]
    keys: Sequence[str]
    number: int
    locator: str


def read(content: bytes, encoding: str | None = None) -> list[Reading]:
    """Return the documents that records hold, and the other records as one table.

    Raises `UnreadableContentError`, and what `decode` raises.
    """
    decoded = decode(content, encoding)
    whole = _parsed(decoded.text)
    chats = chats_of(whole)
    readings = readings_of(chats) if chats else _readings(_records(whole, decoded.text))
    return [replace(reading, encoding=decoded.named, faults=decoded.faults) for reading in readings]


def _parsed(text: str) -> object:
    """Return a value of JSON; None if the text is none, or nested too deep."""
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    return None


def _records(whole: object, text: str) -> list[_Record]:
    """Return the records of a text: those of the list that it is or holds, or else one a line.

    Raises `UnreadableContentError` if there are none, or too many.
    """
    found = list(_listed(whole)) if whole is not None else list(_in_lines(text))
    if not found:
        raise UnreadableContentError(FileFault.DAMAGED, "there are no records in it")
    if len(found) > _MOST:
        raise UnreadableContentError(FileFault.EXCESS, f"{_MOST:,} records")
    return found


def _listed(whole: object) -> Iterator[_Record]:
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list) and _holds_objects(value)]
        whole = lists[0] if len(lists) == 1 and not _text_of(_lowered(whole)) else [whole]
    if isinstance(whole, list):
        for number, value in enumerate(whole, 1):
            if isinstance(value, dict):
                yield _Record(_lowered(value), tuple(value), number, f"record {number}")


def _in_lines(text: str) -> Iterator[_Record]:
    # A line that is broken costs itself only.
    for number, line in enumerate(text.split("\n"), 1):
        value = _parsed(line) if line.strip() else None
        if isinstance(value, dict):
            yield _Record(_lowered(value), tuple(value), number, f"line {number}")


def _holds_objects(values: Sequence[object]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def _lowered(record: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in record.items()}


def _readings(records: Sequence[_Record]) -> list[Reading]:
    texts = [record for record in records if _text_of(record.values)]
    others = [record for record in records if not _text_of(record.values)]
    readings: dict[str, Reading] = {}
    for record in texts:
        reading, part = _document(record), _first(record.values, _IDS)
        if not part or part in readings:
            part = told_apart(reading, readings)
        readings[part] = replace(reading, part=part)
    found = list(readings.values())
    if table := tuple(_table(others)):
        found.append(Reading(table, part="records" if texts else None))
    return found


def _text_of(values: dict[str, Any]) -> str | None:
    """Return the text that a record holds, if it holds one."""
    return next((text for key in _TEXTS if isinstance(text := values.get(key), str) and text.strip()), None)


def _document(record: _Record) -> Reading:
    values = record.values
    question, title = _first(values, _QUESTIONS), _first(values, _TITLES)
    blocks = [replace(block, locator=record.locator) for block in _body(_text_of(values) or "")]
    if title and not any(block.kind is SentenceKind.TITLE for block in blocks[:1]):
        blocks.insert(0, Block(SentenceKind.TITLE, title, 0, locator=record.locator))
    if question:
        blocks.insert(bool(title), Block(SentenceKind.HEADING, question, 0, LOWEST, locator=record.locator))
    day = parse_date(_first(values, _DAYS) or "")
    url = _first(values, _URLS)
    language = (_first(values, _LANGUAGES) or "").lower()
    return Reading(
        tuple(blocks),
        Metadata(
            title=title or question,
            source=_first(values, _SOURCES),
            url=url if url and url.startswith(("https://", "http://")) else None,
            published=day if is_sane(day) else None,
            language=language if re.fullmatch("[a-z]{2,3}", language) else None,
        ),
    )


def _body(text: str) -> list[Block]:
    """Return the blocks of a text, which may be markup."""
    if not _MARKUP.search(text):
        return plain_blocks(text)
    refuse_hostile(text.encode("utf-8", "replace"))
    tree = tree_of(text)
    return [] if tree is None else blocks_of(tree)


def _first(values: dict[str, Any], keys: Iterable[str]) -> str | None:
    """Return the first value under these keys that is words or a number."""
    found = (_said(values.get(key)) for key in keys)
    return next(filter(None, found), None)


def _said(value: object) -> str:
    """Return a value as a cell says it; what holds others says nothing, but lists of words do."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_said(part) for part in value if not isinstance(part, list))))
    if isinstance(value, bool) or value is None or not isinstance(value, (str, int, float)):
        return str(value).lower() if isinstance(value, bool) else ""
    return one_line(str(value))[:_LONGEST_CELL]


def _table(records: Sequence[_Record]) -> Iterator[Block]:
    """Yield records as rows below their keys."""
    keys = list(dict.fromkeys(key for record in records for key in record.keys))[:_MOST_COLUMNS]
    rows = [([_said(record.values.get(key.lower())) for key in keys], record) for record in records]
    rows = [(cells, record) for cells, record in rows if any(cells)]
    if not rows:
        return
    yield Block(SentenceKind.HEADER, _row(map(one_line, keys)), rows[0][1].number, locator=rows[0][1].locator)
    for cells, record in rows:
        yield Block(SentenceKind.ROW, _row(cells), record.number, apart=False, locator=record.locator)


def _row(cells: Iterable[str]) -> str:
    return BETWEEN_CELLS.join(cell.replace(BETWEEN_CELLS, "|") for cell in cells)
