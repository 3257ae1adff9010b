"""One conversation, whichever front end it is held in: what is asked, why, further, and of which articles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.chats.history import History
from bot.chats.settings import changed, switched
from retrieval.answers.answerer import NEIGHBOURS, Answerer, as_earlier
from retrieval.answers.citations import Citation, Passage, VerifiedAnswer
from retrieval.answers.explanations import Explanation
from retrieval.articles import Article, Document, Span
from retrieval.filters import Filter
from retrieval.ingest.recut import recut
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question
from retrieval.questions.splitting import questions_in
from retrieval.storage.receipts import Receipt
from retrieval.storage.store import Summary

#: How many questions of one message are answered at most: a pasted page of them would fill the chat. Chosen
#: by eye.
MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a chat, and what was answered.

    `number` is what the question is remembered by; `admitted` says which articles the chat lets answer,
    `empty` that there are none at all, and `is_one_of_several` that its message asked more. `left_out` are
    the questions of its message behind it that are not answered, for there being too many.
    """

    number: int
    answer: VerifiedAnswer
    admitted: Filter
    empty: bool
    is_one_of_several: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of documents that were added together, and the number by which that can be undone."""

    number: int
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """Articles that were removed together, and the number by which that can be undone."""

    number: int
    articles: tuple[Article, ...]


class Chat:
    """A conversation by its id; every method returns values, which a front end renders."""

    def __init__(
        self, chat_id: str, answerer: Answerer, history: History, citations: int, *, resumes: bool = True
    ) -> None:
        """Answer with up to `citations`; a chat that does not resume goes on with nothing asked before it."""
        self._id, self._answerer, self._history, self._citations = chat_id, answerer, history, citations
        self._store = answerer.store
        #: The questions of this conversation by their numbers, where it does not resume.
        self._session: dict[int, EarlierQuestion] | None = None if resumes else {}

    # Asking

    def ask(self, text: str) -> Turn:
        """Answer a question, which may go on with the ones before, and remember it.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        admitted = self._history.filter(self._id)
        question = Question.of(text, self._previous())
        answer = self._answerer.answer(question, limit=self._citations, admitted=admitted)
        earlier = as_earlier(question, answer)
        number = self._history.add(self._id, earlier)
        if self._session is not None:
            self._session[number] = earlier
        verified = self._answerer.verify(answer)
        return Turn(number, verified, admitted, not verified.citations and self._answerer.is_empty())

    def ask_each(self, message: str) -> Iterator[Turn]:
        """Yield the answers to the first `MOST_QUESTIONS` questions of a message, one by one.

        Raises `EmptyQuestionError` and `QuestionTooLongError`.
        """
        questions = questions_in(message)
        for number, question in enumerate(questions[:MOST_QUESTIONS], 1):
            left_out = questions[number:] if number == MOST_QUESTIONS else ()
            turn = self.ask(question)
            yield replace(turn, is_one_of_several=len(questions) > 1, left_out=tuple(left_out))

    def more(self, number: int, offset: int) -> VerifiedAnswer | None:
        """Return further citations for a question, the `offset` surest left out; None if it is forgotten."""
        if (question := self._question(number)) is None:
            return None
        admitted = self._history.filter(self._id)
        return self._answerer.verify(self._answerer.answer(question, offset=offset, admitted=admitted))

    def why(self, number: int, citation: Citation) -> Explanation | None:
        """Return what led to a citation for a question; None if that is forgotten."""
        question = self._question(number)
        return self._answerer.explain(question, citation) if question else None

    def open(self, article_id: str, span: Span, fingerprint: str, neighbours: int = NEIGHBOURS) -> Passage:
        """Return a cited sentence with up to `neighbours` units before and after it.

        Raises `UnknownArticleError` and `ChangedArticleError`.
        """
        return self._answerer.passage(article_id, span, neighbours, fingerprint=fingerprint)

    def recent(self, count: int) -> list[str]:
        """Return the last questions of the chat, the oldest of them first."""
        return self._history.recent(self._id, count)

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
        """Let all articles answer again."""
        return self._set(lambda _, __: Filter())

    def _set(self, change: Callable[[Filter, Summary], Filter]) -> tuple[Filter, Summary]:
        admitted, summary = self._history.filter(self._id), self._store.summary()
        new = change(admitted, summary)
        if new != admitted:
            self._history.set_filter(self._id, new)
        return new, summary

    # Adding and taking back

    def add(self, documents: Sequence[Document], name: str) -> Addition:
        """Add documents, which can be asked about when this returns; their owner calls them `name`."""
        number = self._store.begin_edit()
        receipts = tuple(self._store.put(document, number, name) for document in documents)
        self._answerer.index.catch_up()
        return Addition(number, receipts)

    def undo(self, number: int | None = None) -> list[Receipt]:
        """Take back an edit, the last one if none is named, and return what became of its articles."""
        receipts = self._store.undo(number)
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
        for article_id in article_ids:
            self._store.get(article_id)
        number = self._store.begin_edit()
        return Removal(number, tuple(self._store.remove(article_id, number) for article_id in article_ids))

    def _previous(self, number: int | None = None) -> list[EarlierQuestion]:
        """Return what a question asked now may go on with, or the one that is remembered under a number."""
        if self._session is None:
            return self._history.previous(self._id, number)
        return [question for at, question in self._session.items() if number is None or at < number]

    def _question(self, number: int) -> Question | None:
        """Return the question that is remembered under a number, analysed as it was then."""
        text = self._history.question(self._id, number)
        return Question.of(text, self._previous(number)) if text is not None else None
