"""Who asks by HTTP: by a key, signed in by a link, or anybody where reading is open."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from bot.assembly import Derek
from bot.chats.access import Role
from bot.chats.chat import Chat
from bot.chats.keys import Holder
from bot.chats.persons import Standing
from bot.config import WebSettings
from bot.phrases import Phrases
from bot.web.guard import secret_in
from bot.web.problems import forbidden, unauthorised
from retrieval.articles import digest
from retrieval.filters import NO_FILTER, Filter

#: The name of the cookie by which a browser is signed in. With TLS it has a prefix, by which browsers take it
#: from nobody else (RFC 6265bis, 4.1.3).
COOKIE, SECURE_COOKIE = "derek", "__Host-derek"

_ROLES = {Standing.READER: Role.READER, Standing.ADMINISTRATOR: Role.ADMINISTRATOR}

#: How many keys are remembered to hold.
_MOST_KNOWN = 10_000

#: Where in a request to the tools of MCP stands who sent it.
VISITOR = "derek.visitor"

#: What chats that are held by HTTP are called: behind it stands who holds them.
WEB = "web:"


#: A line that tells what became of an article, and the id of that if it can be read now.
Line = tuple[str, str | None]

#: Gives such lines in the language of some phrases.
LinesIn = Callable[[Phrases], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did with articles, and the number by which it can be undone, if it can."""

    by: str
    lines: LinesIn
    edit: int | None


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: a Derek, as the settings say, to everybody or to those who are let in."""

    derek: Derek
    settings: WebSettings
    #: Who is let in without a key; nobody by default.
    guest: Holder | None = None
    #: The digests of what was shown and let somebody in, the latest of which are kept.
    known: set[str] = field(default_factory=set, compare=False)
    #: What was done lately on the page, by the names that these deeds have in addresses.
    deeds: dict[str, Deed] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, what they may do, and by which session of a browser, if by one."""

    site: Site
    role: Role
    holder: Holder | None = None
    session: str | None = None

    @property
    def id(self) -> str:
        """What tells this visitor from others; all who are not known are one."""
        return self.holder.id if self.holder else "anybody"

    @property
    def fence(self) -> Filter:
        """Which articles there are for them at all."""
        if self.holder is None or self.holder.collections is None:
            return NO_FILTER
        return Filter(collections=self.holder.collections)

    @property
    def form_token(self) -> str:
        """What a form of theirs must bear to change anything; no other page knows it."""
        return digest(f"form {self.session}")[:32] if self.session else ""

    def chat(self, key: str | None = None) -> Chat:
        """Return the conversation with them; what is done under a `key` is done once.

        A key holds for one kind of request, which is to be named in it.
        """
        named = f"{WEB}{self.id}"
        own = key and f"{named}/{key}"
        return self.site.derek.chat(named, resumes=False, fence=self.fence, key=own)

    def check_form(self, token: str) -> None:
        """Raise a problem if a form is none of theirs."""
        if not self.session or not hmac.compare_digest(token.encode(), self.form_token.encode()):
            raise forbidden("this form is not from your own page, or you signed in anew; load the page again")


def site_of(request: Request) -> Site:
    """Return what is served."""
    site: Site = request.app.state.site
    return site


def cookie_of(request: Request) -> str:
    """Return the name of the cookie by which a browser is signed in."""
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE


def caller(request: Request) -> Visitor:
    """Return who asks the API: by a key, or whoever reading is open to.

    Raises a problem for a key that opens nothing.
    """
    site = site_of(request)
    if "authorization" not in request.headers:
        return _anybody(site)
    secret = secret_in(request)
    holder = site.derek.people.keys.holder(secret) if secret else None
    if secret is None or holder is None:
        site.known.discard(digest(secret or ""))
        raise unauthorised("this key opens nothing; `derek key new NAME` makes one that does")
    if len(site.known) >= _MOST_KNOWN:
        site.known.clear()
    site.known.add(digest(secret))
    return Visitor(site, _ROLES[holder.standing], holder)


def visitor(request: Request) -> Visitor:
    """Return who looks at a page: who is signed in in this browser, or whoever reading is open to."""
    site = site_of(request)
    session = request.cookies.get(cookie_of(request))
    holder = site.derek.people.keys.signed_in(session) if session else None
    if holder is None:
        return _anybody(site)
    return Visitor(site, _ROLES[holder.standing], holder, session)


def _anybody(site: Site) -> Visitor:
    if site.guest:
        return Visitor(site, _ROLES[site.guest.standing], site.guest)
    return Visitor(site, Role.READER if site.settings.open else Role.STRANGER)


def may_send(request: Request, *, is_page: bool) -> None:
    """Raise a problem for who may not even read, before what they send is."""
    who = visitor(request) if is_page else caller(request)
    if who.role < Role.READER:
        raise unauthorised("this needs a key, or a browser that is signed in")


# Each is one call: what depends on another one takes the way to a thread twice.


def reading_caller(request: Request) -> Visitor:
    """Return who asks the API, if they may read."""
    visitor = caller(request)
    if visitor.role < Role.READER:
        raise unauthorised("this needs a key: Authorization: Bearer …; `derek key new NAME` makes one")
    return visitor


def keeping_caller(request: Request) -> Visitor:
    """Return who asks the API, if they may change what there is."""
    visitor = reading_caller(request)
    if visitor.role < Role.ADMINISTRATOR:
        raise forbidden("this needs the key of an administrator")
    return visitor


#: Parameters of routes of the API: who asks, who must be able to read, or to change what there is.
Reader = Annotated[Visitor, Depends(reading_caller)]
Administrator = Annotated[Visitor, Depends(keeping_caller)]
