"""The bot at work: what comes in is written down, worked on and answered, whoever brings it in."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr
from telegram import Bot
from telegram.ext import Application
from telegram.request import BaseRequest

from bot.assembly import JOURNAL, Derek
from bot.chats.access import TELEGRAM
from bot.chats.journal import Journal
from bot.chats.rates import Rates
from bot.config import bot_id
from bot.telegram.committing import Committer
from bot.telegram.delivery import Delivery
from bot.telegram.drawing import Drawn, drawn
from bot.telegram.handlers import Handlers
from bot.telegram.outgoing import Outgoing
from bot.telegram.updates import received
from bot.telegram.watch import Watch
from bot.telegram.working import Working

#: How long the end waits for what is being worked on, and for what is being sent, in seconds; what is not
#: over then is taken up by the next start.
_WORK_ENDS, _SENDING_ENDS = 1.5, 1.5

_log = logging.getLogger(__name__)


class Service:
    """A bot with its journal, from the moment when it is entered until it is left."""

    def __init__(
        self,
        derek: Derek,
        token: str,
        server: str,
        request: BaseRequest | None = None,
        rates: Rates | None = None,
    ) -> None:
        """Begin nothing yet; `request` stands in for the network, and `rates` for the settings', in tests."""
        self._derek = derek
        builder = Application.builder().token(token).updater(None)
        builder = builder.base_url(f"{server}/bot").base_file_url(f"{server}/file/bot")
        if request is not None:
            builder = builder.request(request).get_updates_request(request)
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self.journal = Journal(derek.config.folder / JOURNAL, bot_id(SecretStr(token)))
        self.commit = Committer(self.journal)
        self.watch = Watch()
        self._delivery = Delivery(self.bot, self.commit, self._drawn, self._renamed, self.watch)
        self._working = Working(
            self._application, self.commit, self._delivery.take, self._administrators, self.watch
        )
        Handlers(derek, self.journal, rates).register(self._application)

    @property
    def bot(self) -> Bot:
        """The bot, by which Telegram is asked."""
        bot: Bot = self._application.bot
        return bot

    async def connect(self) -> None:
        """Ask Telegram who the bot is.

        Raises `telegram.error.TelegramError`.
        """
        await self._application.initialize()

    async def __aenter__(self) -> Self:
        await self.connect()
        await self._delivery.begin()
        await self._working.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._working.stop(_WORK_ENDS)
        await self._delivery.stop(_SENDING_ENDS)
        await self._application.shutdown()
        await asyncio.to_thread(self.commit.close)
        self.journal.close()

    async def receive(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Write updates down, which may be acknowledged when this returns, and have them worked on.

        Raises `StoreError` if they cannot be written.
        """
        come = [received(update) for update in updates]
        new = await self.commit(partial(self.journal.receive, come))
        self.watch.received(len(new))
        for update in new:
            if self._derek.config.telegram.log_texts:
                _log.info("update %s: %s", update.update_id, update.body)
            self._working.take(update)

    async def settle(self) -> None:
        """Wait until everything that came in is answered."""
        await self._working.settle()
        await self._delivery.settle()

    async def _drawn(self, outgoing: Outgoing, is_repeated: bool) -> Drawn:
        return await asyncio.to_thread(drawn, outgoing, self._derek, is_repeated=is_repeated)

    async def _renamed(self, chat: int, new: int) -> None:
        await asyncio.to_thread(self._derek.history.rename, f"{TELEGRAM}{chat}", f"{TELEGRAM}{new}")

    def _administrators(self) -> Iterable[int]:
        return self._derek.people.persons.administrators()
