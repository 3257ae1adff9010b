"""Scores: windows, counts and mixtures, held against the plain statement of each."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.terms import Field
from retrieval.index.bm25 import (
    OTHER_LANGUAGE,
    PARAMETERS,
    SAME_LANGUAGE,
    CollectionStatistics,
    Level,
    TermFrequencies,
    idf,
    max_score,
    top_k,
)

#: Articles, each with its sentences; of a sentence, how often it holds each of two terms.
COUNTS = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=7), min_size=1, max_size=5
)
KEY = (Level.SENTENCE, Field.STEM)


def sentences(articles: Sequence[Sequence[tuple[int, int]]]) -> TermFrequencies:
    flat = [counts for one in articles for counts in one]
    return TermFrequencies(
        np.array(flat, np.float64).T,
        np.array([sum(counts) + 1 for counts in flat], np.float64),
        np.cumsum([0, *(len(one) for one in articles[:-1])]),
    )


def collection(held: TermFrequencies, weights: tuple[float, float] = (1.0, 1.0)) -> CollectionStatistics:
    whole = held.whole()
    return CollectionStatistics(
        sentences=len(held.lengths),
        articles=len(held.starts),
        mean={
            Level.SENTENCE: float(held.lengths.mean()),
            Level.AROUND: float(held.around().lengths.mean()),
            Level.ARTICLE: float(whole.lengths.mean()),
        },
        sentences_with=np.count_nonzero(held.frequencies, axis=1),
        articles_with=np.count_nonzero(whole.frequencies, axis=1),
        weights=np.array(weights),
    )


@given(COUNTS)
def test_what_stands_around_a_sentence_is_two_on_either_side_in_its_article(
    articles: list[list[tuple[int, int]]],
) -> None:
    around = sentences(articles).around()
    expected = [
        [
            sum(counts[term] for counts in one[max(0, at - 2) : at + 3])
            for one in articles
            for at in range(len(one))
        ]
        for term in (0, 1)
    ]
    assert around.frequencies.tolist() == expected
    lengths = [
        sum(sum(counts) + 1 for counts in one[max(0, at - 2) : at + 3])
        for one in articles
        for at in range(len(one))
    ]
    assert around.lengths.tolist() == lengths


@given(COUNTS)
def test_the_whole_is_each_article_as_one_text(articles: list[list[tuple[int, int]]]) -> None:
    whole = sentences(articles).whole()
    assert whole.frequencies.tolist() == [
        [sum(counts[term] for counts in one) for one in articles] for term in (0, 1)
    ]
    assert whole.lengths.tolist() == [sum(sum(counts) + 1 for counts in one) for one in articles]


@given(COUNTS, st.sampled_from(sorted(PARAMETERS)))
def test_every_score_lies_between_nothing_and_the_ceiling(
    articles: list[list[tuple[int, int]]], key: tuple[Level, Field]
) -> None:
    held = sentences(articles)
    known = collection(held)
    scores = held.score(known, *key)
    assert len(scores) == len(held.lengths)
    highest = max_score({key: 1.0}, {key[1]: known})
    assert all(0 <= score < highest for score in scores)


@given(COUNTS)
def test_sentences_of_an_article_share_its_score(articles: list[list[tuple[int, int]]]) -> None:
    held = sentences(articles)
    scores = iter(held.score(collection(held), Level.ARTICLE, Field.STEM).tolist())
    assert all(len({next(scores) for _ in one}) == 1 for one in articles)


@given(COUNTS, st.sampled_from(sorted(PARAMETERS)), st.floats(0.1, 1))
def test_a_score_is_in_proportion_to_what_its_term_counts(
    articles: list[list[tuple[int, int]]], key: tuple[Level, Field], weight: float
) -> None:
    held = sentences(articles)
    full = held.score(collection(held), *key)
    assert held.score(collection(held, (weight, weight)), *key) == pytest.approx(weight * full)


def test_idf_falls_with_every_text_that_holds_the_term_and_stays_positive() -> None:
    found = idf(np.arange(101), 100)
    assert np.all(np.diff(found) < 0)
    assert found[-1] > 0


def test_texts_without_a_term_of_the_field_score_nothing() -> None:
    bare = TermFrequencies(np.zeros((1, 2), np.float64), np.zeros(2, np.float64), np.array([0]))
    known = CollectionStatistics(2, 1, dict.fromkeys(Level, 0.0), np.array([0]), np.array([0]), np.ones(1))
    for level in Level:
        assert bare.score(known, level, Field.STEM).tolist() == [0, 0]


@pytest.mark.parametrize("mixture", [SAME_LANGUAGE, OTHER_LANGUAGE])
def test_a_recipe_scores_sentences_themselves_first(mixture: dict[tuple[Level, Field], float]) -> None:
    assert mixture.keys() <= PARAMETERS.keys()
    first = max(mixture, key=lambda key: mixture[key])
    assert first[0] is Level.SENTENCE


# The best


def mixed(*scores: float) -> dict[tuple[Level, Field], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {KEY: np.array(scores)}


def test_the_best_come_first_and_equals_in_their_places_order() -> None:
    places, scores = top_k(mixed(1, 3, 2, 3, 1), {KEY: 2.0}, 4)
    assert places.tolist() == [1, 3, 2, 0]
    assert scores.tolist() == [6, 6, 4, 2]


def test_what_shares_a_term_with_its_article_only_is_left_out_unless_it_is_near() -> None:
    around, article = (Level.AROUND, Field.STEM), (Level.ARTICLE, Field.STEM)
    scores = mixed(1, 0, 0, 0) | {around: np.array([1.0, 9.0, 0, 0]), article: np.full(4, 3.0)}
    mixture = {KEY: 1.0, around: 0.5, article: 0.5}
    places, _ = top_k(scores, mixture, 10)
    assert places.tolist() == [1, 0]
    places, _ = top_k(scores, mixture, 1, np.array([False, False, False, True]))
    assert places.tolist() == [1, 3]


def test_what_differs_by_the_order_of_adding_only_is_equal() -> None:
    places, _ = top_k(mixed(0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1), {KEY: 1.0}, 2)
    assert places.tolist() == [0, 1]
