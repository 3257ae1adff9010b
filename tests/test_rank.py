"""Rank: candidates to evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import Candidate
from retrieval.rank import Evidence, rank


def candidate(article_id: str, number: int, score: float, ceiling: float) -> Candidate:
    return Candidate(article_id, number, f"of {article_id}", score, ceiling, {})


CANDIDATES = st.lists(
    st.builds(
        lambda article_id, number, score, ceiling: candidate(article_id, number, score, max(score, ceiling)),
        st.sampled_from("abc"),
        st.integers(0, 3),
        st.sampled_from([0.5, 1.0, 2.0]) | st.floats(1e-6, 50),
        st.sampled_from([1.0, 2.0, 4.0]) | st.floats(1e-6, 50),
    ),
    unique_by=lambda candidate: (candidate.article_id, candidate.number),
)


@given(CANDIDATES)
def test_evidence_is_the_candidates_the_surest_first(candidates: list[Candidate]) -> None:
    found = rank(candidates)
    assert {(one.article_id, one.number, one.digest) for one in found} == {
        (one.article_id, one.number, one.digest) for one in candidates
    }
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert all(0 < one.probability <= 1 for one in found)


@given(CANDIDATES.flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))))
def test_the_order_of_the_candidates_does_not_matter(drawn: tuple[list[Candidate], list[Candidate]]) -> None:
    candidates, shuffled = drawn
    assert rank(candidates) == rank(shuffled)


def test_equally_sure_evidence_stands_by_article_and_number() -> None:
    found = rank([candidate("b", 0, 1, 2), candidate("a", 2, 2, 4), candidate("a", 1, 3, 6)])
    assert [(one.article_id, one.number, one.probability) for one in found] == [
        ("a", 1, 0.5),
        ("a", 2, 0.5),
        ("b", 0, 0.5),
    ]


def test_a_probability_is_the_share_of_the_greatest_score_whatever_the_language() -> None:
    high, low = rank([candidate("a", 0, 3.0, 12.0), candidate("b", 0, 3.0, 4.0)])
    assert (high.article_id, high.probability) == ("b", 0.75)
    assert (low.article_id, low.probability) == ("a", 0.25)


def test_a_score_that_rounding_put_above_its_ceiling_is_certain_and_not_more() -> None:
    assert rank([candidate("a", 0, 1.0000001, 1.0)]) == [Evidence("a", 0, "of a", 1.0)]


def test_no_candidates_are_no_evidence() -> None:
    assert rank([]) == []


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_evidence_refuses_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        Evidence("a", 0, "of a", probability)
