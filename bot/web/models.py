"""What the API takes and gives, as OpenAPI describes it."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.chats.feedback import AnswerFault, Verdict
from retrieval.answers.citations import Status
from retrieval.articles import SentenceKind, collection_name
from retrieval.filters import Filter
from retrieval.questions.followups import CHAIN
from retrieval.questions.question import LONGEST_QUESTION
from retrieval.storage.receipts import Outcome

#: The most that a list of a question's limits names, and the most citations that may be left out.
_MOST_NAMES, MOST_OFFSET = 50, 10_000

#: The most articles of one page of the catalogue.
MOST_LISTED = 500

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["en"])]
Collection = Annotated[str, Field(max_length=40), AfterValidator(collection_name)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=5_000_000)]


def _iso_day(value: object) -> object:
    """Return a day as ISO 8601 writes it; refuse numbers, which are taken for seconds elsewhere."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise ValueError("write a day as 2024-02-22")


Day = Annotated[date, BeforeValidator(_iso_day)]


class _In(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_In):
    """Which articles may answer; whatever is left out does not limit."""

    languages: tuple[Language, ...] = Field(default=(), max_length=_MOST_NAMES)
    sources: tuple[Name, ...] = Field(default=(), max_length=_MOST_NAMES)
    collections: tuple[Collection, ...] | None = Field(default=None, max_length=_MOST_NAMES)
    since: Day | None = Field(default=None, description="Only articles dated on this day or later.")
    until: Day | None = Field(default=None, description="Only articles dated on this day or earlier.")

    @model_validator(mode="after")
    def _leave_a_day(self) -> "Limits":
        self.filter()
        return self

    def filter(self) -> Filter:
        """Return the same as a filter."""
        named = None if self.collections is None else frozenset(self.collections)
        return Filter(frozenset(self.languages), frozenset(self.sources), self.since, self.until, named)


class Asking(Limits):
    """A question, of which articles it is asked, and what it goes on with."""

    question: str = Field(
        min_length=1, max_length=LONGEST_QUESTION, examples=["How many joint enterprises are there?"]
    )
    limit: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=100,
        description="How many citations at most.",
    )
    offset: int = Field(
        default=0,
        strict=True,
        ge=0,
        le=MOST_OFFSET,
        description="How many of the surest are left out.",
    )
    previous: tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)], ...] = Field(
        default=(),
        max_length=CHAIN,
        description="The questions before, the oldest first: “And in 2022?” goes on with them.",
    )
    topic: bool = Field(default=False, strict=True, description="Tell what there is on it, whatever it asks.")
    remember: bool = Field(
        default=False,
        strict=True,
        description="Remember it; the answer has its `id` then.",
    )


class AskQuery(_In):
    """A question as it stands in an address."""

    q: str = Field(
        min_length=1, max_length=LONGEST_QUESTION, examples=["How many joint enterprises are there?"]
    )
    limit: int | None = Field(default=None, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=MOST_OFFSET)
    language: list[Language] = Field(default=[], max_length=_MOST_NAMES)
    source: list[Name] = Field(default=[], max_length=_MOST_NAMES)
    collection: list[Collection] = Field(default=[], max_length=_MOST_NAMES)
    since: Day | None = None
    until: Day | None = None
    previous: list[Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]] = Field(
        default=[], max_length=CHAIN
    )
    topic: bool = False

    @model_validator(mode="after")
    def _can_be_asked(self) -> "AskQuery":
        self.asking()
        return self

    def asking(self, *, remember: bool = False) -> Asking:
        """Return the same as what a program sends."""
        return Asking(
            question=self.q,
            limit=self.limit,
            offset=self.offset,
            languages=tuple(self.language),
            sources=tuple(self.source),
            collections=tuple(self.collection) or None,
            since=self.since,
            until=self.until,
            previous=tuple(self.previous),
            topic=self.topic,
            remember=remember,
        )


class CatalogueQuery(_In):
    """Which articles are listed, and which page of them."""

    limit: int = Field(default=50, ge=1, le=MOST_LISTED)
    offset: int = Field(default=0, ge=0, le=10**9)
    language: list[Language] = Field(default=[], max_length=_MOST_NAMES)
    source: list[Name] = Field(default=[], max_length=_MOST_NAMES)
    collection: list[Collection] = Field(default=[], max_length=_MOST_NAMES)
    title: str | None = Field(default=None, max_length=200, description="A part of the title or the source.")

    def filter(self) -> Filter:
        """Return which articles are meant, but for their titles."""
        named = frozenset(self.collection) if self.collection else None
        return Filter(frozenset(self.language), frozenset(self.source), collections=named)


class SpanOut(BaseModel):
    """A stretch of a text: half-open, in code points."""

    start: int
    end: int


