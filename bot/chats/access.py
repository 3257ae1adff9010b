"""Who may do what: one table of commands, messages and buttons, from which handlers and menus are made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.chats.people import People
from bot.chats.persons import Person, Standing
from bot.chats.places import PlaceState
from bot.config import DEFAULT_CHAT, IMPERSONAL, AccessKind, TelegramSettings
from retrieval.filters import NO_FILTER, Filter


class Role(IntEnum):
    """What somebody may do; each role may do what those before it may.

    Who is blocked may do nothing, and hears nothing.
    """

    BLOCKED = -1
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
    """A command by its name, who may give it, where it is offered, and whether in private alone."""

    name: str
    role: Role
    menus: frozenset[Menu]
    private: bool = False


#: The commands, in the order of the menus.
COMMANDS = (
    Command("start", Role.READER, _NOWHERE),
    Command("ask", Role.READER, _EVERYWHERE),
    Command("about", Role.READER, _EVERYWHERE),
    Command("status", Role.READER, _PRIVATE),
    Command("list", Role.READER, _PRIVATE),
    Command("show", Role.READER, _PRIVATE),
    Command("watch", Role.READER, _EVERYWHERE),
    Command("waiting", Role.READER, _EVERYWHERE),
    Command("settings", Role.READER, _EVERYWHERE),
    Command("help", Role.READER, _EVERYWHERE),
    Command("add", Role.ADMINISTRATOR, _ADMINISTRATORS),
    Command("remove", Role.ADMINISTRATOR, _ADMINISTRATORS),
    Command("missed", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
    Command("people", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
    Command("invite", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
    Command("log", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
    Command("forget_me", Role.STRANGER, _PRIVATE, private=True),
    Command("pair", Role.STRANGER, _NOWHERE, private=True),
    Command("doctor", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
    Command("web", Role.ADMINISTRATOR, _ADMINISTRATORS, private=True),
)

#: What is sent without a command: a text, what is to be an article, and what cannot be read; and what opening
#: the link of an invitation or of a passage sends. An inline query is a question that somebody types behind
#: the name of the bot in any chat, where they may do what they may in private. A post of a channel becomes an
#: article, and so does what is forwarded by who may add articles, unless it asks.
MESSAGES: Mapping[str, Role] = {
    "invitation": Role.STRANGER,
    "passage": Role.READER,
    "question": Role.READER,
    "forwarded": Role.READER,
    "links": Role.READER,
    "article": Role.ADMINISTRATOR,
    "unreadable": Role.READER,
    "inline query": Role.READER,
    "channel post": Role.READER,
}

#: The buttons, by the word that their data begins with.
BUTTONS: Mapping[str, Role] = {
    "context": Role.READER,
    "more": Role.READER,
    "back": Role.READER,
    "why": Role.READER,
    "good": Role.READER,
    "bad": Role.READER,
    "fault": Role.READER,
    "wait": Role.READER,
    "unwait": Role.READER,
    "page": Role.READER,
    "article": Role.READER,
    "limit": Role.READER,
    "undo": Role.ADMINISTRATOR,
    "adopt": Role.ADMINISTRATOR,
    "remove": Role.ADMINISTRATOR,
    "keep": Role.ADMINISTRATOR,
    "missed": Role.ADMINISTRATOR,
    "request": Role.ADMINISTRATOR,
    "people": Role.ADMINISTRATOR,
    "person": Role.ADMINISTRATOR,
    "standing": Role.ADMINISTRATOR,
    "place": Role.ADMINISTRATOR,
    "group": Role.ADMINISTRATOR,
    "withdraw": Role.ADMINISTRATOR,
    "log": Role.ADMINISTRATOR,
    "forget": Role.STRANGER,
}

#: Those of the buttons that are pressed in private alone.
PRIVATE_BUTTONS = frozenset(
    {"missed", "request", "people", "person", "standing", "place", "group", "withdraw", "log", "forget"}
)


def menu(place: Menu) -> list[str]:
    """Return the names of the commands that are offered in a place.

    >>> menu(Menu.GROUP)
    ['ask', 'about', 'watch', 'waiting', 'settings', 'help']
    """
    return [command.name for command in COMMANDS if place in command.menus]


class ChatKind(StrEnum):
    """What a chat is, as far as that decides who may do what in it."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who does something, and where: a person, unless it was done as a chat, in a chat of a kind.

    An id under which many people write is nobody's, so such a subject has no person.
    """

    person: int | None
    chat: int | None
    kind: ChatKind
    sender_chat: int | None = None

    def __post_init__(self) -> None:
        if self.sender_chat is not None or self.person in IMPERSONAL:
            object.__setattr__(self, "person", None)

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads what is written there."""
        return self.kind is ChatKind.PRIVATE

    @property
    def is_the_group(self) -> bool:
        """Whether an administrator of the group writes in its name."""
        return not self.is_private and self.sender_chat is not None and self.sender_chat == self.chat


