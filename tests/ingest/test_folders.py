"""Folders: what is read in them, what is left out, and what the ignore files of Git say."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from retrieval.ingest.folders import Contents, contents_of, gone_below
from retrieval.storage.store import Origin


def written(folder: Path, names: Iterable[str], content: str = "It grew.") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def ignoring(folder: Path, name: str, *lines: str) -> None:
    written(folder, [name], "".join(f"{line}\n" for line in lines))


def names_in(folder: Path, paths: Iterable[Path]) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def readable(folder: Path) -> list[str]:
    return names_in(folder, contents_of(folder).readable)


@pytest.fixture(name="place")
def empty_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


# What is there


def test_the_files_of_a_folder_come_in_order_hidden_ones_left_out(place: Path) -> None:
    names = [
        "b.txt", "a.md", "c/d.markdown", "c/a.TXT", "c/e/f.txt", "c.txt", "g.mdx",
        ".hidden.txt", ".git/a.txt", "c/.cache/a.txt", "c/.b.txt", "x.djvu", "noend", "c/y.jpg",
    ]  # fmt: skip
    written(place, names)
    (place / "folder.txt").mkdir()
    found = contents_of(place)
    assert names_in(place, found.readable) == [
        *("a.md", "b.txt", "c/a.TXT", "c/d.markdown", "c/e/f.txt", "c.txt", "g.mdx"),
    ]
    assert names_in(place, found.of_other_kinds) == ["c/y.jpg", "noend", "x.djvu"]
    assert (found.ignored, found.unfit, found.faults) == ((), (), ())
    assert found == contents_of(place)


def test_a_folder_that_is_hidden_itself_may_be_read(place: Path) -> None:
    written(place, [".articles/a.txt"])
    assert readable(place / ".articles") == ["a.txt"]


def test_a_folder_may_be_named_from_where_one_stands(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(place, ["notes/a.txt", "notes/b.txt", "notes/deep/b.txt"])
    ignoring(place / "notes", ".gitignore", "b.txt")
    monkeypatch.chdir(place)
    assert contents_of(Path("notes")).readable == (Path("notes/a.txt"),)


def test_a_folder_may_be_empty(place: Path) -> None:
    assert contents_of(place) == Contents(place, (), (), (), (), ())


def test_links_to_files_are_followed_and_those_to_folders_back_or_nowhere_are_not(place: Path) -> None:
    written(place, ["a.txt", "deep/b.txt"])
    (place / "link.txt").symlink_to(place / "a.txt")
    (place / "nowhere.txt").symlink_to(place / "missing.txt")
    (place / "deep" / "back").symlink_to(place)
    (place / "itself.txt").symlink_to(place / "itself.txt")
    found = contents_of(place)
    assert names_in(place, found.readable) == ["a.txt", "deep/b.txt", "link.txt"]
    assert names_in(place, found.unfit) == ["deep/back", "itself.txt", "nowhere.txt"]


def test_a_pipe_in_a_folder_is_no_file(place: Path) -> None:
    os.mkfifo(place / "pipe.txt")
    found = contents_of(place)
    assert (found.readable, found.unfit) == ((), (place / "pipe.txt",))


def test_folders_may_be_as_deep_as_the_system_has_them_and_what_is_deeper_is_a_fault(place: Path) -> None:
    """A path of more than some 4,000 bytes cannot be opened, whoever asks."""
    written(place, ["a.txt"])
    folder = os.open(place, os.O_RDONLY)
    for _ in range(17):
        os.mkdir("d" * 250, dir_fd=folder)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(folder)
    found = contents_of(place)
    assert names_in(place, found.readable) == ["a.txt"]
    (fault,) = found.faults
    assert "File name too long" in str(fault)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_folder_that_is_shut_is_a_fault_and_what_is_in_it_is_not_gone(place: Path) -> None:
    written(place, ["a.txt", "shut/b.txt"])
    shut = place / "shut"
    origins = [Origin(name, str(place / name), "") for name in ("a.txt", "shut/b.txt", "c.txt")]
    shut.chmod(0)
    try:
        found = contents_of(place)
        gone = gone_below(place, origins)
    finally:
        shut.chmod(0o700)
    assert names_in(place, found.readable) == ["a.txt"]
    (fault,) = found.faults
    assert (fault.path, "Permission denied" in str(fault)) == (shut, True)
    assert [origin.document_id for origin in gone] == ["c.txt"]


def test_a_file_that_a_folder_took_the_place_of_is_gone(place: Path) -> None:
    written(place, ["a.txt/b.txt"])
    origins = [Origin(name, str(place / name), "") for name in ("a.txt", "a.txt/b.txt", "a.txt/b.txt/c.txt")]
    assert [origin.document_id for origin in gone_below(place, origins)] == ["a.txt", "a.txt/b.txt/c.txt"]


# Ignore files


def test_what_ignore_files_name_is_left_out_and_counted(place: Path) -> None:
    written(place, ["a.txt", "draft-b.txt", "drafts/c.txt", "drafts/d.txt", "deep/draft-e.txt", "x.pdf"])
    ignoring(place, ".gitignore", "# what is not finished", "draft-*", "", "drafts/", "*.pdf")
    found = contents_of(place)
    assert names_in(place, found.readable) == ["a.txt"]
    assert names_in(place, found.ignored) == ["deep/draft-e.txt", "draft-b.txt", "drafts", "x.pdf"]
    assert found.of_other_kinds == ()


def test_the_deepest_ignore_file_decides_and_derekignore_after_gitignore(place: Path) -> None:
    written(place, ["a.txt", "b.txt", "deep/a.txt", "deep/b.txt", "deep/c.md"])
    ignoring(place, ".gitignore", "a.txt", "b.txt")
    ignoring(place, ".derekignore", "!b.txt")
    ignoring(place / "deep", ".derekignore", "!a.txt", "*.md")
    assert readable(place) == ["b.txt", "deep/a.txt", "deep/b.txt"]


def test_only_some_kinds_may_be_wanted(place: Path) -> None:
    written(place, ["a.txt", "b.md", "deep/a.txt", "deep/b.md"])
    ignoring(place, ".derekignore", "*", "!*/", "!*.md")
    assert readable(place) == ["b.md", "deep/b.md"]


def test_of_the_folders_above_those_of_the_repository_count(place: Path) -> None:
    written(place, ["repo/docs/a.txt", "repo/docs/_build/a.txt", "repo/docs/b.txt", "repo/docs/c.txt"])
    (place / "repo" / ".git").mkdir()
    ignoring(place, ".gitignore", "a.txt")
    ignoring(place / "repo", ".gitignore", "docs/_build/", "b.txt")
    ignoring(place / "repo", ".derekignore", "/docs/c.txt")
    assert readable(place / "repo" / "docs") == ["a.txt"]
    assert readable(place / "repo") == ["docs/a.txt"]
    assert readable(place) == []


def test_who_names_a_folder_that_is_ignored_wants_it(place: Path) -> None:
    written(place, ["private/a.txt", "private/deep/b.txt"])
    (place / ".git").mkdir()
    ignoring(place, ".gitignore", "private/")
    assert readable(place / "private") == ["a.txt", "deep/b.txt"]
    assert readable(place / "private" / "deep") == ["b.txt"]
    assert readable(place) == []


@pytest.mark.parametrize("made", ["node_modules/a.md", "deep/__pycache__/a.txt", "site-packages/a.txt"])
def test_what_programs_make_for_themselves_is_ignored_if_nothing_else_is_said(place: Path, made: str) -> None:
    written(place, [made, "b.txt"])
    assert readable(place) == ["b.txt"]
    ignoring(place, ".derekignore", f"!{made.split('/')[-2]}/")
    assert readable(place) == sorted([made, "b.txt"])


def test_an_environment_of_python_and_a_cache_are_told_by_what_marks_them(place: Path) -> None:
    written(place, ["env/pyvenv.cfg", "env/lib/a.txt", "target/CACHEDIR.TAG", "target/b.txt", "c.txt"])
    assert names_in(place, contents_of(place).ignored) == ["env", "target"]
    assert readable(place) == ["c.txt"]
    assert readable(place / "env") == ["lib/a.txt"]
    ignoring(place, ".derekignore", "!env/")
    assert readable(place) == ["c.txt", "env/lib/a.txt"]


def test_an_ignore_file_may_hold_anything(place: Path) -> None:
    written(place, ["a.txt", "b.txt", "қ.txt"])
    odd = "\ufeffb.txt\r\n!\n\\\n[z-a].md\n/\n//\nқ.txt\n"
    (place / ".gitignore").write_bytes(odd.encode() + b"\xff\n\0")
    (place / ".derekignore").mkdir()
    assert readable(place) == ["a.txt"]


@pytest.mark.parametrize(
    "lines",
    [
        ["a"], ["a/"], ["/a"], ["a/b"], ["**/b/"], ["a/**"], ["a/**/c.md"], ["/*", "!/a"], ["/a/*", "!/a/b/"],
        ["*", "!*/", "!*.md"], ["b/", "!b/"], ["!b/", "b/"], ["b", "!c.md"], ["?.txt"], ["[bd].*"],
        ["a/*", "!a/b"],
        ["*.md", "!/c.md"], ["\\!x.md", "d.txt "], ["*.txt", "!a/"], ["**/"], ["**"], ["a/**", "!c.md"],
    ],
)  # fmt: skip
def test_ignore_files_say_what_they_say_to_git(place: Path, lines: list[str]) -> None:
    folders = ["", "a/", "b/", "a/b/", "b/a/", "a/b/a/"]
    written(place, [f"{folder}{name}" for folder in folders for name in ("c.md", "d.txt", "!x.md")])
    ignoring(place, ".gitignore", *lines)
    subprocess.run(["git", "init", "--quiet", place], check=True)
    listed = ["git", "-C", str(place), "ls-files", "-z", "--others", "--exclude-standard"]
    told = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    assert sorted(readable(place)) == sorted(set(told.split("\0")) - {"", ".gitignore"})
