"""Print what the bundled model costs: sentences and words a second, milliseconds a question, and memory.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_embed [--write]
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from retrieval.evaluation.judged import read_judged_set
from retrieval.semantic.embedders.bundled import BundledEmbedder, Engine
from retrieval.semantic.word_vectors import words_to_embed
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Cell, Table
from tests.support.paths import judged_folder

SETS, _SENTENCES, _QUESTIONS = ("selqa-test", "xdev-ru", "kazdev"), 400, 200

#: How many sentences and words both engines are given in turn, and how often each is started.
_SIDE_BY_SIDE, _STARTS = 300, 7


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
    yield from engines(folder)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def started(engine: Engine) -> tuple[BundledEmbedder, float, float]:
    """Return an embedder with a process for passages, how long its start took, and its megabytes."""
    before = sum(megabytes_of_children())
    embedder = BundledEmbedder(engine=engine)
    start = seconds(lambda: embedder.embed_passages(["Derek"]))
    return embedder, start, sum(megabytes_of_children()) - before


def side_by_side(texts: Sequence[str], *, at_a_time: int, as_questions: bool = False) -> Sequence[Cell]:
    """Return the medians of milliseconds a text in each engine, and of their ratio, taken in turn."""
    with (
        closing(BundledEmbedder(engine=Engine.NATIVE)) as native,
        closing(BundledEmbedder(engine=Engine.NUMPY)) as numpy,
    ):
        works = [each.embed_queries if as_questions else each.embed_passages for each in (native, numpy)]
        for work in works:
            work(texts[:at_a_time])
        taken = [
            [1_000 * seconds(partial(work, texts[start : start + at_a_time])) / at_a_time for work in works]
            for start in range(0, len(texts) - at_a_time + 1, at_a_time)
        ]
    of_native, of_numpy = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = statistics.median(by_native / by_numpy for by_native, by_numpy in taken)
    return (round(of_native, 1), round(of_numpy, 1), round(ratio, 2))


def engines(folder: Path) -> Iterator[Table]:
    """Yield what each engine takes with one thread, measured in turn, so that both have the same machine."""
    sentences: list[str] = []
    questions: list[str] = []
    for name in SETS:
        judged = read_judged_set(folder / "sets" / name)
        sentences += [row["text"] for row in judged.sentences][: _SIDE_BY_SIDE // len(SETS)]
        questions += list(judged.questions.values())[: _QUESTIONS // len(SETS)]
    words = words_to_embed(sentences)[:_SIDE_BY_SIDE]
    rows: list[Sequence[Cell]] = [
        ("ms a sentence, 16 at a time", *side_by_side(sentences, at_a_time=16)),
        ("ms a word, 16 at a time", *side_by_side(words, at_a_time=16)),
        ("ms a question alone", *side_by_side(questions, at_a_time=1, as_questions=True)),
    ]
    starts: dict[Engine, list[tuple[float, float]]] = {Engine.NATIVE: [], Engine.NUMPY: []}
    for _ in range(_STARTS):
        for engine, measured in starts.items():
            embedder, start, megabytes = started(engine)
            measured.append((1_000 * start, megabytes))
            embedder.close()
    for title, place in (("ms to start, and a word", 0), ("MB after that", 1)):
        native, numpy = (statistics.median(one[place] for one in starts[engine]) for engine in starts)
        rows.append((title, round(native), round(numpy), round(native / numpy, 2)))
    yield Table.of("Both engines with one thread", ("", "native", "numpy", "native / numpy"), rows)


@click.command()
@writing
def main(write: bool) -> None:
    """Print what the bundled model costs."""
    publish(begin("embed"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
