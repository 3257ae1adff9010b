"""What people think of the answers, on the command line: shown, exported, asked anew, calibrated to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import Derek, assemble
from bot.chats.calibration import calibration_in
from bot.config import Config
from retrieval.ingest.texts import read_text
from tests.cli.test_editing import on_terminal
from tests.conftest import WORDS_ALONE
from tests.support import harbours
from tests.support.command import derek
from tests.support.harbours import BAD, GOOD, NEAR, SURE, TOWNS, UNSURE

ARAL = SURE.format("Aral")


@pytest.fixture(name="towns")
def derek_on_towns(data: Path) -> Iterator[Derek]:
    with assemble(Config(data=data, semantic=WORDS_ALONE)) as towns:
        harbours.fill(towns)
        yield towns


def least(home: Path) -> float | None:
    kept = calibration_in(home / "history.sqlite3")
    return kept.min_confidence if kept else None


# Shown


def test_before_anything_was_judged_it_is_said_how(data: Path) -> None:
    assert derek("feedback").out.startswith("No answer was judged yet")
    assert derek("feedback", "--missed").out == "No question went without a good answer.\n"
    assert derek("feedback", "--json").out == ""


def test_each_judged_answer_is_shown_once_with_how_many_judged_it_how(towns: Derek) -> None:
    harbours.judge(towns, [ARAL], GOOD, "ann-7")
    harbours.judge(towns, [ARAL.upper()], GOOD, "bob-8")
    harbours.judge(towns, [UNSURE.format("Emba")], BAD, "ann-7")
    shown = derek("feedback").out
    assert "The harbour of Aral has 3 berths.\n👍 2\n" in shown
    assert "When was the harbour of Emba painted?\nThe harbour of Emba has 14 berths.\n👎 1\n" in shown
    assert derek("feedback", "--bad").out == shown[: shown.index("\n\n") + 1]
    assert not {"ann", "bob", "-7", "-8"} & set(shown + derek("feedback", "--json").out)
    first, second = derek("feedback", "--json").lines
    assert (first["good"], first["bad"], second["good"]) == (0, 1, 2)
    assert derek("feedback", "-n", "1", "--json").lines == [first]


def test_what_was_missed_is_listed_the_newest_first(towns: Derek) -> None:
    harbours.judge(towns, [ARAL], BAD)
    derek("What does the walrus of Mars think?")
    derek("what does the walrus of Mars THINK")
    walrus, aral = derek("feedback", "--missed", "--json").lines
    assert (walrus["times"], walrus["judged"]) == (2, None)
    assert aral["judged"]["quote"] == "The harbour of Aral has 3 berths."
    assert derek("feedback", "--missed", "-n", "1").out.startswith(
        "what does the walrus of Mars THINK · asked 2"
    )


def test_of_two_lists_one_is_to_be_named(data: Path) -> None:
    refused = derek("feedback", "--missed", "--bad")
    assert refused.code == 2
    assert "say one of --missed and --bad" in refused.error


# As a set


@pytest.fixture(name="judged")
def exported_set(towns: Derek, tmp_path: Path) -> Path:
    harbours.judge(towns, harbours.asked(SURE, TOWNS[:3]), GOOD)
    harbours.judge(towns, harbours.asked(UNSURE, TOWNS[:2]), BAD)
    derek("What does the walrus of Mars think?")
    path = tmp_path / "judged.jsonl"
    assert derek("feedback", "--export", path).out == f"6 questions are in {path}.\n"
    return path


def test_an_exported_set_is_measured_on_the_own_articles(judged: Path) -> None:
    figures = derek("eval", judged, "--json").json
    assert [figures[name] for name in ("questions", "right", "wrong", "unjudged", "refused")] == [
        6,
        3,
        2,
        0,
        1,
    ]
    recorded = [json.loads(line) for line in judged.read_text().splitlines()]
    assert figures["outcomes"] == {row["id"]: row["outcome"] for row in recorded}
    assert derek("eval", judged).out.startswith("set judged.jsonl  questions 6  right 3  wrong 2")


def test_an_exported_set_names_nobody(judged: Path) -> None:
    assert "ann" not in judged.read_text()


def test_an_export_replaces_no_file(judged: Path) -> None:
    refused = derek("feedback", "--export", judged)
    assert (refused.code, "File exists" in refused.error) == (2, True)


def test_where_nothing_changed_the_gate_is_open(judged: Path, tmp_path: Path) -> None:
    alone = derek("eval", "--against", judged)
    assert (alone.code, len(alone.out.splitlines())) == (0, 1)
    run = tmp_path / "run.json"
    run.write_text(derek("eval", judged, "--json").out)
    assert derek("eval", judged, "--against", run).code == 0


def test_the_gate_is_shut_when_what_was_right_no_longer_is(
    towns: Derek, judged: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run.json"
    run.write_text(derek("eval", judged, "--json").out)
    for entry in towns.store.catalogue():
        article = towns.store.get(entry.article_id)
        if "Aral " in article.text:
            towns.store.put(read_text(article.text.replace("3 berths", "19 berths"), article.key))
        if "Balkhash " in article.text:
            towns.store.remove(article.id)
    for command in (("eval", "--against", judged), ("eval", judged, "--against", run)):
        shut = derek(*command)
        assert shut.code == 1
        assert f"worse:  right -> unjudged  {ARAL}\n" in shut.out
        assert f"worse:  right -> refused  {SURE.format('Balkhash')}\n" in shut.out
        assert f"better: wrong -> unjudged  {UNSURE.format('Aral')}\n" in shut.out
    told = derek("eval", "--against", judged, "--json")
    assert (told.code, len(told.json["worse"]), len(told.json["better"])) == (1, 2, 2)


def test_what_gets_better_alone_leaves_the_gate_open(towns: Derek, judged: Path) -> None:
    towns.store.put(read_text("The walrus of Mars thinks that the harbour was painted in May.", "walrus"))
    better = derek("eval", "--against", judged)
    assert better.code == 0
    assert "other:  refused -> unjudged  What does the walrus of Mars think?" in better.out


def test_a_gate_that_compares_nothing_is_refused(judged: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    run.write_text('{"outcomes": {"other": "right"}}')
    refused = derek("eval", judged, "--against", run)
    assert (refused.code, "nothing can be compared" in refused.error) == (2, True)


def test_a_subset_and_words_alone_hold_for_a_file_as_well(judged: Path, tmp_path: Path) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text(json.loads(judged.read_text().splitlines()[0])["id"])
    assert derek("eval", judged, "--subset", ids, "--lexical", "--json").json["questions"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a folder or a file of judged questions"),
        (("FILE", "--run", "run.tsv"), "--run writes the rankings of a folder"),
        (("FOLDER", "--against", "FILE"), "--against compares a file"),
        (("nowhere.jsonl",), "nowhere.jsonl: No such file or directory; a judged set is laid out as"),
    ],
)
def test_what_cannot_be_measured_is_told_so(
    judged: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    named = {"FILE": str(judged), "FOLDER": str(tmp_path)}
    refused = derek("eval", *(named.get(argument, argument) for argument in arguments))
    assert (refused.code, said in refused.error) == (2, True)


# Calibrated


def judge_so_that_the_unsure_are_wrong(towns: Derek) -> None:
    harbours.judge(towns, harbours.asked(SURE), GOOD)
    harbours.judge(towns, harbours.asked(UNSURE), BAD)
    harbours.judge(towns, harbours.asked(NEAR), BAD)


def test_with_too_few_judged_answers_nothing_is_calibrated(home: Path, towns: Derek) -> None:
    harbours.judge(towns, harbours.asked(SURE), GOOD)
    refused = derek("calibrate", "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert "There are 20 judged answers that would still come first today; 50 are needed." in refused.error
    assert least(home) is None


def test_many_judgements_of_one_question_are_one_judged_answer(home: Path, towns: Derek) -> None:
    for person in range(60):
        harbours.judge(towns, [ARAL], GOOD, str(person))
    assert "There is one judged answer that would" in derek("calibrate", "--yes").error
    assert least(home) is None


def test_what_is_calibrated_holds_until_it_is_taken_back(home: Path, towns: Derek) -> None:
    judge_so_that_the_unsure_are_wrong(towns)
    unsure = UNSURE.format("Aral")
    assert derek(unsure).code == 0
    done = derek("calibrate", "--yes")
    assert done.code == 0
    assert " instead of 17% refuses 20 questions more, of which 20 were judged wrong.\n" in done.out
    assert "20 are decided better, and 0 worse" in done.out
    found = least(home)
    assert found
    assert 0.35 < found < 0.75
    assert (derek(unsure).code, derek(ARAL).code) == (1, 0)
    assert "calibrated on " in derek("status").out
    assert "to 60 judged answers." in derek("status").out
    assert derek("calibrate", "--yes").out.startswith("Nothing to change: ")
    assert derek("calibrate", "--undo").out.startswith("Taken back")
    assert (derek(unsure).code, "calibrated" in derek("status").out) == (0, False)
    assert derek("calibrate", "--undo").out.startswith("Nothing was calibrated")


def test_a_lower_threshold_answers_more(home: Path, towns: Derek) -> None:
    harbours.judge(towns, [*harbours.asked(SURE), *harbours.asked(UNSURE), *harbours.asked(NEAR)], GOOD)
    done = derek("calibrate", "--yes")
    assert " instead of 17% answers 20 questions more, of which 20 were judged right.\n" in done.out
    assert derek(NEAR.format("Aral")).code == 0


def test_where_nothing_does_better_nothing_is_changed(home: Path, towns: Derek) -> None:
    harbours.judge(towns, [*harbours.asked(SURE), *harbours.asked(UNSURE)], GOOD)
    harbours.judge(towns, harbours.asked(NEAR), BAD)
    kept = derek("calibrate", "--yes")
    assert (kept.code, kept.out.startswith("Nothing to change: 17% serves the 60 judged")) == (0, True)
    assert least(home) is None


def test_what_the_settings_or_the_command_line_name_goes_first(
    home: Path, towns: Derek, tmp_path: Path
) -> None:
    judge_so_that_the_unsure_are_wrong(towns)
    derek("calibrate", "--yes")
    unsure = UNSURE.format("Aral")
    settings = tmp_path / "settings.toml"
    settings.write_text("[answers]\nmin_confidence = 0.17\n[semantic]\nkind = 'none'\n")
    assert derek("--config", settings, unsure).code == 0
    assert derek("ask", "--min-confidence", "0.17", unsure).code == 0
    assert "calibrated" not in derek("--config", settings, "status").out
    again = derek("--config", settings, "calibrate", "--yes")
    assert "the settings name min_confidence, which goes first" in again.err
    assert again.code == 0


@pytest.mark.parametrize(("said", "code"), [("y", 0), ("n", 1)])
def test_a_terminal_is_asked_first(home: Path, towns: Derek, said: str, code: int) -> None:
    judge_so_that_the_unsure_are_wrong(towns)
    ended, shown = on_terminal("calibrate", answered=f"{said}\n")
    assert (ended, "refuses 20 questions more" in shown) == (code, True)
    assert (least(home) is not None) is (code == 0)


def test_a_broken_history_costs_no_answer(home: Path, towns: Derek) -> None:
    towns.close()
    (home / "history.sqlite3").write_bytes(b"no database, but words " * 100)
    answered = derek(ARAL)
    assert (answered.code, "3 berths" in answered.out) == (0, True)
    assert "is remembered until the end of this process only" in answered.error
