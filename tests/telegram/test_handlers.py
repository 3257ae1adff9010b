"""What the handlers do with each kind of update: real handlers, real serialisation, no network."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from bot.assembly import Derek, assemble
from bot.chats.history import History
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from retrieval.filters import Filter
from retrieval.ingest.texts import Metadata, read_text
from retrieval.questions.followups import EarlierQuestion
from tests.support.answering import earlier
from tests.support.bot_api import Chat, FromChannel, FromHidden, FromUser, User, private
from tests.support.embeddings_server import EmbeddingsServer, always
from tests.support.recording import (
    ANN,
    BOT,
    GROUP,
    HOME,
    Call,
    RecordingRequest,
    document,
    feed,
    message,
    press,
    texts,
)

EVE = User(9, "Eve", "en", "eve")
ENTERPRISES = "How many joint Kazakh-Russian enterprises are there?"
CHANNEL = Chat(-200, "channel", "Orda News")
BRIDGE = "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025. It cost 12 million."

en = Phrases("en")


@pytest.fixture(name="owned")
def derek_with_an_administrator(tmp_path: Path) -> Iterator[Derek]:
    settings = TelegramSettings(access=AccessKind.OPEN, administrators=frozenset({ANN.id}))
    with assemble(Config(data=tmp_path / "owned", telegram=settings)) as derek:
        yield derek


# Asking


def test_a_question_is_answered_with_the_sentence_its_source_and_no_preview(derek: Derek) -> None:
    [call] = feed(derek, message(text=ENTERPRISES))
    assert call.method == "sendMessage"
    assert call.text.startswith("<blockquote expandable>There are 7 791 enterprises")
    assert "Akorda press service" in call.text
    assert call.parameters["link_preview_options"] == {"is_disabled": True}
    assert "reply_parameters" not in call.parameters


def test_a_question_in_no_language_is_answered_in_that_of_the_person(derek: Derek) -> None:
    user = User(7, "Ann", "ru", "ann")
    [text] = texts(feed(derek, message(private(user), user, "2035?")))
    assert Phrases("ru")("not-found") in text


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What does a camel eat in winter?", "en"),
        ("Сколько стоит литр бензина?", "ru"),
        ("Түйе қыста не жейді?", "kk"),
    ],
)
def test_that_nothing_was_found_is_said_in_the_language_of_the_question(
    derek: Derek, question: str, language: str
) -> None:
    [text] = texts(feed(derek, message(text=question)))
    assert Phrases(language)("not-found") in text


@pytest.mark.parametrize(
    ("code", "language"), [("en", "en"), ("ru", "ru"), ("kk", "kk"), ("de", "en"), (None, "en")]
)
@pytest.mark.parametrize("name", ["start", "help"])
def test_commands_speak_the_language_of_the_person(
    derek: Derek, name: str, code: str | None, language: str
) -> None:
    user = User(7, "Ann", code, "ann")
    [text] = texts(feed(derek, message(private(user), user, f"/{name}")))
    assert text.split("\n")[0] in Phrases(language)(name)


@pytest.mark.parametrize(
    ("courtesy", "language", "name"),
    [
        ("Hello!", "en", "greeting"),
        ("Привет", "ru", "greeting"),
        ("рахмет!", "kk", "thanks"),
        ("Пока!", "ru", "farewell"),
    ],
)
def test_a_courtesy_is_returned_in_its_own_language(
    derek: Derek, courtesy: str, language: str, name: str
) -> None:
    [text] = texts(feed(derek, message(text=courtesy)))
    assert text == Phrases(language)(name)


@pytest.mark.parametrize("more", ["more", "Ещё!", "тағы"])
def test_who_wants_more_is_shown_what_follows(derek: Derek, more: str) -> None:
    question = "Which transport corridors will get more capacity?"
    [first], [further] = (texts(feed(derek, message(text=text))) for text in (question, more))
    assert ("[1]" in first, "[1]" in further) == (True, False)
    shown = max(map(int, re.findall(r"\[(\d)\]", first)))
    assert f"[{shown + 1}]" in further


def test_more_of_nothing_asks_for_a_question(derek: Derek) -> None:
    assert texts(feed(derek, message(text="more"))) == [Phrases("en")("more")]
    assert texts(feed(derek, message(text="да"))) == [Phrases("ru")("assent")]


def test_who_asks_what_there_is_is_told(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="What are the articles about?")))
    assert text == texts(feed(derek, message(text="/about")))[0]


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]},
        {"sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 1}},
        {"location": {"longitude": 71.4, "latitude": 51.1}},
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_word_in_private_and_none_in_a_group(derek: Derek, content: Any) -> None:
    assert texts(feed(derek, message(**content))) == [en("cannot-read")]
    assert feed(derek, message(GROUP, **content)) == []


def test_a_caption_is_a_question_where_a_text_would_be_one(derek: Derek) -> None:
    photo: dict[str, Any] = {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]}
    assert "<b>3 325</b> joint" in texts(feed(derek, message(caption=ENTERPRISES, **photo)))[0]
    assert feed(derek, message(GROUP, caption=ENTERPRISES, **photo)) == []


@pytest.mark.parametrize("text", ["/ask", "/ask@derek_bot", "…", "🙂"])
def test_a_question_without_words_is_asked_for(derek: Derek, text: str) -> None:
    assert texts(feed(derek, message(text=text))) == [en("question-empty")]


def test_a_question_that_is_too_long_is_told_how_long_it_may_be(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="why " * 1000)))
    assert text == en("question-too-long", length=3999, limit=2000)


@pytest.mark.parametrize("text", ["https://example.org/start", "see example.org/help/list and /startle?"])
def test_a_command_inside_a_link_is_no_command(derek: Derek, text: str) -> None:
    [reply] = texts(feed(derek, message(text=text)))
    assert en("start")[:10] not in reply


def test_an_edited_question_is_not_answered_again(derek: Derek) -> None:
    update = message(text=ENTERPRISES)
    update["edited_message"] = update.pop("message") | {"edit_date": 1}
    assert feed(derek, update) == []


def test_html_that_telegram_cannot_read_is_sent_again_without(derek: Derek) -> None:
    request = RecordingRequest()
    request.failures["sendMessage"].append((400, "Bad Request: can't parse entities: unexpected end"))
    first, second = feed(derek, message(text=ENTERPRISES), request=request)
    assert first.parameters["parse_mode"] == "HTML"
    assert "parse_mode" not in second.parameters
    assert second.text.startswith("There are 7 791 enterprises")


def test_a_failure_is_noted_under_a_reference_that_the_person_is_told(
    owned: Derek, caplog: pytest.LogCaptureFixture
) -> None:
    request = RecordingRequest()
    request.failures["getFile"].append((400, "Bad Request: wrong file_id of salaries"))
    [apology] = texts(feed(owned, message(**document("salaries.txt")), request=request))
    [record] = [record for record in caplog.records if record.name == "bot.telegram.working"]
    reference = record.getMessage().split(":")[0]
    assert apology == en("failure", reference=reference)
    assert "salaries" not in caplog.text


def test_what_fails_in_passing_is_tried_again(owned: Derek) -> None:
    request = RecordingRequest({"bridge.txt": BRIDGE.encode()})
    request.failures["getFile"].append((502, "Bad Gateway"))
    [receipt] = texts(feed(owned, message(**document("bridge.txt")), request=request))
    assert receipt.startswith("Added:")


# Groups


@pytest.mark.parametrize(
    "text",
    [
        ENTERPRISES,
        f"/ask@other_bot {ENTERPRISES}",
        "@other_bot hello",
        "/weather Almaty",
        "Derek is nice",
        "Subscribe to @derek_bot and our news",
    ],
)
def test_what_is_said_in_a_group_to_others_is_left_alone(derek: Derek, text: str) -> None:
    assert feed(derek, message(GROUP, text=text)) == []


@pytest.mark.parametrize(
    "text",
    [
        f"/ask@derek_bot {ENTERPRISES}",
        f"/ask {ENTERPRISES}",
        f"@derek_bot {ENTERPRISES}",
        f"{ENTERPRISES} @Derek_Bot",
        f"Derek, {ENTERPRISES}",
        f"derek: {ENTERPRISES}",
    ],
)
def test_what_is_said_in_a_group_to_derek_is_answered_as_a_reply(derek: Derek, text: str) -> None:
    update = message(GROUP, text=text)
    [call] = feed(derek, update)
    assert "<b>3 325</b> joint" in call.text
    assert call.parameters["reply_parameters"] == {
        "message_id": update["message"]["message_id"],
        "allow_sending_without_reply": True,
    }


def replied(user: User, text: str) -> dict[str, Any]:
    """Return what a message holds that replies to another."""
    return {"reply_to_message": message(GROUP, user, text)["message"]}


def test_a_reply_to_derek_is_a_question_and_a_reply_to_somebody_else_is_not(derek: Derek) -> None:
    assert len(feed(derek, message(GROUP, text=ENTERPRISES, **replied(BOT, "…")))) == 1
    assert feed(derek, message(GROUP, text=ENTERPRISES, **replied(EVE, "…"))) == []


@pytest.mark.parametrize("text", ["@derek_bot", "/ask@derek_bot"])
def test_derek_called_under_somebody_elses_question_answers_that(derek: Derek, text: str) -> None:
    [call] = feed(derek, message(GROUP, text=text, **replied(EVE, ENTERPRISES)))
    assert "<b>3 325</b> joint" in call.text


def test_the_answer_stays_in_the_topic_of_the_question(derek: Derek) -> None:
    topic: dict[str, Any] = {"message_thread_id": 5, "is_topic_message": True}
    [call] = feed(derek, message(GROUP, text=f"@derek_bot {ENTERPRISES}", **topic))
    assert call.parameters["message_thread_id"] == 5


def test_a_group_that_becomes_a_supergroup_keeps_its_questions(derek: Derek) -> None:
    old, new = Chat(-5, "group", "Editors"), Chat(-100500, "supergroup", "Editors")
    [call] = feed(derek, message(old, text=f"@derek_bot {ENTERPRISES}"))
    feed(derek, message(old, migrate_to_chat_id=new.id))
    _, further = feed(derek, press(call.buttons["More results"], new))
    assert further.method == "editMessageText"
    assert "[2]" in further.text


# Buttons


def context_button(answer: Call) -> str:
    """Return what the button for the context of the first citation sends."""
    return next(data for text, data in answer.buttons.items() if text.startswith(en("button-context")))


def test_more_context_shows_the_sentence_marked_among_its_neighbours(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    answered, context = feed(derek, press(context_button(answer)))
    assert answered.method == "answerCallbackQuery"
    assert "<b>There are 7 791 enterprises" in context.text
    assert "about $12.6 billion" in context.text


def test_more_results_go_on_until_there_are_none_and_number_on(derek: Derek) -> None:
    [call] = feed(derek, message(text="Tokayev Putin Kazakhstan Russia Moscow"))
    quotes = {call.text}
    while "More results" in call.buttons:
        answered, call = feed(derek, press(call.buttons["More results"]))
        assert answered.method == "answerCallbackQuery"
        assert call.text not in quotes
        quotes.add(call.text)
    assert len(quotes) > 3


def test_a_button_of_an_article_that_is_gone_says_so(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    data = context_button(answer)
    derek.store.remove(data.split(":")[1])
    [alert] = feed(derek, press(data))
    assert alert.method == "answerCallbackQuery"
    assert alert.parameters["show_alert"] is True
    assert "No article has the id" in alert.text


def test_a_button_whose_sentence_gave_way_to_another_of_its_length_shows_the_former(owned: Derek) -> None:
    text = "Harbour news\n\nThe Aral harbour has 12 berths. It was dug in 1931."
    owned.store.put(read_text(text, "harbour"))
    [answer] = feed(owned, message(text="How many berths has the Aral harbour?"))
    data = context_button(answer)
    assert "12 berths" in feed(owned, press(data))[1].text
    owned.store.put(read_text(text.replace("12", "19"), "harbour"))
    shown = feed(owned, press(data))[1].text
    assert ("12 berths" in shown, "19 berths" in shown) == (True, False)
    assert "the article was changed since" in shown
    owned.store.purge()
    [alert] = feed(owned, press(data))
    assert alert.parameters["show_alert"] is True
    assert alert.text == en("changed-article")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "context",
        "context:zz:1:2",
        "context:0123456789ab:9:1:00000000",
        "more:999999:3",
        "page:0:0",
        "nonsense",
        "undo:",
        "limit:lang:en",
        "limit:lang:en:2",
        "limit:lang:ЖЖ:1",
        "limit:since:2022:1",
        "limit:source:000000000:1",
    ],
)
def test_a_forged_or_forgotten_button_is_answered_and_does_no_harm(derek: Derek, data: str) -> None:
    calls = feed(derek, press(data))
    assert [call.method for call in calls] == ["answerCallbackQuery"]


def test_a_question_of_one_chat_is_not_told_to_another(derek: Derek) -> None:
    [answer] = feed(derek, message(text=ENTERPRISES))
    [alert] = feed(derek, press(answer.buttons["More results"], private(EVE), EVE))
    assert alert.text == en("forgotten-question")


# Follow-ups

OIL, GAS = "What did the sides agree on oil?", "And on gas?"
GAS_WITH = en("read-with", words="sides, agree")
CHAT = f"telegram:{ANN.id}"


def add_earlier(derek: Derek, question: str, **ago: float) -> None:
    """Remember a question of Ann's chat as another process did so long ago."""
    path = derek.config.folder / "history.sqlite3"
    with closing(History(path, lambda: datetime.now(UTC) - timedelta(**ago))) as history:
        history.add(CHAT, EarlierQuestion.of(question))


