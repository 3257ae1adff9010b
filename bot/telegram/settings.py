"""Settings in Telegram: which articles may answer in a chat, and in which language it is spoken to."""

import asyncio
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from telegram import ChatMember, MaybeInaccessibleMessage, Update
from telegram.constants import ChatID
from telegram.error import BadRequest, Forbidden

from bot.assembly import Derek
from bot.chats.access import Access, Role
from bot.chats.chat import Chat as Conversation
from bot.chats.settings import SettingError, SettingFault, collections, languages, mark, sources
from bot.phrases import LANGUAGES, Phrases
from bot.rendering import messages
from bot.rendering.blocks import Block, paragraph
from bot.telegram.handling import speak
from bot.telegram.languages import Languages
from bot.telegram.outgoing import Button, Keyboard, button
from bot.telegram.replies import Reply, alert, answered, redraw
from bot.telegram.updates import (
    Context,
    conversation,
    match_of,
    message_of,
    phrases_of,
    query_of,
    subject_of,
    text_of,
)
from retrieval.filters import Filter
from retrieval.storage.store import Summary

#: What the data of the buttons look like: what is switched, by which name, and to what.
SWITCH = r":(lang|source|in|clear|speak):([0-9a-z]{0,8}):([01])"

#: How people write in which language to speak; `any` is that in which each person writes.
_SPEAK = re.compile(r"speak\s+(\S+)", re.IGNORECASE)
_ANY = "any"

#: How many buttons are shown of each kind, besides those chosen; the rest is chosen by writing.
_LANGUAGES, _SOURCES, _COLLECTIONS = 9, 8, 9

#: How many languages, or collections, stand side by side.
_ROW = 3

#: How many characters of a source's name a button shows.
_LONGEST_NAME = 40


class Settings:
    """The settings of every chat: which articles may answer in it, and in which language it is spoken to."""

    def __init__(self, derek: Derek, access: Access, languages: Languages) -> None:
        self._derek, self._access, self._languages = derek, access, languages

    async def settings(self, update: Update, context: Context) -> None:
        """Show the settings of this chat, or change them as the command says."""
        message, phrases = message_of(update), phrases_of(update)
        reply, wanted = Reply.under(message), text_of(message, context.bot)
        if wanted and not await self._may_change(update, message):
            await reply.say(phrases("settings-refused"))
            return
        chat = conversation(self._derek, update)
        try:
            if spoken := _SPEAK.fullmatch(wanted):
                phrases, wanted = await self._speak(update, spoken[1].casefold()), ""
            admitted, summary = await asyncio.to_thread(chat.settings, wanted)
        except SettingError as error:
            await reply.say(messages.trouble(error, phrases))
            return
        shown = _explained(admitted, phrases, usage=not wanted)
        await reply.send(shown, await self._keyboard(chat, message, admitted, summary, phrases))

    async def switched(self, update: Update, context: Context) -> None:
        """Switch a language, a source or a collection on or off, let all answer again, or speak a language.

        A button says what is to be, not what is to change: one pressed twice, or long after, does
        what stands on it.
        """
        query, phrases = query_of(update), phrases_of(update)
        if query.message is None:
            await answered(query)
            return
        if not await self._may_change(update, query.message):
            await alert(query, phrases("settings-refused"))
            return
        kind, name, on = match_of(context)
        chat = conversation(self._derek, update)
        if kind == "speak":
            with suppress(SettingError):  # Somebody else's program made this button up.
                phrases = await self._speak(update, name)
            admitted, summary = await asyncio.to_thread(chat.settings)
        else:
            switch = chat.clear if kind == "clear" else partial(chat.switch, kind, name, on=on == "1")
            admitted, summary = await asyncio.to_thread(switch)
        await answered(query)
        shown = _explained(admitted, phrases, usage=True)
        await redraw(query, shown, await self._keyboard(chat, query.message, admitted, summary, phrases))

    async def _speak(self, update: Update, language: str) -> Phrases:
        """Have a language spoken in a chat from now on, and return its phrases; `any` is everyone's own.

        Raises `SettingError`.
        """
        if language not in (*LANGUAGES, _ANY):
            raise SettingError(SettingFault.SPEECH, language, LANGUAGES)
        subject, chosen = subject_of(update), None if language == _ANY else language
        if subject.chat is not None:
            await asyncio.to_thread(self._languages.choose, subject.chat, chosen)
            speak(await asyncio.to_thread(self._languages.of, subject))
        return phrases_of(update)

    async def _keyboard(
        self,
        chat: Conversation,
        message: MaybeInaccessibleMessage,
        admitted: Filter,
        summary: Summary,
        phrases: Phrases,
    ) -> Keyboard:
        """Return the buttons that choose articles, and under them those that choose the language."""
        chosen = await asyncio.to_thread(self._languages.chosen, message.chat.id)
        return [*_buttons(_chosen(admitted, chat.fence), summary, phrases), *_speaking(chosen, phrases)]

    async def _may_change(self, update: Update, message: MaybeInaccessibleMessage) -> bool:
        """Whether this person may change a chat's settings: their own, or those of a group they lead."""
        subject = subject_of(update)
        # An administrator who hides writes as the group itself.
        if subject.is_private or subject.is_the_group or _is_pressed_in_hiding(update):
            return True
        if await asyncio.to_thread(self._access.role_of, subject) is Role.ADMINISTRATOR:
            return True
        try:
            # A bot that is no administrator itself may ask for these, but not for any other member.
            leading = await message.get_bot().get_chat_administrators(message.chat.id)
            if subject.person in {member.user.id for member in leading}:
                return True
            # Who hides presses buttons under their own name, and may be missing among those.
            return subject.person is not None and await _leads(message, subject.person)
        except (BadRequest, Forbidden):
            return False


