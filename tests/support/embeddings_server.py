"""A real server of embeddings on loopback, which answers well, badly, slowly or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

import numpy as np

Request = Mapping[str, Any]

#: A status and a body, the latter perhaps in parts that come one after another.
Answer = tuple[int, list[bytes]]


def vector(text: str, dimensions: int) -> list[float]:
    made: list[float] = np.random.default_rng(crc32(text.encode())).normal(0, 3, dimensions).tolist()
    return made


def embeddings(request: Request, dimensions: int = 8, model: str | None = "m") -> dict[str, Any]:
    data = [
        {"object": "embedding", "index": number, "embedding": vector(text, dimensions)}
        for number, text in enumerate(request["input"])
    ]
    return {"object": "list", "data": data} | ({"model": model} if model else {})


def well(request: Request) -> Answer:
    return 200, [json.dumps(embeddings(request)).encode()]


def always(status: int, *parts: bytes) -> Callable[[Request], Answer]:
    """Return what answers everything like this, in these parts."""
    return lambda _: (status, list(parts))


class EmbeddingsServer(ThreadingHTTPServer):
    """A server of embeddings that answers as `answer` says, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Callable[[Request], Answer] = well
        self.requests: list[Request] = []
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def inputs(self) -> list[list[str]]:
        """The texts of each request after the first one, which asks what the server is."""
        return [request["input"] for request in self.requests[1:]]


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingsServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.paths.append(self.path)
        self.server.headers.append(dict(self.headers.items()))
        status, parts = self.server.answer(request)
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(sum(map(len, parts))))
            self.end_headers()
            for number, part in enumerate(parts):
                time.sleep(0.05 if number else 0)
                self.wfile.write(part)
        except OSError:
            self.close_connection = True  # Nobody waits any more.

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the base class calls it
        """Say nothing."""


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    """Give a server that answers until the end of the block."""
    with EmbeddingsServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