def test_a_follow_up_is_told_above_its_answer_what_it_was_understood_with(derek: Derek) -> None:
    _, answer = texts(feed(derek, message(text=OIL), message(text=GAS)))
    assert answer.startswith(f"{GAS_WITH}\n\n<blockquote expandable>- Prospects for gas cooperation")


def test_each_question_of_a_message_is_answered_by_itself(derek: Derek) -> None:
    first, second = texts(feed(derek, message(text=f"{OIL} {GAS}")))
    assert first.startswith(f"<b>{OIL}</b>")
    assert second.startswith(f"<b>{GAS}</b>\n\n{GAS_WITH}")


def test_a_question_that_cannot_be_asked_loses_no_answer_before_it(derek: Derek) -> None:
    answer, trouble = texts(feed(derek, message(text=f"{OIL} Why {'so ' * 1_000}?")))
    assert answer.startswith(f"<b>{OIL}</b>")
    assert trouble == Phrases("en")("question-too-long", length=3_005, limit=2_000)


def test_that_is_told_in_the_language_of_the_question(derek: Derek) -> None:
    questions = ("Кто прибыл в Казань на «Игры будущего»?", "По чьему приглашению?")
    _, answer = texts(feed(derek, *(message(text=question) for question in questions)))
    assert answer.startswith(Phrases("ru")("read-with", words="прибыл, казань, игры, будущего"))


