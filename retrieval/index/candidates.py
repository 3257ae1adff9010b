"""The sentences that an index returns for a query, scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.terms import Field
from retrieval.index.bm25 import (
    FieldScores,
    Level,
    MixtureWeights,
    max_score,
    top_k,
)
from retrieval.index.coverage import TermCoverage, coverages
from retrieval.index.query import Query


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that shares terms with the query, stands beside one that does, or is among its `near` ones.

    `scores` are its BM25 scores by level and field among the sentences of its language, `score` their
    mixture, and `max_score` the mixture that a sentence holding every term of the query would tend to:
    the ratio of the two compares across languages. `coverage` says which of the question's words it meets,
    `idfs` are the idfs of these words among the sentences of its language. `digest` is that of the article's
    text as the index knows it.
    """

    article_id: str
    number: int
    digest: str
    language: str
    score: float
    max_score: float
    scores: Mapping[tuple[Level, Field], float] = field(hash=False)
    coverage: TermCoverage
    idfs: Mapping[str, float] = field(hash=False)

    @property
    def place(self) -> tuple[str, int]:
        """Its article's id, and its number there."""
        return self.article_id, self.number

    @property
    def foreign(self) -> bool:
        """Whether it was asked for in another language than its own, by what both have in common."""
        return (Level.SENTENCE, Field.KEY) in self.scores

    @property
    def order(self) -> tuple[float, str, int]:
        """The key that candidates ascend by, so that equal scores never reorder."""
        return (-self.score / self.max_score, self.article_id, self.number)


@dataclass(frozen=True, slots=True)
class ScoredSentences:
    """The sentences of one language as a question scored them, side by side, article after article.

    `places` are their article ids, numbers and digests.
    """

    language: str
    places: Sequence[tuple[str, int, str]]
    fields: Mapping[Field, FieldScores]

    def candidates(self, query: Query, mixture: MixtureWeights) -> list[Candidate]:
        """Return the best of the sentences, and those that the query has for `near`, in their order."""
        every = {(level, field): self.fields[field].scores[level] for level, field in mixture}
        at, mixed = top_k(every, mixture, query.limit, self._near(query))
        met = coverages(self.fields, mixture, at, query.words(self.language))
        collections = {field: scored.collection for field, scored in self.fields.items()}
        # Nothing can be reached by a question that has no term.
        highest = max_score(mixture, collections) or 1.0
        scores = {key: np.round(values[at], 9).tolist() for key, values in every.items()}
        candidates = []
        for row, place in enumerate(at.tolist()):
            own = {key: values[row] for key, values in scores.items()}
            article_id, number, digest = self.places[place]
            score = float(mixed[row])
            candidates.append(
                Candidate(
                    article_id, number, digest, self.language, score, highest, own,
                    met.sentences[row], met.idfs,
                )
            )  # fmt: skip
        return candidates

    def _near(self, query: Query) -> NDArray[np.bool_] | None:
        if not query.near:
            return None
        return np.array([(article_id, number) in query.near for article_id, number, _ in self.places])
