"""Measures: computed by hand, and compared with an evaluator that nobody here wrote the code of twice."""

import json
import math
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import passing_index
from retrieval.errors import JudgedSetError
from retrieval.evaluation.judged import JudgedSet, read_ids, read_judged_set
from retrieval.evaluation.measures import curve, measure, risks
from retrieval.evaluation.runs import Run, run, write_run
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from tests.support.embeddings_server import EmbeddingsServer, well
from tests.support.running import DEREK

SENTENCES = [
    ("s1", "d1", "The bridge over the Turgay was opened in May."),
    ("s2", "d1", "It cost 12 million dollars."),
    ("s3", "d2", "The well at Karatau ran dry in June."),
    ("s4", "d2", "The bridge was closed again in July."),
]
QUESTIONS = [("q1", "When was the bridge over the Turgay opened?"), ("q2", "What ran dry at Karatau?")]


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture(name="folder")
def judged_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bridges"
    folder.mkdir()
    rows = [{"id": name, "doc": doc, "lang": "en", "text": text} for name, doc, text in SENTENCES]
    write(folder, "sentences.jsonl", rows)
    write(folder, "questions.jsonl", [{"id": name, "lang": "en", "text": text} for name, text in QUESTIONS])
    (folder / "qrels.tsv").write_text("q1\ts1\t1\nq2\ts3\t1\n", "utf-8")
    return folder


def test_a_model_finds_what_words_do_not(folder: Path, server: EmbeddingsServer) -> None:
    write(folder, "questions.jsonl", [{"id": "q1", "lang": "en", "text": "zzz"}])
    (folder / "qrels.tsv").write_text("q1\ts3\t1\n", "utf-8")
    alike = {"zzz": SENTENCES[2][2]}
    server.answer = lambda request: well(
        {**request, "input": [alike.get(text, text) for text in request["input"]]}
    )
    judged = read_judged_set(folder)
    with passing_index() as index:
        assert measure(judged, run(index, judged))["hit@1"] == 0
    with passing_index() as index, closing(ServerEmbedder(Server(server.url, "m"))) as embedder:
        assert measure(judged, run(index, judged, embedder))["hit@1"] == 1


@pytest.mark.slow
def test_what_was_embedded_for_one_measurement_serves_the_next(
    folder: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[semantic]\nkind = "server"\nurl = "{server.url}"\nmodel = "m"\n', "utf-8")
    command: list[str | Path] = [DEREK, "--config", settings, "eval", folder, "--json"]
    subprocess.run([*command, "--lexical"], check=True, capture_output=True)
    assert server.requests == [], "words alone need no model"
    first, second = [subprocess.run(command, check=True, capture_output=True).stdout for _ in range(2)]
    assert json.loads(first)["hit@1"] == json.loads(second)["hit@1"]
    texts = [text for texts in server.inputs for text in texts if text != "Derek"]
    assert {line for _, _, line in SENTENCES} | {text for _, text in QUESTIONS} <= set(texts)
    assert len(texts) == len(set(texts))


def a_set(*questions: str, relevant: dict[str, set[str]], unanswerable: tuple[str, ...] = ()) -> JudgedSet:
    return JudgedSet(
        name="a set",
        sentences=[],
        questions={name: name for name in questions},
        relevant={name: frozenset(ids) for name, ids in relevant.items()},
        unanswerable={name: name for name in unanswerable},
    )


def test_a_small_set_is_answered(folder: Path) -> None:
    small = read_judged_set(folder)
    with passing_index() as index:
        answered = run(index, small)
    assert [answered.rankings[name][0][0] for name in ("q1", "q2")] == ["s1", "s3"]
    figures = measure(small, answered)
    keys = ["set", "questions", "hit@1", "hit@3", "hit@10", "MRR@10", "nDCG@10", "MAP", "auroc", "ms_p50"]
    assert list(figures) == keys
    assert (figures["set"], figures["questions"], figures["hit@1"], figures["auroc"]) == (
        "bridges",
        2,
        1.0,
        None,
    )


def test_measures_are_those_of_the_textbook() -> None:
    ranking = [(name, 1 - rank / 20) for rank, name in enumerate("abcdefghijkl")]
    figures = measure(a_set("q", relevant={"q": {"b", "d", "l", "z"}}), Run({"q": ranking}, 0.0))
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, 5))
    assert figures["hit@1"] == 0
    assert figures["hit@3"] == 1
    assert figures["MRR@10"] == 0.5
    assert figures["nDCG@10"] == round((1 / math.log2(3) + 1 / math.log2(5)) / ideal, 4)
    assert figures["MAP"] == round((1 / 2 + 2 / 4 + 3 / 12) / 4, 4)


