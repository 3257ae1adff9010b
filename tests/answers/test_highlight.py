"""Highlights: golden questions with quotes, in one language and across two, and laws that hold for any."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assembly import Derek
from retrieval.analysis.words import known_function_words, words
from retrieval.answers.cells import cell
from retrieval.answers.highlight import highlight
from retrieval.answers.wording import QuestionWords, QuoteWords
from retrieval.articles import Article, Span, normalise
from retrieval.ingest.plain import plain_units
from retrieval.languages import KNOWN, UNDETERMINED
from tests.support.analysing import analysed
from tests.support.paths import GOLDEN, SEEDS
from tests.support.texts import ANY_TEXT

HIGHLIGHTS = GOLDEN / "highlight.jsonl"

LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])

# What was reached on the seed questions that have an answer, given the sentence that holds it.
RIGHT, WRONG = 22, 0

# The same of what the seed articles are asked: another sentence may come first, or none be sure enough.
ASKED_RIGHT, ASKED_WRONG = 17, 0


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the right quote, and the words in it that are to be marked, if any are."""

    question_language: str
    question: str
    quote_language: str
    quote: str
    highlight: str | None


def golden() -> list[Any]:
    lines = HIGHLIGHTS.read_text("utf-8").splitlines()
    return [pytest.param(case, id=case.question) for case in (Case(**json.loads(line)) for line in lines)]


@pytest.mark.parametrize("case", golden())
def test_golden_quotes_are_marked_as_written(case: Case) -> None:
    span = highlight(
        analysed(case.question, case.question_language), analysed(case.quote, case.quote_language)
    )

    assert (span and span.of(case.quote)) == case.highlight


@pytest.mark.parametrize(("modifiers", "marked"), [(1, 1), (5, 5), (6, 6), (7, 6), (9, 6)])
def test_so_many_words_before_a_thing_may_tell_it_from_others(modifiers: int, marked: int) -> None:
    telling = ["white", "clean", "dark", "cheap", "narrow", "quiet", "wooden", "dusty", "famous"][:modifiers]
    quote = f"They have the {' '.join(telling)} corridors."
    span = highlight(analysed("Which corridors are there?"), analysed(quote, "en"))

    assert span
    assert span.of(quote).split() == telling[-marked:]


def test_in_a_quote_as_long_as_a_table_nothing_is_marked() -> None:
    question, answer = analysed("When was the bridge opened?"), "The bridge was opened in May 1931"
    longest, longer = (answer.ljust(length - 1, "!") + "." for length in (2_000, 2_001))
    span = highlight(question, analysed(longest, "en"))

    assert span
    assert span.of(longest) == "May 1931"
    assert highlight(question, analysed(longer, "en")) is None


@pytest.mark.parametrize(
    ("question", "language", "quote", "quote_language", "matched"),
    [
        ("Whom did they invite?", "en", "the invitation", "en", [False, True]),
        ("Кто пригласил Токаева?", "ru", "по приглашению", "ru", [False, True]),
        # Function words match nothing, nor do words that only begin alike.
        ("Is it the interior?", "en", "it is international", "en", [False, False, False]),
        ("Who saw the bandit?", "en", "a bandage", "en", [False, False]),
        # In another language, names match by their keys and other words by their sound.
        ("Кто инвестировал в Москву?", "ru", "invested in Moscow", "en", [True, False, True]),
    ],
)
def test_words_of_a_quote_match_those_of_the_question(
    question: str, language: str, quote: str, quote_language: str, matched: list[bool]
) -> None:
    question_words = QuestionWords.of(analysed(question, language), quote_language)

    assert list(QuoteWords.of(analysed(quote, quote_language), question_words).matched) == matched


def test_the_answers_to_the_seed_questions_are_marked(judged: Path) -> None:
    marked = [
        (question["id"], bool(_content(span.of(quote)) & _content(question["answer"])))
        for question, quote, span in _seed_highlights(judged)
        if span is not None
    ]
    wrong = [number for number, right in marked if not right]

    assert len(wrong) <= WRONG, wrong
    assert len(marked) - len(wrong) >= RIGHT


