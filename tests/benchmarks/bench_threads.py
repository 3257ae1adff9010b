"""Print how long questions wait while articles are added: many threads ask, another one writes.

python -m tests.benchmarks.bench_threads [SENTENCES] [--write]

Exits with 1 when the 99th percentile of what a question waits beyond a quiet one is over 100 ms.
"""

import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from bot.assembly import Derek, assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.articles import Article
from retrieval.storage.store import Store
from tests.benchmarks.corpus import articles, questions
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.documents import keep

#: So many threads ask, each again after so many seconds; one writes, at such intervals.
_ASKING, _AGAIN, _PAUSE = 8, 0.5, 0.2
_SECONDS = 20.0

SIZE = 100_000

#: How much longer, in milliseconds, one question in a hundred may take than the slowest quiet ones.
ALLOWED = 100.0


def waits(derek: Derek, seconds: float) -> list[float]:
    """Return what each question took, in milliseconds, asked by several threads for some seconds."""
    taken: list[float] = []
    asked = [questions(1_000, seed) for seed in range(_ASKING)]

    def ask(seed: int) -> None:
        time.sleep(seed * _AGAIN / _ASKING)  # Nobody asks in step.
        for question in asked[seed]:
            if time.monotonic() > until:
                return
            began = time.perf_counter()
            derek.answerer.ask(question)
            taken.append(1_000 * (time.perf_counter() - began))
            time.sleep(_AGAIN)  # The processor is not to be the limit.

    until = time.monotonic() + seconds
    threads = [threading.Thread(target=ask, args=[seed]) for seed in range(_ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def adding(derek: Derek, coming: Sequence[Article], stop: threading.Event) -> int:
    """Add articles of thirty sentences until a signal to stop; return how many."""
    count = 0
    for article in coming:
        if stop.wait(_PAUSE):
            break
        keep(derek.store, article)
        derek.index.follow()
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Waits:
    """What questions took, in milliseconds, without a writer and with one, and what that one added."""

    quiet: Sequence[float]
    busy: Sequence[float]
    added: int

    @property
    def stall(self) -> float:
        """What one busy question in a hundred waits beyond a quiet one."""
        return float(np.percentile(self.busy, 99) - np.percentile(self.quiet, 50))


def measure(size: int) -> Waits:
    """Return what questions take on a corpus of so many sentences."""
    with tempfile.TemporaryDirectory(prefix="derek-bench-") as place:
        folder = Path(place) / "derek"
        folder.mkdir()
        with Store(folder / "articles.sqlite3") as store:
            for article in articles(size):
                keep(store, article)
        config = Config(data=folder, index=IndexSettings(kind=IndexKind.DISK))
        with assemble(config) as derek:
            derek.index.follow()
            # What is loaded once is not to be timed: the model of languages, for a word that is in two.
            for question in (*questions(100), "президент"):
                derek.answerer.ask(question)
            quiet = waits(derek, _SECONDS)
            stop = threading.Event()
            added: list[int] = []
            coming = list(articles(10_000, seed=7))
            writer = threading.Thread(target=lambda: added.append(adding(derek, coming, stop)))
            writer.start()
            busy = waits(derek, _SECONDS)
            stop.set()
            writer.join()
    return Waits(quiet, busy, added[0])


def table(size: int, measured: Waits) -> Table:
    """Return the percentiles without and with a writer."""
    rows = (
        ("quiet", 0, len(measured.quiet), *percentiles(measured.quiet)),
        ("busy", measured.added, len(measured.busy), *percentiles(measured.busy)),
    )
    columns = ("", "articles added", "questions", "p50 ms", "p99 ms", "most ms")
    return Table.of(f"What a question takes at {size:,} sentences", columns, rows)


def percentiles(taken: Sequence[float]) -> tuple[float, float, float]:
    """Return the median, the 99th percentile and the most."""
    p50, p99 = np.percentile(taken, [50, 99]).tolist()
    return round(p50, 1), round(p99, 1), round(max(taken), 1)


@click.command()
@click.argument("size", type=int, default=SIZE)
@writing
def main(size: int, write: bool) -> None:
    """Print how long questions wait, and exit with 1 if too long."""
    begun = begin("threads", str(size) if size != SIZE else "")
    measured = measure(size)
    publish(begun, [table(size, measured)], write=write)
    if measured.stall > ALLOWED:
        raise SystemExit(f"one question in a hundred waits {measured.stall:.0f} ms, over {ALLOWED:.0f}")


if __name__ == "__main__":
    main()
