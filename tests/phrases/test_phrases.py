"""Phrases: the same in every language, all of them used, each with its plurals."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import ast as ftl
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

from bot.chats.access import COMMANDS, ROLES
from bot.chats.audit import Act
from bot.chats.feedback import AnswerFault
from bot.chats.places import PlaceState
from bot.chats.settings import SettingFault
from bot.phrases import LANGUAGES, CourtesyKind, Phrases, courtesy
from bot.rendering.receipts import UNADDED, Deed
from retrieval.errors import FileFault, PageFault
from retrieval.ranking.ranker import REASONS
from retrieval.storage.receipts import Outcome
from tests.support.paths import ROOT

CODE = sorted((ROOT / "bot").rglob("*.py"))

#: What the names that are put together at run time are put together from.
COMPOSED: dict[str, set[str]] = {
    "total-": set(map(str, Outcome)),
    "receipt-": {outcome for outcome in Outcome if outcome not in UNADDED},
    "deed-": {f"{deed}-{outcome}" for deed in (Deed.UNDO, Deed.REDO) for outcome in UNADDED}
    | {"prune-removed"},
    "nothing-": {Deed.UNDO, Deed.REDO},
    "confirm-": {Deed.UNDO, Deed.REDO},
    "unreadable-": set(FileFault),
    "page-": set(PageFault),
    "setting-": set(SettingFault),
    "fault-": set(AnswerFault),
    "reason-": set(REASONS),
    "period-": {"since", "until", "between", "day"},
    "role-": set(ROLES),
    "state-": set(PlaceState),
    "act-": set(Act),
    "command-": {command.name for command in COMMANDS if command.menus},
}
#: The variables that hold the name of a phrase, and what they may hold.
HELD: dict[str, set[str]] = {
    "kind": {kind for kind in CourtesyKind if kind is not CourtesyKind.CONTENTS},
    "usage": {"show-usage", "remove-usage"},
}

VALUES: dict[str, Any] = {
    "at": datetime(2024, 2, 22, 14, 5, tzinfo=UTC),
    "day": date(2022, 2, 13),
    "first": date(1999, 1, 1),
    "least": 4,
    "former": 0.17,
    "last": date(2024, 12, 31),
    "since": date(2022, 1, 1),
    "until": date(2024, 12, 31),
    "count": 1_234,
    "articles": 5,
    "length": 12_345,
    "limit": 2_000,
    "score": 0.597,
    "threshold": 0.22,
    "share": 0.4,
    "size": 1.25,
}


# The files


class _Variables(Visitor):
    """Collects the variables of a phrase, and the phrases that it refers to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802  as Fluent calls it
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802  as Fluent calls it
        self.references.add(node.id.name)


def messages(language: str) -> dict[str, _Variables]:
    """Return what each phrase of a language's file uses."""
    resource = parse((files("bot.phrases") / f"{language}.ftl").read_text("utf-8"))
    found: dict[str, _Variables] = {}
    for entry in resource.body:
        assert not isinstance(entry, ftl.Junk), f"{language}: {entry.content!r} cannot be read"
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{language}: {entry.id.name} stands there twice"
            found[entry.id.name] = _Variables()
            found[entry.id.name].visit(entry)
    return found


