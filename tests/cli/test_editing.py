"""Taking articles out, and taking changes back: what is asked first, and what cannot be lost by a slip."""

import os
import pty
import stat
import subprocess
from pathlib import Path

import pytest

from bot.assembly import SIGNATURES, assemble
from bot.config import Config
from bot.phrases import Phrases
from tests.support.command import BRIDGE_QUESTION, Result, article_ids, derek
from tests.support.running import DEREK

ENGLISH = Phrases("en")


def on_terminal(*arguments: str, answered: str) -> tuple[int, str]:
    """Run a command on a terminal, where its questions are answered so; return its code and what was seen."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen([DEREK, *arguments], stdin=theirs, stdout=theirs, stderr=theirs) as process:
            os.write(ours, answered.encode())
            code = process.wait(timeout=120)
        return code, os.read(ours, 100_000).decode().replace("\r\n", "\n")
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.fixture(name="many")
def folder_of_articles(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Lamp {number}\n\nLamp {number} hangs in hall {number}.\n")
    return folder


def test_undo_after_a_removal_brings_back_what_was_removed_and_nothing_else(data: Path, many: Path) -> None:
    derek("add", many)
    before = article_ids(data)
    gone = min(before)
    assert derek("remove", gone[:4]).out.endswith(ENGLISH("removed-how") + "\n")
    assert article_ids(data) == before - {gone}
    assert len(derek("undo").out.splitlines()) == 1
    assert article_ids(data) == before
    assert derek("redo").out.startswith("Done again: ")
    assert article_ids(data) == before - {gone}


def test_too_few_characters_of_an_id_remove_nothing(data: Path) -> None:
    before = article_ids(data)
    refused = derek("remove", min(before)[:3])
    assert (refused.code, refused.out, article_ids(data)) == (2, "", before)
    assert "4 characters" in refused.error


def test_a_removal_is_asked_about_on_a_terminal(data: Path) -> None:
    before = article_ids(data)
    code, seen = on_terminal("remove", min(before), answered="n\n")
    assert (code, article_ids(data)) == (1, before)
    assert "thirty days" in seen
    code, _ = on_terminal("remove", min(before), answered="y\n")
    assert (code, article_ids(data)) == (0, before - {min(before)})
    code, seen = on_terminal("remove", "--yes", max(before), answered="")
    assert (code, article_ids(data)) == (0, before - {min(before), max(before)})
    assert "?" not in seen


def test_undoing_more_than_one_article_says_first_which(data: Path, many: Path) -> None:
    before = article_ids(data)
    derek("add", "--keep-samples", many)
    code, seen = on_terminal("undo", answered="n\n")
    assert code == 1
    assert "3 articles" in seen
    assert "Lamp 2" in seen
    assert len(article_ids(data)) == len(before) + 3
    code, seen = on_terminal("undo", "--yes", answered="")
    assert (code, article_ids(data)) == (0, before)
    assert "Undone: “Lamp 2”" in seen


def test_what_would_be_done_is_shown_and_nothing_changed(data: Path, file: Path, many: Path) -> None:
    tried = derek("add", "--dry-run", file)
    assert tried.out.startswith("Added: “Turgay bridge opens”")
    assert "nothing was changed" in tried.error
    derek("add", many)
    before = article_ids(data)
    for command, said in ((["remove", min(before)], "Removed: "), (["undo"], "Undone: ")):
        tried = derek(*command, "--dry-run")
        assert (tried.code, tried.out[: len(said)]) == (0, said)
        assert article_ids(data) == before
    assert derek("redo", "--dry-run").out == ENGLISH("nothing-redo") + "\n"


def test_a_purge_leaves_no_signature_of_what_was_removed(data: Path, file: Path) -> None:
    before = article_ids(data)
    derek("add", "--keep-samples", "--lang", "en", file)
    (added,) = article_ids(data) - before
    with assemble(Config(data=data)) as opened:
        opened.near_duplicates.follow()
    signatures = data / SIGNATURES
    assert added.encode() in signatures.read_bytes()
    derek("remove", added)
    derek("purge", "--yes")
    files = list(data.glob(f"{SIGNATURES}*"))
    assert not any(added.encode() in path.read_bytes() for path in files)
    assert stat.S_IMODE(signatures.stat().st_mode) & 0o077 == 0


def test_the_trash_holds_what_was_removed_until_it_is_emptied(data: Path, file: Path) -> None:
    assert derek("trash") == Result(0, ENGLISH("trash-empty") + "\n", "")
    before = article_ids(data)
    derek("add", "--keep-samples", "--lang", "en", file)
    (added,) = article_ids(data) - before
    derek("remove", added)
    assert before == article_ids(data)
    line, *_ = derek("trash").out.splitlines()
    assert line.startswith(f"“Turgay bridge opens” (id {added}), removed on ")
    assert derek("restore", added[:6]).out.startswith("Brought back: ")
    assert "12 million" in derek(BRIDGE_QUESTION).out
    derek("remove", added)
    assert derek("purge").code == 2
    assert derek("purge", "--yes").out == ENGLISH("purged", count=1) + "\n"
    assert derek("trash").out == ENGLISH("trash-empty") + "\n"
    refused = derek("restore", added)
    assert (refused.code, refused.out) == (2, "")
    assert derek("undo").out == ENGLISH("nothing-undo") + "\n"
