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
    arguments: Sequence[str], given: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Return what a command wrote and how it ended; `given` is on its standard input.

    Raises `subprocess.TimeoutExpired`.
    """
    with tempfile.TemporaryDirectory(prefix="derek-") as name:
        folder = Path(name)
        (folder / "in").write_bytes(given)
        process = _context.Process(
            target=_run, args=(arguments, folder, dict(environment or os.environ), Path.cwd())
        )
        process.start()
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(arguments), _PATIENCE)
        out, err = ((folder / stream).read_bytes() for stream in ("out", "err"))
        return subprocess.CompletedProcess(list(arguments), process.exitcode or 0, out, err)


def _run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], current: Path) -> None:
    from bot.cli.main import main  # noqa: PLC0415  the process that is forked has it

    os.chdir(current)
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, flags) in enumerate(
        (("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT))
    ):
        os.dup2(os.open(folder / name, flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor is no path
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        for number in (1, 2)
    )
    sys.argv = ["derek", *arguments]
    main()
