"""An application to a server that answers by HTTP until it is stopped."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from bot.assembly import Derek
from bot.chats.keys import CONSOLE
from bot.config import ConfigError, WebSettings
from bot.web.application import application

#: How long requests that are being answered are waited for at the end, in seconds.
_ENDING = 15

#: How often to look whether it has begun, in seconds.
_PAUSE = 0.01

#: How many may wait to be let in.
_WAITING = 2_048

#: Whose page is asked where a request is made without a network.
_WITHIN = "http://localhost"


def serve(derek: Derek, settings: WebSettings, ready: Callable[[], None]) -> None:
    """Answer until the process is told to stop; `ready` is called once it is listened.

    Raises `ConfigError` where that cannot be.
    """
    with closing(_listening(settings)) as listening:
        ready()
        _Server(_configured(application(derek, settings), settings)).run([listening])


def serving(derek: Derek, settings: WebSettings) -> AbstractContextManager[None]:
    """Answer beside what else is done, as long as what is returned is held.

    Raises `ConfigError` where nothing can be listened at.
    """
    return serving_application(application(derek, settings), settings)


@contextmanager
def serving_application(served: ASGIApp, settings: WebSettings) -> Iterator[None]:
    """Let an application answer, as `serving` does."""
    with closing(_listening(settings)) as listening:
        server = _Server(_configured(served, settings))
        thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(_PAUSE)
        if not server.started:
            raise ConfigError("web", "the page could not be started", "its log tells why")
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_ENDING + 1)


def _listening(settings: WebSettings) -> socket.socket:
    """Return a socket that listens where the settings say."""
    host, port = settings.place
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as what it is: of no other one does asyncio send at once what it is given in parts (TCP_NODELAY),
    # and a browser would wait 40 ms for each answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_WAITING)
        return listening
    except (OSError, UnicodeError) as error:
        listening.close()
        where = f"{host}:{port}"
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"web.listen {where}", reason, "name another address or port") from error


def _configured(served: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    return uvicorn.Config(
        served,
        root_path=settings.root_path,
        # What a proxy says of who asks is taken from those alone that the settings name.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_ENDING,
    )


class _Server(uvicorn.Server):
    """A server that ends what is being answered, and leaves the rest to whoever serves."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End when the process is told to stop; what is left to do then is done before it ends."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in former.items():
                signal.signal(each, handler)


def request_once(derek: Derek, settings: WebSettings, method: str, path: str) -> tuple[int, bytes]:
    """Return the status and the body that a request is answered with, without a network.

    Whoever can read the data folder may do everything with it.
    """
    served = application(derek, settings, guest=CONSOLE, host="localhost")

    async def ask() -> tuple[int, bytes]:
        transport = httpx.ASGITransport(served, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=_WITHIN) as client:
            response = await client.request(method, path)
            return response.status_code, response.content

    return asyncio.run(ask())
