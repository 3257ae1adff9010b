"""A file of quantised vectors, one behind the other, that is only ever appended to.

Each record ends in a check of itself and of the digest that it belongs to: whatever happens to the file,
a record is right or it is known to be wrong.
"""

import mmap
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.quantisation import QuantisedVectors

#: How many records are copied at a time, to bound the memory: 1.6 MB at 384 dimensions.
_BLOCK = 4_096

_CHECK = 4


class ShortError(Exception):
    """The file is missing, or ends before a record that is asked for."""


class VectorFile:
    """The records in one file, which is made when the first is appended."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self.path = path
        self._form = np.dtype([("codes", "i1", (dimensions,)), ("scale", "<f4"), ("check", "<u4")])

    def __len__(self) -> int:
        """Return how many whole records there are."""
        try:
            return self.path.stat().st_size // self._form.itemsize
        except FileNotFoundError:
            return 0

    def cut(self, count: int) -> None:
        """Cut off what stands behind the first `count` records."""
        size = count * self._form.itemsize
        if self.path.exists() and self.path.stat().st_size > size:
            os.truncate(self.path, size)

    def append(self, digests: Sequence[str], rows: QuantisedVectors) -> None:
        """Write a record for each digest; they have reached the disk when this returns."""
        records = np.zeros(len(rows), self._form)
        records["codes"], records["scale"] = rows.codes, rows.scales
        records["check"] = self._checks(digests, records)
        self._write([records.tobytes()])

    def read(
        self, digests: Sequence[str], places: Sequence[int]
    ) -> tuple[QuantisedVectors, NDArray[np.bool_]]:
        """Return the records at these places, and whether each is right and that of its digest.

        Raises `ShortError`.
        """
        records = self._records(places)
        right = self._checks(digests, records) == records["check"]
        return QuantisedVectors(records["codes"], records["scale"]), right

    def copy(self, places: Sequence[int], path: Path) -> None:
        """Write the records at these places to another file."""
        copied = (self._records(places[at : at + _BLOCK]) for at in range(0, len(places), _BLOCK))
        VectorFile(path, self._form["codes"].shape[0])._write(records.tobytes() for records in copied)

    def _write(self, blocks: Iterable[bytes]) -> None:
        with self.path.open("ab") as file:
            file.writelines(blocks)
            file.flush()
            os.fsync(file.fileno())
        _sync(self.path.parent)

    def _records(self, places: Sequence[int]) -> NDArray[Any]:
        """Return a copy of the records at these places.

        The file is mapped only while it is read, so that whoever puts another in its place is not in the way.
        """
        if not places:
            return np.zeros(0, self._form)
        try:
            with self.path.open("rb") as file:
                count = os.fstat(file.fileno()).st_size // self._form.itemsize
                if count <= max(places):
                    raise ShortError
                mapped = mmap.mmap(file.fileno(), count * self._form.itemsize, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise ShortError from error
        records: NDArray[Any] = np.frombuffer(mapped, self._form)[np.asarray(places)]
        return records

    def _checks(self, digests: Sequence[str], records: NDArray[Any]) -> NDArray[np.uint32]:
        size = self._form.itemsize
        content = memoryview(records.tobytes())
        return np.fromiter(
            (
                zlib.crc32(content[at * size : (at + 1) * size - _CHECK], zlib.crc32(digest.encode()))
                for at, digest in enumerate(digests)
            ),
            np.uint32,
            len(digests),
        )


def _sync(folder: Path) -> None:
    """See that a new file's name has reached the disk too, where a folder can be opened for that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows.
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
