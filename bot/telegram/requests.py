"""Strangers who write in private: administrators are asked whether to let them in."""

import asyncio

from telegram import Update

from bot.chats.people import People
from bot.chats.persons import Asking, Person, Standing
from bot.chats.rates import Pace, Rates
from bot.phrases import Phrases
from bot.telegram.notices import tell, tell_administrators
from bot.telegram.outgoing import Button, Keyboard, button
from bot.telegram.replies import Reply, answered, replace
from bot.telegram.updates import (
    Context,
    called,
    match_of,
    message_of,
    person_of,
    phrases_of,
    query_of,
    subject_of,
)

#: What the data of the buttons under a request look like: who asks, and what becomes of them.
ANSWER = r":(\d{1,15}):(reader|refused|blocked)"

#: How often somebody is told that too many others wait, in seconds.
_DAY = 86_400.0


class Requests:
    """Requests to be let in, and what administrators answer."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._told = Rates(1, seconds=_DAY)

    async def written(self, update: Update) -> None:
        """Tell a stranger once that the bot is private, and administrators that the stranger wants to ask."""
        person, user, phrases = subject_of(update).person, update.effective_user, phrases_of(update)
        if person is None or user is None:
            return
        persons, reply = self._people.persons, Reply.under(message_of(update))
        asking = await asyncio.to_thread(persons.ask, person, update.update_id)
        if asking is Asking.FULL and self._told.pace([person]) is Pace.ANSWERED:
            await reply.say(phrases("private-full"))
        if asking is not Asking.NEW:
            return
        await asyncio.to_thread(persons.meet, person, called(user), user.language_code)
        if not await asyncio.to_thread(persons.administrators):
            await reply.say(phrases("private-unowned"))
            return
        await reply.say(phrases("private-asked"))
        who = await asyncio.to_thread(persons.get, person)
        await tell_administrators(
            reply.bot, persons, lambda spoken: _request(who, spoken), user.language_code
        )

    async def decided(self, update: Update, context: Context) -> None:
        """Let a stranger in or not, as an administrator decided, unless another one did before."""
        query, phrases = query_of(update), phrases_of(update)
        person, standing = int(match_of(context)[0]), Standing(match_of(context)[1])
        persons = self._people.persons
        by = person_of(update)
        done = await asyncio.to_thread(persons.decide, person, standing, by, update.update_id)
        await answered(query)
        if done:
            await tell_outcome(context, self._people, person, standing)
        who = await asyncio.to_thread(persons.get, person)
        role = who.standing or Standing.REFUSED
        await replace(query, phrases("person-now", name=who.label, role=phrases(f"role-{role}")))


async def tell_outcome(context: Context, people: People, person: int, standing: Standing) -> None:
    """Tell somebody who asked to be let in what became of it; who is blocked hears nothing."""

    def notice(phrases: Phrases) -> tuple[str, Keyboard]:
        return (phrases("let-in") if standing is Standing.READER else phrases("not-let-in")), ()

    if standing is not Standing.BLOCKED:
        await tell(context.bot, people.persons, person, notice)


def _request(who: Person, phrases: Phrases) -> tuple[str, Keyboard]:
    """Return what administrators are told of a request, with what they may answer."""
    return phrases("request", name=who.label, id=str(who.id)), [answers(who.id, "request", phrases)]


def answers(person: int, word: str, phrases: Phrases) -> list[Button]:
    """Return a button for each answer to a request."""
    return [
        button(phrases("button-allow"), word, person, Standing.READER),
        button(phrases("button-refuse"), word, person, Standing.REFUSED),
        button(phrases("button-block"), word, person, Standing.BLOCKED),
    ]
