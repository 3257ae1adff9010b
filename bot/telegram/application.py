"""Derek as a running Telegram bot: built, watched over, and stopped in good order."""

import asyncio
import fcntl
import logging
import os
import re
import secrets
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
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
from bot.telegram.checks import Finding, clock_ahead, of_bot, of_clock
from bot.telegram.errors import BrokenError, TokenRefusedError, UnreachableError
from bot.telegram.health import Health, HealthServer, Sizes
from bot.telegram.logs import begin_log
from bot.telegram.polling import Polling
from bot.telegram.service import Service
from bot.telegram.webhook import Webhook
from retrieval.errors import DerekError

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


#: The file that is locked by who answers, and how long to wait for one that ends, in seconds.
_LOCK, _OVERLAP = "telegram.lock", 10.0

#: When the process ends that was asked to, in seconds: what is not over then, the next start takes up.
END = 4.5


def run(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: SecretStr | None) -> None:
    """Answer in Telegram until a signal stops it, by polling or at the webhook.

    Raises `TokenRefusedError`, `UnreachableError`, `BrokenError` and `ConfigError`.
    """
    begin_log()
    shown = _webhook_secret(secret)
    with _understood(derek.config.telegram):
        asyncio.run(_serve(derek, token, webhook, shown))


async def _serve(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: str) -> None:
    """Answer until a signal comes; if the answering ends by itself, so does this, with its error."""
    signalled = _signals()
    answering = asyncio.create_task(_answer(derek, token, webhook, secret))
    ended = asyncio.create_task(signalled.wait())
    await asyncio.wait([answering, ended], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if signalled.is_set():
        _end_in_time()
        answering.cancel()
        await asyncio.wait([answering])
    if not answering.cancelled():
        answering.result()


def _signals() -> asyncio.Event:
    """Return what is set when a signal asks for the end."""
    come, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, come.set)
    return come


def _end_in_time() -> None:
    """Let the process end before whoever asked for that loses patience, also where a thread does not.

    Nothing is lost by that: what was not done stands in the journal, and what was half written is not there.
    """

    def end() -> None:
        _log.warning("not everything was over in time; what was not is taken up by the next start")
        os._exit(0)

    timer = threading.Timer(END, end)
    timer.daemon = True
    timer.start()


async def _answer(derek: Derek, token: SecretStr, webhook: WebhookSettings | None, secret: str) -> None:
    """Answer until cancelled, or until what takes in or answers ends by itself, with its error."""
    settings = derek.config.telegram
    async with _alone(derek.config.folder):
        service = Service(derek, token.get_secret_value(), _server(settings))
        intake = _delivered(service, webhook, secret) if webhook else _polled(service, token, settings)
        async with _watched(service, derek, polls=webhook is None):
            await _tried(service.connect)
            async with service, intake as fetching:
                _log.info("answering as %s", service.bot.name)
                announce(derek.people, service.bot.username)
                await _until_broken(service, fetching, derek.people)


@asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """Keep others from answering from the same data folder meanwhile; the system ends that with the process.

    What one left another one takes up, and would take up what is still being worked on. Raises `ConfigError`
    if another one does not end soon.
    """
    with (folder / _LOCK).open("w") as file:
        until = time.monotonic() + _OVERLAP
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise ConfigError(
                        str(folder),
                        "another derek run answers from this data folder",
                        "stop that one, or name another folder with --data",
                    ) from None
            await asyncio.sleep(0.2)
        yield


@asynccontextmanager
async def _watched(service: Service, derek: Derek, *, polls: bool) -> AsyncIterator[None]:
    """Tell meanwhile how the bot is, where the settings say so."""
    if (place := derek.config.health.place) is None:
        yield
        return
    service.watch.registry.register(Sizes(service.journal, derek))
    server = HealthServer(Health(service.commit, service.watch, polls=polls), service.watch.registry)
    server.listen(*place)
    try:
        yield
    finally:
        await server.close()


async def _until_broken(service: Service, fetching: asyncio.Task[None], people: People) -> None:
    """Wait until what takes in or what answers ends by itself, and raise its error."""
    adorning = asyncio.create_task(_introduce_itself(service.bot, people))
    telling = asyncio.create_task(service.telling.run())
    breaking = asyncio.create_task(service.watch.broken())
    try:
        await asyncio.wait([fetching, breaking], return_when=asyncio.FIRST_COMPLETED)
    finally:
        adorning.cancel()
        telling.cancel()
        breaking.cancel()
    raise _fault(fetching.exception() if fetching.done() else breaking.result())


def _fault(error: BaseException | None) -> DerekError:
    """Return an error in words; one that nobody thought of is logged, without what it says."""
    if isinstance(error, DerekError):
        return error
    _log.critical("the work in Telegram ended by a fault", exc_info=error)
    return BrokenError(type(error).__name__)


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
    polling = Polling(address, _ALLOWED_UPDATES, service.receive, service.watch)
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
        service.watch.is_taking_in = True
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

    with _understood(settings):
        return asyncio.run(ask())


def check(settings: TelegramSettings, token: SecretStr, phrases: Phrases) -> list[Finding]:
    """Return what Telegram says of the bot that a token belongs to, and whether the clocks agree.

    Raises `TokenRefusedError` and `UnreachableError`.
    """

    async def ask() -> list[Finding]:
        async with Bot(token.get_secret_value(), base_url=f"{_server(settings)}/bot") as bot:
            findings = await of_bot(bot, phrases)
        ahead = await clock_ahead(_server(settings))
        return findings if ahead is None else [*findings, of_clock(ahead, phrases)]

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
