"""The commands that keep what there is: the data folder as one file, and back."""

import sys
from pathlib import Path

import click

from bot.backups import Manifest, articles_in, back_up, put_in_place, unpacked
from bot.cli.options import agreed, terminal_phrases
from bot.cli.session import Session, pass_session
from bot.phrases import Phrases

_SUFFIX = ".zip"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.zip")
@click.option(
    "--without-vectors", is_flag=True, help="Leave out what sentences mean, which can be made again."
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@pass_session
def backup(session: Session, *, file: Path, without_vectors: bool, force: bool) -> None:
    """Write articles, questions and vectors into one file, as they are at one moment.

    Others may ask and add meanwhile. `derek restore FILE.zip` makes a data folder of it again.
    """
    if not is_backup(str(file)):
        raise click.UsageError(f"name the file {file.name}{_SUFFIX}: by that `derek restore` knows a backup")
    manifest = back_up(session.config.folder, file, with_vectors=not without_vectors, replaces=force)
    phrases = terminal_phrases()
    size = max(file.stat().st_size / 1_000_000, 0.1)
    click.echo(phrases("backup-made", path=str(file), parts=_parts(manifest, phrases), size=size))


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
    click.echo(phrases("restored", day=day, parts=parts))
    if aside:
        click.echo(phrases("restored-aside", path=str(aside)))


def _parts(manifest: Manifest, phrases: Phrases) -> str:
    """Return what a backup holds."""
    parts = (
        phrases("backup-articles", count=manifest.articles),
        phrases("backup-questions", count=manifest.questions),
        phrases("backup-vectors", count=manifest.vectors),
    )
    return " · ".join(parts)
