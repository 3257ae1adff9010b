"""Print how long a question on the command line takes, the whole process, and how that divides.

The articles are the samples, which are embedded before.

python -m tests.benchmarks.bench_start [--write]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table

ROUNDS = 15
QUESTION = "How many joint Kazakh-Russian enterprises are there?"

#: Run in a process of its own: what is timed are the steps of `derek ask` from the first import on.
STEPS = """
import json, sys, time
began = time.perf_counter()
from pathlib import Path
from bot.assembly import assemble
from bot.cli.main import commands
from bot.cli.session import catch_up
from bot.config import Config
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import to_text
imported = time.perf_counter()
derek = assemble(Config(data=Path(sys.argv[1])))
catch_up(derek, 0)
loaded = time.perf_counter()
found = derek.answerer.verify(derek.answerer.ask(sys.argv[2]))
searched = time.perf_counter()
to_text(messages.answer(found, Phrases(found.language)))
shown = time.perf_counter()
print(json.dumps([imported - began, loaded - imported, searched - loaded, shown - searched]))
"""


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(*arguments: str) -> str:
    """Run Python with these arguments, and return what it prints."""
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def median_ms(taken: Iterable[float]) -> int:
    """Return the median of some seconds, in milliseconds."""
    return round(1_000 * statistics.median(taken))


def measure() -> Iterator[Table]:
    """Yield the medians of several rounds: of whole commands, and of the steps of a question."""
    with tempfile.TemporaryDirectory() as place:
        data = str(Path(place) / "derek")
        words = Path(place) / "words.toml"
        words.write_text('[semantic]\nkind = "none"\n', "utf-8")
        derek = str(Path(sys.executable).parent / "derek")
        commands = {
            "python": ("-c", "pass"),
            "derek --version": (derek, "--version"),
            "derek ask": (derek, "--data", data, "ask", QUESTION),
            "by words alone": (derek, "--config", str(words), "--data", data, "ask", QUESTION),
        }
        run(*commands["derek ask"])
        times: dict[str, list[float]] = {name: [] for name in commands}
        steps = []
        for _ in range(ROUNDS):
            for name, arguments in commands.items():
                times[name].append(seconds(lambda arguments=arguments: run(*arguments)))  # type: ignore[misc]
            steps.append(json.loads(run("-c", STEPS, data, QUESTION)))
    yield Table.of(
        "A command, the whole process", ("command", "ms"), ((name, median_ms(times[name])) for name in times)
    )
    parts = zip(("imports", "load", "search", "render"), zip(*steps, strict=True), strict=True)
    yield Table.of(
        "A question, step by step", ("step", "ms"), ((name, median_ms(part)) for name, part in parts)
    )


@click.command()
@writing
def main(write: bool) -> None:
    """Print how long commands take."""
    publish(begin("start"), measure(), write=write)


if __name__ == "__main__":
    main()
