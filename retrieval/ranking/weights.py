"""The learned weights that order candidates and say how far the best is trusted, which are data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, Self

import numpy as np

from retrieval.index.bm25 import Floats
from retrieval.questions.question import Question

#: How many standard deviations from its mean a value counts at most, lest an odd one decide alone. Chosen by
#: eye; the weights were learned with it.
FURTHEST = 5.0


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of standardised values."""

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    def standard(self, values: Mapping[str, Floats]) -> Floats:
        """Return the values as they are weighted, a row a candidate and a column a name."""
        rows = np.stack([values[name] for name in self.names], axis=1)
        standard: Floats = np.clip((rows - self.mean) / self.spread, -FURTHEST, FURTHEST)
        return standard


@dataclass(frozen=True, slots=True)
class Weights:
    """What training found: how to order candidates in the question's language and in others.

    `confidence` is what the best of them is trusted by; the log-odds of another lie lower by `slope`
    times what its score lacks.
    """

    same: Linear
    other: Linear
    confidence: Linear
    slope: float

    @classmethod
    def read(cls, stored: str) -> "Weights":
        """Return the weights in a JSON text, where each feature has its mean, spread and weight."""
        table = json.loads(stored)
        same, other, confidence = (_linear(table[name]) for name in ("same", "other", "confidence"))
        return cls(same, other, confidence, table["slope"])


@dataclass(frozen=True, slots=True)
class InteractionWeights:
    """How much late interaction counts beside the score by all other features, and what trust it gives.

    The total of a candidate is its score times `score` and its interaction times the weight of its kind: one
    for each language of questions and one for sentences in another language.
    """

    #: What the weights of interactions are for.
    NAMES: ClassVar[tuple[str, ...]] = ("en", "ru", "kk", "across")

    score: float
    interactions: tuple[float, ...]
    #: What the log-odds, the interaction of the first candidate and its lead count for trust.
    trust: tuple[float, ...] = (1.0, 0.0, 0.0)
    bias: float = 0.0

    @classmethod
    def of(cls, learned: Sequence[float]) -> Self:
        """Return the weights that were learned: that of the score, and those of interactions."""
        score, *interactions = map(float, learned)
        return cls(score, tuple(interactions))

    @classmethod
    def place(cls, question: Question, same: bool) -> int:
        """Return which weight holds for a question's candidate, in the question's language or another one."""
        if not same:
            return cls.NAMES.index("across")
        return cls.NAMES.index(question.language) if question.language in cls.NAMES else 0

    def rescored(
        self, scores: Floats, values: Mapping[int, float], question: Question, same: Floats
    ) -> Floats:
        """Return total scores, given the interactions of some candidates; others have the least of these."""
        interactions = np.full(len(scores), min(values.values()))
        interactions[list(values)] = list(values.values())
        kinds = [self.interactions[self.place(question, bool(own))] for own in same]
        total: Floats = self.score * scores + np.array(kinds) * interactions
        return total

    def trusted(self, odds: float, values: Mapping[int, float], first: int) -> tuple[float, float, float]:
        """Return what trust in the first candidate is made of."""
        own = values.get(first, min(values.values()))
        others = [value for place, value in values.items() if place != first]
        return odds, own, own - max(others, default=0.0)

    def log_odds(self, odds: float, values: Mapping[int, float], first: int) -> float:
        """Return the log-odds that the first candidate answers, given what they are without interactions."""
        return float(np.dot(self.trust, self.trusted(odds, values, first)) + self.bias)

    def with_trust(self, trust: Sequence[float], bias: float) -> Self:
        """Return the same with other weights of trust."""
        return replace(self, trust=tuple(map(float, trust)), bias=float(bias))

    def to_table(self) -> dict[str, Any]:
        """Return the weights as they are kept."""
        return {
            "score": self.score,
            "interactions": dict(zip(self.NAMES, self.interactions, strict=True)),
            "trust": dict(zip(_TRUSTED, self.trust, strict=True)),
            "bias": self.bias,
        }

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Self:
        """Return weights that were kept so."""
        interactions = tuple(table["interactions"][name] for name in cls.NAMES)
        trust = tuple(table["trust"][name] for name in _TRUSTED)
        return cls(table["score"], interactions, trust, table["bias"])


_TRUSTED = ("odds", "interaction", "lead")


@cache
def interaction_weights() -> InteractionWeights:
    """Return the weights of late interaction that Derek comes with."""
    stored = files("retrieval.ranking").joinpath("weights_interaction.json").read_text("utf-8")
    return InteractionWeights.from_table(json.loads(stored))


def _linear(stored: Mapping[str, Mapping[str, Sequence[float]]]) -> Linear:
    features = stored["features"]
    mean, spread, weight = np.array(list(features.values()), np.float64).T
    return Linear(tuple(features), mean, spread, weight, float(stored["bias"]))  # type: ignore[arg-type]  # JSON


@cache
def weights(*, meaning: bool) -> Weights:
    """Return the weights that Derek comes with, for words and meaning together or for words alone.

    The files say what they were learned from.
    """
    name = "meaning" if meaning else "words"
    return Weights.read(files("retrieval.ranking").joinpath(f"weights_{name}.json").read_text("utf-8"))
