"""Every method with its parameters, as in Bot API 10.0; anything else in a request is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .errors import bad_request, beyond_the_fake

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
