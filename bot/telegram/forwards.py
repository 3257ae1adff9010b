"""Messages that may be questions, or bring what is to be an article: forwarded in private, or links alone."""

import asyncio
import re

from telegram import Message, Update

from bot.chats.access import MESSAGES, Access
from bot.telegram.administration import Administration
from bot.telegram.answers import Answers
from bot.telegram.updates import Context, message_of, subject_of

#: How many characters a forwarded message has at most that is taken for a question rather than an article.
#: Chosen by eye.
_LONGEST_QUESTION = 200

#: Messages that are addresses of pages and nothing else.
LINKS = re.compile(r"\A\s*(?:https?://\S+\s*)+\Z", re.IGNORECASE)


class Forwards:
    """What is done with a text, by what it is and who sends it."""

    def __init__(self, access: Access, answers: Answers, administration: Administration) -> None:
        self._access, self._answers, self._administration = access, answers, administration

    async def forwarded(self, update: Update, context: Context) -> None:
        """Answer a question, and all that is forwarded by who adds no articles; add anything else."""
        role = await asyncio.to_thread(self._access.role_of, subject_of(update))
        if role < MESSAGES["article"]:
            await self._answers.ask(update, context)
        elif _is_question(message_of(update)):
            await self._answers.ask_of_another(update, context)
        else:
            await self._administration.offered(update, context)

    async def linked(self, update: Update, context: Context) -> None:
        """Add the pages that a message links to, if who sent it may, and else take it for a question."""
        role = await asyncio.to_thread(self._access.role_of, subject_of(update))
        if role < MESSAGES["article"]:
            await self._answers.ask(update, context)
        else:
            await self._administration.linked(update, context)


def _is_question(message: Message) -> bool:
    """Whether a message is one short line that asks."""
    text = (message.text or message.caption or "").strip()
    return len(text) <= _LONGEST_QUESTION and "\n" not in text and text.endswith(("?", "？"))