def test_what_is_no_question_does_not_come_between(derek: Derek) -> None:
    between = ["thanks", "понятно", "/about", "/ask", "?!", "why " * 1_000]
    *_, answer = texts(feed(derek, *(message(text=text) for text in (OIL, *between, GAS))))
    assert answer.startswith(GAS_WITH)


def test_a_question_that_stands_alone_is_answered_as_if_it_were_the_first(derek: Derek) -> None:
    [alone] = texts(feed(derek, message(private(EVE), EVE, ENTERPRISES)))
    assert texts(feed(derek, message(text=OIL), message(text=ENTERPRISES)))[1] == alone


@pytest.mark.parametrize(("minutes", "follows"), [(55, True), (65, False)])
def test_a_question_follows_those_of_the_last_hour(derek: Derek, minutes: int, follows: bool) -> None:
    add_earlier(derek, OIL, minutes=minutes)
    [answer] = texts(feed(derek, message(text=GAS)))
    assert answer.startswith(GAS_WITH) is follows


def test_a_question_follows_none_of_another_chat(derek: Derek) -> None:
    feed(derek, message(text=OIL))
    [answer] = texts(feed(derek, message(GROUP, text=f"@derek_bot {GAS}")))
    assert GAS_WITH not in answer


def test_more_results_for_a_follow_up_are_for_what_it_followed_then(derek: Derek) -> None:
    add_earlier(derek, OIL, hours=30)
    add_earlier(derek, GAS, hours=29.5)
    number = derek.history.add(CHAT, EarlierQuestion.of("Who met Mishustin?")) - 1
    _, further = feed(derek, press(f"more:{number}:1"))
    quotes = [
        citation.quote for citation in derek.answerer.ask(GAS, offset=1, previous=earlier(OIL)).citations
    ]
    assert quotes
    assert quotes != [citation.quote for citation in derek.answerer.ask(GAS, offset=1).citations]
    for quote in quotes:
        assert quote in further.text.replace("<b>", "").replace("</b>", "")


# Settings

PLAYERS = "Каким спортом увлекаются молодые участники игр?"
EDIT_FAULTS = ("message to edit not found", "message is not modified: specified new message content …")
LATE = "What was said about transport in articles since 2030?"


class GroupRequest(RecordingRequest):
    """Knows who looks after the group."""

    def _result(self, name: str, parameters: Mapping[str, Any]) -> Any:
        if name != "getChatAdministrators":
            return super()._result(name, parameters)
        return [{"status": "creator", "is_anonymous": False, "user": ANN.json()}]


def test_settings_show_what_there_is_to_choose_from(derek: Derek) -> None:
    [call] = feed(derek, message(text="/settings"))
    assert "Languages: any." in call.text
    assert en("settings-usage").split("\n")[0] in call.text
    assert list(call.buttons) == [
        "English",
        "Russian",
        *sorted(source for source, _ in derek.store.summary().sources),
        f"✓ {en('button-speak-any')}",
        "🗣 English",
        "🗣 русский",
        "🗣 қазақ тілі",
    ]


@pytest.mark.parametrize("code", ["en", "ru", "kk", "de", None])
def test_settings_speak_the_language_of_the_person(derek: Derek, code: str | None) -> None:
    user, phrases = User(7, "Ann", code, "ann"), Phrases(code)
    [shown] = feed(derek, message(private(user), user, "/settings"))
    assert shown.text.startswith(f"<b>{phrases('settings')}</b>")
    _, edited = feed(derek, press(next(iter(shown.buttons.values())), private(user), user))
    assert phrases("button-clear") in edited.buttons


def test_the_language_that_somebody_writes_is_spoken_to_them(derek: Derek) -> None:
    [before, _, after] = texts(
        feed(
            derek,
            message(text="/help"),
            message(text="Кто пригласил Токаева в Казань?"),
            message(text="/help"),
        )
    )
    assert before.startswith(en("help").split("\n")[0])
    assert after.startswith(Phrases("ru")("help").split("\n")[0])


def test_a_chosen_language_is_spoken_whatever_somebody_writes(derek: Derek) -> None:
    kk = Phrases("kk")
    [call] = feed(derek, message(text="/settings speak kk"))
    assert call.text.startswith(f"<b>{kk('settings')}</b>")
    assert "✓ 🗣 қазақ тілі" in call.buttons
    feed(derek, message(text=ENTERPRISES))
    [text] = texts(feed(derek, message(text="/help")))
    assert text.startswith(kk("help").split("\n")[0])
    _, shown = feed(derek, press(call.buttons[kk("button-speak-any")]))
    assert shown.text.startswith(f"<b>{en('settings')}</b>")
    [text] = texts(feed(derek, message(text="/help")))
    assert text.startswith(en("help").split("\n")[0])


def test_a_language_that_derek_does_not_speak_is_said_to_be_none(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="/settings speak tlh")))
    assert text == en("setting-speech", said="tlh", choices="en, ru, kk")
    _, shown = feed(derek, press("limit:speak:tlh:1"))
    assert f"✓ {en('button-speak-any')}" in shown.buttons


