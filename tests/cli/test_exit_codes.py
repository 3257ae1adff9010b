"""Each exit code of the table in docs/programs.md, brought about."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bot_api.server import BotApi
from tests.support.command import derek
from tests.support.paths import ROOT
from tests.support.running import DEREK, free_port

TOKEN = "42:SECRETword"

#: What ends so, besides the codes below, which want more than arguments.
ENDED: dict[int, tuple[str, ...]] = {
    0: ("list",),
    1: ("ask", "Who won the chess championship of the Andromeda galaxy?"),
    2: ("show", "ffff"),
    3: ("--config", "missing.toml", "list"),
}


def table() -> set[int]:
    text = (ROOT / "docs" / "programs.md").read_text("utf-8")
    return {int(code) for code in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}


def test_every_code_of_the_table_is_brought_about_here() -> None:
    assert table() == {*ENDED, 4, 5, 70, 74, 130}


@pytest.mark.parametrize("code", ENDED)
def test_a_command_ends_with_the_code(data: Path, code: int) -> None:
    assert derek(*ENDED[code]).code == code


def settings(tmp_path: Path, server: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(f'[semantic]\nkind = "none"\n[telegram]\napi = "{server}"\n', "utf-8")
    return path


def test_a_token_that_telegram_refuses_is_4(data: Path, tmp_path: Path) -> None:
    with BotApi() as api:
        path = settings(tmp_path, api.url)
        refused = derek("--config", path, "doctor", DEREK_TELEGRAM_TOKEN=TOKEN)
    assert (refused.code, len(refused.err.splitlines())) == (4, 1)


def test_a_server_that_cannot_be_reached_is_5(data: Path, tmp_path: Path) -> None:
    path = settings(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert derek("--config", path, "doctor", DEREK_TELEGRAM_TOKEN=TOKEN).code == 5


def test_a_fault_of_dereks_own_is_70() -> None:
    """A command that breaks stands for all faults that nobody has thought of."""
    program = (
        "import click; from bot.cli.commands import commands; from bot.cli.main import main;"
        "commands.add_command(click.Command('break', callback=lambda: [][0])); main()"
    )
    done = subprocess.run([sys.executable, "-c", program, "break"], capture_output=True, check=False)
    assert done.returncode == 70
    assert done.stderr == (
        b"derek: IndexError: list index out of range; this is a fault of Derek, run again with --debug\n"
    )


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("list >&-", "Bad file descriptor"),
        ("list >/dev/full", "No space left on device"),
        ("--version >&-", "Bad file descriptor"),
        ("--version >/dev/full", "No space left on device"),
        ("--help >&-", "Bad file descriptor"),
        ("chat <&-", "Bad file descriptor"),
        ("ask <&-", "Bad file descriptor"),
        ("add - <&-", "Bad file descriptor"),
        ("list >&- <&-", "Bad file descriptor"),
    ],
)
def test_input_or_output_that_fails_is_74(data: Path, command: str, fault: str) -> None:
    done = in_shell(command)
    assert (done.returncode, done.stderr.decode()) == (74, f"derek: standard input or output: {fault}\n")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("list <&-", 0),
        ("list 2>&-", 0),
        ("show ffff 2>&-", 2),
        ("show ffff 2>/dev/full", 2),
        ("list 2>&- >&-", 74),
    ],
)
def test_what_a_command_does_not_need_may_be_closed(data: Path, command: str, code: int) -> None:
    done = in_shell(command)
    assert (done.returncode, done.stderr) == (code, b"")


def in_shell(command: str) -> subprocess.CompletedProcess[bytes]:
    script = f'"$0" {command}'
    return subprocess.run(["sh", "-c", script, DEREK], capture_output=True, check=False, timeout=120)


def test_ctrl_c_is_130(data: Path) -> None:
    with subprocess.Popen([DEREK, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130
