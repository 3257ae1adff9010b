"""The commands that take articles out, and those that undo what was done to the articles."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from bot import console
from bot.cli.command import Command
from bot.cli.completing import article_ids
from bot.cli.keeping import is_backup, restore_backup
from bot.cli.options import agreed, show_receipts, tell_nothing_changed, terminal_phrases
from bot.cli.session import Session, pass_session
from bot.rendering import messages, receipts
from bot.rendering.receipts import Deed
from retrieval.storage.receipts import Receipt

#: How many characters of an id a removal wants at least: fewer are too easily mistyped.
_LEAST = 4

#: How many receipts are shown before a question whether to go on.
_SHOWN = 10

_yes = click.option("--yes", "-y", is_flag=True, help="Do not ask whether to go on.")
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")


@click.command(cls=Command)
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...", shell_complete=article_ids)
@_yes
@_dry_run
@pass_session
def remove(session: Session, *, article_ids: tuple[str, ...], yes: bool, dry_run: bool) -> None:
    """Remove articles, by four characters of their ids or more.

    On a terminal it asks first. `derek undo` brings them back, or `derek restore`, for thirty days.
    """
    phrases = terminal_phrases()
    for beginning in article_ids:
        if len(beginning.strip()) < _LEAST:
            raise click.UsageError(phrases("remove-short", id=beginning, least=_LEAST))
    with session.derek() as derek:
        # All are looked up before the first is removed: a mistyped id removes nothing.
        wanted = list(dict.fromkeys(map(derek.store.resolve, article_ids)))
        for name in (messages.name(derek.store.get(article_id), phrases) for article_id in wanted):
            if not dry_run and not agreed(phrases("remove-confirm", name=name), yes=yes):
                raise click.exceptions.Exit(1)
        with derek.store.rehearsing() if dry_run else nullcontext():
            removal = derek.chat(console.CHAT).remove(*wanted)
        session.done(receipts.removed(removal.articles, phrases))
        if dry_run:
            tell_nothing_changed(session)
        else:
            session.done(phrases("removed-how"))


@click.command(cls=Command)
@_yes
@_dry_run
@pass_session
def undo(session: Session, *, yes: bool, dry_run: bool) -> None:
    """Take the last change back, whatever it was.

    That may be an addition, an update or a removal. On a terminal it asks first, if that changes more than
    one article. `derek redo` does it again.
    """
    _take_back(session, Deed.UNDO, yes=yes, dry_run=dry_run)


@click.command(cls=Command)
@_yes
@_dry_run
@pass_session
def redo(session: Session, *, yes: bool, dry_run: bool) -> None:
    """Do again what was undone last, if nothing was changed since."""
    _take_back(session, Deed.REDO, yes=yes, dry_run=dry_run)


def _take_back(session: Session, name: Deed, *, yes: bool, dry_run: bool) -> None:
    """Say what would become of the last edit that can be undone, or done again, and then do that.

    Another process may change the articles while the question is answered: it is this edit that is meant.
    """
    with session.derek() as derek:
        store, chat = derek.store, derek.chat(console.CHAT)
        undoable, redoable = store.last_edits()
        if name is Deed.UNDO:
            edit, attempt, deed = undoable, store.undo, chat.undo
        else:
            edit, attempt, deed = redoable, store.redo, chat.redo
        with store.rehearsing():
            expected = [] if edit is None else attempt(edit)
        if dry_run or not expected:
            _show(session, expected, name)
            if dry_run:
                tell_nothing_changed(session)
            return
        if len(expected) > 1 and not yes:
            _ask_whether(expected, name)
        _show(session, deed(edit), name)


def _ask_whether(expected: Sequence[Receipt], name: Deed) -> None:
    """Ask whether several articles shall change so, and end the command if they shall not."""
    phrases = terminal_phrases()
    names = [receipt.title or receipt.name for receipt in expected[:_SHOWN]]
    names += ["…"] if len(expected) > _SHOWN else []
    question = phrases(f"confirm-{name}", count=len(expected))
    if not agreed(f"{question}\n{receipts.listed(names)}\n{phrases('confirm')}", yes=False):
        raise click.exceptions.Exit(1)


def _show(session: Session, results: Sequence[Receipt], name: Deed) -> None:
    phrases = terminal_phrases()
    for receipt in results:
        session.done(receipts.told(receipt, phrases, deed=name))
    if not results:
        session.done(phrases(f"nothing-{name}"))


@click.command(cls=Command)
@_dry_run
@click.option("--json", "as_json", is_flag=True, help="Write the receipts, one JSON object a line.")
@pass_session
def expire(session: Session, *, dry_run: bool, as_json: bool) -> None:
    """Take out what is older than the settings keep it.

    That is [retention] there. A running `derek chat` or `derek run` does so every hour. They are in the trash
    for thirty days.
    """
    phrases = terminal_phrases()
    with session.derek() as derek:
        with derek.store.rehearsing() if dry_run else nullcontext():
            results = show_receipts(session, derek.expire(), as_json=as_json)
        if not results and not as_json:
            session.done(phrases("expire-nothing"))
        if dry_run:
            tell_nothing_changed(session)


@click.command(cls=Command)
@pass_session
def trash(session: Session) -> None:
    """List what was removed in the last thirty days, the last first."""
    phrases = terminal_phrases()
    with session.derek() as derek:
        removed = derek.store.trash()
    for piece in removed:
        click.echo(receipts.in_trash(piece, phrases))
    click.echo(phrases("trash-how") if removed else phrases("trash-empty"))


@click.command(cls=Command)
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...|FILE.zip")
@_yes
@pass_session
def restore(session: Session, *, article_ids: tuple[str, ...], yes: bool) -> None:
    """Bring removed articles back, or a backup.

    `derek trash` shows the ids; all of them come back or none. Of a file that `derek backup` wrote it makes
    the data folder again. On a terminal it asks first, and what was in the folder is kept beside it.
    """
    phrases = terminal_phrases()
    if len(article_ids) == 1 and is_backup(article_ids[0]):
        restore_backup(session, Path(article_ids[0]), yes=yes)
        return
    with session.derek() as derek:
        for receipt in derek.store.bring_back(article_ids):
            name = receipt.title or receipt.name
            session.done(phrases("brought-back", name=name, id=receipt.article_id or ""))


@click.command(cls=Command)
@_yes
@pass_session
def purge(session: Session, *, yes: bool) -> None:
    """Empty the trash, for good.

    What was removed cannot be brought back then, what articles said before is forgotten with it, and no
    change can be undone any more.
    """
    phrases = terminal_phrases()
    with session.derek() as derek:
        if not yes and not sys.stdin.isatty():
            raise click.UsageError("what is purged is gone for good; --yes says that it shall be")
        if not agreed(phrases("purge-confirm", count=len(derek.store.trash())), yes=yes):
            raise click.exceptions.Exit(1)
        session.done(phrases("purged", count=len(derek.purge())))
