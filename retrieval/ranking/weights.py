"""The learned weights that order candidates and say how far the best is trusted, which are data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.index.bm25 import Floats

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
