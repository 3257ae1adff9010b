"""Mentions: golden texts in three languages, and laws that hold for any text."""

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.mentions import LONGEST_CLAUSE, Kind, mentions
from retrieval.languages import KNOWN, UNDETERMINED
from tests.support.paths import GOLDEN
from tests.support.texts import ANY_TEXT

CASES = GOLDEN / "mentions.jsonl"

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and what it mentions: the kind and the words of each, in their order."""

    language: str
    text: str
    mentions: list[list[str]]


def golden() -> list[Any]:
    lines = CASES.read_text("utf-8").splitlines()
    return [pytest.param(case, id=case.text) for case in (Case(**json.loads(line)) for line in lines)]


@pytest.mark.parametrize("case", golden())
def test_golden_texts_mention_what_is_written(case: Case) -> None:
    mentioned = mentions(case.text, case.language)

    assert [[mention.kind, case.text[mention.start : mention.end]] for mention in mentioned] == case.mentions


def test_a_letter_whose_small_form_is_two_moves_nothing() -> None:
    (number,) = (mention for mention in mentions("İİİ 26", "en") if mention.kind is Kind.NUMBER)
    assert (number.start, number.end) == (4, 6)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("because of " * 8_000, "en"),
        ("because" + " " * 8_000, "en"),
        ("because x" + " " * 8_000, "en"),
        ("потому что " * 8_000, "ru"),
        ("үшін " * 8_000, "kk"),
    ],
)
def test_no_clause_is_so_long_that_a_text_is_read_over_and_over(text: str, language: str) -> None:
    reasons = [mention for mention in mentions(text, language) if mention.kind is Kind.REASON]

    assert all(reason.end - reason.start <= LONGEST_CLAUSE for reason in reasons)


@pytest.mark.parametrize(("pattern", "language"), [("because {}.", "en"), (". {} үшін", "kk")])
def test_only_a_clause_that_ends_in_reach_gives_a_reason(pattern: str, language: str) -> None:
    for length in (1, 2, LONGEST_CLAUSE):
        (reason,) = (
            mention
            for mention in mentions(pattern.format("a" * length), language)
            if mention.kind is Kind.REASON
        )
        assert reason.end - reason.start == length
    longer = mentions(pattern.format("a" * (LONGEST_CLAUSE + 1)), language)
    assert [mention.kind for mention in longer] == [Kind.CAUSE]


# Laws

PIECES = st.sampled_from(
    [
        "$", "€", "%", "5", "12.6", "3 325", "2021", "19", "Aug.", "may", "century", "августа", "года",
        "тамыз", "жылы", "billion", "млрд", "долларов", "теңге", "пайыз", "percent", "two", "он екі", "Bank",
        "of", "Путин", "U.S.", "J.", "The", "«", "»", "“", "”", '"', "because", "из-за", "өйткені", "үшін",
        ",", ".", "-", "–", "(", "'",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join) | ANY_TEXT


@given(TEXTS, LANGUAGES)
def test_mentions_are_pieces_of_the_text_in_their_order(text: str, language: str) -> None:
    mentioned = mentions(text, language)

    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentioned)
    assert all(first.start <= second.start for first, second in pairwise(mentioned))
    assert len(set(mentioned)) == len(mentioned)


@given(TEXTS, LANGUAGES)
def test_money_and_percentages_hold_a_number(text: str, language: str) -> None:
    mentioned = mentions(text, language)

    numbers = [mention for mention in mentioned if mention.kind is Kind.NUMBER]
    for mention in mentioned:
        if mention.kind in (Kind.MONEY, Kind.PERCENT):
            assert any(mention.start <= number.start and number.end <= mention.end for number in numbers)