NAMES = sorted(messages("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_variables(language: str) -> None:
    here, english = messages(language), messages("en")
    assert here.keys() == english.keys()
    for name in NAMES:
        assert here[name].variables == english[name].variables, name
        assert here[name].references == english[name].references, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_says_something_whatever_is_put_in(language: str) -> None:
    phrases, used = Phrases(language), messages(language)
    for name in NAMES:
        asked = _variables(used, name)
        said = phrases(name, **{one: VALUES.get(one, f"<{one}>") for one in asked})
        assert said.strip() == said
        assert said
        for one in asked - VALUES.keys():
            assert f"<{one}>" in said, f"{language}: {name} leaves ${one} out"
        assert not set("{}$\N{FIRST STRONG ISOLATE}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}") & set(said)


def _variables(used: dict[str, _Variables], name: str) -> set[str]:
    return used[name].variables.union(*(_variables(used, other) for other in used[name].references))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_limits_is_short_enough(language: str) -> None:
    phrases = Phrases(language)
    assert len(phrases("description")) <= 512
    assert len(phrases("short-description")) <= 120
    for name in NAMES:
        if name.startswith("command-"):
            assert 1 <= len(phrases(name)) <= 256
        elif name.startswith("button-"):
            assert len(phrases(name)) <= 24
    for name in ("forgotten-question", "changed-article", "no-more", "nothing-undo", "settings-refused"):
        assert len(phrases(name)) <= 200
    for name in (
        "readers-only",
        "administrators-only-here",
        "private-only",
        "too-many",
        "last-administrator",
        "waiting-kept",
        "waiting-gone",
    ):
        assert len(phrases(name)) <= 200
    for name in ("open-bot", "typing-in-vain", "too-many"):
        assert len(phrases(name)) <= 64
    assert len(phrases("administrators-only", user="9" * 12)) <= 200
    assert len(phrases("waiting-full", limit=20)) <= 200
    assert len(phrases("people-unknown", id="9" * 15)) <= 200


# The code


def asked(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Yield what a module asks phrases for by name, each with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and _is_phrases(node.func):
            yield node.lineno, node.args[0]


def _is_phrases(function: ast.expr) -> bool:
    """Whether what is called are phrases: `phrases`, `self._phrases`, `phrases_of(…)` or `Phrases(…)`."""
    match function:
        case ast.Name(id="phrases") | ast.Attribute(attr="_phrases"):
            return True
        case ast.Call(func=ast.Name(id="phrases_of" | "Phrases" | "_phrases")):
            return True
    return False


def names(expression: ast.expr) -> set[str]:
    """Return the names that an expression may stand for."""
    match expression:
        case ast.Constant(value=str(name)):
            return {name}
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), ast.FormattedValue()]):
            return {f"{beginning}{end}" for end in COMPOSED[beginning]}
        case ast.Name(id=variable):
            return HELD[variable]
    raise AssertionError(f"a phrase's name that nobody can tell: {ast.dump(expression)}")


def all_asked() -> set[str]:
    return {name for path in CODE for _, expression in asked(path) for name in names(expression)}


def asked_by_pages() -> set[str]:
    """Return the names that templates ask for, that they hand on, and that their code gives them."""
    templates = (ROOT / "bot" / "web" / "templates").iterdir()
    written = [path.read_text("utf-8") for path in templates]
    asked = {name for text in written for name in re.findall(r't\("([a-z-]+)"', text)}
    handed = {name for text in written for name in re.findall(r'part\("[^"]+", "([a-z-]+)"\)', text)}
    code = (path.read_text("utf-8") for path in (ROOT / "bot" / "web").glob("*.py"))
    given = {name for text in code for name in re.findall(r'"(web-[a-z-]+)"', text)}
    return (asked | handed | given) - {"role-"}


def test_every_phrase_that_pages_ask_for_exists() -> None:
    assert len(asked_by_pages()) > 50, "the calls are no longer recognised"
    assert asked_by_pages() <= set(NAMES)


def test_every_phrase_that_is_asked_for_exists() -> None:
    assert len(all_asked()) > 50, "the calls are no longer recognised"
    assert all_asked() <= set(NAMES)


def test_every_phrase_is_asked_for() -> None:
    referred = {name for used in messages("en").values() for name in used.references}
    assert set(NAMES) == all_asked() | referred | asked_by_pages()


def test_every_courtesy_has_its_phrase() -> None:
    assert set(HELD["kind"]) <= set(NAMES)


@pytest.mark.parametrize(("variable", "function"), [("usage", "named_article")])
def test_what_is_handed_on_is_the_name_of_a_phrase(variable: str, function: str) -> None:
    calls = (node for path in CODE for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    handed = {
        last
        for node in calls
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == function
        if isinstance(node.args[-1], ast.Constant) and isinstance(last := node.args[-1].value, str)
    }
    assert handed == HELD[variable]


def test_a_name_that_there_is_not_is_an_error() -> None:
    with pytest.raises(LookupError):
        Phrases("en")("no-such-phrase")


def test_a_value_that_is_left_out_is_an_error() -> None:
    with pytest.raises(Exception, match="user"):
        Phrases("en")("administrators-only")


# Words


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 0, "0 sentences"),
        ("en", 1, "1 sentence"),
        ("en", 2, "2 sentences"),
        ("en", 1_234, "1,234 sentences"),
        ("ru", 0, "0 предложений"),
        ("ru", 1, "1 предложение"),
        ("ru", 2, "2 предложения"),
        ("ru", 5, "5 предложений"),
        ("ru", 11, "11 предложений"),
        ("ru", 21, "21 предложение"),
        ("ru", 24, "24 предложения"),
        ("ru", 12_345, "12 345 предложений"),
        ("kk", 1, "1 сөйлем"),
        ("kk", 5, "5 сөйлем"),
    ],
)
def test_plurals_follow_the_language(language: str, count: int, said: str) -> None:
    assert Phrases(language)("receipt-sentences", count=count) == said


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        (1, "1 статья, 21 предложение"),
        (2, "2 статьи, 21 предложение"),
        (5, "5 статей, 21 предложение"),
        (21, "21 статья, 21 предложение"),
    ],
)
def test_both_plurals_of_a_sentence_follow_their_own_numbers(articles: int, said: str) -> None:
    about = Phrases("ru")("about", articles=articles, count=21, answerable=5)
    assert about == f"{said}, из них отвечать могут 5."


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "February 13, 2022"), ("ru", "13 февраля 2022 г."), ("kk", "2022 ж. 13 ақпан")],
)
def test_dates_are_written_out(language: str, said: str) -> None:
    assert Phrases(language)("date", day=date(2022, 2, 13)) == said


