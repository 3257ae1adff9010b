"""Answers, each made of citations: sentences as they stand in an article."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retrieval.articles import Article, SentenceKind, Span, digest


class Citation(BaseModel):
    """A sentence as it stands in an article, and where that is; `quote == article.text[span]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    article_id: str
    title: str | None
    source: str | None
    url: str | None
    published: date | None
    language: str
    #: What it is: a sentence, a row of a table, code.
    kind: SentenceKind = SentenceKind.SENTENCE
    #: What it stands under, the outermost first: title, headings, a question, the header of a table.
    path: tuple[str, ...] = ()
    #: The path or the URL that its article was read from, and where it stands there, as `line 12`.
    origin: str | None = None
    locator: str | None = None
    span: Span
    quote: str = Field(min_length=1)
    #: Where the items stand of a list that is quoted whole, counted within the quote.
    items: tuple[Span, ...] = ()
    #: The short answer, counted within the quote.
    highlight: Span | None = None
    #: The probability that it answers.
    score: float = Field(ge=0, le=1)
    #: What each group of features added to its score, measured by the mean of the candidates.
    reasons: tuple[tuple[str, float], ...] = ()
    #: In how many other articles the same was found, word for word or nearly; this one is the earliest.
    copies: int = Field(default=0, ge=0)

    @property
    def fingerprint(self) -> str:
        """What tells this quote from another one that may stand in its place later."""
        return fingerprint_of(self.quote)

    @model_validator(mode="after")
    def _fits_its_span(self) -> Self:
        if self.span.end - self.span.start != len(self.quote):
            raise ValueError("a quote is as long as its span")
        if self.highlight and self.highlight.end > len(self.quote):
            raise ValueError("a highlight lies within its quote")
        if any(item.end > len(self.quote) for item in self.items):
            raise ValueError("items lie within their quote")
        return self


class Status(StrEnum):
    """Whether the articles answer."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"


class Answer(BaseModel):
    """What the articles say to a question.

    `confidence` is the probability that the surest citation answers, whether or not it was left out; an
    answer that was not found may cite the nearest passages all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    language: str
    status: Status
    confidence: float = Field(ge=0, le=1)
    citations: tuple[Citation, ...]
    #: Which words of the question the first citation holds, if it does not answer but holds half of them.
    mentioned: tuple[str, ...] = ()
    #: Whether further citations could be given.
    further: bool = False
    #: What the question says in another keyboard layout, if it was typed in the wrong one.
    reading: str | None = None
    #: The words of earlier questions that it goes on with, if it leans on them.
    carried: str | None = None
    #: What it asks to be told of, if it asks no question: what is cited is then on that topic.
    topic: str | None = None
    #: The days that articles had to be dated between.
    since: date | None = None
    until: date | None = None
    #: How many articles were left out for having no date, where they had to be dated between days.
    undated: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _answers_by_citing(self) -> Self:
        if self.status is Status.ANSWERED and not self.citations:
            raise ValueError("an answer is a citation")
        return self


class VerifiedAnswer(Answer):
    """An answer whose citations stood in their articles when it was about to be sent.

    The only kind of answer that is shown to anybody; `Answerer.verify` makes it.
    """


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited sentence among its neighbours: `before + quote + after` is a slice of the article.

    `locator` is where it stands in what the article was read from. `until` is when another text replaced it,
    if one did.
    """

    article: Article
    before: str
    quote: str
    after: str
    locator: str | None = None
    until: datetime | None = None


def fingerprint_of(quote: str) -> str:
    """Return the first eight digits of a digest of a quote."""
    return digest(quote)[:8]
