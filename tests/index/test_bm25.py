"""Scores: windows, counts and mixtures, held against the plain statement of each."""

from collections.abc import Sequence
from dataclasses import replace

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
    flat = [counts for article in articles for counts in article]
    return TermFrequencies.bare(
        np.array(flat, np.float64).T,
        np.array([sum(counts) + 1 for counts in flat], np.float64),
        np.cumsum([0, *(len(article) for article in articles[:-1])]),
    )


def collection(
    term_frequencies: TermFrequencies, weights: tuple[float, float] = (1.0, 1.0)
) -> CollectionStatistics:
    whole = term_frequencies.whole()
    return CollectionStatistics(
        sentences=len(term_frequencies.lengths),
        articles=len(term_frequencies.starts),
        mean={
            Level.SENTENCE: float(term_frequencies.lengths.mean()),
            Level.AROUND: float(term_frequencies.around().lengths.mean()),
            Level.ARTICLE: float(whole.lengths.mean()),
        },
        sentences_with=np.count_nonzero(term_frequencies.frequencies, axis=1),
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
            sum(counts[term] for counts in article[max(0, at - 2) : at + 3])
            for article in articles
            for at in range(len(article))
        ]
        for term in (0, 1)
    ]
    assert around.frequencies.tolist() == expected
    lengths = [
        sum(sum(counts) + 1 for counts in article[max(0, at - 2) : at + 3])
        for article in articles
        for at in range(len(article))
    ]
    assert around.lengths.tolist() == lengths


@given(COUNTS)
def test_the_whole_is_each_article_as_one_text(articles: list[list[tuple[int, int]]]) -> None:
    whole = sentences(articles).whole()
    assert whole.frequencies.tolist() == [
        [sum(counts[term] for counts in article) for article in articles] for term in (0, 1)
    ]
    assert whole.lengths.tolist() == [sum(sum(counts) + 1 for counts in article) for article in articles]


@given(COUNTS, st.sampled_from(sorted(PARAMETERS)))
def test_every_score_lies_between_nothing_and_the_ceiling(
    articles: list[list[tuple[int, int]]], key: tuple[Level, Field]
) -> None:
    term_frequencies = sentences(articles)
    known = collection(term_frequencies)
    scores = term_frequencies.score(known, *key)
    assert len(scores) == len(term_frequencies.lengths)
    highest = max_score({key: 1.0}, {key[1]: known})
    assert all(0 <= score < highest for score in scores)


@given(COUNTS)
def test_sentences_of_an_article_share_its_score(articles: list[list[tuple[int, int]]]) -> None:
    term_frequencies = sentences(articles)
    scores = iter(term_frequencies.score(collection(term_frequencies), Level.ARTICLE, Field.STEM).tolist())
    assert all(len({next(scores) for _ in article}) == 1 for article in articles)


@given(COUNTS, st.sampled_from(sorted(PARAMETERS)), st.floats(0.1, 1))
def test_a_score_is_in_proportion_to_what_its_term_counts(
    articles: list[list[tuple[int, int]]], key: tuple[Level, Field], weight: float
) -> None:
    term_frequencies = sentences(articles)
    full = term_frequencies.score(collection(term_frequencies), *key)
    assert term_frequencies.score(collection(term_frequencies, (weight, weight)), *key) == pytest.approx(
        weight * full
    )


@given(COUNTS)
def test_a_context_counts_for_each_sentence_and_less_the_farther_below_it_stands(
    articles: list[list[tuple[int, int]]],
) -> None:
    bare = sentences(articles)
    contexts = np.zeros_like(bare.frequencies)
    contexts[0] = 2
    below = replace(bare, contexts=contexts, context_lengths=np.ones_like(bare.lengths))
    added = (below.within().frequencies - bare.frequencies)[0]
    for start, size in zip(bare.starts, bare.sizes(), strict=True):
        assert added[start] == 2
        assert np.all(np.diff(added[start : start + size]) < 0)
    assert np.all(added > 0)
    assert np.array_equal(below.around().frequencies, bare.around().frequencies + contexts)
    assert np.array_equal(below.whole().frequencies[0], bare.whole().frequencies[0] + 2)
    assert np.array_equal(bare.within().frequencies, bare.frequencies)


@given(COUNTS)
def test_a_name_counts_for_its_article_and_for_each_sentence(
    articles: list[list[tuple[int, int]]],
) -> None:
    bare = sentences(articles)
    names = np.zeros_like(bare.names)
    names[0] = 1
    named = replace(bare, names=names, name_lengths=np.ones_like(bare.name_lengths))
    assert np.array_equal(named.whole().frequencies, bare.whole().frequencies + names)
    for level in (TermFrequencies.within, TermFrequencies.around):
        added = (level(named).frequencies - level(bare).frequencies)[0]
        assert np.all(added == 1)


def test_idf_falls_with_every_text_that_holds_the_term_and_stays_positive() -> None:
    idfs = idf(np.arange(101), 100)
    assert np.all(np.diff(idfs) < 0)
    assert idfs[-1] > 0


def test_texts_without_a_term_of_the_field_score_nothing() -> None:
    bare = TermFrequencies.bare(np.zeros((1, 2), np.float64), np.zeros(2, np.float64), np.array([0]))
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
