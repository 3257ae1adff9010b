"""Updates that are asked for: each is written down before the next ones are asked for, which acknowledges it.

python-telegram-bot's own Updater acknowledges what is not worked on yet, and parses what it may not
understand.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.telegram.errors import TokenRefusedError
from bot.telegram.updates import number_of
from bot.telegram.watch import Watch
from retrieval.errors import StoreError

#: How long Telegram may wait for an update before it answers that there is none, in seconds.
_LONG = 10

#: How long the answer may take besides.
_PATIENCE = 10.0

#: How often in a row Telegram may refuse a poll before the token is taken to be revoked: a proxy or a server
#: that is being restarted refuses one or two.
_REFUSALS = 3

#: How long to wait before Telegram is asked again after a fault, in seconds; the last one from then on.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)

#: What is answered within so many seconds was not waited for.
_AT_ONCE = 1.0

#: How many updates are asked for at once, as many as there may be.
_BATCH = 100

_log = logging.getLogger(__name__)


class Polling:
    """Asks for updates for as long as it is let."""

    def __init__(
        self,
        address: str,
        kinds: Sequence[str],
        receive: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        watch: Watch,
    ) -> None:
        """Ask at an address, with the token in it, for updates of these kinds; `receive` writes them down."""
        self._address, self._kinds, self._receive, self._watch = address, kinds, receive, watch
        self._request = HTTPXRequest(connection_pool_size=1)
        self._offset = 0

    async def run(self) -> None:
        """Poll until cancelled.

        Raises `TokenRefusedError` when Telegram no longer knows the token.
        """
        refusals, pauses = 0, _pauses()
        async with self._request:
            while True:
                try:
                    await self._counted_poll()
                except StoreError as error:
                    # What was not written is not acknowledged, and comes again.
                    _log.error("%s; what came in stays with Telegram meanwhile", error)
                except InvalidToken:
                    refusals += 1
                    if refusals == _REFUSALS:
                        raise TokenRefusedError from None
                    _log.warning("Telegram refused the token; asking again")
                except Conflict:
                    _log.warning(
                        "another process is given this bot's messages: stop it, or use another token here"
                    )
                except TelegramError as error:
                    _log.warning("no updates: %s", type(error).__name__)
                else:
                    refusals, pauses = 0, _pauses()
                    continue
                await asyncio.sleep(next(pauses))

    async def _counted_poll(self) -> None:
        try:
            await self._poll()
        except (StoreError, TelegramError) as error:
            self._watch.not_polled(error)
            raise
        self._watch.polled()

    async def _poll(self) -> None:
        asked_at = time.monotonic()
        updates = await self._updates(_LONG)
        if updates:
            await self._receive(updates)
        numbers = [number for raw in updates if (number := number_of(raw)) is not None]
        self._offset = max([self._offset, *(number + 1 for number in numbers)])
        if not numbers and time.monotonic() - asked_at < _AT_ONCE:
            # What has no number cannot be acknowledged and comes again; a server may not wait for updates.
            await asyncio.sleep(_PAUSES[1])

    async def acknowledge(self) -> None:
        """Tell Telegram what was written down, as the next poll would."""
        if self._offset:
            async with HTTPXRequest(connection_pool_size=1) as self._request:
                await self._updates(0, most=1)

    async def _updates(self, timeout: int, most: int = _BATCH) -> Sequence[Mapping[str, Any]]:
        asked = {"timeout": timeout, "limit": most, "allowed_updates": json.dumps(self._kinds)}
        if self._offset:
            asked["offset"] = self._offset
        url = f"{self._address}/getUpdates?{urlencode(asked)}"
        updates = await self._request.post(url, read_timeout=timeout + _PATIENCE)
        # It is said to be an object, or true: of this method it is a list of objects.
        return updates if isinstance(updates, list) else []


def _pauses() -> "chain[float]":
    return chain(_PAUSES, repeat(_PAUSES[-1]))
