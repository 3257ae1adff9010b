"""Settings: a TOML file as frozen models; secrets come from the environment only."""

import os
import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

from retrieval.errors import DerekError

TOKEN_VARIABLE = "DEREK_TELEGRAM_TOKEN"  # noqa: S105  a name, not a token
SECRET_VARIABLE = "DEREK_WEBHOOK_SECRET"  # noqa: S105


class ConfigError(DerekError):
    """The settings cannot be used as they are."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        self.where, self.problem, self.remedy = where, problem, remedy
        super().__init__(f"{where}: {problem}; {remedy}")


class _Section(BaseModel):
    # A token that was put into the file by mistake must not be repeated in an error.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AnswerSettings(_Section):
    """How answers are given."""

    #: How many citations an answer has at most.
    citations: int = Field(default=3, ge=1, le=3)
    #: How sure the first citation must be for an answer to count as found. Where every second question
    #: has no answer, two of three answers are right at .17, and one answerable question in twenty is
    #: refused (`make measures`).
    min_confidence: float = Field(default=0.17, ge=0, le=1)


class IndexKind(StrEnum):
    """Where the index is."""

    AUTO = "auto"
    MEMORY = "memory"
    DISK = "disk"


class IndexSettings(_Section):
    """How sentences are found."""

    #: "memory" for small corpora, "disk" for large ones; "auto" passes from the one to the other.
    kind: IndexKind = IndexKind.AUTO


class WebhookSettings(_Section):
    """Where Telegram delivers updates, and where Derek listens for them."""

    url: HttpUrl
    listen: str = "127.0.0.1"
    port: int = Field(default=8443, ge=1, le=65535)


class TelegramSettings(_Section):
    """Who may do what in Telegram, and how Telegram is reached."""

    #: The ids of the people who may add and remove articles; empty means that nobody may.
    administrators: frozenset[int] = frozenset()
    #: "everyone", or the ids of the people who may ask.
    readers: Literal["everyone"] | frozenset[int] = "everyone"
    #: The Bot API server; another one than Telegram's is your own.
    api: HttpUrl = HttpUrl("https://api.telegram.org")
    webhook: WebhookSettings | None = None

    @field_validator("readers", mode="before")
    @classmethod
    def _everyone_or_ids(cls, value: object) -> object:
        ids = isinstance(value, list | set | frozenset) and all(type(one) is int for one in value)
        if value != "everyone" and not ids:
            raise ValueError('say "everyone" or a list of ids')
        return value


class Config(_Section):
    """All settings; every one has a default."""

    data: Path | None = None
    answers: AnswerSettings = AnswerSettings()
    index: IndexSettings = IndexSettings()
    telegram: TelegramSettings = TelegramSettings()

    @field_validator("data")
    @classmethod
    def _at_home(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser()
        except RuntimeError as error:
            raise ValueError(str(error)) from error

    @property
    def folder(self) -> Path:
        """The folder that articles and history are kept in."""
        return self.data or user_data_path("derek")


def default_path() -> Path:
    """Return where the settings are looked for when no file is named."""
    return user_config_path("derek") / "config.toml"


def load(path: Path | None = None) -> Config:
    """Return the settings in the file at `path`, or in the default one if that exists.

    Raises `ConfigError` for a named file that cannot be read, for bad TOML and for unknown or
    wrong settings.
    """
    if path is None:
        path = default_path()
        if not path.exists():
            return Config()
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(str(path), error.strerror or str(error), "check the name after --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            str(path), f"not valid TOML: {error}", "compare it with config.example.toml"
        ) from error
    try:
        return Config.model_validate(table)
    except ValidationError as error:
        problems = "; ".join(_problem(fault) for fault in error.errors())
        raise ConfigError(str(path), problems, "compare it with config.example.toml") from error


def _problem(fault: ErrorDetails) -> str:
    """Return what is wrong with one setting, by its name."""
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"


def token() -> SecretStr:
    """Return the bot's token.

    Raises `ConfigError` if the environment holds none, or something that is none.
    """
    value = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not value:
        raise ConfigError(
            TOKEN_VARIABLE, "not set", "put the token that @BotFather gave you into the environment"
        )
    if not re.fullmatch("[0-9]+:[A-Za-z0-9_-]+", value):
        raise ConfigError(
            TOKEN_VARIABLE,
            "does not look like a token",
            "copy it from @BotFather whole, as in 123456:ABC-DEF",
        )
    return SecretStr(value)


def webhook_secret() -> SecretStr | None:
    """Return the secret that Telegram is to show with every delivery, if one is set."""
    value = os.environ.get(SECRET_VARIABLE, "").strip()
    return SecretStr(value) if value else None
