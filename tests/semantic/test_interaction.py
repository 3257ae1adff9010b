"""Late interaction: tokens are projected, kept as bytes and compared; what is kept is found again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Span
from retrieval.semantic.interaction import (
    InteractionModel,
    PassageTokens,
    interaction_model,
    unit,
    word_rows,
)
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.token_store import KnownTokens, TokenStore
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
    tokens = model.passage(tokens_of(passage, 2), passage, language)
    rows = tokens.rows
    assert query.weights.sum() == pytest.approx(1, abs=1e-5)
    assert rows.dtype == np.int8
    assert -1.01 <= query.interaction(rows) <= 1.01
    assert query.interaction(rows) == (0 if not passage else query.interaction(rows[::-1]))


def test_a_passage_with_more_tokens_answers_no_worse(model: InteractionModel) -> None:
    query = model.question(tokens_of("abc", 1), "abc", "en")
    rows = model.passage(tokens_of("defghijkl", 2), "defghijkl", "en").rows
    values = [query.interaction(rows[:count]) for count in range(1, len(rows) + 1)]
    assert values == sorted(values)


def test_only_words_are_compared_where_there_are_any() -> None:
    assert len(word_rows(tokens_of("a, b!"), "a, b!")) == 2
    assert len(word_rows(tokens_of("?!"), "?!")) == 2
    assert len(word_rows(tokens_of(""), "")) == 0


def test_words_are_found_from_the_end_of_a_text(model: InteractionModel) -> None:
    behind, text = "A title\nab cd", "ab cd"
    tokens = model.passage(tokens_of(behind), behind, "en")
    rows = tokens.of_words([(0, 2), (3, 5)], len(text))
    first, second = tokens.rows[-4:-2].astype(np.float32), tokens.rows[-2:].astype(np.float32)
    assert rows == pytest.approx(unit(np.stack([first.mean(axis=0), second.mean(axis=0)])), abs=1e-6)
    assert not tokens.of_words([(2, 3)], len(text)).any(), "a space has no tokens"
    assert tokens.of_words([], len(text)).shape == (0, 64)


def test_tokens_have_a_place_each() -> None:
    with pytest.raises(ValueError, match="3 tokens"):
        PassageTokens(np.zeros((3, 64), np.int8), np.zeros((2, 2), np.uint16))


# At rest


def tokens_at_rest(seed: int, count: int) -> PassageTokens:
    chance = np.random.default_rng(seed)
    rows = chance.integers(-127, 128, (count, 64), np.int8)
    return PassageTokens(rows, chance.integers(0, 2**16, (count, 2), np.uint16))


def are_alike(one: PassageTokens, other: PassageTokens) -> bool:
    return np.array_equal(one.rows, other.rows) and np.array_equal(one.before_end, other.before_end)


def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    kept = {str(number): tokens_at_rest(number, number) for number in range(1_200)}
    store = TokenStore(tmp_path, "mark", 64)
    store.add(kept)
    store.close()
    store = TokenStore(tmp_path, "mark", 64)
    assert len(store) == 1_200
    assert store.missing(["a", "5", "a", "b"]) == ["a", "b"]
    found = store.tokens([*kept, "a"])
    assert found.keys() == kept.keys()
    assert all(are_alike(found[name], tokens) for name, tokens in kept.items())
    store.keep(["3", "4"])
    store.erase()
    assert (len(store), sorted(store.tokens(kept))) == (2, ["3", "4"])
    store.close()


def test_what_is_known_is_known_all_together_or_not_at_all(tmp_path: Path) -> None:
    kept = {str(number): tokens_at_rest(number, number) for number in range(5)}
    known = KnownTokens.write(tmp_path / "known.npz", kept, "model")
    found = known.tokens(["3", "0", "3"], "model")
    assert found
    assert found.keys() == {"0", "3"}
    assert all(are_alike(tokens, kept[name]) for name, tokens in found.items())
    assert known.tokens(["3", "a"], "model") is None
    assert known.tokens(["3"], "another model") is None


def test_tokens_of_another_model_are_dropped(tmp_path: Path) -> None:
    store = TokenStore(tmp_path, "one", 64)
    store.add({"a": tokens_at_rest(1, 3)})
    store.close()
    store = TokenStore(tmp_path, "another", 64)
    assert len(store) == 0
    store.close()
