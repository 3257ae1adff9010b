"""The journal: updates that came in, written before they are acknowledged, and messages that are to go out.

An update is waiting until it is done. While it is worked on, that is noted, so that whoever comes after a
process that died knows on what it did. What an update is answered with is written in the transaction that
makes it done. A message is waiting until it was sent; that it is being sent is noted before, so that one
which may have been delivered is known. Bots are told apart by their ids, since each counts its updates
itself.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from retrieval.storage.database import Connection, Database

#: How long it is known that an update was done, in seconds: Telegram keeps what nobody takes for a day.
_KNOWN = 2 * 86_400

#: How often that is forgotten, in seconds.
_SWEEP = 3_600

#: How often the process may die while it works on one update and nothing else, before that is set aside.
MOST_DEATHS = 3

#: How many messages of a chat are remembered as answers to questions, for replies and edits.
_SENT = 1_000

_MIGRATIONS = (
    """
    CREATE TABLE inbox (
        bot INTEGER NOT NULL, update_id INTEGER NOT NULL, chat INTEGER, thread INTEGER, person INTEGER,
        body TEXT, state TEXT NOT NULL, deaths INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL,
        PRIMARY KEY (bot, update_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX inbox_open ON inbox (bot, update_id) WHERE body IS NOT NULL;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, bot INTEGER NOT NULL, chat INTEGER NOT NULL,
        message TEXT NOT NULL, is_being_sent INTEGER NOT NULL DEFAULT 0,
        is_repeated INTEGER NOT NULL DEFAULT 0, parts INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL
    ) STRICT;
    CREATE INDEX outbox_bot ON outbox (bot, id);
    CREATE TABLE sent (
        bot INTEGER NOT NULL, chat INTEGER NOT NULL, message_id INTEGER NOT NULL, asked_in INTEGER,
        question INTEGER, PRIMARY KEY (bot, chat, message_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sent_asked ON sent (bot, chat, asked_in);
    CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    # Who asked for what is to be sent, so that it can be forgotten.
    "ALTER TABLE outbox ADD COLUMN person INTEGER",
    # What was queued under a key, until whoever keeps that key forgets it.
    """
    CREATE TABLE handed_over (bot INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (bot, key))
    STRICT, WITHOUT ROWID
    """,
)


class Lane(NamedTuple):
    """What keeps its order: the updates of one thread of a chat, or of a person where there is no chat."""

    chat: int | None
    thread: int | None
    person: int | None


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came: its number, in which chat and thread, from whom, and its JSON."""

    update_id: int
    chat: int | None
    thread: int | None
    person: int | None
    body: str

    @property
    def lane(self) -> Lane:
        """What it keeps its order in."""
        return Lane(self.chat, self.thread, self.person if self.chat is None else None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The updates that are to be worked on, and of these the ones during which a process died.

    Of these `suspects` it is told by their numbers how often one died while it worked on them alone.
    """

    updates: tuple[Received, ...]
    suspects: Mapping[int, int]
    #: The numbers of those that were set aside now, for the process died of them too often.
    set_aside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is to be sent to a chat: its number, itself as JSON, and how far that is.

    `is_repeated` says that it may have been delivered before, `parts` how many parts of it were for sure.
    """

    number: int
    chat: int
    message: str
    is_repeated: bool = False
    parts: int = 0


class Backlog(NamedTuple):
    """How many updates and messages wait, for how many seconds the oldest have, and what is set aside."""

    updates: int
    messages: int
    oldest_update: float
    oldest_message: float
    set_aside: int


def settle(path: Path) -> None:
    """Take out of the journals at `path` all that waits: it is known as done, and will not be answered.

    Raises `StoreUnusableError` and `StoreTooNewError`.
    """
    with closing(Database(path, migrations=_MIGRATIONS)) as database, database.writing() as connection:
        # Nor is it to be read.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("UPDATE inbox SET state = 'done', body = NULL WHERE body IS NOT NULL")
        connection.execute("DELETE FROM outbox")


class Journal:
    """The journal of one bot in one SQLite file; every method is one transaction, or part of one.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, path: Path, bot: int, now: Callable[[], float] = time.time) -> None:
        """Open the journal at `path`, made if there is none; `now` tells the time, in seconds."""
        self._bot, self._now, self._swept = bot, now, 0.0
        self._database = Database(path, migrations=_MIGRATIONS)

    def together(self, works: Sequence[Callable[[], object]]) -> list[object]:
        """Do several things in one transaction, and return what each gives, an error where it failed."""
        with self._database.writing() as connection:
            # What people wrote is to be gone from the file when it is done.
            connection.execute("PRAGMA secure_delete = ON")
            return [_attempted(connection, work) for work in works]

    # What came in

    def receive(self, updates: Iterable[Received]) -> list[Received]:
        """Write down updates, and return those that were not known."""
        with self._database.writing() as connection:
            if self._now() >= self._swept + _SWEEP:
                self._sweep(connection)
            return [update for update in updates if self._receive(connection, update)]

    def _sweep(self, connection: Connection) -> None:
        """Forget that updates of long ago were done."""
        connection.execute(
            "DELETE FROM inbox WHERE body IS NULL AND at < ? AND bot = ?",
            (self._now() - _KNOWN, self._bot),
        )
        self._swept = self._now()

    def _receive(self, connection: Connection, update: Received) -> bool:
        written = connection.execute(
            "INSERT OR IGNORE INTO inbox (bot, update_id, chat, thread, person, body, state, at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
            (
                self._bot,
                update.update_id,
                update.chat,
                update.thread,
                update.person,
                update.body,
                self._now(),
            ),
        )
        return written.rowcount > 0

    def recover(self) -> Waiting:
        """Return what an earlier process left, to be called once before anything is begun.

        During what was being worked on that process died; what it was working on alone may be why.
        """
        with self._database.writing() as connection:
            self._sweep(connection)
            connection.execute(
                "UPDATE inbox SET deaths = deaths + 1 WHERE state = 'alone' AND bot = ?", (self._bot,)
            )
            fatal = connection.execute(
                "UPDATE inbox SET state = 'aside' WHERE bot = ? AND state <> 'aside' AND deaths >= ?"
                " RETURNING update_id",
                (self._bot, MOST_DEATHS),
            ).fetchall()
            rows = connection.execute(
                "SELECT update_id, chat, thread, person, body, state, deaths FROM inbox"
                " WHERE bot = ? AND body IS NOT NULL AND state <> 'aside' ORDER BY update_id",
                (self._bot,),
            ).fetchall()
            # Who begins one of these alone says so anew.
            connection.execute(
                "UPDATE inbox SET state = 'begun' WHERE state = 'alone' AND bot = ?", (self._bot,)
            )
        updates = [Received(*row[:-2]) for row in rows]
        suspects = {number: deaths for number, *_, state, deaths in rows if state != "waiting"}
        return Waiting(tuple(updates), suspects, tuple(number for (number,) in fatal))

    def begin(self, update_id: int, *, alone: bool = False) -> bool:
        """Note that an update is being worked on, perhaps alone; whether it is still there to be."""
        return self._set_state(update_id, "alone" if alone else "begun")

    def release(self, update_id: int) -> None:
        """Note that an update is not being worked on any more, and not done."""
        self._set_state(update_id, "waiting")

    def set_aside(self, update_id: int) -> None:
        """Keep an update that cannot be worked on, out of the way."""
        self._set_state(update_id, "aside")

    def finish(
        self, update_id: int, messages: Iterable[tuple[int, str]] = (), person: int | None = None
    ) -> list[Queued]:
        """Note that an update is done, and what is to be sent for it, as `queue` takes it.

        For one that was forgotten meanwhile nothing is sent.
        """
        with self._database.writing() as connection:
            done = connection.execute(
                "UPDATE inbox SET state = 'done', body = NULL"
                " WHERE bot = ? AND update_id = ? AND body IS NOT NULL",
                (self._bot, update_id),
            )
            return self.queue(messages, person) if done.rowcount else []

    def set_aside_ids(self) -> list[int]:
        """Return the numbers of the updates that were set aside."""
        rows = self._database.rows(
            "SELECT update_id FROM inbox WHERE bot = ? AND state = 'aside' ORDER BY update_id", self._bot
        )
        return [update_id for (update_id,) in rows]

    def _set_state(self, update_id: int, state: str) -> bool:
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE inbox SET state = ? WHERE bot = ? AND update_id = ? AND body IS NOT NULL",
                (state, self._bot, update_id),
            )
            return changed.rowcount > 0

    # What is to go out

    def queue(self, messages: Iterable[tuple[int, str]], person: int | None = None) -> list[Queued]:
        """Write down messages that are to be sent, each a chat and its JSON, and return them.

        A `person` is who they are sent for.
        """
        with self._database.writing() as connection:
            queued = []
            for chat, message in messages:
                cursor = connection.execute(
                    "INSERT INTO outbox (bot, chat, message, at, person) VALUES (?, ?, ?, ?, ?)",
                    (self._bot, chat, message, self._now(), person),
                )
                queued.append(Queued(int(cursor.lastrowid or 0), chat, message))
            return queued

    def queue_once(self, key: str, messages: Iterable[tuple[int, str]]) -> list[Queued]:
        """Write down messages and return them; what was queued under this key already is not queued again."""
        with self._database.writing() as connection:
            new = connection.execute("INSERT OR IGNORE INTO handed_over VALUES (?, ?)", (self._bot, key))
            return self.queue(messages) if new.rowcount else []

    def forget_key(self, key: str) -> None:
        """Forget that something was queued under a key, which nobody will queue under it again."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM handed_over WHERE bot = ? AND key = ?", (self._bot, key))

    def to_send(self) -> list[Queued]:
        """Return all messages that are to be sent, in order; what was being sent may have been delivered."""
        rows = self._database.rows(
            "SELECT id, chat, message, is_being_sent OR is_repeated, parts FROM outbox"
            " WHERE bot = ? ORDER BY id",
            self._bot,
        )
        return [
            Queued(number, chat, message, bool(repeated), parts)
            for number, chat, message, repeated, parts in rows
        ]

    def begin_sending(self, number: int, *, is_repeated: bool) -> bool:
        """Note that a message is being sent, perhaps once more; whether it is still there to be."""
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE outbox SET is_being_sent = 1, is_repeated = ? WHERE id = ?", (is_repeated, number)
            )
            if is_repeated and changed.rowcount:
                self.tally("repeated")
            return changed.rowcount > 0

    def not_sent(self, number: int) -> None:
        """Note that a message was not delivered."""
        with self._database.writing() as connection:
            connection.execute("UPDATE outbox SET is_being_sent = 0 WHERE id = ?", (number,))

    def sent_part(self, number: int, parts: int) -> None:
        """Note that so many parts of a message were delivered, and others are to be."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE outbox SET parts = ?, is_being_sent = 0, is_repeated = 0 WHERE id = ?",
                (parts, number),
            )

    def sent(
        self,
        number: int,
        message_id: int | None = None,
        *,
        asked_in: int | None = None,
        question: int | None = None,
        instead_of: int | None = None,
    ) -> None:
        """Note that a message was delivered, under which id, and which message and question it answers."""
        with self._database.writing() as connection:
            rows = connection.execute(
                "DELETE FROM outbox WHERE id = ? RETURNING bot, chat", (number,)
            ).fetchall()
            if rows and instead_of is not None and instead_of != message_id:
                connection.execute(
                    "DELETE FROM sent WHERE bot = ? AND chat = ? AND message_id = ?", (*rows[0], instead_of)
                )
            if rows and message_id is not None and (asked_in or question):
                connection.execute(
                    "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?)",
                    (*rows[0], message_id, asked_in, question),
                )
                connection.execute(
                    "DELETE FROM sent WHERE bot = ?1 AND chat = ?2 AND message_id <="
                    " (SELECT message_id FROM sent WHERE bot = ?1 AND chat = ?2"
                    " ORDER BY message_id DESC LIMIT 1 OFFSET ?3)",
                    (*rows[0], _SENT),
                )
            self.tally("sent")

    def drop(self, numbers: Collection[int], why: str) -> None:
        """Send these messages no more, and count that, and why."""
        with self._database.writing() as connection:
            for number in numbers:
                connection.execute("DELETE FROM outbox WHERE id = ?", (number,))
                self.tally(why)

    def rename(self, chat: int, new: int) -> None:
        """Send what is to go to a chat to the id that it has from now on."""
        with self._database.writing() as connection:
            renamed = (new, self._bot, chat)
            connection.execute("UPDATE outbox SET chat = ? WHERE bot = ? AND chat = ?", renamed)
            connection.execute("UPDATE inbox SET chat = ? WHERE bot = ? AND chat = ?", renamed)

    # What was sent

    def question_of(self, chat: int, message_id: int) -> int | None:
        """Return the number of the question that a message of ours answers, if it answers one."""
        rows = self._database.rows(
            "SELECT question FROM sent WHERE bot = ? AND chat = ? AND message_id = ?",
            *(self._bot, chat, message_id),
        )
        return rows[0][0] if rows else None

    def answers_to(self, chat: int, message_id: int) -> list[int]:
        """Return the ids of our messages that answer a message."""
        rows = self._database.rows(
            "SELECT message_id FROM sent WHERE bot = ? AND chat = ? AND asked_in = ? ORDER BY message_id",
            *(self._bot, chat, message_id),
        )
        return [number for (number,) in rows]

    def is_answering(self, chat: int, message_id: int) -> bool:
        """Whether a message that answers this one is still to be sent."""
        rows = self._database.rows("SELECT message FROM outbox WHERE bot = ? AND chat = ?", self._bot, chat)
        return any(json.loads(message)["target"].get("asked_in") == message_id for (message,) in rows)

    # All of it

    def tally(self, name: str) -> None:
        """Count something that happened."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (name,)
            )

    def tallies(self) -> dict[str, int]:
        """Return what happened how often."""
        return dict(self._database.rows("SELECT name, count FROM tally"))

    def backlog(self) -> Backlog:
        """Return how much waits, and for how long it has."""
        [(updates, came, aside)] = self._database.rows(
            "SELECT count(*) FILTER (WHERE state <> 'aside'), min(at) FILTER (WHERE state <> 'aside'),"
            " count(*) FILTER (WHERE state = 'aside') FROM inbox WHERE bot = ? AND body IS NOT NULL",
            self._bot,
        )
        [(messages, queued)] = self._database.rows(
            "SELECT count(*), min(at) FROM outbox WHERE bot = ?", self._bot
        )
        return Backlog(updates, messages, self._since(came), self._since(queued), aside)

    def _since(self, at: float | None) -> float:
        return 0.0 if at is None else max(0.0, self._now() - at)

    def forget(self, person: int, but: int | None = None) -> None:
        """Forget what a person sent that is not done, `but` one update, and what is to be sent for them."""
        with self._database.writing() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(
                "UPDATE inbox SET state = 'done', body = NULL"
                " WHERE bot = ? AND person = ? AND body IS NOT NULL AND update_id IS NOT ?",
                (self._bot, person, but),
            )
            connection.execute(
                "DELETE FROM outbox WHERE bot = ?1 AND (chat = ?2 OR person = ?2)", (self._bot, person)
            )
            connection.execute("DELETE FROM sent WHERE bot = ? AND chat = ?", (self._bot, person))
        self._database.erase()

    def close(self) -> None:
        """Close the file; the journal cannot be used afterwards."""
        self._database.close()


def _attempted(connection: Connection, work: Callable[[], object]) -> object:
    """Return what some work gives within a transaction; if it fails, its error, and nothing is changed."""
    connection.execute("SAVEPOINT work")
    try:
        result = work()
    except Exception as error:
        connection.execute("ROLLBACK TO work")
        result = error
    connection.execute("RELEASE work")
    return result
