"""The commands about keys, which let programs in by HTTP."""

import click

from bot.chats.keys import CONSOLE, Key
from bot.chats.persons import Standing
from bot.cli.command import Command
from bot.cli.options import in_collections, terminal_phrases, write_json
from bot.cli.session import Session, pass_session
from bot.phrases import Phrases


@click.group()
def key() -> None:
    """Make, list and revoke keys, which let programs in by HTTP."""


@key.command(name="new", cls=Command)
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["reader", "administrator"]),
    default="reader",
    help="Whether it lets articles be added and removed, too.",
)
@in_collections
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@pass_session
def key_new(session: Session, *, name: str, role: str, collections: tuple[str, ...], as_json: bool) -> None:
    """Make a key and print it; it is shown only now.

    With --in, it is answered from those collections only.
    """
    limited = frozenset(collections) if collections else None
    with session.derek() as derek:
        secret, made = derek.people.keys.create(name, Standing(role), CONSOLE, limited)
    if as_json:
        write_json({"key": secret, "number": made.number, "name": made.name, "role": str(made.standing)})
    else:
        click.echo(secret)


@key.command(name="list", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@pass_session
def key_list(session: Session, *, as_json: bool) -> None:
    """List the keys there were, the newest first."""
    phrases = terminal_phrases()
    with session.derek() as derek:
        keys = derek.people.keys.all()
    if as_json:
        for one in keys:
            write_json(
                {
                    "number": one.number,
                    "name": one.name,
                    "role": str(one.standing),
                    "in": None if one.collections is None else sorted(one.collections),
                    "made": one.at.isoformat(),
                    "used": one.used and one.used.isoformat(),
                    "revoked": one.revoked and one.revoked.isoformat(),
                }
            )
    else:
        click.echo("\n".join(_line(one, phrases) for one in keys) or phrases("no-keys"))


def _line(key: Key, phrases: Phrases) -> str:
    parts = [
        f"{key.number} {key.name}",
        phrases(f"role-{key.standing}"),
        ""
        if key.collections is None
        else phrases("in-collections", names=", ".join(sorted(key.collections))),
        phrases("web-revoked") if key.revoked else "",
    ]
    return " · ".join(filter(None, parts))


@key.command(name="revoke", cls=Command)
@click.argument("name")
@pass_session
def key_revoke(session: Session, *, name: str) -> None:
    """Let a key, by its name or its number, open nothing any more."""
    phrases = terminal_phrases()
    with session.derek() as derek:
        named = int(name) if name.isdecimal() and len(name) < 19 else name
        revoked = derek.people.keys.revoke(named, CONSOLE)
    session.done(phrases("key-revoked", name=revoked.name))
