"""The command that brings articles in step with folders."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
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
from retrieval.errors import FileFault, FolderGoneError, StoreUnusableError, UnreadableFileError
from retrieval.ingest.files import path_named
from retrieval.ingest.folders import Contents, below, changes_below, contents_of, ignored_in
from retrieval.ingest.samples import SampleRoom
from retrieval.ingest.syncing import Sync
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: How long to leave a store alone that could not be written while a folder is watched, in seconds.
_REST = 5.0

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
    session.hint(f"watching {', '.join(map(str, paths))}; Ctrl-C ends it")
    watch = _Watch(session, derek, paths, into, yes, as_json, _faults(before))
    with suppress(KeyboardInterrupt):
        for _ in changes_below(paths):
            while not watch.step():
                time.sleep(_REST)


@dataclass
class _Watch:
    """Folders that are kept in step, and what of them was told: what failed, and how many files are gone."""

    session: Session
    derek: Derek
    paths: Sequence[Path]
    into: str | None
    yes: bool
    as_json: bool
    faults: set[Receipt]
    gone: int = 0

    def step(self) -> bool:
        """Bring articles in step once more, and tell what is new; whether that could be done."""
        try:
            self._bring_in_step()
        except FolderGoneError as error:
            self.session.hint(str(error))
        except StoreUnusableError as error:
            self.session.hint(f"{error}; trying again")
            return False
        return True

    def _bring_in_step(self) -> None:
        store = self.derek.store
        found = [_contents(store, path, yes=self.yes) for path in self.paths]
        edit = store.begin_edit()
        step, room = Sync(store, found, edit, self.into), SampleRoom(store, edit)
        results = []
        for receipt in room.made_by(_synced(step, yes=self.yes, asks=False)):
            results.append(receipt)
            if receipt.outcome not in UNTOLD and receipt not in self.faults:
                show_receipt(self.session, receipt, as_json=self.as_json)
        tell_room(self.session, room, as_json=self.as_json)
        if step.gone not in (0, self.gone):
            self.session.hint(f"the files of {step.gone} articles are gone; `derek sync` takes those out")
        self.faults, self.gone = _faults(results), step.gone
        self.session.take_in(self.derek)


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
