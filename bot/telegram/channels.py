"""Channels that were let in: what is posted there becomes an article by itself, and nothing is said."""

import asyncio
import logging

from telegram import Update

from bot.assembly import Derek
from bot.chats.audit import Act
from bot.telegram.incoming import name_of, read_message
from bot.telegram.updates import Context, conversation, message_of
from retrieval.errors import ArticleError
from retrieval.storage.receipts import CHANGING

_log = logging.getLogger(__name__)


class Channels:
    """The posts of channels."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def posted(self, update: Update, _: Context) -> None:
        """Make a post an article, or bring its article up to date; a post without any text is passed over."""
        post = message_of(update)
        try:
            documents, faults = await read_message(post)
        except ArticleError as error:
            _log.info("post %s of a channel is no article: %s", post.message_id, type(error).__name__)
            return
        for _name, fault in faults:
            _log.info("a file of post %s is no article: %s", post.message_id, type(fault).__name__)
        chat = conversation(self._derek, update)
        added = await asyncio.to_thread(chat.add, documents, name_of(post))
        for receipt in added.receipts:
            if receipt.outcome in CHANGING:
                note = self._derek.people.log.note
                await asyncio.to_thread(note, post.chat.id, Act.POST, receipt.article_id or "–")
