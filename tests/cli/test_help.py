"""Help, and what is said where no command is written as it should be."""

import re
from pathlib import Path

import pytest

from bot.cli.commands import commands
from tests.support.command import derek

OVERVIEW = re.compile(r"^  (\w+)  +(\S.*)$", re.MULTILINE)


def test_every_command_is_told_of_in_a_sentence_that_fits_its_line() -> None:
    overview = derek("help", COLUMNS="80").out
    told = dict(OVERVIEW.findall(overview.partition("Commands:")[2]))
    assert told.keys() == commands.commands.keys()
    assert [line for line in told.values() if not line.endswith(".") or line.endswith("..")] == []
    assert [line for line in overview.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", ["add", "list", "help"])
def test_help_on_a_command_is_what_the_command_itself_says(name: str) -> None:
    assert derek("help", name) == derek(name, "--help")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("help", "lst"), "there is no command 'lst'; did you mean 'list'? `derek --help` tells more"),
        (("help", "me"), "there is no command 'me'; `derek --help` tells more"),
        (("lst",), "there is no command 'lst'; did you mean 'list'? To ask it as a question: derek ask"),
        (("serach", "foo"), "did you mean 'search'? To ask it as a question: derek ask \"serach foo\""),
        (("lits", "--json"), "did you mean 'list'?"),
        (
            ("show", "me", "the", "money"),
            "cannot take 'the money'; to ask it as a question: derek ask \"show me ",
        ),
        (("list", "of", "$ources"), "derek ask 'list of $ources'"),
        (("help", "me", "out"), 'derek ask "help me out"'),
    ],
)
def test_a_slip_is_told_with_what_may_be_meant(arguments: tuple[str, ...], said: str) -> None:
    refused = derek(*arguments)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.error


@pytest.mark.parametrize(
    "question",
    ["what is it", "how many", "and gas", "as for trade", "statues of Almaty", "Sho met Putin", "last talks"],
)
def test_a_question_may_begin_with_a_word_like_a_command(data: Path, question: str) -> None:
    assert derek(*question.split()) == derek("ask", question)
