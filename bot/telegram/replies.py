"""What handlers say: messages that are queued, and signs that are given in passing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultsButton,
    MaybeInaccessibleMessage,
    Message,
)
from telegram.constants import CallbackQueryLimit, ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.chats.chat import Further, Turn
from bot.phrases import Phrases
from bot.rendering.blocks import Block, paragraph
from bot.telegram.handling import queue
from bot.telegram.outgoing import Answered, Continued, Keyboard, Said, Target
from bot.telegram.updates import is_private, topic_of
from retrieval.articles import Article

#: How often a sign is given again where the network fails, and how long to wait before, in seconds.
_AGAIN, _PAUSE = 2, 0.5

#: How long a sign may take, in seconds: it is for the moment.
_PATIENCE = 10.0

#: After how long Derek shows that it is typing, in seconds: most answers are there before, and each sign
#: costs as much as a message. How long Telegram shows it, and less:
#: https://core.telegram.org/bots/api#sendchataction
_MOMENT, _TYPING_LASTS = 0.3, 4.5

#: How long Telegram may give the same results to the same person again, in seconds: articles change.
_KEPT = 5

#: What the button above results sends behind `/start`.
_FROM_ELSEWHERE = "inline"

_log = logging.getLogger(__name__)

_signs: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class Reply:
    """Where an answer goes, and the bot that gives it."""

    bot: Bot
    target: Target

    def in_place_of(self, message_id: int) -> "Reply":
        """Return the reply that takes the place of a message of ours, or goes where this one goes."""
        return Reply(self.bot, self.target.model_copy(update={"replaces": message_id}))

    def quoting(self, message: Message) -> "Reply":
        """Return the reply that is shown as one to a message, also in private."""
        return Reply(self.bot, self.target.model_copy(update={"reply_to": message.message_id}))

    def renewing(self, message_id: int) -> "Reply":
        """Return the reply to a message in the place of the last one that it had, if it had one."""
        return Reply(self.bot, self.target.model_copy(update={"asked_in": message_id, "renews": True}))

    @classmethod
    def under(cls, message: MaybeInaccessibleMessage) -> "Reply":
        """Return the reply to a message, which may have been deleted or be too old to be shown."""
        asked_in = message.message_id
        quoted = None if is_private(message) else asked_in
        thread = topic_of(message)
        target = Target(chat=message.chat.id, thread=thread, reply_to=quoted, asked_in=asked_in)
        return cls(message.get_bot(), target)

    @classmethod
    def to_chat(cls, bot: Bot, chat_id: int) -> "Reply":
        """Return what is said in a chat, to a person or to a group, without answering anything."""
        return cls(bot, Target(chat=chat_id))

    async def say(self, text: str, keyboard: Keyboard = ()) -> None:
        """Send a phrase."""
        await self.send([paragraph(text)], keyboard)

    async def send(
        self, blocks: Iterable[Block], keyboard: Keyboard = (), shows: Article | None = None
    ) -> None:
        """Send blocks as few messages, the buttons under the last; of an article, if it stays as it is."""
        rows = tuple(map(tuple, keyboard))
        of = (shows.id, shows.digest) if shows else None
        queue(Said(target=self.target, language="en", blocks=tuple(blocks), keyboard=rows, shows=of))

    async def answer(self, turn: Turn, phrases: Phrases, *, offers: bool = False) -> None:
        """Send the answer to a question; the phrases are for what is in no language.

        One that `offers` has a button which makes an article of the message that it replies to.
        """
        is_group = self.target.chat < 0
        kept, language = turn.kept(), phrases.language
        queue(Answered(target=self.target, language=language, turn=kept, is_short=is_group, offers=offers))

    async def go_on(self, further: Further, phrases: Phrases) -> None:
        """Send further citations for a question."""
        queue(Continued(target=self.target, language=phrases.language, further=further.kept()))


@asynccontextmanager
async def typing(reply: Reply) -> AsyncIterator[None]:
    """Show that Derek is typing while work takes longer than a moment; no work waits for the sign."""
    showing = asyncio.create_task(_show_typing(reply))
    try:
        yield
    finally:
        showing.cancel()


async def _show_typing(reply: Reply) -> None:
    target, pause = reply.target, _MOMENT
    while True:
        await asyncio.sleep(pause)
        sign = reply.bot.send_chat_action(target.chat, ChatAction.TYPING, message_thread_id=target.thread)
        in_passing(sign)
        pause = _TYPING_LASTS


def in_passing(call: Coroutine[Any, Any, object]) -> None:
    """Let a call go on beside everything else; whether it succeeds is nobody's concern."""

    async def attempt() -> None:
        try:
            await asyncio.wait_for(call, _PATIENCE)
        except (TelegramError, TimeoutError) as error:
            _log.debug("a sign was not given: %s", type(error).__name__)

    task = asyncio.create_task(attempt())
    _signs.add(task)
    task.add_done_callback(_signs.discard)


async def answered(query: CallbackQuery) -> None:
    """Stop the button's clock; Telegram no longer takes it for an old press, which is no fault."""
    in_passing(_answer(query))


async def alert(query: CallbackQuery, text: str) -> None:
    """Answer a pressed button with a word that has to be read."""
    in_passing(_answer(query, text, show_alert=True))


async def note(query: CallbackQuery, text: str) -> None:
    """Answer a pressed button with a word that passes by."""
    in_passing(_answer(query, text, show_alert=None))


async def rekey(query: CallbackQuery, rows: Sequence[Sequence[InlineKeyboardButton]]) -> None:
    """Put other buttons under a message; where that cannot be edited, they stay as they are."""
    in_passing(query.edit_message_reply_markup(InlineKeyboardMarkup(rows)))


async def _answer(query: CallbackQuery, text: str | None = None, *, show_alert: bool | None = None) -> None:
    shown = text and text[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH]
    for _ in range(_AGAIN):
        try:
            await query.answer(shown, show_alert=show_alert)
        except BadRequest:
            return
        except NetworkError:
            await asyncio.sleep(_PAUSE)
        else:
            return


async def shown(query: InlineQuery, results: Sequence[InlineQueryResult]) -> None:
    """Show results to whoever types a question in any chat, and to nobody else."""
    in_passing(query.answer(results, cache_time=_KEPT, is_personal=True))


async def nothing_shown(query: InlineQuery, text: str) -> None:
    """Show no results, but a button that opens the bot."""
    button = InlineQueryResultsButton(text, start_parameter=_FROM_ELSEWHERE)
    in_passing(query.answer([], cache_time=0, is_personal=True, button=button))


async def replace(query: CallbackQuery, text: str, keyboard: Keyboard = ()) -> None:
    """Put a phrase in place of a message and its buttons; where that cannot be edited, beneath it."""
    await redraw(query, [paragraph(text)], keyboard)


async def redraw(
    query: CallbackQuery, blocks: Iterable[Block], keyboard: Keyboard = (), shows: Article | None = None
) -> None:
    """Put blocks that fit one message in place of a message; where that cannot be edited, beneath it."""
    if query.message:
        await Reply.under(query.message).in_place_of(query.message.message_id).send(blocks, keyboard, shows)
