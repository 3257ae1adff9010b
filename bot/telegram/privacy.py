"""What people may have forgotten of themselves."""

import asyncio
from collections.abc import Callable

from telegram import Update

from bot.assembly import Derek
from bot.chats.journal import Journal
from bot.chats.rates import Rates
from bot.telegram.outgoing import button
from bot.telegram.replies import Reply, answered, replace
from bot.telegram.updates import Context, chat_id_of, match_of, message_of, phrases_of, query_of, subject_of

#: What the data of the buttons look like.
CHOICE = r":(yes|no)"


class Privacy:
    """Forgets a person: all that is kept under an id, but for what administrators decided of it."""

    def __init__(self, derek: Derek, rates: Rates, journal: Journal) -> None:
        self._derek, self._journal = derek, journal
        #: What forgets one kind of things each; whatever else comes to be kept of people is added here.
        self.forgetting: list[Callable[[int], object]] = [
            derek.people.forget,
            derek.waiting.forget,
            lambda person: rates.forget(("person", person)),
        ]

    async def forget_me(self, update: Update, _: Context) -> None:
        """Ask whether a person is really to be forgotten."""
        phrases = phrases_of(update)
        choice = [
            button(phrases("button-forget"), "forget", "yes"),
            button(phrases("button-keep"), "forget", "no"),
        ]
        await Reply.under(message_of(update)).say(phrases("forget-me-confirm"), [choice])

    async def decided(self, update: Update, context: Context) -> None:
        """Forget a person, or don't."""
        query, phrases, person = query_of(update), phrases_of(update), subject_of(update).person
        if match_of(context) == ("no",) or person is None:
            await answered(query)
            await replace(query, phrases("kept"))
            return
        count = await asyncio.to_thread(self._forget, person, update.update_id)
        await answered(query)
        await replace(query, phrases("forgotten-me", count=count))

    def _forget(self, person: int, wish: int) -> int:
        """Forget all of a person but the update that wishes it, and return how many questions that were."""
        self._journal.forget(person, but=wish)
        for forget in self.forgetting:
            forget(person)
        return self._derek.history.forget_person(person, chat_id_of(person))
