"""What can be made to go wrong with the next calls of a method."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

from .errors import ApiError

_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
_FOOT = "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
_REASONS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail: made by the functions below, which say what each does."""

    name: str
    error: ApiError | None = None
    status: int = 0
    seconds: float = 0
    drops: bool = False
    executes: bool = False

    @property
    def page(self) -> str:
        """The page that Telegram's nginx sends instead of JSON."""
        return _PAGE.format(f"{self.status} {_REASONS.get(self.status, 'Error')}") + _FOOT


def flood(retry_after: int = 1) -> Fault:
    """Refuse with 429 and say when to come again."""
    words = f"Too Many Requests: retry after {retry_after}"
    return Fault("flood", error=ApiError(429, words, {"retry_after": retry_after}))


def gateway(status: int = 502) -> Fault:
    """Answer with a page of HTML, as the proxy does when the server behind it is gone."""
    return Fault(f"gateway {status}", status=status)


def refused(code: int, description: str | None = None) -> Fault:
    """Refuse with an error in JSON: 401 and 404 have their own words."""
    words = {401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
    return Fault(f"refused {code}", error=ApiError(code, description or words.get(code, "Bad Request")))


def drop_before() -> Fault:
    """Close the connection without doing anything."""
    return Fault("drop before", drops=True)


def drop_after() -> Fault:
    """Do what was asked, then close the connection without a word."""
    return Fault("drop after", drops=True, executes=True)


def slow(seconds: float) -> Fault:
    """Wait, then do what was asked."""
    return Fault(f"slow {seconds:g}", seconds=seconds, executes=True)


class FaultPlan:
    """The faults still to come, by method, in the order in which they were planned."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, fault: Fault, times: int) -> None:
        self._planned[method.lower()].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, if it meets one."""
        planned = self._planned[method.lower()]
        return planned.popleft() if planned else None

    @property
    def pending(self) -> int:
        """How many planned faults nothing has met yet."""
        return sum(map(len, self._planned.values()))
