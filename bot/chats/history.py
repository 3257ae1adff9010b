"""What is remembered of each chat: the questions asked and what answered them, and which articles may answer.

A button or a later session comes back to the questions; a filter holds until somebody changes it. What people
think of the answers is in the same file, and `feedback` reads and writes it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Self

from bot.chats.calibration import Calibration
from bot.chats.feedback import Feedback, Shown, folded
from retrieval.answers.citations import Answer, Status
from retrieval.articles import Span
from retrieval.filters import Filter
from retrieval.questions.followups import CHAIN, EarlierQuestion
from retrieval.storage.database import Database

#: How many questions of a chat are remembered, and how many of those that were judged besides.
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
    # Who asked, in which thread of the chat, and what for, so that it is not remembered twice.
    """
    ALTER TABLE asked ADD COLUMN person INTEGER;
    ALTER TABLE asked ADD COLUMN thread INTEGER;
    ALTER TABLE asked ADD COLUMN key TEXT;
    CREATE UNIQUE INDEX asked_key ON asked (key);
    CREATE INDEX asked_person ON asked (person) WHERE person IS NOT NULL
    """,
    # The sentence that was shown first, whether it answered or only came near, and where it stands; what the
    # question carried over, and by what it is the same as another one. What each person thinks of it, and the
    # least confidence that was fitted to that.
    """
    ALTER TABLE asked ADD COLUMN article TEXT;
    ALTER TABLE asked ADD COLUMN start INTEGER;
    ALTER TABLE asked ADD COLUMN stop INTEGER;
    ALTER TABLE asked ADD COLUMN shown TEXT;
    ALTER TABLE asked ADD COLUMN carried TEXT;
    ALTER TABLE asked ADD COLUMN folded TEXT;
    CREATE TABLE judgement (
        question INTEGER NOT NULL REFERENCES asked ON DELETE CASCADE, person TEXT NOT NULL,
        verdict TEXT NOT NULL, fault TEXT, at TEXT NOT NULL, PRIMARY KEY (question, person)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE calibration (
        id INTEGER PRIMARY KEY CHECK (id = 1), min_confidence REAL NOT NULL, judged INTEGER NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    # The language that a chat is spoken to in, where somebody chose one.
    "CREATE TABLE spoken (chat TEXT PRIMARY KEY, language TEXT NOT NULL) STRICT",
    # How many milliseconds the answer took to be found.
    "ALTER TABLE asked ADD COLUMN took REAL; CREATE INDEX asked_at ON asked (at)",
)

#: Among how many questions of somebody the last one is looked for that tells which language they write.
_LOOKED_AT = 5

#: How many words tell that: a name alone is the same in many languages. Chosen by eye.
_TELLING = 3

#: How long to wait for whoever else is writing, in seconds: an answer does not wait for being remembered.
_PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to a question first: a sentence, and its article's title or source; or none.

    `shown` is the sentence that was shown first, even if it only comes near, and `carried` are the words of
    earlier questions that it was found with.
    """

    confidence: float
    quote: str | None = None
    source: str | None = None
    shown: Shown | None = None
    carried: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return what an answer gives first."""
        if not answer.citations:
            return cls(answer.confidence, carried=answer.carried)
        first = answer.citations[0]
        shown = Shown(first.article_id, first.span, first.quote)
        if answer.status is Status.NOT_FOUND:
            return cls(answer.confidence, shown=shown, carried=answer.carried)
        source = first.title or first.source
        return cls(answer.confidence, first.quote, source, shown, answer.carried)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks in a chat, and in which thread of it, as far as that is told apart."""

    person: int | None = None
    thread: int | None = None


ANYBODY = Asker()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, when it was asked, and what was given to it, which an older Derek did not remember."""

    question: str
    at: datetime
    given: Given | None


@dataclass(frozen=True, slots=True)
class DayOfQuestions:
    """How many questions were asked on a day, how many were answered, and how long the median one took.

    That is in milliseconds, and None where it is not known of any.
    """

    day: date
    asked: int
    answered: int
    took: float | None

    @classmethod
    def of(cls, day: date, questions: Sequence[tuple[bool, float | None]]) -> Self:
        """Return the numbers of a day's questions, each answered or not within a time."""
        times = [took for _, took in questions if took is not None]
        answered = sum(is_answered for is_answered, _ in questions)
        return cls(day, len(questions), answered, median(times) if times else None)


class History:
    """The questions and the filters of all chats, in one SQLite file; safe to use from many threads.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = _PATIENCE,
    ) -> None:
        """Open the history at `path`, made if there is none; `now` tells the time, in UTC.

        Whoever writes waits so many seconds, the `patience`, for whoever else is writing.
        """
        self._now = now
        self._database = Database(path, patience, migrations=_MIGRATIONS)
        self.feedback = Feedback(self._database, now)

    def add(  # noqa: PLR0913  what there is to remember
        self,
        chat: str,
        question: EarlierQuestion,
        given: Given | None = None,
        *,
        asker: Asker = ANYBODY,
        key: str | None = None,
        instead_of: int | None = None,
        took: float | None = None,
    ) -> int:
        """Remember a question, with what was given to it, and return the number it is remembered by.

        The answer took so many milliseconds to be found. What has a key is remembered once: what was
        remembered under it before gives way, and so does the question of the chat that this one is asked
        `instead_of`; it has that one's number.
        """
        with self._database.writing() as connection:
            number = self.number_of(key)
            if number is None and instead_of is not None and self.question(chat, instead_of) is not None:
                number = instead_of
            values = self._values(chat, question, given or _NOTHING, asker)
            values |= {"id": number, "key": key, "confidence": given and given.confidence, "took": took}
            cursor = connection.execute(
                f"INSERT OR REPLACE INTO asked ({', '.join(values)})"  # noqa: S608  the columns are ours
                f" VALUES (:{', :'.join(values)})",
                values,
            )
            # Those that were judged stay longer: so long, what was learned from them can be looked up.
            connection.execute(
                "DELETE FROM asked WHERE chat = ?1 AND id <="
                " (SELECT id FROM asked WHERE chat = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"
                " AND id NOT IN (SELECT id FROM asked WHERE chat = ?1"
                " AND EXISTS (SELECT * FROM judgement WHERE judgement.question = asked.id)"
                " ORDER BY id DESC LIMIT ?2)",
                (chat, _REMEMBERED),
            )
            return int(cursor.lastrowid or 0)

    def _values(self, chat: str, question: EarlierQuestion, given: Given, asker: Asker) -> dict[str, object]:
        """Return what is remembered of a question, by column."""
        shown = given.shown
        return {
            "chat": chat,
            "person": asker.person,
            "thread": asker.thread,
            "question": question.text,
            "language": question.language,
            "answered": question.answered,
            "names": json.dumps(question.names),
            "topic": question.topic,
            "at": self._now().isoformat(),
            "quote": given.quote,
            "source": given.source,
            "article": shown and shown.article_id,
            "start": shown and shown.span.start,
            "stop": shown and shown.span.end,
            "shown": shown and shown.quote,
            "carried": given.carried,
            "folded": folded(question.text, given.carried),
        }

    def number_of(self, key: str | None) -> int | None:
        """Return the number of the question that is remembered under a key, if one is."""
        rows = self._database.rows("SELECT id FROM asked WHERE key = ?", key)
        return int(rows[0][0]) if rows else None

    def question(self, chat: str, number: int) -> str | None:
        """Return what was asked under this number in this chat, if it is still remembered."""
        rows = self._database.rows("SELECT question FROM asked WHERE id = ? AND chat = ?", number, chat)
        return str(rows[0][0]) if rows else None

    def topic(self, chat: str, number: int) -> str | None:
        """Return what the question of this number was taken to be about, if it asked nothing."""
        rows = self._database.rows("SELECT topic FROM asked WHERE id = ? AND chat = ?", number, chat)
        return rows[0][0] if rows else None

    def last(self, chat: str, asker: Asker = ANYBODY) -> int | None:
        """Return the number of the last question that somebody asked in a chat within the hour before."""
        rows = self._database.rows(
            "SELECT max(id) FROM asked WHERE chat = ?1 AND at >= ?2"
            " AND ifnull(person, ?3) IS ?3 AND thread IS ?4",
            *(chat, (self._now() - _LATELY).isoformat(), asker.person, asker.thread),
        )
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
            "SELECT question, at, quote, source, confidence, article, start, stop, shown, carried FROM asked"
            " WHERE chat = ? ORDER BY id DESC LIMIT ?",
            *(chat, limit),
        )
        return [
            Asked(
                question,
                datetime.fromisoformat(at),
                None if confidence is None else Given(confidence, quote, source, _shown(*shown), carried),
            )
            for question, at, quote, source, confidence, *shown, carried in reversed(rows)
        ]

    def days(self, count: int) -> list[DayOfQuestions]:
        """Return the numbers of the last so many days, the oldest first; days without questions as well."""
        today = self._now().astimezone().date()
        first = today - timedelta(days=count - 1)
        begun = datetime.combine(first, time.min).astimezone(UTC)
        rows = self._database.rows(
            "SELECT at, quote IS NOT NULL, took FROM asked WHERE at >= ? AND confidence IS NOT NULL",
            begun.isoformat(),
        )
        by_day: dict[date, list[tuple[bool, float | None]]] = {}
        for at, is_answered, took in rows:
            day = datetime.fromisoformat(at).astimezone().date()
            by_day.setdefault(day, []).append((bool(is_answered), took))
        days = [first + timedelta(days=place) for place in range(count)]
        return [DayOfQuestions.of(day, by_day.get(day, [])) for day in days]

    def forget(self, chat: str) -> int:
        """Forget the questions of a chat with what was thought of them, and return how many there were.

        Where the chat is a person's, what that person thought of answers elsewhere is forgotten, too.
        """
        with self._database.writing() as connection:
            connection.execute("DELETE FROM judgement WHERE person = ?", (chat,))
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
            connection.execute("DELETE FROM judgement WHERE person = ?", (chat,))
            connection.execute("DELETE FROM setting WHERE chat = ?", (chat,))
            connection.execute("DELETE FROM spoken WHERE chat = ?", (chat,))
        self._database.erase()
        return count

    def previous(self, chat: str, number: int | None = None, asker: Asker = ANYBODY) -> list[EarlierQuestion]:
        """Return what a question that somebody asks now may lean on, or the one remembered under `number`.

        That is the last few questions of theirs in the chat, and its thread, in the hour before, the oldest
        of them first.
        """
        asked = (self._now(), asker) if number is None else self._asked(chat, number)
        return self._chain("id < ifnull(?2, id + 1) AND at >= ?3", chat, number, *asked) if asked else []

    def up_to(self, chat: str, number: int) -> list[EarlierQuestion]:
        """Return a question of the chat with those that it may lean on itself, the oldest of them first."""
        asked = self._asked(chat, number)
        return self._chain("id <= ?2 AND at >= ?3", chat, number, *asked) if asked else []

    def _asked(self, chat: str, number: int) -> tuple[datetime, Asker] | None:
        """Return when the question of a number was asked in a chat, and by whom; None if it was not."""
        rows = self._database.rows(
            "SELECT at, person, thread FROM asked WHERE id = ? AND chat = ?", number, chat
        )
        return (datetime.fromisoformat(rows[0][0]), Asker(*rows[0][1:])) if rows else None

    def _chain(
        self, condition: str, chat: str, number: int | None, at: datetime, asker: Asker
    ) -> list[EarlierQuestion]:
        # The condition is one of the two above.
        rows = self._database.rows(
            "SELECT question, language, answered, names, topic FROM asked"  # noqa: S608
            f" WHERE chat = ?1 AND {condition} AND ifnull(person, ?5) IS ?5 AND thread IS ?6"
            " ORDER BY id DESC LIMIT ?4",
            *(chat, number, (at - _LATELY).isoformat(), CHAIN, asker.person, asker.thread),
        )
        return [
            EarlierQuestion(text, language, answered, tuple(json.loads(names)), topic)
            if language
            else EarlierQuestion.of(text)
            for text, language, answered, names, topic in reversed(rows)
        ]

    def before(self, number: int) -> list[EarlierQuestion]:
        """Return what the question of a number may have leant on, in whichever chat it was asked."""
        rows = self._database.rows("SELECT chat FROM asked WHERE id = ?", number)
        return self.previous(rows[0][0], number) if rows else []

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

    def chosen_language(self, chat: str) -> str | None:
        """Return the language that was chosen to be spoken in a chat, if one was."""
        rows = self._database.rows("SELECT language FROM spoken WHERE chat = ?", chat)
        return rows[0][0] if rows else None

    def choose_language(self, chat: str, language: str | None) -> None:
        """Have a language spoken in a chat from now on; with None, that in which each person writes."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM spoken WHERE chat = ?", (chat,))
            if language is not None:
                connection.execute("INSERT INTO spoken VALUES (?, ?)", (chat, language))

    def written_language(self, chat: str, person: int | None) -> str | None:
        """Return in which language a person writes in a chat, by the last question that tells it."""
        rows = self._database.rows(
            "SELECT language, question FROM asked WHERE chat = ?1 AND ifnull(person, ?2) IS ?2"
            " ORDER BY id DESC LIMIT ?3",
            *(chat, person, _LOOKED_AT),
        )
        telling = (language for language, question in rows if len(question.split()) >= _TELLING)
        return next(telling, None)

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
            connection.execute("UPDATE OR IGNORE spoken SET chat = ? WHERE chat = ?", (new, chat))
            connection.execute("DELETE FROM spoken WHERE chat = ? AND chat <> ?", (chat, new))

    def forget_quotes(self, stands: Callable[[Shown], bool]) -> None:
        """Forget what was quoted and stands no more, and leave nothing of it in the file.

        Of older questions it is not known where their quotes stood.
        """
        with self._database.writing() as connection:
            rows = connection.execute(
                "SELECT id, article, start, stop, shown FROM asked WHERE coalesce(quote, shown) IS NOT NULL"
            ).fetchall()
            gone = [(number,) for number, *place in rows if not ((shown := _shown(*place)) and stands(shown))]
            connection.executemany(
                "UPDATE asked SET quote = NULL, source = NULL, article = NULL, start = NULL, stop = NULL,"
                " shown = NULL, answered = NULL, names = '[]' WHERE id = ?",
                gone,
            )
        self._database.erase()

    def calibrate(self, min_confidence: float, judged: int) -> None:
        """Keep the least confidence that was fitted to so many judged answers."""
        calibration = Calibration(min_confidence, judged, self._now())
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO calibration (id, min_confidence, judged, at) VALUES (1, ?, ?, ?)",
                (calibration.min_confidence, calibration.judged, calibration.at.isoformat()),
            )

    def uncalibrate(self) -> bool:
        """Take back what was fitted, and return whether anything was."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM calibration").rowcount > 0

    def close(self) -> None:
        """Close the file; the history cannot be used afterwards."""
        self._database.close()


#: What was given where nobody remembered it.
_NOTHING = Given(0)


def _shown(article: str | None, start: int, stop: int, quote: str) -> Shown | None:
    return None if article is None else Shown(article, Span(start, stop), quote)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
