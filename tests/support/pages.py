"""A web server on loopback whose pages do what a test wants."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What a page does with a request.
Page = Callable[[BaseHTTPRequestHandler], None]


class WebServer:
    """The server while it runs: where it is, and what it was asked for, in order."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.port, self.asked = port, asked

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"


def answer(content: bytes = b"", status: int = 200, *, headers: Mapping[str, str] | None = None) -> Page:
    """Return a page that is simply there."""

    def page(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return page


def moved(to: str) -> Page:
    """Return a page that leads to another one."""
    return answer(status=302, headers={"Location": to})


@contextmanager
def web_server(pages: Mapping[str, Page]) -> Iterator[WebServer]:
    """Give a server with pages by their paths."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            # Who asked may have had enough.
            with suppress(OSError):
                pages.get(self.path.partition("?")[0], answer(status=404))(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield WebServer(server.server_port, asked)
    finally:
        server.shutdown()
        server.server_close()
