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
from types import MappingProxyType

import numpy as np

from retrieval.articles import SentenceKind, StoredSentence, flowing
from retrieval.index.bm25 import Floats
from retrieval.index.candidates import Candidate
from retrieval.questions.question import Question
from retrieval.ranking.features import GROUPS, alignment_columns, columns, similarity_columns
from retrieval.ranking.weights import FURTHEST, Weights, interaction_weights, weights
from retrieval.semantic.language_vectors import SentenceSimilarity
from retrieval.semantic.similarity import Similarity

#: How many candidates in each language are weighed for their words, and in how many of them it counts what
#: the text says. Measured on the judged sets: of 50 the same sentence comes first as of 32, and what comes
#: first of 32 is, but for one question in a thousand, among the best 12. Reading costs the most, so no more
#: are read.
LIMIT, _READ = 32, 12

#: How many of the best candidates are compared with the question token by token. The right one is among
#: six in 99 of 100 questions that the candidates answer, in Kazakh in 80.
RESCORED = 8

#: A title says what its article is about, and seldom answers: its score is lower by so much than that of a
#: sentence that matches as well. Chosen by eye: the sets that weights are learned from have no titles.
_TITLE = 1.5

#: Code is found by the words in it, and gives way to what is said about it. Measured on questions on
#: documents with code (docs/decisions/0014-context.md): of 1, 2, 3 and 4 all but 1 put the same first.
_CODE = 3.0

#: A sentence that lacks the numbers of the question, which another one has, is about something else, and its
#: score lower by so much. Measured on small folders: docs/decisions/0016-small-collections.md.
_NUMBERS = 1.0

#: The groups that are explained as others: in another language, words are known by their translations.
_EXPLAINED_AS = {"translations": "words", "alignment": "meaning"}

#: What speaks for a candidate or against it.
REASONS = (*(group for group in GROUPS if group not in _EXPLAINED_AS), "language")


#: A candidate, and the sentence that it is.
Read = tuple[Candidate, StoredSentence]

#: What sentences say that say the same in other words, by article id and number.
Sayings = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with the probability that it answers.

    `number` is its place among its article's units, and `reasons` say what each group of features adds to
    its score, measured by the mean of the candidates. `share` is how many of the question's content words it
    holds, or stands under, of all; `saying` is the same for all sentences that say the same, and `copies` in
    how many other articles that stands as well.
    """

    article_id: str
    number: int
    sentence: StoredSentence
    probability: float
    reasons: Mapping[str, float] = field(default_factory=dict, hash=False)
    share: float = 0.0
    saying: str = ""
    copies: int = 0

    @property
    def place(self) -> tuple[str, int]:
        """Its article's id, and its number there."""
        return self.article_id, self.number

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability cannot be {self.probability}")


