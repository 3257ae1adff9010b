"""Settings: a TOML file as frozen models; secrets come from the environment only."""

import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from retrieval.articles import collection_name
from retrieval.errors import DerekError

TOKEN_VARIABLE = "DEREK_TELEGRAM_TOKEN"  # noqa: S105  a name, not a token
SECRET_VARIABLE = "DEREK_WEBHOOK_SECRET"  # noqa: S105  a name, not a secret
KEY_VARIABLE = "DEREK_EMBEDDINGS_KEY"

#: Under these ids many people write: anonymous administrators of groups, channels, and Telegram itself.
IMPERSONAL = frozenset({1087968824, 136817688, 777000})

#: What stands for all chats that are not named, in the place of an id.
DEFAULT_CHAT = "default"


#: The variables whose values are nobody's business.
_SECRETS = (TOKEN_VARIABLE, SECRET_VARIABLE, KEY_VARIABLE)

#: How long a secret is at least: what is shorter opens nothing, and is part of words.
_SHORTEST = 6


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
    #: refused (`make measures`). Where it is not named, what `derek calibrate` found goes before .17.
    min_confidence: float = Field(default=0.17, ge=0, le=1)

    @property
    def names_min_confidence(self) -> bool:
        """Whether somebody named it, be it with the value that it has by default."""
        return "min_confidence" in self.model_fields_set


class IndexKind(StrEnum):
    """Where the index is."""

    AUTO = "auto"
    MEMORY = "memory"
    DISK = "disk"


class IndexSettings(_Section):
    """How sentences are found."""

    #: "memory" for small corpora, "disk" for large ones; "auto" passes from the one to the other.
    kind: IndexKind = IndexKind.AUTO


class EmbedderKind(StrEnum):
    """Where texts are turned into vectors of what they mean."""

    BUNDLED = "bundled"
    SERVER = "server"
    NONE = "none"


class EngineKind(StrEnum):
    """What computes with the bundled model."""

    AUTO = "auto"
    NATIVE = "native"
    NUMPY = "numpy"


