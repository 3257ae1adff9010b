"""Questions typed in the wrong layout: golden questions, and laws that hold for any text."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.words import words
from retrieval.questions.keyboards import readings
from tests.support.paths import GOLDEN

CASES = GOLDEN / "keyboards.jsonl"
LAYOUTS = tomllib.loads(files("retrieval.languages").joinpath("keyboards.toml").read_text("utf-8"))


def golden() -> list[Any]:
    lines = map(json.loads, CASES.read_text("utf-8").splitlines())
    return [
        pytest.param(line["question"], line["readings"], id=line["question"] or "nothing") for line in lines
    ]


@pytest.mark.parametrize(("question", "expected"), golden())
def test_golden_questions_read_as_written(question: str, expected: list[str]) -> None:
    assert list(readings(question)) == expected


def test_each_layout_names_the_same_keys() -> None:
    shapes = {
        tuple(len(row) for row in layout[shift])
        for layout in LAYOUTS.values()
        for shift in ("plain", "shift")
    }

    assert shapes == {(13, 13, 11, 10)}


def typed(text: str, intended: str, actual: str) -> str:
    """Return what appears when the keys of one layout are hit in another."""
    meant, written = ("".join(LAYOUTS[name]["plain"] + LAYOUTS[name]["shift"]) for name in (intended, actual))
    return text.translate(str.maketrans(meant, written))


# Laws

RUSSIAN = st.sampled_from(
    ["Кто", "где", "Когда", "президент", "встретился", "Ёлка", "объект,", "подъезд", "хлеба?", "юность"]
)  # fmt: skip
KAZAKH = st.sampled_from(
    ["Кім", "қайда", "президент", "кездесті", "Әлем,", "халқы", "ғылым", "өмір", "үкімет", "ұлт", "һәм"]
)  # fmt: skip
ENGLISH = st.sampled_from(
    ["Who", "where", "When", "president", "Putin", "met", "the", "world?", "people,", "Kazakhstan", "live"]
)  # fmt: skip


@given(st.lists(RUSSIAN, min_size=1).map(" ".join))
def test_a_russian_sentence_typed_with_latin_letters_reads_as_itself(sentence: str) -> None:
    # The key of a comma writes a question mark in Latin, which is left as one at the end.
    assert readings(typed(sentence, "russian", "qwerty"))[0].rstrip(",?") == sentence.rstrip(",?")


@given(st.lists(KAZAKH, min_size=1).map(" ".join))
def test_a_kazakh_sentence_typed_with_latin_letters_is_among_the_readings(sentence: str) -> None:
    assert sentence in readings(typed(sentence, "kazakh", "qwerty"))


@given(st.lists(ENGLISH, min_size=1).map(" ".join), st.sampled_from(["russian", "kazakh"]))
def test_an_english_sentence_typed_with_cyrillic_letters_is_among_the_readings(
    sentence: str, layout: str
) -> None:
    possible = readings(typed(sentence, "qwerty", layout))

    # The signs alone do not show which of the Cyrillic layouts it was.
    assert [words(reading) for reading in possible] == [words(sentence)]


@given(st.text(max_size=40) | st.text(alphabet="ghbdtnПриветқ20-=[];',.?& ", max_size=30))
def test_no_reading_is_the_question_or_stands_twice(question: str) -> None:
    possible = readings(question)

    assert question not in possible
    assert len(set(possible)) == len(possible)
