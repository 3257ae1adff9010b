"""Fences: what the settings let a chat be answered from holds against every command, setting and button."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from retrieval.answers.citations import fingerprint_of
from retrieval.answers.searcher import Searcher
from retrieval.articles import Article
from retrieval.errors import UnknownArticleError
from retrieval.filters import Filter
from retrieval.questions.question import Question
from tests.support.bot_api import BotApi, Chat, Message, User, private
from tests.support.documents import keep
from tests.support.recording import ANN, GROUP, feed, message, press, texts
from tests.support.running import RunningDerek

en = Phrases("en")

HR, NO_MODEL = Filter(collections=frozenset({"hr"})), SemanticSettings(kind=EmbedderKind.NONE)

BOLAT = User(8, "Bolat", "en", "bolat")
HOME = private(ANN)
PATIENCE = 20.0

#: A group that may be answered from one collection, and a person who may be from two.
FENCES = {str(GROUP.id): frozenset({"hr"}), str(ANN.id): frozenset({"hr", "it"}), "default": frozenset[str]()}

LEAVE = (
    "How leave is applied for\n\nLeave is applied for in Tulip. A day of leave is granted in Tulip by Ada."
)
BADGE = "How a badge is had\n\nA badge is had at the gate. Nobody enters Tulip without one."
VPN = "How the VPN works\n\nThe VPN is switched on in Falcon. Leave the VPN on in Falcon at night."
STREET = "Open secrets\n\nThe canteen of Heron opens at noon. Leave is a word of Heron."
WHERE = "Where is leave applied for?"


def article(text: str, collection: str | None) -> Article:
    return Article(
        key=text,
        text=text,
        language="en",
        title=text.splitlines()[0],
        source=f"Desk {collection}",
        collection=collection,
    )


ARTICLES = [article(LEAVE, "hr"), article(BADGE, "hr"), article(VPN, "it"), article(STREET, None)]
INSIDE, _, OUTSIDE, NOWHERE = ARTICLES

#: What would give away that there is anything else.
SECRETS = ("Falcon", "VPN", "Heron", "Open secrets", "Desk it", "Desk None", OUTSIDE.id, NOWHERE.id)


def fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    with assemble(Config(data=folder, semantic=NO_MODEL)) as derek:
        for one in ARTICLES:
            keep(derek.store, one)


@pytest.fixture(name="fenced")
def derek_with_fences(tmp_path: Path) -> Iterator[Derek]:
    fill(tmp_path / "fenced")
    settings = TelegramSettings(
        access=AccessKind.OPEN, administrators=frozenset({ANN.id}), collections=FENCES
    )
    with assemble(Config(data=tmp_path / "fenced", telegram=settings, semantic=NO_MODEL)) as derek:
        yield derek


def move(derek: Derek, one: Article, collection: str) -> None:
    keep(derek.store, one.model_copy(update={"collection": collection}))


def assert_no_secrets(shown: object, said: str = "") -> None:
    """Assert that nothing from outside of the fence is shown that was not said by whoever asked."""
    assert not [secret for secret in SECRETS if secret in str(shown) and secret not in said]


# In a group, end to end


def last(api: BotApi, chat: Chat, count: int) -> Message:
    return api.wait_for_messages(chat, count, PATIENCE)[count - 1]


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.1) as api:
        yield api


def test_a_fence_holds_over_the_bot_api(api: BotApi, tmp_path: Path) -> None:
    fill(tmp_path / "data")
    lines = f'"{GROUP.id}" = ["hr"]\ndefault = ["hr", "it"]'
    with RunningDerek(tmp_path, api.url, administrators=(ANN.id,), collections=lines):
        api.wait_until_listening(PATIENCE)
        api.open(GROUP, ANN, BOLAT)
        said = 0

        def reply(text: str) -> Message:
            nonlocal said
            said += 1
            api.message(GROUP, ANN, text)
            return last(api, GROUP, said)

        listed = reply("/list@derek_bot")
        assert INSIDE.id in listed.text
        assert reply("/about@derek_bot").text.startswith("2 articles")
        for article_id in (OUTSIDE.id, NOWHERE.id):
            for command in ("show", "remove"):
                refused = reply(f"/{command}@derek_bot {article_id}").text
                assert refused == en("unknown-article", id=article_id)
        assert reply("/settings@derek_bot in it").text == en("setting-collection", said="it", choices="hr")
        assert "Collections: hr." in reply("/settings@derek_bot in any").text
        answer = reply(f"@derek_bot {WHERE}")
        assert "Leave is applied for in Tulip." in answer.text

        def answered() -> str:
            return api.messages(GROUP)[said - 1].text

        api.press(answer, "More context", ANN)
        api.wait_until(lambda: answered().startswith("How leave is applied for"), PATIENCE)
        assert "granted in Tulip by Ada" in answered()
        api.press(answer, "← Back", ANN)
        api.wait_until(lambda: answered().startswith("Leave is applied for"), PATIENCE)
        for text in (
            "@derek_bot where is the tunnel switched on?",
            "@derek_bot what are the articles about?",
        ):
            reply(text)
        for shown in api.messages(GROUP):
            assert_no_secrets(shown.text, f"{OUTSIDE.id} {NOWHERE.id}")

        # Another process moves the article out of the group's collection.
        with assemble(Config(data=tmp_path / "data", semantic=NO_MODEL)) as derek:
            move(derek, INSIDE, "it")
        context, moved = len(api.calls("answerCallbackQuery")), reply(f"/show@derek_bot {INSIDE.id}").text
        assert moved == en("unknown-article", id=INSIDE.id)
        assert "Tulip by Ada" not in reply(f"@derek_bot {WHERE}").text
        api.press(answer, "More context", ANN)
        api.wait_until(lambda: len(api.calls("answerCallbackQuery")) > context, PATIENCE)
        alert = api.calls("answerCallbackQuery")[-1]
        assert alert.parameters["text"] == en("unknown-article", id=INSIDE.id)
        assert len(api.messages(GROUP)) == said

        # A chat that may be answered from it goes on to be.
        api.message(HOME, ANN, WHERE)
        assert "Leave is applied for in Tulip." in last(api, HOME, 1).text


# Whatever is pressed or written


@pytest.mark.parametrize(
    "text",
    [
        WHERE,
        "Where is the VPN switched on?",
        "Where is the VPN switched on? since 2000",
        "Falcon",
        "Tell me about Heron",
        "What are the articles about?",
        "/about",
        "/list",
        "/settings",
        "/settings in any",
        "/settings clear",
        f"/show {INSIDE.id}",
        f"/remove {INSIDE.id}",
    ],
)
def test_a_chat_is_told_of_nothing_outside_of_its_fence(fenced: Derek, text: str) -> None:
    command, _, rest = text.partition(" ")
    text = f"{command}@derek_bot {rest}" if text.startswith("/") else f"@derek_bot {text}"
    calls = feed(fenced, message(GROUP, ANN, text))
    assert texts(calls)
    assert_no_secrets([call.parameters for call in calls], text)


@pytest.mark.parametrize("article_id", [OUTSIDE.id, OUTSIDE.id[:4], NOWHERE.id])
@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_id_outside_of_the_fence_is_none(fenced: Derek, command: str, article_id: str) -> None:
    [call] = feed(fenced, message(GROUP, ANN, f"/{command}@derek_bot {article_id}"))
    assert (call.text, call.buttons) == (en("unknown-article", id=article_id), {})


def test_no_made_up_button_reaches_over_the_fence(fenced: Derek) -> None:
    [shown] = feed(fenced, message(HOME, ANN, "Where is the VPN switched on?"))
    context = next(data for text, data in shown.buttons.items() if "context" in text)
    assert OUTSIDE.id in context
    [_, passage] = feed(fenced, press(context, HOME))
    assert "Falcon" in passage.text
    [alert] = feed(fenced, press(context, GROUP))
    assert (alert.method, alert.text) == ("answerCallbackQuery", en("unknown-article", id=OUTSIDE.id))
    [alert] = feed(fenced, press(f"remove:{OUTSIDE.id}", GROUP))
    assert alert.text == en("unknown-article", id=OUTSIDE.id)
    assert fenced.store.get(OUTSIDE.id).text == VPN
    assert_no_secrets(feed(fenced, press("page:0", GROUP)))
    assert_no_secrets(feed(fenced, press("page:2", GROUP)))
    for switch in ("limit:in:00000000:1", "limit:lang:en:1", "limit:clear::0"):
        assert_no_secrets(feed(fenced, press(switch, GROUP)))


def test_a_made_up_passage_tells_nothing_of_an_article_outside_of_the_fence(fenced: Derek) -> None:
    quote = "The VPN is switched on in Falcon."
    start = VPN.index(quote)
    for fingerprint in (fingerprint_of(quote), "00000000"):
        [alert] = feed(
            fenced, press(f"context:{OUTSIDE.id}:{start}:{start + len(quote)}:{fingerprint}", GROUP)
        )
        assert alert.text == en("unknown-article", id=OUTSIDE.id)


def test_settings_narrow_a_fence_and_never_widen_it(fenced: Derek) -> None:
    chat, other = fenced.chat(f"telegram:{ANN.id}"), fenced.chat(f"telegram:{GROUP.id}")
    both = Filter(collections=frozenset({"hr", "it"}))
    assert chat.settings()[0] == both
    assert chat.settings("in it")[0] == Filter(collections=frozenset({"it"}))
    assert {entry.article_id for entry in chat.catalogue(9)} == {one.id for one in ARTICLES[:3]}
    assert {citation.article_id for citation in chat.ask("Leave").answer.citations} == {OUTSIDE.id}
    assert chat.settings("in any")[0] == chat.clear()[0] == both
    # What was chosen before the fence was, or another one was, does not count.
    fenced.history.set_filter(f"telegram:{GROUP.id}", Filter(collections=frozenset({"it"})))
    assert other.settings()[0] == Filter(collections=frozenset({"hr"}))
    assert {citation.article_id for citation in other.ask("Leave").answer.citations} == {INSIDE.id}


def test_the_buttons_of_the_settings_offer_what_lies_within(fenced: Derek) -> None:
    [shown] = feed(fenced, message(HOME, ANN, "/settings"))
    assert {"in hr", "in it"} <= shown.buttons.keys()
    assert en("button-clear") not in shown.buttons
    [_, pressed] = feed(fenced, press(shown.buttons["in it"], HOME))
    assert "Collections: it." in pressed.text
    assert {"in hr", "✓ in it", en("button-clear")} <= pressed.buttons.keys()
    [_, pressed] = feed(fenced, press(pressed.buttons["✓ in it"], HOME))
    assert "Collections: hr, it." in pressed.text
    [shown] = feed(fenced, message(GROUP, ANN, "/settings@derek_bot"))
    assert {"in hr", "Desk hr"} <= shown.buttons.keys()
    assert not [text for text in shown.buttons if "it" in text.split()]


def test_what_only_the_fence_limits_is_not_said_to_be_changed_by_settings(fenced: Derek) -> None:
    [call] = feed(fenced, message(GROUP, ANN, "@derek_bot Who swam across the Atlantic?"))
    assert en("limited-fenced", limits="collections: hr") in call.text
    [call] = feed(fenced, message(GROUP, ANN, "/settings@derek_bot lang en"))
    [call] = feed(fenced, message(GROUP, ANN, "@derek_bot Who swam across the Atlantic?"))
    assert en("limited", limits="English · collections: hr") in call.text


def test_a_chat_of_no_collection_is_answered_from_nothing(fenced: Derek) -> None:
    stranger = private(BOLAT)
    [call] = feed(fenced, message(stranger, BOLAT, WHERE))
    assert call.text == f"<b>{en('no-articles')}</b>"
    assert texts(feed(fenced, message(stranger, BOLAT, "/list"))) == [en("no-articles")]
    [shown] = feed(fenced, message(stranger, BOLAT, "/settings"))
    assert "Collections: none." in shown.text


# What changes meanwhile


def test_what_left_the_collection_is_gone_from_the_chat_at_once(fenced: Derek) -> None:
    [answer] = feed(fenced, message(GROUP, ANN, f"@derek_bot {WHERE}"))
    assert "Tulip" in answer.text
    context = next(data for text, data in answer.buttons.items() if "context" in text)
    chat = fenced.chat(f"telegram:{GROUP.id}")
    turn = chat.ask(WHERE)
    citation = turn.answer.citations[0]
    assert chat.why(turn.number, citation)
    move(fenced, INSIDE, "it")
    [alert] = feed(fenced, press(context, GROUP))
    assert alert.text == en("unknown-article", id=INSIDE.id)
    assert INSIDE.id not in str(feed(fenced, press(f"more:{turn.number}:0", GROUP)))
    further = chat.more(turn.number, 0)
    assert further
    assert INSIDE.id not in {citation.article_id for citation in further.answer.citations}
    with pytest.raises(UnknownArticleError):
        chat.why(turn.number, citation)
    with pytest.raises(UnknownArticleError):
        chat.open(citation.article_id, citation.span, citation.fingerprint)
    assert "Tulip by Ada" not in str(feed(fenced, message(GROUP, ANN, f"@derek_bot {WHERE}")))


def test_what_an_index_does_not_know_to_have_left_its_collection_does_not_answer(fenced: Derek) -> None:
    searcher, question = Searcher.over(fenced.index.index, fenced.store), Question.of(WHERE)
    fenced.index.catch_up()
    assert INSIDE.id in {piece.article_id for piece in searcher.find(question, HR).evidence}
    move(fenced, INSIDE, "it")
    assert INSIDE.id not in {piece.article_id for piece in searcher.find(question, HR).evidence}


def test_what_leaves_its_collection_between_finding_and_sending_is_not_sent(fenced: Derek) -> None:
    found = fenced.answerer.ask(WHERE, admitted=HR)
    assert INSIDE.id in {citation.article_id for citation in fenced.answerer.verify(found, HR).citations}
    move(fenced, INSIDE, "it")
    assert INSIDE.id not in {citation.article_id for citation in fenced.answerer.verify(found, HR).citations}


def test_a_group_under_a_new_id_keeps_its_fence(fenced: Derek) -> None:
    new = Chat(-100777, "supergroup", "Editors")
    feed(fenced, message(GROUP, None, migrate_to_chat_id=new.id))
    assert fenced.chat(f"telegram:{new.id}").fence == Filter(collections=frozenset({"hr"}))
    feed(fenced, message(new, None, migrate_to_chat_id=-100778))
    assert fenced.chat("telegram:-100778").fence == Filter(collections=frozenset({"hr"}))


def test_what_is_added_in_a_chat_of_one_collection_answers_there(fenced: Derek) -> None:
    carrier = message(GROUP, ANN, "The lift of Heron is repaired on Fridays.")["message"]
    [receipt] = feed(fenced, message(GROUP, ANN, "/add@derek_bot", reply_to_message=carrier))
    assert receipt.text.startswith("Added: ")
    assert fenced.store.catalogue()[0].collection == "hr"
    [answer] = feed(fenced, message(GROUP, ANN, "@derek_bot When is the lift repaired?"))
    assert "Fridays" in answer.text
    carrier = message(HOME, ANN, "The roof of Heron is flat.")["message"]
    feed(fenced, message(HOME, ANN, "/add", reply_to_message=carrier))
    assert fenced.store.catalogue()[0].collection is None
