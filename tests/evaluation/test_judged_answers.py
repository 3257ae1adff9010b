"""Judged answers: written and read back, asked anew, and compared with what became of them before."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assembly import Derek, assemble
from bot.chats.judged import judged_questions, unanswered_questions
from bot.config import Config
from retrieval.errors import JudgedSetError, UnwritableFileError
from retrieval.evaluation.judged_answers import (
    AnswerOutcome,
    JudgedQuestion,
    JudgedSentence,
    ask_anew,
    changes_between,
    read_judged_questions,
    read_outcomes,
    write_judged_questions,
)
from retrieval.ingest.texts import read_text
from retrieval.questions.followups import EarlierQuestion
from tests.conftest import WORDS_ALONE
from tests.support import harbours
from tests.support.harbours import BAD, GOOD, NEAR, SURE, UNSURE

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SENTENCES = st.builds(
    JudgedSentence, TEXT, st.integers(0), st.integers(0), TEXT, st.none() | st.just("outdated")
)
EARLIER = st.builds(
    EarlierQuestion, TEXT, st.just("en"), st.none() | TEXT, st.lists(TEXT).map(tuple), st.none() | TEXT
)
QUESTIONS = st.builds(
    JudgedQuestion,
    TEXT,
    TEXT,
    st.lists(EARLIER, max_size=2).map(tuple),
    st.lists(SENTENCES, max_size=2).map(tuple),
    st.lists(SENTENCES, max_size=2).map(tuple),
    st.none() | st.sampled_from(AnswerOutcome),
)
OUTCOMES = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(AnswerOutcome))


@pytest.fixture(name="towns")
def derek_on_towns(tmp_path: Path) -> Iterator[Derek]:
    with assemble(Config(data=tmp_path / "derek", semantic=WORDS_ALONE)) as derek:
        harbours.fill(derek)
        yield derek


# The file


@settings(max_examples=50)
@given(st.lists(QUESTIONS, max_size=4))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, questions: list[JudgedQuestion]
) -> None:
    path = tmp_path_factory.mktemp("set") / "judged.jsonl"
    write_judged_questions(questions, path)
    assert read_judged_questions(path) == questions


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text("mine")
    with pytest.raises(UnwritableFileError, match="File exists"):
        write_judged_questions([], path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "{}",
        "[]",
        '{"id": "a", "question": "b", "previous": [], "right": [], "wrong": [], "outcome": "fine"}',
        '{"id": "a", "question": "b", "previous": [1], "right": [], "wrong": [], "outcome": null}',
        '{"id": "a", "question": "b", "previous": [], "right": [{}], "wrong": [], "outcome": null}',
    ],
)
def test_what_is_no_judged_question_is_told_by_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(JudgedSetError, match=r"judged\.jsonl: line 2 is no judged question"):
        read_judged_questions(path)
    with pytest.raises(JudgedSetError):
        read_outcomes(path)


@given(OUTCOMES)
def test_outcomes_are_read_from_a_run_and_from_a_set(
    tmp_path_factory: pytest.TempPathFactory, outcomes: dict[str, AnswerOutcome]
) -> None:
    folder = tmp_path_factory.mktemp("set")
    (folder / "run.json").write_text(json.dumps({"set": "a", "outcomes": outcomes}))
    questions = [JudgedQuestion(name, name, outcome=outcome) for name, outcome in outcomes.items()]
    write_judged_questions([*questions, JudgedQuestion("none", "none")], folder / "set.jsonl")
    assert read_outcomes(folder / "run.json") == read_outcomes(folder / "set.jsonl") == outcomes


# Asking anew


@settings(max_examples=15)
@given(st.data())
def test_asked_anew_questions_end_as_they_were_judged(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("derek")
    with assemble(Config(data=folder / "derek", semantic=WORDS_ALONE)) as derek:
        harbours.fill(derek)
        for question in (SURE, UNSURE, NEAR):
            for town in harbours.TOWNS[:3]:
                if (verdict := data.draw(st.sampled_from([GOOD, BAD, None]))) is not None:
                    harbours.judge(derek, [question.format(town)], verdict)
        write_judged_questions(judged_questions(derek.history), folder / "judged.jsonl")
        asked = ask_anew(derek.answerer, read_judged_questions(folder / "judged.jsonl"))
        assert asked.outcomes == read_outcomes(folder / "judged.jsonl")
        assert len(asked.known) == derek.history.feedback.count()


def test_what_nobody_could_answer_is_in_the_set_as_well(towns: Derek) -> None:
    towns.chat("a").ask("Who won the chess championship of the Andromeda galaxy?")
    towns.chat("a").ask(SURE.format("Aral"))
    [question] = unanswered_questions(towns.history)
    assert (question.right, question.wrong, question.outcome) == ((), (), AnswerOutcome.REFUSED)
    asked = ask_anew(towns.answerer, [question])
    assert (asked.outcomes, asked.known) == ({question.id: AnswerOutcome.REFUSED}, [])


def test_a_follow_up_is_asked_anew_with_what_it_went_on_with(towns: Derek) -> None:
    towns.store.put(read_text("Oil and gas\n\nThe sides agreed on oil. They agreed on gas in May.", "oil"))
    chat = towns.chat("a")
    chat.ask("What did the sides agree on oil?")
    turn = chat.ask("And on gas?")
    assert turn.answer.carried
    chat.judge(turn.number, "ann", GOOD)
    [question] = judged_questions(towns.history)
    assert [earlier.text for earlier in question.previous] == ["What did the sides agree on oil?"]
    assert ask_anew(towns.answerer, [question]).outcomes == {question.id: AnswerOutcome.RIGHT}


def test_the_same_question_is_one_with_all_that_was_judged_for_it(towns: Derek) -> None:
    question = SURE.format("Aral")
    harbours.judge(towns, [question], GOOD)
    article = next(entry for entry in towns.store.catalogue() if entry.sentences and "Aral" in
                   towns.store.get(entry.article_id).text)  # fmt: skip
    before = towns.store.get(article.article_id)
    towns.store.put(read_text(before.text.replace("3 berths", "19 berths"), before.key))
    harbours.judge(towns, [question.upper()], BAD)
    [judged] = judged_questions(towns.history)
    assert [len(judged.right), len(judged.wrong)] == [1, 1]
    assert judged.outcome is AnswerOutcome.WRONG


def test_what_people_disagree_on_and_what_asked_nothing_is_left_out(towns: Derek) -> None:
    for person, judgement in (("ann", GOOD), ("bob", BAD)):
        harbours.judge(towns, [SURE.format("Aral")], judgement, person)
    chat = towns.chat("a")
    chat.judge(chat.search("harbour").number, "ann", GOOD)
    assert len(towns.history.feedback.judged()) == 2
    assert judged_questions(towns.history) == []


def test_a_question_that_can_no_longer_be_asked_is_refused(towns: Derek) -> None:
    asked = ask_anew(towns.answerer, [JudgedQuestion("a", "?!")])
    assert asked.outcomes == {"a": AnswerOutcome.REFUSED}
    assert asked.figures("set") == {
        "set": "set", "questions": 1, "right": 0, "wrong": 0, "unjudged": 0, "refused": 1, "ms_p50": 0.0
    }  # fmt: skip


# Comparing


@given(OUTCOMES, OUTCOMES)
def test_what_is_better_one_way_is_worse_the_other(
    before: dict[str, AnswerOutcome], after: dict[str, AnswerOutcome]
) -> None:
    there = {change.question_id: change.gain for change in changes_between(before, after)}
    back = {change.question_id: -change.gain for change in changes_between(after, before)}
    assert there == back
    assert changes_between(after, after) == []
    assert there.keys() == {name for name in before.keys() & after.keys() if before[name] != after[name]}


@pytest.mark.parametrize("after", [one for one in AnswerOutcome if one is not AnswerOutcome.RIGHT])
def test_what_was_right_and_no_longer_is_is_a_loss(after: AnswerOutcome) -> None:
    [change] = changes_between({"a": AnswerOutcome.RIGHT}, {"a": after})
    assert (change.is_loss, change.gain < 0) == (True, True)
    [change] = changes_between({"a": after}, {"a": AnswerOutcome.RIGHT})
    assert (change.is_loss, change.gain > 0) == (False, True)