def test_what_is_marked_in_answers_to_the_seed_questions_answers_them(judged: Path, derek: Derek) -> None:
    questions = map(json.loads, (judged / "seed_questions.jsonl").read_text("utf-8").splitlines())
    marked = []
    for question in questions:
        for first in derek.answerer.ask(question["question"]).citations[:1]:
            if question["answerable"] and first.highlight:
                short_answer = _content(first.highlight.of(first.quote))
                marked.append((question["id"], bool(short_answer & _content(question["answer"]))))
    wrong = [number for number, right in marked if not right]

    assert len(wrong) <= ASKED_WRONG, wrong
    assert len(marked) - len(wrong) >= ASKED_RIGHT


def _seed_highlights(judged: Path) -> Iterator[tuple[dict[str, Any], str, Span | None]]:
    """Yield each seed question that has an answer, the sentence that holds it, and what is marked there."""
    for line in (judged / "seed_questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        if question["answerable"]:
            language = question["source_lang"]
            quote = next(text for text in _seed_sentences(language) if question["evidence"] in text)
            asked = analysed(question["question"], question["lang"])
            yield question, quote, highlight(asked, analysed(quote, language))


@cache
def _seed_sentences(language: str) -> tuple[str, ...]:
    """Return the sentences of all seed articles, split as in a language."""
    texts = [normalise(path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.txt"))]
    articles = [Article(key=text[:40], text=text, language=language) for text in texts]
    return tuple(sentence.span.of(article.text) for article in articles for sentence in plain_units(article))


def _content(text: str) -> set[str]:
    return set(words(text)) - known_function_words()


# Laws

PIECES = st.sampled_from(
    [
        "Who", "What", "which", "did", "How many", "When", "why", "Где", "Кто", "Сколько", "какой", "Қашан",
        "қандай", "неше", "Putin", "Путин", "Тоқаев", "Bank of England", "bridges", "мост", "көпір", "opened",
        "открыт", "ашылды", "is", "–", "это", "by", "at", "in", "в", "Алматыда", "$5.3 billion", "26 %", "12",
        "1999", "19 августа", "because", "из-за", "үшін", "and", "и", "мен", ",", ".", "?", "«", "»",
        '"', "(", "-",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join) | ANY_TEXT


@given(TEXTS, LANGUAGES, TEXTS, LANGUAGES)
def test_what_is_marked_lies_in_the_quote(
    question: str, question_language: str, quote: str, quote_language: str
) -> None:
    span = highlight(analysed(question, question_language), analysed(quote, quote_language))

    if span is not None:
        assert 0 <= span.start < span.end <= len(quote)
        assert span.of(quote) == span.of(quote).strip()


@given(TEXTS, LANGUAGES)
def test_a_quote_that_says_no_more_than_the_question_does_not_answer_it(text: str, language: str) -> None:
    span = highlight(analysed(text, language), analysed(text, language))

    assert span is None or span.of(text) != text


PUMPS = analysed("Pump | Power, kW | Price", "en")


@pytest.mark.parametrize(
    ("question", "language", "marked"),
    [
        ("What is the power of the Ertis-4?", "en", "12"),
        ("Which pump costs 900 000?", "en", "Ertis-4"),
        ("What is the price of the Ertis-4?", "en", "900 000"),
        ("What is the weight of the Ertis-4?", "en", None),
        ("Does a pump have a power of 12 kW?", "en", None),
    ],
)
def test_of_a_row_the_cell_is_marked_whose_column_is_asked_for(
    question: str, language: str, marked: str | None
) -> None:
    row = analysed("Ertis-4 | 12 | 900 000", "en")
    span = cell(analysed(question, language), row, PUMPS)
    assert (span and span.of(row.text)) == marked
