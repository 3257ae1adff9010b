"""Derek in Telegram, end to end: a process of its own, real HTTP, a Bot API that is strict."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from tests.support.bot_api import BotApi, Chat, Message, User, private, refused
from tests.support.bot_api.peer import Peer
from tests.support.running import RunningDerek, free_port

ANN = User(7, "Ann", "en", "ann")
BOLAT = User(8, "Болат", "kk", "bolat")
HOME = private(ANN)
GROUP = Chat(-100, "supergroup", "Editors")

#: Longer than anything takes; a slow machine is no failure.
PATIENCE = 20.0

BRIDGE = "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025. It cost 12 million.\n"


class Server(Protocol):
    """What the strict fake and the independent peer have in common."""

    @property
    def url(self) -> str: ...
    def open(self, chat: Chat, *members: User) -> None: ...
    def message(self, chat: Chat, user: User, text: str, *, reply_to: Message | None = None) -> Message: ...
    def document(self, chat: Chat, user: User, name: str, content: bytes) -> Message: ...
    def press(self, message: Message, text: str, user: User) -> str: ...
    def messages(self, chat: Chat | int) -> list[Message]: ...
    def wait_for_messages(self, chat: Chat | int, n: int = 1, timeout: float = 5.0) -> list[Message]: ...
    def wait_until(self, truth: Callable[[], bool], timeout: float = 5.0, wanted: str = "") -> None: ...
    def wait_until_listening(self, timeout: float = 5.0) -> None: ...


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.1) as api:
        yield api


def last(api: Server, chat: Chat, count: int) -> Message:
    return api.wait_for_messages(chat, count, PATIENCE)[count - 1]


def scenario(api: Server) -> None:
    """Ask, ask in a group, look at the context, add an article, ask about it, undo, ask again."""
    api.wait_until_listening(PATIENCE)
    api.open(GROUP, ANN, BOLAT)

    api.message(HOME, ANN, "How many joint Kazakh-Russian enterprises are there?")
    answer = last(api, HOME, 1)
    assert "3 325 joint Kazakh-Russian enterprises" in answer.text
    assert "Akorda press service" in answer.text

    api.message(GROUP, BOLAT, "Nobody asked the bot this: who met Mishustin?")
    mention = api.message(GROUP, BOLAT, "@derek_bot кто пригласил Токаева в Казань?")
    mentioned = last(api, GROUP, 1)
    assert "по приглашению Владимира Путина" in mentioned.text
    assert mentioned.reply_to in (mention.id, None)  # The peer keeps no replies.

    api.press(answer, "More context", ANN)
    api.wait_until(lambda: api.messages(HOME)[0].buttons == ("← Back",), PATIENCE)
    assert "having invested about $12.6 billion" in api.messages(HOME)[0].text
    api.press(answer, "← Back", ANN)
    api.wait_until(lambda: api.messages(HOME)[0].text == answer.text, PATIENCE)

    question = "When was the bridge over the Turgay opened?"
    api.document(HOME, ANN, "bridge.txt", BRIDGE.encode())
    receipt = last(api, HOME, 2)
    assert receipt.text.startswith("Added: “Turgay bridge opens”")
    api.message(HOME, ANN, question)
    assert last(api, HOME, 3).text.startswith("The bridge over the Turgay was opened on 3 May 2025.")

    api.press(receipt, "Undo", ANN)
    api.wait_until(lambda: "is out of" in api.messages(HOME)[1].text, PATIENCE)
    api.message(HOME, ANN, question)
    assert last(api, HOME, 4).text.startswith("The articles don't hold the answer")


@pytest.mark.parametrize("by", ["polling", "webhook"])
def test_the_whole_conversation_over_a_strict_bot_api(api: BotApi, tmp_path: Path, by: str) -> None:
    port = free_port() if by == "webhook" else None
    with RunningDerek(tmp_path, api.url, administrators=(7,), webhook_port=port) as derek:
        scenario(api)
        assert derek.stop() == 0
    # Stopping, python-telegram-bot ends its last poll with a newer one.
    assert [call for call in api.calls(ok=False) if call.method != "getUpdates"] == []
    assert api.unanswered == frozenset()
    assert {call.method for call in api.calls()} >= {"answerCallbackQuery", "setMyCommands"}


@pytest.mark.slow
@pytest.mark.parametrize("by", ["polling", "webhook"])
def test_the_whole_conversation_over_a_bot_api_of_somebody_else(tmp_path: Path, by: str) -> None:
    port = free_port() if by == "webhook" else None
    with Peer() as api, RunningDerek(tmp_path, api.url, administrators=(7,), webhook_port=port):
        scenario(api)


def test_a_follow_up_has_its_further_results_after_a_restart(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url):
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, "How many major projects does Russian business participate in?")
        assert "32 major projects" in last(api, HOME, 1).text
        api.message(HOME, ANN, "And what are they worth?")
        answer = last(api, HOME, 2)
        assert answer.text.startswith(
            "Taken as a follow-up, together with: major, projects, russian, business"
        )
        api.message(HOME, ANN, "Who met Mishustin?")
        last(api, HOME, 3)
    with RunningDerek(tmp_path, api.url):
        api.press(answer, "More results", ANN)
        api.wait_until(lambda: "totaling $5.3 billion" in api.messages(HOME)[1].text, PATIENCE)


def test_a_webhook_delivery_without_the_secret_is_refused(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, webhook_port=port):
        api.wait_until_listening(PATIENCE)
        delivered = httpx.post(
            f"http://127.0.0.1:{port}/hook",
            json={"update_id": 1},
            headers={"X-Telegram-Bot-Api-Secret-Token": "guessed"},
        )
    assert delivered.status_code == 403


def test_a_refused_token_is_said_in_words_and_ends_with_4(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url, token="43:OTHER") as derek:
        assert derek.wait() == 4
    assert derek.log.splitlines()[-1].startswith("derek: Telegram refused the token in DEREK_TELEGRAM_TOKEN")
    assert "Traceback" not in derek.log


def test_a_network_that_is_down_is_said_in_words_and_ends_with_5(tmp_path: Path) -> None:
    with RunningDerek(tmp_path, f"http://127.0.0.1:{free_port()}") as derek:
        assert derek.wait() == 5
    assert "cannot be reached" in derek.log.splitlines()[-1]
    assert "Traceback" not in derek.log


def test_a_busy_chat_holds_up_no_other(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        api.open(GROUP, ANN)
        for _ in range(45):
            api.message(GROUP, ANN, "@derek_bot hello")
        api.message(HOME, ANN, "hello")
        # A group is let have twenty messages a minute, so its queue is far from done.
        assert last(api, HOME, 1).text.startswith("Hello!")
        assert len(api.messages(GROUP)) < 45
        derek.kill()


def test_a_webhook_that_telegram_refuses_is_a_matter_of_the_settings(api: BotApi, tmp_path: Path) -> None:
    api.fail("setWebhook", refused(400), times=10)
    with RunningDerek(tmp_path, api.url, webhook_port=free_port()) as derek:
        assert derek.wait() == 3
    assert derek.log.splitlines()[-1].startswith("derek: telegram: Telegram answered")


def test_a_port_that_is_taken_is_a_matter_of_the_settings(api: BotApi, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with RunningDerek(tmp_path, api.url, webhook_port=taken.getsockname()[1]) as derek:
            assert derek.wait() == 3
    assert derek.log.splitlines()[-1].startswith("derek: telegram.webhook: cannot be listened at")


def test_one_refused_poll_does_not_stop_the_bot(api: BotApi, tmp_path: Path) -> None:
    api.fail("getUpdates", refused(401))
    with RunningDerek(tmp_path, api.url) as derek:
        api.message(HOME, ANN, "hello")
        assert last(api, HOME, 1).text.startswith("Hello!")
        assert derek.stop() == 0


def test_a_token_revoked_while_the_bot_runs_ends_it_with_4(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url) as derek:
        api.wait_until_listening(PATIENCE)
        api.fail("getUpdates", refused(401), times=10)
        api.message(HOME, ANN, "hello")
        assert derek.wait(60) == 4
    assert "refused the token" in derek.log.splitlines()[-1]


def test_a_token_that_telegram_says_in_an_error_is_in_no_log(tmp_path: Path) -> None:
    token = "42:VERY-SECRET"
    with BotApi(token, repeat_bound=0.1) as server, RunningDerek(tmp_path, server.url, token=token) as derek:
        server.wait_until_listening(PATIENCE)
        server.fail("sendMessage", refused(400, f"Bad Request: /bot{token}/sendMessage is not to be"))
        server.message(HOME, ANN, "hello")
        server.wait_for_calls("sendMessage", 1, PATIENCE)
        derek.stop()
        log = derek.log.casefold()
        assert "/bot[secret]/sendmessage is not to be" in log
        assert "very-secret" not in log


@pytest.mark.slow
def test_commands_are_listed_for_every_role_in_every_language(api: BotApi, tmp_path: Path) -> None:
    with RunningDerek(tmp_path, api.url, administrators=(7,)) as derek:
        api.open(HOME, ANN)
        api.wait_until_listening(PATIENCE)
        # They are set while the bot answers already: three languages, each for three menus.
        api.wait_for_calls("setMyCommands", 9, PATIENCE)
        derek.stop()
    languages = {language for _, language in api.commands}
    assert languages == {"", "ru", "kk"}
    private_menu = next(menu for (scope, _), menu in api.commands.items() if "all_private_chats" in scope)
    assert [entry["command"] for entry in private_menu] == [
        "ask",
        "about",
        "status",
        "list",
        "show",
        "watch",
        "waiting",
        "settings",
        "help",
        "forget_me",
    ]
    menus = [menu for (scope, _), menu in api.commands.items() if '"chat"' in scope]
    assert menus
    assert all({"add", "remove"} <= {entry["command"] for entry in menu} for menu in menus)
