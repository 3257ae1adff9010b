"""The people whom administrators let in, refused or blocked, and those who ask to be let in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chats.audit import Act, AuditLog
from bot.config import IMPERSONAL
from retrieval.articles import collection_name, one_line
from retrieval.errors import DerekError
from retrieval.storage.database import Connection, Database

#: How often one person may ask to be let in, how long a request stands, and how many stand at once.
_BETWEEN_REQUESTS, _OPEN, MOST_REQUESTS = timedelta(days=1), timedelta(days=7), 20

#: How many characters of a name are kept.
_LONGEST_NAME = 80


class Standing(StrEnum):
    """What administrators made of a person, or that the person asks."""

    READER = "reader"
    ADMINISTRATOR = "administrator"
    ASKED = "asked"
    REFUSED = "refused"
    BLOCKED = "blocked"


class Asking(StrEnum):
    """What became of a request to be let in: administrators are to be told, know, or have too many others."""

    NEW = "new"
    KNOWN = "known"
    FULL = "full"


class LastAdministratorError(DerekError):
    """The only administrator cannot be taken away: nobody could name another one."""

    def __init__(self, person: int) -> None:
        self.person = person
        super().__init__(f"{person} is the only administrator; make somebody else one first")


@dataclass(frozen=True, slots=True)
class Person:
    """A person by the id that Telegram gives; `standing` is None where administrators decided nothing.

    `collections` is None where nothing is said of them. Raises `ValueError` for an id that many people
    write under.
    """

    id: int
    name: str = ""
    language: str | None = None
    standing: Standing | None = None
    by: int | None = None
    at: datetime | None = None
    collections: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.id in IMPERSONAL or self.id <= 0:
            raise ValueError(f"{self.id} is no person's id")

    @property
    def label(self) -> str:
        """The name, or the id of whom no name is known."""
        return self.name or str(self.id)


#: What an administrator does who gives a person a standing.
_ACTS = {
    Standing.READER: Act.ADMIT,
    Standing.ADMINISTRATOR: Act.PROMOTE,
    Standing.REFUSED: Act.REFUSE,
    Standing.BLOCKED: Act.BLOCK,
}

_FIELDS = (
    "SELECT who.id, name, language, standing, by, at, collections"
    " FROM (SELECT id FROM person UNION SELECT id FROM acquaintance) AS who"
    " LEFT JOIN person ON person.id = who.id LEFT JOIN acquaintance ON acquaintance.id = who.id"
)


class Persons:
    """People by their ids; the `owners` whom the settings name are administrators, whatever is said here.

    Every method raises `StoreUnusableError` when the file cannot be read or written. What is given an
    `occasion`, the number of an update, answers the same when it is done again for that.
    """

    def __init__(
        self, database: Database, log: AuditLog, owners: frozenset[int], now: Callable[[], datetime]
    ) -> None:
        self._database, self._log, self._now = database, log, now
        self.owners = owners

    def get(self, person: int) -> Person:
        """Return what is known of a person."""
        rows = self._database.rows(f"{_FIELDS} WHERE who.id = ?", person)
        return _person(rows[0]) if rows else Person(person)

    def all(self) -> list[Person]:
        """Return everybody of whom something was decided or is to be, who asks first."""
        rows = self._database.rows(
            f"{_FIELDS} WHERE standing IS NOT NULL"
            " ORDER BY standing <> 'asked', standing = 'blocked', standing = 'refused',"
            " standing = 'reader', name, who.id"
        )
        return [_person(row) for row in rows]

    def administrators(self) -> frozenset[int]:
        """Return the ids of all administrators."""
        rows = self._database.rows("SELECT id FROM person WHERE standing = 'administrator'")
        return self.owners | {person for (person,) in rows}

    def meet(self, person: int, name: str, language: str | None) -> None:
        """Remember how a person is called, and which language to speak to them."""
        name = one_line(name)[:_LONGEST_NAME]
        known = self.get(person)
        if (known.name, known.language) == (name, language):
            return
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO acquaintance (id, name, language) VALUES (?, ?, ?)",
                (person, name, language),
            )

    def ask(self, person: int, occasion: int) -> Asking:
        """Note that a person asks to be let in, once a day at most."""
        now = self._now()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT standing, at, occasion FROM person WHERE id = ?", (person,)
            ).fetchone()
            if row and row[2] == occasion:
                return Asking.NEW
            if row and (
                row[0] not in (Standing.ASKED, Standing.REFUSED)
                or now - datetime.fromisoformat(row[1]) < _BETWEEN_REQUESTS
            ):
                return Asking.KNOWN
            begun = (now - _OPEN).isoformat()
            ((waiting,),) = connection.execute(
                "SELECT count(*) FROM person WHERE standing = 'asked' AND at > ? AND id <> ?",
                (begun, person),
            )
            if waiting >= MOST_REQUESTS:
                return Asking.FULL
            # A request that nobody answered is forgotten, with the name.
            connection.execute(
                "DELETE FROM acquaintance WHERE id IN"
                " (SELECT id FROM person WHERE standing = 'asked' AND at <= ?)",
                (begun,),
            )
            connection.execute("DELETE FROM person WHERE standing = 'asked' AND at <= ?", (begun,))
            self._put(connection, person, Standing.ASKED, None, occasion)
        return Asking.NEW

    def decide(self, person: int, standing: Standing, by: int, occasion: int) -> bool:
        """Answer a request; return whether this did, or somebody had answered before.

        Raises `ValueError` for what is no answer.
        """
        if standing not in (Standing.READER, Standing.REFUSED, Standing.BLOCKED):
            raise ValueError(f"a request is not answered by {standing}")
        with self._database.writing() as connection:
            row = _standing(connection, person)
            if row and row == (standing, occasion):
                return True
            if row is None or row[0] != Standing.ASKED:
                return False
            self._put(connection, person, standing, by, occasion)
            self._log.note_within(connection, by, _ACTS[standing], person)
        return True

    def settle(self, person: int, standing: Standing, by: int) -> None:
        """Give a person a standing, whatever it was before; who is refused may ask again another day.

        Raises `LastAdministratorError`, and `ValueError` for the id of no person.
        """
        with self._database.writing() as connection:
            row = _standing(connection, person)
            before = Standing(row[0]) if row else None
            if before is standing:
                return
            if before is Standing.ADMINISTRATOR:
                self._spare_the_last(connection, person)
            self._put(connection, person, standing, by, 0)
            self._log.note_within(connection, by, _act(before, standing), person)

    def limit(self, person: int, collections: frozenset[str] | None, by: int) -> bool:
        """Let a person be answered from some collections only; False where nobody let the person in.

        Raises `CollectionNameError`.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE person SET collections = ? WHERE id = ? AND standing IN ('reader', 'administrator')",
                (kept(collections), person),
            ).rowcount
            if changed:
                self._log.note_within(connection, by, Act.LIMIT, person)
        return bool(changed)

    def join(self, connection: Connection, person: int, standing: Standing) -> None:
        """Give a person a standing by what they did themselves, as a part of what else is written."""
        self._put(connection, person, standing, person, 0)

    def forget(self, connection: Connection, person: int) -> None:
        """Forget all of a person but a standing, and that they asked, lest they ask again at once."""
        connection.execute("DELETE FROM acquaintance WHERE id = ?", (person,))

    def _put(
        self,
        connection: Connection,
        person: int,
        standing: Standing,
        by: int | None,
        occasion: int,
    ) -> None:
        Person(person)
        connection.execute(
            "INSERT INTO person (id, standing, by, at, occasion) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET standing = excluded.standing, by = excluded.by,"
            " at = excluded.at, occasion = excluded.occasion",
            (person, str(standing), by, self._now().isoformat(), occasion),
        )

    def _spare_the_last(self, connection: Connection, person: int) -> None:
        ((others,),) = connection.execute(
            "SELECT count(*) FROM person WHERE standing = 'administrator' AND id <> ?", (person,)
        )
        if not others and not self.owners:
            raise LastAdministratorError(person)


