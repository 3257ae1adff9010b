"""A question as it was written, to what it asks: its own words, a period, what it goes on with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from retrieval.analysis.words import words
from retrieval.articles import one_line
from retrieval.errors import EmptyQuestionError, QuestionTooLongError
from retrieval.filters import Filter
from retrieval.languages.detection import language_of_question
from retrieval.questions.followups import Followup, followup_after
from retrieval.questions.periods import period_of

#: No question is longer; whatever is was pasted by mistake.
LONGEST_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks."""

    #: The question in the form of articles' text, its white space folded.
    question: str
    #: What is left of it without the words that only limit the articles, and to which days they do.
    rest: str
    period: Filter
    followup: Followup | None

    @classmethod
    def of(cls, question: str, previous: Sequence[str] = ()) -> Self:
        """Return what a question asks after the `previous` ones, the oldest of them first.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        question = _checked(question)
        rest, period = period_of(question)
        # The limits that earlier questions set are nothing asked about.
        followup = followup_after(rest, [period_of(earlier)[0] for earlier in previous])
        if followup and followup.elliptical and period == Filter():
            # "And since 2023?" limits nothing by itself, but does at the end of the question it goes on with.
            _, period = period_of(followup.whole)
        return cls(question, rest, period, followup)

    @property
    def carried(self) -> str | None:
        """The words of earlier questions that it goes on with."""
        return self.followup.carried.text if self.followup else None

    def read(self, reading: str) -> tuple[str, str]:
        """Return what is asked, said in one, and its language, once it is known how the question was read."""
        if self.followup:
            return self.followup.whole, self.followup.expecting_language
        return reading, language_of_question(reading)


def _checked(question: str) -> str:
    if len(question) > LONGEST_QUESTION:
        raise QuestionTooLongError(len(question), LONGEST_QUESTION)
    question = one_line(question)
    if len(question) > LONGEST_QUESTION:  # Some letters grow when they are normalised.
        raise QuestionTooLongError(len(question), LONGEST_QUESTION)
    if not words(question):
        raise EmptyQuestionError
    return question
