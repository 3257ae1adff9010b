"""Meaning from a server: against a real one on loopback, which answers well, badly, slowly or not at all."""

import json
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from retrieval.errors import EmbedderError, EmbedderMismatchError, EmbedderUnreachableError
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from tests.semantic.embedder_contract import TEXTS, EmbedderContract, lengths
from tests.support.embeddings_server import Answer, EmbeddingsServer, Request, always, embeddings, well
from tests.support.running import free_port

KEY = "sk-SECRETword"


@contextmanager
def embedding(url: str, key: str | None = None, **settings: Any) -> Iterator[ServerEmbedder]:
    embedder = ServerEmbedder(Server(url, "m", **settings), key)
    try:
        yield embedder
    finally:
        embedder.close()


@pytest.fixture
def embedder(server: EmbeddingsServer) -> Iterator[ServerEmbedder]:
    with embedding(server.url, batch=4) as made:
        yield made


class TestServerEmbedder(EmbedderContract):
    """A server keeps the contract."""


# What it is asked


def test_it_is_asked_as_openai_is(server: EmbeddingsServer) -> None:
    with embedding(server.url, KEY) as embedder:
        assert embedder.dimensions == 8
        assert embedder.name == "m"
        embedder.embed_queries(["Who?"])
    assert server.requests[1] == {"model": "m", "input": ["Who?"]}
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert {headers["Content-Type"] for headers in server.headers} == {"application/json"}


def test_without_a_key_it_is_shown_none(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    embedder.embed_queries(["Who?"])
    assert not any("Authorization" in headers for headers in server.headers)


@pytest.mark.parametrize("end", ["", "/", "/embeddings", "/embeddings/"])
def test_the_address_may_be_given_to_its_end(server: EmbeddingsServer, end: str) -> None:
    with embedding(server.url + end) as embedder:
        embedder.embed_queries(["Who?"])
    assert set(server.paths) == {"/v1/embeddings"}


def test_prefixes_stand_before_what_is_read(server: EmbeddingsServer) -> None:
    with embedding(server.url, query_prefix="query: ", passage_prefix="passage: ") as embedder:
        rows = embedder.embed_queries(["Who?", ""]), embedder.embed_passages(["He.", ""])
        assert embedder.name == "m passage:"
    assert server.inputs == [["query: Who?"], ["passage: He."]]
    assert [lengths(task_rows).round(5).tolist() for task_rows in rows] == [[1, 0], [1, 0]]


def test_texts_go_in_batches(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    embedder.embed_passages([str(number) for number in range(10)])
    assert [len(texts) for texts in server.inputs] == [4, 4, 2]


@pytest.mark.parametrize("settings", [{"batch": 0}, {"timeout": 0}])
def test_a_server_is_given_something_to_do_and_time(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least one text"):
        Server("http://localhost", "m", **settings)


# What it answers


def test_rows_go_by_their_index(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    rows = embedder.embed_queries(TEXTS[:4])

    def shuffled(request: Request) -> Answer:
        answer = embeddings(request)
        answer["data"] = answer["data"][2:] + answer["data"][:2]
        return 200, [json.dumps(answer).encode()]

    server.answer = shuffled
    assert np.array_equal(embedder.embed_queries(TEXTS[:4]), rows)


def test_rows_of_any_size_are_made_of_length_one(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    assert embedder.dimensions == 8

    def sized(request: Request) -> Answer:
        rows = [[1e300] * 8, [1e-300] * 8, [0] * 8, [-3, 4, 0, 0, 0, 0, 0, 0]]
        data = [{"index": number, "embedding": row} for number, row in enumerate(rows)]
        return 200, [json.dumps({"data": data, "model": "m"}).encode()]

    server.answer = sized
    rows = embedder.embed_queries(TEXTS[:4])
    assert lengths(rows) == pytest.approx([1, 1, 0, 1])
    assert rows[3, :2] == pytest.approx([-0.6, 0.8])


def test_a_server_need_not_name_its_model(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    server.answer = lambda request: (200, [json.dumps(embeddings(request, model=None)).encode()])
    assert embedder.embed_queries(TEXTS).shape == (5, 8)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_only_the_text_that_is_refused_has_no_row(
    server: EmbeddingsServer, embedder: ServerEmbedder, status: int
) -> None:
    server.answer = lambda request: (status, [b"too long"]) if "long" in request["input"] else well(request)
    rows = embedder.embed_passages(["a", "b", "long", "c", "d"])
    assert lengths(rows) == pytest.approx([1, 1, 0, 1, 1])
    assert np.array_equal(rows[[0, 1, 3, 4]], embedder.embed_passages(["a", "b", "c", "d"]))


@pytest.mark.parametrize(
    ("dimensions", "model", "actual"), [(9, "m", "m in 9 dimensions"), (8, "other", "other in 8 dimensions")]
)
def test_another_model_than_before_is_refused(
    server: EmbeddingsServer, embedder: ServerEmbedder, dimensions: int, model: str, actual: str
) -> None:
    embedder.embed_queries(["Who?"])
    server.answer = lambda request: (200, [json.dumps(embeddings(request, dimensions, model)).encode()])
    with pytest.raises(EmbedderMismatchError) as error:
        embedder.embed_passages(["He."])
    assert (error.value.found, error.value.expected) == (actual, "m in 8 dimensions")
    assert str(error.value).startswith(
        f"{server.url}/embeddings: found {actual}, expected m in 8 dimensions; "
    )
    assert "derek embed --anew" in str(error.value)


GARBAGE = [
    b"",
    b"<html>",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b'{"data": null}',
    b'{"data": []}',
    b'{"data": [null]}',
    b'{"data": ["x"]}',
    b'{"data": [{"embedding": [1, 2]}]}',
    b'{"data": [{"index": 1, "embedding": [1, 2]}]}',
    b'{"data": [{"index": "0", "embedding": [1, 2]}]}',
    b'{"data": [{"index": null, "embedding": [1, 2]}]}',
    b'{"data": [{"index": 0, "embedding": null}]}',
    b'{"data": [{"index": 0, "embedding": []}]}',
    b'{"data": [{"index": 0, "embedding": 5}]}',
    b'{"data": [{"index": 0, "embedding": "AACAPw=="}]}',
    b'{"data": [{"index": 0, "embedding": [1, null]}]}',
    b'{"data": [{"index": 0, "embedding": [1, [2]]}]}',
    b'{"data": [{"index": 0, "embedding": [1, NaN]}]}',
    b'{"data": [{"index": 0, "embedding": [1, 1e999]}]}',
    b'{"data": [{"index": 0, "embedding": [1, 1' + b"0" * 400 + b"]}]}",
    b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1, 2]}]}',
    b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [1, 2]}]}',
    b'{"data": ' + b"[" * 100_000,
    b'{"error": {"message": "no"}}',
]


