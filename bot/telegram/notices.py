"""What Derek says of itself to people who did not write just now: administrators, and who waited for them."""

import asyncio
from collections.abc import Callable

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.chats.access import Menu, menu
from bot.chats.persons import Persons
from bot.phrases import LANGUAGES, Phrases
from bot.telegram.outgoing import Keyboard
from bot.telegram.replies import Reply, in_passing

#: Makes a text and the buttons under it in somebody's language.
Notice = Callable[[Phrases], tuple[str, Keyboard]]


async def tell_administrators(bot: Bot, persons: Persons, notice: Notice, language: str | None) -> None:
    """Tell every administrator something, in their language, or in this one where that is not known."""
    for administrator in sorted(await asyncio.to_thread(persons.administrators)):
        await tell(bot, persons, administrator, notice, language)


async def tell(bot: Bot, persons: Persons, person: int, notice: Notice, language: str | None = None) -> None:
    """Tell a person something; one who never wrote to the bot, or stopped it, cannot be told."""
    known = await asyncio.to_thread(persons.get, person)
    text, keyboard = notice(Phrases(known.language or language))
    await Reply.to_chat(bot, person).say(text, keyboard)


async def offer_menu(bot: Bot, person: int, *, administers: bool) -> None:
    """Offer a person the commands of administrators, or no longer; that only adorns, so it may fail."""
    scope = BotCommandScopeChat(person)
    for language in LANGUAGES:
        code, phrases = (None if language == LANGUAGES[0] else language), Phrases(language)
        if administers:
            names = menu(Menu.ADMINISTRATOR)
            commands = [BotCommand(name, phrases(f"command-{name}")) for name in names]
            in_passing(bot.set_my_commands(commands, scope=scope, language_code=code))
        else:
            in_passing(bot.delete_my_commands(scope=scope, language_code=code))
