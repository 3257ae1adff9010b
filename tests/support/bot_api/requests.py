"""Requests: what each method takes, how one is refused, and how one can be made to fail.

The methods and their parameters are those of Bot API 10.0; anything else in a request is refused.
"""

import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Parameters = Mapping[str, Any]

_LANGUAGE = {"language_code": "text"}
_COMMANDS = {"scope": "object", **_LANGUAGE}
_DELIVERY = {"allowed_updates": "list"}

SIGNATURES: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "number", "limit": "number", "timeout": "number", **_DELIVERY},
    "setWebhook": {
        "url": "text",
        "certificate": "file",
        "ip_address": "text",
        "max_connections": "number",
        "drop_pending_updates": "flag",
        "secret_token": "text",
        **_DELIVERY,
    },
    "deleteWebhook": {"drop_pending_updates": "flag"},
    "getWebhookInfo": {},
    "sendMessage": {
        "business_connection_id": "text",
        "chat_id": "chat",
        "message_thread_id": "number",
        "direct_messages_topic_id": "number",
        "text": "text",
        "parse_mode": "text",
        "entities": "list",
        "link_preview_options": "object",
        "disable_notification": "flag",
        "protect_content": "flag",
        "allow_paid_broadcast": "flag",
        "message_effect_id": "text",
        "suggested_post_parameters": "object",
        "reply_parameters": "object",
        "reply_markup": "object",
    },
    "editMessageText": {
        "business_connection_id": "text",
        "chat_id": "chat",
        "message_id": "number",
        "inline_message_id": "text",
        "text": "text",
        "parse_mode": "text",
        "entities": "list",
        "link_preview_options": "object",
        "reply_markup": "object",
    },
    "editMessageReplyMarkup": {
        "business_connection_id": "text",
        "chat_id": "chat",
        "message_id": "number",
        "inline_message_id": "text",
        "reply_markup": "object",
    },
    "deleteMessage": {"chat_id": "chat", "message_id": "number"},
    "sendChatAction": {
        "business_connection_id": "text",
        "chat_id": "chat",
        "message_thread_id": "number",
        "action": "text",
    },
    "answerCallbackQuery": {
        "callback_query_id": "text",
        "text": "text",
        "show_alert": "flag",
        "url": "text",
        "cache_time": "number",
    },
    "answerInlineQuery": {
        "inline_query_id": "text",
        "results": "list",
        "cache_time": "number",
        "is_personal": "flag",
        "next_offset": "text",
        "button": "object",
    },
    "setMyCommands": {"commands": "list", **_COMMANDS},
    "getMyCommands": _COMMANDS,
    "deleteMyCommands": _COMMANDS,
    "setMyDescription": {"description": "text", **_LANGUAGE},
    "getMyDescription": _LANGUAGE,
    "setMyShortDescription": {"short_description": "text", **_LANGUAGE},
    "getMyShortDescription": _LANGUAGE,
    "getFile": {"file_id": "text"},
    "getChat": {"chat_id": "chat"},
    "getChatMember": {"chat_id": "chat", "user_id": "number"},
    "getChatAdministrators": {"chat_id": "chat", "return_bots": "flag"},
    "leaveChat": {"chat_id": "chat"},
}

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_SHAPES: dict[str, type] = {"object": dict, "list": list}

_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
_FOOT = "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
_REASONS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Time-out",
}


class ApiError(Exception):
    """Raised by a method to answer with an error; carries what Telegram would write."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(complaint: str) -> ApiError:
    """Return the error for a request that Telegram itself refuses, in its words."""
    return ApiError(400, f"Bad Request: {complaint}")


def beyond_the_fake(complaint: str) -> ApiError:
    """Return the error for a request that this fake refuses where Telegram might be lenient."""
    return ApiError(400, f"Bad Request: [fake Bot API] {complaint}")


def parsed(method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request's parameters as Python values, or refuse what the method does not know."""
    signature = SIGNATURES[method]
    if unknown := sorted(set(raw) - set(signature)):
        raise beyond_the_fake(f"{method} has no parameter {', '.join(unknown)}")
    return {name: _value(name, signature[name], value) for name, value in raw.items()}


def _value(name: str, kind: str, raw: Any) -> Any:
    """Return one parameter; forms bring everything as text, JSON bodies bring it as it is."""
    if kind == "number" or (kind == "chat" and not str(raw).startswith("@")):
        return _number(name, raw)
    if kind == "flag":
        if str(raw).lower() not in _FLAGS:
            raise beyond_the_fake(f"{name} must be true or false, not {raw!r}")
        return _FLAGS[str(raw).lower()]
    if kind in _SHAPES:
        return _structure(name, _SHAPES[kind], raw)
    if kind == "text" and not isinstance(raw, str):
        raise beyond_the_fake(f"{name} must be text, not {raw!r}")
    return raw


def _number(name: str, raw: Any) -> int:
    try:
        return int(str(raw))
    except ValueError:
        raise beyond_the_fake(f"{name} must be a number, not {raw!r}") from None


def _structure(name: str, shape: type, raw: Any) -> Any:
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        value = None
    if not isinstance(value, shape):
        words = name.replace("_", " ")
        raise bad_request(f"can't parse {words} JSON object")
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail: made by the functions below, which say what each does."""

    name: str
    error: ApiError | None = None
    status: int = 0
    seconds: float = 0
    drops: bool = False
    executes: bool = False

    @property
    def page(self) -> str:
        """The page that Telegram's nginx sends instead of JSON."""
        return _PAGE.format(f"{self.status} {_REASONS.get(self.status, 'Error')}") + _FOOT


def flood(retry_after: int = 1) -> Fault:
    """Refuse with 429 and say when to come again."""
    words = f"Too Many Requests: retry after {retry_after}"
    return Fault("flood", error=ApiError(429, words, {"retry_after": retry_after}))


def gateway(status: int = 502) -> Fault:
    """Answer with a page of HTML, as the proxy does when the server behind it is gone."""
    return Fault(f"gateway {status}", status=status)


def refused(code: int, description: str | None = None) -> Fault:
    """Refuse with an error in JSON: 401 and 404 have their own words."""
    words = {401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error"}
    return Fault(f"refused {code}", error=ApiError(code, description or words.get(code, "Bad Request")))


def drop_before() -> Fault:
    """Close the connection without doing anything."""
    return Fault("drop before", drops=True)


def drop_after() -> Fault:
    """Do what was asked, then close the connection without a word."""
    return Fault("drop after", drops=True, executes=True)


def slow(seconds: float) -> Fault:
    """Wait, then do what was asked."""
    return Fault(f"slow {seconds:g}", seconds=seconds, executes=True)


class FaultPlan:
    """The faults still to come, by method, in the order in which they were planned."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, fault: Fault, times: int) -> None:
        self._planned[method.lower()].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, if it meets one."""
        planned = self._planned[method.lower()]
        return planned.popleft() if planned else None

    @property
    def pending(self) -> int:
        """How many planned faults nothing has met yet."""
        return sum(map(len, self._planned.values()))
