"""What the bot asked of the server, call by call; a test reads it, or waits for it, from any thread."""

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.support.bot_api.chats import Chat, Message

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its outcome; `error` is empty if it was obeyed, `fault` if nothing was made to fail."""

    method: str
    parameters: Mapping[str, Any]
    time: float
    result: Any = None
    error: str = ""
    message: Message | None = None
    fault: str = ""

    @property
    def ok(self) -> bool:
        return not self.error

    def __str__(self) -> str:
        outcome = self.error or self.fault or "ok"
        return f"{self.method}({', '.join(f'{k}={v!r}' for k, v in self.parameters.items())}) -> {outcome}"


class WaitedInVainError(AssertionError):
    """Raised when what a test waits for does not happen; shows what did."""


class Journal:
    """The calls in the order in which they ended."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._changed = threading.Condition()
        self._version = 0

    def add(self, call: Call) -> None:
        """Note a call and wake whoever waits."""
        with self._changed:
            self._calls.append(call)
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits, after a change that is no call."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def calls(self, method: str | None = None, *, ok: bool | None = None) -> list[Call]:
        """Return the calls so far, of one method or all, obeyed (`ok=True`), refused or both."""
        with self._changed:
            calls = list(self._calls)
        return [call for call in calls if method in {None, call.method} and (ok is None or call.ok is ok)]

    def tail(self, length: int = 12) -> str:
        """Return the latest calls, one a line, for a message of failure; polls that went well say nothing."""
        calls = [call for call in self.calls() if call.method != "getUpdates" or not call.ok]
        lines = [f"  {call}"[:300] for call in calls[-length:]]
        return "\n".join([f"journal ({len(calls)} calls but for polls, the latest {len(lines)}):", *lines])

    def wait(self, look: Callable[[], Result | None], timeout: float, wanted: str) -> Result:
        """Block until `look` returns something other than None; fail with the journal's tail."""
        _refuse_to_block_a_loop()
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                version = self._version
            if (result := look()) is not None:
                return result
            with self._changed:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise WaitedInVainError(f"no {wanted} within {timeout:g} s; {self.tail()}")
                if self._version == version:
                    self._changed.wait(left)


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


def _refuse_to_block_a_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError(
        "waiting here would stop the loop that the bot runs in: use await asyncio.to_thread(api.wait_for, …)"
    )
