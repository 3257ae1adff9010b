"""Blocks to messages in a chat."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.messages import Block, paragraph, to_messages
from bot.phrases import Phrases

#: The buttons under a message, row by row.
Keyboard = Sequence[Sequence[InlineKeyboardButton]]

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_log = logging.getLogger(__name__)


def phrases_of(update: Update) -> Phrases:
    """Return the phrases in the language of the person who wrote."""
    return Phrases(update.effective_user.language_code if update.effective_user else None)


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
