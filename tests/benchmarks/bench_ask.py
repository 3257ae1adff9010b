"""Print what a whole ask costs, from the question to the marked citations, and how that divides.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_ask

The articles are those of selqa-test, 14,000 sentences.
"""

import os
import statistics
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

from bot.assembly import assemble
from bot.config import Config
from retrieval.articles import Article, normalise
from retrieval.evaluation import read_judged_set
from retrieval.store import Store
from tests.benchmarks.stages import shares, shown

_WARMING, _PROFILED = 50, 300


def main() -> None:
    """Print one line a figure."""
    place = os.environ.get("DEREK_EVAL")
    if not place:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    judged = read_judged_set(Path(place) / "sets" / "selqa-test")
    questions = list(judged.questions.values())
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "derek"
        data.mkdir()
        with Store(data / "articles.sqlite3") as store:
            for name, rows in groupby(judged.sentences, key=lambda row: row["doc"]):
                text = normalise("\n".join(row["text"] for row in rows))
                store.add(Article(key=name, text=text, language="en"))
        with assemble(Config(data=data)) as derek:
            derek.answerer.follow(strict=True)
            ask = derek.answerer.ask
            taken = []
            for question in questions:
                began = time.perf_counter()
                ask(question)
                taken.append(1_000 * (time.perf_counter() - began))
            taken = sorted(taken[_WARMING:])
            median = statistics.median(taken)
            sys.stdout.write(
                f"{len(derek.answerer)} sentences, {len(taken)} questions:"
                f" p50 {median:.1f} ms, p99 {taken[int(0.99 * len(taken))]:.1f} ms\n"
            )
            sys.stdout.write(f"of it: {shown(shares(ask, questions[:_PROFILED]), median)}\n")


if __name__ == "__main__":
    main()
