"""The command that answers in Telegram."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from bot.assembly import JOURNAL
from bot.chats.journal import Journal
from bot.cli.command import Command
from bot.cli.exit_codes import exit_code
from bot.cli.options import terminal_phrases
from bot.cli.session import Session, pass_session
from bot.config import ConfigError, bot_id, token, webhook_secret, without_secrets
from bot.phrases import Phrases
from retrieval.errors import DerekError

if TYPE_CHECKING:
    from bot.telegram.checks import Finding


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
    with session.ready() as derek:
        derek.start()
        application.run(derek, bot_token, delivered, webhook_secret())


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
