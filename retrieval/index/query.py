"""A question as an index is asked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.query_terms import (
    QueryTerms,
    QueryWord,
    foreign_query_terms,
    query_terms,
    query_words,
)
from retrieval.filters import Filter
from retrieval.index.bm25 import (
    OTHER_LANGUAGE,
    SAME_LANGUAGE,
    MixtureWeights,
)
from retrieval.languages import KNOWN


@dataclass(frozen=True, slots=True)
class Query:
    """A question as an index is asked it.

    `limit` is how many candidates in each language to return at most for their words; `carried` are words
    of earlier questions that it goes on with; `near` are sentences of admitted articles, by article id and
    number, that are returned besides, whatever words they have.
    """

    question: AnalysedText
    limit: int = 100
    filter: Filter = field(default_factory=Filter)
    carried: AnalysedText | None = None
    near: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"a query asks for at least one candidate, not {self.limit}")

    def asks(self, language: str) -> tuple[MixtureWeights, QueryTerms]:
        """Return what articles in `language` are asked for, and how its scores are mixed.

        A question is only ever taken to be in a language that Derek knows; articles in any other
        are asked for the question's words as they are.
        """
        if language == self.question.language or language not in KNOWN:
            return SAME_LANGUAGE, query_terms(self.question.in_language(language), self.carried)
        return OTHER_LANGUAGE, foreign_query_terms(self.question, language, self.carried)

    def words(self, language: str) -> Sequence[QueryWord]:
        """Return the content words, and those it goes on with, as articles in `language` hold them."""
        texts = (self.question, self.carried) if self.carried else (self.question,)
        known = language in KNOWN
        return [
            word
            for text in texts
            for word in query_words(text if known else text.in_language(language), language)
        ]
