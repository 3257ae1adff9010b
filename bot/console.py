"""What is written on a terminal, or on whatever is in its place: blocks, in colour where that is wanted."""

import io
import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TextIO

from bot.rendering.blocks import Block, Role, to_text

if TYPE_CHECKING:
    from rich.text import Text

CHAT = "console"

_STYLES = {
    Role.STRONG: "bold",
    Role.TITLE: "cyan",
    Role.CODE: "yellow",
    Role.MARK: "bold green",
}


class Colour(StrEnum):
    """When there is colour: on a terminal that has it, or always, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"

    def is_seen(self, stream: TextIO) -> bool:
        """Whether what is marked by colour stands out on a stream."""
        return self is Colour.ALWAYS or (self is Colour.AUTO and stream.isatty())


def usual_colour(environment: Mapping[str, str] = os.environ) -> Colour:
    """Return when there is colour by the variables that programs agree on; the first that is set decides.

    >>> usual_colour({"FORCE_COLOR": "1", "NO_COLOR": "1"})
    <Colour.NEVER: 'never'>
    """
    if environment.get("NO_COLOR"):
        return Colour.NEVER
    if any(environment.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return Colour.ALWAYS
    return Colour.NEVER if environment.get("CLICOLOR") == "0" else Colour.AUTO


def show(blocks: Iterable[Block], stream: TextIO, colour: Colour = Colour.AUTO) -> None:
    """Write blocks to a stream, in colour where that is wanted."""
    stream.write(drawn(blocks, stream, colour))


def drawn(blocks: Iterable[Block], stream: TextIO, colour: Colour = Colour.AUTO) -> str:
    """Return what is written to show blocks on a stream; lines are broken to fit a terminal only."""
    terminal = stream.isatty()
    if not terminal and colour is not Colour.ALWAYS:
        return to_text(blocks) + "\n"
    from rich.console import Console  # noqa: PLC0415  where there is colour only: 50 ms
    from rich.padding import Padding  # noqa: PLC0415

    text = io.StringIO()
    console = Console(
        file=text,
        force_terminal=True,
        highlight=False,
        soft_wrap=not terminal,
        no_color=False if colour is Colour.ALWAYS else None,
        color_system=_SYSTEMS[colour],
    )
    for number, block in enumerate(blocks):
        if number and not block.tight:
            console.print()
        indented = block.quoted and terminal
        console.print(Padding(_styled(block), (0, 0, 0, 2)) if indented else _styled(block))
    return text.getvalue()


#: The colours that rich draws with; those of every terminal suffice where it is not asked which it is.
_SYSTEMS: Mapping[Colour, Literal["auto", "standard"] | None] = {
    Colour.AUTO: "auto",
    Colour.ALWAYS: "standard",
    Colour.NEVER: None,
}


def _styled(block: Block) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    return Text.assemble(
        *(
            (fragment.text, f"link {fragment.url}" if fragment.url else _STYLES.get(fragment.role, ""))
            for fragment in block.fragments
        )
    )
