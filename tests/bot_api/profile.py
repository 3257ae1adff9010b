"""What a bot says about itself: its name, commands and descriptions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import bad_request
from .parties import User

Parameters = Mapping[str, Any]

MOST_COMMANDS = 100
MOST_DESCRIPTION = 512
MOST_SHORT_DESCRIPTION = 120

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


class Profile:
    """The bot's own settings, per language, commands per scope too."""

    def __init__(self, bot: User) -> None:
        self._bot = bot
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {
            "getMe": self.me,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
            "setMyDescription": lambda p: self._describe("description", MOST_DESCRIPTION, p),
            "getMyDescription": lambda p: self._described("description", p),
            "setMyShortDescription": lambda p: self._describe("short_description", MOST_SHORT_DESCRIPTION, p),
            "getMyShortDescription": lambda p: self._described("short_description", p),
        }

    def me(self, _: Parameters) -> dict[str, Any]:
        abilities = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        return self._bot.json() | abilities

    def set_commands(self, p: Parameters) -> bool:
        commands = p.get("commands", [])
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not isinstance(command, dict) or not _COMMAND.fullmatch(str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_place(p)] = list(commands)
        return True

    def get_commands(self, p: Parameters) -> list[dict[str, str]]:
        return self.commands.get(_place(p), [])

    def delete_commands(self, p: Parameters) -> bool:
        self.commands.pop(_place(p), None)
        return True

    def _describe(self, kind: str, most: int, p: Parameters) -> bool:
        text = p.get(kind, "")
        if len(text) > most:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        self.descriptions[kind, _language(p)] = text
        return True

    def _described(self, kind: str, p: Parameters) -> dict[str, str]:
        general = self.descriptions.get((kind, ""), "")
        return {kind: self.descriptions.get((kind, _language(p)), "") or general}


def _language(p: Parameters) -> str:
    language = str(p.get("language_code", ""))
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _place(p: Parameters) -> tuple[str, str]:
    """Return the scope and the language that a list of commands is for."""
    scope = dict(p.get("scope") or {"type": "default"})
    needed = _SCOPES.get(scope.get("type", ""))
    if needed is None or set(scope) != {"type", *needed}:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps(scope, sort_keys=True), _language(p)
