"""What the sentences, questions and words of each language have in common, by the model of their vectors.

A handful of articles cannot tell what their language has in common from what they are about, and a
question may be in a language that no article is in. So this is known beforehand, as data.
"""

import json
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.semantic.neighbours import Middle, Middles
from retrieval.semantic.word_vectors import WordMiddles


@cache
def middles(model: str) -> Middles:
    """Return the middles of languages in the vectors of a model; none if they are not known."""
    return {
        language: Middle(np.array(one["sentences"], np.float64), np.array(one["questions"], np.float64))
        for language, one in _stored(model).items()
    }


@cache
def word_middles(model: str) -> WordMiddles:
    """Return the middles of the words of languages in the vectors of a model; none if they are not known."""
    return {language: np.array(one["words"], np.float64) for language, one in _stored(model).items()}


def _stored(model: str) -> dict[str, dict[str, list[float]]]:
    stored = json.loads(files("retrieval.semantic").joinpath("centroids.json").read_text("utf-8"))
    found: dict[str, dict[str, list[float]]] = stored.get(model, {})
    return found
