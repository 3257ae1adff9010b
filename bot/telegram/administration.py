"""Adding and removing articles in Telegram: what administrators do."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from telegram import Message, Update

from bot.assembly import Derek
from bot.chats.audit import Act
from bot.chats.chat import Album
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.receipts import removed, told
from bot.telegram.incoming import name_of, read_message
from bot.telegram.outgoing import button
from bot.telegram.replies import Reply, alert, answered, replace, typing
from bot.telegram.updates import (
    Context,
    conversation,
    match_of,
    message_of,
    person_of,
    phrases_of,
    query_of,
    text_of,
)
from retrieval.articles import Article, Document
from retrieval.errors import ArticleError
from retrieval.storage.receipts import CHANGING, Outcome, Receipt

#: How many pages of one message are added.
MOST_LINKS = 10


async def named_article(derek: Derek, update: Update, context: Context, usage: str) -> Article | None:
    """Return the article whose id stands behind the command; say what is wrong if there is none."""
    chat = conversation(derek, update)
    reply, phrases = Reply.under(message_of(update)), phrases_of(update)
    wanted = text_of(message_of(update), context.bot)
    if not wanted:
        await reply.say(phrases(usage))
        return None
    try:
        return await asyncio.to_thread(chat.article, wanted)
    except ArticleError as error:
        await reply.say(messages.trouble(error, phrases))
        return None


class Administration:
    """What administrators do with the articles."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def offered(self, update: Update, _: Context) -> None:
        """Add what was sent or forwarded; the documents of an album are one addition."""
        message = message_of(update)
        await self._add(update, message, _album_of(message))

    async def add(self, update: Update, context: Context) -> None:
        """Add what the command replies to."""
        message, phrases = message_of(update), phrases_of(update)
        carrier = message.reply_to_message
        if carrier is None:
            await Reply.under(message).say(phrases("add-usage"))
        elif carrier.from_user and carrier.from_user.id == context.bot.id:
            await Reply.under(message).say(phrases("add-own"))
        else:
            await self._add(update, carrier)

    async def linked(self, update: Update, _: Context) -> None:
        """Add the pages whose addresses a message consists of."""
        message, phrases = message_of(update), phrases_of(update)
        urls = list(dict.fromkeys((message.text or "").split()))[:MOST_LINKS]
        async with typing(Reply.under(message)):
            documents: list[Document] = []
            failed: list[Receipt] = []
            for url in urls:
                try:
                    read: list[Document] | None = await asyncio.to_thread(self._derek.pages.read, url)
                    documents += read or []
                except ArticleError as error:
                    failed.append(_failed(url, error, phrases))
            await self._take_in(update, documents, failed, urls[0])

    async def _add(self, update: Update, carrier: Message, album: Album | None = None) -> None:
        """Add what a message carries, and say what became of it, and of what came before in its album."""
        reply, phrases = Reply.under(message_of(update)), phrases_of(update)
        async with typing(reply):
            documents: list[Document] = []
            failed: list[Receipt] = []
            try:
                documents, faults = await read_message(carrier)
                failed += [_failed(name, fault, phrases) for name, fault in faults]
            except ArticleError as error:
                reason = messages.trouble(error, phrases)
                if album is None:
                    await reply.say(phrases("receipt-failed", reason=reason))
                    return
                failed.append(Receipt(name_of(carrier), Outcome.FAILED, reason=reason))
            await self._take_in(update, documents, failed, name_of(carrier), album)

    async def _take_in(
        self,
        update: Update,
        documents: Sequence[Document],
        failed: Sequence[Receipt],
        name: str,
        album: Album | None = None,
    ) -> None:
        """Add documents, and say what became of them, of what `failed`, and of an album so far."""
        reply, phrases = Reply.under(message_of(update)), phrases_of(update)
        chat = conversation(self._derek, update)
        added = await asyncio.to_thread(partial(chat.add, documents, name, album=album, failed=failed))
        changed = [receipt for receipt in added.receipts if receipt.outcome in CHANGING]
        new = [receipt.article_id for receipt in added.latest if receipt in changed]
        await self._note(update, Act.ADD, new)
        undo = [[button(phrases("button-undo"), "undo", added.number)]] if changed else ()
        lines = [told(receipt, phrases) for receipt in added.receipts]
        if added.samples:
            lines.append(phrases("samples-gone", count=added.samples))
        place = reply if added.began is None else reply.renewing(added.began)
        await place.say("\n".join(lines), undo)

    async def adopt(self, update: Update, _: Context) -> None:
        """Add the message that was answered as a question, if it is still there."""
        query = query_of(update)
        carrier = query.message.reply_to_message if isinstance(query.message, Message) else None
        if carrier is None:
            await alert(query, phrases_of(update)("add-empty"))
            return
        await answered(query)
        await self._add(update, carrier)

    async def undo(self, update: Update, context: Context) -> None:
        """Take an addition back."""
        query, phrases = query_of(update), phrases_of(update)
        chat = conversation(self._derek, update)
        receipts = await asyncio.to_thread(chat.undo, int(match_of(context)[0]))
        await self._note(update, Act.UNDO, [receipt.article_id for receipt in receipts])
        await answered(query)
        lines = [told(receipt, phrases) for receipt in receipts] or [phrases("nothing-undo")]
        await replace(query, "\n".join(lines))

    async def remove(self, update: Update, context: Context) -> None:
        """Ask whether an article is really to be removed."""
        phrases = phrases_of(update)
        if article := await named_article(self._derek, update, context, "remove-usage"):
            choice = [
                button(phrases("button-remove"), "remove", article.id),
                button(phrases("button-keep"), "keep"),
            ]
            question = phrases("remove-confirm", name=messages.name(article, phrases))
            await Reply.under(message_of(update)).say(question, [choice])

    async def removed(self, update: Update, context: Context) -> None:
        """Remove an article."""
        query, phrases = query_of(update), phrases_of(update)
        chat = conversation(self._derek, update)
        try:
            removal = await asyncio.to_thread(chat.remove, match_of(context)[0])
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        await self._note(update, Act.REMOVE, [article.id for article in removal.articles])
        await answered(query)
        undo = [[button(phrases("button-undo"), "undo", removal.number)]]
        await replace(query, removed(removal.articles, phrases), undo)

    async def kept(self, update: Update, _: Context) -> None:
        """Leave an article where it is."""
        query = query_of(update)
        await answered(query)
        await replace(query, phrases_of(update)("kept"))

    async def _note(self, update: Update, act: Act, articles: Iterable[str | None]) -> None:
        """Note what the administrator did with articles."""
        for article_id in articles:
            await asyncio.to_thread(self._derek.people.log.note, person_of(update), act, article_id or "–")


def _failed(name: str, error: ArticleError, phrases: Phrases) -> Receipt:
    return Receipt(name, Outcome.FAILED, reason=messages.trouble(error, phrases))


def _album_of(message: Message) -> Album | None:
    """Return the album that a message belongs to, if it belongs to one."""
    if message.media_group_id is None:
        return None
    key = f"album:{message.get_bot().id}:{message.chat_id}:{message.media_group_id}"
    return Album(key, message.message_id)
