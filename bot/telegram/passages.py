"""Passages that are opened by a link to them."""

import asyncio

from telegram import Update

from bot.assembly import Derek
from bot.rendering import messages
from bot.telegram.deep_links import PAYLOAD, decode
from bot.telegram.replies import Reply
from bot.telegram.updates import Context, conversation, message_of, phrases_of
from retrieval.errors import ArticleError

#: What opening the link of a passage sends.
OPENED = rf"^/start {PAYLOAD}$"


class Passages:
    """Cited sentences among their neighbours, by the links to them."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def opened(self, update: Update, _: Context) -> None:
        """Show the passage of a link as the button under an answer does, or say why it cannot be shown."""
        message, phrases = message_of(update), phrases_of(update)
        reply, place = Reply.under(message), decode((message.text or "").split()[-1])
        if place is None:
            await reply.say(phrases("changed-article"))
            return
        chat = conversation(self._derek, update)
        try:
            passage = await asyncio.to_thread(chat.open, place.article_id, place.span, place.fingerprint)
        except ArticleError as error:
            await reply.say(messages.trouble(error, phrases))
        else:
            await reply.send(messages.passage(passage, phrases))
