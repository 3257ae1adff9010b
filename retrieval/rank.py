"""Candidates to evidence: how sure it is that a sentence answers the question."""

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.index import Candidate, Filter, Index, Query


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate with the probability that it answers."""

    article_id: str
    number: int
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability cannot be {self.probability}")


def find(index: Index, question: str, limit: int, admitted: Filter | None = None) -> list[Evidence]:
    """Return the evidence that an index holds for a question, the surest first."""
    return rank(index.search(Query(question, limit, admitted or Filter())))


def rank(candidates: Iterable[Candidate]) -> list[Evidence]:
    """Return the evidence, the surest first.

    The probability is the share of the query's greatest possible BM25 score that the sentence
    reached: bounded, monotone in the score, and comparable between questions and languages.
    """
    return [
        Evidence(candidate.article_id, candidate.number, min(1.0, candidate.score / candidate.ceiling))
        for candidate in sorted(candidates, key=lambda candidate: candidate.order)
    ]
