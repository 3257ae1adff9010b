"""Operating the bot: how it is watched, what it logs, how it ends, and that no secret gets out of it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from tests.support.bot_api import BotApi, Chat, User, private, refused, slow
from tests.support.bot_api.server import Hosted
from tests.support.command import derek as command
from tests.support.faults import QUESTIONS, locked
from tests.support.running import RunningDerek, free_port, keep_samples

ANN, BOB = User(7, "Ann", "en", "ann"), User(8, "Bob", "en", "bob")
HOME, OTHER = private(ANN), private(BOB)
GROUP = Chat(-100, "supergroup", "Editors")
QUESTION, ANSWER = next(iter(QUESTIONS.items()))

PATIENCE = 60.0


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.05) as api:
        api.open(HOME, ANN)
        api.open(OTHER, BOB)
        api.open(GROUP, ANN)
        yield api


def ask(port: int, path: str) -> tuple[int, str]:
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE)
    return answer.status_code, answer.text


# The token


@pytest.mark.parametrize(
    "arguments", [("run",), ("doctor",), ("run", "--check"), ("--debug", "run", "--check")]
)
@pytest.mark.parametrize("debug", [False, True])
def test_a_token_that_is_refused_is_nowhere_in_what_is_said(
    api: BotApi, tmp_path: Path, arguments: tuple[str, ...], debug: bool
) -> None:
    token = "42:WrongSecretWord"
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[semantic]\nkind = "none"\n[telegram]\napi = "{api.url}"\n', "utf-8")
    before = ("--debug",) if debug else ()
    done = command(*before, "--config", settings, *arguments, DEREK_TELEGRAM_TOKEN=token)
    assert done.code == 4
    assert "Telegram refused the token" in done.out + done.err
    assert "wrongsecretword" not in (done.out + done.err).lower()


# The end


@pytest.mark.slow
def test_the_process_ends_in_time_and_loses_nothing_whatever_hangs(api: BotApi, tmp_path: Path) -> None:
    """A handler waits for a lock, Telegram does not answer, and a hundred questions wait."""
    document = b"Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025.\n"
    keep_samples(tmp_path)
    with RunningDerek(tmp_path, api.url, administrators=(ANN.id,)) as derek:
        api.wait_until_listening(PATIENCE)
        api.fail("sendMessage", slow(60))
        with locked(tmp_path / "data" / "articles.sqlite3"):
            api.document(HOME, ANN, "bridge.txt", document)
            for _ in range(100):
                api.message(OTHER, BOB, QUESTION)
            api.wait_until_taken(PATIENCE)
            api.wait_until(lambda: "done in" in derek.log, PATIENCE)
            began = time.monotonic()
            assert derek.stop() == 0
            # What hangs does so for half a minute at least; five seconds, and what a busy machine adds.
            assert time.monotonic() - began < 12
        derek.restart()
        answers = api.wait_for_messages(OTHER, 100, PATIENCE * 2)
        assert all(ANSWER in message.text for message in answers)
        [receipt] = api.wait_for_messages(HOME, 1, PATIENCE)
        assert receipt.text.startswith("Added:")
    assert "Turgay" in command("--data", tmp_path / "data", "list").out


@pytest.mark.slow
def test_a_process_that_cannot_reach_telegram_yet_ends_as_well(tmp_path: Path) -> None:
    with BotApi() as api:
        api.fail("getMe", slow(60))
        with RunningDerek(tmp_path, api.url) as derek:
            api.wait_until(lambda: api.faults_left == 0, PATIENCE)
            assert derek.stop() == 0


# Faults of our own


class Strange(Hosted):
    """A server that knows every method, and brings an update that is none."""

    def __init__(self, update: str) -> None:
        super().__init__()
        self._update = update
        self.polls = 0

    async def _open(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{token}/{method}", self._answer)
        return app

    async def _close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def _answer(self, request: web.Request) -> web.Response:
        match request.match_info["method"]:
            case "getMe":
                result = json.dumps(BotApi().bot.json() | {"is_bot": True})
            case "getUpdates":
                result = f"[{self._update}]"
                self.polls += 1
            case _:
                result = "true"
        return web.Response(text=f'{{"ok": true, "result": {result}}}', content_type="application/json")


def test_a_poll_that_ends_by_a_fault_ends_the_process(tmp_path: Path) -> None:
    """What no server sends stands for all that nobody has thought of."""
    with Strange("5") as server, RunningDerek(tmp_path, server.url) as derek:
        assert derek.wait(PATIENCE) == 70
    assert "a fault of Derek" in derek.log


@pytest.mark.slow
@pytest.mark.parametrize("update", ['{"update_id": "five"}', "{}", ""])
def test_a_server_that_answers_at_once_without_an_update_of_use_is_asked_in_peace(
    tmp_path: Path, update: str
) -> None:
    with Strange(update) as server, RunningDerek(tmp_path, server.url) as derek:
        until = time.monotonic() + PATIENCE
        while not server.polls and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(3)
        assert derek.stop() == 0
        assert 1 < server.polls < 20
    assert "five" not in derek.log


# What it tells of itself


def test_a_bot_tells_that_it_is_well_and_what_it_did(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, health_port=port):
        api.message(HOME, ANN, QUESTION)
        api.message(GROUP, ANN, f"@derek_bot {QUESTION}")
        api.wait_for_messages(HOME, 1, PATIENCE)
        api.wait_for_messages(GROUP, 1, PATIENCE)
        assert ask(port, "/healthz") == (200, "ok\n")
        assert ask(port, "/readyz") == (200, "ok\n")
        api.wait_until(lambda: value(port, "derek_messages_sent_total") == 2, PATIENCE)
        status, metrics = ask(port, "/metrics")
        assert ask(port, "/")[0] == 404
    assert status == 200
    found = values(metrics)
    assert found["derek_updates_received_total"] == found["derek_updates_done_total"] == 2
    assert found["derek_answering_seconds_count"] == 2
    assert found["derek_polls_total"] >= 1
    assert found["derek_articles"] == 5
    assert found["derek_sentences"] == 81
    assert found["derek_inbox_waiting"] == found["derek_outbox_waiting"] == 0
    assert found['derek_messages_dropped_total{why="unreachable"}'] == 0
    assert "derek_build_info{version=" in metrics
    labels = set(re.findall(r'[{,]([a-z_]+)="', metrics))
    assert labels <= {"why", "kind", "le", "version"}, "nothing that tells of a chat, a person or a text"
    assert not {"Ann", "Editors", "-100"} & set(re.findall(r"[\w-]+", metrics))


def test_polls_that_fail_are_counted_and_nobody_is_answered_yet(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    api.fail("getUpdates", refused(500), 40)
    with RunningDerek(tmp_path, api.url, health_port=port):
        api.wait_until(lambda: api.faults_left < 39, PATIENCE)
        assert ask(port, "/readyz") == (503, "no updates come in yet\n")
        assert ask(port, "/healthz")[0] == 200, "a network that is down for a moment is no reason to restart"
        assert value(port, 'derek_poll_faults_total{kind="NetworkError"}') >= 1


def test_a_bot_whose_journal_cannot_be_written_is_not_well(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, health_port=port):
        api.wait_until_listening(PATIENCE)
        with locked(tmp_path / "data" / "telegram.sqlite3"):
            status, why = ask(port, "/healthz")
        assert status == 503
        assert why.startswith("the journal could not be written")
        api.wait_until(lambda: ask(port, "/healthz")[0] == 200, PATIENCE)


def test_a_port_that_is_taken_says_what_to_do(api: BotApi, tmp_path: Path) -> None:
    port = int(api.url.rpartition(":")[2])
    with RunningDerek(tmp_path, api.url, health_port=port) as derek:
        assert derek.wait(PATIENCE) == 3
    assert "health.listen: cannot be listened at" in derek.log


def test_a_bot_serves_the_page_as_well(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, web_port=port) as derek:
        api.message(HOME, ANN, QUESTION)
        api.wait_for_messages(HOME, 1, PATIENCE)
        status, page = ask(port, "/?q=Who+met+Mishustin%3F")
        assert (status, "Mishustin" in page) == (200, True)
        assert derek.stop() == 0
    with RunningDerek(tmp_path, api.url, web_port=int(api.url.rpartition(":")[2])) as taken:
        assert taken.wait(PATIENCE) == 3
    assert "web.listen" in taken.log


def values(metrics: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in metrics.splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in lines}


def value(port: int, name: str) -> float:
    return values(ask(port, "/metrics")[1]).get(name, 0.0)


# The log


@pytest.mark.parametrize("asked_for", [False, True])
def test_the_log_holds_what_people_wrote_only_if_that_is_asked_for(
    api: BotApi, tmp_path: Path, asked_for: bool
) -> None:
    said = {
        "question": "Whatsoever kangaroos devour marmalade",
        "group": "@derek_bot zebras juggle pineapples",
        "document": "Flamingos Quarrel\n\nYesterday flamingos quarrelled loudly near Zhangatas.\n",
        "unreadable": "platypus",
    }
    poll = {"poll": {"id": "1", "question": "Walrus tusks?", "options": []}}
    with RunningDerek(tmp_path, api.url, administrators=(ANN.id,), log_texts=asked_for) as derek:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, said["question"])
        api.message(GROUP, ANN, said["group"])
        api.document(HOME, ANN, "wombat.txt", said["document"].encode())
        api.message(HOME, ANN, said["unreadable"], more=poll)
        api.fail("sendMessage", refused(400, "Bad Request: chat not found"))
        api.fail("getFile", refused(400, "Bad Request: wrong file"))
        api.document(OTHER, BOB, "dingo.txt", b"Dingoes bark.")
        api.message(OTHER, BOB, "hedgehogs")
        api.wait_for_messages(OTHER, 1, PATIENCE)
        api.wait_for_messages(HOME, 2, PATIENCE)
        api.wait_for_messages(GROUP, 1, PATIENCE)
        api.wait_until(lambda: derek.log.count("done in") >= 5, PATIENCE)
        assert derek.stop() == 0
    words = {
        word.lower()
        for text in (*said.values(), "Walrus tusks hedgehogs dingo wombat")
        for word in re.findall(r"[^\W\d_]{5,}", text)
    } - {"derek"}
    found = {word for word in words if word in derek.log.lower()}
    assert bool(found) is asked_for, found
    assert api.token not in derek.log
    lines = [line for line in derek.log.splitlines() if "WARNING" not in line]
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ bot\.", line) for line in lines), lines