def test_a_pressed_language_is_ticked_and_limits_the_answers(derek: Derek) -> None:
    [call] = feed(derek, message(text="/settings"))
    answered, shown = feed(derek, press(call.buttons["English"]))
    assert (answered.method, shown.method) == ("answerCallbackQuery", "editMessageText")
    assert "Languages: English." in shown.text
    assert {"✓ English", "Russian", en("button-clear")} <= set(shown.buttons)
    [text] = texts(feed(derek, message(text=PLAYERS)))
    assert Phrases("ru")("limited", limits="английский") in text
    feed(derek, press(shown.buttons[en("button-clear")]))
    [text] = texts(feed(derek, message(text=PLAYERS)))
    assert "104 страны" in text


def test_a_button_of_an_old_message_does_what_stands_on_it(derek: Derek) -> None:
    [old] = feed(derek, message(text="/settings"))
    for _ in range(2):
        _, shown = feed(derek, press(old.buttons["English"]))
        assert "Languages: English." in shown.text
    for _ in range(2):
        _, shown = feed(derek, press(next(data for text, data in shown.buttons.items() if "English" in text)))
    assert "Languages: English." in shown.text


def test_a_source_is_chosen_by_button_and_by_writing(derek: Derek) -> None:
    [call] = feed(derek, message(text="/settings source kazinform"))
    assert "Sources: Kazinform News Agency." in call.text
    assert en("settings-usage").split("\n")[0] not in call.text
    _, shown = feed(derek, press(call.buttons["Akorda press service"]))
    assert "Sources: Akorda press service, Kazinform News Agency." in shown.text
    _, shown = feed(derek, press(shown.buttons["✓ Akorda press service"]))
    assert "Sources: Kazinform News Agency." in shown.text


def test_a_collection_is_chosen_by_button_and_by_writing(derek: Derek) -> None:
    bridge = read_text(BRIDGE, metadata=Metadata(collection="roads"))
    derek.chat("x").add([bridge], "bridge")
    [call] = feed(derek, message(text="/settings in ROADS"))
    assert "Collections: roads." in call.text
    [limited] = texts(feed(derek, message(text=ENTERPRISES)))
    assert en("limited", limits="collections: roads") in limited
    [any_] = feed(derek, message(text="/settings in any"))
    assert "Collections: any." in any_.text
    [_, pressed] = feed(derek, press(any_.buttons["in roads"]))
    assert "Collections: roads." in pressed.text
    [_, pressed] = feed(derek, press(pressed.buttons["✓ in roads"]))
    assert "Collections: any." in pressed.text
    [wrong] = texts(feed(derek, message(text="/settings in legal")))
    assert wrong == en("setting-collection", said="legal", choices="roads")


def test_further_results_keep_to_the_settings(derek: Derek) -> None:
    [call] = feed(derek, message(text="Tokayev Putin Kazakhstan Russia Moscow"))
    feed(derek, message(text="/settings since 2030"))
    [alert] = feed(derek, press(call.buttons["More results"]))
    assert alert.text == en("no-more")


def test_a_period_of_the_question_goes_before_that_of_the_chat(derek: Derek) -> None:
    feed(derek, message(text="/settings until 2023 lang en"))
    [text] = texts(feed(derek, message(text=LATE)))
    assert en("looked-only", period="since January 1, 2030") in text
    assert en("limited", limits="English") in text


def test_many_sources_have_few_buttons_and_those_chosen_have_one(derek: Derek) -> None:
    for number in range(30):
        metadata = Metadata(source=f"Paper {number:02} " + "x" * 60)
        derek.store.put(read_text(f"Report {number} was read aloud.", f"report:{number}", metadata))
    [call] = feed(derek, message(text="/settings source paper 29"))
    assert any(text.startswith("✓ Paper 29") for text in call.buttons)
    assert len(call.buttons) < 20
    assert all(len(text) < 50 and len(data.encode()) <= 64 for text, data in call.buttons.items())


def test_settings_are_those_of_the_chat(derek: Derek) -> None:
    [call] = feed(derek, message(text="/settings lang en"))
    [other] = feed(derek, message(private(EVE), EVE, "/settings"))
    assert "Languages: any." in other.text
    _, shown = feed(derek, press(call.buttons["Russian"], private(EVE), EVE))
    assert "Languages: Russian." in shown.text
    [ann_shown] = feed(derek, message(text="/settings"))
    assert "Languages: English." in ann_shown.text


def test_a_wrong_setting_is_told_so_and_changes_nothing(derek: Derek) -> None:
    assert texts(feed(derek, message(text="/settings since May"))) == [en("setting-day", said="May")]
    assert texts(feed(derek, message(text="/settings <b>"))) == [en("setting-word", said="&lt;b&gt;")]
    assert "Dates: any." in texts(feed(derek, message(text="/settings")))[0]


def test_settings_of_a_group_are_changed_by_its_administrators_and_shown_to_all(derek: Derek) -> None:
    for user, changes in ((EVE, False), (ANN, True)):
        calls = feed(derek, message(GROUP, user, "/settings@derek_bot lang ru"), request=GroupRequest())
        assert (calls[-1].text == en("settings-refused")) is not changes
    [shown] = feed(derek, message(GROUP, EVE, "/settings@derek_bot"), request=GroupRequest())
    assert "Languages: Russian." in shown.text
    *_, alert = feed(derek, press(shown.buttons["✓ Russian"], GROUP, EVE), request=GroupRequest())
    assert (alert.text, alert.parameters["show_alert"]) == (en("settings-refused"), True)
    *_, cleared = feed(derek, press(shown.buttons["✓ Russian"], GROUP), request=GroupRequest())
    assert "Languages: any." in cleared.text


def test_an_administrator_of_derek_changes_the_settings_of_any_group(owned: Derek) -> None:
    [shown] = feed(owned, message(GROUP, ANN, "/settings@derek_bot lang ru"))
    assert "Languages: Russian." in shown.text


def test_an_administrator_who_hides_behind_the_group_changes_its_settings(derek: Derek) -> None:
    hidden = User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True)
    update = message(GROUP, hidden, "/settings@derek_bot lang ru", sender_chat=GROUP.json())
    [shown] = feed(derek, update)
    assert "Languages: Russian." in shown.text


