"""What the vectors of a language have in common: the centroids of its sentences, questions and words.

A handful of articles cannot tell what their language has in common from what they are about, and a
question may be in a language that no article is in. So centroids are known beforehand, as data, for each
model; `retrieval/training/centroids.py` made them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: What is left of a vector without the mean is no more than rounding when it is shorter than this. Chosen by
#: eye.
NEGLIGIBLE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Centroid:
    """What the sentences of a language have in common wherever they stand, and what its questions have."""

    sentences: NDArray[np.floating[Any]]
    questions: NDArray[np.floating[Any]]


#: The centroids of languages, all made by one model.
Centroids = Mapping[str, Centroid]

#: The centroids of the words of each language, all made by one model.
WordCentroids = Mapping[str, Floats]


def centre(rows: Floats, mean: Floats) -> Floats:
    """Return what is left of each row without the mean, at length 1; zeros where nothing is.

    >>> centre(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 1.0])).round(3)
    array([[ 0.707, -0.707],
           [ 0.   ,  0.   ]])
    """
    rest = rows - mean
    lengths = np.linalg.norm(rest, axis=-1, keepdims=True)
    result: Floats = np.divide(rest, lengths, out=np.zeros_like(rest), where=lengths >= NEGLIGIBLE)
    return result


@cache
def centroids(model: str) -> Centroids:
    """Return the centroids of languages in the vectors of a model; none if they are not known."""
    return {
        language: Centroid(np.array(entry["sentences"], np.float64), np.array(entry["questions"], np.float64))
        for language, entry in _stored(model).items()
    }


@cache
def word_centroids(model: str) -> WordCentroids:
    """Return the centroids of languages' words in the vectors of a model; none if they are not known."""
    return {language: np.array(entry["words"], np.float64) for language, entry in _stored(model).items()}


def _stored(model: str) -> dict[str, dict[str, list[float]]]:
    stored = json.loads(files("retrieval.semantic").joinpath("centroids.json").read_text("utf-8"))
    by_language: dict[str, dict[str, list[float]]] = stored.get(model, {})
    return by_language
