"""Keeps each handler for those whose role lets them, and for those who do not ask too much at once."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.chats.access import Access, ChatKind, Role, Subject
from bot.chats.people import People
from bot.chats.rates import Pace, Rates
from bot.telegram.groups import Groups
from bot.telegram.handling import admit, speak
from bot.telegram.languages import Languages
from bot.telegram.replies import Reply, alert, answered, nothing_shown, shown
from bot.telegram.requests import Requests
from bot.telegram.updates import Context, called, message_of, phrases_of, subject_of

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


class Gate:
    """What every update passes that does not come from Telegram itself."""

    def __init__(  # noqa: PLR0913, PLR0917  what it asks, and whom it tells
        self,
        access: Access,
        people: People,
        languages: Languages,
        requests: Requests,
        groups: Groups,
        rates: Rates,
    ) -> None:
        self._access, self._people, self._languages = access, people, languages
        self._requests, self._groups, self._rates = requests, groups, rates

    def kept(self, role: Role, handler: Handler, *, private: bool = False) -> Handler:
        """Return a handler that works for those who have the role, and in private alone if it is so."""

        async def guard(update: Update, context: Context) -> None:
            subject = subject_of(update)
            own = await self._role(update, subject)
            if own is Role.BLOCKED or (own is Role.STRANGER and not subject.is_private):
                await _keep_quiet(update)
            elif own is not Role.ADMINISTRATOR and not await self._keeps_pace(update, subject, own):
                return
            elif own < role:
                await self._refuse(update, subject, own)
            elif private and not subject.is_private:
                await _tell(update, phrases_of(update)("private-only"))
            else:
                if subject.chat is not None:
                    admit(subject.chat, role)
                await handler(update, context)

        return guard

    async def _role(self, update: Update, subject: Subject) -> Role:
        """Return the role of who did something; a group is met first where nothing is known of it."""
        role, language = await asyncio.to_thread(self._known, subject)
        speak(language)
        if role is Role.STRANGER and not subject.is_private and not update.callback_query:
            await self._groups.met(update)
            role = await asyncio.to_thread(self._access.role_of, subject)
        if role is Role.ADMINISTRATOR and (user := update.effective_user):
            # Whom Derek writes to of itself is spoken to in their language.
            await asyncio.to_thread(self._people.persons.meet, user.id, called(user), user.language_code)
        return role

    def _known(self, subject: Subject) -> tuple[Role, str | None]:
        """Return the role of who did something, and the language to speak to them, if it is known."""
        return self._access.role_of(subject), self._languages.of(subject)

    async def _keeps_pace(self, update: Update, subject: Subject, role: Role) -> bool:
        """Whether this is not too much at once; who asks too much is told so once.

        A channel asks nothing, and none of its posts is to be missed.
        """
        if subject.kind is ChatKind.CHANNEL:
            return True
        if update.inline_query:
            # What is typed is asked many times over: it does not count for what is asked in earnest.
            keys = [("typing", subject.chat)]
        else:
            keys = [("chat", subject.chat)]
            if subject.person is not None:
                keys.append(("person", subject.person))
        message = None if update.callback_query else update.effective_message
        sent = message and (message.edit_date or message.date)
        pace = self._rates.pace(keys, sent.timestamp() if sent else None)
        if update.inline_query and pace is not Pace.ANSWERED:
            await nothing_shown(update.inline_query, phrases_of(update)("too-many"))
        elif pace is Pace.TOLD and role is not Role.STRANGER:
            await _tell(update, phrases_of(update)("too-many"))
        elif pace is not Pace.ANSWERED:
            await _keep_quiet(update)
        return pace is Pace.ANSWERED

    async def _refuse(self, update: Update, subject: Subject, role: Role) -> None:
        phrases = phrases_of(update)
        if update.inline_query:
            await nothing_shown(update.inline_query, phrases("open-bot"))
        elif role is Role.STRANGER:
            if update.callback_query:
                await alert(update.callback_query, phrases("readers-only"))
            else:
                await self._requests.written(update)
        elif subject.is_private and subject.person is not None:
            await _tell(update, phrases("administrators-only", user=str(subject.person)))
        else:
            await _tell(update, phrases("administrators-only-here"))


async def _tell(update: Update, text: str) -> None:
    if update.callback_query:
        await alert(update.callback_query, text)
    else:
        await Reply.under(message_of(update)).say(text)


async def _keep_quiet(update: Update) -> None:
    """Say nothing; only the clock of a pressed button, or of what is typed, stops."""
    if update.inline_query:
        await shown(update.inline_query, [])
    if update.callback_query:
        await answered(update.callback_query)
