"""Ignore files: what below a folder is not meant to be read, as `.gitignore` says it, and `.derekignore`."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec, PathSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

#: The names of ignore files; what the later one says goes before what the earlier one does.
_NAMES = (".gitignore", ".derekignore")

#: Folders that programs make for themselves, by their names, and the files that mark others.
_MADE = frozenset({"node_modules", "bower_components", "__pycache__", "site-packages"})
_MARKS = frozenset({"pyvenv.cfg", "CACHEDIR.TAG"})


@dataclass(frozen=True, slots=True)
class _Level:
    """What the ignore files of one folder say of what is below it.

    Of folders the last line that fits decides, as Git has it; of files their folders' lines count as well.
    """

    folder: Path
    files: "GitIgnoreSpec"
    folders: "PathSpec[GitIgnoreSpecPattern]"

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Return whether a path is ignored; None where nothing is said of it."""
        relative = path.relative_to(self.folder).as_posix()
        if is_folder:
            return self.folders.check_file(f"{relative}/").include
        return self.files.check_file(relative).include


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """What the ignore files on the way to a folder say, those of the deepest folder first."""

    levels: tuple[_Level, ...] = ()

    @classmethod
    def above(cls, folder: Path) -> "IgnoreRules":
        """Return what the folders above say, up to that of the repository that a folder is in.

        They say nothing of what is in a folder that they ignore: who names it wants it. The path is full.
        Raises `OSError`.
        """
        way = [folder, *folder.parents]
        root = next((number for number, place in enumerate(way) if _is_repository(place)), 0)
        rules = cls()
        for number in range(root, 0, -1):
            rules = rules.within(way[number], _NAMES)
            if rules.verdict(way[number - 1], is_folder=True):
                return cls()
        return rules

    def within(self, folder: Path, names: Collection[str]) -> "IgnoreRules":
        """Return these with those of a folder's own ignore files, if they are among the names in it.

        Raises `OSError`.
        """
        lines = [line for name in _NAMES if name in names for line in _lines(folder / name)]
        return IgnoreRules((_level(folder, lines), *self.levels)) if lines else self

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Return whether a path is ignored; None where nothing is said of it."""
        said = (level.verdict(path, is_folder=is_folder) for level in self.levels)
        verdict = next((one for one in said if one is not None), None)
        return True if verdict is None and is_folder and path.name in _MADE else verdict


def is_machine_made(names: Collection[str]) -> bool:
    """Whether a folder that holds these names is one that a program made for itself."""
    return not _MARKS.isdisjoint(names)


def _is_repository(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:
        return False


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return path.read_bytes().decode("utf-8-sig", "surrogateescape").splitlines()


def _level(folder: Path, lines: list[str]) -> _Level:
    from pathspec import GitIgnoreSpec, PathSpec  # noqa: PLC0415  few folders have ignore files

    def patterns(every: list[str]) -> "Iterator[GitIgnoreSpecPattern]":
        for line in every:
            with suppress(ValueError, re.error):  # Git passes over what is no pattern, too.
                yield from GitIgnoreSpec.from_lines([line]).patterns

    # What is said of all that is in a folder is not said of the folder.
    of_folders = [re.sub(r"/\*\*\s*$", "/*", line) for line in lines]
    return _Level(folder, GitIgnoreSpec(patterns(lines)), PathSpec(patterns(of_folders)))
