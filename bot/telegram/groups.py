"""Groups and channels, which administrators let in one by one: Derek keeps quiet in all others."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from telegram import Bot, Chat, ChatMember, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.chats.access import Access, Role
from bot.chats.history import History
from bot.chats.people import People
from bot.chats.places import PlaceState
from bot.chats.waiting import WaitingQuestions
from bot.config import IMPERSONAL
from bot.phrases import Phrases
from bot.telegram.notices import tell_administrators
from bot.telegram.outgoing import Button, Keyboard, button
from bot.telegram.replies import Reply, answered, replace
from bot.telegram.updates import (
    Context,
    called,
    chat_id_of,
    match_of,
    message_of,
    person_of,
    phrases_of,
    query_of,
)

#: What the data of the buttons under a group look like: which group, and what becomes of it.
DECISION = r":(-\d{1,15}):(allowed|refused)"

_AWAY = frozenset({ChatMember.LEFT, ChatMember.BANNED})


class Groups:
    """The groups that Derek is added to, and what administrators decide of them."""

    def __init__(self, history: History, people: People, waiting: WaitingQuestions, access: Access) -> None:
        self._history, self._people, self._access = history, people, access
        self._waiting = waiting

    async def membership(self, update: Update, context: Context) -> None:
        """Note that Derek was added to a group or taken out of it."""
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        was_away, is_away = (
            member.status in _AWAY or getattr(member, "is_member", True) is False
            for member in (change.old_chat_member, change.new_chat_member)
        )
        if is_away:
            await asyncio.to_thread(self._people.places.leave, change.chat.id)
        elif was_away:
            await self._enter(context.bot, change.chat, change.from_user, update.update_id)

    async def met(self, update: Update) -> None:
        """Take the first question in a group that Derek does not know to be in for being added to it."""
        chat = update.effective_chat
        place = await asyncio.to_thread(self._people.places.get, chat.id) if chat else None
        if chat and (place is None or place.is_left):
            await self._enter(message_of(update).get_bot(), chat, update.effective_user, update.update_id)

    async def _enter(self, bot: Bot, chat: Chat, user: User | None, occasion: int) -> None:
        """Ask administrators about a group, unless one of them added Derek, or it was refused before."""
        places, title, is_channel = self._people.places, chat.title or "", chat.type == ChatType.CHANNEL
        adder = None if user is None or user.id in IMPERSONAL else user
        role = await asyncio.to_thread(self._access.role_of_person, adder.id if adder else None)
        if adder and role is Role.ADMINISTRATOR:
            settle = partial(places.settle, title=title, is_channel=is_channel)
            await self._admit(bot, chat.id, adder.id, settle, Phrases(adder.language_code))
            return
        place = await asyncio.to_thread(places.get, chat.id)
        if role is Role.BLOCKED or (place and place.state is PlaceState.REFUSED):
            await _leave(bot, chat.id)
            return
        language = adder.language_code if adder else None
        by = adder.id if adder else None
        enter = partial(places.enter, is_channel=is_channel)
        if self._access.is_open and not is_channel:
            return
        if not await asyncio.to_thread(enter, chat.id, title, by, occasion):
            return
        name = called(adder) if adder else None
        if not is_channel:
            await Reply.to_chat(bot, chat.id).say(Phrases(language)("group-private"))
        await tell_administrators(
            bot, self._people.persons, lambda phrases: _request(chat, name, phrases), language
        )

    async def decided(self, update: Update, context: Context) -> None:
        """Let everybody in a group ask, or leave it."""
        query, phrases = query_of(update), phrases_of(update)
        group, state = int(match_of(context)[0]), PlaceState(match_of(context)[1])
        by = person_of(update)
        if state is PlaceState.ALLOWED:
            await self._admit(context.bot, group, by, self._people.places.settle, phrases)
        else:
            await asyncio.to_thread(self._people.places.settle, group, state, by)
            await _leave(context.bot, group)
        await answered(query)
        place = await asyncio.to_thread(self._people.places.get, group)
        title = place.label if place else str(group)
        await replace(query, phrases("group-now", title=title, state=phrases(f"state-{state}")))

    async def _admit(
        self, bot: Bot, group: int, by: int, settle: Callable[[int, PlaceState, int], bool], phrases: Phrases
    ) -> None:
        """Let everybody in a group ask, and tell them so; in a channel nothing is ever said."""
        new = await asyncio.to_thread(settle, group, PlaceState.ALLOWED, by)
        place = await asyncio.to_thread(self._people.places.get, group)
        if new and place and not place.is_channel:
            await Reply.to_chat(bot, group).say(phrases("group-allowed", bot=bot.username))

    async def migrated(self, update: Update, _: Context) -> None:
        """Follow a group that became a supergroup and has another id now, told of in either of the two."""
        message = message_of(update)
        old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id
        new = new or message.chat.id
        await asyncio.to_thread(self._history.rename, chat_id_of(old), chat_id_of(new))
        await asyncio.to_thread(self._people.places.rename, old, new)
        await asyncio.to_thread(self._waiting.rename, old, new)


async def _leave(bot: Bot, group: int) -> None:
    with suppress(TelegramError):
        await bot.leave_chat(group)


def _request(chat: Chat, name: str | None, phrases: Phrases) -> tuple[str, Keyboard]:
    """Return what administrators are told of a group or a channel, with what they may answer."""
    name, title = name or phrases("somebody"), chat.title or ""
    if chat.type == ChatType.CHANNEL:
        return phrases("request-channel", name=name, title=title), [choices(chat.id, phrases)]
    return phrases("request-group", name=name, title=title), [choices(chat.id, phrases)]


def choices(group: int, phrases: Phrases) -> list[Button]:
    """Return a button for each decision of a group."""
    return [
        button(phrases("button-allow"), "group", group, PlaceState.ALLOWED),
        button(phrases("button-leave"), "group", group, PlaceState.REFUSED),
    ]
