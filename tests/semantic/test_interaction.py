"""Late interaction: tokens are projected, kept as bytes and compared; what is kept is found again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Span
from retrieval.semantic.interaction import InteractionModel, interaction_model, word_rows
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.token_store import TokenStore
from retrieval.semantic.token_vectors import TokenVectors

_WIDTH = 384


def states(seed: int, count: int) -> Floats32:
    chance = np.random.default_rng(seed)
    return chance.standard_normal((count, _WIDTH)).astype(np.float32)


def tokens_of(text: str, seed: int = 0) -> TokenVectors:
    """Return tokens of a text, one a character, with states by chance."""
    spans = tuple(Span(place, place + 1) for place in range(len(text)))
    return TokenVectors(np.zeros(_WIDTH, np.float32), spans, states(seed, len(text)))


@pytest.fixture(name="model", scope="module")
def shipped_model() -> InteractionModel:
    return interaction_model()


def test_a_model_is_read_as_it_was_written(model: InteractionModel) -> None:
    again = InteractionModel.from_bytes(model.to_bytes())
    assert again.mark == model.mark
    assert set(again.passage_centroids) == set(model.passage_centroids) >= {"en", "ru", "kk", ""}
    assert np.array_equal(again.question_projection, model.question_projection)
    assert model.passage_projection.shape == (_WIDTH, 64)


@given(st.text(min_size=1, max_size=12), st.text(max_size=12), st.sampled_from(["en", "ru", "kk", "de", ""]))
def test_an_interaction_is_a_likeness(question: str, passage: str, language: str) -> None:
    model = interaction_model()
    query = model.question(tokens_of(question, 1), question, language)
    rows = model.passage(tokens_of(passage, 2), passage, language)
    assert query.weights.sum() == pytest.approx(1, abs=1e-5)
    assert rows.dtype == np.int8
    assert -1.01 <= query.interaction(rows) <= 1.01
    assert query.interaction(rows) == (0 if not passage else query.interaction(rows[::-1]))


def test_a_passage_with_more_tokens_answers_no_worse(model: InteractionModel) -> None:
    query = model.question(tokens_of("abc", 1), "abc", "en")
    rows = model.passage(tokens_of("defghijkl", 2), "defghijkl", "en")
    values = [query.interaction(rows[:count]) for count in range(1, len(rows) + 1)]
    assert values == sorted(values)


def test_only_words_are_compared_where_there_are_any() -> None:
    assert len(word_rows(tokens_of("a, b!"), "a, b!")) == 2
    assert len(word_rows(tokens_of("?!"), "?!")) == 2
    assert len(word_rows(tokens_of(""), "")) == 0


# At rest


def int8_rows(seed: int, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    return np.random.default_rng(seed).integers(-127, 128, (count, 64), np.int8)


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    kept = {str(number): int8_rows(number, number) for number in range(1_200)}
    store = TokenStore(tmp_path, "mark", 64)
    store.add(kept)
    store.close()
    store = TokenStore(tmp_path, "mark", 64)
    assert len(store) == 1_200
    assert store.missing(["a", "5", "a", "b"]) == ["a", "b"]
    found = store.rows([*kept, "a"])
    assert found.keys() == kept.keys()
    assert all(np.array_equal(found[name], rows) for name, rows in kept.items())
    store.keep(["3", "4"])
    store.erase()
    assert (len(store), sorted(store.rows(kept))) == (2, ["3", "4"])
    store.close()


def test_tokens_of_another_model_are_dropped(tmp_path: Path) -> None:
    store = TokenStore(tmp_path, "one", 64)
    store.add({"a": int8_rows(1, 3)})
    store.close()
    store = TokenStore(tmp_path, "another", 64)
    assert len(store) == 0
    store.close()
