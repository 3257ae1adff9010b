"""What is watched while the bot works: how often what happened, when it last did, and what broke.

Nothing here tells of a chat, a person or a text.
"""

import asyncio
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, Info

from bot import __version__

#: Where the seconds of answering are parted: most take some hundredths, a large document many.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Watch:
    """The counts of one process since it began, in a registry of their own."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin to count; `now` tells the time, in seconds."""
        self._now = now
        self.registry = CollectorRegistry()
        #: When this began, when a poll last succeeded, and when an update was last done.
        self.began, self.polled_at, self.moved_at = now(), now(), now()
        #: Whether updates come in: a poll succeeded, or the webhook is listened at.
        self.is_taking_in = False
        self._broken = asyncio.Event()
        self._fault: BaseException | None = None
        self._received = self._counter("updates_received", "Updates that were written down.")
        self._done = self._counter("updates_done", "Updates that were worked on to their end.")
        self._set_aside = self._counter("updates_set_aside", "Updates that could not be worked on.")
        self._polls = self._counter("polls", "Polls that succeeded.")
        self._poll_faults = Counter(
            "derek_poll_faults", "Polls that failed, by the kind of fault.", ["kind"], registry=self.registry
        )
        self._seconds = Histogram(
            "derek_answering_seconds",
            "How long an update was worked on, in seconds.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        Info("derek_build", "Which Derek this is.", registry=self.registry).info({"version": __version__})

    def _counter(self, name: str, told: str) -> Counter:
        return Counter(f"derek_{name}", told, registry=self.registry)

    def since(self, moment: float) -> float:
        """Return how many seconds ago a moment was."""
        return self._now() - moment

    def received(self, count: int) -> None:
        """Count updates that were written down."""
        self._received.inc(count)

    def done(self, seconds: float) -> None:
        """Count an update that is done, and how long it was worked on."""
        self.moved_at = self._now()
        self._done.inc()
        self._seconds.observe(seconds)

    def set_aside(self, count: int = 1) -> None:
        """Count updates that were set aside."""
        self.moved_at = self._now()
        self._set_aside.inc(count)

    def polled(self) -> None:
        """Count a poll that succeeded."""
        self.polled_at, self.is_taking_in = self._now(), True
        self._polls.inc()

    def not_polled(self, fault: Exception) -> None:
        """Count a poll that failed."""
        self._poll_faults.labels(type(fault).__name__).inc()

    def broke(self, fault: BaseException) -> None:
        """Note that what works, or what sends, ended by a fault of ours."""
        self._fault = fault
        self._broken.set()

    async def broken(self) -> BaseException | None:
        """Wait until something broke, and return its fault."""
        await self._broken.wait()
        return self._fault
