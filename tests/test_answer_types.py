"""Answer types: golden questions in three languages, and laws that hold for any question."""

import doctest
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import retrieval.answer_types
from retrieval.answer_types import KINDS, AnswerType, expected
from retrieval.languages import KNOWN, UNDETERMINED, knowledge
from tests.test_articles import ANY_TEXT

GOLDEN = Path(__file__).parent / "golden" / "answer_types.jsonl"

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and the types of answer that it expects."""

    language: str
    question: str
    types: list[str]


def golden() -> list[Any]:
    lines = GOLDEN.read_text("utf-8").splitlines()
    return [pytest.param(case, id=case.question) for case in (Case(**json.loads(line)) for line in lines)]


@pytest.mark.parametrize("case", golden())
def test_golden_questions_expect_what_is_written(case: Case) -> None:
    assert sorted(expected(case.question, case.language)) == case.types


@pytest.mark.parametrize("case", golden())
def test_capitals_and_the_question_mark_tell_nothing(case: Case) -> None:
    typed = case.question.lower().replace("ё", "е").rstrip("?")

    assert sorted(expected(typed, case.language)) == case.types


def test_the_examples_in_docstrings_are_true() -> None:
    result = doctest.testmod(retrieval.answer_types)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("language", KNOWN)
def test_each_language_knows_how_every_type_is_asked_for(language: str) -> None:
    assert {*knowledge(language, "questions")["types"]} == {*AnswerType}


def test_only_what_is_said_in_a_clause_is_mentioned_as_no_kind() -> None:
    assert {*AnswerType} - {*KINDS} == {AnswerType.DEFINITION, AnswerType.MANNER, AnswerType.YES_NO}


@given(ANY_TEXT, LANGUAGES)
def test_any_text_can_be_asked(question: str, language: str) -> None:
    assert expected(question, language) <= {*AnswerType}
