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


def aligned(question: list[str], idfs: list[float], quote: list[str]) -> Alignment:
    return align(token_similarity(of_words(question), of_words(quote)), idfs)


def near(word: str, other: str) -> float:
    first, second = MEANING[word], MEANING[other]
    if word == other:
        return 1.0
    length = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / length if length else 0.0


@given(TEXTS, TEXTS, st.data())
def test_it_is_what_counting_word_by_word_gives(
    question: list[str], quote: list[str], data: st.DataObject
) -> None:
    idfs = data.draw(st.lists(st.floats(0, 9), min_size=len(question), max_size=len(question)))
    alignment = aligned(question, idfs, quote)
    if not question or not quote:
        assert alignment == Alignment(0, 0)
        return
    met = [max(near(word, other) for other in quote) for word in question]
    recall = sum(each * idf for each, idf in zip(met, idfs, strict=True)) / max(sum(idfs), 1e-9)
    assert alignment.recall == pytest.approx(recall, abs=1e-5)
    assert alignment.precision == pytest.approx(
        np.mean([max(near(w, o) for o in question) for w in quote]), abs=1e-5
    )


@given(TEXTS.filter(bool), st.data())
def test_the_same_words_meet_whatever_they_mean_and_more_words_meet_no_worse(
    question: list[str], data: st.DataObject
) -> None:
    idfs = [1.0] * len(question)
    quote = data.draw(st.permutations(question))
    assert aligned(question, idfs, quote) == Alignment(1, 1)
    more = list(dict.fromkeys([*quote[1:], *data.draw(TEXTS)]))
    fewer = data.draw(st.lists(st.sampled_from(more), unique=True)) if more else []
    if fewer:
        assert aligned(question, idfs, fewer).recall <= aligned(question, idfs, more).recall + 1e-6


def test_words_and_rows_belong_together() -> None:
    with pytest.raises(ValueError, match="1 words have 2 rows"):
        TokenVectors(["a"], np.zeros((2, 6), np.float32))
