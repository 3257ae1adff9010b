"""The handling of one update: what its handlers have to say, and what they failed of."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.telegram.outgoing import Outgoing


@dataclass(slots=True)
class Handling:
    """What became of an update so far: messages to be sent in order, and the error that a handler raised."""

    messages: list[Outgoing] = field(default_factory=list)
    error: Exception | None = None


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


def queue(outgoing: Outgoing) -> None:
    """Have a message sent when the handler at work has ended."""
    _current.get().messages.append(outgoing)


def fail(error: Exception) -> None:
    """Note what the handler at work failed of."""
    _current.get().error = error
