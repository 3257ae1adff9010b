"""All that the server knows, in one place; touched only from the server's own thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .files import Files
from .journal import Journal
from .limits import Limits
from .membership import Membership
from .parties import User
from .profile import Profile
from .queries import Queries
from .rooms import Rooms
from .sending import Sending
from .updates import Updates
from .webhook import Webhook


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server behaves where Telegram's own figures would make tests slow."""

    token: str
    repeat_bound: float
    retry_seconds: float
    flood_limits: bool

    @property
    def bot(self) -> User:
        return User(int(self.token.partition(":")[0]), "Derek", None, "derek_bot", is_bot=True)


class State:
    """The chats, the files, the queue, and the methods that work on them."""

    def __init__(self, settings: Settings, journal: Journal) -> None:
        self.bot = settings.bot
        self.rooms = Rooms()
        self.files = Files()
        self.queries = Queries()
        self.profile = Profile(self.bot)
        self.updates = Updates(settings.repeat_bound, journal.touch)
        self.webhook = Webhook(self.updates, settings.retry_seconds, journal.touch)
        parts = (
            self.updates,
            self.webhook,
            self.profile,
            self.files,
            self.queries,
            Sending(self.bot, self.rooms, Limits(settings.flood_limits)),
            Membership(self.bot, self.rooms),
        )
        self.methods: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
        for part in parts:
            self.methods |= part.methods()
