"""Everyday collections: short articles of all kinds in a folder, and questions judged on them.

    articles/          .txt and .md files
    questions.jsonl    {"question", "answers", "short"}, an object a line

`answers` are passages of the articles that answer, none if nothing does, and `short` the short answers that
may be marked in them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from retrieval.articles import normalise
from retrieval.errors import JudgedSetError
from retrieval.evaluation.trees import TreeQuestion, letters

#: How many letters a mark may have besides the short answer: a preposition, a unit. Chosen by eye.
_BESIDE = 25


@dataclass(frozen=True, slots=True)
class EverydayQuestion:
    """A question, the letters of what answers it, and of the short answers that may be marked there."""

    text: str
    answers: tuple[str, ...]
    short: tuple[str, ...]

    @classmethod
    def of(cls, line: str) -> Self:
        """Return the question of a line; raises `ValueError`, `KeyError` and `TypeError` where it is none."""
        row = json.loads(line)
        short = tuple(map(letters, row["short"]))
        return cls(normalise(row["question"]), tuple(map(letters, row["answers"])), short)

    @property
    def is_answerable(self) -> bool:
        """Whether anything in the articles answers it."""
        return bool(self.answers)

    def is_answered_by(self, quote: str) -> bool:
        """Whether a quote is what answers, holds it, or is most of it."""
        return self.is_answerable and TreeQuestion(self.text, self.answers).is_answered_by(quote)

    def is_marked_by(self, mark: str) -> bool:
        """Whether a mark is a short answer, a part of one, or one with a few letters more."""
        marked = letters(mark)
        return any(
            marked in short or (short in marked and len(marked) <= len(short) + _BESIDE)
            for short in self.short
        )


def read_everyday(folder: Path) -> Sequence[EverydayQuestion]:
    """Return the questions of a collection.

    Raises `JudgedSetError` where a line is no question.
    """
    path = folder / "questions.jsonl"
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgedSetError(path, str(error)) from error
    questions = []
    for number, line in enumerate(lines, 1):
        try:
            questions.append(EverydayQuestion.of(line))
        except (ValueError, KeyError, TypeError) as error:
            raise JudgedSetError(path, f"line {number} is no question with its answers") from error
    return questions
