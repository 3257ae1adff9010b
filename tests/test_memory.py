"""The in-memory index: an index like any other, whose scores are exactly BM25 with Lucene's idf."""

import math
from collections.abc import Callable

import pytest

from retrieval.index import Filter, Index, Query
from retrieval.memory import MemoryIndex
from tests.index_contract import IndexContract, article, fill

_K1, _B = 0.6, 0.2


class TestMemoryIndex(IndexContract):
    @pytest.fixture
    def new_index(self) -> Callable[[], Index]:
        return MemoryIndex


# Four sentences of 2, 4, 3 and 3 words.
CORPUS = [
    article("a", "Wheat grew.", "Wheat, wheat and rye."),
    article("b", "Nobody sold rye.", "Oats fell again."),
    article("c", "Пшеница выросла.", language="ru"),
]
MEAN_LENGTH = (2 + 4 + 3 + 3) / 4


def idf(holding: int, total: int = 4) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def weight(frequency: int, length: int) -> float:
    return frequency * (_K1 + 1) / (frequency + _K1 * (1 - _B + _B * length / MEAN_LENGTH))


def scores(question: str) -> dict[tuple[str, int], float]:
    index = MemoryIndex()
    fill(index, CORPUS)
    names = {one.id: one.key for one in CORPUS}
    return {(names[one.article_id], one.number): one.score for one in index.search(Query(question))}


def test_a_score_is_bm25_with_lucenes_idf() -> None:
    assert scores("wheat") == pytest.approx(
        {("a", 0): idf(2) * weight(1, 2), ("a", 1): idf(2) * weight(2, 4)}
    )


def test_a_score_sums_over_the_distinct_terms_of_the_question() -> None:
    assert scores("rye, wheat or rye?") == pytest.approx(
        {
            ("a", 0): idf(2) * weight(1, 2),
            ("a", 1): idf(2) * weight(2, 4) + idf(2) * weight(1, 4),
            ("b", 0): idf(2) * weight(1, 3),
        }
    )


def test_another_language_is_scored_by_itself() -> None:
    # The only sentence of its language has the mean length of them.
    alone = idf(1, total=1) * (_K1 + 1) / (1 + _K1)
    assert scores("пшеница") == pytest.approx({("c", 0): alone})


def test_a_ceiling_is_what_a_sentence_full_of_every_term_would_tend_to() -> None:
    index = MemoryIndex()
    fill(index, CORPUS)
    (found,) = index.search(Query("oats maize"))
    # Maize stands nowhere, and so is rarer than anything that does.
    assert found.ceiling == pytest.approx((_K1 + 1) * (idf(1) + idf(0)))


def test_a_term_that_stands_everywhere_still_counts_a_little() -> None:
    index = MemoryIndex()
    fill(index, [article("a", "Wheat grew.", "Wheat fell.", "Wheat rose.")])
    assert all(0 < one.score < 0.2 for one in index.search(Query("wheat")))


def test_a_filter_leaves_the_statistics_alone() -> None:
    index = MemoryIndex()
    fill(index, [*CORPUS, article("d", "Wheat again.", source="One")])
    (found,) = index.search(Query("wheat", filter=Filter(sources=frozenset({"One"}))))
    length, mean = 2, (2 + 4 + 3 + 3 + 2) / 5
    expected = idf(3, total=5) * (_K1 + 1) / (1 + _K1 * (1 - _B + _B * length / mean))
    assert found.score == pytest.approx(expected)
