"""Print how long questions take while two processes add articles, beside `python -c pass`.

python -m tests.benchmarks.bench_adding [--questions N]

Each of the two adds 25 articles of everyday life, with their vectors. A question is a whole process, or one
of a conversation that is open already.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import click

from retrieval.evaluation.everyday import read_everyday
from tests.benchmarks.tables import Table, to_text
from tests.support.running import DEREK

_EVERYDAY = Path(__file__).parent / "everyday"

#: How many articles each process adds.
_ARTICLES = 25


def _copies(folder: Path, name: str) -> Path:
    """Make a folder of articles whose texts are those of no other folder."""
    files = sorted(_EVERYDAY.glob("*/articles/*"))[:_ARTICLES]
    place = folder / name
    place.mkdir()
    for path in files:
        text = path.read_text("utf-8")
        (place / path.name).write_text(f"{text}\n\nThis copy is kept in folder {name}.\n", "utf-8")
    return place


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _percentiles(name: str, seconds: list[float], passing: float) -> tuple[str, int, float, float, float]:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return name, len(ordered), round(middle, 3), round(late, 3), round(late / passing, 1)


class _Talk:
    """A conversation in a process of its own."""

    def __init__(self, data: Path) -> None:
        self._process = subprocess.Popen(
            [DEREK, "--data", data, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: str) -> None:
        """Ask, and wait for the end of the answer, which the next question's echo tells."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{question}\n/history 1\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("> /history"):
                return

    def close(self) -> None:
        """End it."""
        self._process.communicate("/quit\n", timeout=60)


@click.command()
@click.option("--questions", default=40, help="How many are asked in each way at most.")
def main(questions: int) -> None:
    """Add and ask at once, and print the percentiles."""
    asked = [question.text for question in read_everyday(_EVERYDAY / "built")]
    Random(0).shuffle(asked)  # noqa: S311  an order, no secret
    passing = min(
        _timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5)
    )
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder, data = Path(place), Path(place) / "derek"
        subprocess.run([DEREK, "--data", data, "list"], check=True, capture_output=True)
        talk = _Talk(data)
        talk.ask(asked[0])
        adders = [
            subprocess.Popen([DEREK, "--data", data, "add", _copies(folder, name)], stdout=subprocess.DEVNULL)
            for name in ("first", "second")
        ]
        whole: list[float] = []
        open_: list[float] = []
        while any(adder.poll() is None for adder in adders) and len(whole) < questions:
            question = asked[len(whole) % len(asked)]
            command = [str(DEREK), "--data", str(data), "ask", question]
            whole.append(_timed(lambda: subprocess.run(command, capture_output=True, check=False)))  # noqa: B023
            open_.append(_timed(lambda: talk.ask(question)))  # noqa: B023
        for adder in adders:
            adder.wait()
        talk.close()
    rows = [_percentiles("whole process", whole, passing), _percentiles("open conversation", open_, passing)]
    columns = ("question", "asked", "p50, s", "p99, s", "p99 by python -c pass")
    click.echo(to_text(Table.of("Questions while two processes add", columns, rows)))


if __name__ == "__main__":
    main()
