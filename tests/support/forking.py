"""`derek` in processes that are forked from one in which it is imported: to start Python anew takes a second.

What a process is like that the shell starts, those tests see that run the program itself.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

#: What nearly every command imports.
_PRELOADED = ["bot.cli.main", "bot.console", "retrieval.index.disk.index", "tests.support.warmed"]

#: How long a command may take on a busy machine, in seconds.
_PATIENCE = 240

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_PRELOADED)


def run_derek(
    arguments: Sequence[str],
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    together: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Return what a command wrote and how it ended.

    `given` is on its standard input, `folder` is its working directory, by default that of the tests, and
    `together` says to write errors where output goes. Raises `subprocess.TimeoutExpired`.
    """
    with tempfile.TemporaryDirectory(prefix="derek-") as name:
        streams = Path(name)
        (streams / "in").write_bytes(given)
        names = ("in", "out", "out" if together else "err")
        for stream in names[1:]:
            (streams / stream).touch()
        process = _context.Process(
            target=_run,
            args=(
                arguments,
                [streams / stream for stream in names],
                dict(environment or os.environ),
                folder or Path.cwd(),
            ),
        )
        process.start()
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), _PATIENCE)
        out, err = ((streams / stream).read_bytes() for stream in names[1:])
        return subprocess.CompletedProcess(list(arguments), process.exitcode or 0, out, err)


def _run(
    arguments: Sequence[str], streams: Sequence[Path], environment: Mapping[str, str], folder: Path
) -> None:
    from bot.cli.main import main  # noqa: PLC0415  the process that is forked has it

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(streams):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND if number else os.O_RDONLY), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor is no path
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor is no path
        for number in (1, 2)
    )
    sys.argv = ["derek", *arguments]
    main()