@pytest.mark.parametrize(
    ("presses", "status", "may"),
    [
        (User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True), "left", True),
        (User(136817688, "Channel", None, "Channel_Bot", is_bot=True), "administrator", False),
        (EVE, "administrator", True),
        (EVE, "creator", True),
        (EVE, "member", False),
    ],
)
def test_an_administrator_who_hides_changes_the_settings_by_their_buttons(
    derek: Derek, presses: User, status: str, may: bool
) -> None:
    hidden = User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True)
    [shown] = feed(derek, message(GROUP, hidden, "/settings@derek_bot lang ru", sender_chat=GROUP.json()))
    request = RecordingRequest()
    request.statuses[presses.id] = status
    *_, last = feed(derek, press(shown.buttons["✓ Russian"], GROUP, presses), request=request)
    assert ("Languages: any." in last.text) is may
    assert (last.text == en("settings-refused")) is not may


def test_where_telegram_does_not_tell_who_leads_a_group_its_settings_stay(derek: Derek) -> None:
    request = GroupRequest()
    request.failures["getChatAdministrators"].append((400, "Bad Request: CHAT_ADMIN_REQUIRED"))
    *_, refusal = feed(derek, message(GROUP, ANN, "/settings@derek_bot lang ru"), request=request)
    assert refusal.text == en("settings-refused")


def test_where_settings_can_no_longer_be_edited_they_are_sent_anew(derek: Derek) -> None:
    [call] = feed(derek, message(text="/settings"))
    request = RecordingRequest()
    request.failures["editMessageText"] += [(400, f"Bad Request: {why}") for why in EDIT_FAULTS]
    methods = [
        [sent.method for sent in feed(derek, press(call.buttons["English"]), request=request)][-1]
        for _ in EDIT_FAULTS
    ]
    assert methods == ["sendMessage", "editMessageText"]
    assert "✓ English" in request.calls[2].buttons


def test_a_group_that_becomes_a_supergroup_keeps_its_settings(owned: Derek) -> None:
    old, new = Chat(-5, "group", "Editors"), Chat(-100500, "supergroup", "Editors")
    feed(owned, message(old, text="/settings@derek_bot lang ru"))
    feed(owned, message(old, migrate_to_chat_id=new.id))
    [shown] = feed(owned, message(new, text="/settings@derek_bot"))
    assert "Languages: Russian." in shown.text


@pytest.mark.parametrize(
    "data",
    [
        *("limit:lang:zzz:1", "limit:source:00000000:1", "limit:lang::1", "limit:source:en:1"),
        *("limit:lang:00000000:0", "limit:clear:en:1"),
    ],
)
def test_a_made_up_setting_changes_nothing(derek: Derek, data: str) -> None:
    assert derek.history.filter("telegram:7") == Filter()
    feed(derek, press(data))
    assert derek.history.filter("telegram:7") == Filter()


# Adding


@pytest.mark.parametrize(
    "update",
    [
        message(private(EVE), EVE, **document("bridge.txt"), forward_origin=FromHidden("Somebody").json()),
        message(private(EVE), EVE, **document("bridge.txt")),
        message(private(EVE), EVE, "/add"),
        message(private(EVE), EVE, "/remove 0123"),
    ],
)
def test_who_is_no_administrator_changes_nothing_and_is_told_his_id(
    owned: Derek, update: dict[str, Any]
) -> None:
    before = owned.store.changes(0)
    assert texts(feed(owned, update)) == [en("administrators-only", user="9")]
    assert owned.store.changes(0) == before


def test_without_administrators_nobody_adds(derek: Derek) -> None:
    assert texts(feed(derek, message(**document("bridge.txt")))) == [en("administrators-only", user="7")]


def test_a_forwarded_post_is_added_with_its_source_link_and_day(owned: Derek) -> None:
    origin = FromChannel(CHANNEL, 12, 1746230400).json()
    origin["chat"]["username"] = "orda_news"
    [receipt] = feed(owned, message(text=BRIDGE, forward_origin=origin))
    assert receipt.text.startswith("Added: “Turgay bridge opens” (3 sentences, id ")
    [answer] = feed(owned, message(text="When was the bridge over the Turgay opened?"))
    assert '<a href="https://t.me/orda_news/12">Turgay bridge opens</a>' in answer.text
    assert "Orda News · May 3, 2025" in answer.text
    [again] = feed(owned, message(text=BRIDGE, forward_origin=origin))
    assert again.text.startswith("Nothing changed")
    assert again.buttons == {}
    [edited] = feed(owned, message(text=BRIDGE + " It is long.", forward_origin=origin))
    assert edited.text.startswith("Updated: “Turgay bridge opens” (4 sentences")
    assert set(edited.buttons) == {"Undo"}


@pytest.mark.parametrize("origin", [FromUser(EVE, 1746230400), FromHidden("Eve", 1746230400)])
def test_a_message_forwarded_from_a_person_does_not_name_them(
    owned: Derek, origin: FromUser | FromHidden
) -> None:
    text = "The well at Karatau ran dry in June."
    feed(owned, message(text=text, forward_origin=origin.json()))
    [answer] = feed(owned, message(text="When did the well at Karatau run dry?"))
    assert "ran dry in" in answer.text
    assert "May 3, 2025" in answer.text
    request = RecordingRequest({"well.txt": f"The well\n\n{text} It is deep.".encode()})
    feed(owned, message(**document("well.txt"), forward_origin=origin.json()), request=request)
    kept = [owned.store.get(entry.article_id) for entry in owned.store.catalogue()]
    assert len(kept) == 2
    assert not any("Eve" in str(article) for article in kept)
    assert "Eve" not in str([answer, *feed(owned, message(text="/list"))])


def test_documents_of_one_name_that_two_people_wrote_are_two_articles(owned: Derek) -> None:
    for author, content in ((FromHidden("Eve"), "Orda is old."), (FromHidden("Bob"), "Turgay is wide.")):
        request = RecordingRequest({"notes.txt": content.encode()})
        feed(owned, message(**document("notes.txt"), forward_origin=author.json()), request=request)
    assert owned.store.summary().articles == 2


def test_a_forwarded_question_is_answered_and_may_be_added(owned: Derek) -> None:
    sent = message(text=ENTERPRISES, forward_origin=FromHidden("Somebody").json())
    [answer] = feed(owned, sent)
    assert "7 791 enterprises" in answer.text
    assert answer.parameters["reply_parameters"]["message_id"] == sent["message"]["message_id"]
    assert owned.store.summary().articles == 5
    adopt = press(answer.buttons[en("button-adopt")])
    adopt["callback_query"]["message"]["reply_to_message"] = sent["message"]
    _, receipt = feed(owned, adopt)
    assert receipt.text.startswith(f"Added: “{ENTERPRISES}”")
    assert owned.store.summary().articles == 1
    _, undone = feed(owned, press(receipt.buttons["Undo"]))
    assert "is out of the articles" in undone.text


def test_a_forwarded_question_that_nothing_answers_may_be_added_too(owned: Derek) -> None:
    [answer] = feed(owned, message(text="What does a camel eat?", forward_origin=FromHidden("X").json()))
    assert en("button-adopt") in answer.buttons


