"""Updates delivered by POST to an address that the bot chose."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .errors import bad_request
from .updates import Updates

Parameters = Mapping[str, Any]

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_PORTS = frozenset({None, 80, 88, 443, 8443})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PATIENCE = aiohttp.ClientTimeout(total=10)


class Webhook:
    """Where updates go; one at a time, in order, and again until the bot takes them."""

    def __init__(self, updates: Updates, retry_seconds: float, changed: Callable[[], None]) -> None:
        self._updates = updates
        self._retry_seconds = retry_seconds
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self._settings: dict[str, Any] = {}
        self._secret = ""
        self._failure: dict[str, Any] = {}

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"setWebhook": self.set, "deleteWebhook": self.delete, "getWebhookInfo": self.info}

    async def set(self, p: Parameters) -> bool:
        """Deliver to the given address from now on; an empty one ends delivery."""
        url = p.get("url", "")
        if not url:
            return await self.delete(p)
        _check_url(url)
        _check_secret(p.get("secret_token", ""))
        if not 1 <= p.get("max_connections", 40) <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        self._updates.allow(p)
        await self.stop()
        if p.get("drop_pending_updates"):
            self._updates.forget_all()
        self._secret = p.get("secret_token", "")
        self._settings = {"url": url, "max_connections": p.get("max_connections", 40)}
        self._updates.begin_webhook()
        self._task = asyncio.create_task(self._deliver(url))
        self._changed()
        return True

    async def delete(self, p: Parameters) -> bool:
        """End delivery, so that the bot may poll."""
        await self.stop()
        if p.get("drop_pending_updates"):
            self._updates.forget_all()
        return True

    def info(self, _: Parameters) -> dict[str, Any]:
        general = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
            "allowed_updates": self._updates.allowed,
        }
        return general | self._settings | self._failure

    async def stop(self) -> None:
        """End delivery and wait until nothing is on its way."""
        task, self._task = self._task, None
        self._settings, self._failure, self._updates.webhook = {}, {}, False
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _deliver(self, url: str) -> None:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as client:
            while True:
                self._updates.pushed.clear()
                if not self._updates.waiting:
                    await self._updates.pushed.wait()
                    continue
                update = self._updates.waiting[0]
                if await self._post(client, url, update):
                    self._updates.acknowledge(update["update_id"] + 1)
                    self._changed()
                else:
                    await asyncio.sleep(self._retry_seconds)

    async def _post(self, client: aiohttp.ClientSession, url: str, update: Mapping[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with client.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                taken = 200 <= answer.status < 300
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            taken, problem = False, f"Connection failed: {error}"
        if not taken:
            self._failure = {"last_error_date": int(time.time()), "last_error_message": problem}
            self._changed()
        return taken


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _check_secret(secret: str) -> None:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
