"""Features: what a ranking weighs of each candidate."""

import numpy as np
import pytest

from retrieval.index.query import Query
from retrieval.index.search import search
from retrieval.questions.question import Question
from retrieval.ranking.features import GROUPS, alignment_columns, columns, similarity_columns
from retrieval.semantic.language_vectors import SentenceSimilarity
from retrieval.semantic.neighbours import Snapshot
from retrieval.semantic.similarity import SnapshotSimilarity
from retrieval.semantic.word_vectors import WordVectors
from tests.support.analysing import analysed
from tests.support.corpus import Corpus

WHEAT = {
    "wheat": [
        "The farmers of Turgay sold much cheap wheat, 300 tons, to China in 2021.",
        "Wheat, which had been cheap, is sold dear.",
        "It rained.",
        "Nobody planted rye.",
    ],
    "пшеница": ["Тургайские крестьяне продали Китаю 300 тонн."],
}


@pytest.fixture(scope="module", name="corpus")
def corpus_of_wheat() -> Corpus:
    return Corpus(WHEAT)


def row(corpus: Corpus, question: str, language: str, text: str, read: int = 100) -> dict[str, float]:
    """Return the features of the sentence `text` as one of the candidates for a question."""
    pairs = [pair for pair in corpus.read(question) if pair[0].language == language]
    candidates, texts = [candidate for candidate, _ in pairs], [sentence.text for _, sentence in pairs]
    place = texts.index(text)
    values = columns(Question.plain(question, "en"), candidates, texts, range(read))
    return {name: float(column[place]) for name, column in values.items()}


FIRST, SECOND, THIRD, LAST = WHEAT["wheat"]


def test_words_that_stand_as_in_the_question_count_in_their_order(corpus: Corpus) -> None:
    first, second = (row(corpus, "Who sold cheap wheat?", "en", text) for text in (FIRST, SECOND))
    assert (first["pairs"], first["near"]) == (0.5, 1.0)
    assert first["run"] > second["run"]
    assert (second["pairs"], second["near"]) == (0, 0)


@pytest.mark.parametrize(
    ("question", "feature"),
    [
        ("How many tons of wheat were sold?", "type_number"),
        ("When was wheat sold?", "type_date"),
        ("Where was wheat sold?", "type_place"),
        ("Who sold wheat?", "type_person"),
    ],
)
def test_a_sentence_holds_the_kind_that_is_expected(corpus: Corpus, question: str, feature: str) -> None:
    first, second = (row(corpus, question, "en", text) for text in (FIRST, SECOND))
    assert first[feature] > 0 == second[feature]
    assert (first["type_none"], second["type_none"]) == (0, 1)


def test_what_the_question_says_itself_is_no_answer(corpus: Corpus) -> None:
    assert (
        row(corpus, "Who sold wheat?", "en", FIRST)["names"]
        > row(corpus, "Who in Turgay sold wheat to China?", "en", FIRST)["names"]
    )
    assert row(corpus, "Who in Turgay sold wheat to China?", "en", FIRST)["type_person"] == 0


def test_names_and_numbers_are_met_across_languages(corpus: Corpus) -> None:
    (russian,) = WHEAT["пшеница"]
    features = row(corpus, "Who in China bought 300 tons?", "ru", russian)
    assert features["numbers"] == 1
    assert features["pairs"] == 0


def test_an_open_question_expects_nothing_in_particular(corpus: Corpus) -> None:
    features = row(corpus, "Tell me about wheat", "en", FIRST)
    assert (features["type_any"], features["type_none"]) == (0.5, 0)
    assert features["open_names"] > 0


def test_the_best_candidate_has_no_gap(corpus: Corpus) -> None:
    features = row(corpus, "Who sold cheap wheat to China?", "en", FIRST)
    assert (features["mixed_top"], features["mixed_gap"], features["mixed_rank"]) == (1, 0, 1)
    assert row(corpus, "Who sold cheap wheat to China?", "en", SECOND)["mixed_gap"] < 0


def test_an_index_is_asked_for_so_many_candidates_of_each_language(corpus: Corpus) -> None:
    candidates = search(corpus.index, Query(analysed("wheat China 300", "en"), 1))
    assert sorted(candidate.language for candidate in candidates) == ["en", "ru"]


@pytest.mark.parametrize("column", ["cosine", "cosine_article", "cosine_gap", "cosine_z"])
def test_the_nearest_of_a_language_has_the_greatest_values(corpus: Corpus, column: str) -> None:
    meanings = like(corpus, {FIRST: 0.2, SECOND: 0.7, THIRD: 0.4})
    assert max(meanings, key=lambda text: meanings[text][column]) == SECOND


