"""Feedback: one judgement a person and question, nobody named, and what went without a good answer."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assembly import Derek
from bot.chats.calibration import Calibration, calibration_in
from bot.chats.feedback import AnswerFault, Judgement, Shown, Verdict, folded
from bot.chats.history import Given, History
from retrieval.articles import Span
from retrieval.questions.followups import EarlierQuestion

GOOD, BAD = Judgement(Verdict.GOOD), Judgement(Verdict.BAD)
BERTHS = Shown("0123456789ab", Span(0, 17), "It has 12 berths.")
ANSWERED, NEAR = Given(0.5, BERTHS.quote, "Harbour", BERTHS), Given(0.1, shown=BERTHS)
NOTHING = Given(0.0)

#: How many questions of a chat the history says that it remembers.
REMEMBERED = 1_000


@pytest.fixture(name="path")
def history_path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture(name="history")
def empty_history(path: Path) -> Iterator[History]:
    with closing(History(path)) as history:
        yield history


def add(history: History, text: str, given: Given = ANSWERED, chat: str = "a") -> int:
    return history.add(chat, EarlierQuestion(text, "en"), given)


def votes(history: History) -> list[tuple[str, int, int]]:
    return [(piece.question, piece.good, piece.bad) for piece in history.feedback.judged()]


def missed(history: History) -> list[tuple[str, int]]:
    return [(piece.question, piece.times) for piece in history.feedback.missed()]


# Judging


def test_a_judgement_is_about_the_sentence_that_was_shown(history: History) -> None:
    number = add(history, "How many berths?")
    assert history.feedback.judge("a", number, "ann", GOOD)
    [piece] = history.feedback.judged()
    assert (piece.number, piece.shown, piece.confidence) == (number, BERTHS, 0.5)
    assert piece.verdict is Verdict.GOOD


def test_the_last_word_of_a_person_counts_and_counts_once(history: History) -> None:
    number = add(history, "one")
    for judgement in (GOOD, GOOD, BAD):
        history.feedback.judge("a", number, "ann", judgement)
    assert (votes(history), history.feedback.count()) == ([("one", 0, 1)], 1)
    history.feedback.judge("a", number, "bob", GOOD)
    assert votes(history) == [("one", 1, 1)]
    assert history.feedback.judged()[0].verdict is None


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["ann", "bob", "eve"]), st.sampled_from([GOOD, BAD])), min_size=1))
def test_there_are_as_many_judgements_as_people(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[str, Judgement]]
) -> None:
    with closing(History(tmp_path_factory.mktemp("history") / "history.sqlite3")) as history:
        number = add(history, "one")
        for person, judgement in presses:
            history.feedback.judge("a", number, person, judgement)
        last = dict(presses)
        good = sum(judgement is GOOD for judgement in last.values())
        assert votes(history) == [("one", good, len(last) - good)]


def test_what_is_wrong_stays_until_something_else_is(history: History) -> None:
    number = add(history, "one")
    outdated = Judgement(Verdict.BAD, AnswerFault.OUTDATED)
    for judgement, faults in (
        (outdated, {AnswerFault.OUTDATED: 1}),
        (BAD, {AnswerFault.OUTDATED: 1}),
        (Judgement(Verdict.BAD, AnswerFault.SENTENCE), {AnswerFault.SENTENCE: 1}),
        (GOOD, {}),
        (BAD, {}),
    ):
        history.feedback.judge("a", number, "ann", judgement)
        assert history.feedback.judged()[0].faults == faults


def test_a_good_answer_has_no_fault() -> None:
    with pytest.raises(ValueError, match="good answer"):
        Judgement(Verdict.GOOD, AnswerFault.OUTDATED)


def test_nobody_judges_a_question_of_another_chat(history: History) -> None:
    number = add(history, "one", chat="a")
    assert not history.feedback.judge("b", number, "ann", BAD)
    assert not history.feedback.judge("a", number + 1, "ann", BAD)
    assert votes(history) == []


def test_where_no_sentence_was_shown_there_is_nothing_to_judge(history: History) -> None:
    assert not history.feedback.judge("a", add(history, "one", NOTHING), "ann", BAD)


def test_the_same_question_is_judged_as_one_however_it_was_typed(history: History) -> None:
    for text, chat in (("Who met  Putin?", "a"), ("who met PUTIN", "b")):
        history.feedback.judge(chat, add(history, text, chat=chat), chat, GOOD)
    assert votes(history) == [("who met PUTIN", 2, 0)]


def test_what_a_question_carried_over_makes_it_another_one(history: History) -> None:
    for carried in ("oil", "coal", None):
        given = Given(0.5, BERTHS.quote, None, BERTHS, carried)
        history.feedback.judge("a", add(history, "And on gas?", given), "ann", GOOD)
    assert len(history.feedback.judged()) == 3


@given(st.text(), st.text())
def test_folding_twice_changes_nothing(question: str, carried: str) -> None:
    assert folded(folded(question)) == folded(question)
    assert folded(f" {question} ", carried) == folded(question, carried)


# What stays, and what goes


def test_a_judged_question_outlives_those_that_nobody_judged(history: History) -> None:
    judged, other = add(history, "judged"), add(history, "other")
    history.feedback.judge("a", judged, "ann", GOOD)
    for count in range(REMEMBERED):
        add(history, str(count))
    assert history.question("a", judged) == "judged"
    assert history.question("a", other) is None
    assert votes(history) == [("judged", 1, 0)]


def test_of_the_judged_questions_too_only_so_many_are_remembered(history: History) -> None:
    numbers = []
    for count in range(2 * REMEMBERED + 3):
        numbers.append(add(history, str(count)))
        history.feedback.judge("a", numbers[-1], "ann", GOOD)
    assert history.question("a", numbers[0]) is None
    assert history.feedback.count() == len(history.recent("a", 9 * REMEMBERED)) <= REMEMBERED + 2


def test_what_is_forgotten_takes_all_judgements_with_it(path: Path, history: History) -> None:
    own, elsewhere = add(history, "a secret", chat="ann"), add(history, "two", chat="group")
    history.feedback.judge("ann", own, "ann", BAD)
    history.feedback.judge("group", elsewhere, "ann", BAD)
    history.feedback.judge("group", elsewhere, "bob", GOOD)
    assert history.forget("ann") == 1
    assert votes(history) == [("two", 1, 0)]
    history.close()
    assert b"secret" not in path.read_bytes()


def test_judgements_go_with_a_group_that_has_another_id(history: History) -> None:
    number = add(history, "one", chat="group")
    history.feedback.judge("group", number, "ann", GOOD)
    history.rename("group", "supergroup")
    assert history.feedback.judge("supergroup", number, "ann", BAD)
    assert votes(history) == [("one", 0, 1)]


# What was missed


def test_what_nobody_could_answer_is_missed_once_with_how_often_it_was_asked(history: History) -> None:
    for text, chat in (("Where is it?", "a"), ("other", "a"), ("where is IT", "b")):
        add(history, text, NOTHING, chat)
    assert missed(history) == [("where is IT", 2), ("other", 1)]
    assert [piece.question for piece in history.feedback.missed(1, 1)] == ["other"]


def test_what_was_answered_since_is_no_longer_missed(history: History) -> None:
    add(history, "one", NOTHING)
    add(history, "one")
    assert missed(history) == []
    add(history, "one", NOTHING)
    assert missed(history) == [("one", 3)]


@pytest.mark.parametrize(
    ("given_first", "judgement", "is_missed"),
    [
        (ANSWERED, None, False),
        (ANSWERED, GOOD, False),
        (ANSWERED, BAD, True),
        (NEAR, None, True),
        (NEAR, GOOD, False),
        (NEAR, BAD, True),
    ],
)
def test_an_answer_that_was_judged_bad_is_missed_and_a_near_one_that_was_judged_good_is_not(
    history: History, given_first: Given, judgement: Judgement | None, is_missed: bool
) -> None:
    number = add(history, "one", given_first)
    if judgement:
        history.feedback.judge("a", number, "ann", judgement)
    assert missed(history) == [("one", 1)] * is_missed


def test_a_sentence_that_was_judged_bad_stays_so_for_whoever_asks_next(history: History) -> None:
    history.feedback.judge("a", add(history, "one"), "ann", BAD)
    add(history, "one", chat="b")
    assert missed(history) == [("one", 2)]
    other = Shown("0123456789ab", Span(18, 24), "It is.")
    add(history, "one", Given(0.5, other.quote, None, other), "b")
    assert missed(history) == []


def test_a_question_from_before_what_was_given_was_kept_is_not_missed(history: History) -> None:
    history.add("a", EarlierQuestion("one", "en"))
    assert missed(history) == []


def test_nobody_is_named(history: History) -> None:
    history.feedback.judge("chat-7", add(history, "one", NEAR, "chat-7"), "person-7", BAD)
    told = f"{history.feedback.judged()} {history.feedback.missed()}"
    assert "-7" not in told


# In a chat


def test_what_a_chat_showed_can_be_judged_in_it(derek: Derek) -> None:
    turn = derek.chat("a").ask("How many joint Kazakh-Russian enterprises are there?")
    assert derek.chat("a").judge(turn.number, "ann", GOOD)
    assert not derek.chat("b").judge(turn.number, "ann", GOOD)
    [piece] = derek.history.feedback.judged()
    first = turn.answer.citations[0]
    assert piece.shown == Shown(first.article_id, first.span, first.quote)
    assert piece.shown.fingerprint == first.fingerprint
    derek.chat("a").forget()
    assert derek.history.feedback.judged() == []


# The calibration


def test_what_was_calibrated_is_kept_until_it_is_taken_back(path: Path, history: History) -> None:
    assert calibration_in(path) is None
    for least in (0.4, 0.3):
        history.calibrate(least, 60)
    kept = calibration_in(path)
    assert kept
    assert (kept.min_confidence, kept.judged) == (0.3, 60)
    assert (history.uncalibrate(), history.uncalibrate()) == (True, False)
    assert calibration_in(path) is None


def test_no_history_is_made_to_look_for_a_calibration(path: Path) -> None:
    assert calibration_in(path) is None
    assert not path.exists()
    path.write_bytes(b"no database, but words " * 100)
    assert calibration_in(path) is None


def test_a_least_confidence_is_a_probability(history: History) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        history.calibrate(1.5, 60)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Calibration(-0.1, 60, datetime.now(UTC))
