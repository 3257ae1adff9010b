"""The buttons that judge an answer, and the questions that went without a good one, in Telegram."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble
from bot.chats.feedback import AnswerFault, Verdict
from bot.config import AccessKind, Config, TelegramSettings
from bot.phrases import Phrases
from tests.conftest import WORDS_ALONE
from tests.support.bot_api import BotApi, User, private
from tests.support.recording import ANN, GROUP, HOME, Call, RecordingRequest, feed, message, press, texts
from tests.support.running import RunningDerek

EVE = User(9, "Eve", "en", "eve")
ENTERPRISES = "How many joint Kazakh-Russian enterprises are there?"
CAMEL = "What does a camel eat in winter?"
PATIENCE = 20.0

en = Phrases("en")


@pytest.fixture(name="owned")
def derek_with_an_administrator(tmp_path: Path) -> Iterator[Derek]:
    telegram = TelegramSettings(access=AccessKind.OPEN, administrators=frozenset({ANN.id}))
    config = Config(data=tmp_path / "owned", telegram=telegram, semantic=WORDS_ALONE)
    with assemble(config) as derek:
        yield derek


def votes(derek: Derek) -> list[tuple[int, int]]:
    return [(piece.good, piece.bad) for piece in derek.history.feedback.judged()]


def rows(call: Call) -> list[list[str]]:
    """Return the texts of the buttons under a message, row by row."""
    return [[button["text"] for button in row] for row in call.parameters["reply_markup"]["inline_keyboard"]]


# Judging


def test_an_answer_can_be_judged_in_its_last_row(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    assert rows(answer)[-1][:2] == ["👍", "👎"]
    [noted] = feed(derek, press(answer.buttons["👍"], beneath=answer))
    assert (noted.method, noted.text) == ("answerCallbackQuery", en("judged"))
    assert not noted.parameters.get("show_alert")
    assert votes(derek) == [(1, 0)]


def test_where_nothing_is_shown_there_is_nothing_to_judge(owned: Derek) -> None:
    for entry in owned.store.catalogue():
        owned.store.remove(entry.article_id)
    [answer] = feed(owned, message(text=CAMEL))
    assert answer.buttons == {}


def test_who_finds_an_answer_bad_is_asked_why_and_the_other_buttons_stay(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    noted, asked = feed(derek, press(answer.buttons["👎"], beneath=answer))
    assert noted.text == en("judged-bad")
    assert asked.method == "editMessageReplyMarkup"
    assert rows(asked) == [*rows(answer), ["Wrong sentence", "Not an answer"], ["Outdated"]]
    assert votes(derek) == [(0, 1)]
    noted, told = feed(derek, press(asked.buttons["Outdated"], beneath=asked))
    assert (noted.text, rows(told)) == (en("judged"), rows(answer))
    [piece] = derek.history.feedback.judged()
    assert (piece.verdict, piece.faults) == (Verdict.BAD, {AnswerFault.OUTDATED: 1})


def test_a_second_press_changes_the_judgement_and_counts_once(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    for thumb, expected in (("👍", (1, 0)), ("👍", (1, 0)), ("👎", (0, 1)), ("👎", (0, 1)), ("👍", (1, 0))):
        feed(derek, press(answer.buttons[thumb], beneath=answer))
        assert votes(derek) == [expected]


def test_a_press_that_is_worked_on_twice_does_what_it_did(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    bad = press(answer.buttons["👎"], beneath=answer)
    asked = feed(derek, bad)[-1]
    feed(derek, press(asked.buttons["Not an answer"], beneath=asked))
    feed(derek, bad)
    assert derek.history.feedback.judged()[0].faults == {AnswerFault.NO_ANSWER: 1}


def test_everybody_in_a_group_has_a_judgement(derek: Derek) -> None:
    [answer] = feed(derek, message(GROUP, text=f"@derek_bot {ENTERPRISES}"))
    for user, thumb in ((ANN, "👍"), (EVE, "👎"), (EVE, "👎")):
        feed(derek, press(answer.buttons[thumb], GROUP, user, beneath=answer))
    assert votes(derek) == [(1, 1)]


@pytest.mark.parametrize("thumb", ["👍", "👎"])
def test_nobody_judges_an_answer_of_another_chat(derek: Derek, thumb: str) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    [alert] = feed(derek, press(answer.buttons[thumb], private(EVE), EVE))
    assert (alert.text, alert.parameters["show_alert"]) == (en("forgotten-question"), True)
    assert votes(derek) == []


@pytest.mark.parametrize(
    "data", ["good:", "good:x", "bad:999999", "fault:1:nonsense", "fault:1", "missed:-1"]
)
def test_a_forged_button_does_no_harm(derek: Derek, data: str) -> None:
    feed(derek, message(text=ENTERPRISES))
    assert [call.method for call in feed(derek, press(data))] == ["answerCallbackQuery"]
    assert votes(derek) == []


def test_a_message_whose_buttons_cannot_be_changed_is_judged_all_the_same(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    request = RecordingRequest()
    request.failures["editMessageReplyMarkup"].append((400, "Bad Request: message can't be edited"))
    feed(derek, press(answer.buttons["👎"], beneath=answer), request=request)
    assert votes(derek) == [(0, 1)]


# What was missed


def test_administrators_see_what_was_missed_once_with_how_often_it_was_asked(owned: Derek) -> None:
    other = private(EVE)
    feed(owned, message(other, EVE, CAMEL), message(text=CAMEL.upper()), message(text=ENTERPRISES))
    [listed] = texts(feed(owned, message(text="/missed")))
    assert listed.startswith(f"<b>{CAMEL.upper()}</b> · asked 2 times · ")
    assert ENTERPRISES not in listed
    assert not {"Eve", "eve", "Ann", str(EVE.id), "telegram"} & set(listed.split())


def test_a_bad_answer_is_missed_and_said_to_be_bad(owned: Derek) -> None:
    [answer] = feed(owned, message(text=ENTERPRISES))
    feed(owned, press(answer.buttons["👎"].replace("bad", "fault") + ":sentence", beneath=answer))
    [listed] = texts(feed(owned, message(text="/missed")))
    assert listed.endswith("👎 1 · Wrong sentence")
    assert "7 791" not in listed, "an article may be none of this chat's"


def test_what_was_missed_is_shown_page_by_page(owned: Derek) -> None:
    assert texts(feed(owned, message(text="/missed"))) == [en("missed-nothing")]
    feed(owned, *(message(text=f"What does the camel {name * 3} eat in winter?") for name in "abcdefghijkl"))
    [first] = feed(owned, message(text="/missed"))
    assert "lll" in first.text.split("\n")[0]
    _, second = feed(owned, press(first.buttons["Older questions"]))
    assert ["ccc" in second.text, "bbb" in second.text, "aaa" in second.text] == [False, True, True]
    assert second.buttons == {}


def test_what_others_asked_is_shown_in_private_only(owned: Derek) -> None:
    feed(owned, message(text=CAMEL))
    assert texts(feed(owned, message(GROUP, text="/missed@derek_bot"))) == [en("private-only")]
    [told] = feed(owned, press("missed:0", GROUP))
    assert told.text == en("private-only")


def test_nobody_but_an_administrator_sees_what_others_asked(owned: Derek) -> None:
    feed(owned, message(text=CAMEL))
    eves = private(EVE)
    for update in (message(eves, EVE, "/missed"), press("missed:0", eves, EVE)):
        [call] = feed(owned, update)
        assert call.text == en("administrators-only", user=str(EVE.id))


# Over a strict Bot API


def test_a_judgement_over_a_strict_bot_api(tmp_path: Path) -> None:
    with BotApi(repeat_bound=0.1) as api:
        with RunningDerek(tmp_path, api.url, administrators=(7,)) as derek:
            api.wait_until_listening(PATIENCE)
            api.message(HOME, ANN, ENTERPRISES)
            [answer] = api.wait_for_messages(HOME, 1, PATIENCE)
            api.press(answer, "👎", ANN)
            api.wait_until(lambda: "Outdated" in api.messages(HOME)[0].buttons, PATIENCE)
            api.press(api.messages(HOME)[0], "Outdated", ANN)
            api.wait_until(lambda: api.messages(HOME)[0].buttons == answer.buttons, PATIENCE)
            api.message(HOME, ANN, "/missed")
            assert "Outdated" in api.wait_for_messages(HOME, 2, PATIENCE)[1].text
            assert derek.stop() == 0
        assert [call for call in api.calls(ok=False) if call.method != "getUpdates"] == []
        assert api.unanswered == frozenset()
