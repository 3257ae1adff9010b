"""The handling of one update: what its handlers have to say, and what they failed of."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.chats.access import Role
from bot.telegram.outgoing import Outgoing


class TooEarlyError(Exception):
    """What an update is about is still to be sent; it is to be worked on a little later."""


@dataclass(slots=True)
class Handling:
    """What became of an update so far: messages to be sent in order, and the error that a handler raised."""

    messages: list[Outgoing] = field(default_factory=list)
    error: Exception | None = None
    #: Who works with it now: in which chat, and by which role.
    admitted: tuple[int, Role] | None = None
    #: In which language to speak to whoever sent it, where that is known better than from Telegram.
    language: str | None = None


_current: ContextVar[Handling] = ContextVar("handling")


@contextmanager
def handling() -> Iterator[Handling]:
    """Give the handling of an update, which handlers add to within the block."""
    work = Handling()
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def admit(chat: int, role: Role) -> None:
    """Have what is queued for a chat from now on sent only while that role is held there."""
    _current.get().admitted = chat, role


def speak(language: str | None) -> None:
    """Have whoever sent the update spoken to in a language from now on."""
    _current.get().language = language


def spoken() -> str | None:
    """Return the language to speak, where it is known better than from Telegram."""
    work = _current.get(None)
    return work.language if work else None


def queue(outgoing: Outgoing) -> None:
    """Have a message sent when the handler at work has ended."""
    work = _current.get()
    if work.admitted and work.admitted[0] == outgoing.target.chat:
        outgoing = outgoing.model_copy(update={"role": work.admitted[1]})
    work.messages.append(outgoing)


def fail(error: Exception) -> None:
    """Note what the handler at work failed of."""
    _current.get().error = error
