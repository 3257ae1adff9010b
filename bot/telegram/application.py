"""Derek as a running Telegram bot: built, watched over, and stopped in good order."""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError
from telegram.ext import AIORateLimiter, Application
from telegram.request import HTTPXRequest

from bot.assembly import Derek
from bot.chats.access import Menu, menu
from bot.chats.people import People
from bot.config import SECRET_VARIABLE, ConfigError, TelegramSettings, WebhookSettings
from bot.phrases import LANGUAGES, Phrases
from bot.telegram.admission import announce
from bot.telegram.errors import TokenRefusedError, UnreachableError
from bot.telegram.handlers import Handlers
from bot.telegram.per_chat import PerChat

_Application = Application[Any, Any, Any, Any, Any, Any]

_log = logging.getLogger(__name__)

_ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)

#: How often in a row Telegram may refuse a poll before the token is taken to be revoked: a proxy
#: or a server being restarted refuses one or two, and python-telegram-bot would stop at the first.
_REFUSALS = 3

#: How often a start is tried again while the network is down, which takes some three seconds.
_RETRIES = 2


def build(derek: Derek, token: SecretStr, on_refusal: Callable[[], None] = lambda: None) -> _Application:
    """Return the bot, ready to be started; `on_refusal` is called when Telegram no longer knows the token."""
    server = _server(derek.config.telegram)
    application: _Application = (
        Application.builder()
        .token(token.get_secret_value())
        .base_url(f"{server}/bot")
        .base_file_url(f"{server}/file/bot")
        .get_updates_request(_PatientRequest(on_refusal))
        .rate_limiter(_Limiter(max_retries=1))
        .concurrent_updates(PerChat())
        .post_init(_introduce_itself(derek.people))
        .build()
    )
    Handlers(derek).register(application)
    return application


def run(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: SecretStr | None) -> None:
    """Answer in Telegram until a signal stops it, by polling or at the webhook.

    Raises `TokenRefusedError`, `UnreachableError` and `ConfigError`.
    """
    _log_without(token, secret)
    refused: list[bool] = []

    def stop() -> None:
        refused.append(True)
        application.stop_running()

    application = build(derek, token, stop)
    with _understood(derek.config.telegram):
        if webhook is None:
            application.run_polling(allowed_updates=_ALLOWED_UPDATES, bootstrap_retries=_RETRIES)
        else:
            application.run_webhook(
                listen=webhook.listen,
                port=webhook.port,
                url_path=(webhook.url.path or "/").lstrip("/"),
                webhook_url=str(webhook.url),
                secret_token=_webhook_secret(secret),
                allowed_updates=_ALLOWED_UPDATES,
                bootstrap_retries=_RETRIES,
            )
    if refused:
        raise TokenRefusedError


def introduce(settings: TelegramSettings, token: SecretStr) -> str:
    """Return the name of the bot that a token belongs to.

    Raises `TokenRefusedError` and `UnreachableError`.
    """

    async def ask() -> str:
        async with Bot(token.get_secret_value(), base_url=f"{_server(settings)}/bot") as bot:
            return bot.name

    _log_without(token)
    with _understood(settings):
        return asyncio.run(ask())


def _server(settings: TelegramSettings) -> str:
    return str(settings.api).rstrip("/")


def _webhook_secret(secret: SecretStr | None) -> str:
    """Return the secret that deliveries must show; a fresh one where none is set."""
    if secret is None:
        return secrets.token_urlsafe(32)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ConfigError(
            SECRET_VARIABLE, "not a secret that Telegram takes", "use 1 to 256 of A-Z a-z 0-9 _ -"
        )
    return secret.get_secret_value()