def test_only_an_administrator_adds_a_forwarded_question(owned: Derek) -> None:
    sent = message(private(EVE), EVE, text=ENTERPRISES, forward_origin=FromHidden("Somebody").json())
    [answer] = feed(owned, sent)
    assert "7 791 enterprises" in answer.text
    assert en("button-adopt") not in answer.buttons
    adopt = press("adopt", private(EVE), EVE)
    adopt["callback_query"]["message"]["reply_to_message"] = sent["message"]
    assert [call.text for call in feed(owned, adopt)] == [en("administrators-only", user="9")]


@pytest.mark.parametrize("text", [f"{BRIDGE}\nIsn't it long?", f"{'Long ' * 50}is it?", "It is long."])
def test_what_does_not_merely_ask_is_added(owned: Derek, text: str) -> None:
    [receipt] = feed(owned, message(text=text, forward_origin=FromHidden("Somebody").json()))
    assert receipt.text.startswith("Added: ")


def test_what_a_reader_forwards_is_answered_as_a_question(owned: Derek) -> None:
    before = owned.store.changes(0)
    text = "Tell me about the enterprises with Russian participation."
    [answer] = feed(
        owned, message(private(EVE), EVE, text=text, forward_origin=FromHidden("Somebody").json())
    )
    assert "7 791 enterprises" in answer.text
    assert owned.store.changes(0) == before


def test_a_forwarded_question_that_is_gone_is_not_added(owned: Derek) -> None:
    [alert] = feed(owned, press("adopt"))
    assert alert.text == en("add-empty")


def test_a_document_is_added_updated_and_taken_back(owned: Derek) -> None:
    sent = message(**document("bridge.txt"))
    *_, added = feed(owned, sent, request=RecordingRequest({"bridge.txt": BRIDGE.encode()}))
    changed = BRIDGE.replace("12", "13").encode()
    *_, updated = feed(
        owned, message(**document("bridge.txt")), request=RecordingRequest({"bridge.txt": changed})
    )
    assert updated.text.startswith("Updated")
    answered, restored = feed(owned, press(updated.buttons["Undo"]))
    assert answered.method == "answerCallbackQuery"
    assert restored.method == "editMessageText"
    assert restored.text == en("deed-undo-restored", name="Turgay bridge opens")
    _, removed = feed(owned, press(added.buttons["Undo"]))
    assert removed.text == en("deed-undo-removed", name="Turgay bridge opens")
    _, nothing = feed(owned, press(added.buttons["Undo"]))
    assert nothing.text == en("nothing-undo")


def test_the_first_article_takes_the_place_of_the_samples_until_it_is_undone(owned: Derek) -> None:
    [receipt] = feed(owned, message(text=BRIDGE, forward_origin=FromHidden("Somebody").json()))
    assert receipt.text.endswith(f"\n{en('samples-gone', count=5)}")
    assert owned.store.summary().articles == 1
    _, undone = feed(owned, press(receipt.buttons["Undo"]))
    assert undone.text.count("\n") == 0
    assert owned.store.summary().articles == 5


def test_only_an_administrator_undoes(owned: Derek) -> None:
    [receipt] = feed(owned, message(text=BRIDGE, forward_origin=FromHidden("Somebody").json()))
    [alert] = feed(owned, press(receipt.buttons["Undo"], user=EVE))
    assert alert.parameters["show_alert"] is True
    assert owned.store.summary().articles == 1


def test_add_under_a_text_makes_that_an_article(owned: Derek) -> None:
    [receipt] = feed(owned, message(text="/add", **replied(EVE, BRIDGE)))
    assert receipt.text.startswith("Added: “Turgay bridge opens”")


def test_the_answer_of_derek_himself_is_no_article(owned: Derek) -> None:
    assert texts(feed(owned, message(text="/add", **replied(BOT, BRIDGE)))) == [en("add-own")]


def test_a_document_that_replaces_another_names_it(owned: Derek) -> None:
    feed(owned, message(**document("news.txt")), request=RecordingRequest({"news.txt": BRIDGE.encode()}))
    other = b"Wells run dry\n\nThe well at Karatau ran dry in June."
    *_, receipt = feed(owned, message(**document("news.txt")), request=RecordingRequest({"news.txt": other}))
    assert receipt.text.startswith("Updated: “Wells run dry”")
    assert receipt.text.endswith("It replaces “Turgay bridge opens”.")


def test_only_an_administrator_keeps_what_was_to_be_removed(owned: Derek) -> None:
    [alert] = feed(owned, press("keep", user=EVE))
    assert alert.text == en("administrators-only", user="9")


def test_a_removal_is_confirmed_by_an_administrator_only_even_with_a_forged_button(owned: Derek) -> None:
    article_id = owned.store.catalogue()[0].article_id
    [question] = feed(owned, message(text=f"/remove {article_id}"))
    pressed = question.buttons[en("button-remove")]
    before = owned.store.changes(0)
    there = en("administrators-only", user="9")
    for chat, refusal in ((HOME, there), (GROUP, en("administrators-only-here")), (private(EVE), there)):
        for data in (pressed, f"remove:{article_id}"):
            [alert] = feed(owned, press(data, chat, EVE))
            assert alert.text == refusal
    assert owned.store.changes(0) == before
    feed(owned, press(pressed))
    assert owned.store.changes(0) != before


@pytest.mark.parametrize(
    ("update", "answer"),
    [
        (message(text="/add"), en("add-usage")),
        (message(**document("empty.txt")), "There is no text in empty.txt"),
        (message(**document("report.doc")), "report.doc cannot be read"),
        (message(**document("book.txt", size=30_000_000)), "book.txt is larger than 20 MB"),
        (message(text="/add", **replied(EVE, " ")), en("add-empty")),
        (message(GROUP, ANN, "/add@derek_bot"), en("add-usage")),
    ],
)
def test_what_cannot_be_added_is_said_with_the_reason(
    owned: Derek, update: dict[str, Any], answer: str
) -> None:
    request = RecordingRequest({"report.doc": b"%PDF-1.4\0", "empty.txt": b" "})
    [text] = texts(feed(owned, update, request=request))
    assert answer in text
    assert owned.store.summary().articles == 5


# The articles


def test_about_tells_what_the_articles_hold(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="/about")))
    assert text.startswith("5 articles, 91 sentences, of which 81 may answer.")
    assert "February 22, 2024" in text
    assert "МИР 24 (1)" in text
    assert "English (4), Russian (1)" in text


def test_the_status_tells_what_can_be_found_and_how(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="/status")))
    assert "Found by their words: 81 sentences." in text
    assert en("status-off") in text


