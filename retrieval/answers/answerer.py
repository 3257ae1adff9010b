"""Questions to answers, each a citation of a sentence that stands in an article."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from retrieval.analysis.analysed_text import AnalysedText
from retrieval.analysis.stems import stems_in
from retrieval.answers.cells import cell
from retrieval.answers.citations import (
    Answer,
    Citation,
    Passage,
    Status,
    VerifiedAnswer,
    fingerprint_of,
)
from retrieval.answers.explanations import Explanation, compared
from retrieval.answers.extents import (
    REACH,
    Quoted,
    is_list,
    leads_to_list,
    leans,
    whole_list,
    with_antecedent,
)
from retrieval.answers.highlight import highlight
from retrieval.answers.searcher import Searcher, SearchResult
from retrieval.answers.span_model import ReadQuote, may_select, span_model
from retrieval.articles import Article, Sentence, SentenceKind, Span, flowing
from retrieval.copies.sayings import CopyPairs, no_copies
from retrieval.errors import ChangedArticleError
from retrieval.filters import NO_FILTER, Filter
from retrieval.index.follower import IndexFollower
from retrieval.questions.antecedents import names_answering
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question
from retrieval.ranking.ranker import Evidence
from retrieval.semantic.similarity import SimilarityOf, words_only
from retrieval.storage.store import Store

#: A further citation is shown only if its probability is at least this share of the first one's. Chosen by
#: eye.
_FURTHER_RATIO = 0.25

#: What is less probable is not even near, and shown only to whoever asks for more. Measured on 55 questions
#: on everyday articles: nothing that answers comes first with less.
_NEAR = 0.05

#: Where the units of lists stand that sentences are of, by article id and number; none of one that is long.
Lists = Mapping[tuple[str, int], tuple[Span, ...]]

#: How many units before and after a cited sentence show what it is about. Chosen by eye.
NEIGHBOURS = 2


class Answerer:
    """Answers questions from the articles of a store, found through an index that follows it."""

    def __init__(
        self,
        store: Store,
        index: IndexFollower,
        *,
        min_confidence: float,
        similarity_of: SimilarityOf = words_only,
        copies: CopyPairs = no_copies,
    ) -> None:
        """Answer by words, and by meaning as well wherever `similarity_of` gives how near a question is.

        What articles say alike that are `copies` of one another is cited once.
        """
        self.store, self.index, self.min_confidence = store, index, min_confidence
        self._searcher = Searcher(index.search, store, similarity_of, copies)

    def ask(
        self,
        text: str,
        *,
        limit: int = 3,
        offset: int = 0,
        admitted: Filter = NO_FILTER,
        previous: Sequence[EarlierQuestion] = (),
    ) -> Answer:
        """Return the answer to what a text asks after the `previous` questions, the oldest of them first.

        Raises `EmptyQuestionError` and `QuestionTooLongError`, and `StoreError` if the articles or the index
        cannot be used.
        """
        return self.answer(Question.of(text, previous), limit=limit, offset=offset, admitted=admitted)

    def answer(
        self, question: Question, *, limit: int = 3, offset: int = 0, admitted: Filter = NO_FILTER
    ) -> Answer:
        """Return up to `limit` citations, the `offset` surest ones left out, or an honest not_found.

        Raises `StoreError` if the articles or the index cannot be used.
        """
        answer = self._answer(question, limit, offset, admitted)
        topic = question.as_topic
        if topic is None or (answer.status is Status.ANSWERED and _goes_on(question, topic, answer)):
            return answer
        on_topic = self._answer(topic, limit, offset, admitted)
        return on_topic if on_topic.citations else answer

    def _answer(self, question: Question, limit: int, offset: int, admitted: Filter) -> Answer:
        admitted = admitted.in_period_of(question.period)
        result = self._searcher.find(question, admitted)
        lists = self._lists(result.evidence)
        evidence = self._without_repetition(_distinct(result.evidence, lists), question)
        if question.is_topic:
            evidence = _on_topic(evidence, question, self.min_confidence)
        confidence = evidence[0].probability if evidence else 0.0
        quoted = self._quoted(evidence, offset + limit + 1, question, lists)
        shown = quoted[offset : offset + limit]
        if not offset and not question.is_topic:
            least = max(_FURTHER_RATIO * confidence, min(_NEAR, self.min_confidence))
            shown = [piece for piece in shown if piece.evidence.probability >= least]
        answered = bool(shown) and (question.is_topic or confidence >= self.min_confidence)
        as_read = result.question
        return Answer(
            question=question.text,
            language=as_read.language,
            status=Status.ANSWERED if answered else Status.NOT_FOUND,
            confidence=confidence,
            citations=tuple(
                self._citation(number, piece, result) for number, piece in enumerate(shown, offset + 1)
            ),
            mentioned=() if answered or not shown else _mentioned(as_read, shown[0]),
            further=len(quoted) > offset + len(shown),
            reading=None if as_read is question else as_read.without_period.text,
            carried=question.carried.text if question.carried else None,
            topic=question.without_period.text if question.is_topic else None,
            since=admitted.since,
            until=admitted.until,
            undated=self.store.count_undated(admitted) if admitted.since or admitted.until else 0,
        )

    def _without_repetition(self, evidence: list[Evidence], question: Question) -> list[Evidence]:
        """Return the evidence with the sentences that were just given last, if another one answers as well.

        Who asks the same of something else has read them.
        """
        new: list[Evidence] = []
        repeated: list[Evidence] = []
        for piece in evidence:
            (repeated if fingerprint_of(piece.sentence.text) in question.given else new).append(piece)
        if not new or new[0].probability < max(self.min_confidence, _FURTHER_RATIO * evidence[0].probability):
            return evidence
        return new + repeated

    def _quoted(
        self, evidence: Sequence[Evidence], count: int, question: Question, lists: Lists
    ) -> list[Quoted]:
        """Return the first so many pieces of evidence as they are quoted, without what was quoted before."""
        quoted: list[Quoted] = []
        for piece in evidence:
            if len(quoted) == count:
                break
            alone = Quoted(piece, piece.sentence.span, piece.sentence.text)
            widened = alone if question.is_topic else self._widened(piece, lists) or alone
            if not any(map(widened.overlaps, quoted)):
                quoted.append(widened)
            elif not any(map(alone.overlaps, quoted)):
                quoted.append(alone)
        return quoted

    def _widened(self, piece: Evidence, lists: Lists) -> Quoted | None:
        """Return a sentence with what is quoted with it; None if that is nothing, or was changed since."""
        sentence = piece.sentence
        units = lists.get(piece.place, ())
        span = Span(units[0].start, units[-1].end) if units else sentence.span
        if not units and leans(sentence.text, sentence.language):
            place = (piece.article_id, piece.number - 1)
            span = with_antecedent(sentence, self.store.stored_sentences([place]).get(place))
        if span == sentence.span:
            return None
        text = self.store.slice(piece.article_id, span)
        return Quoted(piece, span, text, units) if text and len(text) == span.end - span.start else None

    def _lists(self, evidence: Sequence[Evidence]) -> Lists:
        """Return where the units of the lists stand that sentences are items of, or lead to, by their places.

        All are read at once: those of one list have the same units around them.
        """
        listed = [piece for piece in evidence if is_list(piece.saying) or leads_to_list(piece.sentence)]
        places = {
            (piece.article_id, number)
            for piece in listed
            for number in range(max(0, piece.number - REACH), piece.number + REACH + 1)
        }
        units = self.store.stored_sentences(sorted(places)) if places else {}
        return {
            piece.place: whole_list(
                piece.sentence,
                piece.number,
                {
                    number: unit
                    for (article_id, number), unit in units.items()
                    if article_id == piece.article_id and unit.digest == piece.sentence.digest
                },
            )
            for piece in listed
        }

    def _citation(self, number: int, quoted: Quoted, result: SearchResult) -> Citation:
        """Cite a sentence; the short answer is marked if it is likely to hold one."""
        piece = quoted.evidence
        sentence, path = piece.sentence, self._path(piece)
        marked = None
        if piece.probability >= self.min_confidence and not result.question.is_topic:
            marked = quoted.moved(_marked(result, piece, path))
        return Citation(
            number=number,
            article_id=piece.article_id,
            title=sentence.title,
            source=sentence.source,
            url=sentence.url,
            published=sentence.published,
            language=sentence.language,
            kind=sentence.kind,
            path=path,
            origin=sentence.origin,
            locator=sentence.locator,
            span=quoted.span,
            quote=quoted.text,
            items=quoted.items,
            highlight=marked,
            score=piece.probability,
            reasons=tuple(piece.reasons.items()),
            copies=piece.copies,
        )

    def _path(self, piece: Evidence) -> tuple[str, ...]:
        """Return what a sentence stands under."""
        places = [(piece.article_id, number) for number in piece.sentence.above]
        above = self.store.stored_sentences(places) if places else {}
        return tuple(above[place].text for place in places if place in above)

    def is_empty(self, admitted: Filter = NO_FILTER) -> bool:
        """Whether there are no articles at all in the collections that a filter admits."""
        return not self.store.catalogue(1, admitted=admitted)

    def verify(self, answer: Answer, admitted: Filter = NO_FILTER) -> VerifiedAnswer:
        """Return the answer with only those citations that stand in their articles at this moment.

        These must be in collections that the filter admits.

        To be called when the answer is sent, however long after it was found. Raises `StoreError` if the
        articles cannot be read.
        """
        standing = tuple(citation for citation in answer.citations if self._stands(citation, admitted))
        update: dict[str, object] = {}
        if len(standing) < len(answer.citations):
            confidence = standing[0].score if standing else 0.0
            if answer.citations[0].number > 1 and standing:  # The surest was left out, and may stand.
                confidence = answer.confidence
            update = {"citations": standing, "confidence": confidence}
            if not standing or (confidence < self.min_confidence and answer.topic is None):
                update["status"] = Status.NOT_FOUND
        return VerifiedAnswer.model_validate(dict(answer) | update)

    def passage(
        self, article_id: str, span: Span, neighbours: int = NEIGHBOURS, *, fingerprint: str | None = None
    ) -> Passage:
        """Return a cited sentence with up to `neighbours` units before and after it.

        With its citation's `fingerprint`, another sentence in the same place is not taken for it, and where
        the article was changed since, it is looked for in what that said before.
        Raises `UnknownArticleError` and `ChangedArticleError`.
        """
        article, units = self.store.read(article_id)
        if passage := _passage(article, units, span, neighbours, fingerprint):
            return passage
        if fingerprint is not None:
            for version in self.store.versions(article_id):
                former = version.document
                passage = _passage(former.article, former.units, span, neighbours, fingerprint)
                if passage:
                    return replace(passage, until=version.until)
        raise ChangedArticleError(article_id)

    def explain(self, question: Question, citation: Citation) -> Explanation:
        """Return what led to a citation for a question."""
        shared, missing = compared(question, citation.quote, citation.language)
        carried = question.carried.text if question.carried else None
        return Explanation(shared, missing, citation.reasons, citation.score, self.min_confidence, carried)

    def _stands(self, citation: Citation, admitted: Filter) -> bool:
        text = self.store.slice(citation.article_id, citation.span, admitted)
        return text == citation.quote


def _passage(
    article: Article, units: Sequence[Sentence], span: Span, neighbours: int, fingerprint: str | None
) -> Passage | None:
    """Return what stands at a span among its neighbours; None if that is no unit, or not what is meant."""
    inside = [unit.number for unit in units if unit.span.start < span.end and span.start < unit.span.end]
    quote = span.of(article.text)
    # Units may have been cut anew since; what was cited still stands where it stood.
    known = (
        any(unit.span.start == span.start for unit in units)
        and any(unit.span.end == span.end for unit in units)
        if fingerprint is None
        else (fingerprint == fingerprint_of(quote))
    )
    if not inside or not known or len(quote) < span.end - span.start:
        return None
    start = min(span.start, units[max(0, inside[0] - neighbours)].span.start)
    end = max(span.end, units[min(len(units) - 1, inside[-1] + neighbours)].span.end)
    return Passage(
        article,
        before=article.text[start : span.start],
        quote=quote,
        after=article.text[span.end : end],
        locator=units[inside[0]].locator,
    )


def _mentioned(question: Question, quoted: Quoted) -> tuple[str, ...]:
    """Return the words of a question that a passage holds, as they stand there; none if it holds few."""
    shared, missing = compared(question, quoted.text, quoted.evidence.sentence.language)
    if len(shared) < max(1, len(missing)):
        return ()
    written = {word.casefold(): word for word in re.findall(r"[\w-]+", question.text)}
    return tuple(written.get(word.casefold(), word) for word in shared)


def _goes_on(question: Question, topic: Question, answer: Answer) -> bool:
    """Whether what answers a follow-up speaks of what it names and of what it goes on with.

    In another language that is not to be seen, and taken to be so.
    """
    first = answer.citations[0]
    if first.language != question.language:
        return True
    texts = (first.quote, *first.path, first.title or "")
    said = frozenset().union(*(stems_in(flowing(text), first.language) for text in texts))
    named = set(topic.stems(first.language))
    carried = set(question.stems(first.language)) - named
    return not said.isdisjoint(named) and not said.isdisjoint(carried)


def _marked(result: SearchResult, piece: Evidence, path: Sequence[str]) -> Span | None:
    """Return where the short answer stands in a sentence, or in a row whose header its path ends with."""
    question, sentence = result.question, piece.sentence
    quote = AnalysedText.of(flowing(sentence.text), sentence.language)
    if sentence.kind is SentenceKind.ROW and path:
        return cell(question.whole, quote, AnalysedText.of(flowing(path[-1]), sentence.language))
    tokens = None
    if result.similarity and may_select(question, quote):
        tokens = result.similarity.tokens(piece.place, sentence.digest)
    read = ReadQuote.of(question.whole, quote, *tokens) if tokens else None
    return span_model().select(read) if read and read.is_whole else highlight(question.whole, quote)


def _on_topic(evidence: Sequence[Evidence], question: Question, min_confidence: float) -> list[Evidence]:
    """Return the evidence that is on a topic: the best sentence of each article, then the second of each.

    That is what holds a word of it, then what stands under one, or would answer.
    """

    def names_it(piece: Evidence) -> bool:
        language = piece.sentence.language
        return not stems_in(flowing(piece.sentence.text), language).isdisjoint(question.stems(language))

    on_topic = [piece for piece in evidence if piece.share or piece.probability >= min_confidence]
    on_topic.sort(key=lambda piece: not names_it(piece))
    of_article: Counter[str] = Counter()
    turns: list[tuple[int, int]] = []
    for place, piece in enumerate(on_topic):
        turns.append((of_article[piece.article_id], place))
        of_article[piece.article_id] += 1
    return [on_topic[place] for _, place in sorted(turns)]


def _distinct(evidence: Sequence[Evidence], lists: Lists) -> list[Evidence]:
    """Return the evidence in its order; what several articles say, or one list says, is there once.

    A list that is too long to be quoted whole says each of its items by itself.
    """
    by_saying: dict[str, list[Evidence]] = {}
    for piece in evidence:
        is_parted = is_list(piece.saying) and not lists[piece.place]
        said = piece.sentence.text.casefold() if is_parted else piece.saying
        by_saying.setdefault(said, []).append(piece)
    return [_earliest(pieces) for pieces in by_saying.values()]


def _earliest(pieces: Sequence[Evidence]) -> Evidence:
    """Return the evidence of the earliest article that says something, as sure as the surest."""
    surest = pieces[0]
    dated = (piece for piece in pieces if piece.sentence.published)
    earliest = min(dated, key=lambda piece: piece.sentence.published or date.max, default=surest)
    others = {piece.article_id for piece in pieces} - {earliest.article_id}
    return replace(earliest, probability=surest.probability, copies=len(others))


def as_earlier(question: Question, answer: Answer) -> EarlierQuestion:
    """Return a question that was answered, as what later ones may go on with."""
    if not answer.citations:
        return question.as_earlier()
    first, names = answer.citations[0], tuple[str, ...]()
    if answer.status is Status.ANSWERED and first.language == question.language and not answer.topic:
        quote = AnalysedText.of(flowing(first.quote), first.language)
        names = names_answering(question.whole, quote, first.highlight)
    return question.as_earlier(first.fingerprint, names, answer.topic)
