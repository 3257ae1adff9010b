"""What every request passes first, and what every response bears: hosts, origins, sizes, rates, headers."""

from http import HTTPStatus
from urllib.parse import urlsplit

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

    def __init__(self, application: Starlette, settings: WebSettings, host: str) -> None:
        """Guard what is served at a host, as the settings say."""
        self.application, self._settings = application, settings
        self._hosts = _hosts(settings, host)
        self._rates = Rates(settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a problem."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        request = Request(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), secure=request.url.scheme == "https")
            await send(message)

        try:
            self._check(request)
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
        if int(_digits(request.headers.get("content-length", "0"))) > MOST_BYTES:
            raise too_large()
        if self._rates.pace([_asker(request)]) is not Pace.ANSWERED:
            detail = f"more than {self._settings.requests_per_minute} requests came within a minute; wait one"
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", detail, {"Retry-After": str(_PAUSE)}
            )

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


def too_large() -> Problem:
    """Return that a request holds more than is read of one."""
    most = MOST_BYTES // 2**20
    detail = f"the request is larger than {most} MB, so nothing was added; send its files one by one"
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail, {"Connection": "close"})


def _dress(headers: MutableHeaders, *, secure: bool) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", _PRIVATE)
    if secure:
        headers.setdefault("Strict-Transport-Security", _STRICTLY)


def _asker(request: Request) -> str:
    """Return whose requests are counted together: those of a key, or those from an address."""
    given = request.headers.get("authorization")
    return digest(given) if given else request.client.host if request.client else ""


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
