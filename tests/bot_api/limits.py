"""Telegram's limits on how much a bot may send; off unless a test asks for them."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Hashable

from .errors import ApiError
from .parties import Chat


class Limits:
    """One message a second a chat, thirty a second in all, twenty a minute in a group."""

    def __init__(self, enforced: bool) -> None:
        self._enforced = enforced
        self._sent: defaultdict[Hashable, deque[float]] = defaultdict(deque)

    def check(self, chat: Chat) -> None:
        """Count a message, or refuse it with 429 where there were too many."""
        if not self._enforced:
            return
        limits: list[tuple[Hashable, int, float]] = [("all", 30, 1.0), (chat.id, 1, 1.0)]
        if chat.type != "private":
            limits[1] = (chat.id, 20, 60.0)
        now = time.monotonic()
        wait = max(self._wait(key, most, seconds, now) for key, most, seconds in limits)
        if wait > 0:
            after = math.ceil(wait)
            raise ApiError(429, f"Too Many Requests: retry after {after}", {"retry_after": after})
        for key, _, _ in limits:
            self._sent[key].append(now)

    def _wait(self, key: Hashable, most: int, seconds: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        return sent[-most] + seconds - now if len(sent) >= most else 0.0
