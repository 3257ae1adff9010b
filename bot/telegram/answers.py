"""Questions in Telegram, and what can be seen of their answers: further ones, what stands around, and why."""

import asyncio
import re
from dataclasses import replace
from itertools import zip_longest

from telegram import Message, Update

from bot.assembly import Derek
from bot.chats.chat import MOST_QUESTIONS, Chat, Turn
from bot.chats.journal import Journal
from bot.phrases import CourtesyKind, Phrases, courtesy
from bot.rendering import messages
from bot.telegram.handling import TooEarlyError
from bot.telegram.outgoing import button
from bot.telegram.replies import Reply, alert, answered, redraw, typing
from bot.telegram.updates import (
    Context,
    conversation,
    is_called,
    is_private,
    match_of,
    message_of,
    phrases_of,
    query_of,
    text_of,
)
from retrieval.answers.citations import Citation, Status
from retrieval.articles import Span
from retrieval.errors import ArticleError, QuestionError
from retrieval.questions.splitting import questions_in
from retrieval.questions.topics import asks

#: The one command whose words are a question.
_ASKS = re.compile(r"/ask(?![a-z_])")


class Answers:
    """What is answered, and shown of answers in their place."""

    def __init__(self, derek: Derek, journal: Journal) -> None:
        self._derek, self._journal = derek, journal

    async def ask(self, update: Update, context: Context) -> None:
        """Answer a question; without one, the message that was replied to."""
        message, phrases = message_of(update), phrases_of(update)
        question = text_of(message, context.bot)
        above = message.reply_to_message
        if not question and above and above.from_user and above.from_user.id != context.bot.id:
            question = above.text or above.caption or ""
        reply, chat = Reply.under(message), conversation(self._derek, update)
        said = courtesy(question)
        if said and said.kind is CourtesyKind.MORE and (further := await asyncio.to_thread(chat.go_on)):
            await reply.go_on(further, phrases)
        elif said:
            held = await asyncio.to_thread(chat.summary)
            await reply.send(messages.courtesy(said, held, phrases))
        else:
            await self._answer(message, question, chat, phrases)

    async def ask_of_another(self, update: Update, _: Context) -> None:
        """Answer a question that an administrator forwarded, and offer to make it an article all the same."""
        message, phrases, chat = message_of(update), phrases_of(update), conversation(self._derek, update)
        question = message.text or message.caption or ""
        await self._answer(message, question, chat, phrases, is_of_another=True)

    async def _answer(
        self, message: Message, question: str, chat: Chat, phrases: Phrases, *, is_of_another: bool = False
    ) -> None:
        """Answer what a message asks; what asks nothing in a group, and nothing answers, is none of ours."""
        # By the reply to it, the button that makes a message an article knows which one that is.
        reply = Reply.under(message).quoting(message) if is_of_another else Reply.under(message)
        is_chatter = not (is_private(message) or is_called(message) or asks(question))
        async with typing(reply):
            above = message.reply_to_message
            after = await asyncio.to_thread(self._question_of, above) if above else None
            turns = chat.ask_each(question, after)
            try:
                while turn := await asyncio.to_thread(next, turns, None):
                    if not is_chatter or _is_certain(turn):
                        await reply.answer(turn, phrases, offers=is_of_another)
            except QuestionError as error:
                if not is_chatter:
                    await reply.say(messages.trouble(error, phrases))

    async def corrected(self, update: Update, context: Context) -> None:
        """Answer a question that was edited, in the place of the answers that it had.

        Raises `TooEarlyError` while these are still to be sent.
        """
        message, phrases = message_of(update), phrases_of(update)
        if not _is_question(message):
            return
        given = await asyncio.to_thread(self._given, message)
        question = text_of(message, context.bot)
        if not given or courtesy(question):
            return
        reply, chat = Reply.under(message), conversation(self._derek, update)
        number = await asyncio.to_thread(self._journal.question_of, message.chat.id, given[0])
        turns: list[Turn] = []
        try:
            for text in questions_in(question)[:MOST_QUESTIONS]:
                former = number if not turns else None
                turns.append(await asyncio.to_thread(chat.ask, text, instead_of=former))
        except QuestionError as error:
            await reply.in_place_of(given[0]).say(messages.trouble(error, phrases))
            return
        for turn, place in zip_longest(turns, given):
            where = reply if place is None else reply.in_place_of(place)
            if turn is None:
                await where.send([])
            else:
                await where.answer(replace(turn, is_one_of_several=len(turns) > 1), phrases)

    def _given(self, message: Message) -> list[int]:
        """Return the ids of the messages that answer one, all of which were sent."""
        if self._journal.is_answering(message.chat.id, message.message_id):
            raise TooEarlyError
        return self._journal.answers_to(message.chat.id, message.message_id)

    def _question_of(self, answer: Message) -> int | None:
        """Return the number of the question that a message of ours answers, if it answers one."""
        return self._journal.question_of(answer.chat.id, answer.message_id)

    async def page(self, update: Update, context: Context) -> None:
        """Show further citations for a question asked before, or its answer again, in their place."""
        query, phrases = query_of(update), phrases_of(update)
        number, offset = map(int, match_of(context))
        chat = conversation(self._derek, update)
        if query.message is None:
            await answered(query)
            return
        place = Reply.under(query.message).in_place_of(query.message.message_id)
        if offset == 0:
            turn = await asyncio.to_thread(chat.again, number)
            if turn is None:
                await alert(query, phrases("forgotten-question"))
                return
            await answered(query)
            await place.answer(turn, phrases)
            return
        further = await asyncio.to_thread(chat.more, number, offset)
        if further is None:
            await alert(query, phrases("forgotten-question"))
        elif not further.answer.citations:
            await alert(query, phrases("no-more"))
        else:
            await answered(query)
            await place.go_on(further, phrases)

    async def context(self, update: Update, context: Context) -> None:
        """Show a cited sentence among its neighbours, with the way back to its answer."""
        query, phrases = query_of(update), phrases_of(update)
        article_id, start, end, fingerprint, *back = match_of(context)
        chat = conversation(self._derek, update)
        try:
            span = Span(int(start), int(end))
            passage = await asyncio.to_thread(chat.open, article_id, span, fingerprint)
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        except ValueError:  # Somebody else's program made this button up.
            await alert(query, phrases("changed-article"))
            return
        await answered(query)
        shown = messages.passage(passage, phrases)
        if back[0].isdecimal():
            keyboard = [[button(phrases("button-back"), "back", *back)]]
            await redraw(query, shown, keyboard, passage.article)
        elif query.message:  # A button of an older Derek, which knows no way back.
            await Reply.under(query.message).send(shown, (), passage.article)

    async def why(self, update: Update, context: Context) -> None:
        """Show what led to the first citation that stands in a message."""
        query, phrases = query_of(update), phrases_of(update)
        number, offset = map(int, match_of(context))
        chat = conversation(self._derek, update)
        citation = await asyncio.to_thread(_first, chat, number, offset)
        explanation = await asyncio.to_thread(chat.why, number, citation) if citation else None
        if explanation is None:
            await alert(query, phrases("forgotten-question"))
            return
        await answered(query)
        back = [[button(phrases("button-back"), "back", number, offset)]]
        await redraw(query, messages.explanation(explanation, phrases), back)


def _is_question(message: Message) -> bool:
    """Whether a message asks, rather than to be an article or to have something done."""
    text = message.text or ""
    return bool(text) and (not text.startswith("/") or _ASKS.match(text) is not None)


def _is_certain(turn: Turn) -> bool:
    """Whether a turn answers something that was asked, and does not only tell what there is."""
    return turn.answer.status is Status.ANSWERED and turn.answer.topic is None


def _first(chat: Chat, number: int, offset: int) -> Citation | None:
    """Return the first citation for a question, the `offset` surest left out; None where there is none."""
    shown = chat.more(number, offset) if offset else chat.again(number)
    return next(iter(shown.answer.citations), None) if shown else None
