"""How people come in by themselves: invitations, and the code that makes the first administrator."""

import asyncio
import sys

from telegram import Update

from bot.chats.admission import MOST_USES
from bot.chats.people import People
from bot.chats.persons import Standing
from bot.telegram.notices import offer_menu
from bot.telegram.replies import Reply
from bot.telegram.requests import Requests
from bot.telegram.updates import (
    Context,
    called,
    message_of,
    person_of,
    phrases_of,
    subject_of,
    text_of,
)

#: What opening the link of an invitation sends.
OPENED = r"^/start [A-Za-z0-9_-]{16,64}$"


def announce(people: People, bot: str) -> None:
    """Say on standard error, where nobody is an administrator, how somebody becomes the first one."""
    _say_code(people.pairing.open(), bot)


def _say_code(code: str | None, bot: str) -> None:
    if code:
        sys.stderr.write(
            f"derek: nobody is an administrator yet; send /pair {code} to @{bot} in Telegram within an hour\n"
        )
        sys.stderr.flush()


class Admission:
    """Invitations, given by administrators and taken by others, and the pairing."""

    def __init__(self, people: People, requests: Requests) -> None:
        self._people, self._requests = people, requests

    async def invite(self, update: Update, context: Context) -> None:
        """Give a link that lets somebody in, or several people, or that makes an administrator."""
        message, phrases = message_of(update), phrases_of(update)
        wanted = _wanted(text_of(message, context.bot))
        if wanted is None:
            await Reply.under(message).say(phrases("invite-usage", limit=MOST_USES))
            return
        standing, uses = wanted
        by = person_of(update)
        token, invitation = await asyncio.to_thread(self._people.invitations.invite, standing, by, uses)
        link = f"https://t.me/{context.bot.username}?start={token}"
        role, day = phrases(f"role-{standing}"), invitation.expires.astimezone().date()
        await Reply.under(message).say(phrases("invited", link=link, role=role, day=day, count=uses))

    async def opened(self, update: Update, context: Context) -> None:
        """Let somebody in who opened the link of an invitation."""
        message, phrases = message_of(update), phrases_of(update)
        token, person, user = (message.text or "").split()[-1], subject_of(update).person, message.from_user
        if person is None or user is None:
            return
        standing = await asyncio.to_thread(self._people.invitations.accept, token, person)
        if standing is None:
            await Reply.under(message).say(phrases("invitation-void"))
            return
        await asyncio.to_thread(self._people.persons.meet, person, called(user), user.language_code)
        await self._welcome(update, context, phrases("invitation-taken"), standing)

    async def pair(self, update: Update, context: Context) -> None:
        """Make the first administrator of whoever knows the code."""
        message, phrases = message_of(update), phrases_of(update)
        person, user = subject_of(update).person, message.from_user
        administrators = await asyncio.to_thread(self._people.persons.administrators)
        if person is None or user is None:
            return
        if administrators:
            # There is nothing to pair with: an administrator is told so, anybody else is as any stranger.
            if person in administrators:
                await Reply.under(message).say(phrases("paired"))
            else:
                await self._requests.written(update)
            return
        said = text_of(message, context.bot)
        is_paired, renewed = await asyncio.to_thread(self._people.pairing.pair, said, person)
        await asyncio.to_thread(_say_code, renewed, context.bot.username)
        if not is_paired:
            await Reply.under(message).say(phrases("pair-wrong"))
            return
        await asyncio.to_thread(self._people.persons.meet, person, called(user), user.language_code)
        await self._welcome(update, context, phrases("paired"), Standing.ADMINISTRATOR)

    async def _welcome(self, update: Update, context: Context, text: str, standing: Standing) -> None:
        """Greet somebody who has come in."""
        await Reply.under(message_of(update)).say(f"{text}\n\n{phrases_of(update)('start')}")
        if standing is Standing.ADMINISTRATOR:
            await offer_menu(context.bot, person_of(update), administers=True)


def _wanted(text: str) -> tuple[Standing, int] | None:
    """Return what an invitation is to make of how many people; None if that is not understood."""
    standing, uses = Standing.READER, 1
    for word in text.casefold().split():
        if word == Standing.ADMINISTRATOR:
            standing = Standing.ADMINISTRATOR
        elif word.isascii() and word.isdecimal() and 1 <= int(word) <= MOST_USES:
            uses = int(word)
        else:
            return None
    return standing, uses
