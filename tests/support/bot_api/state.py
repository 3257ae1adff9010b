"""All that the server knows, in one place; touched only from the server's own thread."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.bot_api.chats import Membership, Rooms, User
from tests.support.bot_api.journal import Journal
from tests.support.bot_api.requests import Parameters, bad_request
from tests.support.bot_api.sending import Limits, Sending
from tests.support.bot_api.updates import Queries, Updates, Webhook

MOST_BYTES = 20 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server behaves where Telegram's own figures would make tests slow."""

    token: str
    repeat_bound: float
    retry_seconds: float
    flood_limits: bool

    @property
    def bot(self) -> User:
        return User(int(self.token.partition(":")[0]), "Derek", None, "derek_bot", is_bot=True)


class State:
    """The chats, the files, the queue, and the methods that work on them."""

    def __init__(self, settings: Settings, journal: Journal) -> None:
        self.bot = settings.bot
        self.rooms = Rooms()
        self.files = Files()
        self.queries = Queries()
        self.profile = Profile(self.bot)
        self.updates = Updates(settings.repeat_bound, journal.touch)
        self.webhook = Webhook(self.updates, settings.retry_seconds, journal.touch)
        parts = (
            self.updates,
            self.webhook,
            self.profile,
            self.files,
            self.queries,
            Sending(self.bot, self.rooms, Limits(settings.flood_limits)),
            Membership(self.bot, self.rooms),
        )
        self.methods: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
        for part in parts:
            self.methods |= part.methods()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on Telegram's side; its size may be claimed greater than what is kept here."""

    id: str
    path: str
    content: bytes
    size: int

    def json(self) -> dict[str, Any]:
        """Return what every description of a file has in common."""
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": self.size}


class Files:
    """The files by id and by path."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"getFile": self.get}

    def add(self, folder: str, name: str, content: bytes, size: int | None = None) -> StoredFile:
        """Store a file under a path that does not tell its name, as Telegram does."""
        number = len(self._files)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{folder}/file_{number}.{suffix}"
        stored = StoredFile(f"BQAC{number:08}", path, content, len(content) if size is None else size)
        self._files[stored.id] = stored
        return stored

    def get(self, p: Parameters) -> dict[str, Any]:
        stored = self._files.get(p.get("file_id", ""))
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > MOST_BYTES:
            raise bad_request("file is too big")
        return stored.json() | {"file_path": stored.path}

    def content(self, path: str) -> bytes | None:
        """Return what stands under a path, if a file does."""
        contents = [stored.content for stored in self._files.values() if stored.path == path]
        return contents[0] if contents else None


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
