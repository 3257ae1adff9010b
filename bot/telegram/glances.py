"""Questions that people type behind the bot's name in any chat, and what they are shown to send there."""

import asyncio
from collections.abc import Iterator

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode

from bot.assembly import Derek
from bot.phrases import Phrases, courtesy
from bot.rendering import messages
from bot.rendering.blocks import to_messages
from bot.telegram.deep_links import Place, encode, link_to
from bot.telegram.delivery import NO_PREVIEW
from bot.telegram.replies import nothing_shown, shown
from bot.telegram.updates import Context, chat_id_of, phrases_of, subject_of
from retrieval.answers.citations import Status, VerifiedAnswer
from retrieval.errors import QuestionError


class Glances:
    """Citations for what is being typed; nothing of it is remembered, and no message waits for it."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def typed(self, update: Update, context: Context) -> None:
        """Show citations that can be sent, or a button that opens the bot where there are none."""
        query, phrases = update.inline_query, phrases_of(update)
        person = subject_of(update).person
        if query is None:
            return
        asked = query.query.strip()
        if not asked or person is None or courtesy(asked):
            await nothing_shown(query, phrases("open-bot"))
            return
        try:
            answer = await asyncio.to_thread(self._answer, person, asked)
        except QuestionError:
            await nothing_shown(query, phrases("open-bot"))
        else:
            await _show(query, answer, context.bot.username, phrases)

    def _answer(self, person: int, asked: str) -> VerifiedAnswer:
        return self._derek.chat(chat_id_of(person)).glance(asked)


async def _show(query: InlineQuery, answer: VerifiedAnswer, bot: str, phrases: Phrases) -> None:
    words = phrases.in_language(answer.language)
    results = list(_results(answer, bot, words)) if answer.status is Status.ANSWERED else []
    if results:
        await shown(query, results)
    else:
        await nothing_shown(query, phrases("typing-in-vain"))


def _results(answer: VerifiedAnswer, bot: str, phrases: Phrases) -> Iterator[InlineQueryResultArticle]:
    """Yield a result for each citation that a message holds whole."""
    for citation in answer.citations:
        place = Place.of(citation)
        parts = to_messages(messages.alone(citation, answer.language, phrases, link_to(place, bot)))
        if len(parts) == 1:
            title, description = messages.heading(citation, phrases)
            content = InputTextMessageContent(
                parts[0].html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            )
            yield InlineQueryResultArticle(encode(place), title, content, description=description)
