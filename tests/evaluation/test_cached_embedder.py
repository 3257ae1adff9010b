"""What was embedded once is kept, by model and by whether it was a question."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.evaluation.cached_embedder import CachedEmbedder
from retrieval.semantic.centroids import centroids
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from tests.support.embeddings_server import EmbeddingsServer


def cached(server: EmbeddingsServer, folder: Path, model: str = "m") -> CachedEmbedder:
    embedder = ServerEmbedder(Server(server.url, model, query_prefix="query: "))
    return CachedEmbedder(embedder, folder)


def test_no_text_is_embedded_twice(server: EmbeddingsServer, tmp_path: Path) -> None:
    first = cached(server, tmp_path)
    texts = ["Who?", "Where?", "Who?"]
    rows = first.embed_queries(texts)
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(first.embed_queries(["Where?"])[0], rows[1])
    first.close()
    requests = len(server.inputs)
    second = cached(server, tmp_path)
    assert np.array_equal(second.embed_queries(texts), rows)
    second.close()
    assert server.inputs[:requests] == [["query: Who?", "query: Where?"]]
    assert server.inputs[requests:] == [["Derek"]], "it is only asked what it is"


def test_a_question_is_not_taken_for_a_passage_nor_a_model_for_another(
    server: EmbeddingsServer, tmp_path: Path
) -> None:
    first, second = cached(server, tmp_path), cached(server, tmp_path, "n")
    query, passage = first.embed_queries(["Who?"]), first.embed_passages(["Who?"])
    assert not np.allclose(query, passage)
    second.embed_queries(["Who?"])
    assert server.inputs.count(["query: Who?"]) == 2
    for embedder in (first, second):
        embedder.close()


def test_the_centroids_are_those_of_the_model() -> None:
    bundled = pytest.importorskip("retrieval.semantic.embedders.bundled").BundledEmbedder
    known = centroids(bundled.name)
    assert known.keys() == {"en", "ru", "kk"}
    for centroid in known.values():
        for row in (centroid.sentences, centroid.questions):
            assert row.shape == (bundled.dimensions,)
            assert 0.5 < np.linalg.norm(row) < 1, "the mean of rows of length 1 that have much in common"
    assert centroids("another model") == {}
