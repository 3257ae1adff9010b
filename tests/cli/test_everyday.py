"""What makes the command a tool for every day: dates, filters, folders, totals, interrupts."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from tests.cli.test_commands import served
from tests.support.command import BRIDGE_QUESTION, article_ids, derek
from tests.support.embeddings_server import EmbeddingsServer

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
    (folder / ".hidden" / "x.djvu").write_bytes(b"%PDF")
    for name in ("a.txt", "b.md"):
        (folder / name).write_text(f"Note {name}\n\nThe lamp of {name} is green.\n")
    for name in ("c.djvu", "d.djvu", "e.doc"):
        (folder / name).write_bytes(b"")
    (folder / "f.txt").write_text("")
    added = derek("add", folder)
    assert added.code == 1
    assert added.out.splitlines()[-2:] == [
        "In all: 2 added · 1 not added.",
        "The 5 sample articles made room; undoing this brings them back.",
    ]
    assert "2 .djvu, 1 .doc" in added.err
    assert derek("add", folder / "a.txt").out.count("\n") == 1


def test_what_ignore_files_name_is_neither_added_nor_asked(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "node_modules").mkdir(parents=True)
    for name in ("a.txt", "draft.txt", "node_modules/readme.md"):
        (folder / name).write_text(f"The lamp of {name} is green.\n")
    (folder / ".derekignore").write_text("draft.txt\n")
    added = derek("add", folder)
    assert (added.code, len(added.out.splitlines())) == (0, 2)
    assert added.error == f"derek: left out of {folder} as ignored: files or folders: 2"
    assert derek("add", folder / "draft.txt").out.startswith("Added: ")
    assert "draft" not in derek("ask", "--from", folder, "Which lamp is green?").out


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


#: Sends the process an interrupt when a module of Derek's is being loaded.
_INTERRUPTED = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "retrieval.answers":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv[1:] = ["about"]
from bot.cli.start import main
main()
"""


