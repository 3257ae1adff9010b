"""What is checked before the bot runs and at an administrator's wish: a line each, with what to do."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.chats.people import People
from bot.chats.persons import Standing
from bot.config import AccessKind, TelegramSettings
from bot.phrases import LANGUAGES, Phrases
from bot.telegram.checks import Finding, of_clock, of_people
from retrieval.errors import DerekError
from tests.support.bot_api import BotApi, Chat, User, private
from tests.support.bot_api.server import TEST_TOKEN
from tests.support.command import Result, derek
from tests.support.running import RunningDerek, free_port

ANN, BOB = User(7, "Ann", "en", "ann"), User(8, "Bob", "en", "bob")
HOME = private(ANN)
GROUP, LED, LEFT = (Chat(-100 - place, "supergroup", f"Group {place}") for place in range(3))
PATIENCE = 60.0


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.05) as api:
        yield api


def check(
    tmp_path: Path, server: str, *, token: str = TEST_TOKEN, more: str = "", quiet: bool = False
) -> Result:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[semantic]\nkind = "none"\n[telegram]\napi = "{server}"\n{more}\n', "utf-8")
    before = ("--quiet",) if quiet else ()
    where = ("--config", settings, "--data", tmp_path / "data")
    return derek(*before, *where, "run", "--check", DEREK_TELEGRAM_TOKEN=token)


def test_all_that_is_checked_is_told_in_a_line_each(api: BotApi, tmp_path: Path) -> None:
    result = check(tmp_path, api.url, more="administrators = [7]")
    assert (result.code, result.err) == (0, "")
    for line in (
        "✓ 1 administrator may add and remove articles.",
        "✓ Besides administrators, 0 people may ask.",
        "✓ The token belongs to @derek_bot.",
        "✓ No commands are in the menu yet; each start sets them.",
        "✓ No webhook is set: updates are asked for.",
        "✓ The clock agrees with Telegram's.",
        "✓ 5 articles answer, with 81 sentences; the index is up to date.",
        "✓ Meaning is not compared; [semantic] kind in the settings changes that.",
    ):
        assert line in result.out.splitlines()
    assert "privacy mode is on" in result.out
    assert re.search(r"✓ [\d.,]+ GB of the disk are free", result.out)
    assert all(line[:2] in ("✓ ", "✗ ") for line in result.out.splitlines())


def test_what_waits_and_what_was_set_aside_is_told(api: BotApi, tmp_path: Path) -> None:
    api.open(HOME, ANN)
    with RunningDerek(tmp_path, api.url) as running:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, "look", more={"poll": {"id": "1", "question": "?", "options": []}})
        api.wait_until(lambda: "cannot be read" in running.log, PATIENCE)
        running.stop()
    result = check(tmp_path, api.url)
    assert "✓ 0 updates and 0 messages wait." in result.out
    assert "✗ 1 update was set aside (" in result.out
    assert result.code == 0, "what does not keep it from running is no fault"
    assert "commands are in the menu." in result.out


@pytest.mark.parametrize(
    ("token", "code", "said"),
    [("", 3, "not set"), ("no", 3, "does not look like"), ("42:Wrong", 4, "refused the token")],
)
def test_what_keeps_it_from_running_is_the_exit_code(
    api: BotApi, tmp_path: Path, token: str, code: int, said: str
) -> None:
    result = check(tmp_path, api.url, token=token)
    assert result.code == code
    assert [line for line in result.out.splitlines() if line.startswith("✗") and said in line]
    assert "5 articles answer" in result.out, "the rest is checked all the same"


def test_a_server_that_cannot_be_reached_is_5(tmp_path: Path) -> None:
    result = check(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert result.code == 5
    assert "cannot be reached" in result.out


def test_a_data_folder_that_cannot_be_opened_is_3(api: BotApi, tmp_path: Path) -> None:
    check(tmp_path, api.url)
    (tmp_path / "data" / "articles.sqlite3").write_bytes(b"This is no database. " * 300)
    result = check(tmp_path, api.url)
    assert result.code == 3
    assert "articles.sqlite3" in result.out
    assert "@derek_bot" in result.out


def test_a_webhook_that_is_set_is_told_without_what_may_be_secret(api: BotApi, tmp_path: Path) -> None:
    port = free_port()
    with RunningDerek(tmp_path, api.url, webhook_port=port):
        api.wait_until_listening(PATIENCE)
        result = check(tmp_path, api.url)
    assert "A webhook is set at 127.0.0.1, where 0 updates wait" in result.out
    assert "/hook" not in result.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clock_is_off_by_more_than_a_minute(language: str) -> None:
    phrases = Phrases(language)
    assert of_clock(59, phrases).is_well
    assert of_clock(-59, phrases).is_well
    assert not of_clock(-61, phrases).is_well
    assert "75" in of_clock(75.4, phrases).text


def test_who_may_ask_is_told_as_settings_and_administrators_decided(tmp_path: Path) -> None:
    phrases, settings = Phrases("en"), TelegramSettings(administrators=frozenset({7}), readers=frozenset({8}))
    with closing(People(tmp_path / "people.sqlite3", settings.administrators)) as people:
        people.persons.settle(9, Standing.READER, 7)
        told = [finding.text for finding in of_people(settings, people, phrases)]
        assert told == [phrases("check-administrators", count=1), phrases("check-readers", count=2)]
        opened = TelegramSettings(access=AccessKind.OPEN, administrators=frozenset({7}))
        assert phrases("check-everyone") in [one.text for one in of_people(opened, people, phrases)]


def test_what_keeps_the_bot_from_running_is_not_well() -> None:
    with pytest.raises(ValueError, match="not well"):
        Finding("All is well.", fault=DerekError("not at all"))


# /doctor


def told(api: BotApi, user: User, text: str, count: int, chat: Chat | None = None) -> str:
    api.message(chat or private(user), user, text)
    return api.wait_for_messages(chat or private(user), count, PATIENCE)[count - 1].text


def test_an_administrator_is_told_how_the_bot_is_and_what_it_may_do_in_a_group(
    api: BotApi, tmp_path: Path
) -> None:
    api.open(HOME, ANN)
    api.open(private(BOB), BOB)
    for chat in (GROUP, LED, LEFT):
        api.open(chat, ANN)
    api.appoint(LED, api.bot)
    api.my_chat_member(LEFT, ANN, "kicked")
    with RunningDerek(tmp_path, api.url, administrators=(ANN.id,)):
        report = told(api, ANN, "/doctor", 1)
        assert "✓ The token belongs to @derek_bot." in report
        assert "✓ 5 articles answer, with 81 sentences; the index is up to date." in report
        assert "✓ 1 update and 0 messages wait." in report, "this very one"
        plain = told(api, ANN, f"/doctor {GROUP.id}", 2)
        assert plain.splitlines()[:2] == ["✓ Group 0, id -100:", "✓ I may write there."]
        assert "sent only what is addressed to me" in plain
        assert "I am an administrator there" in told(api, ANN, f"/doctor {LED.id}", 3)
        assert "I cannot see that group" in told(api, ANN, f"/doctor {LEFT.id}", 4)
        assert "I cannot see that group" in told(api, ANN, "/doctor -12345", 5)
        assert told(api, ANN, f"/doctor {ANN.id}", 6) == "✗ That is no group."
        assert told(api, BOB, "/doctor", 1).startswith("Only administrators may do this.")
        assert told(api, ANN, "/doctor@derek_bot", 1, GROUP) == "Please write this to me in private."
