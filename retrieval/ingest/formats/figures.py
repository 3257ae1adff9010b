"""Figures that are raised and lowered, as such characters: without that 10⁶ would be 106."""

import re

_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_FIGURES = re.compile(r"\s*[0-9+−-]{1,8}\s*")


def raised(text: str) -> str:
    """Return what is set above the line: figures as raised ones, and all else as it is.

    >>> raised("2"), raised("nd")
    ('²', 'nd')
    """
    return text.strip().translate(_RAISED) if _FIGURES.fullmatch(text) else text


def lowered(text: str) -> str:
    """Return what is set below the line, likewise."""
    return text.strip().translate(_LOWERED) if _FIGURES.fullmatch(text) else text
