"""The in-memory index: an index like any other, whose scores are exactly those of the formula."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.query_terms import foreign_query_terms, query_terms
from retrieval.analysis.terms import Field, terms, usual_shares
from retrieval.articles import Article
from retrieval.filters import Filter
from retrieval.index.bm25 import Level
from retrieval.index.candidates import Candidate
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index
from retrieval.index.search import search
from retrieval.languages.detection import language_of_question
from tests.index.index_contract import QUESTIONS, VERSIONS, IndexContract, article, ending, fill, query
from tests.support.analysing import analysed


class TestMemoryIndex(IndexContract):
    @pytest.fixture
    def new_index(self) -> Callable[[], Index]:
        return MemoryIndex


# The formula, as it would stand in a paper: k1, b and the share of each level and field.

SAME = {
    (Level.SENTENCE, Field.STEM): (0.6, 0.2, 1.0),
    (Level.SENTENCE, Field.GRAM): (0.9, 0.4, 0.25),
    (Level.AROUND, Field.STEM): (0.9, 0.4, 0.5),
    (Level.AROUND, Field.GRAM): (0.9, 0.4, 0.125),
    (Level.ARTICLE, Field.STEM): (0.9, 0.4, 0.5),
    (Level.ARTICLE, Field.GRAM): (0.9, 0.4, 0.125),
}
OTHER = {
    (Level.SENTENCE, Field.KEY): (0.6, 0.2, 1.0),
    (Level.SENTENCE, Field.STEM): (0.6, 0.2, 2.0),
    (Level.SENTENCE, Field.GRAM): (0.9, 0.4, 0.5),
    (Level.AROUND, Field.KEY): (0.9, 0.4, 0.25),
    (Level.AROUND, Field.STEM): (0.9, 0.4, 0.5),
    (Level.AROUND, Field.GRAM): (0.9, 0.4, 0.125),
    (Level.ARTICLE, Field.KEY): (0.9, 0.4, 0.25),
    (Level.ARTICLE, Field.STEM): (0.9, 0.4, 0.5),
    (Level.ARTICLE, Field.GRAM): (0.9, 0.4, 0.125),
}

Text = Sequence[str]


def idf(term: str, texts: Sequence[Text], usual: float | None = None) -> float:
    """Return the idf of a term; given in what share of sentences it usually stands, as if there were 20."""
    missing = 0 if usual is None else max(0, 20 - len(texts))
    count, frequency = len(texts) + missing, sum(term in text for text in texts)
    frequency += round(missing * (usual or 0.0))
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def bm25(frequency: int, length: int, mean: float, k1: float, b: float) -> float:
    return frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / mean)) if frequency else 0.0


def joined(texts: Iterable[Text]) -> Text:
    return [term for text in texts for term in text]


def levels(articles: Sequence[Sequence[Text]]) -> dict[Level, list[Text]]:
    """Return what is scored for each sentence, on each level."""
    return {
        Level.SENTENCE: [text for article in articles for text in article],
        Level.AROUND: [
            joined(article[max(0, at - 2) : at + 3]) for article in articles for at in range(len(article))
        ],
        Level.ARTICLE: [joined(article) for article in articles for _ in article],
    }


def stated(
    corpus: Iterable[Article], question: str
) -> dict[tuple[str, int], tuple[dict[tuple[Level, Field], float], float, float]]:
    """Return each sentence's scores, their mixture and its ceiling, for those near a shared term."""
    asking, sentences = language_of_question(question), {}
    in_order = sorted(corpus, key=lambda article: article.id)
    for language in {sample.language for sample in in_order}:
        section = [article for article in in_order if article.language == language]
        places = [
            (article.id, number) for article in section for number, _ in enumerate(article.text.split("\n"))
        ]
        foreign = language != asking and language in ("en", "ru", "kk")
        term_weights = (
            foreign_query_terms(analysed(question, asking), language)
            if foreign
            else query_terms(analysed(question, language))
        )
        scores: dict[tuple[Level, Field], list[float]] = {}
        max_score = 0.0
        for (level, field), (k1, b, share) in (OTHER if foreign else SAME).items():
            articles = [
                [terms(line, language).of(field) for line in article.text.split("\n")] for article in section
            ]
            texts = levels(articles)[level]
            whole = [joined(article) for article in articles]
            counted = whole if level is Level.ARTICLE else levels(articles)[Level.SENTENCE]
            shares = usual_shares(language)[field]
            usual = {
                term: None if level is Level.ARTICLE else shares.get(term, 0.0)
                for term in term_weights[field]
            }
            mean = fmean(map(len, whole if level is Level.ARTICLE else texts))
            scores[level, field] = [
                sum(
                    weight * idf(term, counted, usual[term]) * bm25(text.count(term), len(text), mean, k1, b)
                    for term, weight in term_weights[field].items()
                )
                for text in texts
            ]
            max_score += (
                share
                * (k1 + 1)
                * sum(w * idf(term, counted, usual[term]) for term, w in term_weights[field].items())
            )
        for at, place in enumerate(places):
            own = {key: values[at] for key, values in scores.items()}
            if any(own[key] for key in own if key[0] is not Level.ARTICLE):
                mixture = OTHER if foreign else SAME
                sentences[place] = own, sum(mixture[key][2] * value for key, value in own.items()), max_score
    return sentences


