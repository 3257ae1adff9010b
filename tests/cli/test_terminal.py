"""What a terminal is shown, and anything else: colour."""

from pathlib import Path

import pytest

from tests.support.command import derek

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
