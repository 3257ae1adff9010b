"""The commands that keep what there is: the data folder as one file, articles as files, what was asked."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from bot import console
from bot.backups import Manifest, articles_in, back_up, put_in_place, unpacked
from bot.chats.chat import Chat
from bot.chats.history import Asked
from bot.cli.articles import document_json
from bot.cli.command import Command
from bot.cli.options import agreed, terminal_phrases, write_json
from bot.cli.session import Session, pass_session
from bot.phrases import Phrases
from bot.rendering import messages
from retrieval.errors import StoreUnusableError, UnwritableFileError
from retrieval.ingest.exporting import documents, export
from retrieval.storage.store import Store

_SUFFIX = ".zip"


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.zip")
@click.option(
    "--without-vectors", is_flag=True, help="Leave out what sentences mean, which can be made again."
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@pass_session
def backup(session: Session, *, file: Path, without_vectors: bool, force: bool) -> None:
    """Write the data folder into one file.

    Articles, questions and vectors are as they were at one moment. Others may ask and add meanwhile. `derek
    restore FILE.zip` makes a data folder of it again.
    """
    if not is_backup(str(file)):
        raise click.UsageError(f"name the file {file.name}{_SUFFIX}: by that `derek restore` knows a backup")
    manifest = back_up(session.config.folder, file, with_vectors=not without_vectors, replaces=force)
    phrases = terminal_phrases()
    size = max(file.stat().st_size / 1_000_000, 0.1)
    session.done(phrases("backup-made", path=str(file), parts=_parts(manifest, phrases), size=size))


def is_backup(name: str) -> bool:
    """Whether a name is one of a backup, and no id."""
    return name.lower().endswith(_SUFFIX)


def restore_backup(session: Session, path: Path, *, yes: bool) -> None:
    """Put a backup in the place of the data folder, which is kept beside it."""
    phrases = terminal_phrases()
    folder = session.config.folder.resolve()
    with unpacked(path, folder) as (draft, manifest):
        day, parts = manifest.made.astimezone().date(), _parts(manifest, phrases)
        if articles_in(folder) != 0:
            if not yes and not sys.stdin.isatty():
                raise click.UsageError(
                    f"there are articles in {folder}; --yes says to put others in their place"
                )
            question = phrases("restore-confirm", day=day, parts=parts, path=str(folder))
            if not agreed(question, yes=yes):
                raise click.exceptions.Exit(1)
        aside = put_in_place(draft, folder)
    session.done(phrases("restored", day=day, parts=parts))
    if aside:
        session.done(phrases("restored-aside", path=str(aside)))


def _parts(manifest: Manifest, phrases: Phrases) -> str:
    """Return what a backup holds."""
    parts = (
        phrases("backup-articles", count=manifest.articles),
        phrases("backup-questions", count=manifest.questions),
        phrases("backup-vectors", count=manifest.vectors),
    )
    return " · ".join(parts)


@click.command(cls=Command, name="export")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--json", "as_json", is_flag=True, help="Write one file, articles.jsonl, as `derek show --json` does."
)
@pass_session
def export_(session: Session, *, folder: Path, as_json: bool) -> None:
    """Write the articles as files.

    They can be read without Derek and added again. Each is written as it was read, where that is to be had,
    else as Markdown. The folder is empty, or new.
    """
    phrases = terminal_phrases()
    with session.derek() as derek:
        _make_folder(folder)
        if as_json:
            count = _write_lines(derek.store, folder / "articles.jsonl")
            session.done(phrases("exported", count=count, path=str(folder)))
            return
        exported = list(export(derek.store, folder))
    session.done(phrases("exported", count=len(exported), path=str(folder)))
    if anew := sum(not one.is_original for one in exported):
        session.done(phrases("exported-anew", count=anew))


def _make_folder(folder: Path) -> None:
    """Make a folder, if there is none of this name; there may be an empty one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = next(folder.iterdir(), None) is None
    except OSError as error:
        raise UnwritableFileError(folder, error.strerror or str(error)) from error
    if not is_empty:
        raise click.UsageError(f"{folder} is not empty; name a new folder")


def _write_lines(store: Store, path: Path) -> int:
    """Write an article a line, and return how many."""
    count = 0
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            for document in documents(store):
                file.write(json.dumps(document_json(document), ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise UnwritableFileError(path, error.strerror or str(error)) from error
    return count


@click.command(cls=Command)
@click.option("-n", "--number", type=click.IntRange(min=1), default=20, help="How many questions at most.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@click.option("--clear", is_flag=True, help="Forget the questions.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask whether to forget them.")
@pass_session
def history(session: Session, *, number: int, as_json: bool, clear: bool, yes: bool) -> None:
    """Show the questions asked, with their first answers.

    These are those of the command line and of conversations, the newest last. Those asked for JSON, and of
    files with --from, are not remembered.
    """
    phrases = terminal_phrases()
    with session.derek() as derek:
        chat = derek.chat(console.CHAT)
        if clear and derek.store.only_reads:
            raise StoreUnusableError(derek.store.path, "attempt to write a readonly database")
        if clear:
            _forget(chat, phrases, yes=yes)
            return
        asked = chat.asked(number)
    if as_json:
        for piece in asked:
            write_json(_jsonable(piece))
    elif asked:
        session.page([block for piece in asked for block in messages.asked(piece, phrases)])
    else:
        click.echo(phrases("asked-nothing"))


def _forget(chat: Chat, phrases: Phrases, *, yes: bool) -> None:
    """Forget the questions of a chat, if that is what is meant."""
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("what is forgotten is gone for good; --yes says that it shall be")
    if not agreed(phrases("forget-confirm"), yes=yes):
        raise click.exceptions.Exit(1)
    click.echo(phrases("forgotten", count=chat.forget()))


def _jsonable(piece: Asked) -> dict[str, Any]:
    given = piece.given
    return {
        "question": piece.question,
        "at": piece.at.isoformat(),
        "quote": given and given.quote,
        "source": given and given.source,
        "confidence": given and round(given.confidence, 4),
    }
