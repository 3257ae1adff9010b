"""Where the command `derek` begins: Ctrl-C ends it in one line from the first moment on."""

import sys

from bot import __version__


def main() -> None:
    """Say the version, for which nothing has to be loaded, or run a command."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"derek {__version__}\n")
        return
    try:
        from bot.cli.main import main as run  # noqa: PLC0415  to import takes half a second
    except KeyboardInterrupt:
        sys.exit(130)
    run()