def test_the_status_tells_how_far_embedding_is_and_only_administrators_what_is_wrong(
    tmp_path: Path, server: EmbeddingsServer
) -> None:
    semantic = SemanticSettings(kind=EmbedderKind.SERVER, url=HttpUrl(server.url), model="m")
    telegram = TelegramSettings(access=AccessKind.OPEN, administrators=frozenset({ANN.id}))
    with assemble(Config(data=tmp_path / "meant", semantic=semantic, telegram=telegram)) as derek:
        assert derek.semantic_index
        derek.semantic_index.catch_up(0)
        [text] = texts(feed(derek, message(private(EVE), EVE, "/status")))
        assert "By their meaning: 0 of 81 (0%)." in text
        assert en("status-waiting") in text
        server.answer = always(503, b"busy")
        derek.semantic_index.catch_up(100)
        [reply] = texts(feed(derek, message(private(EVE), EVE, "/status")))
        assert en("status-trouble") in reply
        assert server.url not in reply
        [reply] = texts(feed(derek, message(private(ANN), ANN, "/status")))
        assert server.url in reply
        [reply] = texts(feed(derek, message(GROUP, ANN, "/status@derek_bot")))
        assert server.url not in reply


def test_the_list_goes_page_by_page(derek: Derek) -> None:
    for number in range(12):
        derek.store.put(read_text(f"Report {number} was read aloud in the hall.", f"report:{number}"))
    [first] = feed(derek, message(text="/list"))
    assert first.text.count("<code>") == 10
    _, second = feed(derek, press(first.buttons["Older articles"]))
    assert (second.method, second.text.count("<code>")) == ("editMessageText", 7)
    assert list(second.buttons) == [*map(str, range(11, 18)), "Newer articles"]
    _, again = feed(derek, press(second.buttons["Newer articles"]))
    assert again.text == first.text
    _, past = feed(derek, press("page:900"))
    assert past.text == first.text


def test_an_article_is_opened_from_the_list_and_read_on(derek: Derek) -> None:
    long = " ".join(f"In room {number} of the hall stands a chair." for number in range(300))
    derek.store.put(read_text(f"Chairs\n\n{long}", "chairs"))
    [listed] = feed(derek, message(text="/list"))
    _, shown = feed(derek, press(listed.buttons["1"]))
    seen = [shown.text]
    while "Read on →" in shown.buttons:
        _, shown = feed(derek, press(shown.buttons["Read on →"]))
        seen.append(shown.text)
    assert all(any(f"In room {number} of" in text for text in seen) for number in range(300))
    while "← Back" in shown.buttons:
        _, shown = feed(derek, press(shown.buttons["← Back"]))
    assert shown.text == listed.text


def test_an_article_is_shown_by_the_beginning_of_its_id(derek: Derek) -> None:
    article_id = derek.store.catalogue()[0].article_id
    [text] = texts(feed(derek, message(text=f"/show {article_id[:5]}")))
    assert derek.store.get(article_id).text[:40] in text


def test_an_article_is_shown_by_the_beginning_of_its_title(derek: Derek) -> None:
    for name in ("first", "second"):
        derek.store.put(read_text(f"The {name} bridge\n\nIt stands over the river {name}.", name))
    assert "the river second" in texts(feed(derek, message(text="/show the second")))[0]
    [text] = texts(feed(derek, message(text="/show The")))
    assert text.startswith("Several articles begin with The")


@pytest.mark.parametrize("command", ["show", "remove"])
def test_a_command_without_an_id_or_with_a_wrong_one_says_what_to_do(owned: Derek, command: str) -> None:
    assert texts(feed(owned, message(text=f"/{command}"))) == [en(f"{command}-usage")]
    assert texts(feed(owned, message(text=f"/{command} zzz"))) == [en("unknown-article", id="zzz")]


def test_removing_asks_first(owned: Derek) -> None:
    article_id = owned.store.catalogue()[0].article_id
    [question] = feed(owned, message(text=f"/remove {article_id}"))
    _, kept = feed(owned, press(question.buttons["Keep it"]))
    assert kept.text == en("kept")
    assert owned.store.summary().articles == 5
    _, removed = feed(owned, press(question.buttons["Remove it"]))
    assert removed.text.startswith("Removed: ")
    assert owned.store.summary().articles == 4
    feed(owned, press(removed.buttons["Undo"]))
    assert owned.store.summary().articles == 5
    feed(owned, press(question.buttons["Remove it"]))
    [alert] = feed(owned, press(question.buttons["Remove it"]))
    assert "No article has the id" in alert.text


def test_a_bot_without_articles_says_that_there_are_none(derek: Derek) -> None:
    for entry in derek.store.catalogue():
        derek.store.remove(entry.article_id)
    [text] = texts(feed(derek, message(text=ENTERPRISES)))
    assert en("no-articles") in text
    assert texts(feed(derek, message(text="/list"))) == [en("no-articles")]
    assert texts(feed(derek, message(text="/about"))) == [en("no-articles")]


# Whose question a question goes on with

OIL_HERE, GAS_HERE = "@derek_bot What did the sides agree on oil?", "@derek_bot And on gas?"
FOLLOWS = en("read-with", words="sides, agree")
TOPIC = {"is_topic_message": True}


def reply_to(answer: Call, number: int, chat: Chat = GROUP) -> dict[str, Any]:
    """Return what a message holds that replies to an answer, whose id is that number."""
    above = {"message_id": number, "date": 1, "chat": chat.json(), "from": BOT.json(), "text": answer.text}
    return {"reply_to_message": above}


def test_in_a_group_everybody_goes_on_with_their_own_questions(derek: Derek) -> None:
    feed(derek, message(GROUP, ANN, OIL_HERE))
    [to_eve] = texts(feed(derek, message(GROUP, EVE, GAS_HERE)))
    [to_ann] = texts(feed(derek, message(GROUP, ANN, GAS_HERE)))
    assert (to_eve.startswith(FOLLOWS), to_ann.startswith(FOLLOWS)) == (False, True)


def test_each_topic_of_a_group_is_a_conversation_of_its_own(derek: Derek) -> None:
    feed(derek, message(GROUP, ANN, OIL_HERE, message_thread_id=77, **TOPIC))
    elsewhere, here = (
        texts(feed(derek, message(GROUP, ANN, GAS_HERE, message_thread_id=thread, **TOPIC)))[0]
        for thread in (88, 77)
    )
    assert (elsewhere.startswith(FOLLOWS), here.startswith(FOLLOWS)) == (False, True)


