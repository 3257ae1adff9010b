"""Messages on their way out: those of a chat in their order, each kept in the journal until it was delivered.

What surely was not delivered is sent again, with growing pauses, as often as it takes: what Telegram asks to
wait with, what it could not work on, what never left this machine. What may have been delivered is sent once
more, and says so. What cannot be delivered is dropped, and counted.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, repeat

import httpx
from aiolimiter import AsyncLimiter
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.chats.journal import Queued
from bot.rendering.blocks import Message
from bot.telegram.committing import Committer, until_written
from bot.telegram.drawing import Drawn
from bot.telegram.outgoing import Keyboard, Outgoing, Target, from_json, is_withdrawal
from bot.telegram.tasks import Tasks
from bot.telegram.watch import Watch
from retrieval.errors import StoreError

#: How long a request may take, in seconds: one that is slow is delivered all the same.
_PATIENCE = 60.0

#: How long to wait before what was not delivered is sent again, in seconds; the last one from then on.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)

#: What Telegram lets a bot send, in all and to one group:
#: https://core.telegram.org/bots/faq#broadcasting-to-users
_MOST_A_SECOND, _MOST_A_MINUTE_IN_GROUPS = 30, 20

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_log = logging.getLogger(__name__)


class Undelivered(StrEnum):
    """Why a message was dropped."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNSURE = "unsure"
    UNREADABLE = "unreadable"


#: How what Telegram refuses in passing the parts of a message are told apart; in its own words, in small
#: letters.
_NOT_PARSED, _NOT_MODIFIED = "parse entities", "not modified"


class _Unsure(Exception):  # noqa: N818  a state of affairs
    """A message may have been delivered, or not."""


class _Unforeseen(Exception):  # noqa: N818  a state of affairs
    """To draw or to send a message failed of a fault of ours, which must not hold up its chat for good."""


