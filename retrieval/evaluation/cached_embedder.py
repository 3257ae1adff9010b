"""Vectors that are kept for the next time, whatever text they are of: for measuring and for training."""

from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.articles import digest
from retrieval.semantic.embedder import Embedder, Float32Rows
from retrieval.semantic.vector_store import VectorStore

#: So many texts are embedded before they are kept.
_BLOCK = 256


class CachedEmbedder:
    """An `Embedder` that embeds no text twice: what another one made of it is kept in a folder."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """Keep what each model makes of questions and of passages in folders of their own below `folder`.

        Raises `VectorsUnusableError`.
        """
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self._embedder = embedder
        own = folder / digest(f"{self.name} {self.dimensions}")[:12]
        self._queries = VectorStore(own / "queries", self.name, self.dimensions)
        self._passages = VectorStore(own / "passages", self.name, self.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question."""
        return _cached(self._queries, texts, self._embedder.embed_queries)

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer."""
        return _cached(self._passages, texts, self._embedder.embed_passages)

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question."""
        return self.embed_passages(texts)

    def close(self) -> None:
        """Close the files and what embeds."""
        self._queries.close()
        self._passages.close()
        self._embedder.close()


def _cached(
    vectors: VectorStore, texts: Sequence[str], embed: Callable[[Sequence[str]], Float32Rows]
) -> Float32Rows:
    digests = [digest(text) for text in texts]
    text_of = dict(zip(digests, texts, strict=True))
    missing = vectors.missing(digests)
    for start in range(0, len(missing), _BLOCK):
        block = missing[start : start + _BLOCK]
        vectors.add(block, embed([text_of[missing_digest] for missing_digest in block]))
    return vectors.rows(digests)
