"""Questions to answers, each a citation of a sentence that stands in an article."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.answers.citations import Answer, Citation, Passage, Status, fingerprint_of
from retrieval.answers.explanations import Explanation, compared
from retrieval.answers.highlight import highlight
from retrieval.answers.searcher import Searcher, SearchResult
from retrieval.articles import Span
from retrieval.errors import (
    ChangedArticleError,
    IndexBusyError,
    IndexDamagedError,
    IndexUnusableError,
    UnknownArticleError,
)
from retrieval.filters import Filter
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Batch, Change, Index, batches
from retrieval.questions.question import Question
from retrieval.ranking.ranker import CandidateText, Evidence
from retrieval.semantic.neighbours import Similarity, SimilarityOf, words_only
from retrieval.storage.store import Progress, Store, StoredSentence

#: A further citation is shown only if it is at least this sure, measured by the first.
_KINDRED = 0.25

#: How long, in seconds, a question waits for whoever else is bringing the index up to date.
_PATIENCE = 0.02

#: How long whoever insists waits for another process that is writing the index.
_STRICT_PATIENCE = 60.0

_log = logging.getLogger(__name__)


class Answerer:
    """Answers questions from the articles of a store, found through an index that follows it."""

    def __init__(
        self, store: Store, index: Index, *, min_confidence: float, similarity_of: SimilarityOf = words_only
    ) -> None:
        """Answer by words, and by meaning as well wherever `similarity_of` give how near a question is."""
        self.store = store
        self.min_confidence = min_confidence
        self._index = index
        self._likenesses = similarity_of
        self._lock = threading.Lock()

    def ask(
        self,
        question: str,
        *,
        limit: int = 3,
        offset: int = 0,
        filter: Filter | None = None,  # noqa: A002
        previous: Sequence[str] = (),
    ) -> Answer:
        """Return up to `limit` citations, the `offset` surest ones left out, or an honest not_found.

        A question that leans on the `previous` ones, the oldest of them first, goes on with their words.
        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        asked = Question.of(question, previous)
        self._catch_up()
        admitted = (filter or Filter()).in_period_of(asked.period)
        reading, found = self._evidence(asked, admitted)
        whole, language = asked.read(reading)
        confidence = found[0][0].probability if found else 0.0
        shown = found[offset : offset + limit]
        if not offset:
            shown = [one for one in shown if one[0].probability >= _KINDRED * confidence]
        answered = bool(shown) and confidence >= self.min_confidence
        return Answer(
            question=asked.question,
            language=asked.followup.language if asked.followup else language,
            status=Status.ANSWERED if answered else Status.NOT_FOUND,
            confidence=confidence,
            citations=tuple(
                self._citation(number, *one, whole, language) for number, one in enumerate(shown, offset + 1)
            ),
            further=len(found) > offset + len(shown),
            reading=None if reading == asked.rest else reading,
            carried=asked.carried,
            since=admitted.since,
            until=admitted.until,
        )

    def _evidence(
        self, asked: Question, admitted: Filter
    ) -> tuple[str, list[tuple[Evidence, StoredSentence]]]:
        """Return how a question was read, and the evidence that there is for it, the surest first.

        A sentence that several articles hold is there once.
        """
        quoted: dict[tuple[str, int], StoredSentence] = {}

        def texts(candidates: Sequence[Candidate]) -> list[CandidateText | None]:
            places = [(one.article_id, one.number) for one in candidates]
            quoted.update(self.store.stored_sentences(places))
            # Whoever changed an article since will have told the index of it by the next question.
            found = (quoted.get(place) for place in places)
            return [
                CandidateText(held.text, held.text == held.title)
                if held and held.digest == one.digest
                else None
                for held, one in zip(found, candidates, strict=True)
            ]

        def similarity(text: str, language: str) -> Similarity | None:
            return self._admitted(self._likenesses(text, language), admitted)

        found = self._found(Searcher(self._index, texts, similarity), asked, admitted)
        distinct: dict[str, tuple[Evidence, StoredSentence]] = {}
        for piece in found.evidence:
            sentence = quoted[piece.article_id, piece.number]
            distinct.setdefault(sentence.text.casefold(), (piece, sentence))
        return found.reading, list(distinct.values())

    def _citation(
        self, number: int, piece: Evidence, sentence: StoredSentence, question: str, language: str
    ) -> Citation:
        """Cite a sentence; the short answer is marked if it is likely to hold one."""
        sure = piece.probability >= self.min_confidence
        return Citation(
            number=number,
            article_id=piece.article_id,
            title=sentence.title,
            source=sentence.source,
            url=sentence.url,
            published=sentence.published,
            language=sentence.language,
            span=sentence.span,
            quote=sentence.text,
            highlight=highlight(question, language, sentence.text, sentence.language) if sure else None,
            score=piece.probability,
            reasons=tuple(piece.reasons.items()),
        )

    def close(self) -> None:
        """Let go of the index; the store is its owner's to close."""
        self._index.close()

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return len(self._index)

    def is_empty(self) -> bool:
        """Whether there are no articles at all."""
        return not self.store.catalogue(limit=1)

    def verify(self, answer: Answer) -> Answer:
        """Return the answer with only those citations that stand in their articles at this moment.

        To be called when the answer is sent, however long after it was found.
        """
        standing = tuple(one for one in answer.citations if self._stands(one))
        if len(standing) == len(answer.citations):
            return answer
        update: dict[str, object] = {"citations": standing}
        confidence = standing[0].score if standing else 0.0
        if answer.citations[0].number > 1 and standing:  # The surest was left out, and may stand.
            confidence = answer.confidence
        if not standing or confidence < self.min_confidence:
            update["status"] = Status.NOT_FOUND
        update["confidence"] = confidence
        return Answer.model_validate(dict(answer) | update)

    def passage(
        self, article_id: str, span: Span, neighbours: int = 2, *, fingerprint: str | None = None
    ) -> Passage:
        """Return a cited sentence with up to `neighbours` units before and after it.

        With its citation's `fingerprint`, another sentence in the same place is not taken for it.
        Raises `UnknownArticleError` and `ChangedArticleError`.
        """
        article, units = self.store.read(article_id)
        place = next((unit.number for unit in units if unit.span == span), None)
        if place is None or (
            fingerprint is not None and fingerprint != fingerprint_of(span.of(article.text))
        ):
            raise ChangedArticleError(article_id)
        start = units[max(0, place - neighbours)].span.start
        end = units[min(len(units) - 1, place + neighbours)].span.end
        return Passage(
            article,
            before=article.text[start : span.start],
            quote=span.of(article.text),
            after=article.text[span.end : end],
        )

    def explain(self, question: str, citation: Citation, previous: Sequence[str] = ()) -> Explanation:
        """Return what led to a citation for a question, asked after the `previous` ones."""
        asked = Question.of(question, previous)
        shared, lacking = compared(asked, citation.quote, citation.language)
        return Explanation(
            shared, lacking, citation.reasons, citation.score, self.min_confidence, asked.carried
        )

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
        places = {number: place for place, (number, _) in enumerate(changed, 1)}
        changes = ((number, self._change(article_id)) for number, article_id in changed)
        for batch in batches(changes, after):
            yield batch
            if progress:
                progress(places[batch.seen], len(changed))

    def _change(self, article_id: str) -> Change:
        try:
            return Change(article_id, *self.store.read(article_id))
        except UnknownArticleError:
            return Change(article_id)

    def _admitted(self, similarity: Similarity | None, to: Filter) -> Similarity | None:
        """Return a likeness to those articles only that a filter admits, whatever their language."""
        if similarity is None or not (to.sources or to.since or to.until):
            return similarity
        ids = self.store.article_ids(to.sources, to.since, to.until)
        return replace(similarity, admitted=ids.__contains__)

    def _found(self, searcher: Searcher, asked: Question, admitted: Filter) -> SearchResult:
        try:
            return searcher.find(asked.rest, admitted, asked.followup)
        except (IndexDamagedError, IndexBusyError) as error:
            _log.warning("%s", error)
            self.follow()
            return searcher.find(asked.rest, admitted, asked.followup)

    def _stands(self, citation: Citation) -> bool:
        return self.store.slice(citation.article_id, citation.span) == citation.quote
