"""Who may do what in Telegram: every line of the table of commands, messages and buttons, by everybody."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Derek, assemble
from bot.chats.access import (
    BUTTONS,
    COMMANDS,
    MESSAGES,
    PRIVATE_BUTTONS,
    Access,
    ChatKind,
    Menu,
    Role,
    Subject,
    fence_of,
    menu,
)
from bot.chats.persons import Standing
from bot.chats.places import PlaceState
from bot.config import IMPERSONAL, AccessKind, Config, EmbedderKind, SemanticSettings, TelegramSettings
from bot.phrases import Phrases
from bot.telegram.deep_links import Place, encode
from retrieval.answers.citations import fingerprint_of
from retrieval.articles import Article, Span
from retrieval.filters import NO_FILTER, Filter
from tests.support.bot_api import Chat, FromHidden, User, private
from tests.support.documents import keep
from tests.support.recording import (
    Call,
    RecordingRequest,
    document,
    feed,
    message,
    post,
    press,
    texts,
    told,
    typed,
)

ADA, RITA, ITTA = User(13, "Ada", "en", "ada"), User(12, "Rita", "en", "rita"), User(14, "Itta", "en", "itta")
SAM, ASKED, REFUSED = (
    User(11, "Sam", "en", "sam"),
    User(15, "Aset", "en", None),
    User(16, "Ron", "en", None),
)
BLOCKED, FORMER, MEMBER = (
    User(17, "Bob", "en", None),
    User(18, "Fay", "en", None),
    User(19, "Mia", "en", None),
)
HIDDEN = User(1087968824, "Group", None, "GroupAnonymousBot", is_bot=True)
LET_IN, NOT_LET_IN = Chat(-1003, "channel", "News"), Chat(-1004, "channel", "Rumours")
INSIDE, OUTSIDE = Chat(-1001, "supergroup", "Editors"), Chat(-1002, "supergroup", "Others")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody somewhere: the role that they are to have there, and of which collections they may hear."""

    name: str
    user: User
    chat: Chat
    role: Role
    sees: frozenset[str] = frozenset()
    as_group: bool = False

    @property
    def is_private(self) -> bool:
        return self.chat.type == "private"

    @property
    def is_channel(self) -> bool:
        return self.chat.type == "channel"


ALL = frozenset({"hr", "it"})

#: Those who try every line each time; the others, who have the same roles in other ways, do in `make slow`.
FIRST = {"stranger", "blocked", "reader of another collection", "administrator", "member", "channel"}
ACTORS = (
    Actor("stranger", SAM, private(SAM), Role.STRANGER),
    Actor("asked", ASKED, private(ASKED), Role.STRANGER),
    Actor("refused", REFUSED, private(REFUSED), Role.STRANGER),
    Actor("blocked", BLOCKED, private(BLOCKED), Role.BLOCKED),
    Actor("former administrator", FORMER, private(FORMER), Role.STRANGER),
    Actor("reader", RITA, private(RITA), Role.READER, ALL),
    Actor("reader of another collection", ITTA, private(ITTA), Role.READER, frozenset({"it"})),
    Actor("administrator", ADA, private(ADA), Role.ADMINISTRATOR, ALL),
    Actor("member", MEMBER, INSIDE, Role.READER, ALL),
    Actor("anonymous administrator", HIDDEN, INSIDE, Role.READER, ALL, as_group=True),
    Actor("blocked in the group", BLOCKED, INSIDE, Role.BLOCKED),
    Actor("former administrator in the group", FORMER, INSIDE, Role.READER, ALL),
    Actor("administrator in the group", ADA, INSIDE, Role.ADMINISTRATOR, ALL),
    Actor("member of another group", MEMBER, OUTSIDE, Role.STRANGER),
    Actor("reader in another group", RITA, OUTSIDE, Role.STRANGER),
    Actor("administrator in another group", ADA, OUTSIDE, Role.STRANGER),
    Actor("anonymous administrator of another group", HIDDEN, OUTSIDE, Role.STRANGER, as_group=True),
    Actor("channel", HIDDEN, LET_IN, Role.READER, ALL, as_group=True),
    Actor("channel that was not let in", HIDDEN, NOT_LET_IN, Role.STRANGER, as_group=True),
)

