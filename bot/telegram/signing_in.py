"""A link that signs an administrator in on the page."""

import asyncio

from telegram import Update

from bot.assembly import Derek
from bot.telegram.replies import Reply
from bot.telegram.updates import Context, message_of, person_of, phrases_of


class SigningIn:
    """Gives administrators links to the page, where one is served."""

    def __init__(self, derek: Derek) -> None:
        self._derek = derek

    async def web(self, update: Update, _: Context) -> None:
        """Send a link that signs whoever asks in, once and soon."""
        settings, phrases = self._derek.config.web, phrases_of(update)
        reply, person = Reply.under(message_of(update)), person_of(update)
        if not settings.is_served:
            await reply.say(phrases("web-not-served"))
            return
        link = await asyncio.to_thread(self._link, person)
        if link:
            await reply.say(f"{phrases('web-command')}\n{settings.address}/sign-in?link={link}")

    def _link(self, person: int) -> str | None:
        keys = self._derek.people.keys
        holder = keys.person(person)
        return keys.link(holder) if holder else None
