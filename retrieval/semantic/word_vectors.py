"""What single words mean, by the model that tells what sentences do."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from retrieval.analysis.words import words
from retrieval.semantic.alignment import TokenVectors
from retrieval.semantic.centroids import WordCentroids, centre
from retrieval.semantic.quantisation import Floats32

#: How many words' vectors are held in memory at most, at 1.5 kB each.
_CACHE_SIZE = 8_192

#: How many words that lack a vector are remembered at most, to bound the memory.
_MISSING = 10_000

#: Gives a row for each word, a zero row for one that has none.
ReadRows = Callable[[Sequence[str]], Floats32]


def words_to_embed(texts: Iterable[str]) -> list[str]:
    """Return the distinct words of texts that a model is to be asked about.

    A number is what it is, and near to no other.

    >>> words_to_embed(["Ten of the 12 games.", "The games!"])
    ['ten', 'of', 'the', 'games']
    """
    return [word for word in dict.fromkeys(word for text in texts for word in words(text)) if _means(word)]


def _means(word: str) -> bool:
    return not any(map(str.isdigit, word))


class WordVectors:
    """The vectors of words, each without what the words of its language have in common.

    Those that were used last are held, the others are read when they are needed. Threads may share one.
    """

    def __init__(self, read: ReadRows, centroids: WordCentroids) -> None:
        """Read nothing yet; a language whose centroid is not known is taken to have the mean of all others.

        Without any centroid everything would be alike: words then mean nothing but themselves.
        """
        self._read, self._centroids = read, centroids
        self._common = np.mean(list(centroids.values()), axis=0) if centroids else np.zeros(1)
        self._cache: OrderedDict[str, Floats32] = OrderedDict()
        self._missing: set[str] = set()
        self._lock = threading.Lock()

    def put(self, named: Sequence[str], rows: Floats32) -> None:
        """Hold the rows of words; a zero row says that there is none."""
        with self._lock:
            for word, row in zip(named, rows, strict=True):
                if row.any():
                    self._cache[word] = row
                    self._cache.move_to_end(word)
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)

    def unknown(self, named: Sequence[str]) -> list[str]:
        """Return those of the words that could mean something, and have no row."""
        word_rows = self._rows(named)
        return [word for word in dict.fromkeys(named) if self._compares(word) and word not in word_rows]

    def of_words(self, named: Sequence[str], language: str) -> TokenVectors:
        """Return words of a language, with what each means."""
        word_rows = self._rows(named)
        rows = np.zeros((len(named), len(self._common)))
        if places := [position for position, word in enumerate(named) if word in word_rows]:
            centroid = self._centroids.get(language, self._common)
            rows[places] = centre(
                np.stack([word_rows[named[position]] for position in places]).astype(np.float64), centroid
            )
        missing = {word for word in named if self._compares(word) and word not in word_rows}
        with self._lock:
            if len(self._missing) < _MISSING:
                self._missing |= missing
        return TokenVectors(named, rows.astype(np.float32))

    def missing(self) -> list[str]:
        """Return the words that were asked for since the last time and have no row."""
        with self._lock:
            missing, self._missing = self._missing, set()
        return sorted(missing)

    def _compares(self, word: str) -> bool:
        return bool(self._centroids) and _means(word)

    def _rows(self, named: Sequence[str]) -> dict[str, Floats32]:
        """Return the rows of those words that have one."""
        with self._lock:
            word_rows = {word: self._cache[word] for word in named if word in self._cache}
            for word in word_rows:
                self._cache.move_to_end(word)
        wanted = [word for word in dict.fromkeys(named) if word not in word_rows and self._compares(word)]
        if wanted:
            rows = self._read(wanted)
            self.put(wanted, rows)
            word_rows |= {word: row for word, row in zip(wanted, rows, strict=True) if row.any()}
        return word_rows
