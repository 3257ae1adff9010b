"""Limits that questions set themselves: golden questions, and laws that hold for any question."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.words import words
from retrieval.filters import Filter
from retrieval.questions.periods import period_of
from tests.support.paths import GOLDEN

CASES = GOLDEN / "limits.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, what is left of it, and the days that it limits the articles to."""

    question: str
    rest: str
    since: str | None
    until: str | None


def golden() -> list[Any]:
    lines = CASES.read_text("utf-8").splitlines()
    return [pytest.param(case, id=case.question) for case in (Case(**json.loads(line)) for line in lines)]


@pytest.mark.parametrize("case", golden())
def test_golden_questions_are_limited_as_written(case: Case) -> None:
    rest, limit = period_of(case.question)

    assert rest == case.rest
    assert limit == Filter(since=_day(case.since), until=_day(case.until))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def test_a_question_without_a_limit_keeps_its_white_space() -> None:
    assert period_of("  What  happened in 2022? ") == ("  What  happened in 2022? ", Filter())


@pytest.mark.parametrize("question", ["Who met Putin? in \ue000 2022", "Who met Putin? in Apr\u0130l 2024"])
def test_letters_that_nobody_types_set_no_limit(question: str) -> None:
    assert period_of(question) == (question, Filter())


# Laws

PHRASES = st.sampled_from(
    [
        "since", "until", "between", "and", "in articles", "news", "of", "с", "по", "до", "между", "и",
        "в статьях", "новости", "за", "год", "года", "жылы", "жылғы", "ақпанда", "бастап", "дейін",
        "мақалаларда", "арасында", "February", "феврале", "13", "31", "2022", "2024", "2024-02-13",
        "2024-13", "31.02.2024", "0", "may", "айында", "1990-х", "?", ":", ",", "(",
        ")", "-", "–", "Putin", "Путин", "кім",
    ]
)  # fmt: skip
PIECES = st.lists(PHRASES | st.text(max_size=5), max_size=14)
QUESTIONS = PIECES.map(" ".join) | PIECES.map("".join) | st.text(max_size=60)


@given(QUESTIONS)
def test_what_is_left_of_a_question_is_its_words_in_their_order(question: str) -> None:
    rest, limit = period_of(question)

    if limit == Filter():
        assert rest == question
    else:
        remaining = iter(words(question))
        assert words(rest)
        assert all(word in remaining for word in words(rest))


@given(QUESTIONS.filter(lambda question: not any(letter.isdigit() for letter in question)))
def test_without_a_number_there_is_no_limit(question: str) -> None:
    assert period_of(question) == (question, Filter())


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_means_the_same_however_it_is_written(day: date) -> None:
    ways = (
        f"Who met Putin? on {day:%d %B %Y}",
        f"Who met Putin? on {day:%B} {day.day}, {day.year}",
        f"Who met Putin? on {day.isoformat()}",
        f"Who met Putin? on {day:%d.%m.%Y}",
        f"Who met Putin? from {day:%d.%m.%Y} to {day.isoformat()}",
    )

    assert {period_of(way) for way in ways} == {("Who met Putin?", Filter(since=day, until=day))}
