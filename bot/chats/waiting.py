"""Questions that people wait for an answer to, and what is to be told of them: one SQLite file.

A question is kept for one person and one chat, either until an article answers it or for good, and with it up
to which change of the articles it was asked. What is to be told is written in the transaction that notes that
it was found, under a key by which whoever sends it knows it again: so it is told once, and surely.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from retrieval.answers.citations import Citation
from retrieval.questions.followups import EarlierQuestion
from retrieval.storage.database import Database

#: How many questions are kept for one person.
MOST_WAITING = 20

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS = (
    # What is wanted is a JSON list of questions. A sentence that answered already when a standing question
    # came is known, and told of no article.
    """
    CREATE TABLE waiting (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, chat INTEGER NOT NULL, thread INTEGER,
        message INTEGER, language TEXT NOT NULL, wanted TEXT NOT NULL, is_standing INTEGER NOT NULL,
        seen INTEGER NOT NULL, UNIQUE (person, chat, wanted, is_standing)
    ) STRICT;
    CREATE INDEX waiting_seen ON waiting (seen);
    CREATE TABLE told (
        question INTEGER NOT NULL REFERENCES waiting ON DELETE CASCADE, article TEXT NOT NULL,
        fingerprint TEXT NOT NULL, PRIMARY KEY (question, article, fingerprint)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notice (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, person INTEGER NOT NULL,
        chat INTEGER NOT NULL, message TEXT NOT NULL
    ) STRICT
    """,
)

_FIELDS = "id, person, chat, thread, message, language, wanted, is_standing, seen"


class Keeping(StrEnum):
    """What became of a question that was to be kept: it is, or its person has too many others."""

    KEPT = "kept"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Wish:
    """A question that somebody wants to be told the answer to, with those that it goes on with before it.

    `message` is the one to reply to, `language` that of the person; a standing one is kept for good. Raises
    `ValueError` where nothing is wanted.
    """

    person: int
    chat: int
    language: str
    wanted: tuple[EarlierQuestion, ...]
    is_standing: bool = False
    thread: int | None = None
    message: int | None = None

    def __post_init__(self) -> None:
        if not self.wanted:
            raise ValueError("a wish is for the answer to a question")

    @property
    def question(self) -> str:
        """What was asked."""
        return self.wanted[-1].text


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A wish by its number, and the newest change of the articles that it was asked after."""

    number: int
    wish: Wish
    seen: int


class Told(NamedTuple):
    """A sentence that somebody was told, by its fingerprint; one without an article was known."""

    article_id: str
    fingerprint: str

    @classmethod
    def of(cls, citation: Citation) -> "Told":
        """Return a citation as it is remembered to be told."""
        return cls(citation.article_id, citation.fingerprint)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is to be sent to a person in a chat, and the key by which it is sent once."""

    person: int
    chat: int
    message: str
    key: str = ""

    @classmethod
    def new(cls, person: int, chat: int, message: str) -> "Notice":
        """Return a notice under a key of its own, which none had, also not before a backup was restored."""
        return cls(person, chat, message, secrets.token_hex(8))


def drop_notices(path: Path) -> None:
    """Take all that is about to be told out of the file at `path`: whoever noted it tells it.

    Raises `StoreUnusableError` and `StoreTooNewError`.
    """
    with closing(Database(path, migrations=_MIGRATIONS)) as database, database.writing() as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM notice")


class WaitingQuestions:
    """Questions that people wait for, in one SQLite file; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, made if there is none."""
        self._database = Database(path, migrations=_MIGRATIONS)

    # Keeping

    def keep(self, wish: Wish, seen: int, known: Iterable[str] = ()) -> Keeping:
        """Keep a wish, asked up to the change `seen`; what is kept already stays as it is.

        The sentences of the `known` fingerprints answered before, and are not told.
        """
        wanted = _dumped(wish.wanted)
        with self._database.writing() as connection:
            same = connection.execute(
                "SELECT 1 FROM waiting WHERE person = ? AND chat = ? AND wanted = ? AND is_standing = ?",
                (wish.person, wish.chat, wanted, wish.is_standing),
            ).fetchone()
            if same:
                return Keeping.KEPT
            ((count,),) = connection.execute("SELECT count(*) FROM waiting WHERE person = ?", (wish.person,))
            if count >= MOST_WAITING:
                return Keeping.FULL
            values = (wish.person, wish.chat, wish.thread, wish.message, wish.language, wanted)
            cursor = connection.execute(
                "INSERT INTO waiting (person, chat, thread, message, language, wanted, is_standing, seen)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, wish.is_standing, seen),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO told VALUES (?, '', ?)",
                [(cursor.lastrowid, fingerprint) for fingerprint in known],
            )
        return Keeping.KEPT

    def of_person(self, person: int, chat: int) -> list[WaitingQuestion]:
        """Return what a person waits for in a chat, the oldest first."""
        rows = self._database.rows(
            f"SELECT {_FIELDS} FROM waiting WHERE person = ? AND chat = ? ORDER BY id",  # noqa: S608  ours
            *(person, chat),
        )
        return [_question(row) for row in rows]

    def cancel(self, number: int, person: int, chat: int) -> bool:
        """Keep a question no longer that is this person's in this chat; return whether there was one."""
        with self._database.writing() as connection:
            done = connection.execute(
                "DELETE FROM waiting WHERE id = ? AND person = ? AND chat = ?", (number, person, chat)
            )
            return done.rowcount > 0

    def drop(self, questions: Iterable[WaitingQuestion]) -> None:
        """Keep these questions no longer."""
        with self._database.writing() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.executemany(
                "DELETE FROM waiting WHERE id = ?", [(question.number,) for question in questions]
            )

    def forget(self, person: int) -> None:
        """Forget what a person waits for, and what is to be told to that person.

        Nothing of it is left in the file.
        """
        with self._database.writing() as connection:
            connection.execute("DELETE FROM waiting WHERE person = ?", (person,))
            connection.execute("DELETE FROM notice WHERE person = ?1 OR chat = ?1", (person,))
        self._database.erase()

    def rename(self, chat: int, new: int) -> None:
        """Carry over what is waited for in a group to its new id, where no message can be replied to."""
        if chat == new:
            return
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE OR REPLACE waiting SET chat = ?, message = NULL WHERE chat = ?", (new, chat)
            )

    # Asking

    def due(self, newest: int, most: int) -> list[list[WaitingQuestion]]:
        """Return up to `most` groups of questions not asked up to the change `newest`, the oldest first.

        Those of one group want the same in the same place, so that they are asked, and told there, once.
        """
        rows = self._database.rows(
            f"SELECT {_FIELDS} FROM waiting"  # noqa: S608  the fields are ours
            " WHERE seen < ?1 AND (chat, ifnull(thread, 0), wanted) IN"
            " (SELECT chat, ifnull(thread, 0), wanted FROM waiting WHERE seen < ?1"
            " GROUP BY 1, 2, 3 ORDER BY min(id) LIMIT ?2) ORDER BY id",
            *(newest, most),
        )
        groups: dict[object, list[WaitingQuestion]] = {}
        for row in rows:
            question = _question(row)
            wish = question.wish
            groups.setdefault((wish.chat, wish.thread, wish.wanted), []).append(question)
        return list(groups.values())

    def told(self, question: WaitingQuestion) -> set[Told]:
        """Return the sentences that were told for a question, or known before it."""
        rows = self._database.rows(
            "SELECT article, fingerprint FROM told WHERE question = ?", question.number
        )
        return {Told(*row) for row in rows}

    def note(
        self,
        asked: Sequence[WaitingQuestion],
        seen: int,
        found: Iterable[Told] = (),
        notices: Sequence[Notice] = (),
    ) -> None:
        """Note that questions were asked up to the change `seen`, what was found, and what is to be told.

        A question that is not standing is kept no longer once something is told; where all of them went
        meanwhile, nothing is.
        """
        with self._database.writing() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            numbers = [
                (question.number,)
                for question in asked
                if connection.execute("SELECT 1 FROM waiting WHERE id = ?", (question.number,)).fetchone()
            ]
            if not numbers:
                return
            connection.executemany(
                f"UPDATE waiting SET seen = max(seen, {seen:d}) WHERE id = ?",  # noqa: S608  a number
                numbers,
            )
            connection.executemany(
                "INSERT OR IGNORE INTO told VALUES (?, ?, ?)",
                [(*number, *told) for told in found for number in numbers],
            )
            connection.executemany(
                "INSERT INTO notice (key, person, chat, message) VALUES (?, ?, ?, ?)",
                [(notice.key, notice.person, notice.chat, notice.message) for notice in notices],
            )
            if notices:
                connection.executemany("DELETE FROM waiting WHERE id = ? AND NOT is_standing", numbers)

    def is_empty(self) -> bool:
        """Whether nobody waits for anything."""
        return not self._database.rows("SELECT 1 FROM waiting LIMIT 1")

    # Telling

    def notices(self) -> list[Notice]:
        """Return what is to be sent, the oldest first."""
        rows = self._database.rows("SELECT person, chat, message, key FROM notice ORDER BY id")
        return [Notice(*row) for row in rows]

    def holds(self, notice: Notice) -> bool:
        """Whether a notice is still to be sent: nobody forgot whom it is for."""
        return bool(self._database.rows("SELECT 1 FROM notice WHERE key = ?", notice.key))

    def handed_over(self, notice: Notice) -> None:
        """Forget a notice, which is where it will be sent from."""
        with self._database.writing() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("DELETE FROM notice WHERE key = ?", (notice.key,))

    def close(self) -> None:
        """Close the file; nothing can be read or written afterwards."""
        self._database.close()


def _dumped(wanted: Iterable[EarlierQuestion]) -> str:
    return json.dumps([asdict(question) for question in wanted], ensure_ascii=False)


def _question(row: tuple[Any, ...]) -> WaitingQuestion:
    number, person, chat, thread, message, language, wanted, is_standing, seen = row
    questions = tuple(
        EarlierQuestion(**question | {"names": tuple(question["names"])}) for question in json.loads(wanted)
    )
    wish = Wish(person, chat, language, questions, bool(is_standing), thread, message)
    return WaitingQuestion(number, wish, seen)
