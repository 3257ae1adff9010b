"""`--watch`: articles stay in step with a folder as long as the command runs."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.config import default_path
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
def watching(*arguments: str | Path) -> Iterator[list[str]]:
    """Run a command that watches, end it as Ctrl-C does, and give what it said when it has ended."""
    command = [str(DEREK), *map(str, arguments), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said: list[str] = []
            yield said
            process.send_signal(signal.SIGINT)
            said += process.communicate(timeout=30)
            assert process.returncode == 0
        finally:
            process.kill()


def texts(data: Path) -> set[str]:
    with Store(data / "articles.sqlite3") as store:
        return {store.get(entry.article_id).text.strip() for entry in store.catalogue()}


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
    assert said[0].count("broken.pdf") == 1


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
    assert "the files of 15 articles are gone" in said[0]
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
