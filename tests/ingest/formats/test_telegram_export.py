"""Exports of Telegram: messages by their days, long ones apart, and nobody is named."""

import json
from datetime import date
from typing import Any

from retrieval.articles import SentenceKind
from retrieval.ingest.formats.records import read
from retrieval.ingest.readings import Reading

LONG = "The bridge over the Turgay opened on the third of May.\n\n" + "It is long and wide. " * 12


def message(number: int, text: object, day: str = "2025-05-03", **others: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": f"{day}T10:00:00",
        "from": "Ann Lee",
        "text": text,
    } | others


def chat(*messages: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"name": "Bridges", "type": "public_channel", "id": 5, "messages": list(messages)} | others


def readings(export: object) -> list[Reading]:
    return read(json.dumps(export).encode())


def test_messages_stand_below_their_days() -> None:
    (reading,) = readings(chat(
        message(1, "It opened."), message(2, ["See ", {"type": "link", "text": "here"}, "."]),
        message(3, "It closed.", "2025-05-04"),
    ))  # fmt: skip
    assert [(block.kind.value, block.text, block.locator) for block in reading.blocks] == [
        ("heading", "2025-05-03", "2025-05-03"),
        ("sentence", "It opened.", "message 1"),
        ("sentence", "See here.", "message 2"),
        ("heading", "2025-05-04", "2025-05-04"),
        ("sentence", "It closed.", "message 3"),
    ]
    assert (reading.metadata.title, reading.part) == ("Bridges", None)


def test_a_long_message_is_a_document_of_its_own() -> None:
    short, long = readings(chat(message(1, "It opened."), message(2, LONG), username="bridges"))
    assert (long.part, long.metadata.published) == ("2", date(2025, 5, 3))
    assert (long.metadata.source, long.metadata.url) == ("Bridges", "https://t.me/bridges/2")
    assert long.blocks[0].kind is SentenceKind.SENTENCE
    assert long.metadata.title == "Bridges"
    assert {block.locator for block in long.blocks} == {"message 2"}
    assert short.metadata.url == "https://t.me/bridges"


def test_what_says_nothing_is_left_out() -> None:
    messages = [message(1, ""), message(2, "👍"), message(3, "joined", type="service"), message(4, "Yes.")]
    (reading,) = readings(chat(*messages))
    assert [block.text for block in reading.blocks][1:] == ["Yes."]


def test_the_chats_of_an_account_are_told_apart_and_no_person_is_named() -> None:
    found = readings({"chats": {"list": [
        chat(message(1, "It opened.")),
        chat(message(1, "It closed."), message(2, LONG), name="Ann Lee", type="personal_chat", id=6),
    ]}})  # fmt: skip
    assert [reading.part for reading in found] == ["5", "6", "6/2"]
    assert "Ann Lee" not in str(found)
