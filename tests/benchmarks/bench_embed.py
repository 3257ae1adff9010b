"""Print what the bundled model costs: sentences and words a second, milliseconds a question, and memory.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_embed [--write]
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import click

from retrieval.evaluation.judged import read_judged_set
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.word_vectors import words_to_embed
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Cell, Table
from tests.support.paths import judged_folder

SETS, _SENTENCES, _QUESTIONS = ("selqa-test", "xdev-ru", "kazdev"), 400, 200


def megabytes_of_children() -> Iterator[float]:
    """Yield how much memory each process has that this one started."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        except OSError:  # It ended meanwhile.
            continue
        if int(fields["PPid"]) == os.getpid():
            yield int(fields["VmRSS"].split()[0]) / 1_024


def costs(embedder: BundledEmbedder, sentences: Sequence[str], questions: Sequence[str]) -> Sequence[Cell]:
    """Return sentences a second, words a second, milliseconds a question, and MB of each process."""
    for embed in (embedder.embed_passages, embedder.embed_queries):
        embed(["Derek"])
    began = time.perf_counter()
    embedder.embed_passages(sentences)
    speed = len(sentences) / (time.perf_counter() - began)
    words = words_to_embed(sentences)
    began = time.perf_counter()
    embedder.embed_passages(words)
    of_words = len(words) / (time.perf_counter() - began)
    taken = []
    for question in questions:
        began = time.perf_counter()
        embedder.embed_queries([question])
        taken.append(1_000 * (time.perf_counter() - began))
    memory = ", ".join(f"{megabytes:.0f}" for megabytes in megabytes_of_children())
    return (round(speed, 1), round(of_words, 1), round(statistics.median(taken), 1), memory)


def measure(folder: Path) -> Iterator[Table]:
    """Yield a table with a row for each set and number of threads."""
    rows: list[Sequence[Cell]] = []
    for name in SETS:
        judged = read_judged_set(folder / "sets" / name)
        sentences = [row["text"] for row in judged.sentences][:_SENTENCES]
        questions = list(judged.questions.values())[:_QUESTIONS]
        for threads in range(1, (os.cpu_count() or 1) + 1):
            with closing(BundledEmbedder(threads=threads)) as embedder:
                rows.append((name, threads, *costs(embedder, sentences, questions)))
    columns = (
        "set",
        "threads",
        "sentences a second",
        "words a second",
        "ms a question",
        "MB of each process",
    )
    yield Table.of("What the bundled model costs", columns, rows)


@click.command()
@writing
def main(write: bool) -> None:
    """Print what the bundled model costs."""
    publish(begin("embed"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
