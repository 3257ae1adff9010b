"""What is remembered of each chat: the questions asked and what answered them, and which articles may answer.

A button or a later session comes back to the questions; a filter holds until somebody changes it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Self

from retrieval.answers.citations import Answer, Status
from retrieval.filters import Filter
from retrieval.questions.followups import CHAIN, EarlierQuestion
from retrieval.storage.database import Database

#: How many questions of a chat are remembered.
_REMEMBERED = 1_000

#: A question asked longer ago is no longer what the next one leans on. Chosen by eye.
_LATELY = timedelta(hours=1)

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS = (
    """
    CREATE TABLE IF NOT EXISTS asked (
        id INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, question TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS asked_chat ON asked (chat, id)
    """,
    # Languages and sources are JSON lists.
    """
    CREATE TABLE setting (
        chat TEXT PRIMARY KEY, languages TEXT NOT NULL, sources TEXT NOT NULL, since TEXT, until TEXT
    ) STRICT
    """,
    # What later questions need to know of one: its language by itself, and the fingerprint of what was cited
    # first for it. Older ones have neither.
    "ALTER TABLE asked ADD COLUMN language TEXT; ALTER TABLE asked ADD COLUMN answered TEXT",
    # The words of the names that answered it, a JSON list.
    "ALTER TABLE asked ADD COLUMN names TEXT NOT NULL DEFAULT '[]'",
    # What a question was taken to be about that asked nothing.
    "ALTER TABLE asked ADD COLUMN topic TEXT",
    # The sentence that was given first, if any answered, where it is from, and how probably it answers. Older
    # questions have none of these.
    """
    ALTER TABLE asked ADD COLUMN quote TEXT;
    ALTER TABLE asked ADD COLUMN source TEXT;
    ALTER TABLE asked ADD COLUMN confidence REAL
    """,
    # Collections are a JSON list, too, or NULL where any will do. What the settings say of the id that a chat
    # had holds for the new one.
    """
    ALTER TABLE setting ADD COLUMN collections TEXT;
    CREATE TABLE former_id (chat TEXT PRIMARY KEY, former TEXT NOT NULL) STRICT
    """,
    # Who asked, where that is known: by it people have forgotten what they asked, wherever that was.
    """
    ALTER TABLE asked ADD COLUMN person INTEGER;
    CREATE INDEX asked_person ON asked (person) WHERE person IS NOT NULL
    """,
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to a question first: a sentence, and its article's title or source; or none."""

    confidence: float
    quote: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return what an answer gives first."""
        if answer.status is Status.NOT_FOUND:
            return cls(answer.confidence)
        first = answer.citations[0]
        return cls(answer.confidence, first.quote, first.title or first.source)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, when it was asked, and what was given to it, which an older Derek did not remember."""

    question: str
    at: datetime
    given: Given | None


class History:
    """The questions and the filters of all chats, in one SQLite file; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open the history at `path`, made if there is none; `now` tells the time, in UTC."""
        self._now = now
        self._database = Database(path, migrations=_MIGRATIONS)

    def add(
        self, chat: str, question: EarlierQuestion, given: Given | None = None, person: int | None = None
    ) -> int:
        """Remember a question, with what was given to it and who asked, and return its number."""
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO asked"
                " (chat, question, language, answered, names, topic, at, quote, source, confidence, person)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    chat,
                    question.text,
                    question.language,
                    question.answered,
                    json.dumps(question.names),
                    question.topic,
                    self._now().isoformat(),
                    given and given.quote,
                    given and given.source,
                    given and given.confidence,
                    person,
                ),
            )
            connection.execute(
                "DELETE FROM asked WHERE chat = ?1 AND id <="
                " (SELECT id FROM asked WHERE chat = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                (chat, _REMEMBERED),
            )
            return int(cursor.lastrowid or 0)

    def question(self, chat: str, number: int) -> str | None:
        """Return what was asked under this number in this chat, if it is still remembered."""
        rows = self._database.rows("SELECT question FROM asked WHERE id = ? AND chat = ?", number, chat)
        return str(rows[0][0]) if rows else None

    def topic(self, chat: str, number: int) -> str | None:
        """Return what the question of this number was taken to be about, if it asked nothing."""
        rows = self._database.rows("SELECT topic FROM asked WHERE id = ? AND chat = ?", number, chat)
        return rows[0][0] if rows else None

    def last(self, chat: str) -> int | None:
        """Return the number of the last question that was asked in a chat within the hour before."""
        since = (self._now() - _LATELY).isoformat()
        rows = self._database.rows("SELECT max(id) FROM asked WHERE chat = ? AND at >= ?", chat, since)
        return rows[0][0] if rows else None

    def recent(self, chat: str, limit: int) -> list[str]:
        """Return the last questions of a chat, the oldest of them first."""
        rows = self._database.rows(
            "SELECT question FROM asked WHERE chat = ? ORDER BY id DESC LIMIT ?", chat, limit
        )
        return [str(question) for (question,) in reversed(rows)]

    def asked(self, chat: str, limit: int) -> list[Asked]:
        """Return the last questions of a chat with what was given to them, the oldest of them first."""
        rows = self._database.rows(
            "SELECT question, at, quote, source, confidence FROM asked"
            " WHERE chat = ? ORDER BY id DESC LIMIT ?",
            *(chat, limit),
        )
        return [
            Asked(
                question,
                datetime.fromisoformat(at),
                None if confidence is None else Given(confidence, quote, source),
            )
            for question, at, quote, source, confidence in reversed(rows)
        ]

    def forget(self, chat: str) -> int:
        """Forget the questions of a chat, and return how many there were."""
        with self._database.writing() as connection:
            count = connection.execute("DELETE FROM asked WHERE chat = ?", (chat,)).rowcount
        self._database.erase()
        return count

    def forget_person(self, person: int, chat: str) -> int:
        """Forget what a person asked, and all of the chat with them, and return how many questions that were.

        Nothing of it is left in the file.
        """
        with self._database.writing() as connection:
            count = connection.execute(
                "DELETE FROM asked WHERE person = ? OR chat = ?", (person, chat)
            ).rowcount
            connection.execute("DELETE FROM setting WHERE chat = ?", (chat,))
        self._database.erase()
        return count

    def previous(self, chat: str, number: int | None = None) -> list[EarlierQuestion]:
        """Return what a question asked now may lean on, or the one that was remembered under `number`.

        That is the last few questions of the chat in the hour before, the oldest of them first.
        """
        before, at = number, self._now()
        if number is not None:
            rows = self._database.rows("SELECT at FROM asked WHERE id = ? AND chat = ?", number, chat)
            if not rows:
                return []
            at = datetime.fromisoformat(rows[0][0])
        rows = self._database.rows(
            "SELECT question, language, answered, names, topic FROM asked"
            " WHERE chat = ?1 AND id < ifnull(?2, id + 1) AND at >= ?3"
            " ORDER BY id DESC LIMIT ?4",
            *(chat, before, (at - _LATELY).isoformat(), CHAIN),
        )
        return [
            EarlierQuestion(text, language, answered, tuple(json.loads(names)), topic)
            if language
            else EarlierQuestion.of(text)
            for text, language, answered, names, topic in reversed(rows)
        ]

    def filter(self, chat: str) -> Filter:
        """Return which articles may answer in a chat; all, if nobody said otherwise."""
        rows = self._database.rows(
            "SELECT languages, sources, since, until, collections FROM setting WHERE chat = ?", chat
        )
        if not rows:
            return Filter()
        ((languages, sources, since, until, collections),) = rows
        return Filter(
            frozenset(json.loads(languages)),
            frozenset(json.loads(sources)),
            _date(since),
            _date(until),
            None if collections is None else frozenset(json.loads(collections)),
        )

    def set_filter(self, chat: str, admitted: Filter) -> None:
        """Let only these articles answer in a chat from now on."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO setting (chat, languages, sources, since, until, collections)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    chat,
                    json.dumps(sorted(admitted.languages)),
                    json.dumps(sorted(admitted.sources)),
                    admitted.since and admitted.since.isoformat(),
                    admitted.until and admitted.until.isoformat(),
                    None if admitted.collections is None else json.dumps(sorted(admitted.collections)),
                ),
            )

    def ids(self, chat: str) -> list[str]:
        """Return the id of a chat, and those that it had before, the last one first."""
        rows = self._database.rows(
            "WITH RECURSIVE own (id, age) AS (SELECT ?1, 0 UNION"
            " SELECT former, age + 1 FROM own JOIN former_id ON chat = id WHERE age < 9)"
            " SELECT id FROM own ORDER BY age",
            chat,
        )
        return [str(own) for (own,) in rows]

    def rename(self, chat: str, new: str) -> None:
        """Carry a chat's questions and filter over to the id that it has from now on."""
        with self._database.writing() as connection:
            if chat != new:
                connection.execute("INSERT OR REPLACE INTO former_id VALUES (?, ?)", (new, chat))
            connection.execute("UPDATE asked SET chat = ? WHERE chat = ?", (new, chat))
            # What was set under the new id already is newer.
            connection.execute("UPDATE OR IGNORE setting SET chat = ? WHERE chat = ?", (new, chat))
            connection.execute("DELETE FROM setting WHERE chat = ? AND chat <> ?", (chat, new))

    def close(self) -> None:
        """Close the file; the history cannot be used afterwards."""
        self._database.close()


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
