"""What makes the command a tool for every day: dates, filters, folders, totals, interrupts."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import __version__
from tests.support.command import article_ids, derek
from tests.support.running import DEREK

PUTIN = "Кто пригласил Токаева в Казань?"


@pytest.mark.parametrize("since", ["2024", "02.2024", "22.02.2024", "2024-02-22"])
def test_a_year_or_a_month_is_as_good_as_a_day(data: Path, since: str) -> None:
    assert derek("ask", "--since", since, "--until", "2024", PUTIN).code == 0
    assert derek("ask", "--since", "2025", PUTIN).code == 1


def test_what_is_no_day_is_refused_with_an_example(data: Path) -> None:
    refused = derek("ask", "--since", "yesterday", PUTIN)
    assert refused.code == 2
    assert "02.2024" in refused.error


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (["--source", "МИР"], "no article has the source 'МИР'; there are: "),
        (["--lang", "de"], "no article has the language 'de'; there are: en (4), ru (1)"),
    ],
)
def test_a_limit_that_no_article_meets_says_what_there_is(data: Path, limit: list[str], told: str) -> None:
    for command in ("ask", "search"):
        refused = derek(command, *limit, PUTIN)
        assert (refused.code, refused.out) == (2, "")
        assert told in refused.error
    assert "МИР 24 (1)" in derek("ask", "--source", "МИР", PUTIN).error
    assert derek("ask", "--source", "мир 24", PUTIN).code == 0


def test_a_folder_is_added_with_a_total_and_a_word_on_what_was_left_out(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "x.pdf").write_bytes(b"%PDF")
    for name in ("a.txt", "b.md"):
        (folder / name).write_text(f"Note {name}\n\nThe lamp of {name} is green.\n")
    for name in ("c.pdf", "d.pdf", "e.docx"):
        (folder / name).write_bytes(b"")
    (folder / "f.txt").write_text("")
    added = derek("add", folder)
    assert added.code == 1
    assert added.out.splitlines()[-1] == "In all: 2 added · 1 not added."
    assert "2 .pdf, 1 .docx" in added.err
    assert derek("add", folder / "a.txt").out.count("\n") == 1


def test_the_data_folder_may_be_named_by_the_environment(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    derek("about", DEREK_DATA=str(other))
    assert article_ids(other) == article_ids(data)
    refused = derek("--data", "", "about")
    assert (refused.code, refused.out) == (2, "")
    assert "no name" in refused.error


def test_the_version_is_told_without_loading_anything() -> None:
    told = "sys.argv[1:] = ['--version']; main(); print(*sys.modules)"
    run = f"import sys; from bot.cli.start import main; {told}"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    version, modules = done.stdout.split("\n", 1)
    assert version == f"derek {__version__}"
    assert not {"numpy", "pydantic", "click"} & set(modules.split())


@pytest.mark.parametrize("wait", [0.1, 0.3, 0.6])
def test_an_interrupt_in_the_first_second_is_no_traceback(data: Path, wait: float) -> None:
    with subprocess.Popen([DEREK, "about"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
