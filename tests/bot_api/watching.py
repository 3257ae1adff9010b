"""What a test sees of a server, and how it waits for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from .journal import Call, Journal
from .messages import Message
from .parties import Chat


class Watched(ABC):
    """A server whose calls and messages can be read and waited for, from any thread but a loop's."""

    def __init__(self) -> None:
        self._journal = Journal()

    @abstractmethod
    def messages(self, chat: Chat | int) -> list[Message]:
        """Return what the bot wrote into a chat, as it stands there now."""

    @abstractmethod
    def listening(self) -> bool:
        """Tell whether a bot polls just now or has set a webhook."""

    def calls(self, method: str | None = None, *, ok: bool | None = None) -> list[Call]:
        """Return the calls that ended, of one method or all; `ok` keeps the obeyed or the refused."""
        return self._journal.calls(method, ok=ok)

    def wait_for(self, predicate: Callable[[Call], bool], timeout: float = 5.0) -> Call:
        """Block until a call satisfies the predicate and return it; it may have been made before."""

        def look() -> Call | None:
            return next(filter(predicate, self.calls()), None)

        return self._journal.wait(look, timeout, "call that satisfies the predicate")

    def wait_for_calls(
        self, method: str, n: int = 1, timeout: float = 5.0, *, ok: bool | None = None
    ) -> list[Call]:
        """Block until a method has been called so often, and return the calls."""

        def look() -> list[Call] | None:
            calls = self.calls(method, ok=ok)
            return calls if len(calls) >= n else None

        return self._journal.wait(look, timeout, f"{n} calls of {method}")

    def wait_for_messages(self, chat: Chat | int, n: int = 1, timeout: float = 5.0) -> list[Message]:
        """Block until so many of the bot's messages stand in a chat, and return them."""

        def look() -> list[Message] | None:
            messages = self.messages(chat)
            return messages if len(messages) >= n else None

        return self._journal.wait(look, timeout, f"{n} messages in {chat}")

    def wait_until(self, truth: Callable[[], bool], timeout: float = 5.0, wanted: str = "such state") -> None:
        """Block until something becomes true; asked again after each change on the server."""
        self._journal.wait(lambda: True if truth() else None, timeout, wanted)

    def wait_until_listening(self, timeout: float = 5.0) -> None:
        """Block until a bot polls or has set a webhook."""
        self.wait_until(self.listening, timeout, "bot that listens")