class CitationOut(BaseModel):
    """A sentence that stands in an article, and where: `article.text[start:end] == quote`."""

    number: int
    article_id: str
    title: str | None
    source: str | None
    url: str | None
    published: date | None
    language: str
    kind: SentenceKind
    path: list[str]
    origin: str | None
    locator: str | None
    quote: str
    items: list[SpanOut]
    highlight: SpanOut | None
    score: float
    reasons: dict[str, float]
    copies: int
    start: int
    end: int


class AnswerOut(BaseModel):
    """An answer, as `derek ask --json` prints it."""

    id: int | None
    question: str
    language: str
    status: Status
    confidence: float
    mentioned: list[str]
    further: bool
    reading: str | None
    carried: str | None
    topic: str | None
    since: date | None
    until: date | None
    undated: int
    citations: list[CitationOut]


class ArticleOut(BaseModel):
    """An article without its text."""

    id: str
    title: str | None
    source: str | None
    url: str | None = None
    published: date | None
    language: str
    collection: str | None
    origin: str | None
    added: datetime
    sentences: int


class WholeArticleOut(ArticleOut):
    """An article with its text, to which all offsets refer."""

    text: str
    copies: list[str] = Field(description="The ids of articles that are copies of it, or it of them.")


class CatalogueOut(BaseModel):
    """A page of the articles, those added last first."""

    total: int
    offset: int
    articles: list[ArticleOut]


class PassageOut(BaseModel):
    """A unit of an article: a sentence, a heading, a row."""

    number: int
    kind: SentenceKind
    answers: bool = Field(description="Whether it may be given as an answer.")
    start: int
    end: int
    text: str
    depth: int
    above: list[int] = Field(
        description="The numbers of the units that it stands under, the outermost first."
    )
    locator: str | None


class PassagesOut(BaseModel):
    """The units of an article, in their order."""

    article_id: str
    passages: list[PassageOut]


class AddedText(_In):
    """A text that is to be an article, and what is told about it; what is not is read off the text."""

    text: Text = Field(min_length=1, examples=["The bridge\n\nThe bridge was opened on 4 May 2025."])
    title: Name | None = None
    source: Name | None = None
    url: Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$")] | None = None
    published: Day | None = None
    language: Language | None = None
    collection: Collection | None = None
    key: Name | None = Field(
        default=None,
        description="What it is known by; another text under the same key is the same article, updated.",
    )


class AddedLink(_In):
    """The address of a page that is to be an article."""

    url: str = Field(
        max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$", examples=["https://example.org/news"]
    )
    collection: Collection | None = None


class ReceiptOut(BaseModel):
    """What became of one article."""

    name: str
    outcome: Outcome
    article_id: str | None
    title: str | None
    sentences: int
    reason: str | None


class AdditionOut(BaseModel):
    """What became of what was added, and the number of the edit, by which it can be undone."""

    edit: int
    receipts: list[ReceiptOut]
    samples: int = Field(description="How many of the sample articles made room for it.")


class EditOut(BaseModel):
    """What became of articles by an edit."""

    edit: int
    receipts: list[ReceiptOut]


class FeedIn(_In):
    """The address of a feed, and the collection that its articles are to be in."""

    url: str = Field(
        max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$", examples=["https://example.org/feed.xml"]
    )
    collection: Collection | None = None


class FeedOut(BaseModel):
    """A feed that is followed, and how it is."""

    url: str
    title: str | None
    collection: str | None
    added: datetime
    checked: datetime | None
    failures: int
    trouble: str | None
    entries: int


class FeedbackIn(_In):
    """What somebody thinks of an answer to a question that is remembered under a number."""

    id: int = Field(strict=True, ge=1, le=2**53)
    verdict: Verdict
    fault: AnswerFault | None = None

    @model_validator(mode="after")
    def _is_at_fault(self) -> "FeedbackIn":
        if self.fault and self.verdict is Verdict.GOOD:
            raise ValueError("nothing is wrong with a good answer")
        return self


class JudgedOut(BaseModel):
    """A sentence that was shown for a question, and how many judged it how."""

    question: str
    carried: str | None
    article_id: str
    start: int
    end: int
    quote: str
    confidence: float
    good: int
    bad: int
    at: datetime


class MissedOut(BaseModel):
    """A question that went without a good answer, and how often it was asked."""

    question: str
    carried: str | None
    at: datetime
    times: int


class StatusOut(BaseModel):
    """What there is to answer from, and how far it can be found."""

    version: str
    articles: int
    sentences: int
    indexed: int
    embedded: float | None = Field(
        description="Which part of the sentences is embedded; null by words alone."
    )
    languages: dict[str, int]
    sources: dict[str, int]
    collections: dict[str, int]


class HealthOut(BaseModel):
    """That requests are answered."""

    status: str = "ok"