def found_by(index: Index, question: str) -> Mapping[tuple[str, int], Candidate]:
    return {candidate.place: candidate for candidate in search(index, query(question, 1_000))}


def check(index: Index, corpus: Iterable[Article], question: str) -> None:
    """Hold an index against the formula."""
    expected, candidates = stated(corpus, question), found_by(index, question)
    assert candidates.keys() == expected.keys()
    for place, (scores, score, max_score) in expected.items():
        assert candidates[place].scores == pytest.approx(scores, rel=1e-6)
        assert candidates[place].score == pytest.approx(score, rel=1e-6)
        assert candidates[place].max_score == pytest.approx(max_score)


CORPUS = [
    article("a", "Wheat grew.", "Wheat, wheat and rye.", "It rained.", "Trading stopped.", "Oats!"),
    article("b", "Nobody sold rye.", "Oats fell again in Moscow on 5 May 2022."),
    article("c", "Пшеница выросла.", "5 мая 2022 года в Москве торговали овсом.", language="ru"),
    article("d", "Der Handel mit Oats wuchs.", language="de"),
]


@pytest.mark.parametrize(
    "question",
    [
        "wheat", "rye, wheat or rye?", "Where did oats fall?", "When did it happen in Moscow?", "maize oats",
        "Что было в Москве 5 мая 2022?", "пшеница", "Who?", "5 May 2022", "Wheit tradign",
    ],
)  # fmt: skip
def test_a_score_is_that_of_the_formula(question: str) -> None:
    index = MemoryIndex()
    fill(index, CORPUS)
    check(index, CORPUS, question)
    assert found_by(index, question) or question == "Who?"


@given(st.lists(VERSIONS, max_size=6), st.sampled_from(QUESTIONS))
def test_scores_of_any_corpus_are_those_of_the_formula(corpus: list[Article], question: str) -> None:
    index, left = MemoryIndex(), ending(corpus)
    fill(index, left)
    check(index, left, question)


def test_one_score_by_hand() -> None:
    index = MemoryIndex()
    fill(index, [article("a", "Rye.", "Oats."), article("b", "Oats.")])
    rye, beside = search(index, query("rye"))
    assert beside.scores[Level.SENTENCE, Field.STEM] == 0
    # Three sentences, as if twenty, in two articles; one of them holds the word, and both of its grams.
    rare, rare_article = math.log(1 + 19.5 / 1.5), math.log(1 + 1.5 / 1.5)
    assert rye.scores[Level.SENTENCE, Field.STEM] == pytest.approx(rare)  # of mean length, once
    assert rye.scores[Level.AROUND, Field.STEM] == pytest.approx(
        rare * 1.9 / (1 + 0.9 * (0.6 + 0.4 * 2 / (5 / 3)))
    )
    assert rye.scores[Level.ARTICLE, Field.STEM] == pytest.approx(
        rare_article * 1.9 / (1 + 0.9 * (0.6 + 0.4 * 2 / 1.5))
    )
    # Of grams there are 2 in "rye" and 3 in "oats".
    assert rye.scores[Level.SENTENCE, Field.GRAM] == pytest.approx(
        2 * rare * 1.9 / (1 + 0.9 * (0.6 + 0.4 * 2 / (8 / 3)))
    )
    assert rye.max_score == pytest.approx(
        rare * (1.6 + 0.25 * 2 * 1.9 + 0.5 * 1.9 + 0.125 * 2 * 1.9)
        + rare_article * (0.5 * 1.9 + 0.125 * 2 * 1.9)
    )


def test_a_term_that_stands_everywhere_still_counts_a_little() -> None:
    index = MemoryIndex()
    fill(index, [article("a", *["Wheat grew.", "Wheat fell.", "Wheat rose."] * 20)])
    candidates = search(index, query("wheat"))
    assert len(candidates) == 60
    assert all(0 < candidate.scores[level, Field.STEM] < 0.6 for candidate in candidates for level in Level)


def test_a_filter_leaves_the_statistics_alone() -> None:
    index, corpus = MemoryIndex(), [*CORPUS, article("e", "Wheat again.", source="One")]
    fill(index, corpus)
    (candidate,) = search(index, query("wheat", filter=Filter(sources=frozenset({"One"}))))
    assert candidate == found_by(index, "wheat")[corpus[-1].id, 0]
    check(index, corpus, "wheat")
