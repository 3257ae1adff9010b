"""Questions on trees: what answers them, and how a tree is put into an index."""

import json
from pathlib import Path

import pytest

from retrieval.answers.searcher import Searcher
from retrieval.errors import JudgedSetError
from retrieval.evaluation.trees import TreeQuestion, fill_tree, letters, read_tree
from retrieval.index.memory import MemoryIndex
from retrieval.questions.question import Question
from tests.support.paths import ROOT

ROPE = "# Ropes\n\nThe *blue* rope is [forty metres](ropes/blue.md) long.\n"
QUESTIONS = [ROOT / "tests/benchmarks/trees", ROOT / "retrieval/training/trees"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "ropes.md").write_text(ROPE, "utf-8")
    (folder / "copy.md").write_text(ROPE, "utf-8")
    (folder / "empty.md").write_text("", "utf-8")
    return folder


def asked(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "tree.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def test_a_passage_answers_whatever_marks_it_has(tree: Path, tmp_path: Path) -> None:
    start = ROPE.index("The")
    row = {"question": "How long is the blue rope?", "answers": [["ropes.md", start, len(ROPE)]]}
    (question,) = read_tree(asked(tmp_path, row), tree)
    assert question.is_answered_by("The blue rope is forty metres long.")
    assert question.is_answered_by("Note: the blue rope is forty metres long. It floats.")
    assert question.is_answered_by("rope is forty metres long")
    assert not question.is_answered_by("forty")
    assert not question.is_answered_by("The red rope is forty metres long.")


@pytest.mark.parametrize(
    "row",
    [
        {"question": "Why?"},
        {"question": "Why?", "answers": []},
        {"question": "", "answers": [["ropes.md", 0, 5]]},
        {"question": "Why?", "answers": [["gone.md", 0, 5]]},
        {"question": "Why?", "answers": [["ropes.md", 5, 5]]},
        ["Why?"],
    ],
)
def test_a_line_that_is_no_question_is_told_by_its_number(tree: Path, tmp_path: Path, row: object) -> None:
    with pytest.raises(JudgedSetError, match="line 1"):
        read_tree(asked(tmp_path, row), tree)


def test_the_documents_of_a_tree_are_found_by_what_they_stand_under(tree: Path) -> None:
    index = MemoryIndex()
    filled = fill_tree(index, tree)
    best, *rest = Searcher.over(index, filled).find(Question.plain("Which ropes are forty metres?")).evidence
    assert best.sentence.text == "The blue rope is forty metres long."
    assert best.sentence.origin
    assert not rest, "a copy is there once, and the title says nothing more"
    assert list(filled.said.values()) == ["Ropes", "Ropes\nThe blue rope is forty metres long."]


@pytest.mark.parametrize("path", [path for folder in QUESTIONS for path in sorted(folder.glob("*.jsonl"))])
def test_the_questions_that_are_kept_are_well_formed(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len({row["question"] for row in rows}) == len(rows) >= 18
    for row in rows:
        assert row.keys() == {"question", "answers"}
        assert all(0 <= start < end and not name.startswith("/") for name, start, end in row["answers"])


def test_letters_are_what_is_read() -> None:
    assert letters("**Ertis**-4 {#pump} <br> [x](y)") == "ertis4x"
    with pytest.raises(ValueError, match="answers"):
        TreeQuestion("Why?", ())
