"""Questions typed behind the bot's name in any chat: what is shown, to whom, and what is kept of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Derek, assemble
from bot.chats.persons import Standing
from bot.chats.places import PlaceState
from bot.chats.rates import Rates
from bot.config import Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from bot.telegram.deep_links import decode
from bot.telegram.service import Service
from retrieval.answers.citations import fingerprint_of
from tests.support.bot_api import BotApi, User
from tests.support.documents import keep
from tests.support.recording import ANN, GROUP, Call, RecordingRequest, feed, message, typed
from tests.support.running import RunningDerek
from tests.telegram.test_access import ARTICLES

QUESTION = "How many joint Kazakh-Russian enterprises are there?"
EVE = User(9, "Eve", "en", "eve")

en = Phrases("en")


@pytest.fixture(name="closed")
def private_derek(tmp_path: Path) -> Iterator[Derek]:
    """Give a Derek that nobody may ask but Ann, who may hear of the collection it."""
    settings = TelegramSettings(administrators=frozenset({1}))
    semantic = SemanticSettings(kind=EmbedderKind.NONE)
    with assemble(Config(data=tmp_path / "closed", telegram=settings, semantic=semantic)) as derek:
        for article in ARTICLES.values():
            keep(derek.store, article)
        derek.people.persons.settle(ANN.id, Standing.READER, 1)
        derek.people.persons.limit(ANN.id, frozenset({"it"}), 1)
        yield derek


def results(calls: list[Call]) -> list[dict[str, Any]]:
    [call] = calls
    assert call.method == "answerInlineQuery"
    return list(call.parameters["results"])


def button(calls: list[Call]) -> dict[str, Any]:
    [call] = calls
    assert call.parameters["results"] in ([], None) or not call.parameters["results"]
    return dict(call.parameters["button"])


def test_a_question_is_met_with_citations_that_can_be_sent(derek: Derek) -> None:
    [call] = feed(derek, typed(ANN, QUESTION))
    assert call.parameters["is_personal"] is True
    assert call.parameters["cache_time"] <= 10
    first, *others = results([call])
    assert len(others) <= 2
    assert first["title"].startswith("There are 7 791 enterprises")
    assert first["description"] == "Akorda press service"
    content = first["input_message_content"]
    assert content["parse_mode"] == "HTML"
    assert content["message_text"].startswith("<blockquote>There are 7 791 enterprises")
    assert "<b>3 325</b>" in content["message_text"]


def test_what_is_sent_leads_to_its_passage(derek: Derek) -> None:
    first, *_ = results(feed(derek, typed(ANN, QUESTION)))
    place = decode(first["id"])
    assert place is not None
    quote = place.span.of(derek.store.get(place.article_id).text)
    assert place.fingerprint == fingerprint_of(quote)
    assert (
        f'<a href="https://t.me/derek_bot?start={first["id"]}">'
        in (first["input_message_content"]["message_text"])
    )


@pytest.mark.parametrize(
    ("typing", "says"),
    [
        ("", "open-bot"),
        ("   ", "open-bot"),
        ("Hello!", "open-bot"),
        ("What does a camel eat in winter?", "typing-in-vain"),
    ],
)
def test_what_has_no_answer_is_met_with_a_button_that_opens_the_bot(
    derek: Derek, typing: str, says: str
) -> None:
    shown = button(feed(derek, typed(ANN, typing)))
    assert shown == {"text": Phrases("en")(says), "start_parameter": "inline"}


def test_the_button_opens_the_bot_with_its_first_words(derek: Derek) -> None:
    [call] = feed(derek, message(text="/start inline"))
    assert call.text == en("start")


def test_nothing_is_remembered_of_what_is_typed(derek: Derek) -> None:
    feed(derek, typed(ANN, QUESTION))
    assert derek.chat(f"telegram:{ANN.id}").recent(10) == []


def test_only_what_a_person_typed_last_is_answered(derek: Derek) -> None:
    request = RecordingRequest()
    typing = [QUESTION[:length] for length in range(10, 40, 5)] + [QUESTION]

    async def work() -> None:
        async with Service(derek, "42:TEST", "https://api.telegram.org", request) as service:
            await service.receive([typed(EVE, QUESTION), *(typed(ANN, piece) for piece in typing)])
            await service.settle()
            assert service.journal.recover().updates == ()

    asyncio.run(work())
    calls = [call for call in request.calls if call.method == "answerInlineQuery"]
    assert len(calls) == 2, "one for each person"
    assert all(results([call]) for call in calls)


def test_a_fault_in_passing_is_not_tried_again(derek: Derek) -> None:
    request = RecordingRequest()
    request.failures["answerInlineQuery"].append((400, "Bad Request: query is too old"))
    assert len(feed(derek, typed(ANN, QUESTION), typed(ANN, QUESTION), request=request)) == 2


# Who is shown what


def test_a_person_is_answered_from_what_they_may_hear_of_in_private(closed: Derek) -> None:
    hidden = feed(closed, typed(ANN, "Where is leave applied for?"))
    assert "Tulip" not in str(hidden)
    shown = results(feed(closed, typed(ANN, "How is the VPN switched on?")))
    assert shown[0]["title"] == "The VPN is switched on in Falcon."


def test_what_a_person_chose_in_private_limits_what_they_are_shown(derek: Derek) -> None:
    derek.chat(f"telegram:{ANN.id}").settings("lang ru")
    assert button(feed(derek, typed(ANN, QUESTION)))["text"] == en("typing-in-vain")


def test_a_member_of_a_group_that_was_let_in_is_no_reader_elsewhere(closed: Derek) -> None:
    closed.people.places.settle(GROUP.id, PlaceState.ALLOWED, 1, "Editors")
    assert button(feed(closed, typed(EVE, "How is the VPN switched on?")))["text"] == en("open-bot")
    assert closed.people.persons.get(EVE.id).standing is None, "typing asks nobody to be let in"


def test_who_is_blocked_is_shown_nothing(closed: Derek) -> None:
    closed.people.persons.settle(EVE.id, Standing.BLOCKED, 1)
    [call] = feed(closed, typed(EVE, "How is the VPN switched on?"))
    assert not call.parameters.get("results")
    assert "button" not in call.parameters


def test_who_types_too_much_is_told_so_and_may_still_ask_in_private(derek: Derek) -> None:
    many = [typed(ANN, QUESTION) for _ in range(4)]
    *shown, refused, again, answer = feed(derek, *many, message(text=QUESTION), rates=Rates(2))
    assert [bool(results([call])) for call in shown] == [True, True]
    assert button([refused])["text"] == button([again])["text"] == en("too-many")
    assert "7 791 enterprises" in answer.text


def test_citations_are_shown_over_a_strict_bot_api(tmp_path: Path) -> None:
    with BotApi(repeat_bound=0.1) as api, RunningDerek(tmp_path, api.url):
        api.wait_until_listening(20)
        api.inline_query(ANN, QUESTION)
        [call] = api.wait_for_calls("answerInlineQuery", timeout=20)
        assert call.ok
        assert len(call.parameters["results"]) >= 1
        api.inline_query(ANN, "")
        assert all(each.ok for each in api.wait_for_calls("answerInlineQuery", 2, timeout=20))
