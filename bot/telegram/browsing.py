"""Looking through the articles in Telegram: the list, page by page, and each article, part by part."""

import asyncio

from telegram import Update

from bot.assembly import Derek
from bot.chats.chat import Chat
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import Block
from bot.telegram.administration import named_article
from bot.telegram.outgoing import Button, Keyboard, button
from bot.telegram.replies import Reply, alert, answered, redraw
from bot.telegram.updates import Context, conversation, match_of, message_of, phrases_of, query_of
from retrieval.articles import Article
from retrieval.errors import ArticleError

#: What the data of the buttons look like.
PAGE, ARTICLE = r":(\d{1,9})", r":([0-9a-f]{12}):(\d{1,9})"

#: How many articles one message of the list names, and how many buttons stand side by side under it.
_PAGE, _ROW = 10, 5

#: How many characters of an article one message shows.
_PART = 3_500

#: In how many of the last of them an end is looked for.
_SEARCHED = 1_000


class Browsing:
    """The list of the articles, and what stands in each."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def catalogue(self, update: Update, _: Context) -> None:
        """List the newest articles, with a button for each."""
        shown, keyboard = await self._page(conversation(self._derek, update), 0, phrases_of(update))
        await Reply.under(message_of(update)).send(shown, keyboard)

    async def page(self, update: Update, context: Context) -> None:
        """List other articles in the place of these."""
        query, offset = query_of(update), int(match_of(context)[0])
        shown, keyboard = await self._page(conversation(self._derek, update), offset, phrases_of(update))
        await answered(query)
        await redraw(query, shown, keyboard)

    async def _page(self, chat: Chat, offset: int, phrases: Phrases) -> tuple[list[Block], Keyboard]:
        """Return a page of the list, and what leads from it; past the end it is the first one."""
        entries = await asyncio.to_thread(chat.catalogue, _PAGE + 1, offset)
        if not entries and offset:
            return await self._page(chat, 0, phrases)
        if not entries:
            return [messages.no_articles(phrases)], ()
        listed = list(enumerate(entries[:_PAGE], offset + 1))
        keys = [button(str(number), "article", entry.article_id, 0) for number, entry in listed]
        rows = [keys[start : start + _ROW] for start in range(0, len(keys), _ROW)]
        moves: list[Button] = []
        if offset:
            moves.append(button(phrases("button-newer"), "page", max(0, offset - _PAGE)))
        if len(entries) > _PAGE:
            moves.append(button(phrases("button-next"), "page", offset + _PAGE))
        return [messages.holding(entry, phrases, number) for number, entry in listed], [*rows, moves]

    async def show(self, update: Update, context: Context) -> None:
        """Show the beginning of an article."""
        if article := await named_article(self._derek, update, context, "show-usage"):
            shown, keyboard = _part(article, 0, phrases_of(update))
            await Reply.under(message_of(update)).send(shown, keyboard, article)

    async def article(self, update: Update, context: Context) -> None:
        """Show a part of an article in the place of the list, or of another part."""
        query, phrases = query_of(update), phrases_of(update)
        article_id, start = match_of(context)
        try:
            article = await asyncio.to_thread(conversation(self._derek, update).article, article_id)
        except ArticleError as error:
            await alert(query, messages.trouble(error, phrases))
            return
        await answered(query)
        await redraw(query, *_part(article, int(start), phrases), article)


def _part(article: Article, start: int, phrases: Phrases) -> tuple[list[Block], Keyboard]:
    """Return the part of an article that begins at an offset, and what leads on and back from it."""
    back = ("page", 0) if start == 0 else ("article", article.id, max(0, start - _PART))
    moves = [button(phrases("button-back"), *back)]
    end = _end(article.text, start)
    if end < len(article.text):
        moves.append(button(phrases("button-read-on"), "article", article.id, end))
    return messages.article(article, phrases, end - start, start), [moves]


def _end(text: str, start: int) -> int:
    """Return where the part of a text that begins at an offset ends: behind a sentence, or a line."""
    limit = start + _PART
    if limit >= len(text):
        return len(text)
    behind = max(text.rfind(end, limit - _SEARCHED, limit) for end in (". ", "\n"))
    return behind + 1 if behind > start else limit
