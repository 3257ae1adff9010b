"""Signatures: who shares wording, numbers and names is a copy; a template filled in anew is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.copies.signatures import Signature
from tests.support.texts import ANY_TEXT

LINES = (
    "The bridge over the Ertis at Pavlodar was opened on Friday after four years of building.",
    "It is 1,200 metres long and cost 45 billion tenge, which the budget of Pavlodar region paid.",
    "Akim Asain Baikhanov and builders from Karaganda were the first to drive across the new road.",
    "The old bridge of 1966 stays open for trams and for people on foot until next May.",
    "Drivers who come from Aksu used to wait for an hour and a half on most mornings.",
)
STORY = "\n".join(LINES)

WEATHER = (
    "In {name} it will be cloudy on {day} June, with a chance of rain in the evening. By day the air will"
    " warm up to {a} degrees, at night it will cool down to {b} degrees. The wind will blow from the"
    " north-west at {c} metres a second. The weather office of {name} asks drivers to take care on wet roads."
)


def are_copies(one: str, other: str) -> bool:
    own, others = Signature.of(one), Signature.of(other)
    assert own.is_copy_of(others) == others.is_copy_of(own)
    return own.is_copy_of(others)


@given(ANY_TEXT)
def test_a_text_is_a_copy_of_itself_if_it_says_anything_and_kept_as_it_is(text: str) -> None:
    signature = Signature.of(text)
    assert Signature.from_bytes(signature.to_bytes()) == signature
    assert signature.is_copy_of(signature) == bool(signature.shingles)


@given(ANY_TEXT, ANY_TEXT)
def test_one_is_a_copy_of_the_other_if_that_is_one_of_it(one: str, other: str) -> None:
    are_copies(one, other)


@pytest.mark.parametrize("nothing", ["…", "- - -", "?!"])
def test_a_text_is_no_copy_of_nothing(nothing: str) -> None:
    assert not are_copies(nothing, STORY)
    assert not are_copies(nothing, nothing)


@given(st.permutations(LINES))
def test_the_order_of_paragraphs_does_not_matter(lines: list[str]) -> None:
    assert are_copies(STORY, "\n".join(lines))


@pytest.mark.parametrize(
    "copy",
    [
        "\n".join(LINES[:3]),
        "New road for Pavlodar\nPAVLODAR, Oct 3 (Wire) - " + STORY + "\nEditing by the night desk.",
        STORY.replace("opened on Friday", "inaugurated on Friday").replace("most mornings", "many mornings"),
        STORY.replace("1,200", "1 200").replace("-", "–").replace("Friday", "Friday,"),
        STORY.replace("45 billion", "54 billion"),
    ],
    ids=["cut", "credited", "reworded", "typography", "corrected"],
)
def test_what_was_passed_on_is_a_copy(copy: str) -> None:
    assert are_copies(STORY, copy)


def test_what_only_shares_a_template_is_none() -> None:
    one = WEATHER.format(name="Almaty", day=3, a=24, b=13, c=5)
    other = WEATHER.format(name="Almaty", day=4, a=27, b=15, c=8)
    assert are_copies(one, one)
    assert not are_copies(one, other)


def test_few_facts_are_compared_together() -> None:
    assert not are_copies("Today the dollar costs 450 tenge.", "Today the dollar costs 451 tenge.")
    assert are_copies("Today the dollar costs 450 tenge.", "Today the dollar costs 450 tenge!")


def test_what_else_is_said_of_the_same_event_is_none() -> None:
    other = (
        "Pavlodar has a new bridge over the Ertis.\nAsain Baikhanov opened it on Friday.\nIt cost 45 billion"
        " tenge and is 1,200 metres long, and builders from Karaganda worked on it for four years."
    )
    assert not are_copies(STORY, other)


@given(st.integers(0, 4))
def test_copies_have_a_band_in_common_and_strangers_have_none(at: int) -> None:
    story, copy = (
        set(Signature.of(text).bands) for text in (STORY, "\n".join((*LINES[:at], *LINES[at + 1 :])))
    )
    assert story & copy
    assert not story & set(Signature.of(WEATHER).bands)
