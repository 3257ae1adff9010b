"""The least confidence, fitted to judged answers.

What is fitted is one number, so that little can go wrong: the threshold at which the fewest questions are
decided wrongly, where an answer that is wrong costs as much as a right one that is refused. Nobody said which
is worse, and people judge both alike. By that alone some threshold always fits best, if only by chance. So it
is tried by cross-validation on questions that it was not fitted to, and taken only if it decides more of them
better than worse, by more than one standard error of that difference (as Breiman et al. 1984 choose a tree).

Simulated on 50 to 200 answers, 60 times each: a threshold that is right already is changed in one case of
ten, which costs one mistake more in a hundred; one that lies .13 off is found in four cases of ten with 50
answers, and in nine with 200, which saves four.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.evaluation.judged_answers import KnownAnswer

#: How many judged answers are needed: with fewer, one standard error is more than most thresholds gain.
NEEDED = 50

#: Into how many parts they are dealt; each is tried with what was fitted to all others.
_FOLDS = 10

#: The least and the greatest threshold. What is less sure is not shown, and so judged by nobody.
_LEAST, _GREATEST = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Fit:
    """A threshold that decides better, and how many questions that it was not fitted to it decides how."""

    threshold: float
    better: int
    worse: int


def calibrated(known: Sequence[KnownAnswer], current: float) -> Fit | None:
    """Return the threshold to take instead of the `current` one; None if that serves as well.

    In which order the answers are does not matter.
    """
    ordered = sorted(known, key=lambda one: (one.is_right, one.confidence, one.question_id))
    threshold = fitted(ordered, current)
    better = worse = 0
    for fold in range(_FOLDS):
        learned_from = [one for place, one in enumerate(ordered) if place % _FOLDS != fold]
        tried = fitted(learned_from, current)
        for one in ordered[fold::_FOLDS]:
            if (one.confidence >= tried) != (one.confidence >= current):
                is_better = (one.confidence >= tried) is one.is_right
                better, worse = better + is_better, worse + (not is_better)
    is_sure = better - worse > math.sqrt(better + worse)
    is_new = mistakes(ordered, threshold) < mistakes(ordered, current)
    return Fit(threshold, better, worse) if is_sure and is_new else None


def fitted(known: Sequence[KnownAnswer], current: float) -> float:
    """Return the threshold with the fewest mistakes; of several, the one nearest to the current one."""
    there = sorted({one.confidence for one in known if one.confidence > _LEAST})
    between = (_between(lower, upper) for lower, upper in pairwise([_LEAST, *there]))
    choices = [current, *(choice for choice in between if _LEAST <= choice <= _GREATEST)]
    return min(choices, key=lambda choice: (mistakes(known, choice), abs(choice - current), choice))


def mistakes(known: Sequence[KnownAnswer], threshold: float) -> int:
    """Return how many questions a threshold decides wrongly: right ones refused, and wrong ones answered."""
    return sum((one.confidence >= threshold) is not one.is_right for one in known)


def _between(lower: float, upper: float) -> float:
    """Return a number above `lower`, and not above `upper`, with as few digits as there can be."""
    middle = (lower + upper) / 2
    rounded = (round(middle, digits) for digits in range(2, 9))
    return next((number for number in rounded if lower < number <= upper), upper)
