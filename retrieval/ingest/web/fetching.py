"""Contents fetched from the network, from public addresses only and within limits.

The address is checked where the connection is made, and that very address is connected to: so each redirect
is checked, and a name that leads elsewhere a moment later leads nowhere.
"""

import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from ssl import SSLContext
from threading import Lock
from types import TracebackType
from typing import Any, Self

import httpcore
import httpx

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.addresses import Network, is_public
from retrieval.ingest.web.contents import Fetched, Validators
from retrieval.ingest.web.urls import is_address

#: How many addresses of a host are tried at most.
_MOST_ADDRESSES = 3

#: The ports of the web, the only ones that are connected to beside those of allowed networks.
_PORTS = frozenset({80, 443})

_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED, _OK = 304, 200

#: How much is unpacked at a time.
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FetchingLimits:
    """What fetching may take: bytes when unpacked, seconds in all and to connect, and redirects.

    The `pause` is what one host is left in peace for between two contents, in seconds.
    """

    size: int = 10 * 1024 * 1024
    seconds: float = 20
    connecting: float = 5
    redirects: int = 5
    pause: float = 0.5


class Fetcher:
    """Fetches contents over connections of its own, which it closes when it is left."""

    def __init__(
        self,
        agent: str,
        *,
        allowed: Sequence[Network] = (),
        limits: FetchingLimits | None = None,
        resolve: Callable[..., list[Any]] = socket.getaddrinfo,
    ) -> None:
        """Fetch as `agent`, also from the `allowed` networks; `resolve` finds addresses as sockets do."""
        self._limits = limits or FetchingLimits()
        self._lock = Lock()
        #: When each host may be asked again.
        self._free_at: dict[str, float] = {}
        self._network = _PublicBackend(allowed, resolve)
        transport = httpx.HTTPTransport(trust_env=False, retries=0)
        # httpx lets no backend be given, and its pool is the one place where each connection is made.
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=4,
            network_backend=self._network,
        )
        self._client = httpx.Client(
            transport=transport,
            trust_env=False,
            timeout=httpx.Timeout(self._limits.seconds, connect=self._limits.connecting),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, url: str, validators: Validators | None = None) -> Fetched | None:
        """Return what stands at an address, wherever that leads; None if it has not changed since.

        Raises `UnreadablePageError`.
        """
        headers = validators.headers() if validators else {}
        place = _address(url, url)
        with self._lock, _understood(url, self._limits):
            self._leave_in_peace(place.host)
            self._network.until = time.monotonic() + self._limits.seconds
            for _ in range(self._limits.redirects + 1):
                with self._client.stream("GET", place, headers=headers) as response:
                    if response.status_code in _REDIRECTED and "location" in response.headers:
                        place = _address(response.headers["location"], url, place)
                        continue
                    if response.status_code == _NOT_MODIFIED and headers:
                        return None
                    if response.status_code != _OK:
                        raise UnreadablePageError(url, PageFault.STATUS, str(response.status_code))
                    return _fetched(str(place), b"".join(self._unpacked(response, url)), response.headers)
        raise UnreadablePageError(url, PageFault.REDIRECTS, str(self._limits.redirects))

    def _leave_in_peace(self, host: str) -> None:
        """Wait until a host may be asked again."""
        now = time.monotonic()
        at = max(now, self._free_at.get(host, now))
        self._free_at[host] = at + self._limits.pause
        time.sleep(at - now)

    def _unpacked(self, response: httpx.Response, url: str) -> Iterator[bytes]:
        """Yield the content piece by piece, as long as there is room for it."""
        coding = response.headers.get("content-encoding", "identity").lower()
        if coding not in ("gzip", "identity", ""):
            raise UnreadablePageError(url, PageFault.CODING, coding)
        size = 0
        for piece in _pieces(response.iter_raw(), is_packed=coding == "gzip"):
            size += len(piece)
            if size > self._limits.size:
                raise UnreadablePageError(url, PageFault.SIZE, f"{self._limits.size // 1024**2} MB")
            yield piece