def test_answerability_counts_how_often_the_answerable_lie_above_the_others() -> None:
    rankings = {"a": [("x", 0.9)], "b": [("x", 0.5)], "c": [("x", 0.5)], "d": []}
    figures = measure(
        a_set("a", "b", relevant={"a": {"x"}, "b": {"x"}}, unanswerable=("c", "d")), Run(rankings, 0.0)
    )
    assert figures["auroc"] == (1 + 1 + 0.5 + 1) / 4


def test_a_subset_is_measured_alone(folder: Path) -> None:
    (folder / "ids.txt").write_text("q2\nq9\n", "utf-8")
    small = read_judged_set(folder).limited_to(read_ids(folder / "ids.txt"))
    with passing_index() as index:
        assert measure(small, run(index, small))["questions"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("questions.jsonl", "no json\n"),
        ("questions.jsonl", '{"id": "q1"}\n'),
        ("sentences.jsonl", "[]\n"),
        ("qrels.tsv", "q1 s1 1\n"),
        ("qrels.tsv", None),
    ],
)
def test_a_bad_set_is_refused_with_its_file_and_line(folder: Path, name: str, content: str | None) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, "utf-8")
    with pytest.raises(JudgedSetError, match=f"{name}: (line 1 is no|No such file)"):
        read_judged_set(folder)


@pytest.mark.parametrize("name", [pytest.param("xdev-en", marks=pytest.mark.slow), "wikiqa-dev"])
def test_an_independent_evaluator_finds_the_same(judged: Path, tmp_path: Path, name: str) -> None:
    folder = judged / "sets" / name
    small = read_judged_set(folder)
    with passing_index() as index:
        answered = run(index, small)
    write_run(answered, tmp_path / "run.tsv")
    command = [sys.executable, str(judged / "evaluate.py"), str(folder), str(tmp_path / "run.tsv")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = measure(small, answered)
    for measured in ("hit@1", "hit@3", "hit@10", "MRR@10", "nDCG@10", "MAP"):
        assert f"\t{measured}={figures[measured]:.4f}" in printed
    if figures["auroc"] is not None:
        assert f"={figures['auroc']:.4f}" in printed


# Risk and coverage


def test_a_threshold_answers_less_and_refuses_more() -> None:
    judged = a_set("a", "b", relevant={"a": {"s1"}, "b": {"s2"}}, unanswerable=("c", "d"))
    rankings = {
        "a": [("s1", 0.6)], "b": [("s1", 0.35), ("s2", 0.3)], "c": [("s1", 0.12)], "d": [],
    }  # fmt: skip
    at = {risk.threshold: risk for risk in risks(judged, rankings)}
    assert (at[0.0].answered, at[0.0].right, at[0.0].refused, at[0.0].wrongly_refused) == (1, 0.25, 0, 0)
    assert (at[0.3].answered, at[0.3].right, at[0.3].refused, at[0.3].wrongly_refused) == (0.5, 0.5, 1, 0)
    assert (at[0.4].answered, at[0.4].right, at[0.4].wrongly_refused) == (0.25, 1, 0.5)
    assert (at[0.9].answered, at[0.9].right) == (0, None)


def test_a_share_of_none_is_shown_as_such() -> None:
    answered = Run({"a": [("s1", 0.6)]}, 1.0)
    title, *lines = curve(a_set("a", relevant={"a": {"s1"}}), answered)
    assert title.split()[0] == "min_confidence"
    assert lines[0].split() == ["0.00", "1.000", "1.000", "–", "0.000"]
    assert lines[-1].split() == ["0.90", "0.000", "–", "–", "1.000"]
