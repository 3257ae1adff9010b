"""Print what a whole ask costs, from the question to the marked citations, and how that divides.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_ask

The articles are those of selqa-test, 14,000 sentences; each question is asked by words alone and with the
bundled model in turn. What is embedded is kept in a cache: the first time it takes some minutes.
"""

import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from itertools import groupby
from pathlib import Path

from bot.assembly import VECTORS, Derek, assemble, remembering
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.articles import Article, normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.storage.store import Store
from tests.benchmarks.stages import shares, shown
from tests.support.documents import keep

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


def told(title: str, derek: Derek, taken: list[float], questions: list[str]) -> str:
    """Return what one way of asking took, in milliseconds."""
    taken = sorted(taken[_WARMING:])
    median = statistics.median(taken)
    line = f"{title}: p50 {median:.1f} ms, p99 {taken[int(0.99 * len(taken))]:.1f} ms\n"
    return line + f"  of it: {shown(shares(derek.answerer.ask, questions[:_PROFILED]), median)}\n"


def main() -> None:
    """Print two lines for each way of asking."""
    place = os.environ.get("DEREK_EVAL")
    if not place:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    judged = read_judged_set(Path(place) / "sets" / "selqa-test")
    questions = list(judged.questions.values())
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "derek"
        fill(data, judged)
        dereks, taken = {}, {}
        for title, kind in (("words alone", EmbedderKind.NONE), ("with the model", EmbedderKind.BUNDLED)):
            config = Config(data=data, semantic=SemanticSettings(kind=kind))
            derek = dereks[title] = stack.enter_context(assemble(config))
            derek.index.follow(strict=True)
            if derek.semantic_index:
                derek.semantic_index.follow()
            taken[title] = list[float]()
        for question in questions:
            for title, derek in dereks.items():
                began = time.perf_counter()
                derek.answerer.ask(question)
                taken[title].append(1_000 * (time.perf_counter() - began))
        sys.stdout.write(f"{len(derek.index)} sentences, {len(questions)} questions\n")
        for title, derek in dereks.items():
            sys.stdout.write(told(title, derek, taken[title], questions))


if __name__ == "__main__":
    main()
