"""Learning how tokens are compared: the gradients are those of the loss, and it is made smaller."""

import numpy as np
import pytest

from retrieval.semantic.interaction import unit
from retrieval.semantic.quantisation import Floats32
from retrieval.training.interaction import Learner, Rescored, learned

_WIDTH, _KEPT = 12, 4


def example(seed: int) -> Rescored:
    """Return a question whose second candidate is right: one of its tokens is the question's."""
    chance = np.random.default_rng(seed)

    def rows(count: int) -> Floats32:
        return unit(chance.standard_normal((count, _WIDTH)).astype(np.float32))

    question, passages = rows(3), [rows(5) for _ in range(4)]
    passages[1][2] = question[0]
    return Rescored(
        "xdev-en",
        str(seed),
        chance.standard_normal(4),
        np.array([False, True, False, False]),
        np.array([1, 1, 4, 1]),
        question,
        passages,
    )


def start() -> Floats32:
    return np.eye(_WIDTH, _KEPT, dtype=np.float32)


def loss(learner: Learner, one: Rescored) -> float:
    scores = learner.scores(one)
    return float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[one.right]))


@pytest.mark.parametrize("part", range(4))
def test_gradients_are_the_slopes_of_the_loss(part: int) -> None:
    learner, one = Learner(start(), 4), example(1)
    gradient = learner.gradients(one)[part]
    values = learner.parts[part]
    for place in [tuple(np.unravel_index(at, values.shape)) for at in range(0, values.size, 7)]:
        before = values[place]
        losses = []
        for step in (1e-2, -1e-2):
            values[place] = before + step
            losses.append(loss(learner, one))
        values[place] = before
        assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-2, abs=2e-2)


def test_what_is_learned_puts_more_right_ones_first() -> None:
    questions = [example(seed) for seed in range(300)]
    learner, untaught = learned(questions[:250], start()), Learner(start(), 4)

    def hits(by: Learner) -> int:
        return sum(int(by.scores(one).argmax()) == 1 for one in questions[250:])

    assert hits(learner) > hits(untaught)
