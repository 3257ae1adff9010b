"""The command `derek`, as a process of its own: what it prints, where, and how it exits."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.assembly import assemble
from bot.config import Config
from bot.phrases import Phrases
from retrieval.ingest.texts import SEGMENTATION, read_text
from tests.rendering.test_messages import ANSWER_KEYS, CITATION_KEYS
from tests.support.command import BRIDGE, BRIDGE_QUESTION, Result, article_ids, derek
from tests.support.embeddings_server import EmbeddingsServer, always, embeddings, well
from tests.support.running import DEREK

SURE = "By how many percent did the volume of trade increase?"
SURE_QUOTE = "the volume of trade increased by 26 percent"
UNANSWERABLE = "Who won the chess championship of the Andromeda galaxy?"
ENGLISH = Phrases("en")


# What it is


def test_it_says_its_version() -> None:
    assert derek("--version") == Result(0, f"derek {__version__}\n", "")


def test_without_a_command_and_a_terminal_it_reads_the_question_from_standard_input(data: Path) -> None:
    assert derek(given=f"{SURE}\n").out == derek("ask", SURE).out


def test_help_names_every_command() -> None:
    result = derek("--help")
    assert result.code == 0
    for command in ("ask", "chat", "add", "list", "show", "remove", "undo", "doctor", "run"):
        assert re.search(rf"^  {command}\s", result.out, re.MULTILINE)


# ask


def test_a_question_needs_no_command_and_no_quotation_marks(data: Path) -> None:
    answer = derek("ask", SURE)
    assert SURE_QUOTE in answer.out
    assert "[1] Akorda press service" in answer.out
    assert (answer.code, answer.err) == (0, "")
    assert answer == derek(SURE) == derek(*SURE.split()) == derek("ask", given=SURE)


def test_without_an_answer_it_exits_with_1(data: Path) -> None:
    answer = derek(UNANSWERABLE)
    assert answer.out.startswith(ENGLISH("not-found"))
    assert (answer.code, answer.err) == (1, "")


def test_several_questions_are_answered_one_by_one(data: Path) -> None:
    answer = derek(f"{SURE} {UNANSWERABLE}")
    assert answer.out.startswith(f"{SURE}\n\n")
    assert f"\n\n{UNANSWERABLE}\n\n{ENGLISH('not-found')}" in answer.out
    assert (answer.code, answer.err) == (1, "")
    assert derek(f"{SURE} {SURE}").code == 0


def test_json_is_as_the_design_says(data: Path) -> None:
    answer = derek("ask", "--json", SURE)
    assert (answer.code, answer.err, len(answer.out.splitlines())) == (0, "", 1)
    assert answer.json.keys() == ANSWER_KEYS
    assert answer.json["id"] is None
    assert (answer.json["question"], answer.json["language"]) == (SURE, "en")
    assert answer.json["status"] == "answered"
    (first, *_) = answer.json["citations"]
    assert first.keys() == CITATION_KEYS
    assert SURE_QUOTE in first["quote"]
    assert answer.json["confidence"] == first["score"]
    with assemble(Config(data=data)) as there:
        text = there.store.get(first["article_id"]).text
    assert text[first["start"] : first["end"]] == first["quote"]


def test_json_says_that_there_is_no_answer(data: Path) -> None:
    answer = derek("ask", "--json", given=UNANSWERABLE)
    assert (answer.code, answer.json["status"]) == (1, "not_found")
    assert answer.json.keys() == ANSWER_KEYS


def test_without_any_article_it_says_so(home: Path) -> None:
    home.mkdir(parents=True)
    answer = derek(SURE)
    assert answer.code == 1
    assert ENGLISH("no-articles") in answer.out


@pytest.mark.parametrize(
    ("options", "sources"),
    [
        (("--lang", "ru"), {"МИР 24"}),
        (("--until", "2023-12-31", "--source", "Kazpravda.kz", "--source", "МИР 24"), {"Kazpravda.kz"}),
    ],
)
def test_only_the_articles_asked_for_answer(data: Path, options: tuple[str, ...], sources: set[str]) -> None:
    answer = derek("ask", "--json", *options, "Putin Путин Mishustin Kazakhstan Казахстан")
    assert {citation["source"] for citation in answer.json["citations"]} == sources


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"x" * 1_000_000, 2),
        (b" \n\0\n", 2),
        (b"By how many\0percent did trade\0increase?", 0),
        (b"By how many percent \xff\xfe\x80 did trade increase?", 0),
        ("\ufeffBy how many percent did trade increase?\r\n", 0),
    ],
)
def test_whatever_is_piped_in_is_answered_or_refused_in_a_line(
    data: Path, given: str | bytes, code: int
) -> None:
    answer = derek("ask", given=given)
    assert answer.code == code
    assert bool(answer.out) == (code == 0)
    assert not answer.err if code == 0 else answer.error.startswith("derek: the question ")


def test_a_question_in_bytes_that_are_no_text_is_answered(data: Path) -> None:
    answer = derek("ask", "--json", b"By how many percent \xff did trade increase?")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["question"] == "By how many percent \ufffd did trade increase?"


def test_an_empty_question_on_the_command_line_is_refused_and_not_waited_for(data: Path) -> None:
    reader, writer = os.pipe()
    try:
        done = subprocess.run([DEREK, "ask", ""], stdin=reader, capture_output=True, check=False, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.fail("it waits for a question on standard input, though one was given")
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 2


# ask --jsonl

IDS: list[Any] = [
    None, 0, -1, 1.5, True, "one", "", "слово", "\ud800", "\udfff tail", [],
    [1, [2, {"a": None}]], {"deep": {"er": []}},
]  # fmt: skip


def test_jsonl_gives_back_any_id_and_names_the_keys_that_it_ignores(data: Path) -> None:
    requests = [{"id": name, "question": SURE, "lang": "kk", "more": [1]} for name in IDS]
    answers = derek("ask", "--jsonl", given="\n".join(json.dumps(request) for request in requests))
    assert (answers.code, answers.err) == (0, "")
    assert [answer["id"] for answer in answers.lines] == IDS
    for answer in answers.lines:
        assert answer.keys() == ANSWER_KEYS | {"ignored"}
        assert answer["ignored"] == ["lang", "more"]
        assert answer["status"] == "answered"
        assert SURE_QUOTE in answer["citations"][0]["quote"]


BAD_LINES: list[tuple[bytes, Any, str]] = [
    (b"no json", None, "Expecting value"),
    (b"[1, 2]", None, "object"),
    (b'"text"', None, "object"),
    (b"null", None, "object"),
    (b'{"id": 1}', 1, "question"),
    (b'{"id": 2, "question": null}', 2, "question"),
    (b'{"id": 3, "question": 5}', 3, "question"),
    (b'{"id": 4, "question": ""}', 4, "empty"),
    (b'{"id": 5, "question": "?!"}', 5, "empty"),
    (b'{"id": 6, "question": "' + b"x" * 3_000 + b'"}', 6, "3,000"),
    (b'{"id": 7, "question": "\\ud800"}', 7, "empty"),
    (b'{"id": "\\ud800", "question": ""}', "\ud800", "empty"),
    (b'{"id": 8, "question": "a"', None, "delimiter"),
    (b"\xff\xfe\xfa", None, ""),
    (b"\0", None, ""),
    (b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b', "question": "x"}', None, ""),
    (b'{"id": ' + b"9" * 5_000 + b', "question": "x"}', None, ""),
]


def test_jsonl_answers_a_bad_line_with_what_is_wrong_and_goes_on(data: Path) -> None:
    good = json.dumps({"id": "good", "question": SURE}).encode()
    given = b"\n".join(line for bad, _, _ in BAD_LINES for line in (bad, good))
    answers = derek("ask", "--jsonl", given=given)
    assert (answers.code, answers.err) == (1, "")
    assert len(answers.lines) == 2 * len(BAD_LINES)
    for (bad, name, wrong), refused, answered in zip(
        BAD_LINES, answers.lines[::2], answers.lines[1::2], strict=True
    ):
        assert list(refused) == ["id", "error"], bad[:80]
        assert refused["id"] == name
        assert wrong in refused["error"]
        assert "\n" not in refused["error"]
        assert (answered["id"], answered["status"]) == ("good", "answered")


def test_jsonl_answers_a_question_with_lone_surrogates(data: Path) -> None:
    line = json.dumps({"id": "\udc00", "question": f"\ud800 {SURE} \udfff"})
    answers = derek("ask", "--jsonl", given=line)
    assert (answers.code, answers.err) == (0, "")
    (answer,) = answers.lines
    assert (answer["id"], answer["question"]) == ("\udc00", f"\ufffd {SURE} \ufffd")


def test_jsonl_answers_any_nesting_that_it_can_read(data: Path) -> None:
    """An id may be read at a depth at which it cannot be written: the line is answered all the same."""
    depths = [*range(100, 900, 100), *range(900, 1_000, 2)]
    lines = [f'{{"id": {"[" * depth}{"]" * depth}, "question": "Putin"}}' for depth in depths]
    answers = derek("ask", "--jsonl", given="\n".join(lines))
    assert (answers.code, answers.err) == (1, ""), "the deepest cannot be read"
    assert len(answers.out.splitlines()) == len(depths)


def test_jsonl_writes_json_that_others_can_read(data: Path) -> None:
    """NaN and Infinity are not in JSON, though Python reads and writes them."""
    given = '{"id": NaN, "question": "Putin"}\n{"id": 1e999, "question": "Putin"}\n'
    answers = derek("ask", "--jsonl", given=given)
    assert answers.code == 1
    for line in answers.out.splitlines():
        json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_jsonl_names_a_key_that_may_be_a_slip(data: Path) -> None:
    refused = derek("ask", "--jsonl", given='{"id": 1, "qestion": "Who?", "\\ud800": 2}')
    assert refused.code == 1
    assert refused.json == {
        "id": 1,
        "error": '"question" is missing or no text',
        "ignored": ["qestion", "\ud800"],
    }


def test_jsonl_answers_small_talk_as_such(data: Path) -> None:
    given = [{"id": 1, "question": "Спасибо!"}, {"id": 2, "question": "What are the articles about?", "a": 0}]
    answers = derek("ask", "--jsonl", given="\n".join(map(json.dumps, given)))
    assert answers.code == 0
    thanks, contents = answers.lines
    assert thanks == {
        "id": 1,
        "question": "Спасибо!",
        "language": "ru",
        "status": "small_talk",
        "kind": "thanks",
        "reply": Phrases("ru")("thanks"),
    }
    assert (contents["status"], contents["kind"], contents["ignored"]) == ("small_talk", "contents", ["a"])
    assert contents["reply"] == derek("about").out.strip()


def test_jsonl_of_nothing_writes_nothing(data: Path) -> None:
    assert derek("ask", "--jsonl", given="\n \n") == Result(0, "", "")


# ask --from


@pytest.fixture(name="folder")
def folder_of_files(tmp_path: Path, file: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "deep").mkdir(parents=True)
    file.rename(folder / "deep" / "bridge.txt")
    (folder / "note.md").write_text(
        "---\nsource: The Note\ndate: 2020-01-02\n---\n# Owls\n\nOwls *sleep* by day.\n"
    )
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


def test_asking_a_folder_keeps_nothing(home: Path, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    answer = derek("ask", "--from", folder, "--json", BRIDGE_QUESTION)
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["citations"][0]["quote"].endswith(" It cost 12 million dollars.")
    assert derek("ask", "--from", folder, "When do owls sleep?").out == (
        "Owls sleep by day.\n[1] Owls · The Note · January 2, 2020\n"
    )
    assert not home.exists()
    assert sorted(folder.rglob("*")) == before


def test_a_bad_file_in_the_folder_is_reported_and_the_rest_is_asked(folder: Path) -> None:
    bad = folder / "a.txt"
    bad.write_bytes(b"\0\xff\0")
    answer = derek("ask", "--from", folder, BRIDGE_QUESTION)
    assert answer.code == 0
    assert "12 million dollars" in answer.out
    assert answer.error.startswith(f"derek: {bad}: it is not text")


@pytest.mark.parametrize("content", [b" \n", b"\xef\xbb\xbf" * 3 + b"Owls sleep by day.\n"])
def test_an_odd_file_in_the_folder_stops_nothing(folder: Path, content: bytes) -> None:
    (folder / "a.txt").write_bytes(content)
    answer = derek("ask", "--from", folder, BRIDGE_QUESTION)
    assert (answer.code, "12 million dollars" in answer.out) == (0, True)
    assert len(answer.err.splitlines()) <= 1


def test_a_folder_that_is_not_there_is_an_error(home: Path, tmp_path: Path) -> None:
    answer = derek("ask", "--from", tmp_path / "missing", SURE)
    assert (answer.code, answer.out) == (2, "")
    assert str(tmp_path / "missing") in answer.error
    assert not home.exists()


# Adding, listing, removing


def test_the_first_run_makes_the_data_folder_with_the_samples_and_what_is_removed_stays_removed(
    home: Path,
) -> None:
    listed = derek("list", "--json")
    assert listed.code == 0
    assert len(listed.lines) == 5
    assert home.is_dir()
    gone, *kept = [entry["article_id"] for entry in listed.lines]
    assert derek("remove", gone).code == 0
    assert [entry["article_id"] for entry in derek("list", "--json").lines] == kept


def test_data_and_config_name_other_folders(tmp_path: Path, home: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(f'data = "{tmp_path / "one"}"\n[answers]\ncitations = 1\n[semantic]\nkind = "none"\n')
    answer = derek("--config", config, "ask", "--json", "Putin Tokayev")
    assert len(answer.json["citations"]) == 1
    derek("--config", config, "--data", tmp_path / "two", "list")
    assert (tmp_path / "one").is_dir()
    assert (tmp_path / "two").is_dir()
    assert not home.exists()


def test_an_added_file_answers_with_what_was_told_about_it(data: Path, file: Path) -> None:
    options = (
        "--title",
        "A <bridge>",
        "--source",
        "The Bridge",
        "--url",
        "https://example.org/b",
        "--date",
        "2020-01-02",
    )
    added = derek("add", "--keep-samples", "--lang", "en", file, *options)
    assert (added.code, added.err) == (0, "")
    assert re.fullmatch(r"Added: “A <bridge>” \(3 sentences, id [0-9a-f]{12}\)\. .*\n", added.out)
    assert "[1] A <bridge> › Turgay bridge opens · The Bridge · January 2, 2020" in derek(BRIDGE_QUESTION).out
    (first, *_) = derek("ask", "--json", BRIDGE_QUESTION).json["citations"]
    assert (first["title"], first["source"]) == ("A <bridge>", "The Bridge")
    assert (first["url"], first["published"]) == ("https://example.org/b", "2020-01-02")


def test_what_is_added_again_is_a_duplicate_or_an_update_and_undo_takes_it_back(
    data: Path, file: Path
) -> None:
    before = article_ids(data)
    assert derek("add", "--lang", "en", file).out.startswith("Added: ")
    again = derek("add", "--lang", "en", file)
    assert (again.code, again.out.split(":")[0]) == (0, "Nothing changed")
    file.write_text(BRIDGE.replace("12", "13"))
    assert derek("add", "--lang", "en", file).out.startswith("Updated: ")
    assert "13 million" in derek(BRIDGE_QUESTION).out
    assert "as it was before" in derek("undo").out
    assert "is out of" in derek("undo").out
    assert derek("undo") == Result(0, ENGLISH("nothing-undo") + "\n", "")
    assert article_ids(data) == before


def test_a_bad_file_in_the_middle_stops_nothing_and_is_told_of(
    data: Path, tmp_path: Path, file: Path
) -> None:
    before = article_ids(data)
    empty, other = tmp_path / "empty.txt", tmp_path / "other.md"
    empty.write_text(" \n")
    other.write_text("# Owls\n\nOwls sleep by day.\n")
    added = derek("add", "--lang", "en", file, tmp_path / "missing.txt", empty, tmp_path / "a.doc", other)
    assert added.code == 1
    *receipts, _, _ = added.out.splitlines()
    assert [line.split(":")[0] for line in receipts] == ["Added", *["Not added"] * 3, "Added"]
    for line, path in zip(receipts[1:4], (tmp_path / "missing.txt", empty, tmp_path / "a.doc"), strict=True):
        assert str(path) in line
    assert len(article_ids(data)) == 2
    assert len(derek("undo").out.splitlines()) == 2
    assert article_ids(data) == before


def test_a_folder_is_added_with_all_below_it(data: Path, folder: Path, tmp_path: Path) -> None:
    added = derek("add", "--keep-samples", folder)
    assert (added.code, len(added.out.splitlines())) == (0, 3)
    empty = tmp_path / "nothing"
    empty.mkdir()
    refused = derek("add", empty)
    assert refused.code == 1
    assert str(empty) in refused.out


def test_files_that_are_gone_from_a_folder_are_told_of_and_taken_out_on_request(
    data: Path, folder: Path
) -> None:
    before = article_ids(data)
    derek("add", "--keep-samples", folder)
    gone = next(folder.rglob("*.txt"))
    gone.unlink()
    added = derek("add", folder)
    assert f"1 article's file is gone from {folder}; `derek add --prune {folder}` takes them out" in added.err
    assert len(article_ids(data)) == len(before) + 2
    pruned = derek("add", "--prune", "--json", folder)
    removed = [json.loads(line) for line in pruned.out.splitlines() if '"removed"' in line]
    assert [Path(receipt["name"]).name for receipt in removed] == [gone.name]
    assert article_ids(data) == {*article_ids(data)} - {receipt["article_id"] for receipt in removed}
    assert len(article_ids(data)) == len(before) + 1
    derek("undo")
    assert len(article_ids(data)) == len(before) + 2


def test_of_a_folder_that_is_gone_itself_articles_are_taken_out_too(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE)
    derek("add", folder)
    shutil.rmtree(folder)
    refused = derek("add", folder)
    assert refused.code == 1
    assert f"{folder}: No such file or directory" in refused.out
    assert "1 article's file is gone" in refused.err
    pruned = derek("add", "--prune", folder)
    assert (pruned.code, pruned.out) == (0, "Removed: “Turgay bridge opens”.\n")
    assert derek("undo").code == 0
    assert "Turgay bridge opens" in derek("list").out


def test_two_beginnings_of_one_id_remove_one_article(data: Path) -> None:
    article_id = min(article_ids(data))
    removed = derek("remove", article_id, article_id[:-1])
    assert (removed.code, len(removed.out.splitlines())) == (0, 2)


def test_an_article_is_shown_with_its_units_as_json(data: Path, folder: Path) -> None:
    derek("add", folder)
    entry = json.loads(derek("list", "--json").out.splitlines()[0])
    shown = json.loads(derek("show", "--json", entry["article_id"]).out)
    assert Path(shown["origin"]).is_file()
    assert shown["units"]
    for unit in shown["units"]:
        assert shown["text"][unit["start"] : unit["end"]] == unit["text"]
        assert unit["locator"].startswith("line ")


def test_a_text_on_standard_input_is_added(data: Path) -> None:
    added = derek("add", "--lang", "en", "-", given=BRIDGE)
    assert (added.code, added.err) == (0, "")
    assert added.out.startswith("Added: “Turgay bridge opens” (3 sentences")
    assert derek("add", "--lang", "en", "-", given=BRIDGE).out.startswith("Nothing changed")
    assert "12 million" in derek(BRIDGE_QUESTION).out
    refused = derek("add", "--lang", "en", "-", given=" \n")
    assert (refused.code, refused.out.split(":")[0]) == (1, "Not added")


def test_files_of_any_name_are_added_and_each_is_an_article(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in (b"\xff.txt", b"\xfe.txt", b"line\nbreak 'quoted'.txt"):
        (folder / os.fsdecode(name)).write_text(f"{BRIDGE}It is called {name!r}.\n")
    added = derek("add", "--keep-samples", "--lang", "en", folder)
    assert (added.code, added.err) == (0, "")
    assert [line.split(":")[0] for line in added.out.splitlines()] == [*["Added"] * 3, "In all"]


def test_what_is_told_in_bytes_that_are_no_text_is_kept_as_far_as_it_is(data: Path, file: Path) -> None:
    options = ("--title", b"T\xff", "--source", b"S\xff", "--url", b"https://example.org/\xff")
    added = derek("add", "--lang", "en", file, *options)
    assert (added.code, added.err, added.out.split(":")[0]) == (0, "", "Added")
    (first, *_) = derek("ask", "--json", BRIDGE_QUESTION).json["citations"]
    assert (first["title"], first["source"]) == ("T\ufffd", "S\ufffd")


@pytest.mark.parametrize("code", ["english", "EN", "e"])
def test_a_language_that_is_no_code_is_refused_in_a_line(data: Path, file: Path, code: str) -> None:
    before = article_ids(data)
    for arguments in (("add", file), ("ask", "Putin")):
        refused = derek(*arguments, "--lang", code)
        assert refused.code == 2
        assert repr(code) in refused.error
    assert article_ids(data) == before


def test_list_shows_every_article_and_show_the_whole_of_one(data: Path) -> None:
    listed = derek("list")
    assert (listed.code, listed.err) == (0, "")
    newest, *_ = entries = derek("list", "--json").lines
    assert [line[:12] for line in listed.out.splitlines()] == [entry["article_id"] for entry in entries]
    assert list(newest) == [
        *("article_id", "title", "source", "published", "language", "added", "sentences", "origin"),
        "collection",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", newest["added"])
    with assemble(Config(data=data)) as there:
        text = there.store.get(newest["article_id"]).text
    shown = derek("show", newest["article_id"][:5].upper())
    assert (shown.code, shown.err) == (0, "")
    assert text.strip() in shown.out


def test_an_unknown_id_removes_nothing(data: Path) -> None:
    before = article_ids(data)
    refused = derek("remove", min(before), "ffffffffffff")
    assert (refused.code, refused.out) == (2, "")
    assert "'ffffffffffff'" in refused.error
    assert "derek list" in refused.error
    assert article_ids(data) == before


def test_removing_names_what_was_removed(data: Path) -> None:
    before = article_ids(data)
    removed = derek("remove", *before)
    assert (removed.code, len(removed.out.splitlines())) == (0, 6)
    assert "Removed: “Kazpravda.kz”.\n" in removed.out
    assert article_ids(data) == set()
    assert derek("list") == Result(0, ENGLISH("no-articles") + "\n", "")


def test_a_title_cannot_steer_the_terminal(data: Path, file: Path) -> None:
    file.write_text("Putin.\nPutin!")
    added = derek("add", "--lang", "en", file, "--title", "A\x1b[2J\x9b2JB", "--source", "\x07")
    for shown in (added.out, derek("list").out, derek("Putin").out):
        assert "A" in shown
        assert not {"\x1b", "\x9b", "\x07"} & set(shown)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "kk_KZ.UTF-8", "LC_MESSAGES": "ru_RU.UTF-8"}, "kk"),
    ],
)
def test_receipts_are_in_the_language_of_the_terminal(
    data: Path, file: Path, locale: dict[str, str], language: str
) -> None:
    added = derek("add", "--lang", "en", file, **locale)
    expected = Phrases(language)
    assert added.out == (
        expected(
            "receipt-added",
            name="Turgay bridge opens",
            sentences=expected("receipt-sentences", count=3),
            id=added.out.partition("id ")[2][:12],
        )
        + f"\n{expected('samples-gone', count=5)}\n"
    )


# chat


def test_a_conversation_can_be_piped_in(data: Path) -> None:
    talk = derek("chat", given=f"{SURE}\n\n/why\n/quit\nWho?\n")
    assert (talk.code, talk.err) == (0, "")
    assert talk.out.startswith(ENGLISH("console-welcome", articles=5))
    assert f"> {SURE}\n" in talk.out
    assert SURE_QUOTE in talk.out
    assert "17%" in talk.out
    assert "Who?" not in talk.out
    assert f"\n1. {SURE}\n" in derek("chat", given="/history\n").out


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_conversation_goes_on_after_bytes_that_are_no_text(data: Path, errors: str) -> None:
    """A terminal's locale decides how standard input is read: strictly, in most."""
    talk = derek("chat", given=b"trade \xff\n" + SURE.encode(), PYTHONIOENCODING=f"utf-8:{errors}")
    assert (talk.code, talk.err) == (0, "")
    assert SURE_QUOTE in talk.out