LEAVE = "How leave is applied for\n\nLeave is applied for in Tulip. A day of leave is granted by Ada."
VPN = "How the VPN works\n\nThe VPN is switched on in Falcon. Leave the VPN on in Falcon at night."


def article(text: str, collection: str) -> Article:
    return Article(
        key=text,
        text=text,
        language="en",
        title=text.splitlines()[0],
        source=f"Desk {collection}",
        collection=collection,
    )


ARTICLES = {"hr": article(LEAVE, "hr"), "it": article(VPN, "it")}

#: What would give each collection away.
SECRETS = {
    "hr": ("Tulip", "granted by Ada", "How leave", "Desk hr", ARTICLES["hr"].id),
    "it": ("Falcon", "VPN works", "Desk it", ARTICLES["it"].id),
}
QUOTES = {"hr": "Leave is applied for in Tulip.", "it": "The VPN is switched on in Falcon."}

en = Phrases("en")


@pytest.fixture(scope="module", name="template")
def folder_of_a_private_derek(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "derek"
    folder.mkdir()
    with assemble(config(folder)) as derek:
        for one in ARTICLES.values():
            keep(derek.store, one)
        derek.chat(f"telegram:{ADA.id}").undo(derek.store.begin_edit())
        persons, places = derek.people.persons, derek.people.places
        for user, standing in ((RITA, Standing.READER), (ITTA, Standing.READER)):
            persons.settle(user.id, standing, ADA.id)
        persons.limit(ITTA.id, frozenset({"it"}), ADA.id)
        persons.ask(ASKED.id, 1)
        persons.settle(REFUSED.id, Standing.REFUSED, ADA.id)
        persons.settle(BLOCKED.id, Standing.BLOCKED, ADA.id)
        persons.settle(FORMER.id, Standing.ADMINISTRATOR, ADA.id)
        persons.settle(FORMER.id, Standing.REFUSED, ADA.id)
        places.settle(INSIDE.id, PlaceState.ALLOWED, ADA.id, "Editors")
        places.enter(OUTSIDE.id, "Others", MEMBER.id, 2)
        places.settle(LET_IN.id, PlaceState.ALLOWED, ADA.id, "News", is_channel=True)
        places.enter(NOT_LET_IN.id, "Rumours", MEMBER.id, 3, is_channel=True)
        for chat in (private(ADA), INSIDE, private(FORMER), private(SAM)):
            derek.chat(f"telegram:{chat.id}").ask("Where is leave applied for?")
    return folder


def config(folder: Path) -> Config:
    telegram = TelegramSettings(administrators=frozenset({ADA.id}))
    return Config(data=folder, telegram=telegram, semantic=SemanticSettings(kind=EmbedderKind.NONE))


@pytest.fixture(name="closed")
def private_derek(template: Path, tmp_path: Path) -> Iterator[Derek]:
    shutil.copytree(template, tmp_path / "closed")
    with assemble(config(tmp_path / "closed")) as derek:
        yield derek


# Each line of the table, as anybody may write it or make it up


def commands() -> Iterator[tuple[str, Role, bool, list[str]]]:
    """Yield each command with the words behind it that would get at something."""
    ids = [ARTICLES[name].id for name in ("hr", "it")]
    words = {
        "ask": [QUOTES["hr"], QUOTES["it"]],
        "show": ids,
        "remove": ids,
        "settings": ["", "in any", "clear"],
        "people": ["", str(RITA.id), f"{ITTA.id} in any", f"{INSIDE.id} in hr"],
        "watch": ["", QUOTES["hr"], "How is the VPN switched on?"],
        "invite": ["", "administrator"],
        "pair": ["0000-0000"],
    }
    for command in COMMANDS:
        yield command.name, command.role, command.private, words.get(command.name, [""])


def payloads() -> list[str]:
    """Return what links to sentences send, made up by one who knows each sentence, or guesses."""
    places = [
        Place(ARTICLES[name].id, Span(start, start + len(quote)), fingerprint)
        for name, quote in QUOTES.items()
        for start in [ARTICLES[name].text.index(quote)]
        for fingerprint in (fingerprint_of(quote), "00000000")
    ]
    return list(map(encode, places))


def contexts() -> list[str]:
    """Return buttons that show what stands around a sentence, made up by one who knows it, or guesses."""
    starts = {name: ARTICLES[name].text.index(quote) for name, quote in QUOTES.items()}
    return [
        f"context:{ARTICLES[name].id}:{starts[name]}:{starts[name] + len(quote)}:{fingerprint}"
        for name, quote in QUOTES.items()
        for fingerprint in (fingerprint_of(quote), "00000000", f"{fingerprint_of(quote)}:1:0")
    ]


#: What each button's data look like, well formed.
PRESSED: dict[str, list[str]] = {
    "context": contexts(),
    "more": ["more:1:0", "more:2:1", "more:3:0", "more:4:0"],
    "back": ["back:1:0", "back:2:0", "back:3:1", "back:4:0"],
    "why": ["why:1:0", "why:2:0", "why:3:0", "why:4:0"],
    "good": ["good:1", "good:2"],
    "bad": ["bad:1"],
    "fault": ["fault:1:outdated"],
    "missed": ["missed:0"],
    "wait": ["wait:1", "wait:2", "wait:3", "wait:4"],
    "unwait": ["unwait:1", "unwait:2"],
    "page": ["page:0"],
    "article": [f"article:{one.id}:0" for one in ARTICLES.values()],
    "limit": ["limit:lang:en:1", "limit:clear::0"],
    "undo": ["undo:1", "undo:2", "undo:3"],
    "adopt": ["adopt"],
    "remove": [f"remove:{one.id}" for one in ARTICLES.values()],
    "keep": ["keep"],
    "request": [f"request:{ASKED.id}:reader", f"request:{SAM.id}:reader"],
    "people": ["people:people:0", "people:groups:0", "people:invitations:0"],
    "person": [f"person:{RITA.id}"],
    "standing": [f"standing:{user.id}:administrator" for user in (RITA, FORMER, MEMBER)]
    + [f"standing:{ADA.id}:blocked"],
    "place": [f"place:{INSIDE.id}"],
    "group": [f"group:{OUTSIDE.id}:allowed", f"group:{INSIDE.id}:refused"],
    "withdraw": ["withdraw:1"],
    "log": ["log:0"],
    "forget": ["forget:no"],
}
SENT: dict[str, list[dict[str, Any]]] = {
    "question": [{"text": "Where is leave applied for?"}, {"text": "How do I switch the VPN on?"}],
    "forwarded": [
        {"text": text, "forward_origin": FromHidden("X").json()} for text in ("Where is leave?", "Rain.")
    ],
    "links": [{"text": "https://127.0.0.1/leave"}],
    "article": [document("bridge.txt"), document("bridge.txt") | {"forward_origin": FromHidden("X").json()}],
    "unreadable": [{"location": {"longitude": 71.4, "latitude": 51.1}}],
    "invitation": [{"text": "/start AAAAAAAAAAAAAAAAAAAAAA"}],
    "inline query": [{"query": quote} for quote in QUOTES.values()] + [{"query": ""}],
    "channel post": [{"text": "Where is leave applied for?"}, document("bridge.txt")],
    "passage": [{"text": f"/start {payload}"} for payload in payloads()],
}

#: What is not meant for the bot in a group, or is only a press there.
ONLY_PRIVATE_MESSAGES = {
    "article",
    "links",
    "unreadable",
    "invitation",
    "passage",
    "inline query",
    "forwarded",
}


def lines() -> Iterator[tuple[str, Role, bool, str, Any]]:
    """Yield each line: what it is called, the role it takes, whether in private alone, its kind, and data."""
    for name, role, is_private, words in commands():
        for word in words:
            yield f"/{name} {word}".strip(), role, is_private, "command", (name, word)
    for name, role in MESSAGES.items():
        for number, content in enumerate(SENT[name]):
            yield f"{name} {number}", role, name in ONLY_PRIVATE_MESSAGES, "message", content
    for word, role in BUTTONS.items():
        for data in PRESSED[word]:
            yield data, role, word in PRIVATE_BUTTONS, "button", data


def update_of(actor: Actor, kind: str, data: Any) -> dict[str, Any]:
    as_group = {"sender_chat": actor.chat.json()} if actor.as_group else {}
    if actor.is_channel:
        return post(actor.chat, data.get("text"), **{key: data[key] for key in data if key != "text"})
    match kind:
        case "button":
            # Also who hides presses under their own name.
            return press(data, actor.chat, MEMBER if actor.as_group else actor.user)
        case "command":
            name, word = data
            at = "" if actor.is_private else "@derek_bot"
            return message(actor.chat, actor.user, f"/{name}{at} {word}".strip(), **as_group)
    content = dict(data)
    if "query" in content:
        return typed(actor.user, content["query"])
    if not actor.is_private and "text" in content:
        content["text"] = f"@derek_bot {content['text']}"
    text = content.pop("text", None)
    return message(actor.chat, actor.user, text, **as_group, **content)


def state(derek: Derek) -> tuple[Any, ...]:
    """Return all that must not change by anybody who may not change it."""
    people = derek.people
    return (
        derek.store.changes(0),
        [person for person in people.persons.all() if person.standing is not Standing.ASKED],
        people.places.all(),
        people.invitations.all(),
        people.log.entries(100),
    )


def alerts(calls: list[Call]) -> list[str]:
    return [call.text for call in calls if call.method == "answerCallbackQuery" and call.text]


def above_results(calls: list[Call]) -> list[str]:
    """Return what stands on the buttons above inline results."""
    buttons = [call.parameters.get("button") for call in calls if call.method == "answerInlineQuery"]
    return [button["text"] for button in buttons if button]


CELLS = [
    pytest.param(
        actor,
        role,
        is_private,
        kind,
        data,
        id=f"{actor.name}-{name}",
        marks=[] if actor.name in FIRST else [pytest.mark.slow],
    )
    for actor in ACTORS
    for name, role, is_private, kind, data in lines()
    if actor.is_channel == name.startswith("channel post")
    and (actor.is_private or not (kind == "message" and is_private))
]


@pytest.mark.parametrize(("actor", "role", "is_private", "kind", "data"), CELLS)
def test_each_line_is_kept_for_its_role_and_nothing_leaks(  # noqa: PLR0913, PLR0917  a cell of a table
    closed: Derek, actor: Actor, role: Role, is_private: bool, kind: str, data: Any
) -> None:
    before = state(closed)
    request = RecordingRequest({"bridge.txt": b"A bridge."})
    calls = feed(closed, update_of(actor, kind, data), request=request)

    said = str([call.parameters for call in calls])
    for name in ALL - actor.sees:
        written = str(data)
        assert not [secret for secret in SECRETS[name] if secret in said and secret not in written]
    may = actor.role >= role and (actor.is_private or not is_private)
    refusals = {
        en("readers-only"),
        en("administrators-only-here"),
        en("private-only"),
        en("administrators-only", user=str(actor.user.id)),
    }
    heard = [*told(calls, actor.chat), *alerts(calls), *above_results(calls)]
    assert "Something went wrong" not in said
    if actor.role is Role.BLOCKED or (actor.role is Role.STRANGER and not actor.is_private):
        assert {call.method for call in calls} <= {"answerCallbackQuery", "answerInlineQuery"}
        assert heard == []
    elif actor.role is Role.STRANGER and role > Role.STRANGER:
        assert set(heard) <= {en("private-asked"), en("readers-only"), en("open-bot")}
    elif not may:
        assert set(heard) & refusals == set(heard) != set()
    else:
        assert not set(heard) & refusals
    if not may:
        assert state(closed) == before
    if actor.is_channel:
        assert [call for call in calls if call.method != "getFile"] == []
        assert (state(closed) != before) == may


def test_every_line_of_the_table_is_tried() -> None:
    assert PRESSED.keys() == BUTTONS.keys()
    assert SENT.keys() == MESSAGES.keys()


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
def test_everybody_has_the_role_they_are_to_have(closed: Derek, actor: Actor) -> None:
    kind = ChatKind.PRIVATE if actor.is_private else ChatKind.GROUP
    kind = ChatKind.CHANNEL if actor.is_channel else kind
    sender = actor.chat.id if actor.as_group else None
    subject = Subject(actor.user.id, actor.chat.id, kind, sender)
    assert Access(closed.config.telegram, closed.people).role_of(subject) is actor.role


# Roles


@pytest.mark.parametrize("impersonal", sorted(IMPERSONAL))
def test_an_id_that_many_people_write_under_is_nobodys(closed: Derek, impersonal: int) -> None:
    subject = Subject(impersonal, impersonal, ChatKind.PRIVATE)
    assert subject.person is None
    # Even settings that were made some other way than from a file.
    settings = TelegramSettings.model_construct(
        administrators=frozenset({impersonal}), readers=frozenset({impersonal}), access=AccessKind.PRIVATE
    )
    assert Access(settings, closed.people).role_of(subject) is Role.STRANGER
    assert Access(settings, closed.people).role_of_person(impersonal) is Role.STRANGER
    with pytest.raises(ValueError, match="no person's id"):
        closed.people.persons.settle(impersonal, Standing.READER, ADA.id)


def test_who_hides_is_never_told_an_id(closed: Derek) -> None:
    update = message(INSIDE, HIDDEN, "/add@derek_bot", sender_chat=INSIDE.json())
    [text] = texts(feed(closed, update))
    assert text == en("administrators-only-here")
    assert str(HIDDEN.id) not in text


def test_who_hides_in_a_group_that_was_let_in_changes_its_settings_and_nothing_else(closed: Derek) -> None:
    update = message(INSIDE, HIDDEN, "/settings@derek_bot lang en", sender_chat=INSIDE.json())
    [shown] = feed(closed, update)
    assert "Languages: English." in shown.text
    other = Chat(-77, "channel", "A channel")
    as_channel = message(INSIDE, HIDDEN, "/settings@derek_bot clear", sender_chat=other.json())
    assert feed(closed, as_channel)[-1].text == en("settings-refused")


def test_everyone_may_ask_in_open_access_but_who_was_blocked(closed: Derek) -> None:
    access = Access(TelegramSettings(access=AccessKind.OPEN), closed.people)
    assert access.role_of(Subject(None, OUTSIDE.id, ChatKind.GROUP)) is Role.READER
    assert access.role_of(Subject(SAM.id, SAM.id, ChatKind.PRIVATE)) is Role.READER
    assert access.role_of(Subject(REFUSED.id, REFUSED.id, ChatKind.PRIVATE)) is Role.READER
    for chat, kind in ((BLOCKED.id, ChatKind.PRIVATE), (OUTSIDE.id, ChatKind.GROUP)):
        assert access.role_of(Subject(BLOCKED.id, chat, kind)) is Role.BLOCKED
    closed.people.places.settle(OUTSIDE.id, PlaceState.REFUSED, ADA.id)
    assert access.role_of(Subject(SAM.id, OUTSIDE.id, ChatKind.GROUP)) is Role.STRANGER


def test_readers_of_the_settings_may_ask(closed: Derek) -> None:
    access = Access(TelegramSettings(readers=frozenset({SAM.id})), closed.people)
    assert access.role_of_person(SAM.id) is Role.READER
    assert access.role_of_person(None) is Role.STRANGER


def test_a_button_of_a_former_administrator_does_nothing(closed: Derek) -> None:
    closed.people.persons.settle(RITA.id, Standing.ADMINISTRATOR, ADA.id)
    article_id = ARTICLES["hr"].id
    [question] = feed(closed, message(private(RITA), RITA, f"/remove {article_id}"))
    closed.people.persons.settle(RITA.id, Standing.READER, ADA.id)
    before = state(closed)
    for data in (question.buttons[en("button-remove")], "undo:1", f"standing:{SAM.id}:administrator"):
        [alert] = feed(closed, press(data, private(RITA), RITA))
        assert alert.text == en("administrators-only", user=str(RITA.id))
    assert state(closed) == before


def test_a_made_up_passage_tells_nothing_of_an_article_that_the_chat_may_not_see(closed: Derek) -> None:
    nowhere = "context:0123456789ab:0:5:00000000"
    [unknown] = alerts(feed(closed, press(nowhere, private(ITTA), ITTA)))
    hidden = [data for data in contexts() if ARTICLES["hr"].id in data]
    assert len(hidden) == 3, "with the right fingerprint, a wrong one, and the way back to another's answer"
    for data in hidden:
        [alert] = alerts(feed(closed, press(data, private(ITTA), ITTA)))
        assert alert.replace(ARTICLES["hr"].id, "") == unknown.replace("0123456789ab", "")


def test_a_link_to_a_passage_tells_nothing_of_an_article_that_the_person_may_not_see(closed: Derek) -> None:
    nowhere = encode(Place("0123456789ab", Span(0, 5), "00000000"))
    [unknown] = texts(feed(closed, message(private(ITTA), ITTA, f"/start {nowhere}")))
    hidden = [payload for payload in payloads() if ARTICLES["hr"].id in payload]
    assert len(hidden) == 2, "with the right fingerprint, and a wrong one"
    for payload in hidden:
        [text] = texts(feed(closed, message(private(ITTA), ITTA, f"/start {payload}")))
        assert text.replace(ARTICLES["hr"].id, "") == unknown.replace("0123456789ab", "")


# Menus and help


def test_what_is_offered_may_be_done() -> None:
    offered = {command.name: command for command in COMMANDS}
    for place, role in (
        (Menu.PRIVATE, Role.READER),
        (Menu.GROUP, Role.READER),
        (Menu.ADMINISTRATOR, Role.ADMINISTRATOR),
    ):
        assert all(offered[name].role <= role for name in menu(place))
    assert not any(offered[name].private for name in menu(Menu.GROUP))
    assert set(menu(Menu.GROUP)) < set(menu(Menu.PRIVATE)) < set(menu(Menu.ADMINISTRATOR))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_help_names_each_command_to_those_who_may_give_it(closed: Derek, language: str) -> None:
    administers = set(menu(Menu.ADMINISTRATOR)) - set(menu(Menu.PRIVATE))
    for user, is_administrator in ((RITA, False), (ADA, True)):
        speaker = replace(user, language_code=language)
        [text] = texts(feed(closed, message(private(speaker), speaker, "/help")))
        named = {command.name for command in COMMANDS if f"/{command.name}" in text}
        assert {name for name in menu(Menu.PRIVATE) if name not in named} <= {"ask", "help"}
        assert (administers & named) == (administers if is_administrator else set())


# Fences

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


def test_what_administrators_said_of_a_chat_goes_behind_its_own_line_and_before_the_default() -> None:
    fenced = FENCES.model_copy(
        update={"collections": {**FENCES.collections, "default": frozenset({"office"})}}
    )
    decided = {7: frozenset({"legal"}), 8: frozenset({"legal"}), 9: None}
    assert fence_of(fenced, ["telegram:7"], decided.get) == Filter(collections=frozenset({"hr", "it"}))
    assert fence_of(fenced, ["telegram:8"], decided.get) == Filter(collections=frozenset({"legal"}))
    assert fence_of(fenced, ["telegram:9"], decided.get) == Filter(collections=frozenset({"office"}))
