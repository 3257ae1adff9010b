"""Meaning from a server: any that answers as OpenAI's /v1/embeddings does."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import numpy as np

from retrieval.errors import EmbedderMismatchError, EmbedderUnreachableError
from retrieval.semantic.embedder import Float32Rows, embed_legible, unit_rows

#: What a server says to a text that it cannot take, or to too many at once.
_TOO_MUCH = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}

#: A question waits no longer than this many seconds, and is answered by words then.
_QUESTION_TIMEOUT = 3.0

_KEY = "put the key that it gave you into DEREK_EMBEDDINGS_KEY"
_LATER = "try again later, or look into its log"
_NAMES = "check url and model under [semantic]"
_RUNS = "check that it runs, and url under [semantic]"


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, which of its models to ask, and how."""

    url: str
    model: str
    batch: int = 32
    timeout: float = 30
    query_prefix: str = ""
    passage_prefix: str = ""

    def __post_init__(self) -> None:
        if self.batch < 1 or self.timeout <= 0:
            raise ValueError(f"a server is sent at least one text and given time, not {self}")

    @property
    def address(self) -> str:
        """Where embeddings are asked for."""
        return f"{self.url.rstrip('/').removesuffix('/embeddings')}/embeddings"


@dataclass(frozen=True, slots=True)
class _Kind:
    model: str
    dimensions: int

    def __str__(self) -> str:
        return f"{self.model} in {self.dimensions} dimensions"


class ServerEmbedder:
    """An `Embedder` that asks a server, which is to answer with the same model all the time."""

    def __init__(self, server: Server, key: str | None = None) -> None:
        """Ask nothing yet; `key` is what opens the server, where it is not open to all."""
        self._server, self._key = server, key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(headers=headers)
        self._kind: _Kind | None = None

    @property
    def name(self) -> str:
        """The model, and what it reads before a passage: vectors of another name do not compare."""
        return f"{self._server.model} {self._server.passage_prefix}".strip()

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has, which the server's first answer tells."""
        if self._kind is None:
            status, body = self._post(["Derek"], self._server.timeout)
            self._vectors(status, body, 1)
        assert self._kind is not None  # noqa: S101  for mypy, which cannot see what the call does
        return self._kind.dimensions

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question."""
        return self._embed(texts, self._server.query_prefix, min(self._server.timeout, _QUESTION_TIMEOUT))

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer."""
        return self._embed(texts, self._server.passage_prefix, self._server.timeout)

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question."""
        return self._embed(texts, self._server.passage_prefix, min(self._server.timeout, _QUESTION_TIMEOUT))

    def close(self) -> None:
        """Close the connections; nothing can be embedded afterwards."""
        self._client.close()

    def _embed(self, texts: Sequence[str], prefix: str, timeout: float) -> Float32Rows:
        def embed(legible: Sequence[str]) -> Float32Rows:
            inputs = [prefix + text for text in legible]
            batches = (
                inputs[at : at + self._server.batch] for at in range(0, len(inputs), self._server.batch)
            )
            return np.concatenate([self._batch(batch, timeout) for batch in batches])

        return embed_legible(texts, embed, self.dimensions)

    def _batch(self, texts: Sequence[str], timeout: float) -> Float32Rows:
        """Return the vectors of some texts; that of one which the server does not take is zero.

        It has answered before, so what it refuses as a bad request now is about these texts.
        """
        status, body = self._post(texts, timeout)
        if status not in _TOO_MUCH:
            return self._vectors(status, body, len(texts))
        if len(texts) == 1:
            return np.zeros((1, self.dimensions), np.float32)
        centroid = len(texts) // 2
        return np.concatenate(
            [self._batch(texts[:centroid], timeout), self._batch(texts[centroid:], timeout)]
        )

    def _post(self, texts: Sequence[str], timeout: float) -> tuple[int, bytes]:
        """Return the status and the body of the server's answer."""
        request = {"model": self._server.model, "input": list(texts)}
        deadline = time.monotonic() + timeout
        body = bytearray()
        try:
            with self._client.stream("POST", self._server.address, json=request, timeout=timeout) as response:
                for part in response.iter_bytes():
                    body += part
                    # The client's own limit is for each part, of which there may be many.
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("too slow")
                return response.status_code, bytes(body)
        except httpx.TimeoutException as error:
            reason = f"it took longer than {timeout:g} seconds over {len(texts)} texts"
            remedy = "raise timeout or lower batch under [semantic], or look into its log"
            raise self._unreachable(reason, remedy) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(str(error) or type(error).__name__, _RUNS) from error

    def _vectors(self, status: int, body: bytes, count: int) -> Float32Rows:
        """Return the vectors in an answer, which are to be `count`, of the kind that all before were."""
        if status != HTTPStatus.OK:
            raise self._unreachable(f"it answered {status}{self._refusal_reason(body)}", _remedy(status))
        try:
            answer = json.loads(body)
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            # Widely at first: a number that float32 cannot hold would pass with a mere warning.
            rows = np.array([entry["embedding"] for entry in entries], np.float64)
            model = str(answer.get("model") or self._server.model)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
            raise self._unreachable("what it answered are no embeddings", _NAMES) from error
        if [entry["index"] for entry in entries] != list(range(count)):
            raise self._unreachable(f"it gave {len(entries)} embeddings of {count} texts", _NAMES)
        if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
            raise self._unreachable("its embeddings are no rows of numbers", _NAMES)
        self._expect(_Kind(model, rows.shape[1]))
        return unit_rows(rows)

    def _expect(self, kind: _Kind) -> None:
        if self._kind is None:
            self._kind = kind
        if kind != self._kind:
            remedy = "let it serve one model, then make the vectors anew: derek embed --anew"
            raise EmbedderMismatchError(self._server.address, str(kind), str(self._kind), remedy)

    def _refusal_reason(self, body: bytes) -> str:
        """Return what the server says of its refusal, in brackets and one short line without the key."""
        reason = body.decode("utf-8", "replace")
        # Some say it in another way than OpenAI.
        with suppress(ValueError, TypeError, LookupError, RecursionError):
            reason = str(json.loads(reason)["error"]["message"])
        if self._key:
            reason = reason.replace(self._key, "…")
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in reason).split())
        return f" ({line[:200]})" if line else ""

    def _unreachable(self, reason: str, remedy: str) -> EmbedderUnreachableError:
        return EmbedderUnreachableError(self._server.address, reason, remedy)


def _remedy(status: int) -> str:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _KEY
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _LATER
    return _NAMES
