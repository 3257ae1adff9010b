"""Short answers by tokens: which runs there are, what speaks for them, and which one is marked."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.answers.runs import Runs
from retrieval.answers.span_model import ReadQuote, SpanModel, span_model
from retrieval.answers.wording import QuestionWords, QuoteWords
from retrieval.articles import Span
from retrieval.questions.question import Question
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.interaction import PassageTokens, QueryTokens, interaction_model, unit
from tests.semantic.test_bundled import needs_model

TEXTS = st.text(st.sampled_from("ab Cд7,.:(%)«»-\n"), max_size=60)


def by_chance(seed: int, tokens: int, length: int) -> tuple[QueryTokens, PassageTokens]:
    """Return the tokens of a question and of a text of some length, which mean anything."""
    chance = np.random.default_rng(seed)
    states = unit(chance.standard_normal((3, 384)).astype(np.float32))
    rows = unit(chance.standard_normal((3, 64)).astype(np.float32))
    begins = chance.integers(0, length + 1, tokens)
    places = np.stack([begins, np.maximum(begins - 2, 0)], axis=1).astype(np.uint16)
    said = PassageTokens(chance.integers(-127, 128, (tokens, 64), np.int8), places)
    return QueryTokens(rows, np.full(3, 1 / 3, np.float32), states), said


def quote_words(question: str, quote: str) -> QuoteWords:
    asked = QuestionWords.of(AnalysedText.of(question, "en"), "en")
    return QuoteWords.of(AnalysedText.of(quote, "en"), asked)


@given(TEXTS)
def test_a_run_has_ten_words_at_most_and_is_in_one_clause(text: str) -> None:
    words = quote_words("", text)
    runs = Runs.of(words)
    assert (runs.lengths >= 1).all()
    assert (runs.lengths <= 10).all()
    assert len({(one, other) for one, other in zip(runs.first, runs.last, strict=True)}) == len(runs)
    assert len(runs) >= len(words.words), "each word is a run"
    for first, last in zip(runs.first, runs.last, strict=True):
        within = text[words.words[first].end : words.words[last].start]
        assert first == last or not set(within) & set("(«»)")


def test_a_very_long_quote_has_no_runs() -> None:
    assert len(Runs.of(quote_words("Who?", "word " * 201))) == 0


@given(TEXTS, TEXTS, st.sampled_from(["en", "ru", "kk"]), st.integers(0, 9))
def test_whatever_is_asked_of_whatever_is_said_the_mark_is_words_of_it(
    asked: str, said: str, language: str, tokens: int
) -> None:
    question, quote = AnalysedText.of(asked, "ru"), AnalysedText.of(said, language)
    read = ReadQuote.of(question, quote, *by_chance(1, tokens, len(said)))
    model = span_model()
    assert list(read.values) == list(model.names), "weights are for these values"
    assert all(np.isfinite(values).all() for values in read.values.values())
    assert {len(values) for values in read.values.values()} == {len(read.runs)}
    if len(read.runs):
        shares = model.shares(read)
        assert shares.sum() == pytest.approx(1, abs=1e-4)
        best = model.best(read, shares)
        assert shares[best] - 1e-4 <= read.certainty(read.span(best), shares) <= 1.001
        assert not read.values["cuts"][best] or read.values["cuts"].all()
    marked = model.select(read)
    assert marked is None or marked.of(said).strip() == marked.of(said) != ""


def test_a_model_is_read_as_it_was_written() -> None:
    model = span_model()
    again = SpanModel.from_bytes(model.to_bytes())
    assert again.names == model.names
    assert all(
        np.array_equal(getattr(again, name), getattr(model, name))
        for name in ("mean", "spread", "weights", "importance", "question", "passage")
    )


#: Questions, sentences that answer them, and what is to be marked; none of them was learned from.
ANSWERED = [
    ("When was the harbour bridge painted?", "The harbour bridge was painted in May 2014.", "May 2014"),
    ("Who leads the choir?", "The choir has been led by Amina Karim since the spring.", "Amina Karim"),
    ("How many boats does the club own?", "The club owns 14 boats and a shed by the lake.", "14"),
    ("Where was the library moved?", "In 2003 the library was moved to Karaganda.", "Karaganda"),
    ("Кто руководит хором?", "Хором с весны руководит Амина Каримова.", "Амина Каримова"),
    ("Сколько лодок у клуба?", "У клуба 14 лодок и сарай на берегу озера.", "14"),
    ("Кітапхана қай жылы көшірілді?", "Кітапхана 2003 жылы Қарағандыға көшірілді.", "2003"),
]


@pytest.fixture(name="embedder", scope="module")
def bundled() -> Iterator[BundledEmbedder]:
    with closing(BundledEmbedder()) as embedder:
        yield embedder


def marked(embedder: BundledEmbedder, asked: str, language: str, said: str) -> Span | None:
    question, model = Question.plain(asked), interaction_model()
    (query,) = embedder.embed_query_tokens([question.text_to_embed])
    (passage,) = embedder.embed_passage_tokens([said])
    return span_model().select(
        ReadQuote.of(
            question.whole,
            AnalysedText.of(said, language),
            model.question(query, question.text_to_embed, question.language),
            model.passage(passage, said, language),
        )
    )


@needs_model
@pytest.mark.parametrize(("asked", "said", "answer"), ANSWERED)
def test_what_is_clear_is_marked(embedder: BundledEmbedder, asked: str, said: str, answer: str) -> None:
    span = marked(embedder, asked, Question.plain(asked).language, said)
    assert span
    assert answer in span.of(said)
    assert len(span.of(said)) <= len(answer) + 5


@needs_model
def test_what_is_not_answered_is_not_marked(embedder: BundledEmbedder) -> None:
    assert (
        marked(embedder, "What is the name of the cat?", "en", "Lunch is served at noon, and tea at four.")
        is None
    )


@needs_model
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "How many villages took part?",
            "More than 20 villages took part in the race, 23 villages in all, and the mayor was glad.",
        ),
        (
            "Сколько стран участвует в Играх будущего?",
            (
                "У нас много участников из более чем 100 стран – 104 страны с разных континентов, молодые "
                "люди, которые увлекаются и диджитал-спортом, и традиционным спортом."
            ),
        ),
    ],
)
def test_of_two_numbers_that_count_the_same_none_is_marked(
    embedder: BundledEmbedder, asked: str, said: str
) -> None:
    assert marked(embedder, asked, Question.plain(asked).language, said) is None
