"""Whether the bot is well, by the clock; and what breaks, found out."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from telegram import Bot
from telegram.ext import Application

from bot.chats.journal import Journal, Received
from bot.rendering.blocks import Message, paragraph
from bot.telegram.committing import Committer
from bot.telegram.delivery import Delivery
from bot.telegram.drawing import Drawn
from bot.telegram.health import MOST_SILENT, Health
from bot.telegram.outgoing import Outgoing, Said, Target, to_json
from bot.telegram.watch import Watch
from bot.telegram.working import Working
from tests.support.recording import RecordingRequest

UNREADABLE = Received(1, 7, None, 7, json.dumps({"update_id": 1, "message": {"message_id": 5}}))


class Clock:
    """A clock that somebody else moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def a_clock() -> Clock:
    return Clock()


@pytest.fixture(name="commit")
def committer(tmp_path: Path, clock: Clock) -> Iterator[Committer]:
    with closing(Journal(tmp_path / "telegram.sqlite3", 42, clock)) as journal:
        commit = Committer(journal)
        yield commit
        commit.close()


def fault(commit: Committer, watch: Watch, *, polls: bool = True) -> str | None:
    return asyncio.run(Health(commit, watch, polls=polls).fault())


def test_a_bot_that_has_not_polled_for_ten_minutes_is_not_well(commit: Committer, clock: Clock) -> None:
    watch = Watch(clock)
    clock.now += MOST_SILENT - 1
    assert fault(commit, watch) is None
    clock.now += 2
    assert fault(commit, watch) == "no poll has succeeded for 601 s"
    assert fault(commit, watch, polls=False) is None, "a webhook may be silent"
    watch.polled()
    assert fault(commit, watch) is None


def test_a_bot_that_does_nothing_of_what_waits_is_not_well(commit: Committer, clock: Clock) -> None:
    watch = Watch(clock)
    clock.now += MOST_SILENT + 1
    watch.polled()
    commit.journal.receive([UNREADABLE])
    assert fault(commit, watch) is None, "it has just come"
    clock.now += MOST_SILENT + 1
    watch.polled()
    assert fault(commit, watch) == "none of the updates that wait was done for 1202 s"
    watch.done(0.1)
    assert fault(commit, watch) is None
    clock.now += MOST_SILENT + 1
    watch.polled()
    commit.journal.set_aside(1)
    assert fault(commit, watch) is None, "what was set aside does not wait"


def test_a_journal_that_cannot_be_written_is_not_well(
    commit: Committer, clock: Clock, tmp_path: Path
) -> None:
    commit.journal.close()
    (tmp_path / "telegram.sqlite3").write_bytes(b"This is no database. " * 300)
    assert fault(commit, Watch(clock)) == "the journal cannot be written"


def test_work_that_ends_by_a_fault_of_ours_is_told_of(commit: Committer) -> None:
    def administrators() -> list[int]:
        raise ZeroDivisionError

    async def work() -> None:
        watch = Watch()
        application = Application.builder().token("42:TEST").updater(None).build()
        working = Working(application, commit, lambda _: None, administrators, watch)
        await working.begin()
        working.take(UNREADABLE)
        assert isinstance(await asyncio.wait_for(watch.broken(), 30), ZeroDivisionError)
        await working.stop(1)

    commit.journal.receive([UNREADABLE])
    asyncio.run(work())


def test_a_message_that_cannot_be_drawn_is_dropped_and_holds_up_nothing(commit: Committer) -> None:
    recording = RecordingRequest()

    async def draw(outgoing: Outgoing, _: bool) -> Drawn:
        assert isinstance(outgoing, Said)
        if "bad" in str(outgoing.blocks):
            raise ZeroDivisionError
        return Drawn((Message("good", "good"),))

    async def renamed(_: int, __: int) -> None:
        pytest.fail("no chat has another id")

    async def work() -> None:
        watch = Watch()
        async with Bot("42:TEST", request=recording, get_updates_request=recording) as bot:
            delivery = Delivery(bot, commit, draw, renamed, watch)
            said = [
                Said(target=Target(chat=7), language="en", blocks=(paragraph(t),)) for t in ("bad", "good")
            ]
            delivery.take(await commit(lambda: commit.journal.queue([(7, to_json(one)) for one in said])))
            await asyncio.wait_for(delivery.settle(), 30)

    asyncio.run(work())
    assert [call.text for call in recording.calls if call.method == "sendMessage"] == ["good"]
    assert commit.journal.to_send() == []
    assert commit.journal.tallies()["unsure"] == 1
