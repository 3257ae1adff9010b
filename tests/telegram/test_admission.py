"""How people and groups come in: requests, invitations, the pairing, and what administrators make of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Derek, assemble
from bot.chats.access import Access, Role
from bot.chats.persons import MOST_REQUESTS, Standing
from bot.chats.places import PlaceState
from bot.chats.rates import Rates
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from tests.support.bot_api import BotApi, Chat, User, private, refused
from tests.support.recording import (
    Call,
    RecordingRequest,
    document,
    feed,
    membership,
    message,
    press,
    texts,
    told,
)
from tests.support.running import RunningDerek

ADA, OLGA, BEK = User(13, "Ада", "ru", "ada"), User(7, "Olga", "en", "olga"), User(8, "Бек", "kk", None)
HIDDEN = User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True)
HOME, OFFICE = private(OLGA), private(ADA)
GROUP, CHANNEL = Chat(-1001, "supergroup", "Editors"), Chat(-1002, "channel", "News")
QUESTION = "How many joint Kazakh-Russian enterprises are there?"

en, ru, kk = Phrases("en"), Phrases("ru"), Phrases("kk")
PATIENCE = 20.0


def settings(**more: Any) -> TelegramSettings:
    return TelegramSettings(administrators=frozenset({ADA.id}), **more)


def opened(tmp_path: Path, telegram: TelegramSettings) -> Derek:
    config = Config(
        data=tmp_path / "derek", telegram=telegram, semantic=SemanticSettings(kind=EmbedderKind.NONE)
    )
    return assemble(config)


@pytest.fixture(name="closed")
def private_derek(tmp_path: Path) -> Iterator[Derek]:
    with opened(tmp_path, settings()) as derek:
        yield derek


@pytest.fixture(name="unowned")
def derek_without_administrators(tmp_path: Path) -> Iterator[Derek]:
    with opened(tmp_path, TelegramSettings()) as derek:
        yield derek


def ask(derek: Derek, user: User = OLGA, text: str = QUESTION) -> list[Call]:
    return feed(derek, message(private(user), user, text))


def to(calls: list[Call], chat: Chat) -> Call:
    [call] = [call for call in calls if str(call.parameters.get("chat_id")) == str(chat.id)]
    return call


def role(derek: Derek, user: User) -> Role:
    return Access(derek.config.telegram, derek.people).role_of_person(user.id)


# Requests


def test_a_stranger_is_told_once_and_an_administrator_is_asked(closed: Derek) -> None:
    calls = ask(closed)
    assert told(calls, HOME) == [en("private-asked")]
    request = to(calls, OFFICE)
    assert request.text == en("request", name="Olga (@olga)", id="7")
    assert set(request.buttons) == {en("button-allow"), en("button-refuse"), en("button-block")}
    for text in (QUESTION, "/start", "/list", "hello"):
        assert ask(closed, OLGA, text) == []


def test_each_is_spoken_to_in_their_own_language(closed: Derek) -> None:
    feed(closed, message(OFFICE, ADA, "/help"))
    calls = ask(closed, BEK)
    assert told(calls, private(BEK)) == [kk("private-asked")]
    request = to(calls, OFFICE)
    assert request.text == ru("request", name="Бек", id="8")
    *_, outcome, _ = feed(closed, press(request.buttons[ru("button-allow")], OFFICE, ADA))
    assert outcome.text == kk("let-in")


def test_who_is_let_in_hears_it_and_is_answered(closed: Derek) -> None:
    request = to(ask(closed), OFFICE)
    answered, outcome, shown = feed(closed, press(request.buttons[en("button-allow")], OFFICE, ADA))
    assert answered.method == "answerCallbackQuery"
    assert (str(outcome.parameters["chat_id"]), outcome.text) == ("7", en("let-in"))
    assert (shown.method, shown.text) == (
        "editMessageText",
        ru("person-now", name="Olga (@olga)", role=ru("role-reader")),
    )
    assert "<b>3 325</b> joint" in texts(ask(closed))[0]


def test_who_is_refused_hears_it_and_who_is_blocked_hears_nothing_ever(closed: Derek) -> None:
    request = to(ask(closed), OFFICE)
    calls = feed(closed, press(request.buttons[en("button-refuse")], OFFICE, ADA))
    assert told(calls, HOME) == [en("not-let-in")]
    assert ask(closed) == []
    request = to(ask(closed, BEK), OFFICE)
    # Ada has acted meanwhile, so that her language is known.
    calls = feed(closed, press(request.buttons[ru("button-block")], OFFICE, ADA))
    assert told(calls, private(BEK)) == []
    for text in (QUESTION, "/start", "/forget_me", "/pair 1234-5678"):
        assert ask(closed, BEK, text) == []


def test_a_request_that_another_administrator_answered_stays_as_it_was_answered(closed: Derek) -> None:
    request = to(ask(closed), OFFICE)
    feed(closed, press(request.buttons[en("button-allow")], OFFICE, ADA))
    calls = feed(closed, press(request.buttons[en("button-block")], OFFICE, ADA))
    assert told(calls, HOME) == []
    assert calls[-1].text == ru("person-now", name="Olga (@olga)", role=ru("role-reader"))
    assert role(closed, OLGA) is Role.READER


def test_a_press_that_is_worked_on_again_tells_the_outcome_again(closed: Derek) -> None:
    request = to(ask(closed), OFFICE)
    pressed = press(request.buttons[en("button-allow")], OFFICE, ADA)
    for _ in range(2):
        # As after a crash before the journal could say that it was done.
        for path in closed.config.folder.glob("telegram.sqlite3*"):
            path.unlink()
        assert told(feed(closed, pressed), HOME) == [en("let-in")]
    assert len(closed.people.log.entries(9)) == 1


def test_when_many_wait_a_stranger_is_told_and_nobody_is_asked(closed: Derek) -> None:
    for number in range(MOST_REQUESTS):
        closed.people.persons.ask(1_000 + number, number + 1)
    calls = ask(closed)
    assert [call.text for call in calls] == [en("private-full")]
    assert closed.people.persons.get(OLGA.id).name == "", "nothing is kept of whom nobody is asked about"


def test_an_administrator_who_cannot_be_reached_keeps_no_other_from_being_asked(closed: Derek) -> None:
    closed.people.persons.settle(BEK.id, Standing.ADMINISTRATOR, ADA.id)

    class Silent(RecordingRequest):
        async def do_request(self, *args: Any, **arguments: Any) -> tuple[int, bytes]:
            data = arguments["request_data"]
            if data and data.parameters.get("chat_id") == BEK.id:
                self.calls.append(Call("sendMessage", dict(data.parameters)))
                return 403, b'{"ok": false, "error_code": 403, "description": "Forbidden: blocked"}'
            return await super().do_request(*args, **arguments)

    stranger = User(99, "Sam", "en", None)
    calls = feed(closed, message(private(stranger), stranger, "hi"), request=Silent())
    assert len(told(calls, OFFICE)) == 1
    assert told(calls, private(stranger)) == [en("private-asked")]


def test_a_stranger_in_a_group_is_answered_by_nobody(closed: Derek) -> None:
    feed(closed, membership(GROUP, OLGA, "member"))
    for text in (f"@derek_bot {QUESTION}", "/add@derek_bot", "/help@derek_bot", "/people@derek_bot"):
        assert feed(closed, message(GROUP, OLGA, text)) == []


# The pairing


def code_of(derek: Derek) -> str:
    code = derek.people.pairing.open()
    assert code
    return code


def test_whoever_knows_the_code_becomes_the_administrator(unowned: Derek) -> None:
    calls = ask(unowned, OLGA, f"/pair {code_of(unowned)}")
    assert told(calls, HOME) == [f"{en('paired')}\n\n{en('start')}"]
    assert "setMyCommands" in [call.method for call in calls]
    assert role(unowned, OLGA) is Role.ADMINISTRATOR
    assert "<b>3 325</b> joint" in texts(ask(unowned))[0]


def test_a_wrong_code_makes_nobody_anything_and_five_are_answered_with_a_new_one(
    unowned: Derek, capsys: pytest.CaptureFixture[str]
) -> None:
    code = code_of(unowned)
    for _ in range(5):
        assert texts(ask(unowned, OLGA, "/pair 12")) == [en("pair-wrong")]
    renewed = re.search(r"/pair (\d{4}-\d{4}) to @derek_bot", capsys.readouterr().err)
    assert renewed
    assert texts(ask(unowned, OLGA, f"/pair {code}")) == [en("pair-wrong")]
    assert role(unowned, OLGA) is Role.STRANGER
    ask(unowned, OLGA, f"/pair {renewed[1]}")
    assert role(unowned, OLGA) is Role.ADMINISTRATOR


def test_a_code_sent_in_a_group_makes_nobody_anything(unowned: Derek) -> None:
    code = code_of(unowned)
    feed(unowned, message(GROUP, OLGA, f"/pair@derek_bot {code}"))
    as_group = message(GROUP, HIDDEN, f"/pair@derek_bot {code}", sender_chat=GROUP.json())
    feed(unowned, as_group)
    assert unowned.people.persons.administrators() == frozenset()


def test_where_there_is_an_administrator_the_code_is_as_anything_else_that_a_stranger_writes(
    closed: Derek,
) -> None:
    assert told(ask(closed, OLGA, "/pair 1234-5678"), HOME) == [en("private-asked")]
    assert texts(feed(closed, message(OFFICE, ADA, "/pair 1234-5678"))) == [ru("paired")]


def test_without_an_administrator_a_stranger_is_told_how_to_become_one(unowned: Derek) -> None:
    assert texts(ask(unowned)) == [en("private-unowned")]
    assert ask(unowned) == []


def test_the_first_administrator_comes_to_be_over_the_bot_api(tmp_path: Path) -> None:
    with (
        BotApi(repeat_bound=0.1) as api,
        RunningDerek(tmp_path, api.url, access="private") as derek,
    ):
        api.wait_until_listening(PATIENCE)
        codes = re.findall(r"/pair (\d{4}-\d{4}) to @derek_bot", derek.log)
        assert len(codes) == 1
        api.message(HOME, OLGA, QUESTION)
        assert api.wait_for_messages(HOME, 1, PATIENCE)[0].text == en("private-unowned")
        api.message(HOME, OLGA, f"/pair {codes[0]}")
        assert api.wait_for_messages(HOME, 2, PATIENCE)[1].text.startswith(en("paired"))
        api.message(HOME, OLGA, QUESTION)
        assert "3 325 joint" in api.wait_for_messages(HOME, 3, PATIENCE)[2].text

        api.open(GROUP, OLGA, BEK)
        api.my_chat_member(GROUP, BEK, "member", "left")
        asked = api.wait_for_messages(HOME, 4, PATIENCE)[3]
        assert asked.text == en("request-group", name="Бек", title="Editors")
        assert api.messages(GROUP)[0].text == kk("group-private")
        api.press(asked, en("button-allow"), OLGA)
        api.wait_for_messages(GROUP, 2, PATIENCE)
        api.message(GROUP, BEK, f"@derek_bot {QUESTION}")
        assert "3 325 joint" in api.wait_for_messages(GROUP, 3, PATIENCE)[2].text
        derek.stop()
    with BotApi(repeat_bound=0.1) as api, RunningDerek(tmp_path, api.url, access="private") as derek:
        api.wait_until_listening(PATIENCE)
        derek.stop()
    assert derek.log.count("/pair") == 1, "there is an administrator now"
    assert [call for call in api.calls(ok=False) if call.method != "getUpdates"] == []


@pytest.mark.parametrize("debug", [False, True])
def test_a_refused_token_is_in_nothing_that_is_written(tmp_path: Path, debug: bool) -> None:
    with BotApi(repeat_bound=0.1) as api:
        api.fail("getMe", refused(401, "Unauthorized"), times=20)
        with RunningDerek(tmp_path, api.url, token="42:VERY-SECRET", debug=debug) as derek:
            assert derek.wait() == 4
        assert ("Traceback" in derek.log) is debug
        assert "very-secret" not in derek.log.casefold()


# Invitations


def link_of(calls: list[Call]) -> str:
    [text] = texts(calls)
    link = re.search(r"https://t\.me/derek_bot\?start=([A-Za-z0-9_-]+)", text)
    assert link
    assert len(link[1]) <= 64, "Telegram takes no more"
    return link[1]


def invited(derek: Derek, words: str = "") -> str:
    return link_of(feed(derek, message(OFFICE, ADA, f"/invite {words}".strip())))


def test_who_opens_an_invitation_is_in(closed: Derek, caplog: pytest.LogCaptureFixture) -> None:
    token = invited(closed)
    assert texts(ask(closed, OLGA, f"/start {token}")) == [f"{en('invitation-taken')}\n\n{en('start')}"]
    assert role(closed, OLGA) is Role.READER
    assert texts(ask(closed, BEK, f"/start {token}")) == [kk("invitation-void")]
    assert role(closed, BEK) is Role.STRANGER
    assert token not in caplog.text


def test_an_invitation_may_make_an_administrator_and_let_several_in(closed: Derek) -> None:
    token = invited(closed, "administrator")
    calls = ask(closed, OLGA, f"/start {token}")
    assert "setMyCommands" in [call.method for call in calls]
    assert role(closed, OLGA) is Role.ADMINISTRATOR
    token = invited(closed, "2")
    for user, own in ((BEK, Role.READER), (User(20, "C", "en", None), Role.READER)):
        ask(closed, user, f"/start {token}")
        assert role(closed, user) is own
    late = User(21, "D", "en", None)
    ask(closed, late, f"/start {token}")
    assert role(closed, late) is Role.STRANGER


@pytest.mark.parametrize("words", ["0", "101", "owner", "-3", "５", "administrators"])
def test_an_invitation_that_is_not_understood_is_none(closed: Derek, words: str) -> None:
    [text] = texts(feed(closed, message(OFFICE, ADA, f"/invite {words}")))
    assert text == ru("invite-usage", limit=100)
    assert closed.people.invitations.all() == []


def test_an_invitation_is_listed_and_withdrawn(closed: Derek) -> None:
    token = invited(closed, "5")
    [first] = feed(closed, message(OFFICE, ADA, "/people"))
    _, listed = feed(closed, press(first.buttons[ru("button-invitations")], OFFICE, ADA))
    assert "для 5 человек" in listed.text
    assert token not in str(listed.parameters)
    _, after = feed(closed, press(listed.buttons[f"{ru('button-withdraw')} 1"], OFFICE, ADA))
    assert after.text == ru("invitations-none")
    assert texts(ask(closed, OLGA, f"/start {token}")) == [en("invitation-void")]


# Groups


def test_a_group_waits_for_an_administrator_and_derek_keeps_quiet(closed: Derek) -> None:
    added = membership(GROUP, OLGA, "member")
    calls = feed(closed, added)
    said, asked = to(calls, GROUP), to(calls, OFFICE)
    assert (said.text, said.parameters["chat_id"]) == (en("group-private"), GROUP.id)
    assert (asked.text, asked.parameters["chat_id"]) == (
        en("request-group", name="Olga (@olga)", title="Editors"),
        ADA.id,
    )
    assert feed(closed, message(GROUP, OLGA, f"@derek_bot {QUESTION}")) == []
    assert feed(closed, membership(GROUP, OLGA, "administrator", "member")) == []
    calls = feed(closed, press(asked.buttons[en("button-allow")], OFFICE, ADA))
    hello, [shown] = to(calls, GROUP), [call for call in calls if call.method == "editMessageText"]
    assert (hello.text, hello.parameters["chat_id"]) == (ru("group-allowed", bot="derek_bot"), GROUP.id)
    assert shown.text == ru("group-now", title="Editors", state=ru("state-allowed"))
    [answer] = feed(closed, message(GROUP, OLGA, f"@derek_bot {QUESTION}"))
    assert "<b>3 325</b> joint" in answer.text
    assert role(closed, OLGA) is Role.STRANGER, "elsewhere she may not ask"


def test_a_group_that_is_left_is_left(closed: Derek) -> None:
    asked = to(feed(closed, membership(GROUP, OLGA, "member")), OFFICE)
    calls = feed(closed, press(asked.buttons[en("button-leave")], OFFICE, ADA))
    assert "leaveChat" in [call.method for call in calls]
    feed(closed, membership(GROUP, ADA, "left", "member"))
    again = feed(closed, membership(GROUP, OLGA, "member"))
    assert [call.method for call in again] == ["leaveChat"]
    asked_again = feed(closed, message(GROUP, OLGA, f"@derek_bot {QUESTION}"))
    assert [call.method for call in asked_again] == ["leaveChat"], "as one that missed that it was added"


def test_an_administrator_who_adds_derek_allows_the_group_by_that(closed: Derek) -> None:
    [hello] = feed(closed, membership(GROUP, ADA, "member"))
    assert hello.text == ru("group-allowed", bot="derek_bot")
    assert "<b>3 325</b> joint" in feed(closed, message(GROUP, OLGA, f"@derek_bot {QUESTION}"))[0].text


@pytest.mark.parametrize("adder", [HIDDEN, OLGA])
def test_nobody_else_allows_a_group_by_adding_derek(closed: Derek, adder: User) -> None:
    feed(closed, membership(GROUP, adder, "member"))
    place = closed.people.places.get(GROUP.id)
    assert place
    assert place.state is PlaceState.ASKED


def test_who_is_blocked_takes_derek_nowhere(closed: Derek) -> None:
    closed.people.persons.settle(OLGA.id, Standing.BLOCKED, ADA.id)
    assert [call.method for call in feed(closed, membership(GROUP, OLGA, "member"))] == ["leaveChat"]


def test_a_group_of_before_is_asked_about_with_its_first_question(closed: Derek) -> None:
    question = message(GROUP, OLGA, f"@derek_bot {QUESTION}")
    said, asked = feed(closed, question)
    assert (said.text, asked.parameters["chat_id"]) == (en("group-private"), ADA.id)
    assert feed(closed, message(GROUP, BEK, f"@derek_bot {QUESTION}")) == []
    assert feed(closed, message(GROUP, OLGA, QUESTION)) == [], "it was said to others"
    hello, answer = feed(closed, message(Chat(-1009, "group", "Old"), ADA, f"@derek_bot {QUESTION}"))
    assert hello.text == ru("group-allowed", bot="derek_bot")
    assert "<b>3 325</b> joint" in answer.text


def test_nothing_is_said_in_a_channel(closed: Derek) -> None:
    [asked] = feed(closed, membership(CHANNEL, OLGA, "administrator"))
    assert asked.parameters["chat_id"] == ADA.id


def test_in_open_access_a_group_needs_nobody(tmp_path: Path) -> None:
    with opened(tmp_path, settings(access=AccessKind.OPEN)) as derek:
        assert feed(derek, membership(GROUP, OLGA, "member")) == []
        assert "<b>3 325</b> joint" in feed(derek, message(GROUP, OLGA, f"@derek_bot {QUESTION}"))[0].text


@pytest.mark.parametrize("told_in", ["old", "new", "both"])
def test_a_group_that_becomes_a_supergroup_is_still_allowed(closed: Derek, told_in: str) -> None:
    old, new = Chat(-5, "group", "Editors"), Chat(-100500, "supergroup", "Editors")
    feed(closed, membership(old, ADA, "member"))
    if told_in != "new":
        feed(closed, message(old, None, migrate_to_chat_id=new.id))
    if told_in != "old":
        feed(closed, message(new, None, migrate_from_chat_id=old.id))
    [answer] = feed(closed, message(new, OLGA, f"@derek_bot {QUESTION}"))
    assert "<b>3 325</b> joint" in answer.text


def test_blocking_the_bot_in_private_is_no_group(closed: Derek) -> None:
    assert feed(closed, membership(HOME, OLGA, "kicked", "member")) == []
    assert closed.people.places.all() == []


# /people


def test_people_are_listed_page_by_page_and_who_asks_comes_first(closed: Derek) -> None:
    for number in range(100, 112):
        closed.people.persons.settle(number, Standing.READER, ADA.id)
    ask(closed)
    [first] = feed(closed, message(OFFICE, ADA, "/people"))
    assert first.text.index("13") < first.text.index("Olga") < first.text.index("100")
    assert first.buttons["Olga (@olga)"] == "person:7"
    _, second = feed(closed, press(first.buttons[ru("button-further")], OFFICE, ADA))
    assert "111" in second.text
    assert ru("button-further") not in second.buttons


def test_a_person_is_made_an_administrator_and_removed(closed: Derek) -> None:
    closed.people.persons.settle(OLGA.id, Standing.READER, ADA.id)
    _, card = feed(closed, press("person:7", OFFICE, ADA))
    calls = feed(closed, press(card.buttons[ru("button-promote")], OFFICE, ADA))
    assert {"setMyCommands", "editMessageText"} <= {call.method for call in calls}
    assert role(closed, OLGA) is Role.ADMINISTRATOR
    card = calls[-1]
    calls = feed(closed, press(card.buttons[ru("button-dismiss")], OFFICE, ADA))
    assert "deleteMyCommands" in {call.method for call in calls}
    assert role(closed, OLGA) is Role.STRANGER
    assert ask(closed) == []


@pytest.mark.parametrize("standing", ["reader", "refused", "blocked"])
def test_nobody_takes_an_owner_away(closed: Derek, standing: str) -> None:
    closed.people.persons.settle(OLGA.id, Standing.ADMINISTRATOR, ADA.id)
    _, card = feed(closed, press("person:13", HOME, OLGA))
    assert set(card.buttons) == {en("button-back")}
    feed(closed, press(f"standing:13:{standing}", HOME, OLGA))
    assert role(closed, ADA) is Role.ADMINISTRATOR
    assert closed.people.persons.get(ADA.id).standing is None


def test_the_last_administrator_stays(unowned: Derek) -> None:
    ask(unowned, OLGA, f"/pair {code_of(unowned)}")
    [alert] = feed(unowned, press("standing:7:refused", HOME, OLGA))
    assert alert.text == en("last-administrator")
    assert role(unowned, OLGA) is Role.ADMINISTRATOR


def test_a_made_up_button_gives_nothing_to_one_whom_nobody_let_in(closed: Derek) -> None:
    [alert] = feed(closed, press("standing:99:reader", OFFICE, ADA))
    assert alert.text == ru("people-unknown", id="99")
    assert closed.people.persons.get(99).standing is None


def test_a_person_and_a_group_are_limited_to_collections(closed: Derek) -> None:
    closed.people.persons.settle(OLGA.id, Standing.READER, ADA.id)
    closed.people.places.settle(GROUP.id, PlaceState.ALLOWED, ADA.id, "Editors")
    for number, chat in ((OLGA.id, HOME), (GROUP.id, GROUP)):
        [card] = feed(closed, message(OFFICE, ADA, f"/people {number} in HR it"))
        assert "hr, it" in card.text
        at = "" if chat is HOME else "@derek_bot"
        [about] = texts(feed(closed, message(chat, OLGA, f"/about{at}")))
        assert about == en("no-articles")
        [card] = feed(closed, message(OFFICE, ADA, f"/people {number} in any"))
        assert "hr, it" not in card.text
        [about] = texts(feed(closed, message(chat, OLGA, f"/about{at}")))
        assert about.startswith("5 articles")


@pytest.mark.parametrize(
    ("words", "name", "values"),
    [
        ("in hr", "people-usage", {}),
        ("7 hr", "people-usage", {}),
        ("7 in", "people-usage", {}),
        ("99 in hr", "people-unknown", {"id": "99"}),
        ("-99", "people-unknown", {"id": "-99"}),
        ("13 in hr", "people-fixed", {}),
        ("7 in h/r", "people-collection", {"name": "h/r"}),
    ],
)
def test_what_people_cannot_do_is_said(closed: Derek, words: str, name: str, values: dict[str, str]) -> None:
    closed.people.persons.settle(OLGA.id, Standing.READER, ADA.id)
    assert texts(feed(closed, message(OFFICE, ADA, f"/people {words}"))) == [Phrases("ru")(name, **values)]


def test_groups_are_listed_allowed_and_left(closed: Derek) -> None:
    feed(closed, membership(GROUP, OLGA, "member"))
    [first] = feed(closed, message(OFFICE, ADA, "/people"))
    _, groups = feed(closed, press(first.buttons[ru("button-groups")], OFFICE, ADA))
    _, card = feed(closed, press(groups.buttons["Editors"], OFFICE, ADA))
    feed(closed, press(card.buttons[ru("button-allow")], OFFICE, ADA))
    assert feed(closed, message(GROUP, OLGA, "/help@derek_bot"))
    calls = feed(closed, press(card.buttons[ru("button-leave")], OFFICE, ADA))
    assert "leaveChat" in [call.method for call in calls]
    assert feed(closed, message(GROUP, OLGA, "/help@derek_bot")) == []


# The log


def test_what_administrators_do_is_in_the_log(closed: Derek) -> None:
    request = to(ask(closed), OFFICE)
    feed(closed, press(request.buttons[en("button-allow")], OFFICE, ADA))
    files = RecordingRequest({"bridge.txt": b"The bridge over the Turgay was opened in May."})
    receipt = feed(closed, message(OFFICE, ADA, **document("bridge.txt")), request=files)[-1]
    feed(closed, press(receipt.buttons[ru("button-undo")], OFFICE, ADA))
    article_id = closed.store.catalogue()[0].article_id
    feed(closed, press(f"remove:{article_id}", OFFICE, ADA))
    [text] = texts(feed(closed, message(OFFICE, ADA, "/log")))
    lines = text.splitlines()
    assert len(lines) == 4
    ada = "Ада (@ada)"
    assert lines[0].endswith(ru("act-remove", who=ada, whom=article_id))
    assert lines[3].endswith(ru("act-admit", who=ada, whom="Olga (@olga)"))
    assert "Turgay" not in text


def test_the_log_goes_page_by_page(closed: Derek) -> None:
    for number in range(100, 120):
        closed.people.persons.settle(number, Standing.READER, ADA.id)
    [first] = feed(closed, message(OFFICE, ADA, "/log"))
    assert len(first.text.splitlines()) == 15
    _, second = feed(closed, press(first.buttons[ru("button-further")], OFFICE, ADA))
    assert len(second.text.splitlines()) == 5
    assert second.buttons == {}


# Rates


def test_who_asks_too_much_is_told_once_and_administrators_never(closed: Derek) -> None:
    closed.people.persons.settle(OLGA.id, Standing.READER, ADA.id)
    time = 0.0
    rates = Rates(3, lambda: time)
    calls = [feed(closed, message(HOME, OLGA, "hello", date=0), rates=rates) for _ in range(6)]
    assert [texts(call) for call in calls[2:]] == [[en("greeting")], [en("too-many")], [], []]
    [silent] = feed(closed, press("page:0", HOME, OLGA), rates=rates)
    assert (silent.method, silent.text) == ("answerCallbackQuery", "")
    time = 60.0
    assert texts(feed(closed, message(HOME, OLGA, "hello", date=60), rates=rates)) == [en("greeting")]
    for _ in range(9):
        assert texts(feed(closed, message(OFFICE, ADA, "hello"), rates=rates)) == [en("greeting")]


def test_what_waited_while_derek_was_away_counts_for_when_it_was_sent(closed: Derek) -> None:
    closed.people.persons.settle(OLGA.id, Standing.READER, ADA.id)
    rates = Rates(3, lambda: 9_999.0)
    waiting = [message(HOME, OLGA, "hello", date=30 * number) for number in range(8)]
    assert texts(feed(closed, *waiting, rates=rates)) == [en("greeting")] * 8


def test_the_settings_say_how_much_is_too_much(tmp_path: Path) -> None:
    with opened(tmp_path, TelegramSettings(access=AccessKind.OPEN, questions_per_minute=2)) as derek:
        updates = [message(HOME, OLGA, "hello") for _ in range(4)]
        assert texts(feed(derek, *updates)) == [en("greeting")] * 2 + [en("too-many")]


# To be forgotten


def test_who_wants_to_be_forgotten_is_asked_and_then_forgotten(closed: Derek, tmp_path: Path) -> None:
    request = to(ask(closed), OFFICE)
    feed(closed, press(request.buttons[en("button-allow")], OFFICE, ADA))
    closed.people.places.settle(GROUP.id, PlaceState.ALLOWED, ADA.id, "Editors")
    feed(closed, message(HOME, OLGA, "Where does the Snark live?"))
    feed(closed, message(GROUP, OLGA, "@derek_bot Is the Snark a Boojum?"))
    feed(closed, message(GROUP, BEK, "@derek_bot Who met Mishustin?"))
    [asked] = feed(closed, message(HOME, OLGA, "/forget_me"))
    assert asked.text == en("forget-me-confirm")
    _, kept = feed(closed, press(asked.buttons[en("button-keep")], HOME, OLGA))
    assert kept.text == en("kept")
    assert closed.history.recent("telegram:7", 9) == ["Where does the Snark live?"]
    _, done = feed(closed, press(asked.buttons[en("button-forget")], HOME, OLGA))
    assert done.text == en("forgotten-me", count=2)
    assert closed.history.recent(f"telegram:{GROUP.id}", 9) == ["Who met Mishustin?"]
    assert role(closed, OLGA) is Role.READER
    found = [
        path
        for path in (tmp_path / "derek").rglob("*")
        if path.is_file() and (b"Snark" in path.read_bytes() or b"@olga" in path.read_bytes())
    ]
    assert found == []


def test_a_stranger_takes_a_request_back_by_being_forgotten(closed: Derek) -> None:
    ask(closed)
    feed(closed, press("forget:yes", HOME, OLGA))
    assert closed.people.persons.get(OLGA.id).standing is None
