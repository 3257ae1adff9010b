"""One conversation, whichever front end it is held in: what is asked, why, further, and of which articles."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from pydantic import TypeAdapter

from bot.chats.feedback import Judgement
from bot.chats.history import ANYBODY, Asked, Asker, Given, History
from bot.chats.settings import changed, switched
from retrieval.answers.answerer import NEIGHBOURS, Answerer, as_earlier
from retrieval.answers.citations import Answer, Citation, Passage, VerifiedAnswer
from retrieval.answers.explanations import Explanation
from retrieval.articles import Article, Document, Span
from retrieval.errors import AmbiguousArticleError, StoreError, UnknownArticleError
from retrieval.filters import NO_FILTER, Filter
from retrieval.ingest.recut import recut
from retrieval.ingest.samples import make_room
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question
from retrieval.questions.splitting import questions_in
from retrieval.storage.receipts import Receipt
from retrieval.storage.store import CatalogueEntry, Summary

_log = logging.getLogger(__name__)

#: How many articles are named where a title fits several.
_NAMED = 5

#: How many questions of one message are answered at most: a pasted page of them would fill the chat. Chosen
#: by eye.
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a chat, and what was answered.

    `number` is what the question is remembered by, if it could be; `admitted` says which articles the chat
    lets answer, and `fence` which ones may at most, `empty` that there are none at all, and
    `is_one_of_several` that its message asked more. `left_out` are the questions of its message behind it
    that are not answered, for there being too many.
    """

    number: int | None
    answer: VerifiedAnswer
    admitted: Filter
    empty: bool
    is_one_of_several: bool = False
    left_out: tuple[str, ...] = ()
    fence: Filter = NO_FILTER

    def kept(self) -> "KeptTurn":
        """Return the turn as it may be kept until it is shown."""
        return KeptTurn(
            self.number, self.answer, self.admitted, self.empty, self.is_one_of_several, self.left_out
        )


@dataclass(frozen=True, slots=True)
class Further:
    """Further citations for the question of a number, the `offset` surest left out."""

    number: int
    offset: int
    answer: VerifiedAnswer

    def kept(self) -> "KeptFurther":
        """Return them as they may be kept until they are shown."""
        return KeptFurther(self.number, self.offset, self.answer)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn that waits to be shown; its answer is to be verified first, which `Chat.restored` does."""

    number: int | None
    answer: Answer
    admitted: Filter
    empty: bool
    is_one_of_several: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptFurther:
    """Further citations that wait to be shown; they are to be verified first."""

    number: int
    offset: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of documents that were added together, and the number by which that can be undone.

    `samples` is how many of the sample articles made room for them. Of an album, `began` is the message that
    came first, and the first `earlier` receipts are those of the documents that came before.
    """

    number: int
    receipts: tuple[Receipt, ...]
    samples: int = 0
    began: int | None = None
    earlier: int = 0

    @property
    def latest(self) -> tuple[Receipt, ...]:
        """The receipts of what was added last."""
        return self.receipts[self.earlier :]


@dataclass(frozen=True, slots=True)
class Album:
    """Documents that were sent together and come one by one: what they are known by, and a message of it."""

    key: str
    message: int


@dataclass(frozen=True, slots=True)
class Removal:
    """Articles that were removed together, and the number by which that can be undone."""

    number: int
    articles: tuple[Article, ...]


_ADDITION, _REMOVAL, _RECEIPTS = TypeAdapter(Addition), TypeAdapter(Removal), TypeAdapter(list[Receipt])