def _is_pressed_in_hiding(update: Update) -> bool:
    """Whether a button was pressed under the name that a group's administrators have who hide."""
    query = update.callback_query
    return query is not None and query.from_user.id == ChatID.ANONYMOUS_ADMIN


async def _leads(message: MaybeInaccessibleMessage, person: int) -> bool:
    """Whether a person is an administrator of the group that a message stands in."""
    member = await message.get_bot().get_chat_member(message.chat.id, person)
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


def _chosen(admitted: Filter, fence: Filter) -> Filter:
    """Return what a chat chose itself: to choose all that it may is to choose nothing."""
    return replace(admitted, collections=None) if admitted.collections == fence.collections else admitted


def _explained(admitted: Filter, phrases: Phrases, *, usage: bool) -> list[Block]:
    """Return which articles may answer, and perhaps how to change that, and the language."""
    blocks = messages.settings(admitted, phrases, usage=usage)
    return [*blocks, paragraph(phrases("settings-speak"))] if usage else blocks


def _buttons(admitted: Filter, summary: Summary, phrases: Phrases) -> Keyboard:
    """Return a button for each language, source and collection to choose from, the chosen ones ticked."""
    spoken = [
        _switch("lang", code, messages.language_name(code, phrases), on=on)
        for code, on in _offered(languages(admitted, summary), admitted.languages, _LANGUAGES)
    ]
    names = sources(admitted, summary)
    named = [
        _switch("source", marked, names[marked], on=on)
        for marked, on in _offered(names, {mark(source) for source in admitted.sources}, _SOURCES)
    ]
    kept = collections(admitted, summary)
    shelves = [
        _switch("in", marked, phrases("in-collection", name=kept[marked]), on=on)
        for marked, on in _offered(kept, set(map(mark, admitted.collections or ())), _COLLECTIONS)
    ]
    rows = [
        *_side_by_side(spoken),
        *_side_by_side(shelves),
        *([source_button] for source_button in named),
    ]
    if admitted:
        rows.append([button(phrases("button-clear"), "limit", "clear", "", 0)])
    return rows


def _speaking(chosen: str | None, phrases: Phrases) -> Keyboard:
    """Return a button for each language to be spoken to in, and one for that in which each person writes."""
    own = _choice("speak", _ANY, phrases("button-speak-any"), is_chosen=chosen is None)
    languages = [
        _choice("speak", code, f"🗣 {messages.language_name(code, Phrases(code))}", is_chosen=code == chosen)
        for code in LANGUAGES
    ]
    return [[own], languages]


def _side_by_side(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    return [buttons[start : start + _ROW] for start in range(0, len(buttons), _ROW)]


def _offered(names: Iterable[str], chosen: Collection[str], most: int) -> list[tuple[str, bool]]:
    """Return the first of the names and those that are chosen, each with whether it is."""
    offered = [(name, name in chosen) for place, name in enumerate(names) if place < most or name in chosen]
    return offered[: 2 * most]


def _choice(kind: str, name: str, text: str, *, is_chosen: bool) -> Button:
    return button(f"✓ {text}" if is_chosen else text, "limit", kind, name, 1)


def _switch(kind: str, name: str, text: str, *, on: bool) -> Button:
    shown = text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
    return button(f"✓ {shown}" if on else shown, "limit", kind, name, int(not on))
