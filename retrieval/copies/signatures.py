"""Texts to signatures, by which those that share most of their wording are found without comparing all.

words ─┬ shingles ─ MinHash ─▶ values: as many of two texts' are equal as they share of their shingles
       └ numbers, names ─▶ facts: a template that is filled in anew shares wording, and not these

Broder 1997, "On the resemblance and containment of documents".
"""

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from retrieval.analysis.words import words

#: How many words make a shingle.
_SHINGLE = 3

#: Two texts are compared at all if one band of their values is the same: so many bands of so many values.
_BANDS, _ROWS = 42, 3

_SEED = 1997

_VALUES = struct.Struct(f"<{_BANDS * _ROWS}I")

#: How much of all shingles copies share at least, how much of the shorter text's, and of the fewer numbers
#: and the fewer names. Measured: docs/decisions/0019-near-duplicates.md.
_SHARED, _CONTAINED, _FACTS = 0.2, 0.4, 0.5

#: How much of all shingles two texts share that have neither numbers nor names to compare. Chosen by eye.
_SHARED_ALONE = 0.5

#: A number, and what parts its thousands.
_NUMBER, _PARTING = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d{3})*(?!\d)"), re.compile(r"\D")

#: A word with a capital that is not there for its place, and how many letters of it no ending changes.
_NAME, _NAME_LETTERS = re.compile(r"(?<=[\w,] )[^\W\d_a-zа-яёәғқңөұүһі]\w+"), 5

#: Of fewer numbers, or of fewer names, one is told by chance: they are compared together.
_FEWEST = 2

#: Raised when the same text gets another signature.
_VERSION = 1


def mark() -> str:
    """Return what says how signatures are made: those of another mark compare with none."""
    from rensa import RMinHash  # noqa: PLC0415  few questions need it

    return f"{_VERSION}/{RMinHash.ALGORITHM_VERSION}"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a text's wording comes to: MinHash values, how many shingles it has, its numbers and names."""

    values: tuple[int, ...]
    shingles: int
    numbers: frozenset[int]
    names: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the signature of a text."""
        from rensa import RMinHash  # noqa: PLC0415  as above

        folded = words(text)
        last = max(len(folded) - _SHINGLE, 0)
        shingles = {" ".join(folded[at : at + _SHINGLE]) for at in range(last + 1) if folded}
        made = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
        made.update(list(shingles))
        numbers = (_PARTING.sub("", number) for number in _NUMBER.findall(text))
        names = (name[:_NAME_LETTERS].casefold() for name in _NAME.findall(text))
        return cls(tuple(made.digest()), len(shingles), _hashed(numbers), _hashed(names))

    @property
    def bands(self) -> list[int]:
        """A number for each of its bands, which another band of the same values has not."""
        packed = _VALUES.pack(*self.values)
        width = len(packed) // _BANDS
        return [zlib.crc32(packed[at * width : (at + 1) * width], at) for at in range(_BANDS)]

    def to_bytes(self) -> bytes:
        """Return the signature as it is kept."""
        facts = sorted(self.numbers), sorted(self.names)
        lengths = (self.shingles, *map(len, facts))
        return _VALUES.pack(*self.values) + b"".join(_packed(part) for part in (lengths, *facts))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return a signature that was kept."""
        values = _VALUES.unpack_from(content)
        shingles, numbers, *facts = _unpacked(content[_VALUES.size :])
        return cls(values, shingles, frozenset(facts[1 : numbers + 1]), frozenset(facts[numbers + 1 :]))

    def is_copy_of(self, other: Self) -> bool:
        """Whether two texts share so much wording, numbers and names that one is a rewriting of the other."""
        resemblance = sum(map(int.__eq__, self.values, other.values)) / len(self.values)
        common = resemblance / (1 + resemblance) * (self.shingles + other.shingles)
        if resemblance < _SHARED or not common or common < _CONTAINED * min(self.shingles, other.shingles):
            return False
        pairs = ((self.numbers, other.numbers), (self.names, other.names))
        told = [pair for pair in pairs if min(map(len, pair)) >= _FEWEST]
        if not told:
            together = (self.numbers | self.names, other.numbers | other.names)
            told = [together] if all(together) else []
        shared = (len(own & others) / min(len(own), len(others)) for own, others in told)
        return min(shared, default=1.0) >= _FACTS and (bool(told) or resemblance >= _SHARED_ALONE)


def _hashed(facts: Iterable[str]) -> frozenset[int]:
    return frozenset(zlib.crc32(fact.encode()) for fact in facts)


def _packed(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _unpacked(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content)