class SemanticSettings(_Section):
    """How texts are compared by what they mean; all but the first three is about the server."""

    #: "bundled" for the model that Derek brings, "server" for one of your own, "none" to go by words alone.
    kind: EmbedderKind = EmbedderKind.BUNDLED
    #: What computes with the bundled model: its own library ("native"), NumPy, or of both what is faster.
    engine: EngineKind = EngineKind.AUTO
    #: Whether the bundled model keeps the tokens of sentences, some two kilobytes each, by which the best
    #: sentences are compared with a question once more. What that brings, and where it costs, is measured in
    #: docs/decisions/0021-late-interaction.md.
    tokens: bool = True
    #: Where an OpenAI-compatible server's addresses begin, as in http://localhost:11434/v1.
    url: HttpUrl | None = None
    #: What the server calls the model.
    model: str | None = Field(default=None, min_length=1)
    #: How many texts the server is sent at a time.
    batch: int = Field(default=32, ge=1, le=2048)
    #: How many seconds it may take over them.
    timeout: float = Field(default=30, gt=0, le=3600)
    #: What the model wants to read before a question, and before a sentence of an article.
    query_prefix: str = ""
    passage_prefix: str = ""

    @field_validator("url")
    @classmethod
    def _without_secrets(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value and (value.username or value.password):
            raise ValueError(f"put what opens the server into the environment, as {KEY_VARIABLE}")
        return value

    @model_validator(mode="after")
    def _server_is_named(self) -> Self:
        if self.kind is EmbedderKind.SERVER and not (self.url and self.model):
            raise ValueError('kind = "server" needs url and model')
        return self


class WebhookSettings(_Section):
    """Where Telegram delivers updates, and where Derek listens for them."""

    url: HttpUrl
    listen: str = "127.0.0.1"
    port: int = Field(default=8443, ge=1, le=65535)


class AccessKind(StrEnum):
    """Who may ask."""

    PRIVATE = "private"
    OPEN = "open"


class TelegramSettings(_Section):
    """Who may do what in Telegram, and how Telegram is reached."""

    #: "private" for the people and groups that administrators let in, "open" for everyone.
    access: AccessKind = AccessKind.PRIVATE
    #: The ids of the people who may add and remove articles and let people in, whatever is said elsewhere.
    administrators: frozenset[int] = frozenset()
    #: The ids of the people who may ask, besides those whom administrators let in.
    readers: frozenset[int] = frozenset()
    #: How many questions, commands and buttons of one person, and of one chat, are answered in a minute.
    questions_per_minute: int = Field(default=20, ge=1, le=1_000)
    #: The Bot API server; another one than Telegram's is your own.
    api: HttpUrl = HttpUrl("https://api.telegram.org")
    webhook: WebhookSettings | None = None
    #: Whether the log holds what people write; for finding faults only.
    log_texts: bool = False
    #: The collections that a chat may be answered from, by its id, and by "default" for all other chats; a
    #: chat for which nothing is said may be answered from all articles.
    collections: Mapping[str, frozenset[str]] = Field(default_factory=dict)

    @field_validator("collections")
    @classmethod
    def _of_chats(cls, value: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        for chat in value:
            if chat != DEFAULT_CHAT and not re.fullmatch("-?[1-9][0-9]*", chat):
                raise ValueError(
                    f'{chat!r} is no id of a chat, such as "-1001234"; for all others say default'
                )
        return {chat: frozenset(map(collection_name, names)) for chat, names in value.items()}

    @field_validator("administrators", "readers", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if value == "everyone":
            raise ValueError('to let everyone ask, leave readers out and write access = "open"')
        if not isinstance(value, list | set | frozenset) or any(type(person) is not int for person in value):
            raise ValueError("say a list of ids, which are numbers, as in [123456789]")
        if wrong := sorted(IMPERSONAL & set(value)):
            raise ValueError(f"{wrong[0]} is nobody's id: all who write as a group or a channel have it")
        return value


def _listened(value: str) -> str:
    """Return an address with a port, if it is one; raises `ValueError`."""
    address, colon, port = value.rpartition(":")
    if not (address and colon and re.fullmatch("[0-9]{1,5}", port)):
        raise ValueError('say an address and a port, as "127.0.0.1:9464"')
    if not 1 <= int(port) <= 65_535:
        raise ValueError("a port is a number from 1 to 65535")
    return value


#: An address and a port, as "127.0.0.1:9464".
_Listen = Annotated[str, AfterValidator(_listened)]


def _networks(value: tuple[str, ...], remedy: str) -> tuple[str, ...]:
    """Return the names of networks, if they are such; raises `ValueError`, which says what is to be said."""
    for network in value:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(f"{error}; say {remedy}") from None
    return value


def place_of(listen: str) -> tuple[str, int]:
    """Return an address and a port that are written as one.

    >>> place_of("[::1]:9464")
    ('::1', 9464)
    """
    address, _, port = listen.rpartition(":")
    return address.strip("[]"), int(port)


class HealthSettings(_Section):
    """Where it is told how Derek is while it runs."""

    #: The address and the port at which programs may ask, as "127.0.0.1:9464"; nowhere by default.
    listen: _Listen | None = None

    @property
    def place(self) -> tuple[str, int] | None:
        """The address and the port, if there is to be one.

        >>> HealthSettings(listen="[::1]:9464").place
        ('::1', 9464)
        """
        return place_of(self.listen) if self.listen else None


#: Where `derek serve` listens, where the settings do not say.
DEFAULT_LISTEN = "127.0.0.1:8765"


class WebSettings(_Section):
    """The page, the API and MCP: where they are served, and to whom."""

    #: The address and the port, as "127.0.0.1:8765"; `derek run` serves there as well. `derek serve` is on
    #: that of `DEFAULT_LISTEN` where nothing is said.
    listen: _Listen | None = None
    #: Whether everybody may read and ask without a key and without signing in.
    open: bool = False
    #: Where it is seen from outside, whole, as "https://example.org/derek"; links to sign in begin so.
    url: HttpUrl | None = None
    #: What stands before all paths behind a proxy, as "/derek".
    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$")
    #: The addresses of proxies whose word is taken for who asks, and how: "10.0.0.1".
    proxies: tuple[str, ...] = ()
    #: How many requests of one key, or from one address without a key, are answered in a minute.
    requests_per_minute: int = Field(default=240, ge=1, le=100_000)

    @field_validator("proxies")
    @classmethod
    def _of_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _networks(value, 'an address or a network, as "10.0.0.1"')

    @property
    def place(self) -> tuple[str, int]:
        """The address and the port."""
        return place_of(self.listen or DEFAULT_LISTEN)

    @property
    def is_served(self) -> bool:
        """Whether it is said where it is served."""
        return self.listen is not None or self.url is not None

    @property
    def address(self) -> str:
        """Where the page is seen: from outside, if that is said, or on this machine.

        >>> WebSettings(listen="[::1]:80", root_path="/derek").address
        'http://[::1]:80/derek'
        """
        if self.url:
            return str(self.url).rstrip("/")
        host, port = self.place
        # At all addresses of a machine is at none by which it is asked.
        named = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
        return f"http://{named}:{port}{self.root_path}"


class FetchSettings(_Section):
    """What is fetched from the network, besides what is public."""

    #: Networks of one's own whose pages may be added, as "10.1.2.0/24".
    allow: tuple[str, ...] = ()

    @field_validator("allow")
    @classmethod
    def _of_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _networks(value, 'a network as "10.1.2.0/24"')


class RetentionSettings(_Section):
    """After how many days articles are taken out by themselves; never, where nothing is said."""

    #: Of all articles, counted from when they were added or last changed.
    days: int | None = Field(default=None, ge=1, le=36_500)
    #: Of those that came from a feed, by its address.
    feeds: Mapping[str, Annotated[int, Field(ge=1, le=36_500)]] = Field(default_factory=dict)

    @field_validator("feeds")
    @classmethod
    def _of_feeds(cls, value: Mapping[str, int]) -> Mapping[str, int]:
        for url in value:
            if not re.fullmatch(r"https?://\S+", url):
                raise ValueError(f"{url!r} is no address of a feed")
        return value


class Config(_Section):
    """All settings; every one has a default."""

    data: Path | None = None
    answers: AnswerSettings = AnswerSettings()
    index: IndexSettings = IndexSettings()
    semantic: SemanticSettings = SemanticSettings()
    telegram: TelegramSettings = TelegramSettings()
    health: HealthSettings = HealthSettings()
    web: WebSettings = WebSettings()
    fetch: FetchSettings = FetchSettings()
    retention: RetentionSettings = RetentionSettings()

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


def cache_folder() -> Path:
    """Return the folder of what can be made again."""
    return user_cache_path("derek")


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


def with_web(settings: WebSettings, told: Mapping[str, str | bool]) -> WebSettings:
    """Return the settings of the page with what the command line says.

    Raises `ConfigError` for what cannot be.
    """
    try:
        return WebSettings.model_validate({**settings.model_dump(), **told})
    except ValidationError as error:
        problems = "; ".join(_problem(fault) for fault in error.errors())
        raise ConfigError("--listen", problems, "try again") from error


def _problem(fault: ErrorDetails) -> str:
    """Return what is wrong with one setting, by its name."""
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    if fault["type"] == "model_type":
        return f"{name}: it is a section; write [{name}] and its settings below"
    return f"{name}: {_RIGHT.get(fault['type'], fault['msg'].removeprefix('Value error, '))}"


_WHOLE, _NUMBER, _ADDRESS = "say a whole number", "say a number", 'say an address, as "https://example.org"'

#: What is right where pydantic speaks of types: by the kind of fault that it finds.
_RIGHT: Mapping[str, str] = {
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "string_type": "say a text, in quotation marks",
    "string_too_short": "say a text that is not empty",
    "path_type": "say the path of a folder, in quotation marks",
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_scheme": _ADDRESS,
    "missing": "it must be set",
}


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


def bot_id(token: SecretStr) -> int:
    """Return the id of the bot that a token belongs to, which stands at its beginning.

    >>> bot_id(SecretStr("42:TEST"))
    42
    """
    return int(token.get_secret_value().partition(":")[0])


def webhook_secret() -> SecretStr | None:
    """Return the secret that Telegram is to show with every delivery, if one is set."""
    value = os.environ.get(SECRET_VARIABLE, "").strip()
    return SecretStr(value) if value else None


def without_secrets(text: str) -> str:
    """Return a text in which no secret of the environment stands any more, in whatever case of letters."""
    for name in _SECRETS:
        if len(value := os.environ.get(name, "").strip()) >= _SHORTEST:
            text = re.sub(re.escape(value), "[secret]", text, flags=re.IGNORECASE)
    return text


def embeddings_key() -> SecretStr | None:
    """Return the key that opens the server of embeddings, if one is set.

    Raises `ConfigError` for what no HTTP header can carry.
    """
    value = os.environ.get(KEY_VARIABLE, "").strip()
    if not re.fullmatch("[!-~]*", value):
        raise ConfigError(KEY_VARIABLE, "does not look like a key", "copy it whole, and nothing else")
    return SecretStr(value) if value else None
