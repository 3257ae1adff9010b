"""Keeping what there is: backups, and what a terminal is asked before one is put in place."""

from pathlib import Path

import pytest

from tests.cli.test_editing import on_terminal
from tests.support.command import BRIDGE_QUESTION, article_ids, derek


@pytest.fixture(name="packed")
def backup_of_the_samples(data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "derek.zip"
    made = derek("backup", path)
    assert (made.code, made.err) == (0, "")
    assert made.out == f"Backed up into {path} (0.1 MB): 5 articles · 0 questions asked · 0 vectors.\n"
    return path


def test_what_was_added_since_is_out_after_restoring_and_stands_beside(
    data: Path, packed: Path, file: Path
) -> None:
    before = article_ids(data)
    derek("add", file)
    done = derek("restore", "--yes", packed)
    assert (done.code, done.err) == (0, "")
    restored, aside = done.out.splitlines()
    assert restored.startswith("Restored from the backup of ")
    assert article_ids(data) == before
    (there,) = data.parent.glob("derek.before-restore-*")
    assert aside == f"What was there before is in {there} now."
    assert "12 million" in derek("--data", there, "ask", BRIDGE_QUESTION).out


def test_restoring_over_articles_wants_to_be_told(data: Path, packed: Path, file: Path) -> None:
    derek("add", file)
    before = article_ids(data)
    refused = derek("restore", packed)
    assert (refused.code, refused.out, article_ids(data)) == (2, "", before)
    assert "--yes" in refused.error
    code, seen = on_terminal("restore", str(packed), answered="n\n")
    assert (code, article_ids(data)) == (1, before)
    assert "in the place of" in seen
    code, _ = on_terminal("restore", str(packed), answered="y\n")
    assert (code, len(article_ids(data))) == (0, len(before) - 1)


def test_on_a_new_machine_there_is_nothing_to_ask(packed: Path, file: Path, tmp_path: Path) -> None:
    derek("add", file)
    derek("backup", "--force", packed)
    new = tmp_path / "new"
    done = derek("--data", new, "restore", packed)
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert len(article_ids(new)) == 6
    assert "12 million" in derek("--data", new, "ask", BRIDGE_QUESTION).out


def test_a_backup_is_not_replaced_by_a_slip(packed: Path) -> None:
    before = packed.read_bytes()
    refused = derek("backup", packed)
    assert (refused.code, refused.out, packed.read_bytes()) == (2, "", before)
    assert "--force" in refused.error
    assert derek("backup", packed.with_suffix("")).code == 2


def test_what_is_no_backup_is_refused_in_a_line(data: Path, tmp_path: Path) -> None:
    before = article_ids(data)
    (tmp_path / "no.zip").write_text("nothing")
    for name in ("no.zip", "missing.zip"):
        refused = derek("restore", "--yes", tmp_path / name)
        assert (refused.code, refused.out) == (2, "")
        assert "nothing was changed" in refused.error
    assert article_ids(data) == before


def test_a_folder_that_is_not_there_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    refused = derek("backup", tmp_path / "derek.zip")
    assert (refused.code, refused.out) == (2, "")
    assert not home.exists()
