"""What a terminal is shown, and anything else: colour, and long texts through a pager."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.support.command import derek
from tests.support.running import DEREK

SURE = "By how many percent did the volume of trade increase?"
MARKED = "\x1b[1;32m26 percent\x1b[0m"


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color=always",), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"CLICOLOR_FORCE": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_commands_and_conversations_have_colour_where_it_is_wanted(
    data: Path, options: tuple[str, ...], environment: dict[str, str], coloured: bool
) -> None:
    for arguments, given in ((("ask", SURE), ""), (("chat",), f"{SURE}\n")):
        shown = derek(*options, *arguments, given=given, **environment)
        assert shown.code == 0
        assert (MARKED in shown.out, "\x1b" in shown.out) == (coloured, coloured)


def on_terminal(*arguments: str, lines: int = 10, **environment: str) -> str:
    """Return what a command shows on a terminal of so many lines."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "PAGER")}
    with subprocess.Popen(
        [DEREK, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=kept | {"TERM": "xterm"} | environment,
    ) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(terminal):
            shown += piece
    os.close(terminal)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4_096)
    except OSError:  # As Linux says that nobody writes to it any more.
        return b""


@pytest.fixture(name="pager")
def noticed_pager(tmp_path: Path) -> str:
    """Return a pager that says of itself."""
    path = tmp_path / "pager"
    path.write_text("#!/bin/sh\necho paged\ncat\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize("arguments", [("show", "06c4"), ("list",), ("help",)])
def test_a_text_longer_than_the_screen_is_shown_by_a_pager(
    data: Path, pager: str, arguments: tuple[str, ...]
) -> None:
    lines = {"list": 4}.get(arguments[0], 10)
    plain = on_terminal("--color", "never", "--no-pager", *arguments, lines=lines, PAGER=pager)
    assert not plain.startswith("paged\n")
    paged = on_terminal("--color", "never", *arguments, lines=lines, PAGER=pager)
    assert paged == f"paged\n{plain}"
    assert on_terminal("--color", "never", *arguments, lines=500, PAGER=pager) == plain


@pytest.mark.parametrize("none", ["", "cat"])
def test_derek_may_have_a_pager_of_its_own_or_none(data: Path, pager: str, none: str) -> None:
    assert on_terminal("help", PAGER="false", DEREK_PAGER=pager).startswith("paged\n")
    assert on_terminal("help", PAGER=pager, DEREK_PAGER=none).startswith("Usage: ")


def test_what_is_no_terminal_gets_no_pager(data: Path, pager: str) -> None:
    assert derek("help", LINES="3", PAGER=pager).out.startswith("Usage: ")


def test_a_pager_that_knows_colour_is_given_it(data: Path, tmp_path: Path, pager: str) -> None:
    less = Path(pager).rename(tmp_path / "less")
    assert "\x1b[" in on_terminal("show", "06c4", PAGER=str(less))
    assert "\x1b[" in on_terminal("--color", "always", "show", "06c4", PAGER=str(less.rename(pager)))