def _act(before: Standing | None, standing: Standing) -> Act:
    """Return what an administrator does who gives a person a standing in the place of another."""
    if before is Standing.ADMINISTRATOR and standing is Standing.READER:
        return Act.DEMOTE
    if before in (Standing.READER, Standing.ADMINISTRATOR) and standing is Standing.REFUSED:
        return Act.DISMISS
    return _ACTS[standing]


def kept(collections: frozenset[str] | None) -> str | None:
    """Return collections as a database keeps them.

    Raises `CollectionNameError`.
    """
    return None if collections is None else json.dumps(sorted(map(collection_name, collections)))


def read(collections: str | None) -> frozenset[str] | None:
    """Return collections as they were kept."""
    return None if collections is None else frozenset(json.loads(collections))


def _standing(connection: Connection, person: int) -> tuple[str, int] | None:
    row = connection.execute("SELECT standing, occasion FROM person WHERE id = ?", (person,)).fetchone()
    return row and (row[0], row[1])


def _person(
    row: tuple[int, str | None, str | None, str | None, int | None, str | None, str | None],
) -> Person:
    person, name, language, standing, by, at, collections = row
    return Person(
        person,
        name or "",
        language,
        None if standing is None else Standing(standing),
        by,
        None if at is None else datetime.fromisoformat(at),
        read(collections),
    )
