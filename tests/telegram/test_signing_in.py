"""/web: an administrator gets a link to the page, which signs in whoever they are at that moment."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble
from bot.chats.persons import Standing
from bot.config import Config, EmbedderKind, SemanticSettings, TelegramSettings, WebSettings
from bot.phrases import Phrases
from tests.support.bot_api import User, private
from tests.support.recording import feed, message, texts

ADA, RITA = User(13, "Ada", "en", "ada"), User(12, "Rita", "en", "rita")
PAGE = "https://derek.example.org"


def on(folder: Path, web: WebSettings) -> Derek:
    return assemble(
        Config(
            data=folder,
            semantic=SemanticSettings(kind=EmbedderKind.NONE),
            telegram=TelegramSettings(administrators=frozenset({ADA.id}), readers=frozenset({RITA.id})),
            web=web,
        )
    )


@pytest.fixture
def derek(tmp_path: Path) -> Iterator[Derek]:
    with on(tmp_path / "derek", WebSettings.model_validate({"url": PAGE})) as opened:
        yield opened


def test_an_administrator_gets_a_link_that_signs_in(derek: Derek) -> None:
    [said] = texts(feed(derek, message(private(ADA), ADA, "/web")))
    (secret,) = re.findall(rf"{re.escape(PAGE)}/sign-in\?link=([\w-]+)", said)
    session = derek.people.keys.sign_in(secret)
    assert session
    holder = derek.people.keys.signed_in(session)
    assert holder
    assert (holder.id, holder.standing) == (f"person:{ADA.id}", Standing.ADMINISTRATOR)


def test_nobody_else_gets_one(derek: Derek) -> None:
    [said] = texts(feed(derek, message(private(RITA), RITA, "/web")))
    assert "sign-in" not in said


def test_where_there_is_no_page_it_is_said(tmp_path: Path) -> None:
    with on(tmp_path / "other", WebSettings()) as derek:
        [said] = texts(feed(derek, message(private(ADA), ADA, "/web")))
    assert said == Phrases("en")("web-not-served")