def test_a_reply_goes_on_with_what_it_replies_to(derek: Derek) -> None:
    request = RecordingRequest()
    [answer] = feed(derek, message(GROUP, ANN, OIL_HERE), request=request)
    [sent] = [number for method, number in request.ids if method == "sendMessage"]
    feed(derek, message(GROUP, ANN, "@derek_bot Who met Mishustin?"))
    [text] = texts(feed(derek, message(GROUP, EVE, "And on gas?", **reply_to(answer, sent))))
    assert text.startswith(FOLLOWS)


def test_what_is_done_for_an_update_is_done_once_for_it(owned: Derek) -> None:
    """As after a crash between doing it and noting that it is done: the journal is gone, the rest is not."""
    files = {"bridge.txt": BRIDGE.encode()}
    asked, added = message(text=ENTERPRISES), message(**document("bridge.txt"))
    runs = []
    for _ in range(2):
        for path in owned.config.folder.glob("telegram.sqlite3*"):
            path.unlink()
        runs.append(texts(feed(owned, asked, added, request=RecordingRequest(files))))
    assert runs[0][1] == runs[1][1]
    assert owned.chat(f"telegram:{ANN.id}").recent(9) == [ENTERPRISES]
    [receipt] = [text for text in runs[1] if text.startswith("Added:")]
    assert "bridge" in receipt


@pytest.mark.parametrize("text", ["haha", "ахаха, он не знает", "nice one", "спасибо, буду знать", "👍"])
def test_what_asks_nothing_in_reply_to_the_bot_is_left_alone(derek: Derek, text: str) -> None:
    [answer] = feed(derek, message(GROUP, ANN, OIL_HERE))
    assert texts(feed(derek, message(GROUP, EVE, text, **reply_to(answer, 999)))) == []


def test_in_a_group_it_takes_one_line_to_say_that_there_is_no_answer(derek: Derek) -> None:
    [call] = feed(derek, message(GROUP, ANN, "@derek_bot Who won the chess tournament in Almaty in 1957?"))
    assert len(call.text.splitlines()) == 1
    assert list(call.buttons) == ["🔔 Tell me when you know"]


@pytest.mark.parametrize(
    "told",
    [{"is_automatic_forward": True}, {"from": User(99, "Other", None, "other_bot", is_bot=True).json()}],
)
def test_what_channels_and_other_bots_write_is_left_alone(derek: Derek, told: dict[str, Any]) -> None:
    assert feed(derek, message(GROUP, ANN, f"@derek_bot {ENTERPRISES}", **told)) == []


# Questions that are edited


def edited(update: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the update by which a message has another text."""
    [content] = [value for key, value in update.items() if key == "message"]
    return {"update_id": message()["update_id"], "edited_message": content | {"text": text, "edit_date": 1}}


def test_an_edited_question_edits_its_answer(derek: Derek) -> None:
    question = message(text="Who met Mishustin")
    request = RecordingRequest()
    feed(derek, question, request=request)
    [(_, answer_id)] = request.ids
    [call] = feed(derek, edited(question, ENTERPRISES))
    assert (call.method, call.parameters["message_id"]) == ("editMessageText", answer_id)
    assert "7 791" in call.text
    assert derek.chat(CHAT).recent(9) == [ENTERPRISES]


def test_what_was_not_answered_is_not_when_it_is_edited(derek: Derek) -> None:
    aside = message(GROUP, ANN, "Nobody asks here")
    feed(derek, aside)
    assert feed(derek, edited(aside, f"@derek_bot {ENTERPRISES}")) == []


def test_of_two_questions_that_become_one_the_second_answer_goes(derek: Derek) -> None:
    question, request = message(text=f"{OIL} {GAS}"), RecordingRequest()
    assert len(texts(feed(derek, question, request=request))) == 2
    first, second = (number for _, number in request.ids)
    calls = feed(derek, edited(question, ENTERPRISES))
    assert {(call.method, call.parameters["message_id"]) for call in calls} == {
        ("editMessageText", first),
        ("deleteMessage", second),
    }


@pytest.mark.parametrize("text", ["/list", "/help", "/about"])
def test_a_command_that_is_edited_is_no_question(derek: Derek, text: str) -> None:
    command = message(text=text)
    feed(derek, command)
    assert feed(derek, edited(command, f"{text} {ENTERPRISES}")) == []


def test_the_receipt_of_a_document_stays_when_its_caption_is_edited(owned: Derek) -> None:
    sent = message(**document("bridge.txt"), caption="For the archive")
    feed(owned, sent, request=RecordingRequest({"bridge.txt": BRIDGE.encode()}))
    content = sent["message"] | {"caption": ENTERPRISES, "edit_date": 1}
    assert feed(owned, {"update_id": message()["update_id"], "edited_message": content}) == []


# An answer in its place


def test_further_results_the_context_and_the_reasons_stand_in_the_place_of_the_answer(derek: Derek) -> None:
    [answer] = feed(derek, message(text="Which transport corridors will get more capacity?"))
    [[_, further], [_, why], [_, around]] = (
        feed(derek, press(answer.buttons[name]))
        for name in ("More results", "Why?", next(name for name in answer.buttons if "context" in name))
    )
    assert {call.method for call in (further, why, around)} == {"editMessageText"}
    for shown in (further, why, around):
        [_, back] = feed(derek, press(shown.buttons["← Back"]))
        assert (back.method, back.text) == ("editMessageText", answer.text)


def test_a_page_of_further_results_leads_on_and_back(derek: Derek) -> None:
    shown = feed(derek, message(text="Tell me about gas"))[0]
    first, seen = shown.text, set[str]()
    for _ in range(20):
        if "More results" not in shown.buttons:
            break
        [_, shown] = feed(derek, press(shown.buttons["More results"]))
        assert shown.text not in seen
        seen.add(shown.text)
    for _ in range(20):
        if "← Back" not in shown.buttons:
            break
        [_, shown] = feed(derek, press(shown.buttons["← Back"]))
    assert shown.text == first


# Archives and links


def test_an_archive_is_one_addition_whose_receipt_names_what_failed(owned: Derek) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("bridge.txt", BRIDGE)
        archive.writestr("scan.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    request = RecordingRequest({"notes.zip": content.getvalue()})
    *_, call = feed(owned, message(**document("notes.zip")), request=request)
    assert "Added: “Turgay bridge opens”" in call.text
    assert "scan.txt is not text" in call.text
    assert en("button-undo") in call.buttons


def test_links_alone_are_pages_to_be_added_and_what_is_inside_is_not_asked(owned: Derek) -> None:
    [call] = feed(owned, message(text="http://127.0.0.1:9/secret\nhttp://[::1]/"))
    assert call.text.count("is not in public") == 2


def test_who_adds_nothing_asks_with_a_link(derek: Derek) -> None:
    [text] = texts(feed(derek, message(text="http://127.0.0.1:9/secret")))
    assert "is not in public" not in text
