"""Who may do what: one table of commands, messages and buttons, from which handlers and menus are made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Self

from bot.config import DEFAULT_CHAT, TelegramSettings
from retrieval.filters import NO_FILTER, Filter


class Role(IntEnum):
    """What somebody may do; each role may do what those before it may."""

    STRANGER = 0
    READER = 1
    ADMINISTRATOR = 2


class Menu(StrEnum):
    """Where a command is offered."""

    PRIVATE = "private"
    GROUP = "group"
    ADMINISTRATOR = "administrator"


_PRIVATE = frozenset({Menu.PRIVATE, Menu.ADMINISTRATOR})
_EVERYWHERE = _PRIVATE | {Menu.GROUP}
_ADMINISTRATORS = frozenset({Menu.ADMINISTRATOR})
_NOWHERE = frozenset[Menu]()


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name, who may give it, and where it is offered."""

    name: str
    role: Role
    menus: frozenset[Menu]


#: The commands, in the order of the menus.
COMMANDS = (
    Command("start", Role.READER, _NOWHERE),
    Command("ask", Role.READER, _EVERYWHERE),
    Command("about", Role.READER, _EVERYWHERE),
    Command("status", Role.READER, _PRIVATE),
    Command("list", Role.READER, _PRIVATE),
    Command("show", Role.READER, _PRIVATE),
    Command("settings", Role.READER, _EVERYWHERE),
    Command("help", Role.READER, _EVERYWHERE),
    Command("add", Role.ADMINISTRATOR, _ADMINISTRATORS),
    Command("remove", Role.ADMINISTRATOR, _ADMINISTRATORS),
    Command("doctor", Role.ADMINISTRATOR, _ADMINISTRATORS),
)

#: What is sent without a command: a text, what is to be an article, and what cannot be read.
MESSAGES: Mapping[str, Role] = {
    "question": Role.READER,
    "article": Role.ADMINISTRATOR,
    "unreadable": Role.READER,
}

#: The buttons, by the word that their data begins with.
BUTTONS: Mapping[str, Role] = {
    "context": Role.READER,
    "more": Role.READER,
    "page": Role.READER,
    "limit": Role.READER,
    "undo": Role.ADMINISTRATOR,
    "remove": Role.ADMINISTRATOR,
    "keep": Role.ADMINISTRATOR,
}


def menu(place: Menu) -> list[str]:
    """Return the names of the commands that are offered in a place.

    >>> menu(Menu.GROUP)
    ['ask', 'about', 'settings', 'help']
    """
    return [command.name for command in COMMANDS if place in command.menus]


@dataclass(frozen=True, slots=True)
class Access:
    """The people whom the settings name; `readers` is None if everyone may ask."""

    administrators: frozenset[int]
    readers: frozenset[int] | None

    @classmethod
    def of(cls, settings: TelegramSettings) -> Self:
        """Return the access that the settings give."""
        return cls(settings.administrators, None if settings.readers == "everyone" else settings.readers)

    def role_of(self, user_id: int | None) -> Role:
        """Return the role of a person; None is somebody whom Telegram does not name."""
        if user_id in self.administrators:
            return Role.ADMINISTRATOR
        return Role.READER if self.readers is None or user_id in self.readers else Role.STRANGER


#: What the ids of Telegram's chats begin with, as the history has them.
TELEGRAM = "telegram:"


def fence_of(settings: TelegramSettings, chat_ids: Iterable[str]) -> Filter:
    """Return what the settings let answer in a chat at most, by its id and those that it had before.

    >>> fences = TelegramSettings(collections={"-5": {"hr"}, "default": set()})
    >>> fence_of(fences, ["telegram:-5"]).collections
    frozenset({'hr'})
    >>> fence_of(fences, ["telegram:7"]).collections
    frozenset()
    >>> fence_of(fences, ["console"]) == NO_FILTER
    True
    """
    numbers = [chat_id.removeprefix(TELEGRAM) for chat_id in chat_ids if chat_id.startswith(TELEGRAM)]
    named = (settings.collections.get(number) for number in (*numbers, DEFAULT_CHAT))
    collections = next((names for names in named if names is not None), None)
    return Filter(collections=collections) if numbers else NO_FILTER
