"""How a question and a sentence meet word by word, each word with the one that is nearest in meaning.

Greedy matching (Rus and Lintean, "A Comparison of Greedy and Optimal Assessment of Natural Language Student
Input", BEA 2012), as recall and precision (Zhang et al., "BERTScore", ICLR 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retrieval.semantic.quantisation import Floats32


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """The words of a text, and what each means: a row of length 1, or zero where that is not known."""

    words: Sequence[str]
    rows: Floats32

    def __post_init__(self) -> None:
        if len(self.words) != len(self.rows):
            raise ValueError(f"{len(self.words)} words have {len(self.rows)} rows")


class Alignment(NamedTuple):
    """How near the nearest words are, on the average: 1 where all are the same, 0 where nothing is alike.

    `recall` is that of the question's words, each weighted by its idf, `precision` that of the sentence's.
    """

    recall: float
    precision: float


def token_similarity(question: TokenVectors, other: TokenVectors) -> Floats32:
    """Return how near each word of a question, a row, is to each other word; the same is at 1."""
    near: Floats32 = question.rows @ other.rows.T
    near[np.array(question.words)[:, np.newaxis] == np.array(other.words)] = 1
    return near


def align(near: Floats32, idfs: Sequence[float]) -> Alignment:
    """Return how a question and a sentence meet, by how near its words, a row each, are to the sentence's.

    The `idfs` of the question's words are 0 or above.

    >>> align(np.array([[0.8, 0.2], [0.1, 1.0]], np.float32), [1.0, 3.0])
    Alignment(recall=0.95, precision=0.9)
    """
    if not near.size:
        return Alignment(0.0, 0.0)
    recall = near.max(axis=1) @ np.array(idfs) / max(sum(idfs), 1e-9)
    return Alignment(round(float(recall), 6), round(float(near.max(axis=0).mean()), 6))
