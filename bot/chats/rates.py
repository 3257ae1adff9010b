"""How much of one person, and in one chat, is answered in a minute; kept in memory."""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import Enum

#: How many seconds a spell lasts, unless said otherwise.
_SPELL = 60.0


class Pace(Enum):
    """Whether what comes is answered, is told that it is too much, or met with silence."""

    ANSWERED = "answered"
    TOLD = "told"
    SILENT = "silent"


@dataclass(slots=True)
class _Spell:
    began: float
    count: int = 0
    told: bool = False


class Rates:
    """Counts what comes in spells, which begin with the first of it; for one thread."""

    def __init__(self, most: int, now: Callable[[], float] = time.time, *, seconds: float = _SPELL) -> None:
        """Let `most` be answered in a spell of so many seconds; `now` tells the time."""
        self._most, self._now, self._seconds = most, now, seconds
        self._spells: dict[Hashable, _Spell] = {}
        self._swept = now()

    def pace(self, keys: Iterable[Hashable], at: float | None = None) -> Pace:
        """Count what comes from a person in a chat, and return what is to be done with it.

        It counts for the moment `at` which it was sent, where that is known: what waited while Derek was
        away comes all at once.
        """
        moment = self._now() if at is None else min(at, self._now())
        spells = [self._spell(key, moment) for key in keys]
        for spell in spells:
            spell.count += 1
        full = [spell for spell in spells if spell.count > self._most]
        if not full:
            return Pace.ANSWERED
        was_told = any(spell.told for spell in full)
        for spell in full:
            spell.told = True
        return Pace.SILENT if was_told else Pace.TOLD

    def forget(self, key: Hashable) -> None:
        """Forget what was counted under a key; by itself that is gone a spell later."""
        self._spells.pop(key, None)

    def _spell(self, key: Hashable, now: float) -> _Spell:
        if now >= self._swept + self._seconds:
            self._spells = {
                each: kept for each, kept in self._spells.items() if now < kept.began + self._seconds
            }
            self._swept = now
        spell = self._spells.get(key)
        if spell is None or abs(now - spell.began) >= self._seconds:
            spell = self._spells[key] = _Spell(now)
        return spell