@dataclass(frozen=True, slots=True)
class Pool:
    """All the candidates of a question, those of one language side by side.

    `values` are their features, an array of a value a candidate for each name; `same` says which are in the
    question's language, 1 or 0, and `handicaps` are what is taken off their scores for what they are.
    `sayings` are the same where sentences say the same.
    """

    candidates: Sequence[Candidate]
    sentences: Sequence[StoredSentence]
    sayings: Sequence[str]
    same: Floats
    handicaps: Floats
    values: Mapping[str, Floats]

    @classmethod
    def of(
        cls,
        question: Question,
        read: Sequence[Read],
        similarity: Similarity | None = None,
        depth: int = 2 * LIMIT,
        sayings: Sayings = MappingProxyType({}),
    ) -> "Pool":
        """Return the pool of candidates, each given with its sentence; there must be one at least.

        What the texts say counts in the best `depth` of each language, and in half as many of the nearest; by
        default that is all of them. A sentence says its text, unless the `sayings` have it.
        """
        ordered = sorted(read, key=lambda pair: (pair[0].language, pair[0].order))
        candidates = [candidate for candidate, _ in ordered]
        sentences = [sentence for _, sentence in ordered]
        texts = [flowing(sentence.text) for sentence in sentences]
        language_of = [candidate.language for candidate in candidates]
        places = [candidate.place for candidate in candidates]
        similarities = similarity.sentences(places) if similarity else []
        parts, compared = [], set[int]()
        for language in sorted(set(language_of)):
            part = slice(bisect_left(language_of, language), bisect_right(language_of, language))
            best = {
                *range(min(depth, part.stop - part.start)),
                *_places_of_nearest(similarities[part], depth // 2),
            }
            parts.append(columns(question, candidates[part], texts[part], best))
            compared |= {part.start + place for place in best}
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        if similarity:
            values |= similarity_columns(language_of, similarities, values)
            values |= alignment_columns(question, candidates, texts, compared, similarity)
        return cls(
            candidates,
            sentences,
            [
                sayings.get(place, sentence.text.casefold())
                for place, sentence in zip(places, sentences, strict=True)
            ],
            np.array([not candidate.foreign for candidate in candidates], np.float64),
            np.array([_handicap(sentence) for sentence in sentences], np.float64)
            + _NUMBERS * (values["numbers"].max() - values["numbers"]),
            values,
        )


def _handicap(sentence: StoredSentence) -> float:
    return _TITLE if sentence.is_title else _CODE if sentence.kind is SentenceKind.CODE else 0.0


def _places_of_nearest(similarities: Sequence[SentenceSimilarity | None], count: int) -> list[int]:
    """Return the places of those that are nearest to the question, `count` at most."""
    nearest = sorted((-near.sentence, place) for place, near in enumerate(similarities) if near)
    return [place for _, place in nearest[:count]]


def rank(
    question: Question,
    read: Sequence[Read],
    similarity: Similarity | None = None,
    sayings: Sayings = MappingProxyType({}),
) -> list[Evidence]:
    """Return the evidence among candidates, each given with its sentence, the surest first.

    What says the same as the best, by the `sayings` or word for word, is no rival of it.
    """
    if not read:
        return []
    learned = weights(meaning=similarity is not None)
    pool = Pool.of(question, read, similarity, _READ, sayings)
    added = contributions(pool, learned)
    scores, interactions = added.sum(axis=1), dict[int, float]()
    if similarity and (interactions := _interactions(pool, scores, similarity)):
        by = interaction_weights()
        rescored = by.rescored(scores, interactions, question, pool.same)
        added = np.column_stack([by.score * added, rescored - by.score * scores])
        scores = rescored
    else:
        added = np.column_stack([added, np.zeros(len(scores))])
    scores = np.round(scores, 9)
    order = sorted(
        range(len(scores)),
        key=lambda row: (-scores[row], pool.candidates[row].article_id, pool.candidates[row].number),
    )
    trust = learned.confidence
    standing = trust.standard(confidence_features(pool, scores, order[0]))
    log_odds = float((standing @ trust.weights)[0] + trust.bias)
    if interactions:
        first = order[0]
        rivals = {
            place: value
            for place, value in interactions.items()
            if place == first or pool.sayings[place] != pool.sayings[first]
        }
        log_odds = interaction_weights().log_odds(log_odds, rivals, first)
    odds = np.exp(learned.slope * (scores[order[0]] - scores) - log_odds)
    probabilities = np.round(1 / (1 + odds), 9).tolist()
    reasons = _reasons(added, learned)
    return [
        Evidence(
            pool.candidates[row].article_id,
            pool.candidates[row].number,
            pool.sentences[row],
            probabilities[row],
            reasons[row],
            pool.candidates[row].coverage.share,
            pool.sayings[row],
        )
        for row in order
    ]


def _interactions(pool: Pool, scores: Floats, similarity: Similarity) -> dict[int, float]:
    """Return how the best candidates answer token by token, by their places; nothing if it is unknown."""
    best = np.argsort(-np.round(scores, 9), kind="stable")[:RESCORED].tolist()
    values = similarity.interactions([pool.candidates[place].place for place in best])
    return {} if values is None else dict(zip(best, values, strict=True))


def contributions(pool: Pool, learned: Weights) -> Floats:
    """Return what each feature adds to each candidate's score, the biases of languages and titles last."""
    same = pool.same[:, np.newaxis]
    added = np.where(
        same > 0,
        learned.same.standard(pool.values) * learned.same.weights,
        learned.other.standard(pool.values) * learned.other.weights,
    )
    biases = np.column_stack([(1 - pool.same) * learned.other.bias, -pool.handicaps])
    return np.concatenate([added, biases], axis=1)


def confidence_features(pool: Pool, scores: Floats, best: int) -> dict[str, Floats]:
    """Return the values that say how far the best candidate can be trusted, each an array of one."""
    # The same sentence in another article is no rival.
    rivals = scores[[saying != pool.sayings[best] for saying in pool.sayings]]
    lead = scores[best] - rivals
    values = {name: column[best] for name, column in pool.values.items()}
    other = 1 - pool.same[best]
    values |= {
        "score": scores[best],
        "lead": min(lead.min(initial=FURTHEST), FURTHEST),
        "chance": 1 / (1 + np.exp(-lead).sum()),
        "other": other,
    }
    by_language = ["score", "lead", "mixed", "coverage"]
    if "cosine" in values:
        others = np.delete(pool.values["cosine"], best)
        values["cosine_lead"] = values["cosine"] - others.max(initial=-1)
        by_language.append("cosine")
    values |= {f"other_{name}": other * values[name] for name in by_language}
    return {name: np.array([value]) for name, value in values.items()}


def _reasons(added: Floats, learned: Weights) -> list[dict[str, float]]:
    """Return what each group of features adds to each candidate, beyond the candidates' mean."""
    beyond = added - added.mean(axis=0)
    return [
        dict(zip(REASONS, row, strict=True)) for row in (beyond @ _belonging(learned.same.names)).tolist()
    ]


@cache
def _belonging(names: tuple[str, ...]) -> Floats:
    """Return which features, and after them the biases and the interaction, belong to which reason."""
    reason_of = {
        name: _EXPLAINED_AS.get(group, group) for group, features in GROUPS.items() for name in features
    }
    belonging = (*(reason_of[name] for name in names), "language", "place", "meaning")
    return np.array([[own == reason for reason in REASONS] for own in belonging], np.float64)
