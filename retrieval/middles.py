"""What the sentences and the questions of each language have in common, by the model that made the vectors.

A handful of articles cannot tell what their language has in common from what they are about, and a
question may be in a language that no article is in. So this is known beforehand, as data.
"""

import json
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval.nearness import Middle, Middles


@cache
def middles(model: str) -> Middles:
    """Return the middles of languages in the vectors of a model; none if they are not known."""
    stored = json.loads(files("retrieval").joinpath("middles.json").read_text("utf-8"))
    return {
        language: Middle(np.array(one["sentences"], np.float64), np.array(one["questions"], np.float64))
        for language, one in stored.get(model, {}).items()
    }
