"""History: every chat's questions, in order, bounded, wherever they come from."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.history import Asked, Asker, Given, History
from retrieval.errors import StoreUnusableError
from retrieval.filters import Filter
from retrieval.questions.followups import CHAIN, EarlierQuestion
from retrieval.storage.database import connect, copy_database, migrate

#: How many questions of a chat the history says that it remembers.
REMEMBERED = 1_000


def add(history: History, chat: str, text: str) -> int:
    return history.add(chat, EarlierQuestion(text, "en"))


def previous(history: History, chat: str, number: int | None = None) -> list[str]:
    return [question.text for question in history.previous(chat, number)]


@pytest.fixture(name="path")
def history_path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture(name="history")
def empty_history(path: Path) -> Iterator[History]:
    with closing(History(path)) as history:
        yield history


def test_a_new_history_is_empty(history: History) -> None:
    assert history.recent("a", 10) == []
    assert history.question("a", 1) is None


def test_the_last_questions_come_back_the_oldest_first(history: History) -> None:
    for question in ("one", "two", "three"):
        add(history, "a", question)
    assert history.recent("a", 10) == ["one", "two", "three"]
    assert history.recent("a", 2) == ["two", "three"]
    assert history.recent("a", 0) == []


def test_every_chat_has_its_own_questions(history: History) -> None:
    first, second = add(history, "a", "one"), add(history, "b", "two")
    assert (history.recent("a", 10), history.recent("b", 10)) == (["one"], ["two"])
    assert history.question("a", first) == "one"
    assert history.question("a", second) is None


def test_questions_outlive_the_process(path: Path) -> None:
    with closing(History(path)) as history:
        number = add(history, "a", "one")
    with closing(History(path)) as history:
        assert history.recent("a", 10) == ["one"]
        assert history.question("a", number) == "one"
        assert add(history, "a", "two") > number


def test_a_chat_under_a_new_id_keeps_its_questions(history: History) -> None:
    number = add(history, "group", "one")
    add(history, "other", "two")
    history.rename("group", "supergroup")
    assert history.recent("group", 10) == []
    assert history.recent("supergroup", 10) == ["one"]
    assert history.question("supergroup", number) == "one"
    assert history.recent("other", 10) == ["two"]


def test_a_chat_under_a_new_id_keeps_its_limits(history: History) -> None:
    history.set_filter("group", ENGLISH)
    history.rename("group", "supergroup")
    history.rename("group", "supergroup")
    assert (history.filter("group"), history.filter("supergroup")) == (Filter(), ENGLISH)


def test_limits_set_under_the_new_id_already_stay(history: History) -> None:
    history.set_filter("group", ENGLISH)
    history.set_filter("supergroup", SINCE)
    history.rename("group", "supergroup")
    assert (history.filter("group"), history.filter("supergroup")) == (Filter(), SINCE)


def test_a_chat_under_its_own_id_keeps_its_limits(history: History) -> None:
    history.set_filter("group", ENGLISH)
    history.rename("group", "group")
    assert history.filter("group") == ENGLISH


def test_renaming_an_unknown_chat_changes_nothing(history: History) -> None:
    add(history, "a", "one")
    history.rename("b", "c")
    assert history.recent("a", 10) == ["one"]


def test_renaming_into_a_chat_that_is_known_joins_both_in_order(history: History) -> None:
    add(history, "old", "one")
    add(history, "new", "two")
    history.rename("old", "new")
    add(history, "new", "three")
    assert history.recent("new", 10) == ["one", "two", "three"]


def test_a_chat_remembers_a_bounded_number_of_questions_and_the_newest_of_them(history: History) -> None:
    kept = add(history, "quiet", "kept")
    numbers = [add(history, "busy", str(count)) for count in range(REMEMBERED + 5)]
    remembered = history.recent("busy", 10 * REMEMBERED)
    assert remembered == [str(count) for count in range(5, REMEMBERED + 5)]
    assert history.question("busy", numbers[4]) is None
    assert history.question("busy", numbers[5]) == "5"
    assert history.question("quiet", kept) == "kept"


def test_many_threads_may_ask_at_once(path: Path) -> None:
    with closing(History(path, patience=60)) as history:

        def ask(thread: int) -> list[int]:
            return [add(history, f"chat {thread % 4}", f"{thread} {count}") for count in range(25)]

        with ThreadPoolExecutor(8) as pool:
            numbers = [number for added in pool.map(ask, range(8)) for number in added]
        assert len(set(numbers)) == 8 * 25
        for chat in range(4):
            questions = history.recent(f"chat {chat}", 100)
            assert len(questions) == 50
            for thread in (chat, chat + 4):
                asked = [question for question in questions if question.startswith(f"{thread} ")]
                assert asked == [f"{thread} {count}" for count in range(25)]


def test_two_processes_may_share_a_history(path: Path, history: History) -> None:
    with closing(History(path)) as other:
        add(other, "a", "one")
        add(history, "a", "two")
        assert other.recent("a", 10) == history.recent("a", 10) == ["one", "two"]


# What was given


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def wait(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture(name="clock")
def clock_before_midnight() -> Clock:
    return Clock()


@pytest.fixture(name="timed")
def history_by_a_clock(path: Path, clock: Clock) -> Iterator[History]:
    with closing(History(path, clock)) as history:
        yield history


def test_what_was_given_to_a_question_comes_back_with_it(timed: History, clock: Clock) -> None:
    answered, in_vain = Given(0.5, "It has 12 berths.", "Harbour"), Given(0.01)
    timed.add("a", EarlierQuestion("one", "en"), answered)
    first = clock.time
    clock.wait(minutes=5)
    timed.add("a", EarlierQuestion("two", "en"), in_vain)
    timed.add("b", EarlierQuestion("elsewhere", "en"))
    asked = [Asked("one", first, answered), Asked("two", clock.time, in_vain)]
    assert (timed.asked("a", 5), timed.asked("a", 1)) == (asked, asked[1:])
    assert [piece.given for piece in timed.asked("b", 5)] == [None]


def test_what_is_forgotten_is_gone_and_the_rest_stays(path: Path) -> None:
    with closing(History(path)) as history:
        for question in ("a secret", "another secret"):
            add(history, "a", question)
        add(history, "b", "two")
        history.set_filter("a", ENGLISH)
        assert (history.forget("a"), history.forget("a")) == (2, 0)
        assert (history.recent("a", 5), history.recent("b", 5)) == ([], ["two"])
        assert previous(history, "a") == []
        assert history.filter("a") == ENGLISH
    assert b"secret" not in path.read_bytes()


def test_what_a_person_asked_is_forgotten_wherever_it_was_asked(path: Path) -> None:
    with closing(History(path)) as history:
        for chat, person, text in (
            ("telegram:7", None, "an old secret"),
            ("telegram:7", 7, "a private secret"),
            ("telegram:-5", 7, "a secret in a group"),
            ("telegram:-5", 8, "somebody else's"),
            ("telegram:-5", None, "nobody's"),
        ):
            history.add(chat, EarlierQuestion(text, "en"), asker=Asker(person))
        history.set_filter("telegram:7", ENGLISH)
        assert history.forget_person(7, "telegram:7") == 3
        assert history.recent("telegram:7", 5) == []
        assert history.recent("telegram:-5", 5) == ["somebody else's", "nobody's"]
        assert history.filter("telegram:7") == Filter()
        for file in path.parent.glob("history.sqlite3*"):
            assert b"secret" not in file.read_bytes()


def test_questions_from_before_what_was_given_was_kept_stay(path: Path, history: History) -> None:
    number = add(history, "a", "one")
    with closing(connect(path)) as old:
        old.execute("DROP INDEX asked_key")
        old.execute("DROP INDEX asked_person")
        for column in ("quote", "source", "confidence", "person", "thread", "key"):
            old.execute(f"ALTER TABLE asked DROP COLUMN {column}")
        old.execute("ALTER TABLE setting DROP COLUMN collections")
        old.execute("DROP TABLE former_id")
        for column in ("article", "start", "stop", "shown", "carried", "folded"):
            old.execute(f"ALTER TABLE asked DROP COLUMN {column}")
        old.execute("DROP TABLE judgement")
        old.execute("DROP TABLE calibration")
        old.execute("DROP TABLE spoken")
        old.execute("DROP INDEX asked_at")
        old.execute("ALTER TABLE asked DROP COLUMN took")
        (version,) = old.execute("PRAGMA user_version").fetchone()
        old.execute(f"PRAGMA user_version = {version - 6}")
    copy_database(path, path.with_name("old.sqlite3"))
    with closing(History(path.with_name("old.sqlite3"))) as newer:
        assert [(piece.question, piece.given) for piece in newer.asked("a", 5)] == [("one", None)]
        assert newer.question("a", number) == "one"


# The language that is spoken


def test_the_last_question_that_tells_it_says_in_which_language_somebody_writes(history: History) -> None:
    history.add("a", EarlierQuestion.of("Где построят новый мост через Ишим?"))
    assert history.written_language("a", None) == "ru"
    history.add("a", EarlierQuestion.of("Kaspi Bank"))
    assert history.written_language("a", None) == "ru", "a name is the same in every language"
    history.add("a", EarlierQuestion.of("Where will the bridge be built?"))
    assert history.written_language("a", None) == "en"
    assert history.written_language("b", None) is None


def test_a_chosen_language_moves_with_its_chat_and_is_forgotten_with_it(history: History) -> None:
    assert history.chosen_language("a") is None
    history.choose_language("a", "kk")
    history.choose_language("a", "ru")
    history.rename("a", "b")
    assert (history.chosen_language("a"), history.chosen_language("b")) == (None, "ru")
    history.forget_person(7, "b")
    assert history.chosen_language("b") is None
    history.choose_language("c", "kk")
    history.choose_language("c", None)
    assert history.chosen_language("c") is None


# What a question may lean on


def test_a_question_leans_on_those_before_it_the_oldest_first(timed: History) -> None:
    numbers = [add(timed, "a", question) for question in ("one", "two", "three")]
    add(timed, "b", "elsewhere")
    assert previous(timed, "a") == ["one", "two", "three"]
    assert [previous(timed, "a", number) for number in numbers] == [[], ["one"], ["one", "two"]]
    assert previous(timed, "c") == []


def test_a_question_leans_on_no_more_than_the_last_few(timed: History) -> None:
    numbers = [add(timed, "a", str(count)) for count in range(2 * CHAIN)]
    assert previous(timed, "a") == [str(count) for count in range(CHAIN, 2 * CHAIN)]
    assert previous(timed, "a", numbers[-1]) == [str(count) for count in range(CHAIN - 1, 2 * CHAIN - 1)]


@pytest.mark.parametrize(
    ("minutes", "leans"), [(0, True), (59, True), (60, True), (60.01, False), (24 * 60, False)]
)
def test_a_question_leans_on_those_of_the_hour_before(
    timed: History, clock: Clock, minutes: float, leans: bool
) -> None:
    add(timed, "a", "one")
    clock.wait(minutes=minutes)
    assert previous(timed, "a") == (["one"] if leans else [])
    number = add(timed, "a", "two")
    clock.wait(days=30)
    assert previous(timed, "a", number) == (["one"] if leans else [])


def test_what_a_question_leaned_on_outlives_the_process_and_later_questions(path: Path, clock: Clock) -> None:
    with closing(History(path, clock)) as history:
        add(history, "a", "one")
        clock.wait(minutes=20)
        number = add(history, "a", "two")
    clock.wait(minutes=20)
    with closing(History(path, clock)) as history:
        add(history, "a", "three")
        assert previous(history, "a", number) == ["one"]
        assert previous(history, "a") == ["one", "two", "three"]


def test_a_chat_under_a_new_id_keeps_what_its_questions_leaned_on(timed: History) -> None:
    add(timed, "group", "one")
    number = add(timed, "group", "two")
    timed.rename("group", "supergroup")
    assert previous(timed, "supergroup", number) == ["one"]
    assert previous(timed, "supergroup") == ["one", "two"]


def test_a_question_of_another_chat_or_none_leans_on_nothing(timed: History) -> None:
    add(timed, "a", "one")
    number = add(timed, "a", "two")
    assert previous(timed, "b", number) == []
    assert previous(timed, "a", number + 1) == []


def test_a_question_comes_back_in_the_language_that_it_was_in(timed: History) -> None:
    questions = [EarlierQuestion("Кім?", "kk"), EarlierQuestion("Oil?", "en")]
    for question in questions:
        timed.add("a", question)
    assert timed.previous("a") == questions


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
CHATS = st.sampled_from(["console", "telegram:1", "telegram:-100"])


@settings(max_examples=30)
@given(questions=st.lists(st.tuples(CHATS, TEXTS), max_size=20))
def test_what_was_asked_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, questions: list[tuple[str, str]]
) -> None:
    with closing(History(tmp_path_factory.mktemp("history") / "history.sqlite3")) as history:
        numbers = [add(history, chat, question) for chat, question in questions]
        assert numbers == sorted(set(numbers))
        for (chat, question), number in zip(questions, numbers, strict=True):
            assert history.question(chat, number) == question
        for chat in {chat for chat, _ in questions}:
            assert history.recent(chat, 100) == [question for there, question in questions if there == chat]


# Filter

ENGLISH, SINCE = Filter(frozenset({"en"})), Filter(since=date(2022, 1, 1))


def test_a_chat_without_limits_is_not_limited(history: History) -> None:
    history.set_filter("a", ENGLISH)
    assert (history.filter("a"), history.filter("b")) == (ENGLISH, Filter())
    history.set_filter("a", Filter())
    assert history.filter("a") == Filter()


@st.composite
def limits(draw: st.DrawFn) -> Filter:
    since, until = sorted(draw(st.tuples(st.dates(), st.dates())))
    languages, names = st.frozensets(st.sampled_from(["en", "ru", "kk", "und"])), st.frozensets(st.text())
    one_end = st.sampled_from([(since, None), (None, until), (since, until), (None, None)])
    collections = st.none() | st.frozensets(st.sampled_from(["hr", "it", "кадры"]))
    return Filter(draw(languages), draw(names), *draw(one_end), collections=draw(collections))


@settings(max_examples=30)
@given(limits(), limits())
def test_limits_outlive_the_process_and_the_last_ones_hold(
    tmp_path_factory: pytest.TempPathFactory, first: Filter, last: Filter
) -> None:
    path = tmp_path_factory.mktemp("history") / "history.sqlite3"
    with closing(History(path)) as history:
        history.set_filter("a", first)
        history.set_filter("a", last)
    with closing(History(path)) as history:
        assert history.filter("a") == last


def test_a_history_from_before_there_were_limits_keeps_its_questions(path: Path) -> None:
    first = """
        CREATE TABLE IF NOT EXISTS asked (
            id INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, question TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX IF NOT EXISTS asked_chat ON asked (chat, id)
    """
    with closing(connect(path)) as old:
        migrate(old, [first], path)
        old.execute("INSERT INTO asked (chat, question, at) VALUES ('a', 'one', '2026-01-01')")
    with closing(History(path)) as history:
        assert history.recent("a", 10) == ["one"]
        history.set_filter("a", ENGLISH)
        assert history.filter("a") == ENGLISH


def test_limits_from_before_there_were_collections_leave_none_out(path: Path) -> None:
    with closing(History(path)) as history:
        history.set_filter("a", ENGLISH)
    with closing(sqlite3.connect(path)) as older:
        older.execute("UPDATE setting SET collections = NULL")
        older.commit()
    with closing(History(path)) as history:
        assert history.filter("a") == ENGLISH


# A file that cannot be used


@pytest.mark.parametrize("content", [b"no database, but words " * 100, b"\x89PNG" * 1000])
def test_a_file_that_is_no_database_cannot_be_used(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreUnusableError, match=r"history\.sqlite3: file is not a database; .*--data"):
        History(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match="unable to open database file"):
        History(tmp_path / "missing" / "history.sqlite3")


def test_a_history_that_breaks_while_it_is_used_is_reported_in_words(path: Path, history: History) -> None:
    with closing(sqlite3.connect(path)) as vandal:
        vandal.execute("DROP TABLE asked")
    for use in (
        lambda: add(history, "a", "one"),
        lambda: history.question("a", 1),
        lambda: history.recent("a", 1),
        lambda: previous(history, "a"),
        lambda: previous(history, "a", 1),
        lambda: history.rename("a", "b"),
    ):
        with pytest.raises(StoreUnusableError, match="asked"):
            use()


# The numbers of days


def test_the_numbers_of_days_are_those_of_what_was_asked_on_them(path: Path) -> None:
    moment = datetime(2026, 5, 3, 12, tzinfo=UTC)
    with closing(History(path.with_name("days.sqlite3"), lambda: moment)) as history:
        for day, (answered, took) in product((3, 1), ((True, 30.0), (True, 10.0), (False, None))):
            moment = datetime(2026, 5, day, 12, tzinfo=UTC)
            given = Given(0.5, quote="A sentence." if answered else None)
            history.add("a", EarlierQuestion.of("Who?"), given, took=took)
        moment = datetime(2026, 5, 3, 12, tzinfo=UTC)
        days = history.days(4)
    assert [(day.day.day, day.asked, day.answered, day.took) for day in days] == [
        (30, 0, 0, None), (1, 3, 2, 20.0), (2, 0, 0, None), (3, 3, 2, 20.0),
    ]  # fmt: skip
