"""The manual page: it tells of every command and option, and programs that read such pages take it."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.cli.commands import commands
from bot.cli.manual import EXIT_CODES
from tests.support.command import derek

#: Programs that read a manual page, and complain of what they do not understand.
READERS = {
    "mandoc": ["mandoc", "-T", "lint", "-W", "warning"],
    "groff": ["groff", "-man", "-T", "utf8", "-ww", "-z"],
    "man": ["man", "--warnings", "-l"],
}


@pytest.fixture(name="page")
def manual_page(tmp_path: Path) -> Path:
    printed = derek("man")
    assert (printed.code, printed.err) == (0, "")
    path = tmp_path / "derek.1"
    path.write_text(printed.out, "utf-8")
    return path


def test_it_names_every_command_with_its_options(page: Path) -> None:
    text = page.read_text("utf-8").replace("\\-", "-")
    head, *sections = re.split(r'^\.SS "derek (\w+)"$', text, flags=re.MULTILINE)
    told = dict(zip(sections[::2], sections[1::2], strict=True))
    assert told.keys() == commands.commands.keys()
    for command, section in ((commands, head), *((commands.commands[name], told[name]) for name in told)):
        for option in (one for one in command.params if isinstance(one, click.Option)):
            for name in option.opts:
                assert re.search(rf"^\.B .*{name}\b", section, re.MULTILINE), name


def test_it_tells_of_every_exit_code(page: Path) -> None:
    said = {int(code) for code in re.findall(r"\b(\d+) [a-zC]", str(main.__doc__).split("Exit codes:")[1])}
    assert EXIT_CODES.keys() == said


@pytest.mark.parametrize("reader", READERS)
def test_what_reads_manual_pages_has_no_complaint(page: Path, reader: str) -> None:
    if not shutil.which(reader):
        pytest.skip(f"{reader} is not installed")
    done = subprocess.run([*READERS[reader], page], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    if reader == "mandoc":
        assert done.stdout == b""
