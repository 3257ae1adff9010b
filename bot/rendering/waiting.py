"""What people wait for, as they read it."""

from collections.abc import Sequence

from bot.chats.waiting import MOST_WAITING, WaitingQuestion
from bot.phrases import Phrases
from bot.rendering.blocks import Block, Fragment, Role, paragraph
from bot.rendering.messages import shortened


def heading(question: str, phrases: Phrases, *, is_standing: bool) -> Block:
    """Return what stands above an answer that somebody waited for."""
    question = shortened(question)
    if is_standing:
        return paragraph(phrases("told-watched", question=question))
    return paragraph(phrases("told-waited", question=question))


def listed(questions: Sequence[WaitingQuestion], phrases: Phrases) -> list[Block]:
    """Return what a person waits for in a chat, a line each."""
    if not questions:
        return [paragraph(phrases("waiting-nothing"))]
    lines = [
        Block(
            (
                Fragment(f"{count}. "),
                Fragment(shortened(question.wish.question), Role.STRONG),
                Fragment(f" · {_kind(question, phrases)}"),
            ),
            tight=count > 1,
        )
        for count, question in enumerate(questions, 1)
    ]
    return [paragraph(phrases("waiting-count", count=len(questions), limit=MOST_WAITING)), *lines]


def _kind(question: WaitingQuestion, phrases: Phrases) -> str:
    return phrases("waiting-standing") if question.wish.is_standing else phrases("waiting-once")