def like(corpus: Corpus, cosines: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return the values of meaning of the English candidates, those named having these cosines."""
    pairs = [pair for pair in corpus.read("Who sold cheap wheat?") if pair[0].language == "en"]
    candidates, texts = [candidate for candidate, _ in pairs], [sentence.text for _, sentence in pairs]
    values = columns(Question.plain("Who sold cheap wheat?", "en"), candidates, texts, range(100))
    near = [
        SentenceSimilarity(cosines[text], cosines[text] / 2, 0.1) if text in cosines else None
        for text in texts
    ]
    features = similarity_columns(["en"] * len(texts), near, values)
    assert set(features) == set(GROUPS["meaning"])
    return {
        text: {name: float(column[place]) for name, column in features.items()}
        for place, text in enumerate(texts)
    }


def test_a_candidate_without_a_vector_counts_as_the_mean_of_its_language(corpus: Corpus) -> None:
    meanings = like(corpus, {FIRST: 0.2, SECOND: 0.6})
    unknown = meanings[THIRD]
    assert (unknown["cosine"], unknown["cosine_article"]) == pytest.approx((0.4, 0.2))
    assert unknown["cosine_gap"] == pytest.approx(-0.2)
    assert like(corpus, {})[FIRST]["cosine_gap"] == 0


def by_words(word_vectors: WordVectors) -> SnapshotSimilarity:
    """Return a similarity that knows what words mean, and no sentence."""
    return SnapshotSimilarity(Snapshot(2), word_vectors, np.zeros(2, np.float32), "en", lambda _: ())


def meeting(corpus: Corpus, question: str, read: int) -> dict[str, dict[str, float]]:
    """Return how the candidates for a question meet it, where rye means nearly the same as wheat."""
    grains = {"wheat": [1.0, 0.0], "rye": [0.8, 0.6]}
    pairs = corpus.read(question)
    candidates, texts = [candidate for candidate, _ in pairs], [sentence.text for _, sentence in pairs]
    word_vectors = WordVectors(
        lambda named: np.array([grains.get(word, [0.0, 0.0]) for word in named], np.float32),
        {language: np.zeros(2) for language in ("en", "ru")},
    )
    features = alignment_columns(
        Question.plain(question, "en"),
        candidates,
        texts,
        range(min(read, len(texts))),
        by_words(word_vectors),
    )
    assert set(features) == set(GROUPS["alignment"])
    return {text: {name: float(features[name][at]) for name in features} for at, text in enumerate(texts)}


def test_words_meet_those_that_mean_the_same(corpus: Corpus) -> None:
    meetings = meeting(corpus, "Who planted wheat?", 100)
    assert meetings[SECOND]["recall"] > meetings[THIRD]["recall"] == 0
    assert meetings[LAST]["recall"] > meetings[SECOND]["recall"], "planted, and nearly wheat"
    assert meetings[LAST]["recall_gap"] == 0 > meetings[SECOND]["recall_gap"]
    # Of the three words one is the same, and another nearly.
    assert meetings[LAST]["precision"] == pytest.approx(1.8 / 3)


def test_what_was_not_read_meets_as_the_worst_that_was(corpus: Corpus) -> None:
    few = meeting(corpus, "Who planted wheat?", 2)
    assert len({tuple(values.values()) for values in few.values()}) == 2
    assert min(values["recall"] for values in few.values()) > 0


def test_a_question_without_words_meets_nothing(corpus: Corpus) -> None:
    candidates = [candidate for candidate, _ in corpus.read("Who planted wheat?")]
    word_vectors = WordVectors(lambda named: np.ones((len(named), 2), np.float32), {"en": np.zeros(2)})
    none = alignment_columns(
        Question.plain("?", "en"), candidates, [FIRST] * len(candidates), [0], by_words(word_vectors)
    )
    assert {float(value) for column in none.values() for value in column} == {0.0}


def test_what_a_text_says_counts_in_those_that_are_read(corpus: Corpus) -> None:
    read, unread = (row(corpus, "When was wheat sold?", "en", FIRST, number) for number in (100, 0))
    assert read["type_date"] > unread["type_date"] == 0
    differing = {name for name in read if read[name] != unread[name]}
    assert differing <= {*GROUPS["order"], *GROUPS["kind"], "names_met"}
