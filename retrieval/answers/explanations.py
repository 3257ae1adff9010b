"""Why a sentence was cited: which of the question's words it shares, and what spoke for it or against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.query_terms import query_words
from retrieval.analysis.terms import terms
from retrieval.analysis.words import function_words
from retrieval.languages import KNOWN
from retrieval.questions.question import Question


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence was cited: the question's content words that it shares, and those that are missing.

    They include the words that a follow-up goes on with, which are the `carried` ones. `reasons` are the
    citation's; an answer needs a first citation whose score is the `threshold` at least.
    """

    shared: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: tuple[tuple[str, float], ...]
    score: float
    threshold: float
    carried: str | None = None


def compared(question: Question, quote: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which content words of a question a quote, in `language`, shares, and which are missing.

    Of the layouts that the question may have been typed in, that one counts which shares the most.
    """
    ways = [dict(_explained_words(reading)) for reading in (question, *question.readings())]
    return max((_shared(way, quote, language) for way in ways), key=lambda parts: len(parts[0]))


def _explained_words(question: Question) -> Iterator[tuple[str, str]]:
    """Yield the words that a question is explained by, each with its language."""
    carried = len(question.carried.words) if question.carried else 0
    for place, (word, language) in enumerate(question.content_words):
        # Where words are carried over, function words of its own say nothing.
        if place < carried or not carried or word not in function_words(language):
            yield word, language


def _shared(wanted: Mapping[str, str], quote: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the words, each given with its language, a quote shares, and the others."""
    quoted = terms(quote, language)

    def is_shared(word: str, spoken: str) -> bool:
        return any(
            not set(quoted.stem).isdisjoint(query_word.terms.stem)
            or not set(quoted.key).isdisjoint(query_word.terms.key)
            for query_word in query_words(
                AnalysedText.of(word, spoken if language in KNOWN else language), language
            )
        )

    shared = tuple(word for word, spoken in wanted.items() if is_shared(word, spoken))
    return shared, tuple(word for word in wanted if word not in shared)
