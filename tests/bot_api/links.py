"""Links in messages: which of them Telegram keeps, and how it writes them."""

from __future__ import annotations

import re
from typing import Any

_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?P<user>[^/?#@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:\s]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.DOTALL,
)
_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})
_USER = re.compile(r"tg://user/?\?id=(?P<id>[0-9]{1,18})(?:[&#].*)?", re.IGNORECASE)


def mentioned_user(url: str) -> dict[str, Any] | None:
    """Return the user that a `tg://user?id=` link mentions, if it is one."""
    match = _USER.fullmatch(url)
    return {"id": int(match["id"]), "is_bot": False, "first_name": ""} if match else None


def checked(url: str) -> str | None:
    """Return the link as Telegram writes it, or None where Telegram silently drops it."""
    match = _URL.fullmatch(url.strip())
    scheme = (match["scheme"] or "http").lower() if match else ""
    if match is None or scheme not in _SCHEMES or int(match["port"] or 0) > 65535:
        return None
    host = match["host"].lower()
    if scheme in {"http", "https"} and not host.startswith("[") and "." not in host.strip("."):
        return None
    rest = match["rest"].replace(" ", "%20").replace("\n", "%0A")
    if not rest.startswith("/") and not (scheme == "tg" and rest):
        rest = "/" + rest
    port = f":{match['port']}" if match["port"] else ""
    return f"{scheme}://{match['user'] or ''}{host}{port}{rest}" if host else None
