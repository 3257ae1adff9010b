"""Documents that are sent as one album: one receipt, which grows, and one Undo."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import JOURNAL, Derek, assemble
from bot.config import Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from bot.telegram.service import Service
from tests.support.bot_api import BotApi
from tests.support.recording import ANN, HOME, Call, RecordingRequest, document, feed, message, press
from tests.support.running import RunningDerek

FILES = {
    f"{name}.txt": f"{name}\n\n{name} lies in the steppe.".encode() for name in ("Orda", "Turgay", "Irgiz")
}

en = Phrases("en")


@pytest.fixture(name="owned")
def derek_with_an_administrator(tmp_path: Path) -> Iterator[Derek]:
    settings = TelegramSettings(administrators=frozenset({ANN.id}))
    semantic = SemanticSettings(kind=EmbedderKind.NONE)
    with assemble(Config(data=tmp_path / "owned", telegram=settings, semantic=semantic)) as derek:
        yield derek


def album(*names: str, key: str = "77") -> list[dict[str, Any]]:
    return [message(**document(name), media_group_id=key) for name in names]


def written(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method in ("sendMessage", "editMessageText")]


def titles(derek: Derek) -> set[str | None]:
    return {entry.title for entry in derek.store.catalogue()}


def test_an_album_has_one_receipt_that_grows_and_one_undo(owned: Derek) -> None:
    samples = titles(owned)
    request = RecordingRequest(FILES)
    first, second, third = written(feed(owned, *album(*FILES), request=request))
    assert [call.method for call in (first, second, third)] == ["sendMessage", *["editMessageText"] * 2]
    assert second.parameters["message_id"] == third.parameters["message_id"]
    assert third.text.count("Added: ") == 3
    assert en("samples-gone", count=5) in third.text
    assert first.buttons == second.buttons == third.buttons
    assert titles(owned) == {"Orda", "Turgay", "Irgiz"}
    *_, undone = written(feed(owned, press(third.buttons["Undo"])))
    assert undone.text.count("\n") == 2
    assert titles(owned) == samples


def test_two_albums_have_two_receipts(owned: Derek) -> None:
    request = RecordingRequest(FILES)
    updates = [*album("Orda.txt", key="1"), *album("Turgay.txt", key="2")]
    calls = written(feed(owned, *updates, request=request))
    assert [call.method for call in calls] == ["sendMessage", "sendMessage"]
    assert calls[0].buttons != calls[1].buttons


def test_what_of_an_album_cannot_be_read_is_said_in_its_receipt(owned: Derek) -> None:
    request = RecordingRequest(FILES | {"song.mp3": b"\0"})
    *_, last = written(feed(owned, *album("Orda.txt", "song.mp3", "Irgiz.txt"), request=request))
    added, failed, other = last.text.splitlines()[:3]
    assert added.startswith("Added: “Orda”")
    assert failed.startswith("Not added: song.mp3 cannot be read")
    assert other.startswith("Added: “Irgiz”")


def test_each_article_of_an_album_is_noted_once(owned: Derek) -> None:
    feed(owned, *album(*FILES), request=RecordingRequest(FILES))
    assert len(owned.people.log.entries(10)) == 3


def test_a_document_of_an_album_that_is_worked_on_again_is_added_once(owned: Derek, tmp_path: Path) -> None:
    """The process may die after the articles were changed, and before that was written into the journal."""
    updates = album("Orda.txt", "Turgay.txt")
    *_, before = written(feed(owned, *updates, request=RecordingRequest(FILES)))
    with closing(sqlite3.connect(tmp_path / "owned" / JOURNAL)) as journal, journal:
        journal.execute("DELETE FROM inbox")
    again = written(feed(owned, updates[1], request=RecordingRequest(FILES)))
    [receipt] = again
    assert receipt.method == "editMessageText"
    assert (receipt.text, receipt.buttons) == (before.text, before.buttons)
    *_, undone = written(feed(owned, press(receipt.buttons["Undo"])))
    assert undone.text.count("is out of the articles") == 2


def test_an_album_that_comes_all_at_once_is_one_too(owned: Derek) -> None:
    request = RecordingRequest(FILES)

    async def work() -> None:
        async with Service(owned, "42:TEST", "https://api.telegram.org", request) as service:
            await service.receive(album(*FILES))
            await service.settle()

    asyncio.run(work())
    assert [call.method for call in written(request.calls)] == ["sendMessage", *["editMessageText"] * 2]
    assert written(request.calls)[-1].text.count("Added: ") == 3


def test_an_album_has_one_receipt_over_a_strict_bot_api(tmp_path: Path) -> None:
    with BotApi(repeat_bound=0.1) as api, RunningDerek(tmp_path, api.url, administrators=(ANN.id,)):
        api.wait_until_listening(20)
        for name, content in FILES.items():
            api.document(HOME, ANN, name, content, album="77")
        api.wait_until(lambda: any(one.text.count("Added: ") == 3 for one in api.messages(HOME)), 20)
        [receipt] = api.messages(HOME)
        api.press(receipt, "Undo", ANN)
        api.wait_until(lambda: api.messages(HOME)[0].text.count("is out of the articles") == 3, 20)