@contextmanager
def _understood(settings: TelegramSettings) -> Iterator[None]:
    """Turn what python-telegram-bot raises at the start into words."""
    try:
        yield
    except InvalidToken:
        # It names the token, which a traceback would show.
        raise TokenRefusedError from None
    except BadRequest as error:
        raise ConfigError("telegram", f"Telegram answered: {error}", "correct the settings") from error
    except TelegramError as error:
        raise UnreachableError(_server(settings), str(error)) from error
    except OSError as error:
        raise ConfigError(
            "telegram.webhook",
            f"cannot be listened at: {error.strerror or error}",
            "name another port or address",
        ) from error


class _Limiter(AIORateLimiter):
    """Keeps to Telegram's limits on messages; the typing sign is none, and must not use them up."""

    async def process_request(
        self, callback: Any, args: Any, kwargs: Any, endpoint: str, *more: Any, **named: Any
    ) -> Any:
        """Let a call through when its turn comes."""
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, *more, **named)


class _PatientRequest(HTTPXRequest):
    """Polls on through a passing 401 or 404, which python-telegram-bot would silently stop at."""

    def __init__(self, on_refusal: Callable[[], None]) -> None:
        super().__init__()
        self._on_refusal = on_refusal
        self._refusals = 0

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Request as usual, but report a refusal as a fault of the network, which is tried again."""
        code, payload = await super().do_request(*args, **kwargs)
        self._refusals = self._refusals + 1 if code in (401, 404) else 0
        if self._refusals == _REFUSALS:
            self._on_refusal()
        if self._refusals:
            raise NetworkError(f"Telegram refused the token ({code})")
        return code, payload


def _introduce_itself(people: People) -> Callable[[_Application], Any]:
    """Return what sets the menus of commands and the profile, in every language and for everyone's role.

    Where nobody is an administrator, it says how somebody becomes one.
    """

    async def introduce(application: _Application) -> None:
        bot = application.bot
        _log.info("answering as %s", bot.name)
        announce(people, bot.username)
        for language in LANGUAGES:
            phrases = Phrases(language)
            # The first language is also everyone's who speaks none of them.
            code = None if language == LANGUAGES[0] else language
            await _try(bot.set_my_description(phrases("description"), language_code=code))
            await _try(bot.set_my_short_description(phrases("short-description"), language_code=code))
            for names, scope in _menus(people.persons.administrators()):
                commands = [BotCommand(name, phrases(f"command-{name}")) for name in names]
                await _try(bot.set_my_commands(commands, scope=scope, language_code=code))

    return introduce


def _menus(administrators: Iterable[int]) -> Iterator[tuple[Sequence[str], BotCommandScope]]:
    yield menu(Menu.PRIVATE), BotCommandScopeAllPrivateChats()
    yield menu(Menu.GROUP), BotCommandScopeAllGroupChats()
    for administrator in sorted(administrators):
        yield menu(Menu.ADMINISTRATOR), BotCommandScopeChat(administrator)


async def _try(call: Any) -> None:
    """Await a call that only adorns the bot: an administrator who never wrote to it has no menu to set."""
    try:
        await call
    except TelegramError as error:
        _log.debug("not set: %s", error)


def _log_without(*hidden: SecretStr | None) -> None:
    """Log to standard error, without these secrets, and without the lines of HTTP that would hold them."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacting([secret.get_secret_value() for secret in hidden if secret]))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # What the library says of a network that is down is said again by our error handler, in words.
    logging.getLogger("telegram.ext").setLevel(logging.CRITICAL)
    logging.getLogger("telegram.ext.Application").setLevel(logging.INFO)


class _Redacting(logging.Formatter):
    """Writes records with every secret replaced, tracebacks included."""

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        # The library says what Telegram answered in small letters.
        self._hidden = [re.compile(re.escape(secret), re.IGNORECASE) for secret in hidden]

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line; the library's tracebacks of network faults are left out."""
        if record.name.startswith("telegram"):
            record.exc_info = record.exc_text = None
        text = super().format(record)
        for secret in self._hidden:
            text = secret.sub("[secret]", text)
        return text
