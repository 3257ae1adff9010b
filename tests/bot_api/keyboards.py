"""Reply markup: keyboards as Telegram accepts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import bad_request, beyond_the_fake
from .links import checked

MOST_DATA_BYTES = 64
MOST_BUTTONS = 100

_ACTIONS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_OTHER_MARKUP = {
    "keyboard": "is_persistent resize_keyboard one_time_keyboard input_field_placeholder selective",
    "remove_keyboard": "selective",
    "force_reply": "input_field_placeholder selective",
}


def inline_keyboard(markup: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the inline keyboard of a message, checked; no buttons are no keyboard."""
    if not markup:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise bad_request("inline keyboard expected")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard markup JSON object")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise beyond_the_fake(f"{len(buttons)} buttons in one keyboard")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": rows} if buttons else None


def any_markup(markup: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what of the markup stays with the message: an inline keyboard, or nothing."""
    for kind, options in _OTHER_MARKUP.items():
        if markup and kind in markup:
            unknown = set(markup) - {kind, *options.split()}
            if unknown:
                raise beyond_the_fake(f"unknown in reply_markup: {sorted(unknown)}")
            return None
    return inline_keyboard(markup)


def _check_button(button: object) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    unknown = set(button) - _ACTIONS - _LOOKS
    if unknown:
        raise beyond_the_fake(f"unknown in an inline keyboard button: {sorted(unknown)}")
    actions = sorted(key for key in _ACTIONS & set(button) if button[key] or key.startswith("switch"))
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise beyond_the_fake(f"a button can do one thing, not {actions}")
    if len(str(button.get("callback_data", "")).encode()) > MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and checked(str(button["url"])) is None:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