class Delivery:
    """The delivery of a bot's messages."""

    def __init__(
        self,
        bot: Bot,
        commit: Committer,
        draw: Callable[[Outgoing, bool], Awaitable[Drawn]],
        renamed: Callable[[int, int], Awaitable[None]],
        watch: Watch,
    ) -> None:
        """Send nothing yet; `draw` makes messages of what is kept; a chat with a new id is `renamed`."""
        self._bot, self._journal, self._commit, self._watch = bot, commit.journal, commit, watch
        self._draw, self._renamed = draw, renamed
        self._chats: dict[int, deque[Queued]] = {}
        self._tasks = Tasks(watch)
        self._limiter = AsyncLimiter(_MOST_A_SECOND, 1)
        self._groups: dict[int, AsyncLimiter] = {}

    @property
    def waiting(self) -> int:
        """How many messages are to be sent."""
        return sum(map(len, self._chats.values()))

    async def begin(self) -> None:
        """Take up what an earlier process left."""
        self.take(await self._commit(self._journal.to_send))

    def take(self, messages: Iterable[Queued]) -> None:
        """Send messages, each when its turn in its chat comes."""
        for queued in messages:
            chat = self._chats.get(queued.chat)
            if chat is None:
                self._chats[queued.chat] = deque([queued])
                self._tasks.start(self._run(queued.chat))
            else:
                chat.append(queued)

    async def settle(self) -> None:
        """Wait until everything that was taken is delivered, or dropped."""
        await self._tasks.settle()

    async def stop(self, patience: float) -> None:
        """Wait `patience` seconds for what is being sent; the rest is kept for later."""
        await self._tasks.stop(patience)

    async def _run(self, chat: int) -> None:
        waiting = self._chats[chat]
        try:
            while waiting:
                await self._until_delivered(waiting)
        finally:
            # Nothing is awaited between the last look at the chat and this.
            del self._chats[chat]

    async def _until_delivered(self, waiting: deque[Queued]) -> None:
        """Send the first message of a chat until that is over; where the chat is gone, drop all."""
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            queued = waiting[0]
            try:
                await self._foreseen(self._send(waiting))
                break
            except RetryAfter as error:
                await self._not_sent(queued)
                await asyncio.sleep(_seconds(error.retry_after))
            except ChatMigrated as error:
                await self._move(waiting, error.new_chat_id)
                return
            except Forbidden as error:
                _log.info("chat cannot be written to any more: %s", error.message)
                gone = list(waiting)
                await self._drop(gone, Undelivered.UNREACHABLE)
                # What came meanwhile is tried by itself.
                for _ in gone:
                    waiting.popleft()
                return
            except BadRequest as error:
                _log.warning("message %s was refused: %s", queued.number, error.message)
                await self._drop([queued], Undelivered.REFUSED)
                break
            except (_Unsure, _Unforeseen):
                if queued.is_repeated:
                    _log.warning("message %s may not have been delivered", queued.number)
                    await self._drop([queued], Undelivered.UNSURE)
                    break
                waiting[0] = replace(waiting[0], is_repeated=True)
                await asyncio.sleep(pause)
            except (NetworkError, InvalidToken, StoreError) as error:
                _log.warning("message %s was not sent: %s", queued.number, type(error).__name__)
                await self._not_sent(queued)
                await asyncio.sleep(pause)
        waiting.popleft()

    async def _foreseen(self, sending: Awaitable[None]) -> None:
        """Send; raises `_Unforeseen`, which is logged, for what nobody thought of."""
        try:
            await sending
        except (RetryAfter, ChatMigrated, Forbidden, NetworkError, InvalidToken, StoreError, _Unsure):
            raise
        except Exception as error:
            _log.exception("a message could not be sent by a fault of ours")
            raise _Unforeseen from error

    async def _send(self, waiting: deque[Queued]) -> None:
        """Send the first message of a chat, in as many parts as it takes, and note each that is delivered."""
        queued = waiting[0]
        try:
            outgoing = from_json(queued.message)
        except ValueError:
            await self._drop([queued], Undelivered.UNREADABLE)
            return
        if outgoing.target.renews:
            outgoing = await asyncio.to_thread(self._aimed, outgoing)
        drawn = await self._draw(outgoing, queued.is_repeated and not queued.parts)
        if is_withdrawal(outgoing) and outgoing.target.replaces is not None:
            await self._delete(outgoing.target.chat, outgoing.target.replaces)
        target, message_id, last = outgoing.target, None, len(drawn.parts) - 1
        for number in range(queued.parts, last + 1):
            await self._paced(target.chat)
            begin = partial(self._journal.begin_sending, queued.number, is_repeated=queued.is_repeated)
            if not await self._commit.surely(begin):
                return  # It was forgotten meanwhile.
            keyboard = drawn.keyboard if number == last else ()
            part = self._send_part(target, drawn.parts[number], keyboard, is_first=number == 0)
            message_id = await self._certain(part)
            if number < last:
                await self._commit.surely(partial(self._journal.sent_part, queued.number, number + 1))
                queued = waiting[0] = replace(queued, parts=number + 1, is_repeated=False)
        await self._commit.surely(
            lambda: self._journal.sent(
                queued.number,
                message_id,
                asked_in=target.asked_in,
                question=drawn.question,
                instead_of=target.replaces,
            )
        )
        _log.info("message %s sent", queued.number)

    def _aimed(self, outgoing: Outgoing) -> Outgoing:
        """Return a message that renews what its question was answered with, and what it replaces."""
        target = outgoing.target
        if target.asked_in is None:
            return outgoing
        given = self._journal.answers_to(target.chat, target.asked_in)
        aim = target.model_copy(update={"replaces": given[-1] if given else None})
        return outgoing.model_copy(update={"target": aim})

    async def _paced(self, chat: int) -> None:
        """Wait until Telegram lets this chat be written to."""
        if chat < 0:
            limiter = self._groups.setdefault(chat, AsyncLimiter(_MOST_A_MINUTE_IN_GROUPS, 60))
            await limiter.acquire()
        await self._limiter.acquire()

    async def _certain(self, sending: Awaitable[int | None]) -> int | None:
        """Return what sending gives; raises `_Unsure` where the network failed after the request went out."""
        try:
            return await sending
        except (BadRequest, RetryAfter):
            raise
        except NetworkError as error:
            if isinstance(error.__cause__, httpx.HTTPError) and not isinstance(error.__cause__, _NOT_SENT):
                raise _Unsure from error
            raise

    async def _send_part(
        self, target: Target, part: Message, keyboard: Keyboard, *, is_first: bool
    ) -> int | None:
        """Send one message, or put it in place of the one that it replaces; its id."""
        markup = _markup(keyboard)
        try:
            return await self._send_text(target, part.html, ParseMode.HTML, markup, is_first=is_first)
        except BadRequest as error:
            if _NOT_PARSED not in error.message.lower():
                raise
            _log.error("Telegram could not read our HTML, so it was sent without")
            return await self._send_text(target, part.plain, None, markup, is_first=is_first)

    async def _send_text(
        self,
        target: Target,
        text: str,
        mode: str | None,
        markup: InlineKeyboardMarkup | None,
        *,
        is_first: bool,
    ) -> int | None:
        if target.replaces is not None and is_first:
            try:
                return await self._edit(target, text, mode, markup)
            except BadRequest as error:
                if _NOT_PARSED in error.message.lower():
                    raise
                # Whatever keeps it from being edited, it is said all the same.
        reply = target.reply_to
        message = await self._bot.send_message(
            target.chat,
            text,
            parse_mode=mode,
            message_thread_id=target.thread,
            reply_parameters=ReplyParameters(reply, allow_sending_without_reply=True) if reply else None,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
            read_timeout=_PATIENCE,
        )
        return message.message_id

    async def _delete(self, chat: int, message_id: int) -> None:
        """Delete a message of ours; one that is gone, or too old for that, is left as it is."""
        with suppress(BadRequest):
            await self._bot.delete_message(chat, message_id, read_timeout=_PATIENCE)

    async def _edit(
        self, target: Target, text: str, mode: str | None, markup: InlineKeyboardMarkup | None
    ) -> int | None:
        try:
            await self._bot.edit_message_text(
                text,
                target.chat,
                target.replaces,
                parse_mode=mode,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
                read_timeout=_PATIENCE,
            )
        except BadRequest as error:
            if _NOT_MODIFIED not in error.message.lower():
                raise
        return target.replaces

    async def _move(self, waiting: deque[Queued], new: int) -> None:
        """Send what waits for a group to the supergroup that it became."""
        old = waiting[0].chat
        await self._not_sent(waiting[0])
        await self._commit.surely(lambda: self._journal.rename(old, new))
        await until_written(partial(self._renamed, old, new))
        moved = [
            Queued(queued.number, new, _to_chat(queued.message, new), queued.is_repeated, queued.parts)
            for queued in waiting
        ]
        waiting.clear()
        self.take(moved)

    async def _not_sent(self, queued: Queued) -> None:
        await self._commit.surely(lambda: self._journal.not_sent(queued.number))

    async def _drop(self, messages: Iterable[Queued], why: Undelivered) -> None:
        numbers = [queued.number for queued in messages]
        await self._commit.surely(lambda: self._journal.drop(numbers, why))


#: What fails before a request leaves this machine.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.text, callback_data=button.data, url=button.url) for button in row]
            for row in keyboard
        ]
    )


def _to_chat(message: str, chat: int) -> str:
    """Return a message that is kept, to another chat, in which nothing of the old one can be replied to."""
    outgoing = from_json(message)
    moved = Target(chat=chat, thread=outgoing.target.thread)
    return outgoing.model_copy(update={"target": moved}).model_dump_json()


def _seconds(period: int | float | timedelta) -> float:
    return period.total_seconds() if isinstance(period, timedelta) else float(period)
