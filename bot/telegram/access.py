"""Who may ask, and who may change what is answered from."""

from dataclasses import dataclass
from typing import Self

from bot.config import TelegramSettings


@dataclass(frozen=True, slots=True)
class Access:
    """The people whom the settings name; `readers` is None if everyone may ask."""

    administrators: frozenset[int]
    readers: frozenset[int] | None

    @classmethod
    def of(cls, settings: TelegramSettings) -> Self:
        """Return the access that the settings give."""
        return cls(settings.administrators, None if settings.readers == "everyone" else settings.readers)

    def may_ask(self, user_id: int | None) -> bool:
        """Whether this person may ask; None is somebody whom Telegram does not name."""
        return self.readers is None or user_id in self.readers or self.may_change(user_id)

    def may_change(self, user_id: int | None) -> bool:
        """Whether this person may add and remove articles."""
        return user_id in self.administrators
