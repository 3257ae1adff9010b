"""The fit of the least confidence: what it costs least, whatever the order, and not by chance."""

import math
import random
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.evaluation.calibration import calibrated, fitted, mistakes
from retrieval.evaluation.judged_answers import KnownAnswer

CONFIDENCES = st.integers(0, 1_000).map(lambda number: number / 1_000)
KNOWN = st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1, max_size=80).map(
    lambda rows: [KnownAnswer(str(number), *row) for number, row in enumerate(rows)]
)


def known(right: list[float], wrong: list[float]) -> list[KnownAnswer]:
    rows = [*((confidence, True) for confidence in right), *((confidence, False) for confidence in wrong)]
    return [KnownAnswer(str(number), *row) for number, row in enumerate(rows)]


@given(KNOWN, CONFIDENCES, st.randoms())
def test_in_which_order_the_answers_were_judged_does_not_matter(
    rows: list[KnownAnswer], current: float, chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert calibrated(shuffled, current) == calibrated(rows, current)
    assert fitted(shuffled, current) == fitted(rows, current)


@given(KNOWN, CONFIDENCES)
def test_no_threshold_makes_fewer_mistakes(rows: list[KnownAnswer], current: float) -> None:
    found = fitted(rows, current)
    assert mistakes(rows, found) <= mistakes(rows, current)
    possible = [one.confidence for one in rows if 0.06 <= one.confidence <= 0.95]
    assert all(mistakes(rows, found) <= mistakes(rows, threshold) for threshold in possible)


@given(KNOWN, CONFIDENCES)
def test_what_is_found_is_better_and_within_its_bounds(rows: list[KnownAnswer], current: float) -> None:
    if fit := calibrated(rows, current):
        assert mistakes(rows, fit.threshold) < mistakes(rows, current)
        assert fit.better > fit.worse
        assert 0.05 <= fit.threshold <= 0.95


@given(KNOWN, CONFIDENCES)
def test_what_was_calibrated_once_stays(rows: list[KnownAnswer], current: float) -> None:
    if fit := calibrated(rows, current):
        assert calibrated(rows, fit.threshold) is None


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_threshold_that_fits_already_is_kept(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret is made
    rows = known([chance.uniform(0.18, 1) for _ in range(40)], [chance.uniform(0, 0.16) for _ in range(40)])
    assert fitted(rows, 0.17) == 0.17
    assert calibrated(rows, 0.17) is None


def test_it_goes_up_where_the_unsure_are_wrong_and_down_where_they_are_right() -> None:
    up = calibrated(known([0.8] * 30, [0.3] * 30), 0.17)
    assert up
    assert 0.3 < up.threshold <= 0.8
    assert (up.better, up.worse) == (30, 0)
    down = calibrated(known([0.8] * 30 + [0.1] * 30, [0.06] * 5), 0.17)
    assert down
    assert 0.06 < down.threshold <= 0.1


def test_a_gain_that_may_be_chance_changes_nothing() -> None:
    rows = known([0.8] * 59, [0.3])
    assert fitted(rows, 0.17) > 0.3, "it would fit"
    assert calibrated(rows, 0.17) is None


def simulated(chance: random.Random, middle: float, count: int) -> list[KnownAnswer]:
    """Return answers that are right more often the surer they are, half of them at the middle."""
    confidences = [chance.uniform(0.05, 1) for _ in range(count)]
    return [
        KnownAnswer(str(number), one, chance.random() < 1 / (1 + math.exp(-12 * (one - middle))))
        for number, one in enumerate(confidences)
    ]


def forty(middle: float) -> Iterator[list[KnownAnswer]]:
    return (simulated(random.Random(seed), middle, 60) for seed in range(40))  # noqa: S311  no secret is made


def test_by_chance_a_right_threshold_is_seldom_changed_and_a_wrong_one_mostly_is() -> None:
    changed = {
        middle: sum(calibrated(answers, 0.17) is not None for answers in forty(middle))
        for middle in (0.17, 0.5)
    }
    assert changed[0.17] <= 8
    assert changed[0.5] >= 32


def test_the_threshold_has_as_few_digits_as_there_can_be() -> None:
    assert fitted(known([0.8] * 3, [0.3] * 3), 0.17) == 0.55
    assert fitted(known([0.30123] * 3, [0.30121] * 3), 0.17) == 0.30122