@dataclass(frozen=True, slots=True)
class Member:
    """A person of whom something was decided, as what, and whether the settings say so, for good."""

    person: Person
    role: str
    is_fixed: bool


#: What those are called whom the settings make administrators.
_OWNER = "owner"

#: All that somebody may be called.
ROLES = (_OWNER, *Standing)


class Access:
    """Who may do what, by the settings and by what administrators decided since; every time anew."""

    def __init__(self, settings: TelegramSettings, people: People) -> None:
        self._settings, self._people = settings, people

    @property
    def is_open(self) -> bool:
        """Whether everyone may ask."""
        return self._settings.access is AccessKind.OPEN

    def role_of(self, subject: Subject) -> Role:
        """Return what a subject may do where it is.

        In a group that was not let in nobody may do anything, and in one that was, everybody may ask. A
        channel, whose posts become articles, is to be let in also where everyone may ask.
        """
        role = self.role_of_person(subject.person)
        if subject.is_private or role is Role.BLOCKED:
            return role
        place = None if subject.chat is None else self._people.places.get(subject.chat)
        state = None if place is None or place.is_left else place.state
        is_open = self.is_open and subject.kind is not ChatKind.CHANNEL
        if state is PlaceState.ALLOWED or (is_open and state is not PlaceState.REFUSED):
            return max(role, Role.READER)
        return Role.STRANGER

    def role_in(self, person: int, chat: int) -> Role:
        """Return what a person may do in a chat, by the ids of both, while that person does nothing in it."""
        kind = ChatKind.PRIVATE if chat > 0 else ChatKind.GROUP
        return self.role_of(Subject(person, chat, kind))

    def role_of_person(self, person: int | None) -> Role:
        """Return what a person may do in private; None is somebody whom Telegram does not name."""
        granted = Role.READER if self.is_open else Role.STRANGER
        if person is None or person in IMPERSONAL:
            return granted
        if person in self._settings.administrators:
            return Role.ADMINISTRATOR
        standing = self._people.persons.get(person).standing
        if standing is Standing.ADMINISTRATOR:
            return Role.ADMINISTRATOR
        if standing is Standing.READER or person in self._settings.readers:
            return Role.READER
        return Role.BLOCKED if standing is Standing.BLOCKED else granted

    def members(self) -> list[Member]:
        """Return all of whom something was decided, and who asks to be let in."""
        persons, settings = self._people.persons, self._settings
        owners = [Member(persons.get(person), _OWNER, True) for person in sorted(settings.administrators)]
        decided = [
            Member(person, str(person.standing), False)
            for person in persons.all()
            if person.id not in settings.administrators
            and (person.id not in settings.readers or person.standing is Standing.ADMINISTRATOR)
        ]
        known = {member.person.id for member in (*owners, *decided)}
        readers = [
            Member(persons.get(person), str(Standing.READER), True)
            for person in sorted(settings.readers - known)
        ]
        return [*owners, *decided, *readers]


#: What the ids of Telegram's chats begin with, as the history has them.
TELEGRAM = "telegram:"


def fence_of(
    settings: TelegramSettings,
    chat_ids: Iterable[str],
    decided: Callable[[int], frozenset[str] | None] = lambda _: None,
) -> Filter:
    """Return what a chat may be answered from at most, by its id and those that it had before.

    First goes what the settings say of it, then what administrators `decided`, then what the settings say of
    all other chats.

    >>> fences = TelegramSettings(collections={"-5": {"hr"}, "default": set()})
    >>> fence_of(fences, ["telegram:-5"]).collections
    frozenset({'hr'})
    >>> fence_of(fences, ["telegram:7"]).collections
    frozenset()
    >>> fence_of(fences, ["telegram:7"], lambda _: frozenset({"it"})).collections
    frozenset({'it'})
    >>> fence_of(fences, ["console"]) == NO_FILTER
    True
    """
    numbers = [chat_id.removeprefix(TELEGRAM) for chat_id in chat_ids if chat_id.startswith(TELEGRAM)]
    if not numbers:
        return NO_FILTER
    named = [settings.collections.get(number) for number in numbers]
    named += [decided(int(number)) for number in numbers[:1] if number]
    named.append(settings.collections.get(DEFAULT_CHAT))
    return Filter(collections=next((names for names in named if names is not None), None))
