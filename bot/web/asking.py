"""A question by HTTP to its answer: the same for the API, the page and MCP."""

from dataclasses import dataclass
from time import perf_counter

from bot.web.models import Asking
from bot.web.visitors import Visitor
from retrieval.answers.answerer import as_earlier
from retrieval.answers.citations import VerifiedAnswer
from retrieval.filters import Filter
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its answer, which articles might have answered, and the number it is remembered by."""

    question: Question
    answer: VerifiedAnswer
    admitted: Filter
    number: int | None = None


def ask(visitor: Visitor, asking: Asking, key: str | None = None) -> AnsweredQuestion:
    """Answer a visitor's question, and remember it where that is wanted, under a `key` only once.

    Raises `QuestionError` and `StoreError`.
    """
    derek = visitor.site.derek
    earlier = [EarlierQuestion.of(text) for text in asking.previous]
    question = Question.about(asking.question) if asking.topic else Question.of(asking.question, earlier)
    admitted = asking.filter().within(visitor.fence)
    began = perf_counter()
    found = derek.answerer.answer(
        question,
        limit=asking.limit or derek.config.answers.citations,
        offset=asking.offset,
        admitted=admitted,
    )
    took = 1000 * (perf_counter() - began)
    answer = derek.answerer.verify(found, visitor.fence)
    number = None
    if asking.remember and not asking.offset:
        number = visitor.chat(key=key).remember(as_earlier(question, found), answer, took)
    return AnsweredQuestion(question, answer, admitted, number)
