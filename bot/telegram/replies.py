"""Blocks to messages in a chat."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import CallbackQueryLimit, ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.rendering.blocks import Block, paragraph, to_messages

#: The buttons under a message, row by row.
Keyboard = Sequence[Sequence[InlineKeyboardButton]]

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """Where an answer goes: a chat, the topic in it, and in a group the message that it answers."""

    bot: Bot
    chat_id: int
    thread_id: int | None
    to: ReplyParameters | None

    @classmethod
    def under(cls, message: MaybeInaccessibleMessage) -> "Reply":
        """Return the reply to a message, which may have been deleted or be too old to be shown."""
        quoted = message.chat.type != Chat.PRIVATE
        to = ReplyParameters(message.message_id, allow_sending_without_reply=True) if quoted else None
        topic = (
            message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
        )
        return cls(message.get_bot(), message.chat.id, topic, to)

    @classmethod
    def to_chat(cls, bot: Bot, chat_id: int) -> "Reply":
        """Return what is said in a chat, to a person or to a group, without answering anything."""
        return cls(bot, chat_id, None, None)

    async def say(self, text: str, keyboard: Keyboard = ()) -> None:
        """Send a phrase."""
        await self.send([paragraph(text)], keyboard)

    async def send(self, blocks: Iterable[Block], keyboard: Keyboard = ()) -> None:
        """Send blocks as few messages, the buttons under the last."""
        parts = to_messages(blocks)
        for number, part in enumerate(parts, 1):
            markup = InlineKeyboardMarkup(keyboard) if keyboard and number == len(parts) else None
            try:
                await self._send(part.html, ParseMode.HTML, markup)
            except BadRequest as error:
                if "parse entities" not in str(error):
                    raise
                _log.error("Telegram could not read our HTML (%s), so it was sent without", error)
                await self._send(part.plain, None, markup)

    async def _send(self, text: str, mode: str | None, markup: InlineKeyboardMarkup | None) -> None:
        await self.bot.send_message(
            self.chat_id,
            text,
            parse_mode=mode,
            message_thread_id=self.thread_id,
            reply_parameters=self.to,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
        )


def button(text: str, *data: object) -> InlineKeyboardButton:
    """Return a button that sends back its data, joined by colons; Telegram takes 64 bytes of it."""
    return InlineKeyboardButton(text, callback_data=":".join(map(str, data)))


@asynccontextmanager
async def typing(reply: Reply) -> AsyncIterator[None]:
    """Show that Derek is typing while the work goes on; no work waits for the sign."""

    async def show() -> None:
        with suppress(TelegramError):
            await reply.bot.send_chat_action(
                reply.chat_id, ChatAction.TYPING, message_thread_id=reply.thread_id
            )

    sign = asyncio.create_task(show())
    try:
        yield
    finally:
        await sign


async def answered(query: CallbackQuery) -> None:
    """Stop the button's clock; Telegram no longer takes it for an old press, which is no fault."""
    with suppress(BadRequest):
        await query.answer()


async def alert(query: CallbackQuery, text: str) -> None:
    """Answer a pressed button with a word that has to be read."""
    with suppress(BadRequest):
        await query.answer(text[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH], show_alert=True)


async def replace(query: CallbackQuery, text: str, keyboard: Keyboard = ()) -> None:
    """Put a phrase in place of a message and its buttons; where that cannot be edited, beneath it."""
    await redraw(query, [paragraph(text)], keyboard)


async def redraw(query: CallbackQuery, blocks: Iterable[Block], keyboard: Keyboard = ()) -> None:
    """Put blocks that fit one message in place of a message; where that cannot be edited, beneath it."""
    shown = list(blocks)
    part, *_ = to_messages(shown)
    try:
        await query.edit_message_text(
            part.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=InlineKeyboardMarkup(keyboard) if keyboard else None,
        )
    except BadRequest as error:
        if query.message and "not modified" not in str(error):
            await Reply.under(query.message).send(shown, keyboard)
