"""An embedder that knows the vectors of some texts by heart: of the sample articles, which come with Derek.

So a new data folder answers by meaning at once, and nothing is embedded for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.articles import digest
from retrieval.semantic.embedder import Embedder, Float32Rows, safe_text
from retrieval.semantic.quantisation import QuantisedVectors


@dataclass(frozen=True)
class KnownVectors:
    """The vectors of texts in a file of NumPy arrays: their model's name, digests of the texts, and rows."""

    path: Path

    @cached_property
    def _content(self) -> tuple[str, dict[str, int], QuantisedVectors]:
        with np.load(self.path, allow_pickle=False) as stored:
            rows = QuantisedVectors(stored["codes"], stored["scales"])
            places = {text_digest: place for place, text_digest in enumerate(stored["digests"].tolist())}
            return str(stored["model"]), places, rows

    def rows(self, texts: Sequence[str], model: str) -> list[Float32Rows | None]:
        """Return the vector of each text that is known; None for the others, and for another model."""
        name, places, rows = self._content
        if name != model:
            return [None] * len(texts)
        known = (places.get(_shortened(text)) for text in texts)
        return [None if place is None else rows[place : place + 1].floats()[0] for place in known]

    @classmethod
    def write(cls, path: Path, embedder: Embedder, texts: Sequence[str]) -> "KnownVectors":
        """Embed texts as passages, and write their vectors to a file."""
        distinct = list(dict.fromkeys(texts))
        rows = QuantisedVectors.of(embedder.embed_passages(distinct))
        digests: NDArray[np.str_] = np.array([_shortened(text) for text in distinct])
        np.savez_compressed(
            path, model=np.array(embedder.name), digests=digests, codes=rows.codes, scales=rows.scales
        )
        return cls(path)


def _shortened(text: str) -> str:
    return digest(safe_text(text))[:16]


class KnowingEmbedder:
    """An `Embedder` that asks another one only for the vectors of texts that are not known."""

    def __init__(self, embedder: Embedder, known: KnownVectors) -> None:
        self.embedder, self._known = embedder, known

    @property
    def name(self) -> str:
        """What made the vectors."""
        return self.embedder.name

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.embedder.dimensions

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question."""
        return self.embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer, or for a word of one."""
        return self._completed(texts, self.embedder.embed_passages)

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question."""
        return self._completed(texts, self.embedder.embed_words)

    def _completed(self, texts: Sequence[str], embed: Callable[[Sequence[str]], Float32Rows]) -> Float32Rows:
        known = self._known.rows(texts, self.name)
        unknown = [place for place, row in enumerate(known) if row is None]
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for place, row in enumerate(known):
            if row is not None:
                rows[place] = row
        if unknown:
            rows[unknown] = embed([texts[place] for place in unknown])
        return rows

    def close(self) -> None:
        """Let go of what embeds."""
        self.embedder.close()
