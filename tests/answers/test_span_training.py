"""Learning short answers: the gradients are those of the loss, and it is made smaller."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.answers.span_model import ReadQuote
from retrieval.articles import Span
from retrieval.training.spans import Answered, Example, Judged, Learner, learned
from tests.answers.test_span_model import by_chance

QUOTE = "The old bridge was painted green in May 2014 by Amina Karim."


def example(seed: int) -> Example:
    """Return a question that a green thing answers, with tokens by chance."""
    question, quote = AnalysedText.of("What colour is the bridge?", "en"), AnalysedText.of(QUOTE, "en")
    read = ReadQuote.of(question, quote, *by_chance(seed, 12, len(QUOTE)))
    span = Span(start := QUOTE.index("green"), start + len("green"))
    place = read.quote.within(span)[0]
    answered = Answered("xdev-en", str(seed), "What colour is the bridge?", QUOTE, "en", (span,))
    return Example(answered, read, read.runs.covering((place, place))[0])


def loss(learner: Learner, one: Example) -> float:
    return -float(np.log(learner.model().shares(one.read)[one.right].sum()))


@pytest.mark.parametrize("part", range(4))
def test_gradients_are_the_slopes_of_the_loss(part: int) -> None:
    one = example(1)
    learner = Learner([one])
    learner.importance += np.random.default_rng(2).normal(0, 0.5, learner.importance.shape).astype(np.float32)
    gradient, values = learner.gradients(one)[part], learner.parts[part]
    steepest = np.argsort(-np.abs(gradient).ravel())[:5]
    for place in [np.unravel_index(at, values.shape) for at in steepest]:
        before, losses = values[place], []
        for step in (0.0625, -0.0625):
            values[place] = before + step
            losses.append(loss(learner, one))
        values[place] = before
        assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 0.125, abs=0.01, rel=0.1)


def test_what_is_learned_makes_the_loss_smaller() -> None:
    chosen: Sequence[Example] = [example(seed) for seed in range(40)]
    learner, untaught = learned(chosen), Learner(chosen)
    assert sum(loss(learner, one) for one in chosen) < 0.9 * sum(loss(untaught, one) for one in chosen)


def test_a_mark_is_exact_or_overlaps_the_answer_or_is_wrong() -> None:
    one = example(1)
    assert Judged.of(one, learned([example(seed) for seed in range(40)]).model()).found == 2
    for answer, found in (("green in May", 1), ("Amina", 0)):
        span = Span(start := QUOTE.index(answer), start + len(answer))
        elsewhere = replace(one, answered=replace(one.answered, answers=(span,)))
        assert Judged.of(elsewhere, learned([one] * 40).model()).found == found
