"""Print what the confidence is worth where half of the articles, or half of the answers, are gone.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_refusal

The risk–coverage curve with the bundled model, and the AUROC of answerability with it and by words alone.
What goes is chosen by digests, so that it is the same each time.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.assembly import passing_index, remembering
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.measures import curve, measure
from retrieval.evaluation.runs import Run, run
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.embedders.bundled import BundledEmbedder

SETS = ("xdev-en", "xdev-ru", "kazdev", "selqa-test", "wikiqa-dev")


def is_kept(name: str) -> bool:
    """Whether what has this name is among the half that stays."""
    return hashlib.sha256(name.encode()).digest()[0] < 128


def without_articles(judged: JudgedSet) -> JudgedSet:
    """Return a set without half of its articles."""
    return _left(judged, lambda row: is_kept(row["doc"]))


def without_answers(judged: JudgedSet) -> JudgedSet:
    """Return a set without the sentences that answer half of its questions; their articles stay."""
    gone = {one for name, ids in judged.relevant.items() if not is_kept(f"answer {name}") for one in ids}
    return _left(judged, lambda row: row["id"] not in gone)


def _left(judged: JudgedSet, stays: Callable[[Any], bool]) -> JudgedSet:
    rows = [row for row in judged.sentences if stays(row)]
    left = {row["id"] for row in rows}
    relevant = {name: ids & left for name, ids in judged.relevant.items()}
    answerable = {name: text for name, text in judged.questions.items() if relevant[name]}
    rest = {name: text for name, text in judged.questions.items() if not relevant[name]}
    return JudgedSet(judged.name, rows, answerable, relevant, rest)


def answered(judged: JudgedSet, embedder: Embedder | None) -> Run:
    """Return what the pipeline answers."""
    with passing_index() as index:
        return run(index, judged, embedder)


def tables(folder: Path, embedder: Embedder) -> Iterator[str]:
    """Yield the lines of a table for each set and each of the two halves."""
    for name in SETS:
        judged = read_judged_set(folder / "sets" / name)
        for title, part in (
            ("half of the articles", without_articles(judged)),
            ("half of the answers", without_answers(judged)),
        ):
            meant, lexical = answered(part, embedder), answered(part, None)
            aurocs = [measure(part, one)["auroc"] for one in (meant, lexical)]
            yield f"{name} without {title}: AUROC {aurocs[0]}, by words alone {aurocs[1]}"
            yield from (f"  {line}" for line in curve(part, meant))


def main() -> None:
    """Print a table for each set."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    with closing(remembering(BundledEmbedder(threads=os.cpu_count() or 1))) as embedder:
        for line in tables(Path(folder), embedder):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
