"""Why a sentence was cited: which of the question's words it shares, and what spoke for it or against."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.analysis.query_terms import query_words
from retrieval.analysis.terms import terms
from retrieval.analysis.words import content_words, function_words, words
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_question
from retrieval.questions.followups import Followup
from retrieval.questions.keyboards import readings
from retrieval.questions.question import Question


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence was cited: the question's telling words that it shares, and those it lacks.

    They include the words that a follow-up goes on with, which are the `carried` ones. `reasons` are the
    citation's; an answer needs a first citation whose score is the `threshold` at least.
    """

    shared: tuple[str, ...]
    lacking: tuple[str, ...]
    reasons: tuple[tuple[str, float], ...]
    score: float
    threshold: float
    carried: str | None = None


def compared(asked: Question, quote: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which telling words of a question a quote, in `language`, shares, and which it lacks.

    Of the layouts that the question may have been typed in, that one counts which shares the most.
    """
    if asked.followup:
        ways = [_with_carried(asked.followup)]
    else:
        ways = [_telling(reading) for reading in (asked.rest, *readings(asked.rest))]
    return max((_shared(way, quote, language) for way in ways), key=lambda parts: len(parts[0]))


def _telling(question: str) -> dict[str, str]:
    """Return the telling words of a question, each with its language."""
    language = language_of_question(question)
    return dict.fromkeys(content_words(question, language), language)


def _with_carried(followup: Followup) -> dict[str, str]:
    """Return the words that a follow-up carries over and its own telling words, each with its language."""
    carried = dict.fromkeys(words(followup.carried.text), followup.carried.language)
    own = content_words(followup.question, followup.language)
    silent = function_words(followup.language)
    return carried | {word: followup.language for word in own if word not in silent}


def _shared(asked: Mapping[str, str], quote: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the words, each given with its language, a quote shares, and the others."""
    quoted = terms(quote, language)

    def is_shared(word: str, spoken: str) -> bool:
        return any(
            not set(quoted.stem).isdisjoint(one.terms.stem) or not set(quoted.key).isdisjoint(one.terms.key)
            for one in query_words(word, spoken if language in KNOWN else language, language)
        )

    shared = tuple(word for word, spoken in asked.items() if is_shared(word, spoken))
    return shared, tuple(word for word in asked if word not in shared)
