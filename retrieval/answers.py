"""Questions to answers, each a citation of a sentence that stands in an article."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retrieval.articles import Article, Sentence, Span, digest, one_line
from retrieval.errors import (
    ChangedArticleError,
    EmptyQuestionError,
    QuestionTooLongError,
    UnknownArticleError,
)
from retrieval.index import Filter, Index
from retrieval.languages.detection import language_of_question
from retrieval.rank import Evidence, find
from retrieval.store import Store
from retrieval.terms import telling_words, terms, words

#: No question is longer; whatever is was pasted by mistake.
LONGEST_QUESTION = 2_000

#: A further citation is shown only if it is at least this sure, measured by the first.
_KINDRED = 0.5


_Held = tuple[Article, tuple[Sentence, ...]]


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
    span: Span
    quote: str = Field(min_length=1)
    #: The short answer, counted within the quote.
    highlight: Span | None = None
    score: float = Field(ge=0, le=1)

    @property
    def imprint(self) -> str:
        """What tells this quote from another one that may stand in its place later."""
        return _imprint(self.quote)

    @model_validator(mode="after")
    def _fits_its_span(self) -> Self:
        if self.span.end - self.span.start != len(self.quote):
            raise ValueError("a quote is as long as its span")
        if self.highlight and self.highlight.end > len(self.quote):
            raise ValueError("a highlight lies within its quote")
        return self


class Status(StrEnum):
    """Whether the articles answer."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"


class Answer(BaseModel):
    """What the articles say to a question.

    `confidence` is the probability that the first citation answers; an answer that was not found
    may cite the nearest passages all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    language: str
    status: Status
    confidence: float = Field(ge=0, le=1)
    citations: tuple[Citation, ...]
    #: Whether further citations could be given.
    further: bool = False

    @model_validator(mode="after")
    def _answers_by_citing(self) -> Self:
        if self.status is Status.ANSWERED and not self.citations:
            raise ValueError("an answer is a citation")
        return self


@dataclass(frozen=True, slots=True)
class Passage:
    """A cited sentence among its neighbours: `before + quote + after` is a slice of the article."""

    article: Article
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence was cited: the question's telling words that it shares, and those it lacks."""

    shared: tuple[str, ...]
    lacking: tuple[str, ...]
    score: float
    threshold: float


