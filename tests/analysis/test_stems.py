"""Stems: golden words in each language, and laws that hold for any word."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.stems import stems
from retrieval.analysis.words import words
from retrieval.languages import KNOWN, UNDETERMINED
from tests.support.paths import GOLDEN

STEMS = GOLDEN / "stems"

# Golden words: a line says `word: stem`, or `word: stem stem` where it may have two; or names forms
# of which any two share a stem, `word word word`; or two words that share none, `word ≠ word`.
# Lines that begin with # tell what the ones below are about.


@dataclass(frozen=True, slots=True)
class Stemmed:
    """A word and its stems, as they are."""

    word: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Words of which any two share a stem, or of which no two do."""

    words: tuple[str, ...]
    meet: bool


class MalformedLineError(ValueError):
    """A golden line that cannot be read; it fails instead of being skipped."""


def parse(content: str) -> Iterator[Stemmed | Group]:
    lines = [line for line in content.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise MalformedLineError("nothing is expected")
    for line in lines:
        first, *rest = tokens = re.findall(r"\w+|[^\w\s]", line)
        named = [token for token in tokens if token not in (":", "≠")]
        if len(set(named)) < len(named) and ":" not in rest:
            raise MalformedLineError(f"a word stands twice in {line!r}")
        if wrong := [word for word in named if words(word) != [word]]:
            raise MalformedLineError(f"{wrong[0]!r} is no word as words come out, in {line!r}")
        match rest:
            case [":", *expected] if expected and expected == named[1:]:
                yield Stemmed(first, tuple(expected))
            case ["≠", _] if len(named) == 2:
                yield Group(tuple(named), meet=False)
            case [_, *_] if tokens == named:
                yield Group(tuple(named), meet=True)
            case _:
                raise MalformedLineError(f"not `word: stem`, words, or `word ≠ word`: {line!r}")


def golden() -> list[Any]:
    return [
        pytest.param(language, case, id=f"{language}-{number}")
        for language in KNOWN
        for number, case in enumerate(parse((STEMS / f"{language}.txt").read_text("utf-8")), start=1)
    ]


@pytest.mark.parametrize(("language", "case"), golden())
def test_golden_words_come_out_as_written(language: str, case: Stemmed | Group) -> None:
    if isinstance(case, Stemmed):
        assert stems(case.word, language) == case.expected
        return
    stems_of = {word: stems(word, language) for word in case.words}
    for first, second in combinations(case.words, 2):
        share_a_stem = not set(stems_of[first]).isdisjoint(stems_of[second])
        assert share_a_stem is case.meet, f"{first}, {second} in {stems_of}"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# Only a comment.\n",
        "word\n",
        "word:\n",
        ": stem\n",
        "word ≠\n",
        "≠ word\n",
        "one ≠ two ≠ three\n",
        "one ≠ two three\n",
        "one: two: three\n",
        "one two: three\n",
        "one, two\n",
        "one one\n",
        "One two\n",
        "ёлка ёлки\n",
    ],
)
def test_a_malformed_golden_line_fails(content: str) -> None:
    with pytest.raises(MalformedLineError):
        list(parse(content))


# Laws

LETTERS = st.sampled_from("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіabcdefghijklmnopqrstuvwxyz0123456789")
ENDINGS = st.sampled_from(
    ["стан", "ов", "ева", "ың", "лар", "дағы", "ымен", "ing", "ed", "ies", "сының", "ий"]
)
WORDS = st.lists(LETTERS | ENDINGS, min_size=1, max_size=12).map("".join)


@given(WORDS, st.sampled_from(KNOWN))
def test_a_word_has_one_stem_or_two_and_none_is_empty_or_longer_than_the_word(
    word: str, language: str
) -> None:
    possible = stems(word, language)
    assert 1 <= len(possible) <= 2
    assert len(set(possible)) == len(possible)
    # Porter's steps may put back an e that an ending had taken.
    assert all(0 < len(stem) <= len(word) + 1 for stem in possible)


@given(WORDS)
def test_a_kazakh_stem_is_the_beginning_of_its_word_but_for_a_devoiced_end(word: str) -> None:
    (stem,) = stems(word, "kk")
    assert word.startswith(stem) or (word.startswith(stem[:-1]) and stem[-1] in "пкқ")
    assert len(stem) >= min(len(word), 2)


@given(WORDS, st.sampled_from(["de", "zh", UNDETERMINED]))
def test_words_of_other_languages_stay_as_they_are(word: str, language: str) -> None:
    assert stems(word, language) == (word,)


def test_many_threads_get_the_stems_that_one_gets() -> None:
    forms = [f"{root}{ending}" for root in ("президент", "договор", "проект") for ending in ("", "а", "ами")]
    many = [f"{form}{number}" for form in forms for number in ("", "изм", "ист")]
    stems.cache_clear()
    expected = {word: stems(word, "ru") for word in many}
    stems.cache_clear()
    results: list[dict[str, tuple[str, ...]]] = []
    threads = [
        threading.Thread(target=lambda: results.append({word: stems(word, "ru") for word in many}))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8
