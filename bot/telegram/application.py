"""Derek as a running Telegram bot: built, watched over, and stopped in good order."""

import asyncio
import logging
import re
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeVar

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

from bot.assembly import Derek
from bot.chats.access import Menu, menu
from bot.chats.people import People
from bot.config import SECRET_VARIABLE, ConfigError, TelegramSettings, WebhookSettings
from bot.phrases import LANGUAGES, Phrases
from bot.telegram.admission import announce
from bot.telegram.errors import TokenRefusedError, UnreachableError
from bot.telegram.polling import Polling
from bot.telegram.service import Service
from bot.telegram.webhook import Webhook

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

_ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
)

#: How long to wait before a start is tried again while the network is down, in seconds.
_PAUSES = (0.5, 1.0, 2.0)


def run(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: SecretStr | None) -> None:
    """Answer in Telegram until a signal stops it, by polling or at the webhook.

    Raises `TokenRefusedError`, `UnreachableError` and `ConfigError`.
    """
    _log_without(token, secret)
    shown = _webhook_secret(secret)
    with _understood(derek.config.telegram):
        asyncio.run(_serve(derek, token, webhook, shown))


async def _serve(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: str) -> None:
    """Answer until a signal comes; if what brings updates in ends by itself, so does this, with its error."""
    settings = derek.config.telegram
    service = Service(derek, token.get_secret_value(), _server(settings))
    await _tried(service.connect)
    async with service:
        _log.info("answering as %s", service.bot.name)
        intake = _delivered(service, webhook, secret) if webhook else _polled(service, token, settings)
        async with intake as fetching:
            announce(derek.people, service.bot.username)
            adorning = asyncio.create_task(_introduce_itself(service.bot, derek.people))
            ended = asyncio.create_task(_signalled())
            await asyncio.wait([fetching, ended], return_when=asyncio.FIRST_COMPLETED)
            adorning.cancel()
            ended.cancel()
            if fetching.done():
                fetching.result()


async def _signalled() -> None:
    """Wait for a signal to end."""
    come, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, come.set)
    await come.wait()


async def _tried(call: Callable[[], Awaitable[Result]]) -> Result:
    """Return what a call gives, tried again a few times while the network is down."""
    for pause in _PAUSES:
        try:
            return await call()
        except BadRequest:
            raise
        except NetworkError:
            await asyncio.sleep(pause)
    return await call()


@asynccontextmanager
async def _polled(
    service: Service, token: SecretStr, settings: TelegramSettings
) -> AsyncIterator[asyncio.Task[None]]:
    """Give the task that polls."""
    await _tried(service.bot.delete_webhook)
    address = f"{_server(settings)}/bot{token.get_secret_value()}"
    polling = Polling(address, _ALLOWED_UPDATES, service.receive)
    task = asyncio.create_task(polling.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        with suppress(TelegramError, TimeoutError):
            await asyncio.wait_for(polling.acknowledge(), 1)


@asynccontextmanager
async def _delivered(
    service: Service, settings: WebhookSettings, secret: str
) -> AsyncIterator[asyncio.Task[None]]:
    """Give a task that lasts, while updates are delivered."""
    webhook = Webhook(settings.url.path or "/", secret, service.receive)
    webhook.listen(settings.port, settings.listen)
    task = asyncio.create_task(_forever())
    try:
        url = str(settings.url)
        await _tried(lambda: service.bot.set_webhook(url, None, None, _ALLOWED_UPDATES, secret_token=secret))
        yield task
    finally:
        task.cancel()
        await webhook.close()


async def _forever() -> None:
    await asyncio.Event().wait()


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


async def _introduce_itself(bot: Bot, people: People) -> None:
    """Set the menus of commands and the profile, in every language and for everyone's role."""
    for language in LANGUAGES:
        phrases = Phrases(language)
        # The first language is also everyone's who speaks none of them.
        code = None if language == LANGUAGES[0] else language
        await _try(bot.set_my_description(phrases("description"), language_code=code))
        await _try(bot.set_my_short_description(phrases("short-description"), language_code=code))
        for names, scope in _menus(people.persons.administrators()):
            commands = [BotCommand(name, phrases(f"command-{name}")) for name in names]
            await _try(bot.set_my_commands(commands, scope=scope, language_code=code))


def _menus(administrators: Iterable[int]) -> Iterator[tuple[Sequence[str], BotCommandScope]]:
    yield menu(Menu.PRIVATE), BotCommandScopeAllPrivateChats()
    yield menu(Menu.GROUP), BotCommandScopeAllGroupChats()
    for administrator in sorted(administrators):
        yield menu(Menu.ADMINISTRATOR), BotCommandScopeChat(administrator)


async def _try(call: Awaitable[object]) -> None:
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
    # What the libraries say of a network that is down is said by us, in words, and without what came in.
    for name in ("telegram", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Redacting(logging.Formatter):
    """Writes records with every secret replaced, tracebacks included."""

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        # The library says what Telegram answered in small letters.
        self._hidden = [re.compile(re.escape(secret), re.IGNORECASE) for secret in hidden]

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        text = super().format(record)
        for secret in self._hidden:
            text = secret.sub("[secret]", text)
        return text
