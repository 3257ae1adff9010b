"""What texts mean, as vectors: what every model of it can do, and what a text is made into for one."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.token_vectors import TokenVectors

Float32Rows = NDArray[np.float32]

#: How many characters of a text are embedded at most: more than a sentence has, and an end to the work.
#: Chosen by eye; what as many cost at worst is measured in docs/decisions/0008-model-in-processes.md.
LONGEST = 1_000

#: NUL ends a text for a library in C; a lone surrogate cannot be written in UTF-8.
_UNREADABLE = re.compile("[\0\ud800-\udfff]+")


class Embedder(Protocol):
    """Turns texts into vectors, the product of two of which says how alike two texts are in meaning.

    There is a row for each text, in their order: of length 1, or all zero where a text says nothing or
    the model cannot take it. Threads may share one. What makes it of no use at all is an `EmbedderError`.
    """

    @property
    def name(self) -> str:
        """What made the vectors: those of another name do not compare."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer, or for a word of one."""
        ...

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question: that of a passage, as soon as that of a query."""
        ...

    def close(self) -> None:
        """Let go of processes and connections; nothing can be embedded afterwards."""
        ...


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An `Embedder` that gives the vectors of tokens in their context as well."""

    def embed_query_tokens(self, texts: Sequence[str]) -> Sequence[TokenVectors]:
        """Return for each question its vector, and those of its tokens."""
        ...

    def embed_passage_tokens(self, texts: Sequence[str]) -> Sequence[TokenVectors]:
        """Return for each sentence that may answer its vector, and those of its tokens."""
        ...


def safe_text(text: str) -> str:
    """Return a text that no model chokes on: of bounded length, and in compatibility form (NFKC).

    That form spells out what stands for many letters, such as U+FDFA, which tokenisers have overflowed on.
    """
    readable = _UNREADABLE.sub("", text)[:LONGEST]
    return unicodedata.normalize("NFKC", readable)[:LONGEST]


def letter_origins(text: str) -> list[tuple[int, int]]:
    """Return for each character of a text made safe which ones of the text it comes from, as [start, end)."""
    places = [place for place, letter in enumerate(text) if not _UNREADABLE.match(letter)][:LONGEST]
    readable = "".join(text[place] for place in places)
    origins: list[tuple[int, int]] = []
    for start, end in _composed_apart(readable):
        spelt_out = unicodedata.normalize("NFKC", readable[start:end])
        origins += [(places[start], places[end - 1] + 1)] * len(spelt_out)
    return origins[:LONGEST]


def _composed_apart(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of a text that NFKC changes each by itself."""
    if unicodedata.is_normalized("NFKC", text):
        yield from pairwise(range(len(text) + 1))
        return
    start, before = 0, unicodedata.normalize("NFKC", text[:1])
    for end, letter in enumerate(text[1:], start=1):
        alone = unicodedata.normalize("NFKC", letter)
        together = unicodedata.normalize("NFKC", text[start : end + 1])
        if not unicodedata.combining(letter) and together == before + alone:
            yield start, end
            start, before = end, alone
        else:
            before = together
    if text:
        yield start, len(text)


def embed_legible(
    texts: Sequence[str], embed: Callable[[Sequence[str]], Float32Rows], dimensions: int
) -> Float32Rows:
    """Return what `embed` makes of those texts that say something, made safe, and zeros for the others."""
    safe = [safe_text(text) for text in texts]
    legible = [number for number, text in enumerate(safe) if text.strip()]
    rows = np.zeros((len(texts), dimensions), np.float32)
    if legible:
        rows[legible] = embed([safe[number] for number in legible])
    return rows


def unit_rows(rows: NDArray[np.floating[Any]]) -> Float32Rows:
    """Return rows of length 1 in the same directions; one that has no direction becomes all zero."""
    wide = np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, 0).astype(np.float64)
    # Twice, because the square of a large number is beyond what there is, and that of a small one is nothing.
    for size in (np.abs(wide).max(axis=1, keepdims=True, initial=0), None):
        length = np.linalg.norm(wide, axis=1, keepdims=True) if size is None else size
        wide = np.divide(wide, length, out=np.zeros_like(wide), where=length > 0)
    return wide.astype(np.float32)
