"""Candidates to evidence: how sure it is that a sentence answers the question."""

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.index import Candidate, Filter, Index, Query
from retrieval.keyboards import readings
from retrieval.languages.detection import language_of_question


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate with the probability that it answers."""

    article_id: str
    number: int
    #: Of the article's text as the index knows it.
    digest: str
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability cannot be {self.probability}")


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence for a question, the surest first, and the question as it was understood."""

    reading: str
    evidence: list[Evidence]

    @property
    def probability(self) -> float:
        """The probability that the surest sentence answers."""
        return self.evidence[0].probability if self.evidence else 0.0


def find(index: Index, question: str, limit: int, admitted: Filter | None = None) -> Found:
    """Return what an index holds for a question, or for what the same keys say in another layout."""

    def found(reading: str) -> Found:
        query = Query(reading, language_of_question(reading), limit, admitted or Filter())
        return Found(reading, rank(index.search(query)))

    return max(map(found, (question, *readings(question))), key=lambda one: one.probability)


def rank(candidates: Iterable[Candidate]) -> list[Evidence]:
    """Return the evidence, the surest first.

    The probability is the share of the query's greatest possible score that the sentence
    reached: bounded, monotone in the score, and comparable between questions and languages.
    """
    return [
        Evidence(
            candidate.article_id,
            candidate.number,
            candidate.digest,
            min(1.0, candidate.score / candidate.ceiling),
        )
        for candidate in sorted(candidates, key=lambda candidate: candidate.order)
    ]
