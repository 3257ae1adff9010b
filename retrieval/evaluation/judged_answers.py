"""Judged answers: questions that were asked in earnest, and which sentences people judged right or wrong.

A file of them holds an object a line:

    {"id", "question", "previous", "right", "wrong", "outcome"}

`right` and `wrong` are sentences of articles, each {"article_id", "start", "end", "quote", "fault"}, and both
are empty where nothing answered. `previous` are the questions that it goes on with, if it does, and `outcome`
is what became of it when it was asked last. Who asks them anew asks the articles that are there now.
"""

import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from retrieval.answers.answerer import Answerer
from retrieval.answers.citations import Answer, Status
from retrieval.errors import JudgedSetError, QuestionError, UnwritableFileError
from retrieval.questions.followups import EarlierQuestion


class AnswerOutcome(StrEnum):
    """What a question is answered with: a right sentence, a wrong one, one that nobody judged, or none."""

    RIGHT = "right"
    WRONG = "wrong"
    UNJUDGED = "unjudged"
    REFUSED = "refused"


#: How good each outcome is: between what is not known and what is not said nobody can choose.
_WORTH = {
    AnswerOutcome.WRONG: 0,
    AnswerOutcome.UNJUDGED: 1,
    AnswerOutcome.REFUSED: 1,
    AnswerOutcome.RIGHT: 2,
}


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence that was judged, where it stood then, and what is wrong with it, if anything is."""

    article_id: str
    start: int
    end: int
    quote: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the sentences that were judged right and wrong for it, and what it goes on with.

    `outcome` is what became of it the last time, where that is known.
    """

    id: str
    text: str
    previous: tuple[EarlierQuestion, ...] = ()
    right: tuple[JudgedSentence, ...] = ()
    wrong: tuple[JudgedSentence, ...] = ()
    outcome: AnswerOutcome | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return the question of a row; raises `ValueError`, `KeyError` and `TypeError` where it is none."""
        earlier = [EarlierQuestion(**{**one, "names": tuple(one["names"])}) for one in row["previous"]]
        right, wrong = (tuple(JudgedSentence(**one) for one in row[kind]) for kind in ("right", "wrong"))
        outcome = row["outcome"] and AnswerOutcome(row["outcome"])
        return cls(str(row["id"]), str(row["question"]), tuple(earlier), right, wrong, outcome)

    def as_row(self) -> dict[str, Any]:
        """Return the row that it is written as."""
        written = asdict(self)
        return {"id": written.pop("id"), "question": written.pop("text"), **written}

    def outcome_of(self, answer: Answer) -> AnswerOutcome:
        """Return what an answer to it is worth, by its first sentence, wherever that stands now."""
        if answer.status is Status.NOT_FOUND:
            return AnswerOutcome.REFUSED
        is_right = self.is_right(answer.citations[0].quote)
        if is_right is None:
            return AnswerOutcome.UNJUDGED
        return AnswerOutcome.RIGHT if is_right else AnswerOutcome.WRONG

    def is_right(self, quote: str) -> bool | None:
        """Whether a sentence answers it; None where nobody judged that."""
        if quote in {sentence.quote for sentence in self.right}:
            return True
        return False if quote in {sentence.quote for sentence in self.wrong} else None


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """The sentence that comes first for a question now, how probably it answers, and whether it does."""

    question_id: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What became of judged questions that were asked anew: outcomes by their ids, and the median time in ms.

    `known` are those whose first sentence was judged, whether or not it was sure enough to be given.
    """

    outcomes: Mapping[str, AnswerOutcome]
    known: Sequence[KnownAnswer]
    ms_p50: float

    def figures(self, name: str) -> dict[str, Any]:
        """Return how many questions ended how, under the name of their set."""
        counts = Counter(self.outcomes.values())
        counted = {str(outcome): counts[outcome] for outcome in AnswerOutcome}
        return {"set": name, "questions": len(self.outcomes), **counted, "ms_p50": round(self.ms_p50, 2)}


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A question that ends otherwise than it did."""

    question_id: str
    before: AnswerOutcome
    after: AnswerOutcome

    @property
    def gain(self) -> int:
        """More than 0 where it ends better than before, less where worse, 0 where that cannot be told."""
        return _WORTH[self.after] - _WORTH[self.before]

    @property
    def is_loss(self) -> bool:
        """Whether it was right, and is no longer so."""
        return self.before is AnswerOutcome.RIGHT


def ask_anew(answerer: Answerer, questions: Iterable[JudgedQuestion]) -> JudgedRun:
    """Ask judged questions of the articles that there are now.

    What can no longer be asked is refused. Raises `StoreError`.
    """
    outcomes, known, times = {}, [], []
    for question in questions:
        began = time.perf_counter()
        try:
            answer = answerer.ask(question.text, previous=question.previous)
        except QuestionError:
            outcomes[question.id] = AnswerOutcome.REFUSED
            continue
        times.append(1000 * (time.perf_counter() - began))
        outcomes[question.id] = question.outcome_of(answer)
        if answer.citations and answer.topic is None:
            first = answer.citations[0]
            is_right = question.is_right(first.quote)
            if is_right is not None:
                known.append(KnownAnswer(question.id, first.score, is_right))
    return JudgedRun(outcomes, known, statistics.median(times) if times else 0.0)


def changes_between(
    before: Mapping[str, AnswerOutcome], after: Mapping[str, AnswerOutcome]
) -> list[OutcomeChange]:
    """Return which of the questions that were asked both times end otherwise, the worst first."""
    both = (OutcomeChange(name, before[name], after[name]) for name in after if name in before)
    return sorted((one for one in both if one.before is not one.after), key=lambda one: one.gain)


def read_judged_questions(path: Path) -> list[JudgedQuestion]:
    """Return the questions in a file of judged answers.

    Raises `JudgedSetError`.
    """
    questions = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line.strip():
            try:
                questions.append(JudgedQuestion.of(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise JudgedSetError(path, f"line {number} is no judged question") from error
    return questions


def write_judged_questions(questions: Iterable[JudgedQuestion], path: Path) -> None:
    """Write questions to a new file of judged answers; one that is there is left alone.

    Raises `UnwritableFileError`.
    """
    lines = (json.dumps(question.as_row(), ensure_ascii=False) + "\n" for question in questions)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    except OSError as error:
        raise UnwritableFileError(path, error.strerror or str(error)) from error


def read_outcomes(path: Path) -> dict[str, AnswerOutcome]:
    """Return what became of questions, by their ids: as a run recorded it in JSON, or a set of them.

    Raises `JudgedSetError`.
    """
    try:
        recorded = json.loads(_text(path))["outcomes"]
        return {str(name): AnswerOutcome(outcome) for name, outcome in recorded.items()}
    except (ValueError, KeyError, TypeError, AttributeError):  # It is no run, so it has to be a set.
        return {one.id: one.outcome for one in read_judged_questions(path) if one.outcome}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise JudgedSetError(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise JudgedSetError(path, "it is not UTF-8") from error
