"""What a text is made into for a model, and rows of length 1: laws that hold for whatever is given."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retrieval.semantic.embedder import LONGEST, embed_legible, letter_origins, safe_text, unit_rows
from tests.semantic.embedder_contract import ODD, TEXTS, lengths

#: Any code points, lone surrogates among them, in lengths that go beyond the limit.
ANY = st.characters(codec=None, categories=None, exclude_categories=())
WILD = st.text(ANY) | st.builds(
    lambda text, times: text * times, st.text(ANY, min_size=1, max_size=8), st.integers(1, 900)
)


@given(WILD)
def test_a_safe_text_is_bounded_and_can_be_written(text: str) -> None:
    safe = safe_text(text)
    assert len(safe) <= LONGEST
    assert "\0" not in safe
    assert safe.encode("utf-8").decode("utf-8") == safe


@given(WILD)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    safe = safe_text(text)
    assert safe_text(safe) == safe
    assert unicodedata.is_normalized("NFKC", safe)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=100))
def test_what_is_short_and_writable_is_only_spelt_out(text: str) -> None:
    assert safe_text(text) == unicodedata.normalize("NFKC", text)[:LONGEST]


@given(WILD)
def test_it_is_known_where_each_letter_of_a_safe_text_comes_from(text: str) -> None:
    safe, origins = safe_text(text), letter_origins(text)
    assert len(origins) == len(safe)
    assert origins == sorted(origins)
    assert all(0 <= start < end <= len(text) for start, end in origins)


def test_letters_come_from_what_they_were_composed_of() -> None:
    assert letter_origins("ﬁ\0е\u0308") == [(0, 1), (0, 1), (2, 4)]


@pytest.mark.parametrize("kind", ODD)
def test_odd_texts_are_made_safe(kind: str) -> None:
    safe = safe_text(ODD[kind])
    assert len(safe) <= LONGEST
    assert safe_text(safe) == safe
    assert "\ufdfa" not in safe


def test_texts_are_read_as_they_stand() -> None:
    assert [safe_text(text) for text in TEXTS[:4]] == TEXTS[:4]
    assert safe_text("ﬁne\0 №\ud8005") == "fine No5"


@given(st.lists(WILD, max_size=6))
def test_only_what_says_something_reaches_the_model(texts: list[str]) -> None:
    seen: list[str] = []

    def embed(legible: list[str] | tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        seen.extend(legible)
        return np.ones((len(legible), 2), np.float32)

    rows = embed_legible(texts, embed, 2)  # type: ignore[arg-type]
    assert rows.shape == (len(texts), 2)
    assert seen == [safe for safe in map(safe_text, texts) if safe.strip()]
    assert rows.any(axis=1).tolist() == [bool(safe_text(text).strip()) for text in texts]


@given(arrays.arrays(np.float64, st.tuples(st.integers(0, 4), st.integers(1, 5))))
def test_a_row_has_length_one_or_none(rows: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    unit = unit_rows(rows)
    assert unit.shape == rows.shape
    assert unit.dtype == np.float32
    nonzero = np.isfinite(rows).all(axis=1) & rows.any(axis=1)
    assert lengths(unit) == pytest.approx(nonzero.astype(float), abs=1e-6)
    # Nothing changes its direction.
    assert (np.sign(unit[nonzero]) * np.sign(rows[nonzero]) >= 0).all()
