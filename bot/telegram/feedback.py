"""What people think of answers in Telegram: the buttons under an answer, and what went without a good one."""

import asyncio

from telegram import CallbackQuery, InlineKeyboardButton, MaybeInaccessibleMessage, Message, Update

from bot.assembly import Derek
from bot.chats.access import TELEGRAM
from bot.chats.feedback import AnswerFault, Judgement, Verdict
from bot.phrases import Phrases
from bot.rendering import messages
from bot.telegram.outgoing import Keyboard, button
from bot.telegram.replies import Reply, alert, answered, note, rekey
from bot.telegram.updates import Context, conversation, match_of, message_of, phrases_of, query_of

#: What the data of the buttons look like: the number of a question, what is wrong with its answer, an offset.
JUDGED, FAULTY, OLDER = r":(\d{1,15})", r":(\d{1,15}):(sentence|answer|outdated)", r":(\d{1,9})"

#: How many questions one message names.
_PAGE = 10


class Feedback:
    """What people think of answers, and which questions went without a good one."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def good(self, update: Update, context: Context) -> None:
        """Keep that a person finds an answer good."""
        number = match_of(context)[0]
        if await self._is_kept(update, number, Judgement(Verdict.GOOD)):
            await note(query_of(update), phrases_of(update)("judged"))
            await _put_under(query_of(update), ())

    async def bad(self, update: Update, context: Context) -> None:
        """Keep that a person finds an answer bad, and ask what is wrong with it."""
        number, phrases = match_of(context)[0], phrases_of(update)
        if await self._is_kept(update, number, Judgement(Verdict.BAD)):
            await note(query_of(update), phrases("judged-bad"))
            faults = [
                button(phrases(f"fault-{fault}"), "fault", number, fault.value) for fault in AnswerFault
            ]
            await _put_under(query_of(update), [faults[:2], faults[2:]])

    async def fault(self, update: Update, context: Context) -> None:
        """Keep what a person finds wrong with an answer."""
        number, fault = match_of(context)
        if await self._is_kept(update, number, Judgement(Verdict.BAD, AnswerFault(fault))):
            await note(query_of(update), phrases_of(update)("judged"))
            await _put_under(query_of(update), ())

    async def _is_kept(self, update: Update, number: str, judgement: Judgement) -> bool:
        """Keep a judgement, and return whether that was possible; if not, the person is told why."""
        query, person = query_of(update), f"{TELEGRAM}{query_of(update).from_user.id}"
        chat = conversation(self._derek, update)
        if await asyncio.to_thread(chat.judge, int(number), person, judgement):
            return True
        await alert(query, phrases_of(update)("forgotten-question"))
        return False

    async def missed(self, update: Update, _: Context) -> None:
        """List the questions that were last answered badly or not at all."""
        await self._send_missed(message_of(update), phrases_of(update), 0)

    async def older(self, update: Update, context: Context) -> None:
        """List older ones."""
        query = query_of(update)
        await answered(query)
        if query.message:
            await self._send_missed(query.message, phrases_of(update), int(match_of(context)[0]))

    async def _send_missed(self, message: MaybeInaccessibleMessage, phrases: Phrases, offset: int) -> None:
        """Send a page of what was missed."""
        reply = Reply.under(message)
        missed = await asyncio.to_thread(self._derek.history.feedback.missed, _PAGE + 1, offset)
        if not missed:
            await reply.say(phrases("missed-nothing"))
            return
        is_more = len(missed) > _PAGE
        older = [[button(phrases("button-older"), "missed", offset + _PAGE)]] if is_more else ()
        await reply.send([messages.missed(piece, phrases) for piece in missed[:_PAGE]], older)


async def _put_under(query: CallbackQuery, rows: Keyboard) -> None:
    """Put rows in the place of those that say what is wrong, if they are others; the buttons above stay."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    before = message.reply_markup.inline_keyboard
    above = [row for row in before if not _says_what(row[0])]
    after = [
        *above,
        *(tuple(InlineKeyboardButton(one.text, callback_data=one.data) for one in row) for row in rows),
    ]
    if list(before) != after:
        await rekey(query, after)


def _says_what(first: InlineKeyboardButton) -> bool:
    return str(first.callback_data).startswith("fault:")
