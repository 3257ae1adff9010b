"""The command that brings articles in step with folders."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR

import click

from bot.assembly import Derek
from bot.cli.command import Command
from bot.cli.completing import folders
from bot.cli.options import (
    agreed,
    into_collection,
    show_receipt,
    show_receipts,
    tell_nothing_changed,
    tell_room,
    tell_what_is_left_out,
    terminal_phrases,
)
from bot.cli.session import Session, pass_session
from bot.rendering.receipts import UNTOLD, any_failed, total
from retrieval.errors import FileFault, FolderGoneError, UnreadableFileError
from retrieval.ingest.files import path_named
from retrieval.ingest.folders import Contents, below, changes_below, contents_of, ignored_in
from retrieval.ingest.samples import SampleRoom
from retrieval.ingest.syncing import Sync
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: Up to how many articles are taken out without a question, however few there are.
_FEW = 10


@click.command(cls=Command)
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", shell_complete=folders)
@into_collection
@click.option("--yes", "-y", is_flag=True, help="Do not ask, though most of the articles are taken out.")
@click.option("--watch", is_flag=True, help="Keep in step with every change of the folders until Ctrl-C.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the receipts, one JSON object a line.")
@pass_session
def sync(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    folders: tuple[str, ...],
    into: str | None,
    yes: bool,
    watch: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring articles in step with folders.

    What is new, changed, moved or gone there becomes so here. Leaves out what .gitignore and .derekignore
    name. Goes on after a file that cannot be read, and then exits with 1. `derek undo` takes all back.
    """
    if watch and dry_run:
        raise click.UsageError("--watch keeps in step, and --dry-run changes nothing: say one of them")
    paths = [path_named(name) for name in folders]
    with session.derek() as derek:
        store = derek.store
        found = [_contents(store, path, yes=yes) for path in paths]
        with store.rehearsing() if dry_run else nullcontext():
            edit = store.begin_edit()
            step = Sync(store, found, edit, into)
            room = SampleRoom(store, edit)
            synced = room.made_by(_synced(step, yes=yes or dry_run))
            results = show_receipts(session, synced, as_json=as_json, untold=UNTOLD)
            if not as_json:
                phrases = terminal_phrases()
                session.done(total(results, phrases) if results else phrases("sync-nothing"))
            tell_room(session, room, as_json=as_json)
            for contents in found:
                tell_what_is_left_out(session, contents)
                _tell_what_stays(session, store, contents)
        if dry_run:
            tell_nothing_changed(session)
        else:
            session.take_in(derek)
        if watch:
            keep_in_step(session, derek, paths, into, results, yes=yes, as_json=as_json)
            return
    if any_failed(results) or step.gone:
        raise click.exceptions.Exit(1)


def keep_in_step(  # noqa: PLR0913  as the command has them
    session: Session,
    derek: Derek,
    paths: Sequence[Path],
    into: str | None,
    before: Iterable[Receipt] = (),
    *,
    yes: bool = False,
    as_json: bool,
) -> None:
    """Bring articles in step after each change of folders, and tell each fault that was not told `before`.

    Files are not taken for gone where that would be most of them: nobody is there to be asked.
    """
    known, gone = _faults(before), 0
    session.hint(f"watching {', '.join(map(str, paths))}; Ctrl-C ends it")
    with suppress(KeyboardInterrupt):
        for _ in changes_below(paths):
            found = [_contents(derek.store, path, yes=yes) for path in paths]
            step = Sync(derek.store, found, derek.store.begin_edit(), into)
            results = []
            for receipt in _synced(step, yes=yes, asks=False):
                results.append(receipt)
                if receipt.outcome not in UNTOLD and receipt not in known:
                    show_receipt(session, receipt, as_json=as_json)
            known = _faults(results)
            if step.gone not in (0, gone):
                session.hint(f"the files of {step.gone} articles are gone; `derek sync` takes those out")
            gone = step.gone
            session.take_in(derek)


def _faults(receipts: Iterable[Receipt]) -> set[Receipt]:
    return {receipt for receipt in receipts if receipt.outcome is Outcome.FAILED}


def _contents(store: Store, folder: Path, *, yes: bool) -> Contents:
    """Return what is below a folder; where nothing is, and articles came from it, its disk may be missing.

    Raises `FolderGoneError` and `UnreadableFileError`.
    """
    held = len(below(folder, store.origins()))
    try:
        if not S_ISDIR(folder.stat().st_mode):
            raise UnreadableFileError(folder, FileFault.SYSTEM, "It is a file, which `derek add` takes")
    except OSError as error:
        if held and isinstance(error, FileNotFoundError | NotADirectoryError):
            raise FolderGoneError(folder, held) from error
        raise UnreadableFileError(folder, FileFault.SYSTEM, error.strerror or str(error)) from error
    contents = contents_of(folder)
    if held > _FEW and not (contents.readable or contents.faults or yes or sys.stdin.isatty()):
        raise FolderGoneError(folder, held)
    return contents


def _synced(step: Sync, *, yes: bool, asks: bool = True) -> Iterator[Receipt]:
    """Bring articles in step, and yield what became of each; a terminal is asked whether most may go."""
    yield from step.bring_in()
    phrases = terminal_phrases()
    question = phrases("sync-confirm", count=step.gone, articles=step.held)
    if step.gone <= _FEW or 2 * step.gone <= step.held or (agreed(question, yes=yes) if asks else yes):
        yield from step.take_out()


def _tell_what_stays(session: Session, store: Store, contents: Contents) -> None:
    """Say that what is ignored now may have become articles before."""
    if stays := len(ignored_in(contents, store.origins())):
        articles = "1 article stays" if stays == 1 else f"{stays} articles stay"
        session.hint(f"{articles} as before, though ignored in {contents.folder}; `derek remove` takes out")
