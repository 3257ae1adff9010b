"""How people come in without being asked about: by an invitation, or as the first administrator by a code."""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chats.audit import Act, AuditLog
from bot.chats.persons import Person, Persons, Standing
from retrieval.articles import digest
from retrieval.storage.database import Connection, Database

#: How long an invitation holds, and how many people it may let in at most.
_INVITED, MOST_USES = timedelta(days=7), 100

#: How long a code holds, and how many wrong ones replace it.
_PAIRED, _TRIES = timedelta(hours=1), 5

#: What an invitation may make of somebody, the least first.
_RANKS = (Standing.READER, Standing.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation by its number: what it makes of people, by whom, until when, and of how many more.

    Raises `ValueError` for what none can be.
    """

    number: int
    standing: Standing
    by: int
    expires: datetime
    left: int

    def __post_init__(self) -> None:
        if self.standing not in _RANKS or not 0 <= self.left <= MOST_USES:
            raise ValueError(f"nobody is invited {self.left} times as {self.standing}")


class Invitations:
    """Invitations by tokens, of which only digests are kept.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self, database: Database, log: AuditLog, persons: Persons, now: Callable[[], datetime]
    ) -> None:
        self._database, self._log, self._persons, self._now = database, log, persons, now

    def invite(self, standing: Standing, by: int, uses: int = 1) -> tuple[str, Invitation]:
        """Return the token of a new invitation, and what it says; the token is told only now.

        Raises `ValueError` for what none can be.
        """
        token, expires = secrets.token_urlsafe(16), self._now() + _INVITED
        invitation = Invitation(0, standing, by, expires, uses)
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO invitation (token, standing, by, expires, uses) VALUES (?, ?, ?, ?, ?)",
                (digest(token), str(standing), by, expires.isoformat(), invitation.left),
            )
            number = int(cursor.lastrowid or 0)
            self._log.note_within(connection, by, Act.INVITE, number)
        return token, Invitation(number, standing, by, expires, uses)

    def all(self) -> list[Invitation]:
        """Return the invitations that still let somebody in, the newest first."""
        rows = self._database.rows(
            "SELECT id, standing, by, expires, uses FROM invitation WHERE uses > 0 AND expires > ?"
            " ORDER BY id DESC",
            self._now().isoformat(),
        )
        administrators = self._persons.administrators()
        return [
            Invitation(number, Standing(standing), by, datetime.fromisoformat(expires), uses)
            for number, standing, by, expires, uses in rows
            if by in administrators
        ]

    def withdraw(self, number: int, by: int) -> None:
        """Let an invitation let nobody in any more."""
        with self._database.writing() as connection:
            if connection.execute("DELETE FROM invitation WHERE id = ?", (number,)).rowcount:
                self._log.note_within(connection, by, Act.WITHDRAW, number)

    def accept(self, token: str, person: int) -> Standing | None:
        """Return what an invitation made of a person; None where it does not hold, or not for them.

        It does not hold when whoever gave it is no administrator any more, nor for one whom administrators
        refused or removed after it was given.
        """
        known, administrators = self._persons.get(person), self._persons.administrators()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT id, standing, by, expires, uses FROM invitation WHERE token = ?", (digest(token),)
            ).fetchone()
            if row is None or row[2] not in administrators or known.standing is Standing.BLOCKED:
                return None
            number, standing, expires = row[0], Standing(row[1]), datetime.fromisoformat(row[3])
            if known.standing in _RANKS and _RANKS.index(known.standing) >= _RANKS.index(standing):
                return known.standing
            refused = known.standing is Standing.REFUSED and known.at and known.at >= expires - _INVITED
            if row[4] < 1 or expires <= self._now() or refused:
                return None
            connection.execute("UPDATE invitation SET uses = uses - 1 WHERE id = ?", (number,))
            self._persons.join(connection, person, standing)
            self._log.note_within(connection, person, Act.JOIN, number)
        return standing


class Pairing:
    """A code that makes the first administrator of whoever knows it; there is none where there is one.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self, database: Database, log: AuditLog, persons: Persons, now: Callable[[], datetime]
    ) -> None:
        self._database, self._log, self._persons, self._now = database, log, persons, now

    def open(self) -> str | None:
        """Return a new code, which replaces any other; None where somebody is an administrator."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM pairing")
            return None if self._persons.administrators() else self._renewed(connection)

    def pair(self, said: str, person: int) -> tuple[bool, str | None]:
        """Return whether a code made a person the administrator, and the one that replaces it, if any does.

        Raises `ValueError` for the id of no person.
        """
        Person(person)
        digits = re.sub("[^0-9]", "", said)
        with self._database.writing() as connection:
            row = connection.execute("SELECT code, expires, tries FROM pairing").fetchone()
            if row is None or self._persons.administrators():
                return False, None
            code, expires, tries = row
            if datetime.fromisoformat(expires) <= self._now():
                return False, None
            if hmac.compare_digest(digits.encode(), code.encode()):
                connection.execute("DELETE FROM pairing")
                self._persons.join(connection, person, Standing.ADMINISTRATOR)
                self._log.note_within(connection, person, Act.PAIR, person)
                return True, None
            if tries + 1 >= _TRIES:
                return False, self._renewed(connection)
            connection.execute("UPDATE pairing SET tries = tries + 1")
        return False, None

    def _renewed(self, connection: Connection) -> str:
        code = f"{secrets.randbelow(10**8):08}"
        connection.execute("DELETE FROM pairing")
        connection.execute(
            "INSERT INTO pairing (code, expires, tries) VALUES (?, ?, 0)",
            (code, (self._now() + _PAIRED).isoformat()),
        )
        return f"{code[:4]}-{code[4:]}"
