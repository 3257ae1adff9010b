"""Features in their units: the trained weights take each on this scale, so each is worked out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log

import numpy as np
import pytest

from retrieval.analysis.terms import Field
from retrieval.index.bm25 import SAME_LANGUAGE, Level
from retrieval.index.candidates import Candidate
from retrieval.index.coverage import TermCoverage
from retrieval.questions.question import Question
from retrieval.ranking.features import Columns, alignment_columns, columns, similarity_columns
from retrieval.semantic.language_vectors import SentenceSimilarity
from retrieval.semantic.neighbours import Snapshot
from retrieval.semantic.similarity import SnapshotSimilarity
from retrieval.semantic.word_vectors import WordVectors

# A sentence that meets nothing of a question and is the one sentence of its article.
UNMET = TermCoverage(
    coverage=0, coverage_before=0, coverage_around=0, coverage_article=0, rarest=0, rarest_article=0,
    share=0, missing=2, numbers=0.5, named=0.5, named_article=0.5, named_unknown=0, before=0, after=0,
    length=4, place=0, sentences=1,
)  # fmt: skip


def candidate(
    number: int = 0,
    score: float = 1.0,
    coverage: TermCoverage = UNMET,
    scores: Mapping[tuple[Level, Field], float] | None = None,
    idfs: Mapping[str, float] | None = None,
) -> Candidate:
    """Return an English sentence as an English question finds it, where 20 is as high as a score can be."""
    all_scores = dict.fromkeys(SAME_LANGUAGE, 0.0) | dict(scores or {})
    return Candidate("a", number, "of a", "en", score, 20.0, all_scores, coverage, idfs or {})


def values(
    question: str, texts: Sequence[str], candidates: Sequence[Candidate] | None = None
) -> dict[str, list[float]]:
    """Return each feature of these English sentences, asked in English."""
    features = columns(
        Question.plain(question, "en"),
        candidates or [candidate(number) for number in range(len(texts))],
        texts,
        range(len(texts)),
    )
    return {name: column.tolist() for name, column in features.items()}


# Scores


@pytest.mark.parametrize(
    ("level", "field", "name"),
    [
        (Level.SENTENCE, Field.STEM, "sentence_main"),
        (Level.SENTENCE, Field.GRAM, "sentence_gram"),
        (Level.AROUND, Field.STEM, "around_main"),
        (Level.AROUND, Field.GRAM, "around_gram"),
        (Level.ARTICLE, Field.STEM, "article_main"),
        (Level.ARTICLE, Field.GRAM, "article_gram"),
    ],
)
def test_a_score_is_a_share_of_the_highest_possible_and_of_the_best(
    level: Level, field: Field, name: str
) -> None:
    scored = [candidate(number, scores={(level, field): score}) for number, score in enumerate((8, 2, 0))]
    features = values("wheat", ["Rye."] * 3, scored)
    assert features[name] == [0.4, 0.1, 0]
    assert features[f"{name}_top"] == [1, 0.25, 0]
    if level is Level.SENTENCE:
        assert features[f"{name}_raw"] == [0.8, 0.2, 0], "tenths of the score itself"
    others = {
        other for other, column in features.items() if other.endswith(("_main", "_gram")) and any(column)
    }
    assert others == {name}


def test_the_mixed_score_is_told_by_itself_by_its_gap_and_by_its_rank() -> None:
    features = values("wheat", ["Rye."] * 4, [candidate(n, score) for n, score in enumerate((12, 6, 6, 3))])
    assert features["mixed"] == [0.6, 0.3, 0.3, 0.15]
    assert features["mixed_raw"] == pytest.approx([1.2, 0.6, 0.6, 0.3])
    assert features["mixed_top"] == [1, 0.5, 0.5, 0.25]
    assert features["mixed_gap"] == pytest.approx([0, -0.6, -0.6, -0.9])
    assert features["mixed_rank"] == [1, 1 / 2, 1 / 2, 1 / 4], "those as good share the better rank"


# Matches


def test_coverage_is_also_told_by_how_far_the_best_covers_more() -> None:
    covering = [candidate(coverage=UNMET._replace(coverage=share)) for share in (0.75, 0.5, 0.0)]
    features = values("wheat", ["Rye."] * 3, covering)
    assert features["coverage"] == [0.75, 0.5, 0]
    assert features["coverage_gap"] == [0, -0.25, -0.75]


def test_lengths_and_places_count_the_less_the_greater_they_are() -> None:
    lines = [UNMET._replace(length=n, place=n, sentences=n + 1) for n in (0, 4, 10, 60)]
    features = values("wheat", ["Rye."] * 4, [candidate(coverage=line) for line in lines])
    assert features["length"] == pytest.approx([log(1), log(5), log(11), log(61)])
    assert features["sentences"] == pytest.approx([log(2), log(6), log(12), log(62)])
    assert features["place"] == [0, 0.4, 1, 1]
    assert features["first"] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "name",
    ["coverage_before", "coverage_around", "coverage_article", "rarest", "rarest_article", "share", "missing",
     "numbers", "named", "named_article", "before", "after"],
)  # fmt: skip
def test_what_else_the_index_says_of_a_match_is_weighed_as_it_says_it(name: str) -> None:
    lines = [replace(candidate(), coverage=UNMET._replace(**{name: value})) for value in (0.25, 0.75)]
    assert values("wheat", ["Rye."] * 2, lines)[name] == [0.25, 0.75]


# Order


@pytest.mark.parametrize(
    ("text", "pairs", "near", "run", "density"),
    [
        ("Millers sold wheat.", 1, 1, 1, 1),
        ("Millers sold some wheat.", 0, 1, 1 / 2, 2 / 3),
        ("Millers sold some very cheap wheat.", 0, 0, 1 / 2, 2 / 5),
        ("Millers sold some cheap wheat.", 0, 1, 1 / 2, 2 / 4),
        ("Wheat sold well.", 0, 0, 1, 1),
        ("Millers sold rye.", 0, 0, 1 / 2, 0),
        ("It rained.", 0, 0, 0, 0),
    ],
)
def test_two_words_belong_together_up_to_three_words_apart(
    text: str, pairs: float, near: float, run: float, density: float
) -> None:
    features = values("sold wheat", [text])
    order = [features[name][0] for name in ("pairs", "near", "run", "density")]
    assert order == pytest.approx([pairs, near, run, density])


# Kinds


def test_a_kind_that_is_expected_counts_up_to_two_mentions() -> None:
    texts = ["It rained.", "It had 12 rooms.", "It had 12 rooms and 7 doors.", "It had 12, 7, 5 and 3 rooms."]
    features = values("How many rooms did it have?", texts)
    assert features["type_number"] == features["type_any"] == [0, 0.5, 1, 1]
    assert features["type_none"] == [1, 0, 0, 0]
    assert features["type_date"] == [0] * 4


def test_where_nothing_is_expected_every_sentence_is_as_good() -> None:
    features = values("Tell me about the palace", ["It rained.", "It had 12 rooms."])
    assert (features["type_any"], features["type_none"]) == ([0.5, 0.5], [0, 0])


NAMES = "Anna Karenina, Ivan Petrov, Maria Curie and John Smith met."


def test_names_tell_an_open_question_something_up_to_the_third() -> None:
    texts = ["It rained.", "Then Ivan Petrov came.", NAMES]
    features = values("Tell me about the palace", texts)
    assert features["open_names"] == pytest.approx([0, 1 / 3, 1])
    assert features["names"] == pytest.approx([0, log(2), log(5)])
    dated = values("When was it built?", texts)
    assert dated["open_names"] == [0, 0, 0]
    assert dated["names"] == features["names"]


def test_names_that_the_question_says_count_by_themselves() -> None:
    features = values("When did Ivan Petrov meet Maria Curie?", ["Then Anna Karenina came.", NAMES])
    assert features["names_met"] == pytest.approx([0, log(3)])
    assert features["names"] == pytest.approx([log(2), log(3)])


def test_figures_are_numbers_and_dates_and_one_quotation_is_as_good_as_two() -> None:
    texts = ["It rained.", "It had 12 rooms.", "In May it had 12 rooms.", "«Dawn» came.", "«Dawn» or «Dusk»?"]
    features = values("Tell me about the palace", texts)
    assert features["figures"] == pytest.approx([0, log(2), log(3), 0, 0])
    assert features["quoted"] == [0, 0, 0, 1, 1]


def test_a_definition_is_expected_where_an_article_begins() -> None:
    lines = [candidate(place, coverage=UNMET._replace(place=place)) for place in (0, 1)]
    texts = ["A palace is a house.", "It has rooms."]
    assert values("What is a palace?", texts, lines)["type_definition"] == [1, 0]
    assert values("When was it built?", texts, lines)["type_definition"] == [0, 0]


# Meaning


def near(*cosines: float, languages: Sequence[str] = (), coverage: float | Sequence[float] = 0.0) -> Columns:
    """Return what is told of sentences with these cosines, each one's article half as near, in English."""
    every = [
        SentenceSimilarity(cosine, cosine / 2, before=cosine / 4, after=cosine / 8) for cosine in cosines
    ]
    of_words = {
        "coverage": np.broadcast_to(np.array(coverage, np.float64), len(every)),
        "coverage_gap": np.full(len(every), -0.5),
        "mixed_gap": np.full(len(every), -2.0),
    }
    return similarity_columns(languages or ["en"] * len(every), every, of_words)


