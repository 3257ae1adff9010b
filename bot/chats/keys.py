"""Who may come in by HTTP: keys that programs show, and sign-ins of browsers.

A key opens what its role may, until it is revoked. A browser is signed in by a link that holds once, and
stays so for a week, as long as whoever the link was made for may still do what it says. Of all secrets only
digests are kept.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chats.audit import Act, AuditLog
from bot.chats.persons import Persons, Standing, kept, read
from retrieval.articles import collection_name, digest, one_line
from retrieval.errors import DerekError
from retrieval.storage.database import Database

#: How long a link to sign in holds, and how long a browser stays signed in.
_LINK, _SIGNED_IN = timedelta(minutes=10), timedelta(days=7)

#: How many characters of a name are kept, and how many keys there may be.
_LONGEST_NAME, _MOST = 80, 1_000

#: What secrets begin with, so that they are known where they leak.
_PREFIX = "derek_"

#: What somebody may be let in as, who comes by HTTP.
STANDINGS = (Standing.READER, Standing.ADMINISTRATOR)


class HolderKind(StrEnum):
    """Who holds a key or is signed in: a key's program, a person in Telegram, whoever runs Derek."""

    KEY = "key"
    PERSON = "person"
    CONSOLE = "console"


class UnknownKeyError(DerekError, LookupError):
    """No key has this name or number."""

    def __init__(self, named: str) -> None:
        self.named = named
        super().__init__(f"no key is called {named!r}; `derek key list` shows those there are")


class KeyNameError(DerekError, ValueError):
    """No key can be called so."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"no key can be called {name!r}: {reason}; give it another name")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who comes in, what they may do, and from which collections they are answered: None for any."""

    kind: HolderKind
    number: int
    name: str
    standing: Standing
    collections: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.standing not in STANDINGS:
            raise ValueError(f"nobody is let in as {self.standing}")

    @property
    def id(self) -> str:
        """What tells this holder from all others.

        >>> Holder(HolderKind.KEY, 3, "newsroom", Standing.READER).id
        'key:3'
        """
        return f"{self.kind}:{self.number}"