class Answerer:
    """Answers questions from the articles of a store, found through an index that follows it."""

    def __init__(self, store: Store, index: Index, *, min_confidence: float) -> None:
        self.store = store
        self.min_confidence = min_confidence
        self._index = index
        self._seen = 0
        #: What the index holds of each article; replaced whole, never changed.
        self._digests: dict[str, str] = {}
        self._lock = threading.Lock()

    def ask(self, question: str, *, limit: int = 3, offset: int = 0, filter: Filter | None = None) -> Answer:  # noqa: A002
        """Return up to `limit` citations, the `offset` surest ones left out, or an honest not_found.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        question = _checked(question)
        self.follow()
        # Some candidates may repeat a sentence that another article holds as well.
        digests, wanted = self._digests, offset + limit
        depth = 4 * wanted
        while True:
            evidence = find(self._index, question, depth, filter)
            cited = tuple(islice(self._citations(evidence, digests), wanted + 1))
            if len(cited) > wanted or len(evidence) < depth:
                break
            depth *= 4
        confidence = cited[0].score if cited else 0.0
        citations = cited[offset:wanted]
        if not offset:
            citations = tuple(one for one in citations if one.score >= _KINDRED * confidence)
        found = bool(citations) and confidence >= self.min_confidence
        return Answer(
            question=question,
            language=language_of_question(question),
            status=Status.ANSWERED if found else Status.NOT_FOUND,
            confidence=confidence,
            citations=citations,
            further=len(cited) > offset + len(citations),
        )

    def is_empty(self) -> bool:
        """Whether there are no articles at all."""
        return not self.store.holdings(limit=1)

    def verify(self, answer: Answer) -> Answer:
        """Return the answer with only those citations that stand in their articles at this moment.

        To be called when the answer is sent, however long after it was found.
        """
        standing = tuple(one for one in answer.citations if self._stands(one))
        if len(standing) == len(answer.citations):
            return answer
        update: dict[str, object] = {"citations": standing}
        confidence = standing[0].score if standing else 0.0
        if not standing or confidence < self.min_confidence:
            update["status"] = Status.NOT_FOUND
        update["confidence"] = confidence
        return Answer.model_validate(dict(answer) | update)

    def passage(
        self, article_id: str, span: Span, neighbours: int = 2, *, imprint: str | None = None
    ) -> Passage:
        """Return a cited sentence with up to `neighbours` units before and after it.

        With its citation's `imprint`, another sentence in the same place is not taken for it.
        Raises `UnknownArticleError` and `ChangedArticleError`.
        """
        article, units = self.store.read(article_id)
        place = next((unit.number for unit in units if unit.span == span), None)
        if place is None or (imprint is not None and imprint != _imprint(span.of(article.text))):
            raise ChangedArticleError(article_id)
        start = units[max(0, place - neighbours)].span.start
        end = units[min(len(units) - 1, place + neighbours)].span.end
        return Passage(
            article,
            before=article.text[start : span.start],
            quote=span.of(article.text),
            after=article.text[span.end : end],
        )

    def explain(self, question: str, citation: Citation) -> Explanation:
        """Return which words of the question led to a citation."""
        held = set(terms(citation.quote, citation.language))
        asked = telling_words(question, citation.language)
        shared = tuple(word for word in asked if held.intersection(terms(word, citation.language)))
        return Explanation(
            shared=shared,
            lacking=tuple(word for word in asked if word not in shared),
            score=citation.score,
            threshold=self.min_confidence,
        )

    def follow(self) -> None:
        """Bring the index to where the store is, whoever changed it."""
        with self._lock:
            newest, changed = self.store.changes(self._seen)
            digests = dict(self._digests) if changed else self._digests
            for article_id in changed:
                try:
                    article, units = self.store.read(article_id)
                except UnknownArticleError:
                    self._index.remove(article_id)
                    digests.pop(article_id, None)
                else:
                    self._index.add(article, units)
                    digests[article_id] = article.digest
            self._digests = digests
            self._seen = newest

    def _citations(self, evidence: Iterable[Evidence], digests: Mapping[str, str]) -> Iterator[Citation]:
        """Cite each piece of evidence, a sentence that several articles hold only once."""
        quotes: set[str] = set()
        held: dict[str, _Held | None] = {}
        for piece in evidence:
            if piece.article_id not in held:
                held[piece.article_id] = self._held(piece.article_id, digests.get(piece.article_id))
            whole = held[piece.article_id]
            if whole is None:
                continue
            article, sentence = whole[0], whole[1][piece.number]
            quote = sentence.span.of(article.text)
            if quote.casefold() in quotes:
                continue
            quotes.add(quote.casefold())
            yield Citation(
                number=len(quotes),
                article_id=article.id,
                title=article.title,
                source=article.source,
                url=article.url,
                published=article.published,
                language=article.language,
                span=sentence.span,
                quote=quote,
                score=piece.probability,
            )

    def _held(self, article_id: str, digest: str | None) -> _Held | None:
        """Return what the index was told of an article, unless that was changed since."""
        try:
            article, units = self.store.read(article_id)
        except UnknownArticleError:
            return None
        return (article, units) if article.digest == digest else None

    def _stands(self, citation: Citation) -> bool:
        try:
            article = self.store.get(citation.article_id)
        except UnknownArticleError:
            return False
        return citation.span.of(article.text) == citation.quote


def _imprint(quote: str) -> str:
    return digest(quote)[:8]


def _checked(question: str) -> str:
    """Return the question in the form of articles' text, its white space folded."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionTooLongError(len(question), LONGEST_QUESTION)
    question = one_line(question)
    if len(question) > LONGEST_QUESTION:  # Some letters grow when they are normalised.
        raise QuestionTooLongError(len(question), LONGEST_QUESTION)
    if not words(question):
        raise EmptyQuestionError
    return question
