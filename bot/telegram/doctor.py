"""Telling an administrator in Telegram how the bot is, and what it may do in a group."""

import asyncio
import re
import time

from telegram import Bot, Message, MessageOriginChannel, MessageOriginChat, Update

from bot.assembly import Derek
from bot.chats.journal import Journal
from bot.phrases import Phrases
from bot.telegram.checks import Finding, of_bot, of_clock, of_data, of_group
from bot.telegram.replies import Reply
from bot.telegram.updates import Context, message_of, phrases_of, text_of


class Doctor:
    """What is checked at an administrator's wish."""

    def __init__(self, derek: Derek, journal: Journal) -> None:
        self._derek, self._journal = derek, journal

    async def doctor(self, update: Update, context: Context) -> None:
        """Tell how the bot is; of a group that is named or replied from, what the bot may do there."""
        message, phrases = message_of(update), phrases_of(update)
        reply = Reply.under(message)
        group = _group_of(message, context.bot)
        if group is not None:
            findings = await of_group(context.bot, group, phrases)
            await reply.say(_lines(findings))
            return
        findings = [
            *await of_bot(context.bot, phrases),
            *await asyncio.to_thread(self._of_data, phrases),
        ]
        # A message may have waited long; it cannot have been sent later than now.
        behind = message.date.timestamp() - time.time()
        findings.append(of_clock(-max(behind, 0.0), phrases))
        await reply.say("\n".join([_lines(findings), phrases("doctor-group")]))

    def _of_data(self, phrases: Phrases) -> list[Finding]:
        return list(of_data(self._derek, self._journal, phrases))


def _lines(findings: list[Finding]) -> str:
    return "\n".join(map(str, findings))


def _group_of(message: Message, bot: Bot) -> int | str | None:
    """Return the group that stands behind the command, or that a message replied to comes from."""
    named = text_of(message, bot)
    if re.fullmatch("-?[0-9]{1,20}", named):
        return int(named)
    if re.fullmatch("@[A-Za-z0-9_]{3,32}", named):
        return named
    if message.external_reply and message.external_reply.chat:
        return message.external_reply.chat.id
    origin = message.reply_to_message.forward_origin if message.reply_to_message else None
    if isinstance(origin, MessageOriginChat):
        return origin.sender_chat.id
    return origin.chat.id if isinstance(origin, MessageOriginChannel) else None
