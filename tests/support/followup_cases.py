"""Cases of two questions in a row, written by hand: those that rules were tuned on, and those kept apart.

A case over the sample articles says where its answer stands by a string of that sentence; one over the
judged sets, which are no part of the project, by the ids of the sentences.
"""

import json
from dataclasses import dataclass
from typing import Literal

from retrieval.articles import one_line
from retrieval.questions.followups import Followup, followup_after
from tests.support.analysing import analysed
from tests.support.answering import earlier
from tests.support.paths import GOLDEN

_FOLDER = GOLDEN / "followups"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the one before it, and where the answer to the second stands."""

    id: str
    #: The language of the second question.
    lang: str
    previous: str
    question: str
    #: Whether the second leans on the first.
    follows: bool
    #: A sample article's file or, where there is a `set`, one of its documents.
    article: str
    #: What stands in the sentence that answers, where the article is a sample.
    evidence: str | None = None
    #: The judged set, and its sentences that answer.
    set: str | None = None
    relevant: tuple[str, ...] = ()


def cases(which: Literal["tuned", "kept"]) -> list[Case]:
    """Return the cases of a file, in its order."""
    rows = [json.loads(line) for line in (_FOLDER / f"{which}.jsonl").read_text("utf-8").splitlines()]
    return [Case(**row | {"relevant": tuple(row.get("relevant", ()))}) for row in rows]


def follow_up(question: str, previous: str) -> Followup | None:
    """Return what a question goes on with after one other, whatever that one says."""
    return followup_after(analysed(one_line(question)), earlier(previous))
