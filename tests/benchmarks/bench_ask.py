"""Print what a whole ask costs, from the question to the marked citations, and how that divides.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_ask [--write]

The articles are those of selqa-test, 14,000 sentences; each question is asked by words alone and with the
bundled model in turn. What is embedded is kept in a cache: the first time it takes some minutes.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import groupby
from pathlib import Path

import click

from bot.assembly import VECTORS, Derek, assemble, remembering
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.articles import Article, normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.storage.store import Store
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.stages import shares
from tests.benchmarks.tables import Table
from tests.support.documents import keep
from tests.support.paths import judged_folder

_WARMING, _PROFILED = 50, 300


def fill(folder: Path, judged: JudgedSet) -> None:
    """Make a data folder of a set's articles, with the vectors of their sentences."""
    folder.mkdir()
    with Store(folder / "articles.sqlite3") as store:
        for name, rows in groupby(judged.sentences, key=lambda row: row["doc"]):
            text = normalise("\n".join(row["text"] for row in rows))
            keep(store, Article(key=name, text=text, language="en"))
        embedder = remembering(BundledEmbedder(threads=os.cpu_count() or 1))
        with closing(SemanticIndex(store, embedder, folder / VECTORS)) as semantic_index:
            semantic_index.follow()


def measure(folder: Path) -> Iterator[Table]:
    """Yield what each way of asking takes, and how that divides."""
    judged = read_judged_set(folder / "sets" / "selqa-test")
    questions = list(judged.questions.values())
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "derek"
        fill(data, judged)
        dereks = {}
        for title, kind in (("words alone", EmbedderKind.NONE), ("with the model", EmbedderKind.BUNDLED)):
            config = Config(data=data, semantic=SemanticSettings(kind=kind))
            derek = dereks[title] = stack.enter_context(assemble(config))
            derek.index.follow()
            if derek.semantic_index:
                derek.semantic_index.follow()
        taken = milliseconds(dereks, questions)
        rows = (
            (title, len(derek.index), len(questions), *percentiles(taken[title]))
            for title, derek in dereks.items()
        )
        yield Table.of("A whole ask", ("asked", "sentences", "questions", "p50 ms", "p99 ms"), rows)
        stages = {title: shares(derek.answerer.ask, questions[:_PROFILED]) for title, derek in dereks.items()}
        medians = {title: statistics.median(taken[title]) for title in dereks}
        yield Table.of(
            "How the median divides, in ms",
            ("stage", *dereks),
            (
                (stage, *(round(stages[title][stage] * medians[title], 1) for title in dereks))
                for stage in next(iter(stages.values()))
            ),
        )


def milliseconds(dereks: Mapping[str, Derek], questions: Sequence[str]) -> dict[str, list[float]]:
    """Return what each question took but for the first ones, each way of asking in turn."""
    taken: dict[str, list[float]] = {title: [] for title in dereks}
    for question in questions:
        for title, derek in dereks.items():
            began = time.perf_counter()
            derek.answerer.ask(question)
            taken[title].append(1_000 * (time.perf_counter() - began))
    return {title: times[_WARMING:] for title, times in taken.items()}


def percentiles(taken: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    return round(statistics.median(taken), 1), round(sorted(taken)[int(0.99 * len(taken))], 1)


@click.command()
@writing
def main(write: bool) -> None:
    """Print what a whole ask costs."""
    publish(begin("ask"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
