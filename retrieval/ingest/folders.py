"""Folders: what is in them to be read, and what is left out, and why."""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import FileFault, UnreadableFileError
from retrieval.ingest.files import is_readable, origin_of, paths_of
from retrieval.ingest.ignoring import IgnoreRules, is_machine_made
from retrieval.storage.store import Origin

#: How long a change is waited for at a time, in milliseconds.
_MOMENT = 500


@dataclass(frozen=True, slots=True)
class Contents:
    """What is below a folder, in order; hidden files and folders are left out and not told of.

    `ignored` are the files and folders that ignore files leave out, and folders that programs make for
    themselves. `unfit` is what is neither file nor folder: pipes, devices, links to folders and to nowhere.
    """

    folder: Path
    readable: tuple[Path, ...]
    of_other_kinds: tuple[Path, ...]
    ignored: tuple[Path, ...]
    unfit: tuple[Path, ...]
    faults: tuple[UnreadableFileError, ...]


def contents_of(folder: Path) -> Contents:
    """Return what is below a folder; a part that cannot be looked into is among the faults."""
    walk = _Walk(folder)
    while walk.waiting:
        walk.step()
    readable, others, ignored, unfit = (
        tuple(sorted(paths)) for paths in (walk.readable, walk.others, walk.ignored, walk.unfit)
    )
    return Contents(folder, readable, others, ignored, unfit, tuple(walk.faults))


def changes_below(folders: Sequence[Path]) -> Iterator[None]:
    """Yield as soon as folders are watched, and then after each change below them, as long as it is asked.

    What changes within a second or so is one change. A folder that goes is a change too; it, and one that
    another takes the place of, is watched again when it is there.
    """
    known = None
    while True:
        identities = _identities(folders)
        if there := [folder for folder in folders if is_folder(folder)]:
            yield from _changes_until_other(folders, identities, there)
        elif identities != known:
            yield
        known = identities
        time.sleep(_MOMENT / 1000)


def _changes_until_other(
    folders: Sequence[Path], identities: Sequence[tuple[int, int] | None], there: Sequence[Path]
) -> Iterator[None]:
    """Yield as soon as those of the folders that are there are watched, and after changes below them.

    It ends when one of the folders is another than it was, for which the system tells of no change, and when
    that tells of a file whose name is no text.
    """
    from watchfiles import watch  # noqa: PLC0415  hardly anybody watches
    from watchfiles._rust_notify import WatchfilesRustInternalError  # noqa: PLC0415  as above

    # What changed before they were watched is seen by whoever looks at the first moment.
    is_first = True
    with suppress(WatchfilesRustInternalError, FileNotFoundError):
        for changes in watch(*there, yield_on_timeout=True, rust_timeout=_MOMENT):
            if changes or is_first:
                is_first = False
                yield
            if _identities(folders) != identities:
                break


def _identities(folders: Iterable[Path]) -> list[tuple[int, int] | None]:
    """Return what tells each folder from another one in its place; None where there is none."""
    identities: list[tuple[int, int] | None] = []
    for folder in folders:
        try:
            status = folder.stat()
            identities.append((status.st_dev, status.st_ino))
        except OSError:
            identities.append(None)
    return identities


class _Walk:
    """A walk through a folder, one folder a step."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._full = folder, folder.resolve()
        self.readable: list[Path] = []
        self.others: list[Path] = []
        self.ignored: list[Path] = []
        self.unfit: list[Path] = []
        self.faults: list[UnreadableFileError] = []
        #: The folders to look into, what the ignore files above each say, and whether one says to look.
        self.waiting: list[tuple[Path, IgnoreRules | None, bool]] = [(folder, None, True)]

    def step(self) -> None:
        """Look into one folder."""
        folder, above, is_wanted = self.waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = {entry.name: entry for entry in entries}
            rules = IgnoreRules.above(self._full) if above is None else above
            rules = rules.within(self._in_full(folder), found)
        except OSError as error:
            path = Path(error.filename or folder)
            self.faults.append(UnreadableFileError(path, FileFault.SYSTEM, error.strerror or str(error)))
            return
        if not is_wanted and is_machine_made(found):
            self.ignored.append(folder)
            return
        for name, entry in found.items():
            if not name.startswith("."):
                self._take(entry, rules)

    def _take(self, entry: os.DirEntry[str], rules: IgnoreRules) -> None:
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        verdict = rules.verdict(self._in_full(path), is_folder=is_folder)
        if verdict:
            self.ignored.append(path)
        elif is_folder:
            self.waiting.append((path, rules, verdict is False))
        elif not _is_file(entry):
            self.unfit.append(path)
        else:
            (self.readable if is_readable(path) else self.others).append(path)

    def _in_full(self, path: Path) -> Path:
        return self._full / path.relative_to(self.folder)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except PermissionError:  # Whoever reads it will say so.
        return True
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder at a path, as far as can be told."""
    try:
        return path.is_dir()
    except OSError:
        return False


def below(folder: Path, origins: Iterable[Origin]) -> list[Origin]:
    """Return those of the origins that are below a folder."""
    within = folder.resolve()
    return [origin for origin in origins if Path(origin.place).is_relative_to(within)]


def ignored_in(contents: Contents, origins: Iterable[Origin]) -> list[Origin]:
    """Return those of the origins that are among what is ignored in a folder."""
    ignored = {Path(origin_of(path)) for path in contents.ignored}
    return [
        origin
        for origin in below(contents.folder, origins)
        if not ignored.isdisjoint((path := Path(origin.place), *path.parents))
    ]


def gone_below(folder: Path, origins: Iterable[Origin]) -> list[Origin]:
    """Return those of the origins whose file was below a folder, and is there no more."""
    return [origin for origin in below(folder, origins) if not any(map(_is_there, paths_of(origin.place)))]


def _is_there(path: Path) -> bool:
    """Whether there is a file at a path, or may be: what is in a folder that is shut is not gone."""
    try:
        return not stat.S_ISDIR(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