@pytest.fixture(name="interruptible")
def heeding_ctrl_c() -> Iterator[None]:
    """Have Ctrl-C heeded by what is started: in the background a shell tells its children not to."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture(name="chatting")
def conversation_process(
    data: Path, interruptible: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # Most people's Python keeps back what it prints.
    with subprocess.Popen(
        [DEREK, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def test_ctrl_c_ends_a_conversation_with_130(chatting: subprocess.Popen[bytes]) -> None:
    assert chatting.stdin
    assert chatting.stdout
    chatting.stdin.write(b"/help\n")
    chatting.stdin.flush()
    for line in chatting.stdout:  # What is asked is answered before more is read, through a pipe too.
        if line.startswith(b"/quit"):  # The last line of the help.
            break
    chatting.send_signal(signal.SIGINT)
    _, complaint = chatting.communicate(timeout=120)
    assert chatting.returncode == 130
    assert not complaint.strip()


# reindex


def test_reindex_builds_the_index_anew_and_leaves_what_is_not_its_own(data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[index]\nkind = "disk"\n[semantic]\nkind = "none"\n', "utf-8")
    before = derek("--config", settings, "ask", SURE)
    assert SURE_QUOTE in before.out
    folder = data / "index"
    (folder / "2022").mkdir()
    (folder / "2022" / "mine.txt").write_text("Mine.", "utf-8")
    (folder / "terms.sqlite3").write_bytes(b"no database at all" * 100)
    result = derek("--config", settings, "reindex")
    assert (result.code, result.out) == (0, "81 sentences can be found\n")
    assert derek("--config", settings, "ask", SURE) == before
    assert (folder / "2022" / "mine.txt").read_text("utf-8") == "Mine."


def test_a_folder_of_that_name_is_not_taken_for_an_index(data: Path) -> None:
    (data / "index" / "2022").mkdir(parents=True)
    (data / "index" / "2022" / "mine.txt").write_text("Mine.", "utf-8")
    assert SURE_QUOTE in derek("ask", SURE).out
    assert [path.name for path in (data / "index").iterdir()] == ["2022"]


# Meaning


def served(tmp_path: Path, server: EmbeddingsServer, model: str = "m") -> Path:
    """Write settings that let a server compare meanings; return their path."""
    path = tmp_path / f"served-{model}.toml"
    path.write_text(f'[semantic]\nkind = "server"\nurl = "{server.url}"\nmodel = "{model}"\n', "utf-8")
    return path


def test_by_words_alone_the_status_says_so(data: Path) -> None:
    result = derek("status")
    assert (result.code, result.err) == (0, "")
    assert "Found by their words: 81 sentences." in result.out
    assert "Meanings are not compared" in result.out


def test_sentences_are_embedded_and_the_status_says_how_far(
    data: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    settings = served(tmp_path, server)
    before = derek("--config", settings, "status")
    assert (before.code, before.err) == (0, "")
    assert "By their meaning: 0 of 81 (0%)." in before.out
    assert "answers go by words alone" in before.out
    embedded = derek("--config", settings, "embed")
    assert embedded == Result(0, "81 sentences are embedded by m\n", "")
    after = derek("--config", settings, "status")
    assert "By their meaning: 81 of 81 (100%)." in after.out
    assert "words alone" not in after.out


def test_a_question_waits_for_no_sentence_to_be_embedded_and_what_lacks_is_said(
    data: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    settings = served(tmp_path, server)
    result = derek("--config", settings, "ask", SURE)
    assert (result.code, SURE_QUOTE in result.out) == (0, True)
    assert result.error == (
        "derek: 0 of 81 sentences are embedded, so answers go by words alone; `derek embed` embeds the rest"
    )
    assert "By their meaning: 0 of 81 (0%)." in derek("--config", settings, "status").out
    assert derek("--config", settings, "embed").code == 0
    assert derek("--config", settings, "ask", SURE).err == ""


def test_where_there_are_no_articles_nothing_lacks(
    tmp_path: Path, home: Path, server: EmbeddingsServer
) -> None:
    home.mkdir(parents=True)
    settings = served(tmp_path, server)
    result = derek("--config", settings, "ask", SURE)
    assert (result.code, result.err) == (1, "")
    assert ENGLISH("no-articles") in result.out
    assert derek("--config", settings, "status").out == "Found by their words: 0 sentences.\n"


def test_added_articles_are_embedded(data: Path, tmp_path: Path, server: EmbeddingsServer) -> None:
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"Wheat number {number} grew well." for number in range(500)), "utf-8")
    settings = served(tmp_path, server)
    # On a slow machine it says how far it is.
    assert all(
        "so far" in line
        for line in derek("--config", settings, "add", "--keep-samples", long).err.splitlines()
    )
    assert "By their meaning: 581 of 581 (100%)." in derek("--config", settings, "status").out


def test_a_folder_that_is_asked_is_embedded_for_the_moment(
    tmp_path: Path, server: EmbeddingsServer, file: Path
) -> None:
    result = derek("--config", served(tmp_path, server), "ask", "--from", file.parent, "What was opened?")
    assert result.err == ""
    assert len(server.inputs) >= 2
    assert not (tmp_path / "home" / "data").exists()


def test_another_model_asks_for_new_vectors(data: Path, tmp_path: Path, server: EmbeddingsServer) -> None:
    derek("--config", served(tmp_path, server), "embed")
    renamed = served(tmp_path, server, "other")
    server.answer = lambda request: (200, [json.dumps(embeddings(request, 9, "other")).encode()])
    result = derek("--config", renamed, "ask", SURE)
    assert (result.code, SURE_QUOTE in result.out) == (0, True)
    assert "those of m (8 dimensions), not of other (9 dimensions)" in result.error
    refused = derek("--config", renamed, "embed")
    assert refused.code == 3
    assert "derek embed --anew" in refused.error
    anew = derek("--config", renamed, "embed", "--anew")
    assert anew == Result(0, "81 sentences are embedded by other\n", "")
    assert derek("--config", renamed, "ask", SURE).err == ""


def test_a_server_that_is_down_or_shut_is_told_of_once_and_words_answer(
    data: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    settings = served(tmp_path, server)
    server.answer = always(401, b"no")
    result = derek("--config", settings, "ask", SURE)
    assert (result.code, SURE_QUOTE in result.out) == (0, True)
    assert "DEREK_EMBEDDINGS_KEY" in result.error
    assert "answering by words alone" in result.error
    refused = derek("--config", settings, "embed")
    assert refused.code == 5
    assert "DEREK_EMBEDDINGS_KEY" in refused.error
    report = derek("--config", settings, "doctor")
    assert (report.code, report.err) == (0, "")
    assert f"meaning: answers go by words alone: {server.url}/embeddings: it answered 401" in report.out


def test_what_is_asked_by_words_alone_cannot_be_embedded(data: Path) -> None:
    refused = derek("embed")
    assert refused.code == 3
    assert 'semantic.kind: is "none"; say "bundled" or "server"' in refused.error


def test_ctrl_c_ends_embedding_and_keeps_what_was_done(
    data: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    waited = threading.Event()
    server.answer = lambda request: (waited.wait(30) if len(server.requests) > 3 else None, well(request))[1]
    settings = served(tmp_path, server)
    process = subprocess.Popen([DEREK, "--config", settings, "embed"], stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while len(server.requests) < 4 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=120)
    waited.set()
    assert (process.returncode, complaint) == (130, b"")
    status = derek("--config", settings, "status").out
    assert "By their meaning: 0 of" not in status
    assert "By their meaning: 81 of" not in status


# doctor and run


def test_doctor_says_how_things_are(data: Path, tmp_path: Path) -> None:
    result = derek("doctor")
    assert (result.code, result.err) == (0, "")
    for part in (
        f"settings: {tmp_path / 'home' / 'config' / 'derek' / 'config.toml'}",
        f"data: {data}",
        "5 articles",
        'meaning: [semantic] kind is "none", so answers go by words alone',
        "DEREK_TELEGRAM_TOKEN is not set",
    ):
        assert part in result.out


def test_doctor_finds_a_damaged_database(data: Path) -> None:
    database = data / "articles.sqlite3"
    content = bytearray(database.read_bytes())
    content[8_192:16_384] = b"\xa5" * 8_192
    database.write_bytes(content)
    result = derek("doctor")
    assert result.code == 3
    assert str(database) in result.error


def test_doctor_finds_bad_settings(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text("colour = 'red'")
    result = derek("--config", config, "doctor")
    assert result.code == 3
    assert f"{config}: colour" in result.error


def test_running_without_a_token_says_what_to_do(data: Path) -> None:
    refused = derek("run")
    assert refused.code == 3
    assert refused.error.startswith("derek: DEREK_TELEGRAM_TOKEN: not set; ")
    assert "@BotFather" in refused.error


def test_running_at_a_webhook_that_is_not_set_says_what_to_do(data: Path) -> None:
    refused = derek("run", "--webhook", DEREK_TELEGRAM_TOKEN="42:SECRETword")
    assert refused.code == 3
    assert "telegram.webhook" in refused.error
    assert "SECRET" not in refused.err + refused.out


# Errors


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("show", "ffff"), 2, "'ffff'"),
        (("show", ""), 2, "derek list"),
        (("ask", "--since", "2024-01-02", "--until", "2024-01-01", "x"), 2, "2024-01-02"),
        (("--config", "missing.toml", "ask", "x"), 3, "missing.toml"),
        (("--data", "/dev/null", "ask", "x"), 3, "/dev/null"),
        (("lst",), 2, "'list'"),
        (("ask", "--nonsense"), 2, "--nonsense"),
        (("show",), 2, "ID"),
        (("ask", "--since", "yesterday", "x"), 2, "yesterday"),
        (("ask", "--jsonl", "--json"), 2, "--jsonl"),
    ],
)
def test_every_error_is_one_line(data: Path, arguments: tuple[str, ...], code: int, part: str) -> None:
    refused = derek(*arguments)
    assert (refused.code, refused.out) == (code, "")
    assert "Traceback" not in refused.err
    assert part in refused.err
    assert refused.err.endswith("\n")
    assert len(refused.err.splitlines()) == 1


def test_debug_shows_the_traceback_and_the_same_line_and_code() -> None:
    quiet, loud = (derek(*debug, "--config", "missing.toml", "list") for debug in ((), ("--debug",)))
    assert (quiet.code, loud.code) == (3, 3)
    assert "Traceback (most recent call last)" in loud.err
    assert loud.err.splitlines()[-1] == quiet.error


def test_a_database_that_is_none_is_reported_in_a_line(data: Path) -> None:
    (data / "articles.sqlite3").write_bytes(b"no database" * 1_000)
    refused = derek(SURE)
    assert refused.code == 3
    assert str(data / "articles.sqlite3") in refused.error


def test_a_reader_that_has_enough_is_no_error(data: Path) -> None:
    lines = json.dumps({"question": SURE}).encode() + b"\n"
    for arguments, given in ((["list"], b""), (["ask", "--jsonl"], lines * 300), (["ask", SURE], b"")):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [DEREK, *arguments], input=given, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b""), arguments


def test_head_takes_the_first_line(data: Path) -> None:
    shown = subprocess.run(
        ["sh", "-c", '"$0" ask --jsonl | head -1', DEREK],
        input=(json.dumps({"id": 1, "question": SURE}) + "\n").encode() * 500,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert json.loads(shown.stdout)["id"] == 1
    assert shown.stderr == b""


def test_a_full_disk_is_reported_in_a_line(data: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([DEREK, "list"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode == 74
    assert done.stderr == b"derek: standard input or output: No space left on device\n"


# Articles that older rules cut


def test_what_only_reads_leaves_articles_as_they_were_cut_and_what_asks_does_not(data: Path) -> None:
    def waiting() -> list[str]:
        with assemble(Config(data=data)) as there:
            return there.store.cut_before(SEGMENTATION)

    with assemble(Config(data=data)) as there:
        there.store.put(replace(read_text(BRIDGE, "bridge"), segmentation=SEGMENTATION - 1))
        assert there.store.cut_before(SEGMENTATION)
    assert derek("list").code == 0
    assert waiting(), "nobody who wants a list waits for articles to be cut"
    assert derek(BRIDGE_QUESTION).code == 0
    assert not waiting()


def test_what_was_added_from_a_file_says_which(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "dock.md"
    path.write_text("# Dock\n\nIt opens at nine.\n\nThe crane of the dock lifts 40 tonnes.\n", "utf-8")
    derek("add", path)
    assert f"{path}\n" in derek("list").out
    (dock,) = (entry for entry in derek("list", "--json").lines if entry["origin"] == str(path))
    assert f"\n{path}\n" in derek("show", dock["article_id"]).out
    units = json.loads(derek("show", "--json", dock["article_id"]).out)["units"]
    assert [(unit["locator"], unit["above"]) for unit in units] == [
        ("line 1", []),
        ("line 3", [0]),
        ("line 5", [0]),
    ]
    first = json.loads(derek("ask", "--json", "How much does the crane of the dock lift?").out)["citations"][
        0
    ]
    assert (first["origin"], first["locator"]) == (str(path), "line 5")


# Topics


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Tell me about gas", "gas"),
        ("education", "education"),
        ("What do you know about Kamaz?", "Kamaz"),
        ("Расскажи о спорте", "спорт"),
    ],
)
def test_who_asks_to_be_told_of_something_is_shown_what_there_is(data: Path, text: str, held: str) -> None:
    answer = derek("ask", "--json", text).json
    assert answer["status"] == "answered"
    assert answer["topic"]
    assert held in answer["citations"][0]["quote"].lower() or held in answer["citations"][0]["quote"]
    assert all(citation["highlight"] is None for citation in answer["citations"])


def test_a_search_shows_the_best_of_each_article_first_and_as_many_as_are_wanted(data: Path) -> None:
    found = derek("search", "--json", "-n", "4", "cooperation").json
    ids = [citation["article_id"] for citation in found["citations"]]
    assert len(ids) == 4
    assert len(set(ids[:3])) == 3
    assert derek("search", "cooperation", "-n", "1").out.startswith(
        "What the articles say about “cooperation”"
    )
    nothing = derek("search", "dinosaurs")
    assert (nothing.code, nothing.out) == (1, ENGLISH("not-found") + "\n")
    assert derek("search", given=b"").code == 2


def test_how_probable_an_answer_must_be_can_be_said(data: Path) -> None:
    assert derek("ask", "--min-confidence", "1", SURE).code == 1
    assert derek("ask", "--min-confidence", "0", UNANSWERABLE, "-n", "1").code == 0
    assert len(derek("ask", "--json", "-n", "1", SURE).json["citations"]) == 1
