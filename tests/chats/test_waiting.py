"""What people wait for: kept once, asked once a change, told once, forgotten for good."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.chats.waiting import Keeping, Notice, Told, WaitingQuestions, Wish
from retrieval.questions.followups import EarlierQuestion

BEFORE, QUESTION = (
    EarlierQuestion("Who built the bridge?", "en", "0a0a0a0a", ("Ada",)),
    EarlierQuestion.of("And when?"),
)
PERSON, OTHER, GROUP = 7, 8, -100


def wish(
    person: int = PERSON, chat: int = PERSON, *, is_standing: bool = False, thread: int | None = None
) -> Wish:
    return Wish(person, chat, "en", (BEFORE, QUESTION), is_standing, thread, 12)


@pytest.fixture(name="waiting")
def open_questions(tmp_path: Path) -> Iterator[WaitingQuestions]:
    with closing(WaitingQuestions(tmp_path / "waiting.sqlite3")) as waiting:
        yield waiting


def numbers(waiting: WaitingQuestions, newest: int) -> list[list[int]]:
    return [[question.number for question in group] for group in waiting.due(newest, 100)]


def test_a_wish_is_kept_as_it_is_and_once(waiting: WaitingQuestions) -> None:
    for _ in range(2):
        assert waiting.keep(wish(), 5) is Keeping.KEPT
    [question] = waiting.of_person(PERSON, PERSON)
    assert (question.wish, question.seen, question.wish.question) == (wish(), 5, "And when?")
    assert waiting.of_person(PERSON, GROUP) == []


def test_a_wish_is_for_something() -> None:
    with pytest.raises(ValueError, match="the answer to a question"):
        Wish(PERSON, PERSON, "en", ())


def test_what_is_wanted_in_one_place_is_asked_once(waiting: WaitingQuestions) -> None:
    for one in (wish(), wish(PERSON, GROUP), wish(OTHER, GROUP), wish(9, GROUP, thread=3)):
        waiting.keep(one, 5)
    assert numbers(waiting, 5) == []
    assert numbers(waiting, 6) == [[1], [2, 3], [4]]
    assert len(waiting.due(6, 2)) == 2
    waiting.note(waiting.due(6, 2)[0], 6)
    assert numbers(waiting, 6) == [[2, 3], [4]]
    assert numbers(waiting, 7) == [[1], [2, 3], [4]]


def test_what_was_asked_of_a_later_change_is_not_asked_of_an_earlier_one(waiting: WaitingQuestions) -> None:
    waiting.keep(wish(), 5)
    [question] = waiting.of_person(PERSON, PERSON)
    waiting.note([question], 9)
    waiting.note([question], 6)
    assert waiting.of_person(PERSON, PERSON)[0].seen == 9


def test_what_is_told_is_remembered_for_a_standing_question_and_ends_another(
    waiting: WaitingQuestions,
) -> None:
    waiting.keep(wish(), 5)
    waiting.keep(wish(is_standing=True), 5, ["bbbbbbbb"])
    [group] = waiting.due(6, 10)
    waiting.note(group, 6, [Told("a", "cccccccc")], [Notice.new(PERSON, PERSON, "{}")])
    [standing] = waiting.of_person(PERSON, PERSON)
    assert standing.wish.is_standing
    assert waiting.told(standing) == {Told("", "bbbbbbbb"), Told("a", "cccccccc")}


def test_of_what_was_cancelled_meanwhile_nothing_is_told(waiting: WaitingQuestions) -> None:
    waiting.keep(wish(), 5)
    [group] = waiting.due(6, 10)
    assert waiting.cancel(1, PERSON, PERSON)
    waiting.note(group, 6, [Told("a", "cccccccc")], [Notice.new(PERSON, PERSON, "{}")])
    assert waiting.notices() == []


def test_a_number_is_not_given_twice(waiting: WaitingQuestions) -> None:
    waiting.keep(wish(), 5)
    waiting.cancel(1, PERSON, PERSON)
    waiting.keep(wish(), 5)
    assert waiting.of_person(PERSON, PERSON)[0].number == 2


def test_a_group_that_has_the_same_under_both_ids_keeps_it_once(waiting: WaitingQuestions) -> None:
    waiting.keep(wish(PERSON, GROUP), 5)
    waiting.keep(wish(PERSON, -200), 5)
    waiting.rename(GROUP, -200)
    waiting.rename(-200, -200)
    [question] = waiting.of_person(PERSON, -200)
    assert question.wish.message is None
    assert waiting.of_person(PERSON, GROUP) == []


def test_who_is_forgotten_leaves_nothing_in_the_file(waiting: WaitingQuestions, tmp_path: Path) -> None:
    waiting.keep(wish(), 5)
    waiting.keep(wish(OTHER, OTHER), 5)
    waiting.note(
        waiting.due(6, 1)[0], 6, [], [Notice.new(PERSON, GROUP, "Boojum"), Notice.new(OTHER, 8, "{}")]
    )
    waiting.forget(PERSON)
    assert [notice.person for notice in waiting.notices()] == [OTHER]
    assert len(waiting.of_person(OTHER, OTHER)) == 1
    for path in tmp_path.glob("waiting.sqlite3*"):
        assert b"Boojum" not in path.read_bytes()
