"""Answerers as tests need them: on a store and one index, which follows it."""

from retrieval.answers.answerer import Answerer, as_earlier
from retrieval.copies.sayings import CopyPairs, no_copies
from retrieval.index.follower import IndexFollower
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question
from retrieval.semantic.similarity import SimilarityOf, words_only
from retrieval.storage.store import Store


def answerer_on(
    store: Store,
    index: Index | None = None,
    *,
    min_confidence: float = 0.17,
    similarity_of: SimilarityOf = words_only,
    copies: CopyPairs = no_copies,
) -> Answerer:
    """Return what answers from a store, found in an index, by default one in memory."""
    opened = MemoryIndex() if index is None else index
    follower = IndexFollower(store, lambda: opened)
    return Answerer(
        store, follower, min_confidence=min_confidence, similarity_of=similarity_of, copies=copies
    )


def earlier(*texts: str) -> list[EarlierQuestion]:
    """Return texts as questions that were asked before."""
    return [EarlierQuestion.of(text) for text in texts]


def answered(answerer: Answerer, text: str) -> EarlierQuestion:
    """Return a text as a question that was asked before and answered."""
    question = Question.of(text)
    return as_earlier(question, answerer.answer(question))
