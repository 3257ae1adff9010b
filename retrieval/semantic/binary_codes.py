"""Which of very many vectors may be near to another, told by the signs of their dimensions alone.

The more signs two vectors have in common, the smaller the angle between them is likely to be (Charikar,
"Similarity estimation techniques from rounding algorithms", STOC 2002). A sign is a bit, and bits are
counted a word at a time, so to compare a million takes a few milliseconds. Nothing is built but the signs
themselves, and a row that comes is found at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.pages import filled
from retrieval.semantic.quantisation import QuantisedVectors

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Words = NDArray[np.uint64]

#: Rows in a page: with their words side by side, its first words fit into a processor's cache.
_PAGE = 8_192

_WORD = 64


@dataclass(frozen=True, slots=True, eq=False)
class BinaryCodes:
    """The signs of rows without their mean; never changed, though those that follow share its pages.

    `mean` stays what it was when the signs were first told, with the first `born` rows.
    """

    mean: Floats
    born: int
    size: int = 0
    pages: Sequence[Words] = field(default=())

    def followed_by(self, rows: QuantisedVectors) -> "BinaryCodes":
        """Return the signs with those of more rows behind.

        To be called once at most on each: a second call would write over the signs of the first.
        """
        words = _words(rows.floats() > self.mean.astype(np.float32))
        pages = filled(self.pages, self.size, words, _PAGE, "F")
        return BinaryCodes(self.mean, self.born, self.size + len(rows), pages)

    def closest_by_hamming(self, vector: Floats, places: Places, count: int) -> Places:
        """Return those of the places whose rows differ from a vector in the fewest signs.

        They are `count`, and as many more as differ in no more than the last of them.
        """
        differing = self._differing(vector)[places]
        most = np.partition(differing, count - 1)[count - 1] if count < len(places) else np.inf
        result: Places = places[differing <= most]
        return result

    def _differing(self, vector: Floats) -> NDArray[np.uint16]:
        """Return in how many signs each row differs from a vector."""
        wanted = _words((vector > 0)[np.newaxis])[0]
        counts = np.empty(self.size, np.uint16)
        for number, page in enumerate(self.pages):
            part = counts[number * _PAGE : (number + 1) * _PAGE]
            np.bitwise_count(page[: len(part)] ^ wanted).sum(1, dtype=np.uint16, out=part)
        return counts


def _words(positive: NDArray[np.bool_]) -> Words:
    """Return each row in words of 64 bits, the last one filled up with zeros."""
    room = -positive.shape[1] % _WORD
    words: Words = np.packbits(np.pad(positive, ((0, 0), (0, room))), axis=1).view(np.uint64)
    return words