def test_an_interrupt_while_it_starts_is_no_traceback(data: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _INTERRUPTED], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_citation_says_its_headings_and_if_wanted_its_file_and_line(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "leave.md"
    path.write_text("# Leave\n\n## Annual leave\n\n### Days\n\nEveryone has 24 days off a year.\n")
    derek("add", path)
    asked = ("How many days off does everyone have a year?", "-n", "1")
    assert derek("ask", *asked).out.splitlines()[1] == "[1] Leave › Annual leave › Days"
    assert derek("ask", "--origin", *asked).out.splitlines()[2] == f"{path}:7"
    assert f"{path}:7" in derek("search", "--origin", "days off").out


def test_a_single_file_may_be_asked_without_keeping_it(data: Path, file: Path) -> None:
    before = article_ids(data)
    assert "12 million" in derek("ask", "--from", file, BRIDGE_QUESTION).out
    assert article_ids(data) == before
    assert derek("ask", "--from", file.with_name("nothing.txt"), BRIDGE_QUESTION).code == 2


@pytest.mark.parametrize("last", ["12/25/2023", "25/12/2023"])
@pytest.mark.parametrize("question", ["What was opened on 3/5/2024?", "What was opened on {}?"])
def test_a_date_in_numerals_is_found_as_written_and_as_meant(
    data: Path, tmp_path: Path, last: str, question: str
) -> None:
    path = tmp_path / "notes.txt"
    opened = "On 3/5/2024 the bridge was opened by the mayor. On 5/3/2024 the tunnel was opened by the mayor."
    path.write_text(f"City notes\n\n{opened} The market was closed on {last}.\n")
    day = "March 5, 2024" if last.startswith("12") else "3 May 2024"
    assert "bridge" in derek("ask", "--from", path, question.format(day)).out.splitlines()[0]


def test_a_new_data_folder_knows_the_vectors_of_the_sample_articles(home: Path, tmp_path: Path) -> None:
    settings = tmp_path / "meaning.toml"
    settings.write_text('[semantic]\nkind = "bundled"\n', "utf-8")
    assert derek("--config", settings, "ask", PUTIN) == derek("--config", settings, "ask", PUTIN)
    assert "By their meaning: 81 of 81 (100%)." in derek("--config", settings, "status").out


def test_a_folder_that_is_only_asked_is_embedded_once(
    home: Path, tmp_path: Path, server: EmbeddingsServer
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    sentence = "The lamp of the hall is green."
    (folder / "lamp.txt").write_text(f"The lamp\n\n{sentence}\n", "utf-8")
    settings = served(tmp_path, server)
    answers = [derek("--config", settings, "ask", "--from", folder, "Which lamp is green?") for _ in range(2)]
    assert answers[0] == answers[1]
    assert sentence in answers[0].out
    assert sum(any(sentence in text for text in texts) for texts in server.inputs) == 1
    assert not home.exists()


def test_neighbours_are_shown_around_a_citation(data: Path, file: Path) -> None:
    derek("add", file)
    alone, around = (derek("ask", *context, BRIDGE_QUESTION) for context in ([], ["-C", "1"]))
    # A sentence that leans on the one before is quoted with it.
    quote = "The bridge over the Turgay was opened on 3 May. It cost 12 million dollars."
    assert alone.out.splitlines()[0] == quote
    assert "Turgay bridge opens" not in alone.out.splitlines()[0]
    assert around.out.splitlines()[:2] == ["… Turgay bridge opens …", quote]
    cited = derek("ask", "--json", "-C", "2", BRIDGE_QUESTION).json["citations"][0]
    assert cited["before"].endswith("Turgay bridge opens")
    assert cited["after"] == ""
    assert "… " in derek("search", "-C", "1", "Turgay").out


def test_it_is_said_how_many_articles_without_a_date_were_left_out(data: Path) -> None:
    refused = derek("ask", "--since", "2023", "Who won the chess championship of Andromeda?")
    assert refused.code == 1
    assert "3 articles without a date were left out." in refused.out
    assert derek("ask", "--json", "--since", "2023", PUTIN).json["undated"] == 3
    assert derek("ask", "--json", PUTIN).json["undated"] == 0


def test_a_copy_is_said_to_be_one_of_which_file(data: Path, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes(file.read_bytes())
    derek("add", file)
    assert f"The same text was read from {file}." in derek("add", copy).out
    assert "The same text" not in derek("add", file).out


def test_a_conversation_takes_the_limits_of_a_question(data: Path, file: Path) -> None:
    assert "12 million dollars" in derek("chat", "--from", file, given=f"{BRIDGE_QUESTION}\n").out
    assert "million dollars" not in derek("chat", "--lang", "ru", given=f"{BRIDGE_QUESTION}\n").out
    refused = derek("chat", "--source", "Nobody", given="gas\n")
    assert (refused.code, "no article has the source 'Nobody'" in refused.error) == (2, True)


def test_what_is_piped_in_has_its_limit_too(data: Path) -> None:
    refused = derek("add", "-", given=b"The cat sat on the mat. " * 900_000)
    assert refused.code != 0
    assert "20 MB" in refused.err + refused.out


def test_the_samples_make_room_by_every_command_and_are_told_of_once(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("The lamp of the pier is green.\n")
    told = "The 5 sample articles made room; undoing this brings them back."
    for command in (("add", folder), ("add", folder / "a.txt"), ("sync", folder)):
        assert derek(*command, "--dry-run").out.splitlines()[-1] == told
        assert len(article_ids(data)) == 5
        done = derek(*command)
        assert (done.code, done.out.splitlines()[-1], len(article_ids(data))) == (0, told, 1)
        assert told not in derek(*command).out
        assert derek("undo").out == "Undone: “a” is out of the articles again.\n"
        assert len(article_ids(data)) == 5
    (kept,) = derek("add", "--keep-samples", folder).out.splitlines()
    assert (kept.startswith("Added: "), len(article_ids(data))) == (True, 6)


def test_an_article_tells_of_its_copies(data: Path, tmp_path: Path) -> None:
    said = (
        "The ferry over the Ertis runs again since Monday, the ministry of transport says. It takes forty"
        " cars and two hundred people. The old pier was mended by a firm of Pavlodar for 12 million tenge. In"
        " winter the ferry rests, and the ice road is opened for cars of up to five tonnes instead.\n"
    )
    for name, text in (("first", said), ("copy", f"Agency news.\n\n{said}"), ("other", "A cat sat there.\n")):
        (tmp_path / f"{name}.txt").write_text(text)
    first, copy, other, *_ = derek(
        "add", "--json", *(tmp_path / f"{n}.txt" for n in ("first", "copy", "other"))
    ).lines
    assert derek("show", "--json", first["article_id"]).json["copies"] == [copy["article_id"]]
    assert copy["article_id"] in derek("show", first["article_id"]).err
    assert derek("show", "--json", other["article_id"]).json["copies"] == []


def test_what_an_article_said_before_can_be_shown_until_it_is_purged(data: Path, file: Path) -> None:
    (added,) = derek("add", "--json", file).lines[:1]
    assert derek("show", added["article_id"]).err == ""
    file.write_text("Turgay bridge opens\n\nThe bridge cost 13 million dollars.\n")
    derek("add", file)
    assert "it was changed on" in derek("show", added["article_id"]).err
    assert "It cost 12 million dollars." in derek("show", "--version", "1", added["article_id"]).out
    assert [piece["version"] for piece in derek("show", "--json", added["article_id"]).json["versions"]] == [
        1
    ]
    assert derek("show", "--version", "2", added["article_id"]).code == 2
    derek("purge", "--yes")
    assert derek("show", "--version", "1", added["article_id"]).code == 2
