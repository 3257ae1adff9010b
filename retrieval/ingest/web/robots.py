"""What servers ask programs to leave alone: the Robots Exclusion Protocol, RFC 9309."""

from collections.abc import Callable
from urllib.parse import urljoin

from protego import Protego

from retrieval.errors import PageFault, UnreadablePageError
from retrieval.ingest.web.contents import Fetched, Validators

Fetch = Callable[[str, Validators | None], Fetched | None]


class Robots:
    """The rules of servers for one agent, each asked for once."""

    def __init__(self, fetch: Fetch, agent: str) -> None:
        """Know no rules yet; they are asked for by `fetch`."""
        self._fetch, self._agent = fetch, agent
        self._rules: dict[str, Protego] = {}

    def allows(self, url: str) -> bool:
        """Whether a server lets a page be fetched; one that fails to tell its rules lets none be."""
        server = urljoin(url, "/")
        if server not in self._rules:
            self._rules[server] = self._asked(server)
        return self._rules[server].can_fetch(url, self._agent)

    def _asked(self, server: str) -> Protego:
        """Return the rules of a server."""
        try:
            fetched = self._fetch(f"{server}robots.txt", None)
        except UnreadablePageError as error:
            # Who has no such page has no rules; and what cannot be reached at all, the page neither can.
            is_broken = error.fault is PageFault.STATUS and error.detail.startswith("5")
            return Protego.parse("User-agent: *\nDisallow: /" if is_broken else "")
        return Protego.parse(fetched.content.decode("utf-8", "replace") if fetched else "")