class Chat:
    """A conversation by its id; every method returns values, which a front end renders.

    Where it has a key, what it does is done once: done again under that key, it changes nothing more and
    returns the same.
    """

    def __init__(  # noqa: PLR0913  what a conversation needs, and how it is held
        self,
        chat_id: str,
        answerer: Answerer,
        history: History,
        citations: int,
        *,
        resumes: bool = True,
        fence: Filter = NO_FILTER,
        limits: Filter = NO_FILTER,
        asker: Asker = ANYBODY,
        key: str | None = None,
    ) -> None:
        """Answer `asker` with up to `citations`.

        A chat that does not resume goes on with nothing asked before.
        No article outside of the collections of the `fence` is told of in any way, whatever the chat's own
        settings say. With `limits` it has these instead of its settings, until it ends.
        """
        self._id, self._answerer, self._history, self._citations = chat_id, answerer, history, citations
        self.fence = fence
        self._limits = limits if limits else None
        self._asker, self._key = asker, key
        #: How many things were done, each with a key of its own.
        self._count = 0
        self._store = answerer.store
        #: The questions of this conversation by their numbers, where it does not resume.
        self._session: dict[int, EarlierQuestion] | None = None if resumes else {}

    # Asking

    def ask(self, text: str, after: int | None = None, *, instead_of: int | None = None) -> Turn:
        """Answer a question, which may go on with those before, and remember it.

        Where the number of a question is given that it comes `after`, it goes on with that one; one that it
        is asked `instead_of` is forgotten, and leaves it its number. Raises `EmptyQuestionError` and
        `QuestionTooLongError`.
        """
        key = self._next_key()
        return self._turn(Question.of(text, self._before(key, after, instead_of)), key, instead_of)

    def search(self, text: str) -> Turn:
        """Tell what there is on a topic, whatever the text asks, and remember it.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        return self._turn(Question.about(text), self._next_key())

    def glance(self, text: str) -> VerifiedAnswer:
        """Answer a question that is being typed, by itself, and remember nothing of it.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        answer = self._answerer.answer(Question.of(text), limit=self._citations, admitted=self._admitted())
        return self._answerer.verify(answer, self.fence)

    def _next_key(self) -> str | None:
        self._count += 1
        return self._key and f"{self._key}/{self._count}"

    def _turn(self, question: Question, key: str | None, instead_of: int | None = None) -> Turn:
        began = perf_counter()
        answer, turn = self._answered(question)
        took = 1000 * (perf_counter() - began)
        number = self._remembered(as_earlier(question, answer), Given.of(turn.answer), key, instead_of, took)
        return replace(turn, number=number)

    def _answered(self, question: Question, number: int | None = None) -> tuple[Answer, Turn]:
        """Return the answer to the question of a number as it was found, and as it is shown in this chat."""
        admitted = self._admitted()
        answer = self._answerer.answer(question, limit=self._citations, admitted=admitted)
        verified = self._answerer.verify(answer, self.fence)
        empty = not verified.citations and self._answerer.is_empty(self.fence)
        return answer, Turn(number, verified, admitted, empty, fence=self.fence)

    def _remembered(
        self,
        question: EarlierQuestion,
        given: Given,
        key: str | None,
        instead_of: int | None,
        took: float | None,
    ) -> int | None:
        """Return the number by which a question is remembered; None where it cannot be."""
        try:
            number = self._history.add(
                self._id, question, given, asker=self._asker, key=key, instead_of=instead_of, took=took
            )
        except StoreError as error:
            _log.warning("a question is not remembered: %s", error)
            return None
        if self._session is not None:
            self._session[number] = question
        return number

    def _before(self, key: str | None, after: int | None, instead_of: int | None) -> list[EarlierQuestion]:
        """Return what a question may go on with; nothing where that cannot be read."""
        try:
            if after is not None:
                return self._history.up_to(self._id, after)
            known = self._history.number_of(key) if key else None
            return self._previous(known or instead_of)
        except StoreError as error:
            _log.warning("what was asked before is not known: %s", error)
            return []

    def restored(self, kept: KeptTurn) -> Turn:
        """Return a turn that was kept, with what stands of its answer at this moment."""
        verified = self._answerer.verify(kept.answer, self.fence)
        return Turn(
            kept.number,
            verified,
            kept.admitted,
            kept.empty,
            kept.is_one_of_several,
            kept.left_out,
            self.fence,
        )

    def restored_further(self, kept: KeptFurther) -> Further:
        """Return further citations that were kept, those that stand at this moment."""
        return Further(kept.number, kept.offset, self._answerer.verify(kept.answer, self.fence))

    def ask_each(self, message: str, after: int | None = None) -> Iterator[Turn]:
        """Yield the answers to the first `MOST_QUESTIONS` questions of a message, one by one.

        The first one comes `after` the question of that number, if one is given. Raises
        `EmptyQuestionError` and `QuestionTooLongError`.
        """
        questions = questions_in(message)
        for number, question in enumerate(questions[:MOST_QUESTIONS], 1):
            left_out = questions[number:] if number == MOST_QUESTIONS else ()
            turn = self.ask(question, after if number == 1 else None)
            yield replace(turn, is_one_of_several=len(questions) > 1, left_out=tuple(left_out))

    def more(self, number: int | None, offset: int) -> Further | None:
        """Return further citations for a question, the `offset` surest left out; None if it is forgotten."""
        if number is None or (question := self._question(number)) is None:
            return None
        answer = self._answerer.answer(question, offset=offset, admitted=self._admitted())
        return Further(number, offset, self._answerer.verify(answer, self.fence))

    def again(self, number: int) -> Turn | None:
        """Return the answer to a question that was asked before; None if it is forgotten."""
        if (question := self._question(number)) is None:
            return None
        _, turn = self._answered(question, number)
        return turn

    def wanted(self, number: int) -> tuple[EarlierQuestion, ...]:
        """Return a question behind those that it goes on with, to be asked anew when it is forgotten.

        There are none if it is forgotten already.
        """
        text = self._history.question(self._id, number)
        if text is None:
            return ()
        topic = self._history.topic(self._id, number)
        return (*self._previous(number), replace(EarlierQuestion.of(text), topic=topic))

    def find(self, wanted: Sequence[EarlierQuestion], limit: int | None = None) -> Turn:
        """Answer the last of these questions, which comes after the others, and remember nothing of it.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        *earlier, last = wanted
        question = Question.about(last.text) if last.topic == last.text else Question.of(last.text, earlier)
        admitted = self._admitted()
        answer = self._answerer.answer(question, limit=limit or self._citations, admitted=admitted)
        return Turn(None, self._answerer.verify(answer, self.fence), admitted, empty=False, fence=self.fence)

    def go_on(self) -> Further | None:
        """Return what follows the citations for the last question.

        None if nothing was asked lately, or there are no more.
        """
        number = self._history.last(self._id, self._asker)
        question = None if number is None else self._question(number)
        if number is None or question is None:
            return None
        first = self._answerer.answer(question, limit=self._citations, admitted=self._admitted())
        further = self.more(number, len(first.citations))
        return further if further and further.answer.citations else None

    def why(self, number: int | None, citation: Citation) -> Explanation | None:
        """Return what led to a citation for a question; None if that is forgotten.

        Raises `UnknownArticleError` for a citation that may no longer be shown.
        """
        if self.fence:
            self._store.resolve(citation.article_id, self.fence)
        question = None if number is None else self._question(number)
        return self._answerer.explain(question, citation) if question else None

    def open(self, article_id: str, span: Span, fingerprint: str, neighbours: int = NEIGHBOURS) -> Passage:
        """Return a cited sentence with up to `neighbours` units before and after it.

        Raises `UnknownArticleError` and `ChangedArticleError`.
        """
        if self.fence:
            # First of all: what is wrong with a passage tells of its article.
            self._store.resolve(article_id, self.fence)
        passage = self._answerer.passage(article_id, span, neighbours, fingerprint=fingerprint)
        self._let_out(passage.article)
        return passage

    def recent(self, count: int) -> list[str]:
        """Return the last questions of the chat, the oldest of them first."""
        return self._history.recent(self._id, count)

    def asked(self, count: int) -> list[Asked]:
        """Return the same questions, each with when it was asked and what was given to it."""
        return self._history.asked(self._id, count)

    def remember(
        self, question: EarlierQuestion, answer: VerifiedAnswer, took: float | None = None
    ) -> int | None:
        """Remember a question that was answered elsewhere in so many milliseconds; return its number.

        Only a chat that resumes leans on it. None where it cannot be remembered.
        """
        return self._remembered(question, Given.of(answer), self._next_key(), None, took)

    def judge(self, number: int | None, person: str, judgement: Judgement) -> bool:
        """Keep what a person thinks of the answer to a question of this chat, instead of what it was before.

        Return whether there is an answer to judge: the question is remembered, and a sentence was shown.
        """
        judged = self._history.feedback.judge
        return number is not None and judged(self._id, number, person, judgement)

    def forget(self) -> int:
        """Forget the questions of the chat and what was thought of them; return how many there were."""
        return self._history.forget(self._id)

    # Looking

    def summary(self) -> Summary:
        """Return what the articles hold, in figures."""
        return self._store.summary(self.fence)

    def catalogue(self, limit: int | None = None, offset: int = 0) -> list[CatalogueEntry]:
        """Return the catalogue, the newest addition first."""
        return self._store.catalogue(limit, offset, self.fence)

    def article(self, beginning: str) -> Article:
        """Return the one article whose id, or else whose title, begins so.

        Raises `UnknownArticleError` and `AmbiguousArticleError`.
        """
        try:
            article_id = self._store.resolve(beginning, self.fence)
        except UnknownArticleError:
            named = beginning.casefold()
            titled = [
                entry.article_id
                for entry in self.catalogue()
                if entry.title and entry.title.casefold().startswith(named)
            ]
            if len(titled) > 1:
                raise AmbiguousArticleError(beginning, titled[:_NAMED]) from None
            if not titled:
                raise
            [article_id] = titled
        return self._let_out(self._store.get(article_id))

    def has(self, article_id: str, digest: str) -> bool:
        """Whether an article has a text of this digest, or had it before, and may be shown in this chat."""
        try:
            article = self._let_out(self._store.get(article_id))
        except UnknownArticleError:
            return False
        former = (version.document.article for version in self._store.versions(article_id))
        return digest == article.digest or any(
            digest == version.digest and self.fence.admits_collection(version.collection)
            for version in former
        )

    def _let_out(self, article: Article) -> Article:
        """Return an article as it was read; one outside of the fence is as if it were not there."""
        if not self.fence.admits_collection(article.collection):
            raise UnknownArticleError(article.id)
        return article

    # Which articles may answer

    def settings(self, words: str = "") -> tuple[Filter, Summary]:
        """Return which articles may answer, changed as the `words` say, and what there is to choose from.

        Raises `SettingError`.
        """
        return self._set(lambda admitted, summary: changed(admitted, words, summary) if words else admitted)

    def switch(self, kind: str, name: str, *, on: bool) -> tuple[Filter, Summary]:
        """Return the same with a language, or the source or the collection of a mark, switched on or off."""
        return self._set(lambda admitted, summary: switched(admitted, kind, name, summary, on=on))

    def clear(self) -> tuple[Filter, Summary]:
        """Let all articles answer again that may."""
        return self.limit(Filter())

    def limit(self, admitted: Filter) -> tuple[Filter, Summary]:
        """Let the articles answer that a filter admits, of those that may."""
        return self._set(lambda _, __: admitted)

    def _admitted(self) -> Filter:
        return self._filter.within(self.fence)

    @property
    def _filter(self) -> Filter:
        """What limits this chat by its settings, or as long as it is held."""
        return self._history.filter(self._id) if self._limits is None else self._limits

    def _set(self, change: Callable[[Filter, Summary], Filter]) -> tuple[Filter, Summary]:
        admitted, summary = self._filter, self.summary()
        new = change(admitted, summary)
        if self._limits is not None:
            self._limits = new
        elif new != admitted:
            self._history.set_filter(self._id, new)
        return new.within(self.fence), summary

    # Adding and taking back

    def add(
        self,
        documents: Sequence[Document],
        name: str,
        *,
        album: Album | None = None,
        failed: Sequence[Receipt] = (),
        names: Sequence[str] = (),
    ) -> Addition:
        """Add documents, which can be asked about when this returns; their owner calls them `name`.

        Where several are called otherwise, `names` has one for each.
        Where one collection alone may answer, they are added to that if they name none. Those of an album
        are one addition, whose receipts are all that it had so far; `failed` are of what could not be read.
        """
        match tuple(self.fence.collections or ()):
            case (collection,):
                documents = [_in_collection(document, collection) for document in documents]

        def add(former: str | None) -> str:
            if former:
                before = _ADDITION.validate_json(former)
            else:
                before = Addition(self._store.begin_edit(), (), began=album.message if album else None)
            number = before.number
            called = names or [name] * len(documents)
            pairs = zip(documents, called, strict=True)
            receipts = (*failed, *(self._store.put(document, number, own) for document, own in pairs))
            samples = before.samples + len(make_room(self._store, number))
            together, earlier = (*before.receipts, *receipts), len(before.receipts)
            return _ADDITION.dump_json(Addition(number, together, samples, before.began, earlier)).decode()

        key = album.key if album else None
        done = self._store.once(self._next_key(), lambda: self._store.onward(key, add))
        addition = _ADDITION.validate_json(done)
        self._answerer.index.catch_up()
        return addition

    def undo(self, number: int | None = None) -> list[Receipt]:
        """Take back an edit, the last one if none is named, and return what became of its articles."""

        def undo() -> str:
            return _RECEIPTS.dump_json(self._store.undo(number)).decode()

        receipts = _RECEIPTS.validate_json(self._store.once(self._next_key(), undo))
        recut(self._store)  # An older Derek remembered what was replaced without its units.
        return receipts

    def redo(self, number: int | None = None) -> list[Receipt]:
        """Do again what was undone last, and return what became of its articles; if named, only that."""
        receipts = self._store.redo(number)
        recut(self._store)
        return receipts

    def remove(self, *article_ids: str) -> Removal:
        """Remove articles, all or none, and return them.

        Raises `UnknownArticleError`.
        """

        def remove() -> str:
            for article_id in article_ids:
                self._let_out(self._store.get(article_id))
            number = self._store.begin_edit()
            articles = tuple(self._store.remove(article_id, number) for article_id in article_ids)
            return _REMOVAL.dump_json(Removal(number, articles)).decode()

        return _REMOVAL.validate_json(self._store.once(self._next_key(), remove))

    def _previous(self, number: int | None = None) -> list[EarlierQuestion]:
        """Return what a question asked now may go on with, or the one that is remembered under a number."""
        if self._session is None:
            return self._history.previous(self._id, number, self._asker)
        return [question for at, question in self._session.items() if number is None or at < number]

    def _question(self, number: int) -> Question | None:
        """Return the question that is remembered under a number, analysed as it was then."""
        text = self._history.question(self._id, number)
        if text is None:
            return None
        is_topic = self._history.topic(self._id, number) == text
        return Question.about(text) if is_topic else Question.of(text, self._previous(number))


def _in_collection(document: Document, collection: str) -> Document:
    """Return a document in a collection, if it names none."""
    article = document.article
    named = {"collection": article.collection or collection}
    return replace(document, article=article.model_copy(update=named))
