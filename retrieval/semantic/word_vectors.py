"""What single words mean, by the model that tells what sentences do."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis.words import words
from retrieval.semantic.alignment import Worded
from retrieval.semantic.language_vectors import centred
from retrieval.semantic.quantisation import Floats32

#: So many words' vectors are held in memory, a kilobyte and a half each.
_HELD = 8_192

#: So many words that lack a vector are remembered.
_LACKING = 10_000

#: Gives a row for each word, a zero row for one that has none.
Rows = Callable[[Sequence[str]], Floats32]

#: What the words of each language have in common, made by one model.
WordMiddles = Mapping[str, NDArray[np.float64]]


def meaningful(texts: Iterable[str]) -> list[str]:
    """Return the distinct words of texts that a model is to be asked about.

    A number is what it is, and near to no other.

    >>> meaningful(["Ten of the 12 games.", "The games!"])
    ['ten', 'of', 'the', 'games']
    """
    return [word for word in dict.fromkeys(one for text in texts for one in words(text)) if _means(word)]


def _means(word: str) -> bool:
    return not any(map(str.isdigit, word))


class Lexicon:
    """The vectors of words, each without what the words of its language have in common.

    Those that were used last are held, the others are read when they are needed. Threads may share one.
    """

    def __init__(self, read: Rows, middles: WordMiddles) -> None:
        """Read nothing yet; a language whose middle is not known is taken to have that of all others.

        Without any middle everything would be alike: words then mean nothing but themselves.
        """
        self._read, self._middles = read, middles
        self._common = np.mean(list(middles.values()), axis=0) if middles else np.zeros(1)
        self._held: OrderedDict[str, Floats32] = OrderedDict()
        self._lacking: set[str] = set()
        self._lock = threading.Lock()

    def remember(self, named: Sequence[str], rows: Floats32) -> None:
        """Hold the rows of words; a zero row says that there is none."""
        with self._lock:
            for word, row in zip(named, rows, strict=True):
                if row.any():
                    self._held[word] = row
                    self._held.move_to_end(word)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)

    def unknown(self, named: Sequence[str]) -> list[str]:
        """Return those of the words that could mean something, and have no row."""
        found = self._rows(named)
        return [word for word in dict.fromkeys(named) if self._compares(word) and word not in found]

    def worded(self, named: Sequence[str], language: str) -> Worded:
        """Return words of a language, with what each means."""
        found = self._rows(named)
        rows = np.zeros((len(named), len(self._common)))
        if told := [place for place, word in enumerate(named) if word in found]:
            middle = self._middles.get(language, self._common)
            rows[told] = centred(np.stack([found[named[place]] for place in told]).astype(np.float64), middle)
        lacking = {word for word in named if self._compares(word) and word not in found}
        with self._lock:
            if len(self._lacking) < _LACKING:
                self._lacking |= lacking
        return Worded(named, rows.astype(np.float32))

    def lacking(self) -> list[str]:
        """Return the words that were asked for since the last time and have no row."""
        with self._lock:
            lacking, self._lacking = self._lacking, set()
        return sorted(lacking)

    def _compares(self, word: str) -> bool:
        return bool(self._middles) and _means(word)

    def _rows(self, named: Sequence[str]) -> dict[str, Floats32]:
        """Return the rows of those words that have one."""
        with self._lock:
            found = {word: self._held[word] for word in named if word in self._held}
            for word in found:
                self._held.move_to_end(word)
        wanted = [word for word in dict.fromkeys(named) if word not in found and self._compares(word)]
        if wanted:
            rows = self._read(wanted)
            self.remember(wanted, rows)
            found |= {word: row for word, row in zip(wanted, rows, strict=True) if row.any()}
        return found
