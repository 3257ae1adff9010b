"""What administrators did, as they may read it."""

import asyncio

from telegram import Update

from bot.chats.people import People
from bot.phrases import Phrases
from bot.rendering import people as shown
from bot.rendering.blocks import Block, paragraph
from bot.telegram.outgoing import Keyboard, button
from bot.telegram.replies import Reply, answered, redraw
from bot.telegram.updates import Context, match_of, message_of, phrases_of, query_of

#: What the data of the button look like: from where on.
OLDER = r":(\d{1,6})"

#: How many entries one message tells.
_PAGE = 15


class Auditing:
    """The pages of `/log`."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def log(self, update: Update, _: Context) -> None:
        """Tell what was done last."""
        page = await asyncio.to_thread(self._page, 0, phrases_of(update))
        await Reply.under(message_of(update)).send(*page)

    async def older(self, update: Update, context: Context) -> None:
        """Tell what was done before."""
        query = query_of(update)
        page = await asyncio.to_thread(self._page, int(match_of(context)[0]), phrases_of(update))
        await answered(query)
        await redraw(query, *page)

    def _page(self, offset: int, phrases: Phrases) -> tuple[list[Block], Keyboard]:
        entries = self._people.log.entries(_PAGE + 1, offset)
        blocks = [shown.entry(one, self._people, phrases) for one in entries[:_PAGE]]
        further = [[button(phrases("button-further"), "log", offset + _PAGE)]] if entries[_PAGE:] else ()
        return blocks or [paragraph(phrases("log-nothing"))], further
