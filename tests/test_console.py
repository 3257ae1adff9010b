"""The conversation on the console: questions, and commands about the last answer."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import console, conversation
from bot.assembly import Derek, assemble
from bot.chats.chat import MOST_QUESTIONS
from bot.config import Config
from bot.console import Colour, usual_colour
from bot.conversation import Conversation
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import Block, Fragment, Role, paragraph
from retrieval.filters import Filter
from retrieval.ingest.texts import Metadata, read_text
from tests.support.answering import answered
from tests.support.documents import keep

SURE = "By how many percent did the volume of trade increase?"
SURE_QUOTE = "the volume of trade increased by 26 percent"
#: A question with more than one citation, and with further ones after those.
BROAD = "What did Putin and Tokayev discuss?"
UNANSWERABLE = "Who won the chess championship of the Andromeda galaxy this year?"

ANSI = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")
NUMBERS = re.compile(r"^\[(\d+)\] ", re.MULTILINE)

ENGLISH = Phrases("en")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


class Talk:
    """A conversation, and what each line of it is answered with."""

    def __init__(self, derek: Derek, language: str = "en") -> None:
        self._stream = io.StringIO()
        self._conversation = Conversation(derek, Phrases(language), self._stream)

    def __call__(self, line: str) -> str:
        self._stream.seek(0)
        self._stream.truncate()
        self._conversation.reply(line)
        return self._stream.getvalue()


@pytest.fixture(name="say")
def talk_on_samples(derek: Derek) -> Talk:
    return Talk(derek)


@pytest.fixture(name="empty")
def derek_without_articles(tmp_path: Path) -> Iterator[Derek]:
    folder = tmp_path / "empty"
    folder.mkdir()
    with assemble(Config(data=folder)) as derek:
        yield derek


# Questions


def test_a_question_is_answered_with_a_sentence_and_its_source(say: Talk) -> None:
    answer = say(SURE)
    assert SURE_QUOTE in answer
    assert "[1] Akorda press service" in answer
    assert "\x1b" not in answer


def test_a_question_without_an_answer_is_told_so(say: Talk) -> None:
    assert say(UNANSWERABLE).startswith(ENGLISH("not-found"))


def test_an_answer_is_in_the_language_of_the_question(say: Talk) -> None:
    assert Phrases("ru")("not-found") in say("Кто выиграл чемпионат галактики Андромеды по шахматам?")
    assert Phrases("kk")("not-found") in say("Андромеда галактикасының шахмат чемпионы кім?")


def test_each_question_of_a_message_stands_above_its_answer(say: Talk) -> None:
    answer = say(f"{SURE} {UNANSWERABLE}")
    assert answer.startswith(SURE)
    assert SURE_QUOTE in answer
    assert f"\n\n{UNANSWERABLE}\n\n{ENGLISH('not-found')}" in answer


def test_questions_that_are_too_many_are_named(say: Talk) -> None:
    answer = say(" ".join(f"Who met guest {number}?" for number in range(MOST_QUESTIONS + 2)))
    left = ENGLISH(
        "questions-left", limit=MOST_QUESTIONS, count=2, question=f"Who met guest {MOST_QUESTIONS}?"
    )
    assert answer.rstrip().endswith(left)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_everything_else_is_in_the_language_of_the_terminal(derek: Derek, language: str) -> None:
    say = Talk(derek, language)
    assert say("/help").strip() == Phrases(language)("console-help")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_help_names_every_command_and_nothing_else(derek: Derek, language: str) -> None:
    commands = re.findall(r"^(/\w+)", Phrases(language)("console-help"), flags=re.MULTILINE)
    assert "/quit" in commands
    say, unknown = Talk(derek, language), Phrases(language)("console-unknown", command="/x")
    assert say("/x").strip() == unknown
    for command in set(commands) - {"/quit"}:
        assert say(command).strip() != unknown.replace("/x", command)


def test_a_courtesy_is_answered_with_one_and_is_no_question(derek: Derek, say: Talk) -> None:
    assert say("Hello!") == ENGLISH("greeting") + "\n"
    for courtesy, language in (
        ("Рахмет", "kk"),
        ("Got it, thanks!", "en"),
        ("Понятно", "ru"),
        ("Түсінікті, рахмет", "kk"),
    ):
        assert say(courtesy) == Phrases(language)("thanks") + "\n"
    assert say("Пока!") == Phrases("ru")("farewell") + "\n"
    assert "Дерекпін" in say("Сен кімсің?")
    assert "5 articles" in say("What are the articles about?")
    assert "5 статей" in say("О чём статьи?")
    assert derek.history.recent(console.CHAT, 10) == []


def test_a_question_that_cannot_be_asked_is_told_why(say: Talk) -> None:
    assert say("?!…").strip() == ENGLISH("question-empty")
    assert say("why " * 1_000).strip() == ENGLISH("question-too-long", length=4_000, limit=2_000)


def test_a_question_that_cannot_be_asked_leaves_the_last_answer(say: Talk) -> None:
    say(SURE)
    say("?!…")
    assert SURE_QUOTE in say("/open 1")


def test_without_articles_it_is_said_that_there_are_none(empty: Derek) -> None:
    say = Talk(empty)
    answer = say(SURE)
    assert ENGLISH("not-found") not in answer
    assert ENGLISH("no-articles") in answer
    assert say("/more").strip() == ENGLISH("no-more")
    assert say("/open").strip() == ENGLISH("console-no-citation", number="1")


# Commands


def test_the_status_tells_what_can_be_found_and_how(say: Talk) -> None:
    status = say("/status")
    assert "Found by their words: 81 sentences." in status
    assert ENGLISH("status-off") in status


@pytest.mark.parametrize("command", ["/why", "/why 1", "/open", "/open 1", "/more", "/history"])
def test_before_any_question_there_is_nothing_to_command_about(say: Talk, command: str) -> None:
    assert say(command).strip() == ENGLISH("console-ask-first")


@pytest.mark.parametrize("line", ["/", "/nonsense", "/why1", "/nonsense and more", "/" + "x" * 5_000])
def test_an_unknown_command_is_told_so(say: Talk, line: str) -> None:
    assert say(line).strip() == ENGLISH("console-unknown", command=line.split(maxsplit=1)[0])


def test_help_names_every_command(say: Talk) -> None:
    say(SURE)
    commands = re.findall(r"^(/\w+)", say("/help"), re.MULTILINE)
    assert {"/why", "/open", "/more", "/search", "/list", "/add", "/undo", "/history", "/quit"} <= set(
        commands
    )
    for command in set(commands) - {"/quit"}:
        assert ENGLISH("console-unknown", command=command) not in say(command)


def test_why_says_what_led_to_the_citation(say: Talk) -> None:
    say(SURE)
    why = say("/why")
    assert why == say("/why 1")
    shared, lacking, better, worse, score = why.splitlines()
    assert {"percent", "volume", "trade", "increase"} <= set(re.findall(r"\w+", shared.partition(":")[2]))
    assert "percent" not in lacking
    assert re.search(rf"{ENGLISH('reason-words')} \+\d\.\d", better)
    assert re.search(r" −\d\.\d", worse)
    assert re.search(r"\d+%.*17%", score)


def test_why_of_a_long_question_is_told_too(say: Talk) -> None:
    ideographs = "".join(chr(0x4E00 + number) for number in range(1_900))
    say(f"/search trade percent {ideographs}")
    assert ideographs[:2] in say("/why")


def test_why_takes_the_number_of_any_citation_shown(say: Talk) -> None:
    shown = NUMBERS.findall(say(BROAD))
    assert shown == ["1", "2", "3"][: len(shown)]
    assert len(shown) > 1
    assert "putin" in say("/why 2")
    assert say("/why  2 ") == say("/why 2")


@pytest.mark.parametrize("number", ["9", "0", "-1", "one", "1 2", "٢", "9" * 5_000])
def test_a_citation_that_there_is_not_is_told_so(say: Talk, number: str) -> None:
    say(SURE)
    for command in ("/why", "/open"):
        assert say(f"{command} {number}").strip() == ENGLISH("console-no-citation", number=number)


def test_open_shows_the_whole_article_with_the_sentence_in_it(derek: Derek, say: Talk) -> None:
    say(SURE)
    (article,) = (
        derek.store.get(entry.article_id)
        for entry in derek.store.catalogue()
        if entry.source == "Akorda press service"
    )
    shown = say("/open 1")
    assert SURE_QUOTE in re.findall(">>> (.*?) <<<", shown)[0]
    assert shown.replace(">>> ", "").replace(" <<<", "") == f"Akorda press service\n{article.text.strip()}\n"


def test_more_goes_on_numbering_until_there_is_nothing_more(say: Talk) -> None:
    shown = [int(number) for number in NUMBERS.findall(say(BROAD))]
    quotes = set()
    while (further := say("/more")).strip() != ENGLISH("no-more"):
        numbers = [int(number) for number in NUMBERS.findall(further)]
        assert 1 <= len(numbers) <= 3
        assert further not in quotes
        quotes.add(further)
        shown += numbers
    assert shown == list(range(1, len(shown) + 1))
    assert len(shown) > 6
    assert say("/more").strip() == ENGLISH("no-more")
    assert ENGLISH("console-no-citation", number=str(len(shown))) not in say(f"/open {len(shown)}")


def test_every_citation_shown_can_be_opened_and_explained(say: Talk) -> None:
    shown = NUMBERS.findall(say(BROAD) + say("/more"))
    for number in shown:
        for command in ("/open", "/why"):
            assert ENGLISH("console-no-citation", number=number) not in say(f"{command} {number}")


def test_a_new_question_begins_anew(say: Talk) -> None:
    say(BROAD)
    say("/more")
    say(SURE)
    assert say("/open 4").strip() == ENGLISH("console-no-citation", number="4")


def test_history_shows_the_questions_in_order_across_sessions(derek: Derek, say: Talk) -> None:
    say(BROAD)
    say(f"  {SURE}  ")
    say("/why")
    say("hello")
    say("?")
    assert say("/history") == f"1. {BROAD}\n2. {SURE}\n"
    assert Talk(derek)("/history") == f"1. {BROAD}\n2. {SURE}\n"


# Follow-ups

#: Two questions, and what the second is answered with if it follows the first.
OIL, GAS, GAS_QUOTE = "What did the sides agree on oil?", "And on gas?", "Prospects for gas cooperation"
GAS_WITH = ENGLISH("read-with", words="sides, agree")


def test_a_follow_up_is_told_above_its_answer_what_it_was_understood_with(say: Talk) -> None:
    say(OIL)
    note, _, answer = say(GAS).partition("\n\n")
    assert note == GAS_WITH
    assert answer.startswith(f"- {GAS_QUOTE}")


@pytest.mark.parametrize(
    ("language", "first", "second", "carried"),
    [
        ("ru", "Кто пригласил Токаева в Казань?", "А зачем?", "пригласил, токаева, казань"),
        ("kk", "Тоқаев Қазанға кіммен келді?", "Қашан?", "тоқаев, қазанға, келді"),
    ],
)
def test_that_is_told_in_the_language_of_the_question(
    say: Talk, language: str, first: str, second: str, carried: str
) -> None:
    say(first)
    assert say(second).startswith(Phrases(language)("read-with", words=carried) + "\n\n")


def test_a_follow_up_may_follow_another(say: Talk) -> None:
    for line in (OIL, GAS, "And on coal?"):
        answer = say(line)
    assert answer.startswith(GAS_WITH)
    assert "supply of oil, petroleum products, coal" in answer


def test_why_and_more_and_open_are_about_the_follow_up_as_it_was_understood(derek: Derek, say: Talk) -> None:
    say(OIL)
    shown = say(GAS)
    carried, shared, lacking, *_ = say("/why").splitlines()
    assert carried == ENGLISH("why-carried", words="sides, agree")
    assert (shared, lacking) == (
        ENGLISH("why-shared", words="gas"),
        ENGLISH("why-lacking", words="sides, agree"),
    )
    assert GAS_QUOTE in re.findall(">>> (.*?) <<<", say("/open 1"))[0]
    further = derek.answerer.ask(
        GAS, offset=len(NUMBERS.findall(shown)), previous=[answered(derek.answerer, OIL)]
    )
    assert [citation.quote for citation in further.citations] == re.findall(
        r"^(.+)\n\[", say("/more"), re.MULTILINE
    )
    assert further.citations != derek.answerer.ask(GAS, offset=1).citations


def test_who_wants_more_is_shown_what_the_command_shows(say: Talk) -> None:
    assert say("more") == Phrases("en")("more") + "\n"
    say("Which transport corridors will get more capacity?")
    further = say("тағы")
    say("Which transport corridors will get more capacity?")
    assert further == say("/more")
    assert "[2]" in further


def test_a_courtesy_a_command_or_a_question_that_fails_does_not_come_between(say: Talk) -> None:
    say(OIL)
    for line in ("thanks", "Ok, thanks!", "/why", "/more", "/settings", "/nonsense", "?!", "why " * 1_000):
        say(line)
    assert say(GAS).startswith(GAS_WITH)


def test_a_question_that_stands_alone_is_answered_as_if_it_were_the_first(derek: Derek, say: Talk) -> None:
    say(OIL)
    for question in (SURE, BROAD, UNANSWERABLE):
        assert say(question) == Talk(derek)(question)


def test_a_conversation_does_not_go_on_with_the_questions_of_an_earlier_one(derek: Derek, say: Talk) -> None:
    say(OIL)
    assert GAS_WITH not in Talk(derek)(GAS)


# Settings

PLAYERS = "Каким спортом увлекаются молодые участники игр?"
PLAYERS_QUOTE = "104 страны с разных континентов"


def test_settings_limit_the_answers_until_they_are_cleared(derek: Derek, say: Talk) -> None:
    assert PLAYERS_QUOTE in say(PLAYERS)
    assert "Languages: English." in say("/settings lang en")
    answer = say(PLAYERS)
    assert PLAYERS_QUOTE not in answer
    assert Phrases("ru")("limited", limits="английский") in answer
    assert PLAYERS_QUOTE not in Talk(derek)(PLAYERS), "another session has the same settings"
    assert "Languages: any." in say("/settings clear")
    assert PLAYERS_QUOTE in say(PLAYERS)


def test_settings_limit_further_results_too(say: Talk) -> None:
    say("/settings source kazinform")
    shown = say(BROAD)
    while (further := say("/more")).strip() != ENGLISH("no-more"):
        shown += further
    sources = re.findall(r"^\[\d+\] .* · ([^·\n]+)", shown, re.MULTILINE)
    assert set(sources) == {"Kazinform News Agency"}


def test_a_period_is_said_with_every_answer_and_that_of_the_question_goes_first(say: Talk) -> None:
    say("/settings until 2023")
    assert say("Who met Mishustin?").startswith("Only articles dated until December 31, 2023.\n\n")
    answer = say("Where was Tokayev invited in articles since 2024?")
    assert "since January 1, 2024" in answer
    assert "2023" not in answer


def test_settings_are_shown_with_how_to_change_them_and_after_a_change_without(say: Talk) -> None:
    assert ENGLISH("settings-usage") in say("/settings")
    changed = say("/settings since 2022 until 2024-02")
    assert "Dates: from January 1, 2022 to February 29, 2024." in changed
    assert ENGLISH("settings-usage") not in changed


def test_a_setting_that_cannot_be_is_told_so_and_changes_nothing(say: Talk) -> None:
    before = say("/settings")
    for wrong in ("since May", "lang en since 2024 until 2022", "source Orda", "colour red", "until"):
        assert len(say(f"/settings {wrong}").splitlines()) == 1
    assert say("/settings") == before


def test_a_new_session_says_which_limits_hold(
    derek: Derek, say: Talk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for limited in (False, True):
        monkeypatch.setattr("sys.stdin", io.StringIO())
        conversation.chat(derek, ENGLISH)
        assert (ENGLISH("limited", limits="Russian") in capsys.readouterr().out) is limited
        say("/settings lang ru")


def test_what_was_typed_in_another_layout_is_read_and_said_so(say: Talk) -> None:
    answer = say("Rnj ghbukfcbk Njrftdf d Rfpfym")
    assert answer.startswith("Прочитано как: Кто пригласил Токаева в Казань\n\n")
    assert "по приглашению Владимира Путина" in answer


# What changes meanwhile


def test_an_article_removed_since_can_no_longer_be_opened(derek: Derek, say: Talk) -> None:
    say(SURE)
    for entry in derek.store.catalogue():
        derek.store.remove(entry.article_id)
    reply = say("/open 1")
    assert SURE_QUOTE not in reply
    assert "/list" not in reply, "there is no /list on the console"
    assert len(reply.splitlines()) == 1
    assert SURE_QUOTE not in say(SURE)


def test_an_article_changed_since_is_not_shown_as_if_it_were_the_same(derek: Derek, say: Talk) -> None:
    say(SURE)
    for entry in derek.store.catalogue():
        article = derek.store.get(entry.article_id)
        keep(derek.store, article.model_copy(update={"text": f"New. {article.text}"}))
    shown = say("/open 1")
    assert "the article was changed since" in shown
    assert "New." not in shown
    derek.store.purge()
    assert say("/open 1").strip() == ENGLISH("changed-article")


def test_an_article_added_meanwhile_is_found(derek: Derek, say: Talk) -> None:
    question = "What does the Turgay bridge cost?"
    assert "million" not in say(question)
    keep(
        derek.store,
        derek.store.get(derek.store.catalogue()[0].article_id).model_copy(
            update={"key": "a test", "text": "The Turgay bridge costs 12 million dollars."}
        ),
    )
    assert "The Turgay bridge costs 12 million dollars." in say(question)


# Colour

BLOCKS = [
    paragraph("Strong", Role.STRONG),
    Block((Fragment("before "), Fragment("mark", Role.MARK), Fragment(" after")), quoted=True),
    Block(
        (Fragment("[1] "), Fragment("Title", Role.TITLE, "https://example.org/"), Fragment(" · x")),
        tight=True,
    ),
    paragraph("[bold]no markup[/bold] :smile: 'x' 12", Role.CODE),
]


def words(text: str) -> list[str]:
    return ANSI.sub("", text).split()


def test_a_terminal_is_shown_colour_and_anything_else_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal, pipe = Terminal(), io.StringIO()
    console.show(BLOCKS, terminal)
    console.show(BLOCKS, pipe)
    assert "\x1b[1mStrong\x1b[0m" in terminal.getvalue()
    assert "mark\x1b[0m after" in terminal.getvalue()
    assert "https://example.org/" in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue()
    assert words(terminal.getvalue()) == words(pipe.getvalue())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_without_colour_gets_none(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(name, value)
    terminal = Terminal()
    console.show(BLOCKS, terminal)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", terminal.getvalue())
    assert words(terminal.getvalue())[0] == "Strong"


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_colour_may_be_wanted_always_or_never(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("NO_COLOR", "1")
    always, never = stream(), stream()
    console.show(BLOCKS, always, Colour.ALWAYS)
    console.show(BLOCKS, never, Colour.NEVER)
    assert re.search(r"\x1b\[1;32mmark\x1b\[0m", always.getvalue())
    assert "\x1b" not in never.getvalue()
    assert words(always.getvalue()) == words(never.getvalue())


def test_colour_alone_changes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    long = [*BLOCKS, Block((Fragment("one word after another " * 20),), quoted=True)]
    plain, coloured = io.StringIO(), io.StringIO()
    console.show(long, plain)
    console.show(long, coloured, Colour.ALWAYS)
    assert ANSI.sub("", coloured.getvalue()) == plain.getvalue()


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, Colour.AUTO),
        ({"NO_COLOR": "", "FORCE_COLOR": "", "CLICOLOR_FORCE": "0", "CLICOLOR": "1"}, Colour.AUTO),
        ({"NO_COLOR": "0"}, Colour.NEVER),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, Colour.NEVER),
        ({"FORCE_COLOR": "1", "CLICOLOR": "0"}, Colour.ALWAYS),
        ({"CLICOLOR_FORCE": "1"}, Colour.ALWAYS),
        ({"CLICOLOR": "0"}, Colour.NEVER),
    ],
)
def test_the_usual_variables_say_when_there_is_colour(environment: dict[str, str], colour: Colour) -> None:
    assert usual_colour(environment) is colour


VISIBLE = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Z"]))


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=VISIBLE, role=st.sampled_from(Role), url=st.none() | VISIBLE | st.just("no link at all"))
def test_a_terminal_is_shown_the_same_words(
    text: str, role: Role, url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    console.show([Block((Fragment(text, role, url),))], terminal)
    assert "".join(words(terminal.getvalue())) == text


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_an_article_cannot_steer_the_terminal(stream: type[io.StringIO]) -> None:
    """Escape sequences may not clear the screen, or pass for something that Derek says."""
    escapes, shown = "\x1b]0;owned\x07\x1b[2J\x9b2J", stream()
    metadata = Metadata(title=f"A{escapes}", source=f"B{escapes}", url=f"https://example.org/{escapes}")
    article = read_text(f"Some text.{escapes}", "a test", metadata).article
    console.show(messages.article(article, ENGLISH), shown)
    assert "owned" in shown.getvalue()
    for sequence in ("\x1b]0", "\x07", "\x1b[2J", "\x9b"):
        assert sequence not in shown.getvalue()


# Articles in a conversation


def test_a_topic_is_searched_whatever_it_asks_and_goes_on(say: Talk) -> None:
    found = say("/search Who met Putin?")
    assert found.startswith("What the articles say about “Who met Putin?”:")
    further = say("/more")
    assert set(NUMBERS.findall(found)).isdisjoint(NUMBERS.findall(further))
    assert say("/search") == ENGLISH("question-empty") + "\n"


def test_an_article_is_added_listed_shown_asked_about_and_taken_back(
    derek: Derek, say: Talk, tmp_path: Path
) -> None:
    path = tmp_path / "baursaki.md"
    path.write_text("# Baursaki\n\nBaursaki keep for three days in a closed box.\n", "utf-8")
    before = derek.store.catalogue()
    assert say(f"/add {path}").startswith("Added: “Baursaki”")
    (entry,) = [entry for entry in derek.store.catalogue() if entry not in before]
    assert f"{entry.article_id} Baursaki" in say("/list")
    assert say("/show baur") == say(f"/show {entry.article_id}")
    assert "closed box" in say("/show Baursaki")
    assert "closed box" in say("How long do baursaki keep?")
    assert "Baursaki" in say("/undo")
    assert derek.store.catalogue() == before


def test_undo_takes_back_whichever_was_changed_last_settings_or_articles(say: Talk, tmp_path: Path) -> None:
    path = tmp_path / "lamp.txt"
    path.write_text("The lamp\n\nThe lamp in the hall is green.\n", "utf-8")
    say("/settings lang kk")
    say("/settings lang en")
    say(f"/add {path}")
    say("/settings since 2022")
    assert "Dates: any." in say("/undo")
    assert "The lamp" in say("/undo")
    assert "Languages: Kazakh." in say("/undo")
    assert "Languages: any." in say("/undo")


def test_a_folder_is_added_as_one_and_bad_names_are_told(derek: Derek, say: Talk, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Lamp {name}\n\nThe lamp {name} is green.\n", "utf-8")
    assert say(f"/add {tmp_path}").endswith(f"In all: 2 added.\n{ENGLISH('samples-gone', count=5)}\n")
    assert "/undo !" in say("/undo")
    assert len(derek.store.catalogue()) == 2
    assert say("/undo !").endswith("In all: 2 removed.\n")
    assert "no such file" in say(f"/add {tmp_path / 'none.txt'}").lower()
    assert say("/add") == ENGLISH("console-add-usage") + "\n"
    assert "no article has the id" in say("/show nonesuch").lower()
    assert say("/show") == ENGLISH("show-usage") + "\n"


def test_a_conversation_is_saved_as_markdown_and_never_over_a_file(say: Talk, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    assert say(f"/save {path}") == ENGLISH("console-ask-first") + "\n"
    say(SURE)
    say("/more")
    assert say(f"/save {path}") == ENGLISH("console-saved", name=str(path)) + "\n"
    written = path.read_text("utf-8")
    assert written.startswith(f"## {SURE}\n\n> ")
    assert SURE_QUOTE in written
    assert "\n[1] Akorda press service" in written
    path.write_text("mine", "utf-8")
    assert "File exists" in say(f"/save {path}")
    assert path.read_text("utf-8") == "mine"
    assert say("/save") == ENGLISH("console-save-usage") + "\n"


def test_commands_are_known_in_capitals(say: Talk) -> None:
    assert say("/HELP") == say("/help")


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("/se", ["/search", "/settings"]),
        ("/q", ["/quit"]),
        ("/settings source kazak", ["/settings source Kazakhstan Today"]),
        ("/settings lang e", ["/settings lang en"]),
        ("/settings s", ["/settings since "]),
        ("/show Kassym", ["/show Kassym-Jomart Tokayev and Vladimir Putin meet in Moscow"]),
        ("/show 06c4", ["/show 06c440b382dd"]),
        ("/more x", []),
        ("Who", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_line_is_completed(derek: Derek, line: str, completed: list[str]) -> None:
    choices = Conversation(derek, ENGLISH, io.StringIO()).completions(line)
    assert sorted(choice for choice in choices if "source" not in choice or "source" in line) == completed


def test_names_of_files_are_completed(derek: Derek, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "note.md").write_text("Note.", "utf-8")
    conversation = Conversation(derek, ENGLISH, io.StringIO())
    assert conversation.completions(f"/add {tmp_path}/no") == [
        f"/add {tmp_path}/note.md",
        f"/add {tmp_path}/notes/",
    ]
    assert conversation.completions("/add /nonesuch/x") == []


def test_a_conversation_may_be_limited_until_it_ends(derek: Derek) -> None:
    stream = io.StringIO()
    conversation = Conversation(derek, ENGLISH, stream, limits=Filter(languages=frozenset({"ru"})))
    conversation.reply(SURE)
    assert SURE_QUOTE not in stream.getvalue()
    conversation.reply("/settings clear")
    conversation.reply(SURE)
    assert SURE_QUOTE in stream.getvalue()
    assert derek.chat(console.CHAT).settings()[0] == Filter()


def test_the_last_answer_can_be_judged(derek: Derek, say: Talk) -> None:
    assert say("/good") == say("/bad") == say("/why")
    say(SURE)
    for line, good, bad, faults in (
        ("/good", 1, 0, []),
        ("/bad", 0, 1, []),
        ("/bad outdated", 0, 1, ["outdated"]),
        ("/bad SENT", 0, 1, ["sentence"]),
        ("/good", 1, 0, []),
    ):
        assert say(line) == f"{ENGLISH('judged')}\n"
        [piece] = derek.history.feedback.judged()
        assert (piece.good, piece.bad, list(piece.faults)) == (good, bad, faults)
    assert say("/bad weather") == f"{ENGLISH('console-bad-usage')}\n"
    assert derek.history.feedback.judged()[0].good == 1


def test_where_nothing_was_shown_there_is_nothing_to_judge(empty: Derek) -> None:
    say = Talk(empty)
    say(UNANSWERABLE)
    assert say("/bad") == f"{ENGLISH('judged-nothing')}\n"
