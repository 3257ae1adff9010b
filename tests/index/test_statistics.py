"""Statistics of the sentences of a language."""

import numpy as np

from retrieval.analysis.terms import Field, usual_shares
from retrieval.index.bm25 import Level, idf
from retrieval.index.statistics import DocumentFrequency, LanguageStatistics


def idfs_of(sentences: int, usual: float) -> tuple[float, float]:
    """Return the idf, in sentences and in articles, of a term that one of so many sentences holds."""
    statistics = LanguageStatistics(sentences, sentences)
    collection = statistics.collection(Field.STEM, [DocumentFrequency(1, 1)], [usual], np.ones(1))
    return float(collection.weighted_idf(Level.SENTENCE)[0]), float(collection.weighted_idf(Level.ARTICLE)[0])


def idf_of(frequency: int, count: int) -> float:
    return float(idf(np.array([frequency]), count)[0])


def test_a_few_sentences_count_as_twenty_of_which_those_missing_hold_what_is_usual() -> None:
    assert idfs_of(4, 0.0) == (idf_of(1, 20), idf_of(1, 4))
    assert idfs_of(4, 0.5) == (idf_of(1 + 8, 20), idf_of(1, 4))


def test_many_sentences_are_counted_as_they_are() -> None:
    assert idfs_of(20, 0.5) == (idf_of(1, 20), idf_of(1, 20))
    assert idfs_of(5_000, 0.5) == (idf_of(1, 5_000), idf_of(1, 5_000))


def test_function_words_are_usual_and_others_are_not() -> None:
    shares = usual_shares("en")[Field.STEM]
    assert 0.5 < shares["the"] < 1
    assert 0 < shares["when"] < shares["the"]
    assert "pump" not in shares
    assert usual_shares("de")[Field.STEM] == {}
