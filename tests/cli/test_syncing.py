"""`derek sync`: articles in step with a folder, as one change."""

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.phrases import Phrases
from tests.cli.test_editing import on_terminal
from tests.support.command import article_ids, derek

ENGLISH = Phrases("en")
NOTHING_DONE = "In all: 3 unchanged.\n"


@pytest.fixture(name="folder")
def folder_in_step(data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.txt", "b.md", "deep/c.txt"):
        (folder / name).write_text(note(name))
    synced = derek("sync", folder)
    assert (synced.code, synced.err) == (0, "")
    *receipts, samples = synced.out.splitlines()
    assert [line.split(":")[0] for line in receipts] == [*["Added"] * 3, "In all"]
    assert samples == ENGLISH("samples-gone", count=5)
    return folder


def note(name: str, colour: str = "green") -> str:
    return f"Note {name}\n\nThe lamp of {name} is {colour}.\n"


def origins(folder: Path) -> dict[str, str]:
    """Return the ids of the articles from below a folder, by their files' names."""
    found = {entry["origin"]: entry["article_id"] for entry in derek("list", "--json").lines}
    return {
        Path(origin).relative_to(folder).as_posix(): article_id
        for origin, article_id in found.items()
        if origin and Path(origin).is_relative_to(folder)
    }


def titles() -> set[str]:
    """Return the titles of the articles of `notes.jsonl`."""
    return {entry["title"] for entry in derek("list", "--json").lines if "Note " in entry["title"]} - {
        f"Note {name}" for name in ("a.txt", "b.md", "deep/c.txt")
    }


# In step


def test_a_folder_that_is_in_step_is_told_of_in_the_total_only(folder: Path) -> None:
    synced = derek("sync", folder)
    assert (synced.code, synced.out, synced.err) == (0, NOTHING_DONE, "")
    assert derek("sync", "--json", folder).out == ""
    assert derek("sync", folder, folder / "deep").out == NOTHING_DONE


def test_what_is_new_changed_moved_and_gone_becomes_so_as_one_change(data: Path, folder: Path) -> None:
    before, ids = origins(folder), article_ids(data)
    (folder / "new.txt").write_text(note("new.txt"))
    (folder / "a.txt").write_text(note("a.txt", "red"))
    (folder / "deep" / "c.txt").rename(folder / "moved.txt")
    (folder / "b.md").unlink()
    tried = derek("sync", "--dry-run", folder)
    assert article_ids(data) == ids
    synced = derek("sync", folder)
    assert (synced.code, synced.err) == (0, "")
    assert tried.out == synced.out
    updated, moved, new, removed, total = synced.out.splitlines()
    assert updated.startswith("Updated: “Note a.txt”")
    assert moved.startswith(f"Moved: “Note deep/c.txt” is read from {folder / 'moved.txt'} now (id ")
    assert new.startswith("Added: “Note new.txt”")
    assert removed.startswith("Removed: “b”")
    assert total == "In all: 1 added · 1 updated · 1 moved · 1 removed."
    assert origins(folder).keys() == {"a.txt", "moved.txt", "new.txt"}
    undone = derek("undo", "--yes")
    assert len(undone.out.splitlines()) == 4
    assert "“Note deep/c.txt” is as it was before" in undone.out
    assert (origins(folder), article_ids(data)) == (before, ids)
    assert "c.txt" not in derek("trash").out
    derek("redo", "--yes")
    assert origins(folder).keys() == {"a.txt", "moved.txt", "new.txt"}


def test_what_was_told_about_an_article_moves_with_its_file(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    text = "Мост через Тургай открыт третьего мая и стоил двенадцать миллионов долларов.\n"
    (folder / "bridge.txt").write_bytes(text.encode("cp866"))
    told = ("--title", "Bridge", "--source", "Orda", "--date", "2020-01-02", "--encoding", "cp866")
    assert derek("add", folder / "bridge.txt", *told).code == 0
    (folder / "bridge.txt").rename(folder / "tower.txt")
    derek("sync", folder)
    (entry,) = (one for one in derek("list", "--json").lines if one["source"] == "Orda")
    assert (entry["title"], entry["published"]) == ("Bridge", "2020-01-02")
    assert entry["origin"] == str(folder / "tower.txt")
    assert text in derek("show", "--json", entry["article_id"]).json["text"]


def test_a_file_that_moves_from_one_folder_to_another_moves_too(data: Path, folder: Path) -> None:
    other = folder.with_name("other")
    other.mkdir()
    (folder / "a.txt").rename(other / "z.txt")
    moved, _ = derek("sync", other, folder).out.splitlines()
    assert moved.startswith("Moved: ")
    assert origins(other).keys() == {"z.txt"}


def test_what_an_article_is_called_by_its_file_follows_the_file(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "lamp.txt").write_text("The lamp hangs in the hall, and it is green all year round.\n")
    derek("sync", folder)
    (folder / "lamp.txt").rename(folder / "light.txt")
    assert "“light”" in derek("sync", folder).out


def test_of_an_unchanged_file_nothing_is_read_anew(data: Path, folder: Path) -> None:
    derek("add", "--title", "Told", folder / "a.txt")
    os.utime(folder / "a.txt")
    assert derek("sync", folder).out == NOTHING_DONE
    assert "Told" in derek("list").out
    (folder / "b.md").write_bytes(note("b.md").replace("\n", "\r\n").encode())
    assert derek("sync", folder).out == NOTHING_DONE


def test_a_copy_is_told_of_once_and_lives_when_the_first_goes(data: Path, folder: Path) -> None:
    shutil.copy(folder / "a.txt", folder / "copy.txt")
    assert derek("sync", folder).out.startswith("Nothing changed: “Note a.txt” is in the articles already")
    assert derek("sync", folder).out == "In all: 4 unchanged.\n"
    (folder / "a.txt").unlink()
    derek("sync", folder)
    assert origins(folder).keys() == {"b.md", "copy.txt", "deep/c.txt"}
    assert derek("undo").code == 0
    assert origins(folder).keys() == {"a.txt", "b.md", "deep/c.txt"}


# What is left out


def test_what_is_left_out_is_told_of_with_the_reason(data: Path, folder: Path) -> None:
    (folder / "x.djvu").write_bytes(b"%PDF")
    (folder / "empty.txt").write_text("")
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "readme.md").write_text("# Readme\n")
    (folder / "draft.txt").write_text("A draft.\n")
    (folder / ".derekignore").write_text("draft.txt\n")
    os.mkfifo(folder / "pipe.txt")
    synced = derek("sync", folder)
    assert synced.code == 1
    assert f"Not added: {folder / 'empty.txt'}: there is no text in it" in synced.out
    assert synced.out.endswith("In all: 3 unchanged · 1 not added.\n")
    assert synced.err.splitlines() == [
        f"derek: left out of {folder}, since such files cannot be read: 1 .djvu",
        f"derek: left out of {folder} as ignored: files or folders: 2",
        f"derek: left out of {folder}: links, pipes or devices: 1",
    ]
    assert derek("add", folder).err == synced.err
    asked = derek("ask", "--from", folder, "What is a draft?")
    assert "A draft." not in asked.out
    assert derek("add", folder / "draft.txt").out.startswith("Added: ")
    again = derek("sync", folder)
    assert again.out.endswith("In all: 3 unchanged · 1 not added.\n")
    stays = f"derek: 1 article stays as before, though ignored in {folder}; `derek remove` takes out"
    assert again.err.splitlines() == [*synced.err.splitlines(), stays]
    assert "draft.txt" in origins(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
@pytest.mark.parametrize("command", ["sync", "add"])
def test_a_folder_that_is_shut_is_told_of_and_its_articles_stay(folder: Path, command: str) -> None:
    before = origins(folder)
    (folder / "deep").chmod(0)
    try:
        synced = derek(command, folder)
    finally:
        (folder / "deep").chmod(0o700)
    assert synced.code == 1
    assert f"Not added: {folder / 'deep'}: Permission denied" in synced.out
    assert origins(folder) == before


def test_what_cannot_be_read_any_more_keeps_its_article(data: Path, folder: Path) -> None:
    before = origins(folder)
    (folder / "a.txt").write_bytes(b"\0\1\2\xff")
    synced = derek("sync", folder)
    assert (synced.code, "a.txt: it is not text" in synced.out) == (1, True)
    assert origins(folder) == before


# Folders that are gone


def test_of_a_folder_that_is_gone_nothing_is_taken_out(data: Path, folder: Path) -> None:
    before = article_ids(data)
    folder.rename(folder.with_name("unmounted"))
    refused = derek("sync", folder)
    assert (refused.code, refused.out) == (2, "")
    assert refused.error.startswith(
        f"derek: {folder}: there is no such folder, or nothing in it, though 3 articles"
    )
    assert f"derek add --prune {folder}" in refused.error
    assert article_ids(data) == before


def test_what_is_no_folder_is_refused(data: Path, file: Path) -> None:
    assert "No such file or directory" in derek("sync", file.with_name("missing")).error
    assert "which `derek add` takes" in derek("sync", file).error
    assert "no file is at this address" in derek("sync", "https://example.com/a").error
    file.with_name("nothing").mkdir()
    nothing = derek("sync", file.with_name("nothing"))
    assert (nothing.code, nothing.out) == (0, ENGLISH("sync-nothing") + "\n")


@pytest.fixture(name="many")
def folder_of_many(data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_text(note(str(number)))
    derek("sync", folder)
    return folder


def test_whether_most_may_go_is_asked_on_a_terminal(data: Path, many: Path) -> None:
    for number in range(12):
        (many / f"{number}.txt").unlink()
    (many / "new.txt").write_text(note("new"))
    code, seen = on_terminal("sync", str(many), answered="n\n")
    assert (code, len(origins(many))) == (1, 21)
    assert "12 of 20 articles" in seen
    code, seen = on_terminal("sync", "--yes", str(many), answered="")
    assert (code, len(origins(many))) == (0, 9)
    derek("undo", "--yes")
    assert len(origins(many)) == 21
    assert derek("sync", many).code == 0
    assert len(origins(many)) == 9


def test_a_folder_of_many_articles_with_nothing_in_it_is_taken_for_a_disk_that_is_missing(
    data: Path, many: Path
) -> None:
    shutil.rmtree(many)
    many.mkdir()
    refused = derek("sync", many)
    assert (refused.code, len(origins(many))) == (2, 20)
    assert "nothing in it, though 20 articles came from it" in refused.error
    assert derek("sync", "--yes", many).code == 0
    assert origins(many) == {}


def test_a_folder_that_got_another_name_keeps_its_articles_and_what_was_told_of_them(
    data: Path, folder: Path, tmp_path: Path
) -> None:
    derek("add", "--source", "Orda News", folder / "a.txt")
    other = folder.rename(tmp_path / "other")
    moved = derek("sync", other)
    assert (moved.code, moved.out.splitlines()[-1]) == (0, "In all: 3 moved.")
    assert {
        entry["source"] for entry in derek("list", "--json").lines if "other/a.txt" in (entry["origin"] or "")
    } == {"Orda News"}
    (other / "a.txt").write_text(note("a.txt", "blue"))
    (other / "b.md").unlink()
    derek("sync", other)
    listed = derek("list", "--json").lines
    assert [entry["origin"] for entry in listed if str(folder) in (entry["origin"] or "")] == []
    assert "a.txt is green" not in derek("search", "lamp").out


def test_a_file_of_several_articles_is_kept_in_step_with_each_of_them(folder: Path) -> None:
    path = folder / "notes.jsonl"

    def write(*notes: tuple[int, str]) -> None:
        lines = (
            json.dumps({"id": number, "title": f"Note {number}", "text": text}) for number, text in notes
        )
        path.write_text("\n".join(lines), "utf-8")

    write((1, "The lamp is green."), (2, "The pump is old."), (3, "The gate is shut."))
    assert "3 added" in derek("sync", folder).out
    assert derek("sync", folder).out.splitlines()[-1].endswith("unchanged.")
    write((1, "The lamp is green."), (2, "The pump is new."))
    out = derek("sync", folder).out
    assert ("1 updated" in out, "1 removed" in out) == (True, True)
    assert titles() == {"Note 1", "Note 2"}
    derek("undo", "--yes")
    assert titles() == {"Note 1", "Note 2", "Note 3"}
    write((1, "The lamp is green."), (2, "The pump is old."), (3, "The gate is shut."))
    path.rename(folder / "moved.jsonl")
    assert "3 moved" in derek("sync", folder).out
