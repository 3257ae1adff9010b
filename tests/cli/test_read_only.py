"""A data folder that cannot be written: what is there answers, and nothing else happens."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.ingest.texts import read_text
from tests.support.command import BRIDGE, BRIDGE_QUESTION
from tests.support.running import DEREK

#: What lets a process of root's write whatever the permissions say: `man 7 capabilities`, `man 2 prctl`.
_CAP_DAC_OVERRIDE, _PR_CAPBSET_DROP = 1, 24


def _heeding_permissions() -> None:
    """Give up what root may; for anybody else there is nothing to give up."""
    if os.getuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE)


def derek(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEREK, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        preexec_fn=_heeding_permissions,
    )


@pytest.fixture(name="fixed", params=["few articles", "many articles", "a writer beside"])
def folder_that_cannot_be_written(data: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    config = Config(data=data, semantic=SemanticSettings(kind=EmbedderKind.NONE))
    with assemble(config) as there:
        there.store.put(read_text(BRIDGE, "bridge"))
        if request.param == "many articles":
            text = "\n\n".join(f"Wheat number {number} grew well." for number in range(1_100))
            there.store.put(read_text(text, "many"))
        there.index.follow()
        if request.param != "a writer beside":
            there.close()
        _permit(data, writing=False)
        yield data
        _permit(data, writing=True)


def _permit(folder: Path, *, writing: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o755 if path.is_dir() else 0o644) if writing else (0o555 if path.is_dir() else 0o444))


def test_a_folder_that_cannot_be_written_answers(fixed: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in fixed.rglob("*")}
    answer = derek("ask", BRIDGE_QUESTION)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "It cost 12 million dollars." in answer.stdout
    listed = derek("list")
    assert (listed.returncode, "Turgay bridge opens" in listed.stdout) == (0, True)
    assert "cannot be written" in derek("doctor").stdout
    assert {path: path.stat().st_mtime_ns for path in fixed.rglob("*")} == before


def test_a_conversation_is_held_and_forgotten(fixed: Path) -> None:
    talk = derek("chat", given=f"{BRIDGE_QUESTION}\n/history\n")
    assert (talk.returncode, talk.stderr) == (0, "")
    assert talk.stdout.count(BRIDGE_QUESTION) == 2
    assert not list(fixed.glob("history*"))


def test_the_questions_of_before_are_shown(data: Path) -> None:
    derek("ask", BRIDGE_QUESTION)
    _permit(data, writing=False)
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    try:
        shown = derek("history")
        assert derek("ask", "Who met Mishustin?").returncode == 0
    finally:
        _permit(data, writing=True)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
    assert (shown.returncode, shown.stderr) == (0, "")
    assert BRIDGE_QUESTION in shown.stdout
    assert "Mishustin" not in derek("history").stdout


def test_what_would_change_it_says_why_not(fixed: Path, file: Path) -> None:
    some_id = derek("list").stdout.split()[0]
    for arguments in (["add", str(file)], ["remove", some_id]):
        refused = derek(*arguments)
        assert (refused.returncode, refused.stdout) == (3, "")
        assert "readonly" in refused.stderr
        assert "is writable" in refused.stderr


def test_nothing_is_said_to_be_forgotten_that_is_not(fixed: Path) -> None:
    refused = derek("history", "--clear", "--yes")
    assert (refused.returncode, refused.stdout) == (3, "")


def test_a_conversation_goes_on_after_what_cannot_be_written(fixed: Path, file: Path) -> None:
    talk = derek("chat", given=f"/add {file}\n/undo\n{BRIDGE_QUESTION}\n")
    assert talk.returncode == 0
    assert "readonly" in talk.stdout
    assert "It cost 12 million dollars." in talk.stdout
