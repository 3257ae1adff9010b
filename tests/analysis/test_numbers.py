"""Numbers: golden groups of texts that say the same, and laws that hold for any text."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.numbers import month_comes_first, number_keys, read_numbers
from retrieval.languages import KNOWN
from retrieval.languages.tables import Numbers, table
from tests.support.paths import GOLDEN
from tests.support.texts import ANY_TEXT

NUMBERS = GOLDEN / "keys" / "numbers.txt"

NUMERALS = ["1", "12", "30", "31", "2021", "000", "٣", "th", "-ші"]
MARKS = [" ", " ", ".", ",", "-", "/", "–", "$", "%"]
WORDS = ["August", "may", "мая", "тамызда", "млн", "thousand", "of", "two", "тенге", "percent"]
NUMBERISH = st.lists(st.sampled_from(NUMERALS + MARKS + WORDS)).map("".join)


class MalformedGroupError(ValueError):
    """A golden group that cannot be read; it fails instead of being skipped."""


def golden(content: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each text of each group with its tokens; "-" stands for none."""
    for group in re.split(r"\n\n+", content.strip()):
        tokens, *texts = [line for line in group.splitlines() if not line.startswith("# ")]
        if not texts or any(not text.startswith("\t") for text in texts):
            raise MalformedGroupError(group)
        for text in texts:
            yield text.strip(), [] if tokens == "-" else tokens.split()


@pytest.mark.parametrize(("text", "expected"), list(golden(NUMBERS.read_text("utf-8"))))
def test_texts_that_say_the_same_have_the_same_tokens(text: str, expected: list[str]) -> None:
    assert sorted(number_keys(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 hundred thousand", ["#5", "#500000"]),
        ("1,234.5 tons", ["#1234.5"]),
        ("1990s, 1990-х", ["#1990", "#1990"]),
        ("2010-2012", ["#2010", "#2012"]),
        ("in May 5 percent", ["#5", "#%"]),
        ("What percentage?", ["#%"]),
        ("12345678901234567890123456789", []),
        # Neither day, month and year nor a number.
        ("99.99.2021", []),
    ],
)
def test_numbers_are_told_apart(text: str, expected: list[str]) -> None:
    assert number_keys(text) == expected


@given(ANY_TEXT | NUMBERISH)
def test_any_text_has_tokens_the_same_each_time(text: str) -> None:
    tokens = number_keys(text)
    assert all(re.fullmatch(r"#(\d+(\.\d+)?|%|\$[A-Z]{3}|m\d\d(d\d\d)?)", token) for token in tokens)
    assert number_keys(text) == tokens


@given(st.integers(0, 10**12))
def test_a_number_is_itself_however_its_thousands_are_parted(number: int) -> None:
    plain = f"{number:,}"
    assert number_keys(plain) == number_keys(plain.replace(",", " ")) == [f"#{number}"]


@pytest.mark.parametrize("language", KNOWN)
def test_a_word_of_number_means_one_thing(language: str) -> None:
    known = table(language, Numbers)
    groups = (known.cardinals, known.multipliers, known.money)
    forms = [word for group in groups for words in group.values() for word in words]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("15,000 tonnes", {"15000": "15,000"}),
        ("15 000 тонн", {"15000": "15 000"}),
        ("150 тыс. тонн", {"150000": "150 тыс"}),
        ("1,5 млн тонн", {"1500000": "1,5 млн"}),
        ("15 мың тонна", {"15000": "15 мың"}),
        ("1.5 million tonnes", {"1500000": "1.5 million"}),
        ("opened on 03.05.2025", {"m05d03": "03.05.2025", "2025": "03.05.2025"}),
        ("открылась 3 мая 2025 г.", {"m05d03": "3 мая"}),
        ("opened on May 3, 2025", {"m05d03": "may 3"}),
        ("2025-05-03", {"m05d03": "2025-05-03", "2025": "2025-05-03"}),
        # What is written in one way only needs no other word.
        ("in 2025, 15000 of 26 percent, $5.30", {}),
        ("nothing", {}),
    ],
)
def test_what_may_be_written_otherwise_has_one_word_for_all(text: str, amounts: dict[str, str]) -> None:
    found = read_numbers(text).amounts
    assert {amount.word: text[amount.start : amount.end].lower() for amount in found} == amounts


@given(ANY_TEXT)
def test_amounts_stand_in_their_text(text: str) -> None:
    for amount in read_numbers(text).amounts:
        assert 0 <= amount.start <= amount.end <= len(text)
        assert amount.word.isalnum()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Opened 3/5/2025, closed 12/31/2025.", "en", True),
        ("Opened 3/5/2025, closed 31/12/2025.", "en", False),
        ("Opened 3/5/2025.", "en", False),
        # Both kinds: nobody can tell.
        ("From 13/5/2025 to 12/31/2025.", "en", False),
        # Not so written in these languages, whatever one slip says.
        ("С 3/5/2025 по 12/31/2025.", "ru", False),
        # A path, a fraction and a version are no dates.
        ("See 1/2/12/25/2025 and 12.25.2025.", "en", False),
    ],
)
def test_the_dates_of_an_article_say_whether_the_month_comes_first(
    text: str, language: str, expected: bool
) -> None:
    assert month_comes_first(text, language) is expected


def test_a_date_is_read_in_the_order_that_is_told() -> None:
    assert read_numbers("by 3/5/2025", month_first=True).keys == ("#m03", "#m03d05", "#2025", "#3/5")
    assert read_numbers("by 3/5/2025").keys == ("#m05", "#m05d03", "#2025", "#3/5")
    assert read_numbers("by 3/25/2025").keys == ("#m03", "#m03d25", "#2025")
    assert read_numbers("by 3.5.2025 or 2025-05-03", month_first=True).keys.count("#m05d03") == 2
