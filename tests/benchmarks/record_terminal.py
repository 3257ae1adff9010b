"""Record what the commonest things look like on a terminal, as pictures: wide and narrow, light and dark.

python -m tests.benchmarks.record_terminal FOLDER

It needs tmux and bash. Each picture is `COLUMNS-light.svg` or `COLUMNS-dark.svg`.
"""

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import click
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, DIMMED_MONOKAI
from rich.text import Text

from tests.support.running import DEREK

#: How wide the terminals are, and how high: whatever is written is kept beyond that.
_WIDTHS, _HEIGHT = (80, 40), 50

#: What is typed; a line that ends with "…" is one of the conversation that the line before began.
_LINES: Sequence[str] = (
    'derek "Who met Mishustin?"',
    "derek gas",
    'derek "Тоқаев Қазанға не үшін барды?"',
    'derek "What do camels eat in winter?"',
    "derek add bridge.txt --source 'Orda News'",
    'derek ask --origin -C 1 "How much did the bridge cost?"',
    "derek sync notes",
    "derek list",
    "derek remove --yes 06c4",
    "derek undo",
    "derek chat",
    "What did the sides agree on oil?…",
    "And on gas?…",
    "/why…",
    "/quit…",
    "derek serach gas",
)

_BRIDGE = """\
Turgay bridge opens

3 May 2025

The bridge over the Turgay took two years. It cost 12 million dollars.
"""

#: A picture without fonts from elsewhere.
_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; line-height: {line_height}px }}
.{unique_id}-title {{ display: none }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Screen:
    """A shell in a tmux of its own, so many columns wide."""

    def __init__(self, width: int, folder: Path) -> None:
        self._tmux = ["tmux", "-L", f"derek-{os.getpid()}-{width}", "-f", "/dev/null"]
        environment = {
            "PATH": f"{DEREK.parent}:{os.environ['PATH']}",
            "DEREK_DATA": str(folder / "data"),
            "LANG": "C.UTF-8",
            "PS1": "$ ",
        }
        shell = [
            "env",
            *(f"{name}={value}" for name, value in environment.items()),
            "bash",
            "--norc",
            "--noprofile",
        ]
        size = ["-x", str(width), "-y", str(_HEIGHT)]
        self._run("new-session", "-d", *size, "-c", str(folder), *shell)
        self._run("set-option", "-g", "history-limit", "10000")
        self._wait("$")

    def _run(self, *arguments: str) -> str:
        return subprocess.run([*self._tmux, *arguments], check=True, capture_output=True, text=True).stdout

    def type(self, line: str, prompt: str) -> None:
        """Type a line, and wait until the prompt stands there again."""
        self._run("send-keys", "-l", line)
        self._run("send-keys", "Enter")
        self._wait(prompt)

    def _wait(self, prompt: str, patience: float = 60.0) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            time.sleep(0.3)
            shown = self._run("capture-pane", "-p").rstrip().splitlines()
            if shown and shown[-1].strip() == prompt:
                return
        raise click.ClickException(f"the prompt {prompt!r} did not come back")

    def text(self) -> str:
        """Return all that was shown, with its colours as control sequences."""
        return self._run("capture-pane", "-e", "-p", "-S", "-").rstrip()

    def close(self) -> None:
        """End the shell."""
        self._run("kill-server")


def drawn(text: str, width: int, *, dark: bool) -> str:
    """Return a picture of what a terminal shows."""
    console = Console(record=True, width=width, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    theme = DIMMED_MONOKAI if dark else DEFAULT_TERMINAL_THEME
    return console.export_svg(theme=theme, code_format=_SVG, unique_id="t")


def recorded(width: int) -> str:
    """Type everything on a terminal of this width, and return what it shows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bridge.txt").write_text(_BRIDGE, "utf-8")
        (folder / "notes").mkdir()
        (folder / "notes" / "pump.md").write_text("# Pump\n\nThe pump was replaced on Monday.\n", "utf-8")
        screen = Screen(width, folder)
        try:
            for line in _LINES:
                talk = line.endswith("…") or line == "derek chat"
                screen.type(line.removesuffix("…"), ">" if talk and line != "/quit…" else "$")
            return screen.text().replace(shlex.quote(name), "~")
        finally:
            screen.close()


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Record, and write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in _WIDTHS:
        text = recorded(width)
        for name, dark in (("light", False), ("dark", True)):
            (folder / f"{width}-{name}.svg").write_text(drawn(text, width, dark=dark), "utf-8")
        click.echo(f"{width} columns: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
