"""What every request passes first, and what every response bears: hosts, origins, sizes, rates, headers."""

from collections.abc import Callable, Container
from http import HTTPStatus
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from bot.chats.rates import Pace, Rates
from bot.config import WebSettings
from bot.web.problems import Problem, forbidden
from retrieval.articles import digest
from retrieval.ingest.files import LARGEST

#: The most bytes of a request: a few of the largest files, with what a form adds to them.
MOST_BYTES = 3 * LARGEST

#: The most bytes of JSON, which is taken apart at once; and how few are read of anybody.
_MOST_JSON, _SMALL = LARGEST, 65_536

#: How long whoever asks too much is to wait, in seconds.
_PAUSE = 60

#: Nothing but the page's own style and script, no frame around it, and nothing of it sent anywhere else.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}

#: Kept by nobody: what is asked, and who asks, is nobody else's business.
_PRIVATE = "no-store"

#: How long it is remembered that the page is only to be had by TLS, in seconds.
_STRICTLY = "max-age=31536000"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: What a machine is called by itself.
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Lets requests pass to an application, those that are addressed to it and come from where they may."""

    def __init__(
        self,
        application: Starlette,
        settings: WebSettings,
        host: str,
        known: Container[str],
        check: Callable[[Request], object],
    ) -> None:
        """Guard what is served at a host, as the settings say.

        `known` are the digests of keys that hold; `check` raises a problem for who may not even read.
        """
        self.application, self._settings, self._known = application, settings, known
        self._may_read = check
        self._hosts = _hosts(settings, host)
        self._rates = Rates(settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a problem."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        request = Request(scope)
        is_head = request.method == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET"}

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), request)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            self._check(request)
            if request.method not in _SAFE and _length(request) > _SMALL:
                # Who may not send anything is not read: what is sent has to be held, and taken apart.
                await to_thread.run_sync(self._may_read, request)
            await self.application(scope, _Counted(receive), dressed)
        except Problem as problem:
            await problem.response()(scope, receive, dressed)

    def _check(self, request: Request) -> None:
        """Raise a problem for what is not to be answered at all."""
        host = _name_of(request.headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            detail = f"nothing is served under the name {host!r}; name it in the settings: [web] url"
            raise Problem(HTTPStatus.MISDIRECTED_REQUEST, "unknown-host", detail)
        if request.method not in _SAFE:
            self._check_origin(request)
        is_json = request.headers.get("content-type", "").startswith("application/json")
        if MOST_BYTES >= _length(request) > _MOST_JSON and is_json and "content-length" in request.headers:
            raise too_large(_MOST_JSON)
        if _length(request) > MOST_BYTES and "content-length" in request.headers:
            raise too_large()
        if self._rates.pace([self._asker(request)]) is not Pace.ANSWERED:
            detail = f"more than {self._settings.requests_per_minute} requests came within a minute; wait one"
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, {"Retry-After": str(_PAUSE)}
            )

    def _asker(self, request: Request) -> str:
        """Return whose requests are counted together: those of a key that holds, or those from an address."""
        given = digest(secret_in(request) or "")
        return given if given in self._known else request.client.host if request.client else ""

    def _check_origin(self, request: Request) -> None:
        """Refuse what a page of another origin sends: browsers say where it comes from."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        own = {f"{request.url.scheme}://{request.headers.get('host', '')}".lower()}
        if self._settings.url:
            parts = urlsplit(str(self._settings.url))
            own.add(f"{parts.scheme}://{parts.netloc}".lower())
        if site in ("cross-site", "same-site") or (origin is not None and origin.lower() not in own):
            raise forbidden("this came from a page of another origin, and changes nothing here")


class _Counted:
    """Receives the body of a request, as far as it may be long."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._bytes = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MOST_BYTES:
            # What reads the body lets errors of this kind through.
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large().detail)
        return message


def secret_in(request: Request) -> str | None:
    """Return the key that a request shows, if it shows one, however it is written around."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return (secret.strip() or None) if scheme.lower() == "bearer" else None


def _length(request: Request) -> int:
    """Return how many bytes come, as far as that is said; else more than may."""
    said = request.headers.get("content-length")
    if said is None:
        return MOST_BYTES + 1 if "transfer-encoding" in request.headers else 0
    return int(_digits(said))


def too_large(most: int = MOST_BYTES) -> Problem:
    """Return that a request holds more than is read of one."""
    most //= 2**20
    detail = f"the request is larger than {most} MB, so nothing was added; send its files one by one"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail, {"Connection": "close"})


def _dress(headers: MutableHeaders, request: Request) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    is_static = "/static/" in request.url.path
    headers.setdefault("Cache-Control", "no-cache" if is_static else _PRIVATE)
    if request.url.scheme == "https":
        headers.setdefault("Strict-Transport-Security", _STRICTLY)


def _hosts(settings: WebSettings, host: str) -> frozenset[str]:
    """Return under which names it may be asked; under any where it listens to others and none is named.

    A page of a stranger's may have a name that leads to the machine that shows it (DNS rebinding).
    """
    named = frozenset({settings.url.host.lower()} if settings.url and settings.url.host else ())
    return named | _LOOPBACK if host in _LOOPBACK or named else frozenset()


def _name_of(host: str) -> str:
    """Return a host without its port.

    >>> _name_of("[::1]:8765"), _name_of("LOCALHOST")
    ('::1', 'localhost')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdecimal() and len(value) < 20 else "0"
