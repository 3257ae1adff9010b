"""Adding and removing articles in Telegram: what administrators do."""

import asyncio

from telegram import Message, Update

from bot.assembly import Derek
from bot.phrases import Phrases
from bot.rendering import messages
from bot.telegram.access import Access, administrators
from bot.telegram.additions import name_of, read_message
from bot.telegram.replies import Reply, alert, answered, button, replace, typing
from bot.telegram.updates import Context, match_of, message_of, phrases_of, query_of, said
from retrieval.articles import Article
from retrieval.errors import ArticleError
from retrieval.storage.store import Outcome, Receipt, Store


async def named_article(store: Store, update: Update, context: Context, usage: str) -> Article | None:
    """Return the article whose id stands behind the command; say what is wrong if there is none."""
    reply, phrases = Reply.under(message_of(update)), phrases_of(update)
    wanted = said(message_of(update), context.bot.username)
    if not wanted:
        await reply.say(phrases(usage))
        return None
    try:
        return await asyncio.to_thread(lambda: store.get(store.resolve(wanted)))
    except ArticleError as error:
        await reply.say(messages.trouble(error, phrases))
        return None


class Keeping:
    """Derek's side of what administrators do with the articles."""

    def __init__(self, derek: Derek, access: Access) -> None:
        self._derek = derek
        self.access = access

    @administrators
    async def offered(self, update: Update, _: Context) -> None:
        """Add what was sent or forwarded."""
        await self._add(message_of(update), message_of(update), phrases_of(update))

    @administrators
    async def add(self, update: Update, context: Context) -> None:
        """Add what the command replies to."""
        message, phrases = message_of(update), phrases_of(update)
        carrier = message.reply_to_message
        if carrier is None:
            await Reply.under(message).say(phrases("add-usage"))
        elif carrier.from_user and carrier.from_user.id == context.bot.id:
            await Reply.under(message).say(phrases("add-own"))
        else:
            await self._add(message, carrier, phrases)

    async def _add(self, message: Message, carrier: Message, phrases: Phrases) -> None:
        reply, store = Reply.under(message), self._derek.store
        async with typing(reply):
            try:
                article = await read_message(carrier)
            except ArticleError as error:
                await reply.say(phrases("receipt-failed", reason=messages.trouble(error, phrases)))
                return
            addition = await asyncio.to_thread(store.begin_addition)
            receipt = await asyncio.to_thread(store.add, article, addition, name_of(carrier))
            # So that it can be asked about when the receipt says so, and no question has to wait.
            await asyncio.to_thread(self._derek.answerer.follow)
        changed = receipt.outcome in (Outcome.ADDED, Outcome.UPDATED)
        undo = [[button(phrases("button-undo"), "undo", addition)]] if changed else ()
        await reply.say(messages.receipt(receipt, phrases), undo)

    @administrators
    async def undo(self, update: Update, context: Context) -> None:
        """Take an addition back."""
        query, phrases = query_of(update), phrases_of(update)
        receipts: list[Receipt] = await asyncio.to_thread(self._derek.store.undo, int(match_of(context)[0]))
        await answered(query)
        told = [messages.receipt(one, phrases) for one in receipts] or [phrases("undo-nothing")]
        await replace(query, "\n".join(told))

    @administrators
    async def remove(self, update: Update, context: Context) -> None:
        """Ask whether an article is really to be removed."""
        phrases = phrases_of(update)
        if article := await named_article(self._derek.store, update, context, "remove-usage"):
            choice = [
                button(phrases("button-remove"), "remove", article.id),
                button(phrases("button-keep"), "keep"),
            ]
            question = phrases("remove-confirm", name=messages.name(article, phrases))
            await Reply.under(message_of(update)).say(question, [choice])

    @administrators
    async def removed(self, update: Update, context: Context) -> None:
        """Remove an article."""
        query, phrases = query_of(update), phrases_of(update)
        try:
            article = await asyncio.to_thread(self._derek.store.remove, match_of(context)[0])
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        await answered(query)
        await replace(query, phrases("removed", name=messages.name(article, phrases)))

    @administrators
    async def kept(self, update: Update, _: Context) -> None:
        """Leave an article where it is."""
        query = query_of(update)
        await answered(query)
        await replace(query, phrases_of(update)("kept"))