@pytest.mark.parametrize("body", GARBAGE, ids=[str(number) for number in range(len(GARBAGE))])
def test_what_are_no_embeddings_is_said(server: EmbeddingsServer, body: bytes) -> None:
    server.answer = always(200, body)
    with embedding(server.url) as embedder, pytest.raises(EmbedderUnreachableError) as error:
        embedder.embed_queries(["Who?"])
    assert "embeddings" in error.value.reason
    assert error.value.remedy == "check url and model under [semantic]"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "DEREK_EMBEDDINGS_KEY"),
        (403, "DEREK_EMBEDDINGS_KEY"),
        (404, "url and model"),
        (400, "url and model"),
        (302, "url and model"),
        (204, "url and model"),
        (429, "try again later"),
        (500, "try again later"),
        (503, "try again later"),
    ],
)
def test_a_refusal_is_said_with_what_to_do(server: EmbeddingsServer, status: int, remedy: str) -> None:
    refusal = {"error": {"message": f"no,\nnot with {KEY}\x1b[31m " + "and so on " * 100}}
    server.answer = always(status, *([] if status == 204 else [json.dumps(refusal).encode()]))
    with embedding(server.url, KEY) as embedder, pytest.raises(EmbedderUnreachableError) as error:
        embedder.embed_queries(["Who?"])
    line = str(error.value)
    assert line.startswith(f"{server.url}/embeddings: it answered {status}")
    assert ("(no, not with … [31m and so on" in line) == (status != 204)
    assert remedy in line
    assert line.isprintable()
    assert len(line) < 400
    assert "SECRET" not in "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(
    "body", [b'{"error": "no"}', b"no", b'"no"', b'{"error": {"message": "no"}}', b"[no"]
)
def test_a_refusal_may_be_said_in_any_way(server: EmbeddingsServer, body: bytes) -> None:
    server.answer = always(500, body)
    with embedding(server.url) as embedder, pytest.raises(EmbedderUnreachableError, match=r"500 \(.*no.*\)"):
        embedder.embed_queries(["Who?"])


def test_after_a_failure_it_goes_on(server: EmbeddingsServer, embedder: ServerEmbedder) -> None:
    rows = embedder.embed_queries(TEXTS)
    server.answer = always(500, b"no")
    with pytest.raises(EmbedderUnreachableError):
        embedder.embed_queries(TEXTS)
    server.answer = well
    assert np.array_equal(embedder.embed_queries(TEXTS), rows)


# When it does not answer


def test_a_slow_server_is_not_waited_for(server: EmbeddingsServer) -> None:
    waited = threading.Event()
    server.answer = lambda request: (waited.wait(60), well(request))[1]
    began = time.monotonic()
    try:
        with embedding(server.url, timeout=0.2) as embedder, pytest.raises(EmbedderError) as error:
            embedder.embed_queries(["Who?"])
    finally:
        waited.set()
    assert isinstance(error.value, EmbedderUnreachableError)
    assert "longer than 0.2 seconds over 1 texts" in error.value.reason
    assert "timeout" in error.value.remedy
    assert time.monotonic() - began < 40


def test_a_server_that_answers_drop_by_drop_is_not_waited_for(server: EmbeddingsServer) -> None:
    server.answer = always(200, *[b" "] * 200)
    began = time.monotonic()
    with (
        embedding(server.url, timeout=0.3) as embedder,
        pytest.raises(EmbedderUnreachableError, match="longer"),
    ):
        embedder.embed_queries(["Who?"])
    assert time.monotonic() - began < 15


def test_where_there_is_no_server_it_is_said() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    with embedding(url) as embedder, pytest.raises(EmbedderUnreachableError) as error:
        embedder.embed_queries(["Who?"])
    assert str(error.value).startswith(f"{url}/embeddings: ")
    assert "refused" in error.value.reason
    assert "check that it runs" in error.value.remedy


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "nowhere", "http://", "http://127.0.0.1:99999", "http://[::1"]
)
def test_what_is_no_address_is_said(url: str) -> None:
    with embedding(url) as embedder, pytest.raises(EmbedderUnreachableError, match=r"url under \[semantic\]"):
        embedder.embed_queries(["Who?"])


def test_what_is_closed_embeds_nothing(embedder: ServerEmbedder) -> None:
    embedder.embed_queries(["Who?"])
    embedder.close()
    embedder.close()
    with pytest.raises(RuntimeError, match="closed"):
        embedder.embed_queries(["Who?"])


def test_the_key_is_shown_nowhere(server: EmbeddingsServer) -> None:
    with embedding(server.url, KEY) as embedder:
        assert "SECRET" not in f"{embedder} {embedder!r}"
