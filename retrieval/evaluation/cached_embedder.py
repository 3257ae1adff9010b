"""Vectors of texts kept on disk from one run to the next, for measuring and for training."""

from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.articles import digest
from retrieval.evaluation.cached_tokens import CachedTokens
from retrieval.semantic.embedder import Embedder, Float32Rows, TokenEmbedder
from retrieval.semantic.vector_store import VectorStore

#: How many texts are embedded at a time: what is lost, at most, if a run is broken off. Chosen by eye.
_BLOCK = 256


class CachedEmbedder:
    """An `Embedder` that embeds no text twice: it keeps in a folder the vectors that another one makes."""

    def __init__(self, embedder: Embedder, folder: Path, *, tokens: bool = False) -> None:
        """Keep the vectors of each model, those of questions and of passages apart, below `folder`.

        With `tokens`, those are kept as well if the embedder can tell of them. Raises `VectorsUnusableError`.
        """
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self._embedder = embedder
        model_folder = folder / digest(f"{self.name} {self.dimensions}")[:12]
        self._queries = VectorStore(model_folder / "queries", self.name, self.dimensions)
        self._passages = VectorStore(model_folder / "passages", self.name, self.dimensions)
        #: What compares token by token, if that is wanted.
        self.tokens = (
            CachedTokens(embedder, model_folder) if tokens and isinstance(embedder, TokenEmbedder) else None
        )

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question: an array of shape (texts, dimensions)."""
        return _cached(self._queries, texts, self._embedder.embed_queries)

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer: an array of shape (texts, dimensions)."""
        return _cached(self._passages, texts, self._embedder.embed_passages)

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question: an array of shape (texts, dimensions)."""
        return self.embed_passages(texts)

    def close(self) -> None:
        """Close the files and what embeds."""
        self._queries.close()
        self._passages.close()
        if self.tokens:
            self.tokens.close()
        self._embedder.close()


def _cached(
    vectors: VectorStore, texts: Sequence[str], embed: Callable[[Sequence[str]], Float32Rows]
) -> Float32Rows:
    """Return the vectors of texts, those that are not kept yet embedded first."""
    digests = [digest(text) for text in texts]
    text_of = dict(zip(digests, texts, strict=True))
    missing = vectors.missing(digests)
    for start in range(0, len(missing), _BLOCK):
        block = missing[start : start + _BLOCK]
        vectors.add(block, embed([text_of[missing_digest] for missing_digest in block]))
    return vectors.rows(digests)
