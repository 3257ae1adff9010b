"""Channels: what is posted in those that were let in becomes an article, and nothing is ever said there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble
from bot.chats.audit import Act
from bot.chats.places import PlaceState
from bot.chats.rates import Rates
from bot.config import AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from retrieval.articles import Article
from tests.support.bot_api import BotApi, Chat, FromChannel, User
from tests.support.recording import (
    ANN,
    HOME,
    Call,
    RecordingRequest,
    document,
    feed,
    membership,
    message,
    post,
    press,
    texts,
    told,
)
from tests.support.running import RunningDerek

CHANNEL = Chat(-1001234567890, "channel", "Orda News")
PUBLIC = replace(CHANNEL, username="orda_news")
EVE = User(9, "Eve", "en", "eve")
BRIDGE = "Turgay bridge opens\n\nThe bridge over the Turgay was opened on 3 May 2025. It cost 12 million."

en = Phrases("en")


@pytest.fixture(name="owned", params=[AccessKind.PRIVATE, AccessKind.OPEN])
def derek_with_an_administrator(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Derek]:
    settings = TelegramSettings(access=request.param, administrators=frozenset({ANN.id}))
    semantic = SemanticSettings(kind=EmbedderKind.NONE)
    with assemble(Config(data=tmp_path / "owned", telegram=settings, semantic=semantic)) as derek:
        yield derek


@pytest.fixture(name="following")
def derek_that_follows_a_channel(owned: Derek) -> Derek:
    owned.people.places.settle(CHANNEL.id, PlaceState.ALLOWED, ANN.id, "Orda News", is_channel=True)
    return owned


def only_article(derek: Derek) -> Article:
    [entry] = derek.store.catalogue()
    return derek.store.get(entry.article_id)


def writing(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method.startswith(("send", "edit"))]


# Posts


@pytest.mark.parametrize(
    ("channel", "url"),
    [(CHANNEL, "https://t.me/c/1234567890/5"), (PUBLIC, "https://t.me/orda_news/5")],
)
def test_a_post_becomes_an_article_with_its_source_its_link_and_its_day(
    following: Derek, channel: Chat, url: str
) -> None:
    assert feed(following, post(channel, BRIDGE, 5)) == []
    article = only_article(following)
    assert (article.title, article.source, article.url) == ("Turgay bridge opens", "Orda News", url)
    assert str(article.published) == "2025-05-03"
    answer = texts(feed(following, message(text="When was the bridge over the Turgay opened?")))
    assert "opened on <b>3 May 2025</b>" in answer[0]


def test_an_edited_post_brings_its_article_up_to_date(following: Derek) -> None:
    feed(following, post(CHANNEL, BRIDGE, 5))
    before = only_article(following)
    assert feed(following, post(CHANNEL, BRIDGE + " It is long.", 5, edited=True)) == []
    assert only_article(following).id == before.id
    assert only_article(following).text.endswith("It is long.")


def test_a_forwarded_post_and_the_post_itself_are_one_article(following: Derek) -> None:
    feed(following, post(CHANNEL, BRIDGE, 5))
    origin = FromChannel(CHANNEL, 5, 1_746_230_400).json()
    [receipt] = feed(following, message(text=BRIDGE, forward_origin=origin))
    assert receipt.text.startswith("Nothing changed")
    [receipt] = feed(following, message(text=BRIDGE + " It is long.", forward_origin=origin))
    assert receipt.text.startswith("Updated")
    only_article(following)


def test_a_posted_document_and_the_same_forwarded_are_one_article(following: Derek) -> None:
    request = RecordingRequest({"bridge.txt": BRIDGE.encode()})
    feed(following, post(CHANNEL, None, 5, **document("bridge.txt")), request=request)
    assert only_article(following).source == "Orda News"
    origin = FromChannel(CHANNEL, 5, 1_746_230_400).json()
    forwarded = message(**document("bridge.txt"), forward_origin=origin)
    [receipt] = texts(feed(following, forwarded, request=RecordingRequest({"bridge.txt": BRIDGE.encode()})))
    assert receipt.startswith("Nothing changed")


def test_what_a_channel_forwards_has_the_source_that_it_was_first_posted_in(following: Derek) -> None:
    elsewhere = FromChannel(Chat(-1009, "channel", "Steppe"), 3)
    feed(following, post(CHANNEL, BRIDGE, 5, forward_origin=elsewhere.json()))
    assert only_article(following).source == "Steppe"


def test_a_post_without_text_or_with_what_cannot_be_read_is_passed_over_in_silence(following: Derek) -> None:
    before = following.store.catalogue()
    odd = (
        post(CHANNEL, None, photo=[{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]),
        post(CHANNEL, None, new_chat_title="Orda"),
        post(CHANNEL, None, **document("bridge.exe")),
        post(CHANNEL, None, **document("bridge.txt", size=30_000_000)),
    )
    assert writing(feed(following, *odd, request=RecordingRequest({"bridge.exe": b"\0"}))) == []
    assert following.store.catalogue() == before


def test_no_post_is_missed_for_being_one_of_many(following: Derek) -> None:
    many = [post(CHANNEL, f"Bridge {number}\n\nBridge {number} was opened in May.") for number in range(4)]
    assert feed(following, *many, rates=Rates(2)) == []
    assert len(following.store.catalogue()) == 4


def test_what_fails_is_not_told_in_the_channel(following: Derek) -> None:
    request = RecordingRequest()
    request.failures["getFile"].append((400, "Bad Request: file is temporarily unavailable"))
    assert writing(feed(following, post(CHANNEL, None, **document("bridge.txt")), request=request)) == []


def test_posts_are_in_the_log_under_the_name_of_their_channel(following: Derek) -> None:
    feed(following, post(CHANNEL, BRIDGE, 5), post(CHANNEL, BRIDGE, 5, edited=True))
    article = only_article(following)
    [entry, _] = following.people.log.entries(10)
    assert (entry.by, entry.act, entry.on) == (CHANNEL.id, Act.POST, article.id)
    [log] = texts(feed(following, message(text="/log")))
    assert en("act-post", who="Orda News", whom=article.id) in log


def test_posts_of_a_channel_with_a_collection_are_in_it(following: Derek) -> None:
    following.people.places.limit(CHANNEL.id, frozenset({"news"}), ANN.id)
    feed(following, post(CHANNEL, BRIDGE, 5))
    assert only_article(following).collection == "news"


# Which channels


def test_administrators_are_asked_about_a_channel_and_nothing_is_said_in_it(owned: Derek) -> None:
    [asked] = writing(feed(owned, membership(CHANNEL, EVE, "administrator")))
    assert asked.parameters["chat_id"] == ANN.id
    assert asked.text == en("request-channel", name="Eve (@eve)", title="Orda News")
    before = owned.store.catalogue()
    assert feed(owned, post(CHANNEL, BRIDGE, 5)) == []
    assert owned.store.catalogue() == before
    allowed = feed(owned, press(asked.buttons[en("button-allow")], HOME))
    assert told(allowed, CHANNEL) == []
    feed(owned, post(CHANNEL, BRIDGE, 6))
    assert only_article(owned).source == "Orda News"


def test_a_channel_that_an_administrator_adds_derek_to_is_let_in_without_a_word(owned: Derek) -> None:
    assert writing(feed(owned, membership(CHANNEL, ANN, "administrator"))) == []
    feed(owned, post(CHANNEL, BRIDGE, 5))
    assert only_article(owned).title == "Turgay bridge opens"


def test_posts_of_a_channel_that_was_refused_or_left_are_no_articles(following: Derek) -> None:
    before = following.store.catalogue()
    following.people.places.leave(CHANNEL.id)
    feed(following, post(CHANNEL, BRIDGE, 5))
    following.people.places.settle(CHANNEL.id, PlaceState.REFUSED, ANN.id)
    feed(following, post(CHANNEL, BRIDGE, 6))
    assert following.store.catalogue() == before


def test_a_channel_is_followed_over_a_strict_bot_api(tmp_path: Path) -> None:
    with BotApi(repeat_bound=0.1) as api, RunningDerek(tmp_path, api.url, administrators=(ANN.id,)):
        api.wait_until_listening(20)
        api.my_chat_member(CHANNEL, ANN, "administrator", "left")
        posted = api.message(CHANNEL, ANN, "Bridge\n\nThe bridge over the Turgay was opened in April.")
        api.edited_message(posted, BRIDGE)
        for asked in range(1, 100):  # No chat waits for another.
            api.message(HOME, ANN, "When was the bridge over the Turgay opened?")
            if "opened on 3 May 2025" in api.wait_for_messages(HOME, asked, 20)[-1].text:
                break
        else:
            pytest.fail("the post became no article")
        assert api.messages(CHANNEL) == []
