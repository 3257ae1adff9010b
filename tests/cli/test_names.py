"""What is added by its name: a file that is there or not, a page, the address of a file, a pipe, a device."""

import os
import subprocess
import threading
from pathlib import Path

import pytest

from tests.support.command import BRIDGE, BRIDGE_QUESTION, derek
from tests.support.running import DEREK


@pytest.mark.parametrize("name", ["/nowhere/at/all", "/nowhere.txt"])
def test_a_file_that_is_not_there_is_told_of_as_that(data: Path, name: str) -> None:
    added = derek("add", name)
    assert (added.code, added.out.startswith(f"Not added: {name}: No such file or directory")) == (1, True)


@pytest.mark.parametrize("name", ["ftp://example.com/a", "file://elsewhere/a.txt"])
def test_what_is_at_an_address_of_another_kind_cannot_be_added(data: Path, file: Path, name: str) -> None:
    added = derek("add", name, file)
    refused, bridge, *_ = added.out.splitlines()
    assert added.code == 1
    assert refused.startswith(f"Not added: {name}: no file is at this address; `derek add` takes pages")
    assert bridge.startswith("Added: ")
    asked = derek("ask", "--from", name, BRIDGE_QUESTION)
    assert (asked.code, asked.error.startswith(f"derek: {name}: no file")) == (2, True)


def test_the_address_of_a_file_is_that_file(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a bridge, 100%.txt"
    path.write_text(BRIDGE)
    assert derek("add", path.as_uri()).out.startswith("Added: ")
    assert derek("add", path).out.startswith("Nothing changed: ")
    assert derek("ask", "--from", path.as_uri(), BRIDGE_QUESTION).code == 0


def test_a_pipe_that_is_named_is_read_as_a_text(data: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)

    def written() -> threading.Thread:
        writer = threading.Thread(target=pipe.write_text, args=(BRIDGE,))
        writer.start()
        return writer

    for said in ("Added: “Turgay bridge opens”", "Nothing changed: “Turgay bridge opens”"):
        writer = written()
        assert derek("add", "--lang", "en", pipe).out.startswith(said)
        writer.join()
    writer = written()
    assert derek("ask", "--from", pipe, BRIDGE_QUESTION).code == 0
    writer.join()


@pytest.mark.parametrize(
    "command",
    [
        'cat "$1" | "$0" add --lang en /dev/stdin',
        '"$0" add --lang en /dev/stdin < "$1"',
        '"$0" add --lang en <(cat "$1")',
        '"$0" add --lang en /dev/fd/7 7< "$1"',
    ],
)
def test_what_a_shell_pipes_in_by_a_name_is_read_as_a_text(data: Path, file: Path, command: str) -> None:
    done = subprocess.run(["bash", "-c", command, DEREK, file], capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("Added: “Turgay bridge opens” (3 sentences")
    assert derek("add", "--lang", "en", "-", given=BRIDGE).out.startswith("Nothing changed")


@pytest.mark.parametrize(("name", "fault"), [("/dev/null", "there is no text in it"), ("/dev/zero", "20 MB")])
def test_a_device_gives_no_more_than_a_file_may_hold(data: Path, name: str, fault: str) -> None:
    added = derek("add", name)
    assert (added.code, fault in added.out) == (1, True)