#: Whoever runs Derek, and may do everything with its files anyway.
CONSOLE = Holder(HolderKind.CONSOLE, 0, "console", Standing.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret: what it is called and may do, and when it was made, last used and revoked."""

    number: int
    name: str
    standing: Standing
    collections: frozenset[str] | None
    at: datetime
    used: datetime | None
    revoked: datetime | None

    @property
    def holder(self) -> Holder:
        """Whom it lets in."""
        return Holder(HolderKind.KEY, self.number, self.name, self.standing, self.collections)


_FIELDS = "SELECT id, name, standing, collections, at, used, revoked FROM key"

#: How exactly it is kept when a key was last used: it is not written at each request.
_USED = timedelta(minutes=5)


class Keys:
    """Keys, links to sign in and the browsers that are signed in, in the file of people.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self, database: Database, log: AuditLog, persons: Persons, now: Callable[[], datetime]
    ) -> None:
        self._database, self._log, self._persons, self._now = database, log, persons, now

    def create(
        self, name: str, standing: Standing, by: Holder, collections: frozenset[str] | None = None
    ) -> tuple[str, Key]:
        """Return the secret of a new key, which is told only now, and the key.

        Raises `KeyNameError` for a name that is empty, long or taken, and `ValueError` for another standing
        than `STANDINGS` and for what no collection is called.
        """
        name, now = one_line(name), self._now()
        if standing not in STANDINGS:
            raise ValueError(f"nobody is let in as {standing}")
        if not name or len(name) > _LONGEST_NAME:
            raise KeyNameError(name, f"a name has from 1 to {_LONGEST_NAME} characters")
        if collections is not None:
            collections = frozenset(map(collection_name, collections))
            if standing is Standing.ADMINISTRATOR:
                raise KeyNameError(name, "who is limited to collections only reads: edits are of all of them")
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            ((count, is_taken),) = connection.execute(
                "SELECT count(*), ifnull(max(name = ?), 0) FROM key WHERE revoked IS NULL", (name,)
            )
            if is_taken:
                raise KeyNameError(name, "another key is called so")
            if count >= _MOST:
                raise KeyNameError(name, f"there are {_MOST:,} keys already")
            cursor = connection.execute(
                "INSERT INTO key (secret, name, standing, collections, at) VALUES (?, ?, ?, ?, ?)",
                (digest(secret), name, str(standing), kept(collections), now.isoformat()),
            )
            number = int(cursor.lastrowid or 0)
            self._log.note_within(connection, 0, Act.KEY, f"{number} {name}", by.id)
        return secret, Key(number, name, standing, collections, now, None, None)

    def all(self) -> list[Key]:
        """Return all keys, also those that were revoked, the newest first."""
        return [_key(row) for row in self._database.rows(f"{_FIELDS} ORDER BY id DESC")]

    def revoke(self, named: str | int, by: Holder) -> Key:
        """Let a key, by its name or by its number, open nothing any more; return it.

        Raises `UnknownKeyError`.
        """
        now = self._now()
        with self._database.writing() as connection:
            row = connection.execute(
                f"{_FIELDS} WHERE revoked IS NULL AND (id = ?1 OR name = ?2)",
                (named if isinstance(named, int) else None, one_line(str(named))),
            ).fetchone()
            if row is None:
                raise UnknownKeyError(str(named))
            key = _key(row)
            connection.execute("UPDATE key SET revoked = ? WHERE id = ?", (now.isoformat(), key.number))
            self._log.note_within(connection, 0, Act.REVOKE, f"{key.number} {key.name}", by.id)
        return key

    def holder(self, secret: str) -> Holder | None:
        """Return whom a key lets in; None for what is none, or was revoked."""
        rows = self._database.rows(f"{_FIELDS} WHERE secret = ? AND revoked IS NULL", digest(secret))
        if not rows:
            return None
        key, now = _key(rows[0]), self._now()
        if key.used is None or now - key.used > _USED:
            with self._database.writing() as connection:
                connection.execute("UPDATE key SET used = ? WHERE id = ?", (now.isoformat(), key.number))
        return key.holder

    # Browsers

    def link(self, holder: Holder) -> str:
        """Return the secret of a link that signs a browser in as somebody, once and soon."""
        secret, now = secrets.token_urlsafe(24), self._now()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sign_in WHERE expires <= ?", (now.isoformat(),))
            connection.execute(
                "INSERT INTO sign_in (secret, holder, expires) VALUES (?, ?, ?)",
                (digest(secret), holder.id, (now + _LINK).isoformat()),
            )
        return secret

    def sign_in(self, secret: str) -> str | None:
        """Return the secret of a browser that a link signs in; None for a link that does not hold."""
        session, now = secrets.token_urlsafe(32), self._now()
        with self._database.writing() as connection:
            row = connection.execute(
                "DELETE FROM sign_in WHERE secret = ? AND expires > ? RETURNING holder",
                (digest(secret), now.isoformat()),
            ).fetchone()
            if row is None or self._holder(row[0]) is None:
                return None
            connection.execute("DELETE FROM signed_in WHERE expires <= ?", (now.isoformat(),))
            connection.execute(
                "INSERT INTO signed_in (secret, holder, expires) VALUES (?, ?, ?)",
                (digest(session), row[0], (now + _SIGNED_IN).isoformat()),
            )
        return session

    def signed_in(self, session: str) -> Holder | None:
        """Return who is signed in in a browser; None where nobody is, or may do nothing any more."""
        rows = self._database.rows(
            "SELECT holder FROM signed_in WHERE secret = ? AND expires > ?",
            *(digest(session), self._now().isoformat()),
        )
        return self._holder(rows[0][0]) if rows else None

    def sign_out(self, session: str) -> None:
        """Let a browser be signed in no more."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM signed_in WHERE secret = ?", (digest(session),))

    def _holder(self, holder: str) -> Holder | None:
        """Return who somebody is now, of whom only the id was kept."""
        kind, _, number = holder.partition(":")
        match HolderKind(kind):
            case HolderKind.KEY:
                rows = self._database.rows(f"{_FIELDS} WHERE id = ? AND revoked IS NULL", int(number))
                return _key(rows[0]).holder if rows else None
            case HolderKind.PERSON:
                return self.person(int(number))
        return CONSOLE

    def person(self, number: int) -> Holder | None:
        """Return somebody whom Telegram knows by a number, if they may ask."""
        person = self._persons.get(number)
        is_administrator = number in self._persons.administrators()
        standing = Standing.ADMINISTRATOR if is_administrator else person.standing
        if standing is Standing.ADMINISTRATOR and person.collections is not None:
            standing = Standing.READER  # Edits, feeds and feedback are of all collections.
        if standing not in STANDINGS:
            return None
        return Holder(HolderKind.PERSON, number, person.label, standing, person.collections)


def _key(row: tuple[int, str, str, str | None, str, str | None, str | None]) -> Key:
    number, name, standing, collections, at, used, revoked = row
    return Key(
        number,
        name,
        Standing(standing),
        read(collections),
        datetime.fromisoformat(at),
        None if used is None else datetime.fromisoformat(used),
        None if revoked is None else datetime.fromisoformat(revoked),
    )
