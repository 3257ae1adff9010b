"""A question as an index is asked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.analysis.query_terms import (
    Carried,
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
    """A question as an index is asked it, and the language that it is in.

    `limit` is how many candidates in each language to return at most for their words; `carried` are words
    of an earlier question that it goes on with; `near` are sentences of admitted articles, by article id and
    number, that are returned besides, whatever words they have.
    """

    text: str
    language: str
    limit: int = 100
    filter: Filter = field(default_factory=Filter)
    carried: Carried | None = None
    near: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"a query asks for at least one candidate, not {self.limit}")

    def asks(self, language: str) -> tuple[MixtureWeights, QueryTerms]:
        """Return what articles in `language` are asked for, and how its scores are mixed.

        A question is only ever taken to be in a language that Derek knows; articles in any other
        are asked for the question's words as they are.
        """
        if language == self.language or language not in KNOWN:
            return SAME_LANGUAGE, query_terms(self.text, language, self.carried)
        return OTHER_LANGUAGE, foreign_query_terms(self.text, self.language, language, self.carried)

    def words(self, language: str) -> Sequence[QueryWord]:
        """Return the content words, and those it goes on with, as articles in `language` hold them."""
        known = language in KNOWN
        own = query_words(self.text, self.language if known else language, language)
        if not self.carried:
            return own
        return (*own, *query_words(self.carried.text, self.carried.language if known else language, language))
