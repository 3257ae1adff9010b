"""Updates that are delivered: each is written down before its delivery is acknowledged."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from retrieval.errors import StoreError

#: The largest delivery that is read, in bytes: Telegram's own are far smaller.
_LARGEST = 1024 * 1024

_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name of a header

_log = logging.getLogger(__name__)

Receive = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


class Webhook:
    """Listens for deliveries of updates that show a secret."""

    def __init__(self, path: str, secret: str, receive: Receive) -> None:
        """Listen nowhere yet; `receive` writes updates down."""
        handler = (path, _Delivery, {"secret": secret, "receive": receive})
        self._server = HTTPServer(Application([handler]), max_body_size=_LARGEST)

    def listen(self, port: int, address: str) -> None:
        """Begin to listen; raises `OSError` where that cannot be done."""
        self._server.listen(port, address)

    async def close(self) -> None:
        """Listen no more, and let go of the connections."""
        self._server.stop()
        await self._server.close_all_connections()


class _Delivery(RequestHandler):
    def initialize(self, secret: str, receive: Receive) -> None:
        self._secret, self._receive = secret, receive

    async def post(self) -> None:
        shown = self.request.headers.get(_SECRET, "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            self.set_status(400)
            return
        try:
            await self._receive([update])
        except StoreError as error:
            # What was not written is not acknowledged, and is delivered again.
            _log.error("%s; what came in stays with Telegram meanwhile", error)
            self.set_status(503)

    def log_exception(self, *_: Any) -> None:
        """Say nothing of what was delivered."""
        _log.error("a delivery failed")
