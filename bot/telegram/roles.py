"""Keeps each handler for those whose role lets them."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.chats.access import Access, Role
from bot.telegram.replies import Reply, alert
from bot.telegram.updates import Context, message_of, phrases_of

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def guarded(access: Access, role: Role, handler: Handler) -> Handler:
    """Return a handler that works for those who have the role, and tells everyone else so."""

    async def guard(update: Update, context: Context) -> None:
        user = update.effective_user
        if access.role_of(user.id if user else None) >= role:
            await handler(update, context)
            return
        phrases, name = phrases_of(update), str(user.id) if user else "–"
        if role is Role.ADMINISTRATOR:
            text = phrases("administrators-only", user=name)
        else:
            text = phrases("readers-only", user=name)
        if update.callback_query:
            await alert(update.callback_query, text)
        else:
            await Reply.under(message_of(update)).say(text)

    return guard
