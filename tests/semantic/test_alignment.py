"""Words meet the nearest in meaning, and the same words always meet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.semantic.alignment import Alignment, TokenVectors, align, token_similarity
from retrieval.semantic.quantisation import Floats32

#: What each word means: "nil" is not known to mean anything.
MEANING = {word: np.random.default_rng(seed).standard_normal(6) for seed, word in enumerate("abcdefgh")}
MEANING |= {"nil": np.zeros(6), "none": np.zeros(6)}

TEXTS = st.lists(st.sampled_from(sorted(MEANING)), max_size=6, unique=True)


def of_words(words: list[str]) -> TokenVectors:
    rows = np.array([MEANING[word] for word in words]).reshape(len(words), 6)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats32 = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0).astype(np.float32)
    return TokenVectors(words, unit)


def aligned(asked: list[str], idfs: list[float], said: list[str]) -> Alignment:
    return align(token_similarity(of_words(asked), of_words(said)), idfs)


def near(one: str, other: str) -> float:
    first, second = MEANING[one], MEANING[other]
    if one == other:
        return 1.0
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / length if length else 0.0


@given(TEXTS, TEXTS, st.data())
def test_it_is_what_counting_word_by_word_gives(
    asked: list[str], said: list[str], data: st.DataObject
) -> None:
    idfs = data.draw(st.lists(st.floats(0, 9), min_size=len(asked), max_size=len(asked)))
    found = aligned(asked, idfs, said)
    if not asked or not said:
        assert found == Alignment(0, 0)
        return
    met = [max(near(word, other) for other in said) for word in asked]
    recall = sum(each * worth for each, worth in zip(met, idfs, strict=True)) / max(sum(idfs), 1e-9)
    assert found.recall == pytest.approx(recall, abs=1e-5)
    assert found.precision == pytest.approx(np.mean([max(near(w, o) for o in asked) for w in said]), abs=1e-5)


@given(TEXTS.filter(bool), st.data())
def test_the_same_words_meet_whatever_they_mean_and_more_words_meet_no_worse(
    asked: list[str], data: st.DataObject
) -> None:
    idfs = [1.0] * len(asked)
    said = data.draw(st.permutations(asked))
    assert aligned(asked, idfs, said) == Alignment(1, 1)
    more = list(dict.fromkeys([*said[1:], *data.draw(TEXTS)]))
    fewer = data.draw(st.lists(st.sampled_from(more), unique=True)) if more else []
    if fewer:
        assert aligned(asked, idfs, fewer).recall <= aligned(asked, idfs, more).recall + 1e-6


def test_words_and_rows_belong_together() -> None:
    with pytest.raises(ValueError, match="1 words have 2 rows"):
        TokenVectors(["a"], np.zeros((2, 6), np.float32))
