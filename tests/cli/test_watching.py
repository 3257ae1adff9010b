"""`--watch`: articles stay in step with a folder as long as the command runs."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

import pytest

from bot.config import default_path
from retrieval.errors import UnknownArticleError
from retrieval.storage.store import Store
from tests.support.command import derek
from tests.support.running import DEREK
from tests.support.waiting import until


@pytest.fixture(name="folder")
def folder_with_a_note(data: Path, tmp_path: Path) -> Path:
    assert data.exists()
    default_path().parent.mkdir(parents=True, exist_ok=True)
    default_path().write_text('[semantic]\nkind = "none"\n')
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pier.txt").write_text("The pier of Aral has 12 berths.\n")
    return folder


@contextmanager
def watching(*arguments: str | Path) -> Iterator[Callable[[], str]]:
    """Run a command that watches, end it as Ctrl-C does, and give what it said so far."""
    command = [str(DEREK), *map(str, arguments), "--watch"]
    with (
        TemporaryFile("w+") as out,
        TemporaryFile("w+") as err,
        subprocess.Popen(command, stdout=out, stderr=err) as process,
    ):
        try:
            until(lambda: "watching" in _content(err) or process.poll() is not None)
            yield lambda: _content(out) + _content(err)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            process.kill()


def _content(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def texts(data: Path) -> set[str]:
    found = set()
    with Store(data / "articles.sqlite3") as store:
        for entry in store.catalogue():
            with suppress(UnknownArticleError):  # It went this very moment.
                found.add(store.get(entry.article_id).text.strip())
    return found


def holding(data: Path, *wanted: str) -> Callable[[], bool]:
    return lambda: texts(data) == set(wanted)


@pytest.mark.parametrize("command", ["sync", "add"])
def test_what_changes_in_the_folder_changes_here(command: str, data: Path, folder: Path) -> None:
    with watching(command, folder):
        until(holding(data, "The pier of Aral has 12 berths."))
        (folder / "crane.md").write_text("The crane of Aral is yellow.\n")
        until(holding(data, "The pier of Aral has 12 berths.", "The crane of Aral is yellow."))
        (folder / "crane.md").write_text("The crane of Aral is red.\n")
        until(holding(data, "The pier of Aral has 12 berths.", "The crane of Aral is red."))
        (folder / "pier.txt").unlink()
        until(holding(data, "The crane of Aral is red."))
    assert "red" in derek("ask", "What colour is the crane of Aral?").out


def test_a_fault_is_told_of_once(data: Path, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"no PDF")
    with watching("sync", folder) as said:
        for number in range(3):
            (folder / f"{number}.txt").write_text(f"Berth {number} is free.\n")
            until(lambda: len(texts(data)) == number + 2)  # noqa: B023  asked at once
        assert said().count("broken.pdf") == 1


def test_a_folder_that_is_emptied_leaves_its_articles_until_somebody_says_so(
    data: Path, folder: Path
) -> None:
    for number in range(15):
        (folder / f"{number}.txt").write_text(f"Berth {number} is free.\n")
    with watching("sync", folder) as said:
        until(lambda: len(texts(data)) == 16)
        for number in range(15):
            (folder / f"{number}.txt").unlink()
        (folder / "new.txt").write_text("The gate is open.\n")
        until(lambda: "The gate is open." in texts(data))
        until(lambda: "the files of 15 articles are gone" in said())
    assert len(texts(data)) == 17


@pytest.mark.parametrize(
    "arguments", [["--dry-run"], ["--source", "Me"], ["--title", "A"], ["pier.txt"], ["-"]]
)
def test_only_folders_can_be_watched(folder: Path, arguments: list[str]) -> None:
    (folder / "pier.txt").write_text("The pier.\n")
    names = [str(folder / name) if name.endswith(".txt") else name for name in arguments]
    refused = derek("add", folder, "--watch", *names, given="A text.")
    assert (refused.code, "--watch takes folders" in refused.err) == (2, True)
    assert derek("sync", folder, "--watch", "--dry-run").code == 2


def test_a_folder_that_another_takes_the_place_of_is_watched_still(data: Path, folder: Path) -> None:
    with watching("sync", folder) as said:
        until(holding(data, "The pier of Aral has 12 berths."))
        folder.rename(folder.with_name("former"))
        until(lambda: "there is no such folder" in said())
        (replacement := folder.with_name("replacement")).mkdir()
        (replacement / "pier.txt").write_text("The pier of Aral has 12 berths.\n")
        replacement.rename(folder)
        (folder / "crane.md").write_text("The crane of Aral is yellow.\n")
        until(holding(data, "The pier of Aral has 12 berths.", "The crane of Aral is yellow."))
        (folder / "crane.md").write_text("The crane of Aral is red.\n")
        until(holding(data, "The pier of Aral has 12 berths.", "The crane of Aral is red."))


def test_a_name_that_is_no_text_ends_no_watching(data: Path, folder: Path) -> None:
    with watching("sync", folder):
        until(holding(data, "The pier of Aral has 12 berths."))
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.bin")).write_bytes(b"1")
        time.sleep(1)
        (folder / "crane.md").write_text("The crane of Aral is red.\n")
        until(holding(data, "The pier of Aral has 12 berths.", "The crane of Aral is red."))


def test_the_first_file_of_an_empty_folder_takes_the_place_of_the_samples(data: Path, folder: Path) -> None:
    (folder / "pier.txt").unlink()
    with watching("sync", folder) as said:
        until(lambda: len(texts(data)) == 5)
        (folder / "crane.md").write_text("The crane of Aral is red.\n")
        until(holding(data, "The crane of Aral is red."))
        until(lambda: "made room" in said())
