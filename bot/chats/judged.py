"""What people judged, and what nobody could answer, as a set of questions that can be asked anew."""

from collections import defaultdict
from collections.abc import Sequence

from bot.chats.feedback import JudgedAnswer, Verdict, fault_of, folded
from bot.chats.history import History
from retrieval.articles import digest
from retrieval.evaluation.judged_answers import AnswerOutcome, JudgedQuestion, JudgedSentence

#: How many digits of a digest name a question.
_DIGITS = 12


def judged_questions(history: History) -> list[JudgedQuestion]:
    """Return the judged questions of all chats, those last judged first.

    What as many find good as bad is in none of them, nor is what asked no question but named a topic.
    """
    by_question: defaultdict[str, list[JudgedAnswer]] = defaultdict(list)
    for piece in history.feedback.judged():
        if piece.verdict and not piece.is_topic:
            by_question[folded(piece.question, piece.carried)].append(piece)
    return [_question(key, pieces, history) for key, pieces in by_question.items()]


def unanswered_questions(history: History) -> list[JudgedQuestion]:
    """Return the questions that nothing answered the last time and whose nearest sentence nobody judged."""
    return [
        JudgedQuestion(
            _id(folded(piece.question, piece.carried)),
            piece.question,
            tuple(history.before(piece.number)) if piece.carried else (),
            outcome=AnswerOutcome.REFUSED,
        )
        for piece in history.feedback.missed()
        if piece.judged is None and not piece.is_topic
    ]


def _question(key: str, pieces: Sequence[JudgedAnswer], history: History) -> JudgedQuestion:
    last = max(pieces, key=lambda piece: piece.number)
    outcome = AnswerOutcome.RIGHT if last.verdict is Verdict.GOOD else AnswerOutcome.WRONG
    return JudgedQuestion(
        _id(key),
        last.question,
        tuple(history.before(last.number)) if last.carried else (),
        right=_sentences(pieces, Verdict.GOOD),
        wrong=_sentences(pieces, Verdict.BAD),
        outcome=outcome if last.was_given else AnswerOutcome.REFUSED,
    )


def _sentences(pieces: Sequence[JudgedAnswer], verdict: Verdict) -> tuple[JudgedSentence, ...]:
    return tuple(
        JudgedSentence(
            piece.shown.article_id,
            piece.shown.span.start,
            piece.shown.span.end,
            piece.shown.quote,
            fault_of(piece.faults) if verdict is Verdict.BAD else None,
        )
        for piece in pieces
        if piece.verdict is verdict
    )


def _id(key: str) -> str:
    return digest(key)[:_DIGITS]
