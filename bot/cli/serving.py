"""The command that answers in Telegram."""

import click

from bot.cli.command import Command
from bot.cli.session import Session, pass_session
from bot.config import ConfigError, token, webhook_secret


@click.command(cls=Command)
@click.option(
    "--webhook", is_flag=True, help="Be delivered updates, as [telegram.webhook] says, instead of polling."
)
@pass_session
def run(session: Session, webhook: bool) -> None:
    """Answer in Telegram until stopped."""
    from bot.telegram import application  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    bot_token = token()
    delivered = session.config.telegram.webhook if webhook else None
    if webhook and delivered is None:
        raise ConfigError("telegram.webhook", "not set", "say in the settings where Telegram is to deliver")
    with session.ready() as derek:
        derek.start()
        application.run(derek, bot_token, delivered, webhook_secret())
