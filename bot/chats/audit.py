"""What administrators did: an entry for each deed, with when, who and on whom, and with nobody's text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retrieval.storage.database import Connection, Database

#: How many entries are kept.
_KEPT = 10_000


class Act(StrEnum):
    """What was done."""

    # With people.
    ADMIT = "admit"
    REFUSE = "refuse"
    BLOCK = "block"
    DISMISS = "dismiss"
    PROMOTE = "promote"
    DEMOTE = "demote"
    LIMIT = "limit"
    INVITE = "invite"
    WITHDRAW = "withdraw"
    JOIN = "join"
    PAIR = "pair"
    # With groups.
    ADMIT_GROUP = "admit-group"
    REFUSE_GROUP = "refuse-group"
    # With articles.
    ADD = "add"
    POST = "post"
    REMOVE = "remove"
    UNDO = "undo"
    # With feeds, by their addresses.
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    # With keys of programs.
    KEY = "key"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed: when it was done, by which person or channel, and on whom, or on which group or article.

    What came by HTTP was done by a `holder`, and by nobody else.
    """

    at: datetime
    by: int
    act: Act
    on: str
    holder: str | None = None


class AuditLog:
    """The entries, the newest of which are kept; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Write into a database that has the table `entry`; `now` tells the time, in UTC."""
        self._database, self._now = database, now

    def note(self, by: int, act: Act, on: object, holder: str | None = None) -> None:
        """Note that a person, or else the holder of something that lets them in, did something."""
        with self._database.writing() as connection:
            self.note_within(connection, by, act, on, holder)

    def note_within(
        self, connection: Connection, by: int, act: Act, on: object, holder: str | None = None
    ) -> None:
        """Note the same as a part of what else is written."""
        connection.execute(
            "INSERT INTO entry (at, by, act, on_what, holder) VALUES (?, ?, ?, ?, ?)",
            (self._now().isoformat(), by, str(act), str(on), holder),
        )
        connection.execute("DELETE FROM entry WHERE id <= (SELECT max(id) FROM entry) - ?", (_KEPT,))

    def entries(self, limit: int, offset: int = 0) -> list[Entry]:
        """Return the newest entries, the newest first."""
        rows = self._database.rows(
            "SELECT at, by, act, on_what, holder FROM entry ORDER BY id DESC LIMIT ? OFFSET ?", limit, offset
        )
        return [
            Entry(datetime.fromisoformat(at), by, Act(act), on, holder) for at, by, act, on, holder in rows
        ]
