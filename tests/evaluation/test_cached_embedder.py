"""What was embedded once is remembered, by model and by whether it was a question."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.evaluation.cached_embedder import CachedEmbedder
from retrieval.semantic.centroids import centroids
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from tests.support.embeddings_server import EmbeddingsServer


def remembering(server: EmbeddingsServer, folder: Path, model: str = "m") -> CachedEmbedder:
    embedder = ServerEmbedder(Server(server.url, model, query_prefix="query: "))
    return CachedEmbedder(embedder, folder)


def test_no_text_is_embedded_twice(server: EmbeddingsServer, tmp_path: Path) -> None:
    first = remembering(server, tmp_path)
    texts = ["Who?", "Where?", "Who?"]
    rows = first.embed_queries(texts)
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(first.embed_queries(["Where?"])[0], rows[1])
    first.close()
    asked = len(server.inputs)
    again = remembering(server, tmp_path)
    assert np.array_equal(again.embed_queries(texts), rows)
    again.close()
    assert server.inputs[:asked] == [["query: Who?", "query: Where?"]]
    assert server.inputs[asked:] == [["Derek"]], "it is only asked what it is"


def test_a_question_is_not_taken_for_a_passage_nor_a_model_for_another(
    server: EmbeddingsServer, tmp_path: Path
) -> None:
    one, other = remembering(server, tmp_path), remembering(server, tmp_path, "n")
    query, passage = one.embed_queries(["Who?"]), one.embed_passages(["Who?"])
    assert not np.allclose(query, passage)
    other.embed_queries(["Who?"])
    assert server.inputs.count(["query: Who?"]) == 2
    for embedder in (one, other):
        embedder.close()


def test_the_middles_are_those_of_the_model() -> None:
    bundled = pytest.importorskip("retrieval.semantic.embedders.bundled").BundledEmbedder
    known = centroids(bundled.name)
    assert known.keys() == {"en", "ru", "kk"}
    for middle in known.values():
        for row in (middle.sentences, middle.questions):
            assert row.shape == (bundled.dimensions,)
            assert 0.5 < np.linalg.norm(row) < 1, "the mean of rows of length 1 that have much in common"
    assert centroids("another model") == {}