class _TimedStream(httpcore.NetworkStream):
    """A connection that is waited for until the moment that `until` gives: each byte of it may be slow."""

    def __init__(self, stream: httpcore.NetworkStream, until: Callable[[], float]) -> None:
        self._stream, self._until = stream, until

    def _left(self, timeout: float | None) -> float:
        left = self._until() - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send something."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection encrypted."""
        encrypted = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _TimedStream(encrypted, self._until)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


class _PublicBackend(httpcore.SyncBackend):
    """Connections to public addresses and allowed networks, and to no others."""

    def __init__(self, allowed: Sequence[Network], resolve: Callable[..., list[Any]]) -> None:
        self._allowed, self._resolve = allowed, resolve
        #: Until when what is fetched is waited for.
        self.until = 0.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that takes the connection, if all that it has are public."""
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [entry[4][0] for entry in found]
        inside = [address for address in addresses if not is_public(address)]
        if not all(is_public(address, self._allowed) for address in addresses):
            raise _InsideError
        if not addresses or (port not in _PORTS and not inside):
            raise _InsideError
        # Of a host with addresses of both kinds one is often not to be reached from here.
        *others, last = list(dict.fromkeys(addresses))[:_MOST_ADDRESSES]
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
                return _TimedStream(stream, lambda: self.until)
        stream = super().connect_tcp(last, port, timeout, local_address, socket_options)
        return _TimedStream(stream, lambda: self.until)


class _InsideError(Exception):
    """What was asked for is not in public."""


def _address(address: str, url: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return the address of a page, as it stands on another one, the `base`, if that is given.

    Raises `UnreadablePageError`, of the `url` that led to it.
    """
    try:
        place = base.join(address) if base else httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise UnreadablePageError(url, PageFault.ADDRESS) from None
    if not is_address(str(place)):
        raise UnreadablePageError(url, PageFault.ADDRESS)
    if place.scheme not in ("http", "https") or place.userinfo or not place.host:
        raise UnreadablePageError(url, PageFault.ADDRESS)
    return place


@contextmanager
def _understood(url: str, limits: FetchingLimits) -> Iterator[None]:
    """Turn what the network fails of into words."""
    try:
        yield
    except _InsideError:
        raise UnreadablePageError(url, PageFault.INSIDE) from None
    except (httpx.InvalidURL, UnicodeError):  # What no name of a host can be is found out late.
        raise UnreadablePageError(url, PageFault.ADDRESS) from None
    except httpx.ConnectTimeout:
        raise UnreadablePageError(url, PageFault.UNREACHABLE, "it does not answer") from None
    except httpx.TimeoutException:
        raise UnreadablePageError(url, PageFault.SLOW, f"{limits.seconds:.0f} s") from None
    except (httpx.HTTPError, zlib.error) as error:
        raise UnreadablePageError(url, PageFault.UNREACHABLE, str(error) or type(error).__name__) from error


def _pieces(raw: Iterator[bytes], *, is_packed: bool) -> Iterator[bytes]:
    """Yield what is sent, unpacked a piece at a time."""
    if not is_packed:
        yield from raw
        return
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for chunk in raw:
        while chunk:
            yield unpacking.decompress(chunk, _PIECE)
            chunk = unpacking.unconsumed_tail  # noqa: PLW2901  what is left of it
    if not unpacking.eof:
        raise zlib.error("it broke off")


def _fetched(url: str, content: bytes, headers: httpx.Headers) -> Fetched:
    kind, told = Message(), headers.get("content-type", "")
    kind["content-type"] = told
    media_type = kind.get_content_type() if told else ""
    validators = Validators(headers.get("etag"), headers.get("last-modified"))
    return Fetched(url, content, media_type, kind.get_content_charset(), validators)
