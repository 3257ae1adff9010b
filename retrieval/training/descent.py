"""Descent along the gradients of a loss, some examples at a time (Adam, Kingma and Ba 2015)."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from retrieval.semantic.quantisation import Floats32

_Example_contra = TypeVar("_Example_contra", contravariant=True)
_Example = TypeVar("_Example")

#: How many examples are learned from at a time.
_BATCH = 32


class Learner(Protocol[_Example_contra]):
    """What is learned from examples."""

    @property
    def parts(self) -> list[Floats32]:
        """What is learned, in the order of the gradients."""

    def gradients(self, example: _Example_contra) -> list[Floats32]:
        """Return the gradients of the loss of one example."""

    def move(self, gradients: Sequence[Floats32], rate: float) -> None:
        """Take one step."""


class Adam:
    """Steps of Adam, which remember the moments of earlier slopes."""

    def __init__(self, parts: Sequence[Floats32]) -> None:
        """Begin with no moments for parts of these shapes."""
        self._means = [np.zeros_like(part) for part in parts]
        self._squares = [np.zeros_like(part) for part in parts]
        self._step = 0

    def move(self, parts: Sequence[Floats32], slopes: Sequence[Floats32], rates: Sequence[float]) -> None:
        """Take one step of each part, in place, along its slope and at its rate."""
        self._step += 1
        for place, (part, slope) in enumerate(zip(parts, slopes, strict=True)):
            mean, square = self._means[place], self._squares[place]
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            size = np.sqrt(square / (1 - 0.999**self._step)) + 1e-8
            np.subtract(
                part, rates[place] * mean / (1 - 0.9**self._step) / size, out=part, casting="same_kind"
            )


def descend(
    learner: Learner[_Example],
    examples: Sequence[_Example],
    count: Callable[[_Example], float],
    rate: float,
    rounds: int,
) -> None:
    """Let a learner learn from all examples in several rounds, in an order by chance that is always the same.

    `count` tells how much an example counts; the rate falls from round to round as a cosine does.
    """
    random = np.random.default_rng(0)
    for round_ in range(rounds):
        own = rate * (0.5 * (1 + np.cos(np.pi * round_ / rounds)) + 0.02)
        for batch in np.array_split(random.permutation(len(examples)), max(1, len(examples) // _BATCH)):
            total = [np.zeros_like(part) for part in learner.parts]
            for place in batch:
                share = np.float32(count(examples[place]) / len(batch))
                for part, gradient in zip(total, learner.gradients(examples[place]), strict=True):
                    np.add(part, share * gradient, out=part)
            learner.move(total, own)
