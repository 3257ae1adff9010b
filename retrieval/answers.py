"""Questions to answers, each a citation of a sentence that stands in an article."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retrieval.articles import Article, Span, digest, one_line
from retrieval.errors import (
    ChangedArticleError,
    EmptyQuestionError,
    IndexBusyError,
    IndexDamagedError,
    IndexUnusableError,
    QuestionTooLongError,
    UnknownArticleError,
)
from retrieval.index import Batch, Change, Filter, Index
from retrieval.keyboards import readings
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_question
from retrieval.limits import limits
from retrieval.rank import Evidence, Found, find
from retrieval.store import Store
from retrieval.terms import terms
from retrieval.words import telling_words, words

#: No question is longer; whatever is was pasted by mistake.
LONGEST_QUESTION = 2_000

#: A further citation is shown only if it is at least this sure, measured by the first.
_KINDRED = 0.7


#: No more citations than these are given before the last page.
_DEEPEST = 200

#: So many sentences at least are put into the index together.
_BATCH = 5_000

#: How long, in seconds, a question waits for whoever else is bringing the index up to date.
_PATIENCE = 0.02

#: How long whoever insists waits for another process that is writing the index.
_STRICT_PATIENCE = 60.0

#: Is told how many of how many articles are done.
Progress = Callable[[int, int], None]

_log = logging.getLogger(__name__)


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
    #: What the question says in another keyboard layout, if it was typed in the wrong one.
    reading: str | None = None
    #: The days that articles had to be dated between.
    since: date | None = None
    until: date | None = None

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
        self._lock = threading.Lock()

    def ask(self, question: str, *, limit: int = 3, offset: int = 0, filter: Filter | None = None) -> Answer:  # noqa: A002
        """Return up to `limit` citations, the `offset` surest ones left out, or an honest not_found.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        question = _checked(question)
        self._catch_up()
        rest, period = limits(question)
        admitted = (filter or Filter()).in_period_of(period)
        # So deep nobody looks; a button that somebody made up must not cost more.
        wanted = min(offset, _DEEPEST) + limit
        reading, cited = self._cited(rest, wanted, admitted)
        citations = cited[offset:wanted]
        if not offset:
            citations = tuple(one for one in citations if one.score >= _KINDRED * _confidence(cited))
        answered = bool(citations) and _confidence(cited) >= self.min_confidence
        return Answer(
            question=question,
            language=language_of_question(reading),
            status=Status.ANSWERED if answered else Status.NOT_FOUND,
            confidence=_confidence(cited),
            citations=citations,
            further=len(cited) > offset + len(citations),
            reading=None if reading == rest else reading,
            since=admitted.since,
            until=admitted.until,
        )

    def _cited(self, question: str, wanted: int, admitted: Filter) -> tuple[str, tuple[Citation, ...]]:
        """Return how a question was read, and the `wanted` surest citations and one more if there is one."""
        # Some candidates may repeat a sentence that another article holds as well.
        depth = 4 * wanted
        while True:
            found = self._found(question, depth, admitted)
            cited = tuple(islice(self._citations(found.evidence), wanted + 1))
            if len(cited) > wanted or len(found.evidence) < depth:
                return found.reading, cited
            depth *= 4

    def close(self) -> None:
        """Let go of the index; the store is its owner's to close."""
        self._index.close()

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return len(self._index)

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
        rest, _ = limits(question)
        shared, lacking = max(
            (_shared(reading, citation) for reading in (rest, *readings(rest))),
            key=lambda parts: len(parts[0]),
        )
        return Explanation(shared, lacking, citation.score, self.min_confidence)

    def follow(self, progress: Progress | None = None, *, strict: bool = False) -> None:
        """Bring the index to where the store is, whoever changed it.

        While another thread or process does so, or while the index cannot be written, answers come
        from what it holds. `progress` is told how far it is. Raises `StoreError` if the index holds
        nothing, or, if `strict`, whenever it does not get there.
        """
        waiting = -1 if strict or not self._holds() else _PATIENCE
        if not self._lock.acquire(timeout=waiting):
            return
        try:
            self._update(progress, time.monotonic() + (_STRICT_PATIENCE if strict else 0))
        except (IndexBusyError, IndexUnusableError) as error:
            if strict or not self._holds():
                raise
            _log.warning("%s", error)
        finally:
            self._lock.release()

    def _holds(self) -> bool:
        """Whether the index holds anything to answer from."""
        try:
            return self._index.seen > 0
        except IndexDamagedError:
            return False

    def _catch_up(self) -> None:
        """Follow the store, but leave it to whoever just changed it, if they are about to do so."""
        until = time.monotonic() + _PATIENCE
        while not self._holds() or self.store.changes(self._index.seen):
            if self._holds() and self._lock.locked():
                return
            if not self._holds() or time.monotonic() > until:
                self.follow()
                return
            time.sleep(_PATIENCE / 10)

    def _update(self, progress: Progress | None, until: float) -> None:
        """Tell the index what it has not seen, and again while another process is writing it."""
        tries = 3  # An index may begin anew: found damaged, or moved by another process.
        while tries:
            try:
                self._index.update(self._batches(progress))
                if not self.store.changes(self._index.seen):
                    return
                tries -= 1
            except IndexDamagedError:
                tries -= 1
                if not tries:
                    raise
            except IndexBusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(_PATIENCE)

    def _batches(self, progress: Progress | None) -> Iterator[Batch]:
        """Yield what the index has not seen, so much at a time as is soon written."""
        after = self._index.seen
        changed = self.store.changes(after)
        changes: list[Change] = []
        held = 0
        for done, (number, article_id) in enumerate(changed, 1):
            changes.append(self._change(article_id))
            held += len(changes[-1].sentences)
            if held >= _BATCH or done == len(changed):
                yield Batch(changes, number, after)
                changes, held, after = [], 0, number
                if progress:
                    progress(done, len(changed))

    def _change(self, article_id: str) -> Change:
        try:
            return Change(article_id, *self.store.read(article_id))
        except UnknownArticleError:
            return Change(article_id)

    def _found(self, question: str, depth: int, admitted: Filter) -> Found:
        try:
            return find(self._index, question, depth, admitted)
        except (IndexDamagedError, IndexBusyError) as error:
            _log.warning("%s", error)
            self.follow()
            return find(self._index, question, depth, admitted)

    def _citations(self, evidence: Iterable[Evidence]) -> Iterator[Citation]:
        """Cite each piece of evidence, a sentence that several articles hold only once."""
        quotes: set[str] = set()
        for piece in evidence:
            quoted = self.store.quote(piece.article_id, piece.number)
            # Whoever changed the article since will have told the index of it by the next question.
            if quoted is None or quoted.digest != piece.digest or quoted.text.casefold() in quotes:
                continue
            quotes.add(quoted.text.casefold())
            yield Citation(
                number=len(quotes),
                article_id=piece.article_id,
                title=quoted.title,
                source=quoted.source,
                url=quoted.url,
                published=quoted.published,
                language=quoted.language,
                span=quoted.span,
                quote=quoted.text,
                score=piece.probability,
            )

    def _stands(self, citation: Citation) -> bool:
        return self.store.slice(citation.article_id, citation.span) == citation.quote


def _confidence(citations: Sequence[Citation]) -> float:
    return citations[0].score if citations else 0.0


def _shared(question: str, citation: Citation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the telling words of a question that a citation shares, in whatever language, and the others."""
    language = language_of_question(question)
    same = citation.language == language or citation.language not in KNOWN

    def held(text: str, written_in: str) -> frozenset[str]:
        found = terms(text, written_in)
        return frozenset(found.stem if same else found.key)

    quoted = held(citation.quote, citation.language)
    asked = telling_words(question, language)
    shared = tuple(word for word in asked if quoted & held(word, citation.language if same else language))
    return shared, tuple(word for word in asked if word not in shared)


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
