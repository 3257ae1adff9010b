"""Nothing is lost: a process that is killed, over a Bot API that fails; the short form of `make faults`."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.assembly import JOURNAL, Derek
from bot.chats.journal import Journal
from bot.telegram.updates import received
from tests.support.bot_api import BotApi, Chat, User, drop_after, flood, private, refused
from tests.support.faults import QUESTIONS, Stream, full_disk, locked, meet, storm, troubles
from tests.support.recording import feed, message
from tests.support.running import RunningDerek, free_port

ANN, BOB = User(7, "Ann", "en", "ann"), User(8, "Bob", "en", "bob")
HOME, OTHER = private(ANN), private(BOB)
QUESTION, ANSWER = next(iter(QUESTIONS.items()))

PATIENCE = 60.0


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.05) as api:
        api.open(HOME, ANN)
        api.open(OTHER, BOB)
        yield api


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("by_webhook", [False, True])
def test_nothing_is_lost_however_often_the_process_is_killed(tmp_path: Path, by_webhook: bool) -> None:
    became = storm(tmp_path, Stream(100, 10, 8, 15), 10, seed=5, by_webhook=by_webhook)
    assert became.is_calm, became
    assert became.kills >= 5


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_fault_is_got_over(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url):
        api.wait_until_listening(PATIENCE)
        met = [meet(api, trouble, number) for number, trouble in enumerate(troubles(is_short=True), 100)]
    assert [one for one in met if not one.is_well] == []


def test_what_came_before_a_kill_is_answered_after_it(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        for _ in range(40):
            api.message(HOME, ANN, QUESTION)
        api.wait_until_taken(PATIENCE)
        derek.kill()
        derek.restart()
        answers = api.wait_for_messages(HOME, 40, PATIENCE)
        assert all(ANSWER in message.text for message in answers)


def test_an_update_that_nobody_can_read_is_set_aside_and_holds_up_nothing(
    api: BotApi, tmp_path: Path
) -> None:
    """A message whose poll lacks what python-telegram-bot demands, as an older server sends it."""
    poll = {"poll": {"id": "1", "question": "My salary is secret?", "options": []}}
    with RunningDerek(tmp_path, api.url, administrators=(BOB.id,)) as derek:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, "look", more=poll)
        api.message(HOME, ANN, QUESTION)
        [answer] = api.wait_for_messages(HOME, 1, PATIENCE)
        assert ANSWER in answer.text
        [report] = api.wait_for_messages(OTHER, 1, PATIENCE)
        assert "could not read update" in report.text
        derek.stop()
        assert "salary" not in derek.log
        assert len(api.calls("getUpdates")) < 20, "it is not asked for again and again"


def test_a_backlog_is_left_for_the_next_start(api: BotApi, tmp_path: Path) -> None:
    group = api_group(api)
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        for _ in range(45):
            api.message(group, ANN, "@derek_bot hello")
        api.wait_until_taken(PATIENCE)
        began = time.monotonic()
        assert derek.stop() == 0
        assert time.monotonic() - began < 8, "it does not wait until a group may be written to"


def api_group(api: BotApi) -> Chat:
    group = Chat(-100, "supergroup", "Editors")
    api.open(group, ANN)
    return group


def test_a_history_that_is_locked_keeps_no_answer_back(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, QUESTION)
        api.wait_for_messages(HOME, 1, PATIENCE)
        with locked(tmp_path / "data" / "history.sqlite3"):
            api.message(HOME, ANN, QUESTION)
            assert ANSWER in api.wait_for_messages(HOME, 2, 10)[1].text
        derek.stop()
        assert "not remembered" in derek.log
        assert QUESTION not in derek.log


def test_a_history_that_is_broken_keeps_no_answer_back(api: BotApi, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with RunningDerek(tmp_path, api.url):
        pass
    (tmp_path / "data" / "history.sqlite3").write_bytes(b"This is no database. " * 300)
    with RunningDerek(tmp_path, api.url):
        api.message(HOME, ANN, "hello")
        api.wait_for_messages(HOME, 1, PATIENCE)


@pytest.mark.slow
def test_what_comes_while_the_disk_is_full_is_answered_when_it_is_not(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, QUESTION)
        api.wait_for_messages(HOME, 1, PATIENCE)
        with full_disk(derek.pid):
            api.message(HOME, ANN, QUESTION)
            time.sleep(3)
            assert len(api.messages(HOME)) == 1
        assert ANSWER in api.wait_for_messages(HOME, 2, PATIENCE)[1].text


def test_a_receipt_that_may_have_been_delivered_is_sent_once_more_and_adds_nothing(
    api: BotApi, tmp_path: Path
) -> None:
    text = "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025.\n"
    with RunningDerek(tmp_path, api.url, administrators=(ANN.id,)):
        api.wait_until_listening(PATIENCE)
        api.fail("sendMessage", drop_after())
        api.document(HOME, ANN, "bridge.txt", text.encode())
        first, second = api.wait_for_messages(HOME, 2, PATIENCE)
        assert first.text.startswith("Added:")
        assert second.text.startswith("Sent again")
        assert second.buttons == ("Undo",)


@pytest.mark.slow
def test_a_question_on_its_way_follows_its_group(api: BotApi, tmp_path: Path) -> None:
    group = Chat(-55, "group", "Editors")
    api.open(group, ANN)
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        api.fail("sendMessage", refused(502))
        api.message(group, ANN, f"@derek_bot {QUESTION}")
        new = api.migrate(group, -1055, ANN)
        assert ANSWER in api.wait_for_messages(new, 1, PATIENCE)[0].text
        derek.stop()
        assert "Traceback" not in derek.log


def test_a_delivery_that_cannot_be_written_is_not_acknowledged(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, webhook_port=port) as derek:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, QUESTION)
        api.wait_for_messages(HOME, 1, PATIENCE)
        with full_disk(derek.pid):
            api.message(HOME, ANN, QUESTION)
            time.sleep(2)
            assert api.pending_updates
        assert ANSWER in api.wait_for_messages(HOME, 2, PATIENCE)[1].text


@pytest.mark.slow
def test_what_is_delivered_and_is_no_update_is_refused(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    secret = "s" * 20
    with RunningDerek(tmp_path, api.url, webhook_port=port, secret=secret):
        api.wait_until_listening(PATIENCE)
        for body in (b"", b"[]", b"{}", b'{"update_id": "one"}', json.dumps({"update_id": None}).encode()):
            answer = httpx.post(
                f"http://127.0.0.1:{port}/hook",
                content=body,
                headers={"X-Telegram-Bot-Api-Secret-Token": secret},
            )
            assert answer.status_code == 400, body


@pytest.mark.slow
def test_a_question_that_is_edited_before_its_answer_was_sent_is_answered_as_it_is_now(
    api: BotApi, tmp_path: Path
) -> None:
    with RunningDerek(tmp_path, api.url):
        api.wait_until_listening(PATIENCE)
        api.fail("sendMessage", refused(502))
        asked = api.message(HOME, ANN, "What did the sides agree on oil?")
        api.wait_for_calls("sendMessage", 1, PATIENCE)
        api.edited_message(asked, QUESTION)
        api.wait_until(lambda: any(ANSWER in message.text for message in api.messages(HOME)), PATIENCE)
        assert len(api.messages(HOME)) == 1


@pytest.mark.slow
def test_who_is_blocked_meanwhile_is_not_sent_what_they_asked(api: BotApi, tmp_path: Path) -> None:
    admin, reader = (ANN.id,), BOB
    with RunningDerek(tmp_path, api.url, administrators=admin, access="private"):
        api.wait_until_listening(PATIENCE)
        api.message(OTHER, reader, "hello")
        request = api.wait_for_messages(HOME, 1, PATIENCE)[0]
        api.press(request, "Allow", ANN)
        api.wait_for_messages(OTHER, 2, PATIENCE)
        api.fail("sendMessage", flood(4))
        api.message(OTHER, reader, QUESTION)
        api.wait_until(lambda: not api.faults_left, PATIENCE)
        with closing(sqlite3.connect(tmp_path / "data" / "people.sqlite3")) as people:
            people.execute("UPDATE person SET standing = 'blocked' WHERE id = ?", (reader.id,))
            people.commit()
        with closing(sqlite3.connect(tmp_path / "data" / "telegram.sqlite3")) as journal:
            until = time.monotonic() + PATIENCE
            while journal.execute("SELECT count(*) FROM outbox").fetchone() != (0,):
                assert time.monotonic() < until
                time.sleep(0.2)
        assert not any(ANSWER in message.text for message in api.messages(OTHER))


STRANGE: list[dict[str, Any]] = [
    {"message": 5},
    {"message": {"chat": 5, "from": "me"}},
    {
        "message": {
            "chat": {"id": 2**70},
            "from": {"id": 1.5},
            "message_thread_id": "x",
            "is_topic_message": True,
        }
    },
    {"callback_query": {"id": "1", "message": "gone", "from": {"id": 7}}},
    {"message": None, "edited_message": []},
    {},
]


@pytest.mark.slow
@pytest.mark.parametrize("by_webhook", [False, True])
def test_no_update_of_whatever_shape_ends_the_bot(api: BotApi, tmp_path: Path, by_webhook: bool) -> None:
    port = free_port() if by_webhook else None
    with RunningDerek(tmp_path, api.url, webhook_port=port) as derek:
        api.wait_until_listening(PATIENCE)
        for content in STRANGE:
            api.strange_update(content)
        api.message(HOME, ANN, QUESTION)
        assert any(ANSWER in message.text for message in api.wait_for_messages(HOME, 1, PATIENCE))
        assert derek.stop() == 0


@pytest.mark.slow
def test_two_processes_do_not_answer_from_one_data_folder(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as first:
        api.wait_until_listening(PATIENCE)
        second = RunningDerek(tmp_path, api.url)
        with second:
            assert second.wait(PATIENCE) == 3
        assert "another derek run answers from this data folder" in first.log


@pytest.mark.slow
def test_of_who_is_forgotten_nothing_comes_after_that(api: BotApi, tmp_path: Path) -> None:
    group = api_group(api)
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        for _ in range(40):
            api.message(group, ANN, "@derek_bot What does a snark eat?")
        api.message(HOME, ANN, "/forget_me")
        asked = api.wait_for_messages(HOME, 1, PATIENCE)[0]
        api.press(asked, asked.buttons[0], ANN)
        api.wait_until(lambda: "Forgotten" in api.messages(HOME)[0].text, PATIENCE)
        time.sleep(2)
        derek.kill()
        for path in (tmp_path / "data").glob("*.sqlite3*"):
            assert b"snark" not in path.read_bytes(), path


@pytest.mark.slow
@pytest.mark.parametrize(("deaths", "settled"), [(0, 3), (1, 10), (2, 20)])
def test_what_processes_may_have_died_of_is_tried_the_later_the_more_did(
    derek: Derek, deaths: int, settled: int
) -> None:
    suspect = received(message(HOME, ANN, QUESTION))
    assert suspect is not None
    with closing(Journal(derek.config.folder / JOURNAL, 42)) as journal:
        journal.receive([suspect])
        journal.begin(suspect.update_id)
        for _ in range(deaths):
            journal.begin(suspect.update_id, alone=True)
            journal.recover()
    began = time.monotonic()
    first, last = feed(derek, message(OTHER, BOB, QUESTION))
    assert time.monotonic() - began >= settled
    assert (first.parameters["chat_id"], last.parameters["chat_id"]) == (OTHER.id, HOME.id)
