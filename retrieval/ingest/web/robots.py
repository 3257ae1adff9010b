"""What servers ask programs to leave alone: the Robots Exclusion Protocol, RFC 9309."""

import time
from collections.abc import Callable
from urllib.parse import urljoin

from protego import Protego

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.contents import Fetched, Validators

#: How long rules hold (RFC 9309, section 2.4), and how long that there are none to be had, in seconds.
_DAY, _SOON = 24 * 3600.0, 600.0

Fetch = Callable[[str, Validators | None], Fetched | None]


class Robots:
    """The rules of servers for one agent, each asked for once a day, or soon again where a server fails."""

    def __init__(self, fetch: Fetch, agent: str) -> None:
        """Know no rules yet; they are asked for by `fetch`."""
        self._fetch, self._agent = fetch, agent
        #: The rules of each server, and until when they hold.
        self._rules: dict[str, tuple[Protego, float]] = {}

    def allows(self, url: str) -> bool:
        """Whether a server lets a page be fetched; one that fails to tell its rules lets none be."""
        server = urljoin(url, "/")
        known = self._rules.get(server)
        if known is None or time.monotonic() > known[1]:
            rules, period = self._asked(server)
            known = self._rules[server] = rules, time.monotonic() + period
        return known[0].can_fetch(url, self._agent)

    def _asked(self, server: str) -> tuple[Protego, float]:
        """Return the rules of a server, and for how many seconds they hold."""
        try:
            fetched = self._fetch(f"{server}robots.txt", None)
        except UnreadablePageError as error:
            # Who has no such page has no rules; and what cannot be reached at all, the page neither can.
            is_broken = error.fault is PageFault.STATUS and error.detail.startswith("5")
            return Protego.parse("User-agent: *\nDisallow: /" if is_broken else ""), _SOON
        return Protego.parse(fetched.content.decode("utf-8", "replace") if fetched else ""), _DAY
