"""Where the command `derek` begins: Ctrl-C ends it in one line from the first moment on."""

import sys

from bot import __version__


def main() -> None:
    """Say the version, for which nothing has to be loaded, or run a command."""
    if sys.argv[1:] == ["--version"] and _said():
        return
    try:
        from bot.cli.main import main as run  # noqa: PLC0415  to import takes half a second
    except KeyboardInterrupt:
        sys.exit(130)
    run()


def _said() -> bool:
    """Say the version; where that cannot be written, let the command itself report it."""
    try:
        sys.stdout.write(f"derek {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):  # Python has no standard output at all where that is closed.
        return False
    return True
