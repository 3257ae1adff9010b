"""Who may ask, and who may change what is answered from."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, Self, TypeVar

from telegram import Update

from bot.config import TelegramSettings
from bot.telegram.replies import Reply, alert
from bot.telegram.updates import Context, message_of, phrases_of


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


class _WithAccess(Protocol):
    """Handlers that know who may do what."""

    @property
    def access(self) -> Access: ...


_Handlers = TypeVar("_Handlers", bound=_WithAccess)
_Method = Callable[[_Handlers, Update, Context], Coroutine[Any, Any, None]]


def _guard(
    role: Callable[[Access, int | None], bool], refusal: str
) -> Callable[[_Method[_Handlers]], _Method[_Handlers]]:
    """Keep a handler for those who have a role, and tell everyone else so."""

    def decorate(method: _Method[_Handlers]) -> _Method[_Handlers]:
        @wraps(method)
        async def guarded(self: _Handlers, update: Update, context: Context) -> None:
            user = update.effective_user
            if role(self.access, user.id if user else None):
                await method(self, update, context)
                return
            text = phrases_of(update)(refusal, user=str(user.id) if user else "–")
            if update.callback_query:
                await alert(update.callback_query, text)
            else:
                await Reply.under(message_of(update)).say(text)

        return guarded

    return decorate


def readers(method: _Method[_Handlers]) -> _Method[_Handlers]:
    """Keep a handler for those who may ask."""
    return _guard(Access.may_ask, "readers-only")(method)


def administrators(method: _Method[_Handlers]) -> _Method[_Handlers]:
    """Keep a handler for those who may change the articles."""
    return _guard(Access.may_change, "administrators-only")(method)
