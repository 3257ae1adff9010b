"""Small plots, drawn as SVG on the server: a bar a day."""

from collections.abc import Sequence
from dataclasses import dataclass

#: The size of a plot, and the space between two bars, in units of its own.
_WIDTH, _HEIGHT, _GAP = 600.0, 120.0, 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what it says, `value` of which stands in the scale of the plot."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars beside one another, the highest as high as the plot."""

    width: float
    height: float
    most: float
    bars: tuple[Bar, ...]


def plotted(values: Sequence[tuple[str, float | None]]) -> Plot:
    """Return a plot of values, none below 0, each with its label; None is no bar.

    >>> [bar.height for bar in plotted([("Monday", 1), ("Tuesday", None), ("Wednesday", 2)]).bars]
    [60.0, 120.0]
    """
    most = max((value for _, value in values if value), default=0.0)
    step = _WIDTH / max(1, len(values))
    bars = []
    for place, (label, value) in enumerate(values):
        if value is not None:
            height = round(_HEIGHT * value / most, 1) if most else 0.0
            x = round(place * step + _GAP / 2, 1)
            bars.append(Bar(label, value, x, round(_HEIGHT - height, 1), round(step - _GAP, 1), height))
    return Plot(_WIDTH, _HEIGHT, most, tuple(bars))
