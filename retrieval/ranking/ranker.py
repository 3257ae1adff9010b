"""Candidates to evidence: how probable it is that a sentence answers the question.

candidates ─ features ─▶ columns ─ weights ─▶ a score that orders ─ confidence ─▶ a probability

Both steps are linear. The first is a conditional logit (McFadden 1974) over a question's candidates:
of all these sentences, which one answers? The second is a logistic regression on how the best of them
stands to the question and to the others: does it answer at all? The weights are data.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np

from retrieval.index.bm25 import Floats
from retrieval.index.candidates import Candidate
from retrieval.ranking.features import GROUPS, QuestionFeatures, aligned, alike, columns
from retrieval.ranking.weights import FURTHEST, Weights, weights
from retrieval.semantic.neighbours import SentenceSimilarity, Similarity

#: How many candidates in each language are weighed for their words, and in how many of them it counts what
#: the text says. Reading costs the most; what is the first of 32 is, but for one question in a thousand,
#: among the best 12.
LIMIT, _READ = 32, 12

#: A title says what its article is about, and seldom answers: so much lower it stands than a sentence that
#: matches as well. The sets that weights are learned from have no titles.
_TITLE = 1.5

#: The groups that are explained as others: in another language, words are known by their translations.
_EXPLAINED_AS = {"translations": "words", "alignment": "meaning"}

#: What speaks for a candidate or against it.
REASONS = (*(group for group in GROUPS if group not in _EXPLAINED_AS), "language")


class CandidateText(NamedTuple):
    """A candidate's text, and whether it is its article's title."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate with the probability that it answers.

    `reasons` say what each group of features adds to its score, measured by the mean of the candidates.
    """

    article_id: str
    number: int
    #: Of the article's text as the index knows it.
    digest: str
    probability: float
    reasons: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability cannot be {self.probability}")


@dataclass(frozen=True, slots=True)
class Pool:
    """All the candidates of a question, those of one language side by side.

    `values` are their features, `same` says which are in the question's language, `titles` which are titles.
    """

    candidates: Sequence[Candidate]
    texts: Sequence[str]
    same: Floats
    titles: Floats
    values: Mapping[str, Floats]

    @classmethod
    def of(
        cls,
        asked: QuestionFeatures,
        held: Sequence[tuple[Candidate, CandidateText]],
        similarity: Similarity | None = None,
        read: int = 2 * LIMIT,
    ) -> "Pool":
        """Return the pool of candidates, each given with its text; there must be one at least.

        What the texts say counts in the best `read` of each language, and in half as many of the nearest; by
        default that is all of them.
        """
        by_language = sorted(held, key=lambda one: (one[0].language, one[0].order))
        languages = sorted({candidate.language for candidate, _ in held})
        candidates, texts = [one for one, _ in by_language], [one.text for _, one in by_language]
        spoken = [one.language for one in candidates]
        cosines = (
            similarity.cosines([(one.article_id, one.number) for one in candidates]) if similarity else []
        )
        parts, all_read = [], set[int]()
        for language in languages:
            part = slice(bisect_left(spoken, language), bisect_right(spoken, language))
            reading = {
                *range(min(read, part.stop - part.start)),
                *_places_of_nearest(cosines[part], read // 2),
            }
            parts.append(columns(asked, candidates[part], texts[part], reading))
            all_read |= {part.start + place for place in reading}
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        if similarity:
            values |= alike(spoken, cosines, values)
            values |= aligned(asked, candidates, texts, all_read, similarity.word_vectors)
        return cls(
            candidates,
            texts,
            np.array([not one.foreign for one in candidates], np.float64),
            np.array([one.title for _, one in by_language], np.float64),
            values,
        )


def _places_of_nearest(cosines: Sequence[SentenceSimilarity | None], count: int) -> list[int]:
    told = [(-one.sentence, place) for place, one in enumerate(cosines) if one]
    return [place for _, place in sorted(told)[:count]]


def rank(
    asked: QuestionFeatures,
    held: Sequence[tuple[Candidate, CandidateText]],
    similarity: Similarity | None = None,
) -> list[Evidence]:
    """Return the evidence among candidates, each given with its text, the surest first."""
    if not held:
        return []
    by = weights(meaning=similarity is not None)
    pool = Pool.of(asked, held, similarity, _READ)
    added = contributions(pool, by)
    scores = np.round(added.sum(axis=1), 9)
    order = sorted(
        range(len(scores)),
        key=lambda row: (-scores[row], pool.candidates[row].article_id, pool.candidates[row].number),
    )
    standing = confidence_features(pool, scores, order[0])
    log_odds = float((by.confidence.standard(standing) @ by.confidence.weights)[0] + by.confidence.bias)
    probabilities = 1 / (1 + np.exp(by.slope * (scores[order[0]] - scores) - log_odds))
    probability = np.round(probabilities, 9).tolist()
    reasons = _reasons(added, by)
    return [
        Evidence(one.article_id, one.number, one.digest, probability[row], reasons[row])
        for row, one in ((row, pool.candidates[row]) for row in order)
    ]


def contributions(pool: Pool, by: Weights) -> Floats:
    """Return what each feature adds to each candidate's score, the biases of languages and titles last."""
    same = pool.same[:, np.newaxis]
    added = np.where(
        same > 0,
        by.same.standard(pool.values) * by.same.weights,
        by.other.standard(pool.values) * by.other.weights,
    )
    biases = np.column_stack([(1 - pool.same) * by.other.bias, -_TITLE * pool.titles])
    return np.concatenate([added, biases], axis=1)


def confidence_features(pool: Pool, scores: Floats, best: int) -> dict[str, Floats]:
    """Return the values that say how far the best candidate can be trusted, each an array of one."""
    # The same sentence in another article is no rival.
    rivals = scores[[text.casefold() != pool.texts[best].casefold() for text in pool.texts]]
    lead = scores[best] - rivals
    values = {name: column[best] for name, column in pool.values.items()}
    other = 1 - pool.same[best]
    values |= {
        "score": scores[best],
        "lead": min(lead.min(initial=FURTHEST), FURTHEST),
        "chance": 1 / (1 + np.exp(-lead).sum()),
        "other": other,
    }
    told = ["score", "lead", "mixed", "coverage"]
    if "cosine" in values:
        others = np.delete(pool.values["cosine"], best)
        values["cosine_lead"] = values["cosine"] - others.max(initial=-1)
        told.append("cosine")
    values |= {f"other_{name}": other * values[name] for name in told}
    return {name: np.array([value]) for name, value in values.items()}


def _reasons(added: Floats, by: Weights) -> list[dict[str, float]]:
    """Return what each group of features adds to each candidate, beyond the candidates' mean."""
    beyond = added - added.mean(axis=0)
    return [dict(zip(REASONS, row, strict=True)) for row in (beyond @ _belonging(by.same.names)).tolist()]


@cache
def _belonging(names: tuple[str, ...]) -> Floats:
    """Return which features, and after them the biases, belong to which reason, a row each."""
    reason_of = {name: _EXPLAINED_AS.get(group, group) for group, held in GROUPS.items() for name in held}
    belonging = (*(reason_of[name] for name in names), "language", "place")
    return np.array([[reason == one for one in REASONS] for reason in belonging], np.float64)
