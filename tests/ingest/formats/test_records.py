"""Records: those that hold a text are documents, others a table; what is broken costs itself only."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest.encodings import NotTextError, UndecidedEncodingError
from retrieval.ingest.formats.records import read
from retrieval.ingest.readings import Reading, UnreadableContentError


def lines(*records: object) -> list[Reading]:
    return read("\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode())


def test_a_record_with_a_text_is_a_document() -> None:
    record = {"id": 7, "Title": "Bridge", "text": "It opened. It is long.", "date": "2025-05-03",
              "url": "https://example.kz/1", "source": "News", "lang": "en"}  # fmt: skip
    one, other = lines(record, {"content": "<h2>Fees</h2><p>It is <b>free</b>.</p>"})
    assert [block.text for block in one.blocks] == ["Bridge", "It opened. It is long."]
    assert (one.part, one.blocks[1].locator) == ("7", "line 1")
    metadata = one.metadata
    assert (metadata.title, metadata.source, metadata.url) == ("Bridge", "News", "https://example.kz/1")
    assert (metadata.published, metadata.language) == (date(2025, 5, 3), "en")
    assert [block.text for block in other.blocks] == ["Fees", "It is free."]
    assert other.blocks[0].kind is SentenceKind.HEADING


def test_a_question_heads_its_answer() -> None:
    (reading,) = lines({"question": "Is it free?", "answer": "It is."})
    assert [block.kind.value for block in reading.blocks] == ["heading", "sentence"]
    assert reading.metadata.title == "Is it free?"


def test_other_records_are_rows_of_one_table() -> None:
    (reading,) = lines({"name": "Ertis", "power": 12, "tags": ["a", "b"]}, {"name": "A | B", "new": True})
    assert [(block.text, block.locator) for block in reading.blocks] == [
        ("name | power | tags | new", "line 1"),
        ("Ertis | 12 | a, b | ", "line 1"),
        ("A|B |  |  | true", "line 2"),
    ]


def test_a_broken_line_costs_itself_only() -> None:
    (reading,) = read(b'{"a": 1}\n{broken\n{"a": ' + b"9" * 5_000 + b"}\n" + b"[" * 100_000 + b'\n{"a": 2}')
    assert [block.text for block in reading.blocks] == ["a", "1", "2"]


@pytest.mark.parametrize("holder", ["{}", '{{"items": {}, "version": 1}}'])
def test_a_list_of_records_is_read_likewise(holder: str) -> None:
    one, other = read(holder.format('[{"text": "It opened."}, {"text": "It closed."}]').encode())
    assert (one.part != other.part, other.blocks[0].locator) == (True, "record 2")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.DAMAGED), (b"[1, 2]", FileFault.DAMAGED), (b"[" * 100_000, FileFault.DAMAGED),
        (b'{"a": 1}\n' * 20_001, FileFault.EXCESS),
    ],
)  # fmt: skip
def test_what_holds_no_records_or_too_many_is_refused(content: bytes, fault: FileFault) -> None:
    with pytest.raises(UnreadableContentError) as caught:
        read(content)
    assert caught.value.fault is fault


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "title", "id", "messages", "type", "date", "chats", "list", "a"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
)


@given(VALUES)
def test_no_value_does_more_than_that_it_is_refused(value: object) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_nor_do_any_bytes(content: bytes) -> None:
    with suppress(UnreadableContentError, NotTextError, UndecidedEncodingError):
        read(content)


def test_records_without_ids_are_known_by_what_they_are_and_not_by_their_places() -> None:
    lines = [f'{{"title": "Note {name}", "text": "It is {name}."}}' for name in "abca"]

    def parts(*lines: str) -> list[str | None]:
        return [reading.part for reading in read("\n".join(lines).encode())]

    all_parts = parts(*lines)
    assert len(set(all_parts)) == 4
    assert parts(*lines[1:3]) == all_parts[1:3]
