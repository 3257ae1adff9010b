"""People are told when new articles answer what they asked or watch: once, and only who may hear it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import WAITING, Derek, assemble
from bot.chats.persons import Standing
from bot.chats.places import PlaceState
from bot.chats.waiting import MOST_WAITING
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from bot.telegram.service import Service
from bot.telegram.telling import Asking
from retrieval.articles import Article
from tests.support.bot_api import BotApi, Chat, User, private
from tests.support.documents import keep
from tests.support.forking import run_derek
from tests.support.recording import Call, RecordingRequest, feed, message, press
from tests.support.running import RunningDerek

ANN, BEK, ADA = User(7, "Ann", "en", "ann"), User(8, "Бек", "kk", "bek"), User(13, "Ada", "en", "ada")
HOME = private(ANN)
GROUP, NEW_GROUP = Chat(-100, "supergroup", "Editors"), Chat(-200, "supergroup", "Editors")
PATIENCE = 60.0

QUESTION = "When was the bridge over the Turgay opened?"
BRIDGE = "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025. It cost 12 million.\n"
ANSWER = "The bridge over the Turgay was opened on"
REPAIR = "Works at the Turgay\n\nThe bridge over the Turgay was opened again on 9 June 2026 after repair.\n"
RAIN = "Rain in Aktau\n\nIt rained in Aktau for nine days.\n"

en, kk = Phrases("en"), Phrases("kk")
TELL = en("button-wait")
WATCHED, WAITED = en("told-watched", question=QUESTION), en("told-waited", question=QUESTION)


def opened(tmp_path: Path, **telegram: Any) -> Derek:
    settings = TelegramSettings(administrators=frozenset({ADA.id}), **telegram)
    semantic = SemanticSettings(kind=EmbedderKind.NONE)
    return assemble(Config(data=tmp_path / "derek", telegram=settings, semantic=semantic))


@pytest.fixture(name="derek")
def open_derek(tmp_path: Path) -> Iterator[Derek]:
    with opened(tmp_path, access=AccessKind.OPEN) as derek:
        yield derek


@pytest.fixture(name="closed")
def private_derek(tmp_path: Path) -> Iterator[Derek]:
    with opened(tmp_path) as derek:
        derek.people.persons.settle(ANN.id, Standing.READER, ADA.id)
        derek.people.places.settle(GROUP.id, PlaceState.ALLOWED, ADA.id, "Editors")
        yield derek


def article(text: str = BRIDGE, key: str | None = None, collection: str | None = None) -> Article:
    title, _, _ = text.partition("\n")
    return Article(key=key or title, text=text, language="en", title=title, collection=collection)


def serve(derek: Derek, work: Callable[[Service], Any]) -> list[Call]:
    """Let a service do some work and send what is to be sent; return what it sent."""
    request = RecordingRequest()

    async def serving() -> None:
        async with Service(derek, "42:TEST", "https://api.telegram.org", request) as service:
            await work(service)
            await service.settle()

    asyncio.run(serving())
    return [call for call in request.calls if call.method == "sendMessage"]


async def tell_all(service: Service) -> None:
    while await service.telling.step():
        pass


def tell(derek: Derek) -> list[Call]:
    return serve(derek, tell_all)


def ask(derek: Derek, chat: Chat = HOME, user: User = ANN, question: str = QUESTION) -> Call:
    text = question if chat.type == "private" else f"@derek_bot {question}"
    [call] = feed(derek, message(chat, user, text))
    return call


def wait(derek: Derek, chat: Chat = HOME, user: User = ANN) -> list[Call]:
    """Ask what has no answer, and press the button under the word that it has none."""
    pressed = ask(derek, chat, user).buttons[TELL]
    return feed(derek, press(pressed, chat, user))


def watch(derek: Derek, chat: Chat = HOME, user: User = ANN, question: str = QUESTION) -> str:
    at = "" if chat.type == "private" else "@derek_bot"
    [call] = feed(derek, message(chat, user, f"/watch{at} {question}"))
    return call.text


def kept(derek: Derek, user: User = ANN, chat: Chat = HOME) -> list[str]:
    return [one.wish.question for one in derek.waiting.of_person(user.id, chat.id)]


# Until it is known


def test_who_waits_for_an_answer_is_told_it_once(derek: Derek) -> None:
    [alert] = wait(derek)
    assert alert.text == en("waiting-kept")
    assert tell(derek) == []
    keep(derek.store, article(RAIN))
    assert tell(derek) == []
    assert kept(derek) == [QUESTION]
    keep(derek.store, article())
    [call] = tell(derek)
    assert call.text.startswith(WAITED)
    assert ANSWER in call.text.replace("<b>", "")
    assert list(call.buttons) == [en("button-context")]
    assert kept(derek) == []
    keep(derek.store, article(REPAIR))
    assert tell(derek) == []


def test_what_is_answered_by_now_is_answered_at_once(derek: Derek) -> None:
    pressed = ask(derek).buttons[TELL]
    keep(derek.store, article())
    assert ANSWER in feed(derek, press(pressed))[-1].text
    assert kept(derek) == []


def test_an_answer_has_no_such_button_and_a_forgotten_question_is_not_kept(derek: Derek) -> None:
    keep(derek.store, article())
    assert TELL not in ask(derek).buttons
    [alert] = feed(derek, press("wait:99"))
    assert alert.text == en("forgotten-question")
    feed(derek, press("wait:1", private(BEK), BEK))
    assert kept(derek, BEK, private(BEK)) == []


def test_a_question_that_goes_on_with_another_is_asked_with_it(derek: Derek) -> None:
    keep(derek.store, article(RAIN))
    ask(derek, question="Who built the bridge over the Turgay?")
    asked = ask(derek, question="And when?")
    feed(derek, press(asked.buttons[TELL]))
    keep(derek.store, article())
    [call] = tell(derek)
    assert "Taken as a follow-up" in call.text
    assert ANSWER in call.text


def test_whoever_hears_it_is_spoken_to_in_the_language_of_the_question(derek: Derek) -> None:
    watch(derek, private(BEK), BEK)
    keep(derek.store, article())
    [call] = tell(derek)
    assert call.text.startswith(WATCHED)


# For good


def test_who_watches_is_told_of_each_new_article_once(derek: Derek) -> None:
    assert watch(derek) == en("watch-kept")
    keep(derek.store, article())
    [first] = tell(derek)
    assert first.text.startswith(WATCHED)
    keep(derek.store, article(REPAIR))
    [second] = tell(derek)
    assert "9 June 2026" in second.text.replace("<b>", "").replace("</b>", "")
    assert "3 May 2025" not in second.text
    for text in (BRIDGE.replace("12", "14"), BRIDGE.replace("3 May", "4 May")):
        keep(derek.store, article(text))
        assert tell(derek) == []
    assert kept(derek) == [QUESTION]


def test_an_article_taken_out_and_put_back_is_told_of_once(derek: Derek) -> None:
    watch(derek)
    keep(derek.store, article())
    assert len(tell(derek)) == 1
    derek.store.remove(article().id)
    assert tell(derek) == []
    keep(derek.store, article())
    assert tell(derek) == []
    derek.store.remove(article().id)
    keep(derek.store, article(key="another"))
    assert tell(derek) == []


def test_what_answered_before_is_no_news(derek: Derek) -> None:
    keep(derek.store, article())
    watch(derek)
    keep(derek.store, article(BRIDGE.replace("12", "14")))
    assert tell(derek) == []


def test_many_articles_at_once_are_told_of_all(derek: Derek) -> None:
    watch(derek)
    for number in range(1, 8):
        text = f"Note {number}\n\nThe bridge over the Turgay was opened on {number} May 2025.\n"
        keep(derek.store, article(text))
    calls = tell(derek)
    assert len(calls) == 3
    shown = "".join(call.text for call in calls).replace("<b>", "").replace("</b>", "")
    assert all(f"{number} May 2025" in shown for number in range(1, 8))


def test_without_a_question_it_is_said_how_one_is_watched(derek: Derek) -> None:
    for text in ("", "hello"):
        assert watch(derek, question=text) == en("watch-usage")
    assert watch(derek, question="x " * 2_000).startswith("That question is too long")
    assert kept(derek) == []


# What is kept


def test_what_is_waited_for_is_listed_and_cancelled(derek: Derek) -> None:
    [nothing] = feed(derek, message(HOME, ANN, "/waiting"))
    assert nothing.text == en("waiting-nothing")
    watch(derek)
    watch(derek, question="How long did it rain?")
    wait(derek)
    [listed] = feed(derek, message(HOME, ANN, "/waiting"))
    assert en("waiting-count", count=3, limit=MOST_WAITING) in listed.text
    assert listed.text.count(en("waiting-standing")) == 2
    assert en("waiting-once") in listed.text
    [first, *_] = listed.buttons.values()
    _, shown = feed(derek, press(first))
    assert (shown.method, QUESTION in shown.text) == ("editMessageText", True)
    assert kept(derek) == ["How long did it rain?", QUESTION]
    [again] = feed(derek, press(first))
    assert again.text == en("waiting-gone")


def test_nobody_cancels_what_somebody_else_waits_for(derek: Derek) -> None:
    watch(derek, GROUP)
    [listed] = feed(derek, message(GROUP, ANN, "/waiting@derek_bot"))
    [cancel] = listed.buttons.values()
    for chat, user in ((GROUP, BEK), (HOME, ANN)):
        [refused] = feed(derek, press(cancel, chat, user))
        assert refused.text == (kk if user is BEK else en)("waiting-gone")
    assert kept(derek, ANN, GROUP) == [QUESTION]


def test_a_list_is_of_one_person_in_one_chat(derek: Derek) -> None:
    watch(derek)
    for chat, user in ((GROUP, ANN), (GROUP, BEK)):
        [listed] = feed(derek, message(chat, user, "/waiting@derek_bot"))
        assert QUESTION not in listed.text


def test_twenty_questions_of_a_person_are_kept(derek: Derek) -> None:
    for number in range(MOST_WAITING):
        assert watch(derek, question=f"What happened in year {number}?") == en("watch-kept")
    assert watch(derek) == en("waiting-full", limit=MOST_WAITING)
    assert wait(derek)[0].text == en("waiting-full", limit=MOST_WAITING)
    # What is kept already is.
    assert watch(derek, question="What happened in year 3?") == en("watch-kept")
    assert len(kept(derek)) == MOST_WAITING
    assert watch(derek, GROUP, BEK) == kk("watch-kept")


def test_who_hides_behind_a_group_cannot_be_told(derek: Derek) -> None:
    hidden = User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True)
    for text in (f"/watch@derek_bot {QUESTION}", "/waiting@derek_bot"):
        [call] = feed(derek, message(GROUP, hidden, text, sender_chat=GROUP.json()))
        assert call.text == en("waiting-unnamed")


# Groups


def test_a_group_is_told_once_in_reply_to_who_asked(derek: Derek) -> None:
    update = message(GROUP, ANN, f"/watch@derek_bot {QUESTION}")
    feed(derek, update)
    watch(derek, GROUP, BEK)
    keep(derek.store, article())
    [call] = tell(derek)
    assert call.parameters["chat_id"] == GROUP.id
    assert call.parameters["reply_parameters"]["message_id"] == update["message"]["message_id"]
    assert "Ann" not in call.text
    assert tell(derek) == []


def test_the_one_line_of_a_group_has_the_button(derek: Derek) -> None:
    wait(derek, GROUP)
    keep(derek.store, article())
    [call] = tell(derek)
    assert call.parameters["chat_id"] == GROUP.id
    assert kept(derek, ANN, GROUP) == []


def test_a_group_that_becomes_a_supergroup_takes_its_questions_along(derek: Derek) -> None:
    watch(derek, GROUP)
    feed(derek, message(GROUP, ANN, migrate_to_chat_id=NEW_GROUP.id))
    keep(derek.store, article())
    [call] = tell(derek)
    assert call.parameters["chat_id"] == NEW_GROUP.id
    assert "reply_parameters" not in call.parameters


# Who may hear it


@pytest.mark.parametrize("standing", [Standing.REFUSED, Standing.BLOCKED])
def test_who_was_taken_out_hears_nothing_and_waits_no_more(closed: Derek, standing: Standing) -> None:
    watch(closed)
    wait(closed)
    closed.people.persons.settle(ANN.id, standing, ADA.id)
    keep(closed.store, article())
    assert tell(closed) == []
    assert kept(closed) == []


def test_who_is_blocked_hears_nothing_in_a_group_either(closed: Derek) -> None:
    watch(closed, GROUP)
    closed.people.persons.settle(ANN.id, Standing.BLOCKED, ADA.id)
    keep(closed.store, article())
    assert tell(closed) == []
    assert kept(closed, ANN, GROUP) == []


def test_a_group_that_is_no_longer_allowed_hears_nothing(closed: Derek) -> None:
    watch(closed, GROUP)
    closed.people.places.settle(GROUP.id, PlaceState.REFUSED, ADA.id)
    keep(closed.store, article())
    assert Asking(closed).step()
    assert closed.waiting.notices() == []
    closed.people.places.settle(GROUP.id, PlaceState.ALLOWED, ADA.id)
    # What came meanwhile is no news any more.
    keep(closed.store, article(RAIN))
    assert tell(closed) == []
    keep(closed.store, article(REPAIR))
    assert len(tell(closed)) == 1


def test_what_lies_outside_of_a_fence_is_not_told(closed: Derek) -> None:
    watch(closed)
    wait(closed)
    closed.people.persons.limit(ANN.id, frozenset({"it"}), ADA.id)
    keep(closed.store, article(collection="hr"))
    assert tell(closed) == []
    keep(closed.store, article(collection="it"))
    assert len(tell(closed)) == 1


def notice_of(derek: Derek) -> None:
    """Let a new article be found, and the process die before anything is handed over."""
    keep(derek.store, article())

    async def find(service: Service) -> None:
        while await asyncio.to_thread(service.telling.asking.step):
            pass

    assert serve(derek, find) == []
    assert derek.waiting.notices() != []


@pytest.mark.parametrize("change", ["removed", "blocked", "fenced", "gone"])
def test_what_changes_before_it_is_sent_counts(closed: Derek, change: str) -> None:
    watch(closed)
    notice_of(closed)
    if change == "fenced":
        closed.people.persons.limit(ANN.id, frozenset({"it"}), ADA.id)
    elif change == "gone":
        closed.store.remove(article().id)
    else:
        standing = Standing.REFUSED if change == "removed" else Standing.BLOCKED
        closed.people.persons.settle(ANN.id, standing, ADA.id)
    assert tell(closed) == []
    assert closed.waiting.notices() == []


# A process that dies


def test_what_was_found_before_the_process_died_is_told_once(derek: Derek) -> None:
    watch(derek)
    wait(derek)
    notice_of(derek)
    assert len(tell(derek)) == 1
    assert tell(derek) == []


def test_what_was_handed_over_before_the_process_died_is_told_once(derek: Derek) -> None:
    wait(derek)
    notice_of(derek)
    [notice] = derek.waiting.notices()

    async def hand_over(service: Service) -> None:
        service.journal.queue_once(notice.key, [(notice.chat, notice.message)])

    # It dies before the notice is forgotten, and what is in the journal is sent by the next process.
    assert serve(derek, hand_over) == []
    assert derek.waiting.notices() == [notice]
    assert len(tell(derek)) == 1
    assert tell(derek) == []
    assert derek.waiting.notices() == []


def test_what_came_while_derek_was_down_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, access=AccessKind.OPEN) as derek:
        wait(derek)
    with opened(tmp_path) as derek:
        keep(derek.store, article())
    with opened(tmp_path, access=AccessKind.OPEN) as derek:
        assert len(tell(derek)) == 1


def test_who_is_forgotten_waits_for_nothing_and_leaves_nothing(derek: Derek, tmp_path: Path) -> None:
    question = "When was the Snark opened over the Turgay?"
    watch(derek, question=question)
    watch(derek, GROUP, question=question)
    watch(derek, private(BEK), BEK)
    notice_of(derek)
    feed(derek, press("forget:yes"))
    assert kept(derek) == kept(derek, ANN, GROUP) == []
    assert kept(derek, BEK, private(BEK)) == [QUESTION]
    files = [path for path in (tmp_path / "derek").rglob("*") if path.is_file()]
    assert [path for path in files if b"Snark" in path.read_bytes()] == []
    assert [call.parameters["chat_id"] for call in tell(derek)] == [BEK.id]


def test_who_is_forgotten_while_a_notice_is_handed_over_hears_nothing(derek: Derek) -> None:
    watch(derek)
    notice_of(derek)
    [notice] = derek.waiting.notices()
    derek.waiting.forget(ANN.id)

    async def hand_over(service: Service) -> None:
        assert service.telling.queued(notice) == []

    assert serve(derek, hand_over) == []


# Beside all else


def test_new_sentences_are_waited_for_until_they_are_embedded_a_minute_at_most(tmp_path: Path) -> None:
    settings = TelegramSettings(access=AccessKind.OPEN)
    with assemble(Config(data=tmp_path / "derek", telegram=settings)) as derek:
        assert derek.semantic_index
        derek.semantic_index.follow()
        watch(derek)
        moments = [0.0]
        asking = Asking(derek, lambda: moments[-1])
        keep(derek.store, article())
        derek.semantic_index.catch_up(0)
        for moment in (0.0, 3.0, 59.0):
            moments.append(moment)
            assert not asking.step()
        assert derek.waiting.notices() == []
        moments.append(61.0)
        assert asking.step()
        assert len(derek.waiting.notices()) == 1
        assert not asking.step()
        keep(derek.store, article(REPAIR))
        derek.semantic_index.follow()
        assert not asking.step()
        moments.append(64.0)
        assert asking.step()
        assert len(derek.waiting.notices()) == 2


def test_a_step_asks_some_and_is_stopped_between_them(derek: Derek) -> None:
    for number in range(15):
        watch(derek, question=f"What happened in year {number}?")
    keep(derek.store, article())
    asking, newest = Asking(derek), 1_000_000
    assert asking.step()
    assert len(derek.waiting.due(newest, 100)) == 15
    assert len(derek.waiting.due(derek.index.index.seen, 100)) == 5
    asking.stopping.set()
    assert not asking.step()
    assert len(derek.waiting.due(derek.index.index.seen, 100)) == 5


# Over the Bot API


@pytest.fixture(name="api")
def strict_fake() -> Iterator[BotApi]:
    with BotApi(repeat_bound=0.1) as api:
        yield api


def test_who_waits_is_told_of_an_article_that_another_process_added(api: BotApi, tmp_path: Path) -> None:
    api.open(GROUP, ANN)
    with RunningDerek(tmp_path, api.url) as running:
        api.wait_until_listening(PATIENCE)
        api.message(HOME, ANN, QUESTION)
        [missing] = api.wait_for_messages(HOME, 1, PATIENCE)
        api.press(missing, TELL, ANN)
        api.message(GROUP, ANN, f"/watch@derek_bot {QUESTION}")
        api.wait_for_messages(GROUP, 1, PATIENCE)
        api.wait_until(lambda: api.unanswered == frozenset(), PATIENCE)
        (tmp_path / "bridge.txt").write_text(BRIDGE)
        added = run_derek(["--data", str(tmp_path / "data"), "add", str(tmp_path / "bridge.txt")])
        assert added.returncode == 0
        assert ANSWER in api.wait_for_messages(HOME, 2, PATIENCE)[1].text
        assert ANSWER in api.wait_for_messages(GROUP, 2, PATIENCE)[1].text
        assert running.stop() == 0
    assert "Traceback" not in running.log
    assert (tmp_path / "data" / WAITING).stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_tells_tells_everybody_once(api: BotApi, tmp_path: Path) -> None:
    people = [User(100 + number, f"P{number}", "en", None) for number in range(12)]
    with RunningDerek(tmp_path, api.url) as running:
        api.wait_until_listening(PATIENCE)
        for user in people:
            api.message(private(user), user, f"/watch {QUESTION}")
        for user in people:
            api.wait_for_messages(private(user), 1, PATIENCE)
        (tmp_path / "bridge.txt").write_text(BRIDGE)
        run_derek(["--data", str(tmp_path / "data"), "add", str(tmp_path / "bridge.txt")])
        for user in (people[0], people[5]):
            api.wait_for_messages(private(user), 2, PATIENCE)
            running.kill()
            running.restart()
        for user in people:
            api.wait_for_messages(private(user), 2, PATIENCE)
        # What comes behind was told before.
        (tmp_path / "repair.txt").write_text(REPAIR)
        run_derek(["--data", str(tmp_path / "data"), "add", str(tmp_path / "repair.txt")])
        api.wait_until(lambda: all("9 June" in texts(api, user)[-1] for user in people), PATIENCE)
    for user in people:
        told = [text for text in texts(api, user) if "3 May 2025" in text]
        # What was being sent at a kill comes again under a line that says so, whether or not it arrived.
        assert told, texts(api, user)
        assert sum(en("sent-again") not in text for text in told) <= 1, texts(api, user)


def texts(api: BotApi, user: User) -> list[str]:
    return [message.text for message in api.messages(private(user))]