def test_a_cosine_is_told_by_itself_by_its_gap_by_its_rank_and_in_deviations() -> None:
    features = near(0.2, 0.6, 0.4)
    assert features["cosine"].tolist() == [0.2, 0.6, 0.4]
    assert features["cosine_article"].tolist() == [0.1, 0.3, 0.2]
    assert features["cosine_before"].tolist() == pytest.approx([0.05, 0.15, 0.1])
    assert features["cosine_after"].tolist() == pytest.approx([0.025, 0.075, 0.05])
    assert features["cosine_gap"].tolist() == pytest.approx([-0.4, 0, -0.2])
    assert features["cosine_article_gap"].tolist() == pytest.approx([-0.2, 0, -0.1])
    assert features["cosine_rank"].tolist() == pytest.approx([1 / 3, 1, 1 / 2])
    deviation = (0.08 / 3) ** 0.5
    assert features["cosine_z"].tolist() == pytest.approx(
        [-0.2 / (deviation + 0.02), 0.2 / (deviation + 0.02), 0]
    )


def test_cosines_that_hardly_differ_stand_out_little() -> None:
    assert near(0.5, 0.52)["cosine_z"].tolist() == pytest.approx([-1 / 3, 1 / 3])
    assert near(0.5, 0.5)["cosine_z"].tolist() == near(0.5)["cosine_z"].tolist() * 2 == [0, 0]


