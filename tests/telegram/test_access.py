"""Who may do what in Telegram: every cell of the table of commands, messages and buttons."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.assembly import Derek, assemble
from bot.chats.access import BUTTONS, COMMANDS, MESSAGES, Access, Menu, Role, fence_of, menu
from bot.config import Config, TelegramSettings
from bot.phrases import Phrases
from retrieval.filters import NO_FILTER, Filter
from tests.support.bot_api import FromHidden, User, private
from tests.support.recording import document, feed, message, press, texts

USERS = {
    Role.STRANGER: User(11, "Sam", "en", "sam"),
    Role.READER: User(12, "Rita", "en", "rita"),
    Role.ADMINISTRATOR: User(13, "Ada", "en", "ada"),
}
TELEGRAM = TelegramSettings(
    administrators=frozenset({USERS[Role.ADMINISTRATOR].id}), readers=frozenset({USERS[Role.READER].id})
)

#: What each button's data looks like, well formed, as anybody may forge it.
PRESSED = {
    "context": "context:0123456789ab:0:5:00000000",
    "more": "more:1:1",
    "back": "back:1:0",
    "why": "why:1:0",
    "good": "good:1",
    "bad": "bad:1",
    "fault": "fault:1:outdated",
    "page": "page:0",
    "limit": "limit:lang:en:1",
    "undo": "undo:1",
    "remove": "remove:0123456789ab",
    "keep": "keep",
    "missed": "missed:0",
}
SENT: dict[str, dict[str, Any]] = {
    "question": {"text": "Who met Mishustin?"},
    "article": document("bridge.txt"),
    "unreadable": {"location": {"longitude": 71.4, "latitude": 51.1}},
}

en = Phrases("en")


@pytest.fixture(scope="module", name="closed")
def derek_for_some(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derek]:
    """Give a Derek that answers readers and lets administrators change the articles, and nobody else."""
    with assemble(Config(data=tmp_path_factory.mktemp("closed") / "derek", telegram=TELEGRAM)) as derek:
        yield derek


def refused(role: Role, user: User) -> str:
    """Return what somebody is told whom a role is wanted of."""
    name = "administrators-only" if role is Role.ADMINISTRATOR else "readers-only"
    return en(name, user=str(user.id))


def updates(user: User) -> Iterator[tuple[Role, dict[str, Any]]]:
    """Yield an update for each line of the table, with the role that it takes."""
    chat = private(user)
    for command in COMMANDS:
        yield command.role, message(chat, user, f"/{command.name}")
    for name, role in MESSAGES.items():
        yield role, message(chat, user, **SENT[name])
    yield MESSAGES["article"], message(chat, user, "Rain.", forward_origin=FromHidden("X").json())
    for word, role in BUTTONS.items():
        yield role, press(PRESSED[word], chat, user)


@pytest.mark.parametrize("own_role", Role, ids=lambda role: role.name.lower())
def test_each_line_of_the_table_is_kept_for_its_role(closed: Derek, own_role: Role) -> None:
    user = USERS[own_role]
    before = closed.store.changes(0)
    for role, update in updates(user):
        replies = [call.text for call in feed(closed, update)]
        assert (replies == [refused(role, user)]) is (own_role < role), update
        if own_role < role:
            assert closed.store.changes(0) == before


def test_somebody_whom_telegram_does_not_name_is_a_stranger() -> None:
    assert Access.of(TELEGRAM).role_of(None) is Role.STRANGER
    assert Access.of(TelegramSettings()).role_of(None) is Role.READER, "where everyone may ask"


def test_what_is_offered_may_be_done() -> None:
    offered = {command.name: command.role for command in COMMANDS}
    for place, role in (
        (Menu.PRIVATE, Role.READER),
        (Menu.GROUP, Role.READER),
        (Menu.ADMINISTRATOR, Role.ADMINISTRATOR),
    ):
        assert all(offered[name] <= role for name in menu(place))
    assert set(menu(Menu.GROUP)) < set(menu(Menu.PRIVATE)) < set(menu(Menu.ADMINISTRATOR))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_help_names_each_command_to_those_who_may_give_it(closed: Derek, language: str) -> None:
    for role, user in USERS.items():
        if role is Role.STRANGER:
            continue
        speaker = replace(user, language_code=language)
        [text] = texts(feed(closed, message(private(speaker), speaker, "/help")))
        named = {command.name for command in COMMANDS if f"/{command.name}" in text}
        assert {name for name in menu(Menu.PRIVATE) if name not in named} <= {"ask", "help"}
        assert ({"add", "remove", "missed"} <= named) is (role is Role.ADMINISTRATOR)


FENCES = TelegramSettings(
    collections={"-1001": frozenset({"HR"}), "7": frozenset({"hr", "it"}), "-5": frozenset()}
)


@pytest.mark.parametrize(
    ("ids", "collections", "by_default"),
    [
        (["telegram:-1001"], {"hr"}, {"hr"}),
        (["telegram:7"], {"hr", "it"}, {"hr", "it"}),
        (["telegram:-5"], set(), set()),
        (["telegram:-1002", "telegram:-5"], set(), set()),
        (["telegram:-1001", "telegram:-5"], {"hr"}, {"hr"}),
        (["telegram:8"], None, {"office"}),
        (["telegram:"], None, {"office"}),
        (["console"], None, None),
    ],
)
def test_a_chat_has_the_fence_of_its_id_or_of_a_former_one_or_the_default(
    ids: list[str], collections: set[str] | None, by_default: set[str] | None
) -> None:
    assert fence_of(FENCES, ids).collections == collections
    fenced = FENCES.model_copy(
        update={"collections": {**FENCES.collections, "default": frozenset({"office"})}}
    )
    assert fence_of(fenced, ids).collections == by_default
    assert fence_of(TelegramSettings(), ids) == NO_FILTER == Filter()
