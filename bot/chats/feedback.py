"""What people think of answers, and which questions went without a good one.

A judgement is about the sentence that was shown first for a question. Each person has one of it; nobody is
named by what is read here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from retrieval.analysis.words import words
from retrieval.answers.citations import fingerprint_of
from retrieval.articles import Span
from retrieval.storage.database import Database


class Verdict(StrEnum):
    """What somebody thinks of an answer."""

    GOOD = "good"
    BAD = "bad"


class AnswerFault(StrEnum):
    """What is wrong with an answer: the sentence, that it is no answer at all, or that it was true once."""

    SENTENCE = "sentence"
    NO_ANSWER = "answer"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person thinks of an answer, and what is wrong with it, if anything is and that was said."""

    verdict: Verdict
    fault: AnswerFault | None = None

    def __post_init__(self) -> None:
        if self.fault and self.verdict is Verdict.GOOD:
            raise ValueError("nothing is wrong with a good answer")


@dataclass(frozen=True, slots=True)
class Shown:
    """The sentence that was shown first for a question, and where it stands."""

    article_id: str
    span: Span
    quote: str

    @property
    def fingerprint(self) -> str:
        """What tells this quote from another one that may stand in its place later."""
        return fingerprint_of(self.quote)


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """A sentence shown for a question, in all chats, and how many judged it good and bad.

    `number` is that of its last asking that was judged, `confidence` what the sentence had then, and
    `was_given` whether that was enough for an answer. `carried` are the words of earlier questions that it
    was found with; where `is_topic`, nothing was asked.
    """

    number: int
    question: str
    carried: str | None
    is_topic: bool
    at: datetime
    shown: Shown
    was_given: bool
    confidence: float
    good: int
    bad: int
    faults: Mapping[AnswerFault, int]

    @property
    def verdict(self) -> Verdict | None:
        """What more people think than not; None where as many think one as the other."""
        if self.good == self.bad:
            return None
        return Verdict.GOOD if self.good > self.bad else Verdict.BAD


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that the last time went without an answer, or with one that was judged bad.

    `number` is that of this time, `times` how often it was asked, by whomever, and `judged` what was shown
    for it then, if that was judged.
    """

    number: int
    question: str
    carried: str | None
    is_topic: bool
    at: datetime
    times: int
    judged: JudgedAnswer | None


#: Every sentence that was judged, by the question that it was shown for, with the last asking of the two.
_JUDGED = (
    "WITH judged AS (SELECT coalesce(folded, asked.question) AS same, shown, max(asked.id) AS number,"
    " max(judgement.at) AS judged_at, sum(verdict = 'good') AS good, sum(verdict = 'bad') AS bad,"
    " sum(fault IS 'sentence') AS sentence, sum(fault IS 'answer') AS answer,"
    " sum(fault IS 'outdated') AS outdated"
    " FROM judgement JOIN asked ON asked.id = judgement.question GROUP BY same, shown) "
)

#: The columns that a judged answer is made of.
_COLUMNS = (
    "asked.id, asked.question, carried, topic IS NOT NULL, judged_at, article, start, stop, asked.shown,"
    " quote IS NOT NULL, confidence, good, bad, sentence, answer, outdated"
)


class Feedback:
    """What is thought of the answers of all chats, in the file of their history.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Read and write in a history's database; `now` tells the time, in UTC."""
        self._database, self._now = database, now

    def judge(self, chat: str, number: int, person: str, judgement: Judgement) -> bool:
        """Keep what a person thinks of a chat's answer now; return whether there is an answer to judge.

        What was said to be wrong with a bad answer stays until something else is.
        """
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO judgement (question, person, verdict, fault, at)"
                " SELECT id, ?3, ?4, ?5, ?6 FROM asked WHERE id = ?1 AND chat = ?2 AND shown IS NOT NULL"
                " ON CONFLICT DO UPDATE SET verdict = excluded.verdict, at = excluded.at,"
                " fault = CASE excluded.verdict WHEN 'bad' THEN coalesce(excluded.fault, fault) END",
                (number, chat, person, judgement.verdict, judgement.fault, self._now().isoformat()),
            )
            return cursor.rowcount > 0

    def count(self) -> int:
        """Return how many judgements there are, of all people."""
        ((count,),) = self._database.rows("SELECT count(*) FROM judgement")
        return int(count)

    def judged(self) -> list[JudgedAnswer]:
        """Return the sentences that were judged, those last judged first."""
        rows = self._database.rows(
            f"{_JUDGED} SELECT {_COLUMNS} FROM judged JOIN asked ON asked.id = number"  # noqa: S608  all of it is ours
            " ORDER BY judged_at DESC, number DESC"
        )
        return [_judged(*row) for row in rows]

    def missed(self, limit: int = -1, offset: int = 0) -> list[Missed]:
        """Return the questions that were last answered badly or not at all, those last asked first.

        A sentence that only came near answers if it was judged good; one that was given does not if it was
        judged bad.
        """
        rows = self._database.rows(
            f"{_JUDGED}, latest AS (SELECT coalesce(folded, question) AS same, max(id) AS id,"  # noqa: S608  all of it is ours
            " count(*) AS times FROM asked WHERE confidence IS NOT NULL GROUP BY same)"
            f" SELECT at, times, number IS NOT NULL, {_COLUMNS} FROM latest"
            " JOIN asked ON asked.id = latest.id"
            " LEFT JOIN judged ON judged.same = latest.same AND judged.shown = asked.shown"
            " WHERE CASE WHEN quote IS NULL THEN ifnull(good, 0) <= ifnull(bad, 0)"
            " ELSE ifnull(bad, 0) > ifnull(good, 0) END"
            " ORDER BY asked.id DESC LIMIT ?1 OFFSET ?2",
            limit,
            offset,
        )
        return [
            Missed(
                number=row[0],
                question=row[1],
                carried=row[2],
                is_topic=bool(row[3]),
                at=datetime.fromisoformat(at),
                times=times,
                judged=_judged(*row) if is_judged else None,
            )
            for at, times, is_judged, *row in rows
        ]


def folded(question: str, carried: str | None = None) -> str:
    """Return what is the same of a question, however it was typed: its words, and those that it carried over.

    >>> folded("Who met  PUTIN?") == folded("who met Putin")
    True
    """
    own = " ".join(words(question)).casefold()
    return f"{own} + {' '.join(words(carried)).casefold()}" if carried else own


def fault_of(faults: Mapping[AnswerFault, int]) -> AnswerFault | None:
    """Return what most people said to be wrong, if anybody said so."""
    return max(faults, key=lambda fault: faults[fault], default=None)


def _judged(*row: Any) -> JudgedAnswer:
    number, question, carried, is_topic, at, *place, quote, was_given, confidence, good, bad = row[:-3]
    article, start, stop = place
    return JudgedAnswer(
        number=number,
        question=question,
        carried=carried,
        is_topic=bool(is_topic),
        at=datetime.fromisoformat(at),
        shown=Shown(article, Span(start, stop), quote),
        was_given=bool(was_given),
        confidence=confidence,
        good=good,
        bad=bad,
        faults={fault: count for fault, count in zip(AnswerFault, row[-3:], strict=True) if count},
    )