def test_each_language_is_compared_with_itself_and_the_pool_with_all() -> None:
    features = near(0.2, 0.6, 0.3, 0.4, languages=["en", "en", "ru", "ru"])
    assert features["cosine_gap"].tolist() == pytest.approx([-0.4, 0, -0.1, 0])
    assert features["cosine_article_gap"].tolist() == pytest.approx([-0.2, 0, -0.05, 0])
    assert features["cosine_rank"].tolist() == [1 / 2, 1, 1 / 2, 1]
    assert features["cosine_z"].tolist() == pytest.approx(
        [-0.2 / 0.22, 0.2 / 0.22, -0.05 / 0.07, 0.05 / 0.07]
    )
    assert features["cosine_pool_gap"].tolist() == pytest.approx([-0.4, 0, -0.3, -0.2])
    assert features["cosine_pool_rank"].tolist() == pytest.approx([1 / 4, 1, 1 / 3, 1 / 2])


def test_what_is_beside_and_has_no_vector_is_not_near() -> None:
    features = similarity_columns(
        ["en"],
        [SentenceSimilarity(0.4, 0.2)],
        {name: np.zeros(1) for name in ("coverage", "coverage_gap", "mixed_gap")},
    )
    assert (features["cosine_before"].tolist(), features["cosine_after"].tolist()) == ([0], [0])


def test_meaning_counts_where_words_are_not_covered_and_words_where_they_are() -> None:
    features = near(0.2, 0.6, 0.4, languages=["en", "en", "ru"], coverage=[0.25, 0.75, 0.0])
    assert features["cosine_unworded"].tolist() == pytest.approx([0.05, 0.15, 0.4])
    assert features["cosine_gap_unworded"].tolist() == pytest.approx([-0.1, 0, 0])
    assert features["mixed_gap_worded"].tolist() == pytest.approx([-1.5, -1.5, 0])
    assert features["coverage_gap_worded"].tolist() == pytest.approx([-0.375, -0.375, 0])


# Alignment


def test_words_of_a_question_meet_a_sentence_by_what_they_are_worth() -> None:
    means = {"wheat": [1.0, 0.0], "corn": [0.8, 0.6], "rain": [0.0, 1.0]}
    vectors = WordVectors(
        lambda named: np.array([means.get(word, [0.0, 0.0]) for word in named], np.float32),
        {"en": np.zeros(2)},
    )
    similarity = SnapshotSimilarity(Snapshot(2), vectors, np.zeros(2, np.float32), "en", lambda _: ())
    idfs = {"sold": 1.0, "wheat": 3.0}
    texts = ["Sold corn.", "Wheat, rain."]
    features = alignment_columns(
        Question.plain("sold wheat", "en"), [candidate(idfs=idfs)] * 2, texts, [0, 1], similarity
    )
    assert features["recall"].tolist() == pytest.approx([(1 + 3 * 0.8) / 4, 3 / 4])
    assert features["precision"].tolist() == pytest.approx([(1 + 0.8) / 2, 1 / 2])
    assert features["recall_gap"].tolist() == pytest.approx([0, -0.1])
    assert features["precision_gap"].tolist() == pytest.approx([0, -0.4])
