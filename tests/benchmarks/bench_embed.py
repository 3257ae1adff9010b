"""Print what the bundled model costs: sentences and words a second, milliseconds a question, and memory.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_embed
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from retrieval.evaluation.judged import read_judged_set
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.word_vectors import words_to_embed

SETS, _SENTENCES, _QUESTIONS = ("selqa-test", "xdev-ru", "kazdev"), 400, 200


def megabytes_of_children() -> Iterator[float]:
    """Yield how much memory each process has that this one started."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        except OSError:  # It ended meanwhile.
            continue
        if int(told["PPid"]) == os.getpid():
            yield int(told["VmRSS"].split()[0]) / 1_024


def measured(embedder: BundledEmbedder, sentences: Sequence[str], questions: Sequence[str]) -> str:
    """Return a line of figures."""
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
    memory = ", ".join(f"{one:.0f}" for one in megabytes_of_children())
    speeds = f"{speed:5.1f} sentences/s, {of_words:5.1f} words/s"
    return f"{speeds}, {statistics.median(taken):5.1f} ms a question, {memory} MB"


def main() -> None:
    """Print a line for each set and number of threads."""
    place = os.environ.get("DEREK_EVAL")
    if not place:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    for name in SETS:
        judged = read_judged_set(Path(place) / "sets" / name)
        sentences = [row["text"] for row in judged.sentences][:_SENTENCES]
        questions = list(judged.questions.values())[:_QUESTIONS]
        for threads in range(1, (os.cpu_count() or 1) + 1):
            with closing(BundledEmbedder(threads=threads)) as embedder:
                line = measured(embedder, sentences, questions)
            sys.stdout.write(f"{name:12} {threads} threads: {line}\n")


if __name__ == "__main__":
    main()
