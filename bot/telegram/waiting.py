"""What people want to be told: what had no answer, and what is asked of every new article."""

import asyncio

from telegram import CallbackQuery, Message, Update

from bot.assembly import Derek
from bot.chats.chat import Chat, Turn
from bot.chats.waiting import MOST_WAITING, Keeping, WaitingQuestion, Wish
from bot.phrases import Phrases, courtesy
from bot.rendering import messages
from bot.rendering.waiting import listed
from bot.telegram.outgoing import Keyboard, button
from bot.telegram.replies import Reply, alert, answered, redraw
from bot.telegram.updates import (
    Context,
    conversation,
    is_private,
    match_of,
    message_of,
    phrases_of,
    query_of,
    subject_of,
    text_of,
    topic_of,
)
from retrieval.answers.citations import Status
from retrieval.errors import QuestionError
from retrieval.questions.followups import EarlierQuestion

#: How many buttons stand in a row.
_ROW = 5

#: How many sentences that answer already are known to whoever watches a question.
MOST_FOUND = 100


class Waiting:
    """Questions that are kept for people, and what these keep and cancel."""

    def __init__(self, derek: Derek) -> None:
        self._derek, self._waiting = derek, derek.waiting

    async def wait(self, update: Update, context: Context) -> None:
        """Keep a question without an answer until there is one; if there is one by now, give it."""
        query, phrases, person = query_of(update), phrases_of(update), subject_of(update).person
        message = query.message
        if person is None or message is None:
            await answered(query)
            return
        chat, number = conversation(self._derek, update), int(match_of(context)[0])
        wanted = await asyncio.to_thread(chat.wanted, number)
        if not wanted:
            await alert(query, phrases("forgotten-question"))
            return
        wish = Wish(
            person,
            message.chat.id,
            phrases.language,
            wanted,
            thread=topic_of(message),
            message=None if is_private(message) else _asked_in(query),
        )
        turn = await asyncio.to_thread(self._answered_or_kept, chat, wish)
        if isinstance(turn, Turn):
            await answered(query)
            await Reply.under(message).answer(turn, phrases)
        else:
            await alert(query, _said(turn, phrases, phrases("waiting-kept")))

    def _answered_or_kept(self, chat: Chat, wish: Wish) -> Turn | Keeping:
        """Return the answer if there is one by now; if not, keep the question."""
        seen = self._seen()
        turn = chat.find(wish.wanted)
        return turn if turn.answer.status is Status.ANSWERED else self._waiting.keep(wish, seen)

    async def watch(self, update: Update, context: Context) -> None:
        """Keep a question for good, to be asked of every new article."""
        message, phrases, person = message_of(update), phrases_of(update), subject_of(update).person
        reply, question = Reply.under(message), text_of(message, context.bot)
        if person is None:
            await reply.say(phrases("waiting-unnamed"))
            return
        if not question or courtesy(question):
            await reply.say(phrases("watch-usage"))
            return
        wish = Wish(
            person,
            message.chat.id,
            phrases.language,
            (EarlierQuestion.of(question),),
            is_standing=True,
            thread=topic_of(message),
            message=None if is_private(message) else message.message_id,
        )
        try:
            became = await asyncio.to_thread(self._watched, conversation(self._derek, update), wish)
        except QuestionError as error:
            await reply.say(messages.trouble(error, phrases))
        else:
            await reply.say(_said(became, phrases, phrases("watch-kept")))

    def _watched(self, chat: Chat, wish: Wish) -> Keeping:
        """Keep a standing question; what answers it already is no news."""
        seen = self._seen()
        found = chat.find(wish.wanted, MOST_FOUND).answer.citations
        return self._waiting.keep(wish, seen, [citation.fingerprint for citation in found])

    def _seen(self) -> int:
        """Return the newest change of the articles that an answer goes by at least."""
        index = self._derek.index
        index.catch_up()
        return index.index.seen

    async def waiting(self, update: Update, _: Context) -> None:
        """List what a person waits for in this chat, with a button to cancel each."""
        message, phrases, person = message_of(update), phrases_of(update), subject_of(update).person
        reply = Reply.under(message)
        if person is None:
            await reply.say(phrases("waiting-unnamed"))
            return
        questions = await asyncio.to_thread(self._waiting.of_person, person, message.chat.id)
        await reply.send(listed(questions, phrases), _cancelling(questions))

    async def cancel(self, update: Update, context: Context) -> None:
        """Keep a question no longer, and show what is left."""
        query, phrases, person = query_of(update), phrases_of(update), subject_of(update).person
        if person is None or query.message is None:
            await answered(query)
            return
        number, chat = int(match_of(context)[0]), query.message.chat.id
        if not await asyncio.to_thread(self._waiting.cancel, number, person, chat):
            await alert(query, phrases("waiting-gone"))
            return
        await answered(query)
        questions = await asyncio.to_thread(self._waiting.of_person, person, chat)
        await redraw(query, listed(questions, phrases), _cancelling(questions))


def _asked_in(query: CallbackQuery) -> int | None:
    """Return the message whose answer has a button, or that answer, where the message is not known."""
    message = query.message
    if not isinstance(message, Message):
        return None
    above = message.reply_to_message
    return above.message_id if above else message.message_id


def _said(became: Keeping, phrases: Phrases, kept: str) -> str:
    return kept if became is Keeping.KEPT else phrases("waiting-full", limit=MOST_WAITING)


def _cancelling(questions: list[WaitingQuestion]) -> Keyboard:
    buttons = [button(f"✕ {count}", "unwait", one.number) for count, one in enumerate(questions, 1)]
    return [buttons[start : start + _ROW] for start in range(0, len(buttons), _ROW)]