@given(st.dates(), st.sampled_from(LANGUAGES))
def test_any_day_can_be_said(day: date, language: str) -> None:
    assert str(day.year) in Phrases(language)("date", day=day)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_what_is_put_in_is_no_markup(title: str, language: str) -> None:
    assert _folded(title) in _folded(Phrases(language)("removed", name=title))


def test_a_text_of_any_length_is_put_in_as_far_as_it_fits() -> None:
    assert "word " * 150 in Phrases("en")("why-lacking", words="word " * 3_000)


def _folded(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("ru", "ru"),
        ("kk", "kk"),
        ("RU", "ru"),
        ("ru-RU", "ru"),
        ("ru_RU", "ru"),
        ("ru_RU.UTF-8", "ru"),
        ("kk_KZ@cyrillic", "kk"),
        ("kk.UTF-8", "kk"),
        ("ru@variant", "ru"),
        ("C.UTF-8", "en"),
        ("C", "en"),
        ("POSIX", "en"),
        ("de", "en"),
        ("run", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_language_codes_in_all_their_forms(code: str | None, language: str) -> None:
    assert Phrases(code).language == language


@given(st.none() | st.text())
def test_any_code_is_some_language(code: str | None) -> None:
    phrases = Phrases(code)
    assert phrases.language in LANGUAGES
    assert phrases("none")


# Courtesies


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello", "greeting"),
        ("hi!", "greeting"),
        ("HELLO, DEREK!!!", "greeting"),
        ("  Good   morning. ", "greeting"),
        ("Hi 👋", "greeting"),
        ("Привет", "greeting"),
        ("Здравствуйте!", "greeting"),
        ("ДОБРЫЙ ДЕНЬ", "greeting"),
        ("Сәлем", "greeting"),
        ("Сәлеметсіз бе?", "greeting"),
        ("Қайырлы күн!", "greeting"),
        ("Thanks", "thanks"),
        ("thank you!", "thanks"),
        ("Thank you very much.", "thanks"),
        ("Спасибо)))", "thanks"),
        ("Большое спасибо!", "thanks"),
        ("Рахмет!", "thanks"),
        ("көп РАХМЕТ 🙏", "thanks"),
        ("Bye!", "farewell"),
        ("Пока", "farewell"),
        ("Сау бол", "farewell"),
        ("Who are you?", "identity"),
        ("Что ты умеешь?", "identity"),
        ("Сен кімсің?", "identity"),
        ("What are the articles about?", "contents"),
        ("Какие у тебя статьи?", "contents"),
        ("Мақалалар не туралы?", "contents"),
    ],
)
def test_greetings_and_thanks_are_courtesies(text: str, kind: str) -> None:
    said = courtesy(text)
    assert said is not None
    assert said.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?!",
        "👋",
        "Hello, who met Putin?",
        "Hi Putin",
        "Thanks to whom did trade grow?",
        "Привет, кто приехал в Казань?",
        "Спасибо кому сказал президент?",
        "Сәлем, кім кездесті?",
        "Рахмет деп кім айтты?",
        "Who said hello",
        "/help",
    ],
)
def test_whatever_asks_something_is_no_courtesy(text: str) -> None:
    assert courtesy(text) is None


@given(st.text())
def test_any_text_is_a_courtesy_or_none(text: str) -> None:
    said = courtesy(text)
    assert said is None or said.language in LANGUAGES
