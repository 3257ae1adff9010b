"""The documents' promises: their transcripts are run, their settings are read, what they link to exists."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.cli.commands import commands
from bot.cli.exit_codes import EXIT_CODES
from bot.config import Config, default_path
from tests.support.forking import run_derek
from tests.support.paths import ROOT
from tests.test_architecture import DOORS, ROOMS

README = ROOT / "README.md"
DOCS = ROOT / "docs"
DOCUMENTS = [README, *sorted(DOCS.rglob("*.md"))]

#: What a reader can take in at once.
LONGEST = {README: 120, DOCS / "architecture.md": 150}

#: Those whose many commands take long.
LONG = {DOCS / "guide.md", DOCS / "programs.md"}


def fenced(document: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def steps(transcript: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a transcript with what it is shown to print."""
    for step in re.split(r"^\$ ", transcript, flags=re.MULTILINE)[1:]:
        command, _, output = step.partition("\n")
        yield command, output


def run(command: str, folder: Path) -> str:
    """Run a command as a reader would, and return all that the terminal shows, without trailing spaces.

    What needs no shell is forked from a process that has Derek loaded, which is faster.
    """
    if command.startswith("derek ") and not re.search("[|<>;&$]", command):
        forked = run_derek(shlex.split(command)[1:], folder=folder, together=True)
        return re.sub(r" +$", "", forked.stdout.decode(), flags=re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return re.sub(r" +$", "", done.stdout.decode(), flags=re.MULTILINE)


_FIGURE = re.compile(r"\d+(?:\.\d+)?%|\d+\.(?P<decimals>\d+)")

#: How far a figure may lie from the one that is shown, by its digits behind the point: vectors differ in
#: their last bits from processor to processor, and what is made of them a little more.
NEAR = {1: 0.11, 2: 0.05, 3: 0.01, 4: 0.01}


def anywhere(text: str) -> str:
    """Return a text without what differs from machine to machine.

    A file's id depends on where it lies, and figures on the processor.
    """
    return _FIGURE.sub(
        lambda figure: "…" if figure["decimals"] else "…%", re.sub(r"\bid [0-9a-f]{12}\b", "id …", text)
    )


def figures(text: str) -> list[Any]:
    """Return the figures in a text, which are nearly the same on any machine."""
    return [
        pytest.approx(
            float(figure[0].rstrip("%")),
            abs=NEAR.get(len(figure["decimals"]), 0) if figure["decimals"] else 1,
        )
        for figure in _FIGURE.finditer(text)
    ]


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(one, marks=[pytest.mark.slow] if one in LONG else [], id=name(one))
        for one in DOCUMENTS
        if fenced(one, "console")
    ],
)
def test_the_transcripts_are_what_a_reader_sees(
    document: Path, tmp_path: Path, embedded_samples: Path
) -> None:
    default_path().unlink()
    shutil.copytree(embedded_samples, Config().folder)
    folder = tmp_path / "work"
    folder.mkdir()
    for transcript in fenced(document, "console"):
        assert transcript.startswith("$ "), "a transcript begins with the command that is run"
        for command, output in steps(transcript):
            printed = run(command, folder)
            assert (command, anywhere(printed)) == (command, anywhere(output))
            assert [figure.expected for figure in figures(printed)] == figures(output)


@pytest.mark.parametrize("document", [README, DOCS / "guide.md", DOCS / "semantic.md", DOCS / "programs.md"])
def test_what_is_about_asking_shows_it(document: Path) -> None:
    assert [step for transcript in fenced(document, "console") for step in steps(transcript)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_fence_is_closed_and_says_what_it_holds(document: Path) -> None:
    fences = re.findall(r"^```(.*)$", document.read_text("utf-8"), flags=re.MULTILINE)
    assert set(fences[::2]) <= {"console", "sh", "toml", "text"}
    assert set(fences[1::2]) <= {""}
    assert len(fences) % 2 == 0


def test_the_readme_begins_with_the_two_commands() -> None:
    first = fenced(README, "sh")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make chat", "make test"]


@pytest.mark.parametrize("document", LONGEST, ids=name)
def test_what_is_read_first_is_short(document: Path) -> None:
    assert len(document.read_text("utf-8").splitlines()) <= LONGEST[document]


def test_the_settings_that_are_shown_are_settings() -> None:
    blocks = [block for document in DOCUMENTS for block in fenced(document, "toml")]
    assert blocks
    for block in blocks:
        Config.model_validate(tomllib.loads(block))


def links(document: Path) -> list[str]:
    """Return what a document links to within the project."""
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text("utf-8"))


@pytest.mark.parametrize("document", [one for one in DOCUMENTS if links(one)], ids=name)
def test_what_a_document_links_to_exists(document: Path) -> None:
    targets = [link.split("#")[0] for link in links(document)]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [README]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        found = {(document.parent / link.split("#")[0]).resolve() for link in links(document)}
        waiting += [one for one in found & set(DOCUMENTS) if one not in reached]
    assert reached == set(DOCUMENTS)


def named_in_documents(pattern: str) -> set[str]:
    """Return what the group of a pattern stands for, wherever a document has it."""
    return {name for document in DOCUMENTS for name in re.findall(pattern, document.read_text("utf-8"))}


def test_the_paths_that_documents_name_exist() -> None:
    named = named_in_documents(r"`((?:bot|retrieval|tests|seeds)/[^`\s*]*)`")
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_modules_that_documents_run_exist() -> None:
    named = named_in_documents(r"python -m ((?:bot|retrieval|tests)[.\w]+)")
    assert named
    assert [one for one in sorted(named) if not (ROOT / f"{one.replace('.', '/')}.py").exists()] == []


def test_the_targets_of_make_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = named_in_documents(r"(?m)(?:^|`)make (\w+)")
    assert {"chat", "test"} <= named <= targets


def test_every_command_is_told_of() -> None:
    told = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    assert [one for one in commands.commands if not re.search(rf"\bderek {one}\b", told)] == []


def test_every_exit_code_is_told_of() -> None:
    said = re.findall(r"\b(\d+) [a-zC]", str(main.__doc__).split("Exit codes:")[1])
    table = re.findall(r"^\| (\d+) \|", (DOCS / "programs.md").read_text("utf-8"), flags=re.MULTILINE)
    assert {str(code) for code in EXIT_CODES.values()} < set(said)
    assert sorted(table) == sorted(said)


def rows(document: Path) -> dict[str, str]:
    """Return the rows of a document's tables, by what stands in backquotes at their beginning."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", document.read_text("utf-8"), flags=re.MULTILINE))


def test_the_rooms_and_their_doors_are_told_of() -> None:
    told = {
        room.removesuffix(".py").replace("/", "."): set(re.findall(r"`(\w+)`", row.rpartition("|")[2]))
        for room, row in rows(DOCS / "architecture.md").items()
    }
    assert told.keys() == ROOMS.keys()
    assert {room: doors for room, doors in told.items() if doors} == {
        room: set(doors.split()) for room, doors in DOORS.items() if doors
    }


def test_the_glossary_calls_things_as_the_code_does() -> None:
    code = "\n".join(
        path.read_text("utf-8") for package in ("bot", "retrieval") for path in (ROOT / package).rglob("*.py")
    )
    text = (DOCS / "glossary.md").read_text("utf-8")
    named = {word for quoted in re.findall(r"`([A-Za-z_.]+)`", text) for word in quoted.split(".")}
    assert named
    assert [word for word in sorted(named) if not re.search(rf"\b{word}\b", code)] == []
