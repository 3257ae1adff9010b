"""Answer types: golden questions in three languages, and laws that hold for any question."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.languages import KNOWN, UNDETERMINED
from retrieval.languages.tables import Questions, table
from retrieval.questions.answer_types import KINDS, AnswerType, expected
from tests.support.paths import GOLDEN
from tests.support.texts import ANY_TEXT

CASES = GOLDEN / "answer_types.jsonl"

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and the types of answer that it expects."""

    language: str
    question: str
    types: list[str]


def golden() -> list[Any]:
    lines = CASES.read_text("utf-8").splitlines()
    return [pytest.param(case, id=case.question) for case in (Case(**json.loads(line)) for line in lines)]


@pytest.mark.parametrize("case", golden())
def test_golden_questions_expect_what_is_written(case: Case) -> None:
    assert sorted(expected(case.question, case.language)) == case.types


@pytest.mark.parametrize("case", golden())
def test_capitals_and_the_question_mark_make_no_difference(case: Case) -> None:
    typed = case.question.lower().replace("ё", "е").rstrip("?")

    assert sorted(expected(typed, case.language)) == case.types


@pytest.mark.parametrize("language", KNOWN)
def test_each_language_knows_how_every_type_is_asked_for(language: str) -> None:
    assert {*table(language, Questions).types} == {*AnswerType}


def test_only_what_a_clause_answers_has_no_kind_of_mention() -> None:
    assert {*AnswerType} - {*KINDS} == {AnswerType.DEFINITION, AnswerType.MANNER, AnswerType.YES_NO}


@given(ANY_TEXT, LANGUAGES)
def test_any_text_can_be_asked(question: str, language: str) -> None:
    assert expected(question, language) <= {*AnswerType}
