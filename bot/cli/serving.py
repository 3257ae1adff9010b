"""The commands that answer until they are stopped: in Telegram, by HTTP, and as tools of other programs."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from types import ModuleType
from typing import TYPE_CHECKING

import click

from bot.assembly import JOURNAL
from bot.chats.access import Role
from bot.chats.journal import Journal
from bot.chats.keys import CONSOLE
from bot.cli.command import Command
from bot.cli.exit_codes import exit_code
from bot.cli.options import terminal_phrases
from bot.cli.session import Session, pass_session
from bot.config import ConfigError, bot_id, token, webhook_secret, with_web, without_secrets
from bot.phrases import Phrases
from retrieval.errors import DerekError

if TYPE_CHECKING:
    from bot.telegram.checks import Finding


#: How long a path is at most that is asked once.
_LONGEST_PATH = 10_000


@click.command(cls=Command)
@click.option(
    "--webhook", is_flag=True, help="Be delivered updates, as [telegram.webhook] says, instead of polling."
)
@click.option("--check", "checks", is_flag=True, help="Tell whether it can run, and end.")
@pass_session
def run(session: Session, webhook: bool, checks: bool) -> None:
    """Answer in Telegram until stopped."""
    if checks:
        _check(session)
        return
    from bot.telegram import application  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    bot_token = token()
    delivered = session.config.telegram.webhook if webhook else None
    if webhook and delivered is None:
        raise ConfigError("telegram.webhook", "not set", "say in the settings where Telegram is to deliver")
    with session.ready() as derek, ExitStack() as stack:
        derek.start()
        if session.config.web.listen:
            stack.enter_context(_web().serving(derek, session.config.web))
        application.run(derek, bot_token, delivered, webhook_secret())


@click.command(cls=Command)
@click.option("--listen", metavar="ADDRESS:PORT", help="Listen there, whatever the settings say.")
@click.option("--root-path", metavar="PATH", help="What a proxy takes off before it asks, as /derek.")
@click.option("--open", "is_open", is_flag=True, help="Let everybody read and ask without signing in.")
@click.option("--get", "path", metavar="PATH", help="Print what one request is answered with, and end.")
@pass_session
def serve(
    session: Session, *, listen: str | None, root_path: str | None, is_open: bool, path: str | None
) -> None:
    """Answer by HTTP until stopped: a page, an API and MCP.

    The page is opened by the link that is printed, which signs one browser in; `derek key new` makes keys for
    programs. The API is described at /api/v1/openapi.json, and MCP is at /mcp.

    With --get, exits with 0 if the request succeeds and with 1 if not.
    """
    if path is not None:
        path = path if path.startswith("/") else f"/{path}"
        if path.startswith("//") or not path.isprintable() or len(path) > _LONGEST_PATH:
            raise click.UsageError("--get wants a path, as /api/v1/status")
    web, settings = _web(), session.config.web
    told = {"listen": listen, "root_path": root_path, "open": is_open or None}
    settings = with_web(settings, {name: value for name, value in told.items() if value is not None})
    with session.ready() as derek:
        if path is not None:
            status, body = web.request_once(derek, settings, "GET", path)
            click.echo(body.decode("utf-8", errors="replace").removesuffix("\n"))
            if status >= HTTPStatus.BAD_REQUEST:
                raise click.exceptions.Exit(1)
            return
        derek.start()
        phrases = terminal_phrases()

        def tell() -> None:
            link = f"{settings.address}/sign-in?link={derek.people.keys.link(CONSOLE)}"
            session.done(phrases("web-serving", url=f"{settings.address}/", link=link))
            if settings.open:
                session.done(phrases("web-is-open"))

        web.serve(derek, settings, tell)


@click.command(cls=Command, name="mcp")
@click.option(
    "--role",
    type=click.Choice(["reader", "administrator"]),
    default="reader",
    help="Whether articles may be added, too.",
)
@pass_session
def model_context(session: Session, *, role: str) -> None:
    """Be a tool of other programs, on standard input and output (MCP).

    It offers ask, search and read, and to an administrator add.
    """
    with _installed():
        from bot.web import mcp, visitors  # noqa: PLC0415  they take a second to import
    with session.ready() as derek:
        derek.start()
        mcp.serve_on_pipes(visitors.Site(derek, session.config.web), Role[role.upper()])


def _web() -> ModuleType:
    """Return what serves by HTTP."""
    with _installed():
        from bot.web import serving  # noqa: PLC0415  FastAPI takes half a second to import

    return serving


@contextmanager
def _installed() -> Iterator[None]:
    """Say what is to be installed where something is not."""
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "pip install 'derek[web]'"
        raise ConfigError("the page", f"{error.name} is not installed", remedy) from error


def _check(session: Session) -> None:
    """Tell what is well and what is not, a line each; what keeps the bot from running makes the exit code."""
    faults = []
    for finding in _findings(session, terminal_phrases()):
        if not (session.quiet and finding.is_well):
            click.echo(without_secrets(str(finding)))
        if finding.fault:
            faults.append(finding.fault)
    if faults:
        raise click.exceptions.Exit(exit_code(faults[0]))


def _findings(session: Session, phrases: Phrases) -> Iterator["Finding"]:
    from bot.telegram import application, checks  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    settings, bot_token = session.config.telegram, None
    try:
        bot_token = token()
        yield from application.check(settings, bot_token, phrases)
    except DerekError as error:
        yield checks.Finding.of(error)
    try:
        with session.derek() as derek, ExitStack() as stack:
            if derek.semantic_index:
                derek.semantic_index.check()
            journal, path = None, session.config.folder / JOURNAL
            if bot_token and path.exists():
                journal = stack.enter_context(closing(Journal(path, bot_id(bot_token))))
            yield from checks.of_data(derek, journal, phrases)
    except DerekError as error:
        yield checks.Finding.of(error)
