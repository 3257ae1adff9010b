"""Keeping what there is: backups and what is asked before one is put in place, exports, questions asked."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_editing import on_terminal
from tests.support.command import BRIDGE, BRIDGE_QUESTION, Result, article_ids, derek


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
    derek("add", "--keep-samples", file)
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
    derek("add", "--keep-samples", file)
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


# export


@pytest.fixture(name="notes")
def folder_of_plain_and_markdown(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE, "utf-8")
    russian = "Мост\r\n\r\nМост через Тургай открыли третьего мая.\r\n"
    (folder / "мост.txt").write_bytes(russian.encode("cp1251"))
    (folder / "pumps.md").write_text(
        "---\nsource: The Note\ndate: 2020-01-02\n---\n# Pumps\n\n| Pump | kW |\n|--|--|\n| Ertis-4 | 12 |\n"
    )
    (folder / "untitled.md").write_text("Owls *sleep* by day. They wake at night.\n")
    return folder


def articles(data: Path) -> dict[str, dict[str, Any]]:
    """Return what is known of the articles in a data folder, by their texts."""
    shown = [derek("--data", data, "show", "--json", one).json for one in article_ids(data)]
    names = ("title", "source", "published", "language")
    return {one["text"]: {name: one[name] for name in names} for one in shown}


def test_what_is_exported_and_added_again_is_the_same(notes: Path, tmp_path: Path) -> None:
    first, second, out = tmp_path / "first", tmp_path / "second", tmp_path / "out"
    for folder in (first, second):
        folder.mkdir()
    derek("--data", first, "add", notes)
    exported = derek("--data", first, "export", out)
    assert exported == Result(0, f"4 articles are in {out}.\n", "")
    assert derek("--data", second, "add", out).code == 0
    assert articles(first) == articles(second)
    assert {path.read_bytes() for path in out.iterdir()} == {path.read_bytes() for path in notes.iterdir()}


def test_what_is_exported_without_its_originals_says_the_same(
    data: Path, notes: Path, tmp_path: Path
) -> None:
    derek("add", "--keep-samples", notes)
    for path in notes.iterdir():
        path.unlink()
    exported = derek("export", tmp_path / "out")
    assert exported.out.splitlines()[0] == f"9 articles are in {tmp_path / 'out'}."
    assert exported.out.splitlines()[1].startswith("9 of them are written anew as Markdown")
    other = tmp_path / "other"
    other.mkdir()
    derek("--data", other, "add", tmp_path / "out")
    texts, again = (sorted(" ".join(text.split()) for text in articles(place)) for place in (data, other))
    assert texts == again
    assert "Ertis-4 — kW: 12" in derek("--data", other, "ask", "How many kW has the Ertis-4 pump?").out


def test_articles_are_exported_as_lines_of_json(data: Path, tmp_path: Path) -> None:
    assert derek("export", "--json", tmp_path / "out").out == f"5 articles are in {tmp_path / 'out'}.\n"
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "articles.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {line["article_id"] for line in lines} == article_ids(data)
    shown = derek("show", "--json", lines[0]["article_id"]).json
    assert shown == lines[0] | {"versions": [], "copies": []}


def test_nothing_is_exported_into_a_folder_that_holds_anything(data: Path, notes: Path) -> None:
    before = {path.name for path in notes.iterdir()}
    refused = derek("export", notes)
    assert (refused.code, refused.out) == (2, "")
    assert "not empty" in refused.error
    assert {path.name for path in notes.iterdir()} == before
    assert derek("export", notes / "bridge.txt").code == 2


# history


def test_questions_are_shown_with_what_was_given_the_newest_last(data: Path, file: Path) -> None:
    assert derek("history").out == "Nothing was asked yet.\n"
    derek("add", file)
    derek(BRIDGE_QUESTION)
    derek("ask", given="What do camels eat in winter?")
    derek("chat", given="Who met Mishustin?\n")
    first, second, third = derek("history").out.split("\n\n")
    when, *rest = first.splitlines()
    assert re.fullmatch(rf"\w{{3}} \d+, \d{{4}}, \d+:\d\d [AP]M · {re.escape(BRIDGE_QUESTION)}", when)
    # "It" says nothing by itself.
    whole = "The bridge over the Turgay was opened on 3 May. It cost 12 million dollars."
    assert rest == [whole, "Turgay bridge opens"]
    assert second.endswith(" · What do camels eat in winter?\nNo answer.")
    assert "Who met Mishustin?\n" in third
    assert derek("history", "-n", "1").out == third
    lines = derek("history", "--json").lines
    assert [line["question"] for line in lines] == [
        BRIDGE_QUESTION, "What do camels eat in winter?", "Who met Mishustin?",
    ]  # fmt: skip
    assert (lines[0]["quote"], lines[0]["source"]) == (whole, "Turgay bridge opens")
    assert (lines[1]["quote"], lines[1]["source"]) == (None, None)
    assert 0 <= lines[1]["confidence"] < lines[0]["confidence"] <= 1
    assert datetime.fromisoformat(lines[0]["at"]).tzinfo


def test_what_programs_ask_and_what_is_asked_of_other_files_is_not_remembered(data: Path, file: Path) -> None:
    derek("ask", "--json", BRIDGE_QUESTION)
    derek("ask", "--jsonl", given=json.dumps({"id": 1, "question": BRIDGE_QUESTION}))
    derek("ask", "--from", file, BRIDGE_QUESTION)
    derek("search", "gas")
    derek("ask", "Hello!")
    derek("ask", "?!")
    assert derek("history", "--json") == Result(0, "", "")


def test_every_question_of_a_text_is_remembered(data: Path) -> None:
    derek("What do camels eat in winter? Who met Mishustin?")
    questions = [line["question"] for line in derek("history", "--json").lines]
    assert questions == ["What do camels eat in winter?", "Who met Mishustin?"]


def test_a_conversation_does_not_lean_on_what_was_asked_by_a_command(data: Path) -> None:
    derek("What did the sides agree on oil?")
    talk = derek("chat", given="And on gas?\n")
    assert "Taken as a follow-up" not in talk.out
    assert (
        "Taken as a follow-up" in derek("chat", given="What did the sides agree on oil?\nAnd on gas?\n").out
    )


def test_questions_are_forgotten_on_demand_only(data: Path) -> None:
    derek("Who met Mishustin?")
    refused = derek("history", "--clear")
    assert (refused.code, refused.out) == (2, "")
    code, seen = on_terminal("history", "--clear", answered="n\n")
    assert (code, len(derek("history", "--json").lines)) == (1, 1)
    assert "gone for good" in seen
    assert derek("history", "--clear", "--yes") == Result(0, "One question is forgotten.\n", "")
    assert derek("history", "--json").out == ""


def test_a_question_is_answered_though_it_cannot_be_remembered(data: Path, file: Path) -> None:
    derek("add", file)
    (data / "history.sqlite3").write_bytes(b"no database, but words " * 100)
    answer = derek(BRIDGE_QUESTION)
    assert (answer.code, "12 million" in answer.out) == (0, True)
    assert "is remembered until the end of this process only" in answer.error
