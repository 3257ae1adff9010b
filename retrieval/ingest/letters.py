"""How likely a text is by its letters: which follow which in each language, and which script and case.

Which follow which was counted by `retrieval/training/letters`. A letter that a language has too rarely is
one of its kind: another Latin one, another Cyrillic one, a sign, or what no text has.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: The kinds of what a language has no count of, and among how many of its kind each is one.
KINDS: Mapping[str, int] = {"latin": 120, "cyrillic": 80, "letter": 2_000, "sign": 50, "rare": 3_000}

#: Signs that are at home in texts; all others are rare.
_SIGNS = frozenset("“”‘’„‚‹›«»–—…•§©®°±№€£¥™·′″×½¼¾²³¿¡ªº\xa0\xad")

#: What a character is: a letter of a script, small or capital, or none. Scripts hardly meet within a word.
SHAPES = ("small", "capital", "small Cyrillic", "capital Cyrillic", "none")

#: A cost is kept as one character, in steps of this many nats from the first.
STEP, FIRST = 0.2, "#"


def folded(char: str) -> str:
    """Return what a character counts as: small, a digit as 0, white space as a space."""
    if char.isspace():
        return " "
    small = char.lower()
    return "0" if char.isdigit() and char.isascii() else small if len(small) == 1 else char


def kind_of(char: str) -> str:
    """Return the kind of a character that a language has no count of."""
    if char.isalpha():
        script = unicodedata.name(char, "").partition(" ")[0].lower()
        return script if script in KINDS else "letter"
    return "sign" if char in _SIGNS or (char.isascii() and char.isprintable()) else "rare"


def shape_of(char: str) -> int:
    """Return the place of a character's shape in `SHAPES`."""
    if not char.isalpha():
        return 4
    return 2 * ("\u0400" <= char <= "\u052f") + char.isupper()


@dataclass(frozen=True, slots=True)
class Letters:
    """Which letters follow which in a language: costs in nats, the negative logarithms of probabilities.

    `usual` and `spread` are the mean and the standard deviation of what a pair costs that has a letter
    outside of ASCII.
    """

    symbols: Mapping[str, int]
    costs: tuple[tuple[float, ...], ...]
    usual: float
    spread: float

    def place(self, char: str) -> int:
        """Return the place of a character among the symbols."""
        small = folded(char)
        place = self.symbols.get(small)
        return self.symbols[kind_of(small)] if place is None else place


@dataclass(frozen=True, slots=True)
class Model:
    """The letters of each language, and what it costs that one shape follows another, in any language."""

    languages: Mapping[str, Letters]
    shapes: tuple[tuple[float, ...], ...]


def costs_in(rows: list[str]) -> tuple[tuple[float, ...], ...]:
    """Return the costs that rows of characters stand for."""
    return tuple(tuple(STEP * (ord(char) - ord(FIRST)) for char in row) for row in rows)


def as_row(costs: list[float]) -> str:
    """Return costs as characters; what costs more than can be kept costs that."""
    return "".join(chr(min(126, ord(FIRST) + round(cost / STEP))) for cost in costs)


@cache
def model() -> Model:
    """Return the model that ships with Derek."""
    table = json.loads((files("retrieval.ingest") / "letters.json").read_text("utf-8"))
    languages = {
        code: Letters(
            {symbol: place for place, symbol in enumerate([*entry["symbols"], *KINDS])},
            costs_in(entry["costs"]),
            entry["usual"],
            entry["spread"],
        )
        for code, entry in table["languages"].items()
    }
    return Model(languages, costs_in(table["shapes"]))
