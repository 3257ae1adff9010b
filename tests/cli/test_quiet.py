"""`derek --quiet`: nothing but answers, failures and errors."""

from pathlib import Path

from tests.support.command import BRIDGE_QUESTION, Result, article_ids, derek
from tests.support.embeddings_server import EmbeddingsServer, always

SILENCE = Result(0, "", "")


def test_what_was_done_is_not_told(data: Path, file: Path) -> None:
    (file.parent / "notes").mkdir()
    note = file.rename(file.parent / "notes" / "bridge.txt")
    (note.parent / "picture.png").write_bytes(b"\x89PNG")
    assert derek("-q", "add", note.parent) == SILENCE
    assert derek("--quiet", "sync", note.parent) == SILENCE
    assert derek("-q", "sync", "--dry-run", note.parent) == SILENCE
    note.unlink()
    assert derek("-q", "add", note.parent).err == "", "that a file is gone is a hint"
    for arguments in (("undo",), ("redo",), ("remove", *article_ids(data)), ("purge", "--yes"), ("reindex",)):
        assert derek("-q", *arguments) == SILENCE
    assert article_ids(data) == set()


def test_a_failure_is_told_and_exit_codes_are_the_same(data: Path, tmp_path: Path, file: Path) -> None:
    missing = tmp_path / "missing.txt"
    added = derek("-q", "add", file, missing)
    assert (added.code, added.err) == (1, "")
    assert added.out.startswith(f"Not added: {missing}: ")
    assert len(added.out.splitlines()) == 1
    for arguments in (("show", "ffff"), ("--config", "missing.toml", "list")):
        assert derek("-q", *arguments) == derek(*arguments)


def test_answers_and_json_are_written(data: Path, file: Path) -> None:
    receipt = derek("-q", "add", "--json", file)
    assert [line["outcome"] for line in receipt.lines] == ["added", *["removed"] * 5]
    assert derek("-q", BRIDGE_QUESTION) == derek(BRIDGE_QUESTION)
    assert derek("-q", "list") == derek("list")


def test_neither_hints_nor_warnings_come_with_an_answer(
    data: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    settings = tmp_path / "served.toml"
    settings.write_text(f'[semantic]\nkind = "server"\nurl = "{server.url}"\nmodel = "m"\n', "utf-8")
    for _ in range(2):
        loud = derek("--config", settings, "ask", "Who met Mishustin?")
        assert "words alone" in loud.error
        assert derek("--config", settings, "-q", "ask", "Who met Mishustin?") == Result(0, loud.out, "")
        server.answer = always(401, b"no")
