"""Who may ask where, as administrators decide it while Derek runs, and what they did: one SQLite file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.chats.admission import Invitations, Pairing
from bot.chats.audit import AuditLog
from bot.chats.keys import Keys
from bot.chats.persons import Persons
from bot.chats.places import Places
from retrieval.storage.database import Database

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS = (
    # Collections are JSON lists, or NULL where nothing is said of them. An occasion is the number of the
    # update that brought something about, by which doing it again is known.
    """
    CREATE TABLE person (
        id INTEGER PRIMARY KEY, standing TEXT NOT NULL, by INTEGER, at TEXT NOT NULL, collections TEXT,
        occasion INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE acquaintance (id INTEGER PRIMARY KEY, name TEXT NOT NULL, language TEXT) STRICT;
    CREATE TABLE place (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL, by INTEGER, at TEXT NOT NULL,
        collections TEXT, is_left INTEGER NOT NULL DEFAULT FALSE, occasion INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE invitation (
        id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, standing TEXT NOT NULL,
        by INTEGER NOT NULL, expires TEXT NOT NULL, uses INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE pairing (code TEXT NOT NULL, expires TEXT NOT NULL, tries INTEGER NOT NULL) STRICT;
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by INTEGER NOT NULL, act TEXT NOT NULL,
        on_what TEXT NOT NULL
    ) STRICT
    """,
    "ALTER TABLE place ADD COLUMN is_channel INTEGER NOT NULL DEFAULT FALSE",
    # Keys of programs, and browsers that are signed in; a holder is a kind and a number. What was done by
    # these is noted with the holder, and by nobody's number.
    """
    CREATE TABLE key (
        id INTEGER PRIMARY KEY AUTOINCREMENT, secret TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        standing TEXT NOT NULL, collections TEXT, at TEXT NOT NULL, used TEXT, revoked TEXT
    ) STRICT;
    CREATE TABLE sign_in (secret TEXT PRIMARY KEY, holder TEXT NOT NULL, expires TEXT NOT NULL) STRICT;
    CREATE TABLE signed_in (secret TEXT PRIMARY KEY, holder TEXT NOT NULL, expires TEXT NOT NULL) STRICT;
    ALTER TABLE entry ADD COLUMN holder TEXT
    """,
)


class People:
    """People, groups, invitations, keys, the code of pairing and the audit log, in one SQLite file.

    Every method, also of the parts, raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        owners: frozenset[int] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open the file at `path`, made if there is none; the `owners` are administrators for good."""
        self._database = Database(path, migrations=_MIGRATIONS)
        self.log = AuditLog(self._database, now)
        self.persons = Persons(self._database, self.log, owners, now)
        self.places = Places(self._database, self.log, now)
        self.invitations = Invitations(self._database, self.log, self.persons, now)
        self.keys = Keys(self._database, self.log, self.persons, now)
        self.pairing = Pairing(self._database, self.log, self.persons, now)

    def collections(self, chat: int) -> frozenset[str] | None:
        """Return what administrators said a chat may be answered from; None where they said nothing."""
        if chat > 0:
            return self.persons.get(chat).collections
        place = self.places.get(chat)
        return None if place is None else place.collections

    def forget(self, person: int) -> None:
        """Forget all of a person but the standing, and what they did as an administrator.

        Nothing of it is left in the file.
        """
        with self._database.writing() as connection:
            self.persons.forget(connection, person)
        self._database.erase()

    def close(self) -> None:
        """Close the file; nothing can be read or written afterwards."""
        self._database.close()
