"""The command that shows what administrators did."""

import click

from bot.cli.command import Command
from bot.cli.options import terminal_phrases, write_json
from bot.cli.session import Session, pass_session
from bot.rendering import people as shown


@click.command(cls=Command, name="log")
@click.option("-n", "--number", type=click.IntRange(min=1), default=20, help="How many deeds at most.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@pass_session
def log(session: Session, *, number: int, as_json: bool) -> None:
    """Show what administrators did in Telegram and by HTTP.

    These are the people, groups and keys that they let in or out, and the articles and feeds that they added,
    removed or took back, the newest last. What came by HTTP was done by a holder: a key, or who signed in.
    """
    phrases = terminal_phrases()
    with session.derek() as derek:
        entries = list(reversed(derek.people.log.entries(number)))
        if as_json:
            for entry in entries:
                holder = {"holder": entry.holder} if entry.holder else {}
                told = {"at": entry.at.isoformat(), "by": entry.by, "act": entry.act, "on": entry.on}
                write_json(told | holder)
        elif entries:
            session.page([shown.entry(entry, derek.people, phrases) for entry in entries])
        else:
            click.echo(phrases("log-nothing"))
