"""Print what the confidence is worth where half of the articles, or half of the answers, are gone.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_refusal [--write]

The risk–coverage curve with the bundled model, and the AUROC of answerability with it and by words alone.
What goes is chosen by digests, so that it is the same each time.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bot.assembly import passing_index, remembering
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.measures import measure as figures_of
from retrieval.evaluation.measures import risks
from retrieval.evaluation.runs import Run, run
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.embedders.bundled import BundledEmbedder
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.paths import judged_folder

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


def measure(folder: Path) -> Iterator[Table]:
    """Yield a curve for each set and each of the two halves, and at last the AUROCs of all."""
    aurocs = []
    with closing(remembering(BundledEmbedder(threads=os.cpu_count() or 1))) as embedder:
        for name in SETS:
            judged = read_judged_set(folder / "sets" / name)
            for title, part in (
                ("half of the articles", without_articles(judged)),
                ("half of the answers", without_answers(judged)),
            ):
                meant, lexical = answered(part, embedder), answered(part, None)
                aurocs.append((name, title, *(figures_of(part, each)["auroc"] for each in (meant, lexical))))
                yield curve(f"{name} without {title}", part, meant)
    yield Table.of("AUROC of answerability", ("set", "without", "with the model", "by words alone"), aurocs)


def curve(title: str, judged: JudgedSet, run: Run) -> Table:
    """Return the risk–coverage curve of a run."""
    rows = []
    for risk in risks(judged, run.rankings):
        shares = (risk.answered, risk.right, risk.refused, risk.wrongly_refused)
        rows.append((risk.threshold, *(None if share is None else round(share, 3) for share in shares)))
    columns = ("answered", "right of these", "unanswerable refused", "answerable refused")
    return Table.of(title, ("min_confidence", *columns), rows)


@click.command()
@writing
def main(write: bool) -> None:
    """Print what the confidence is worth."""
    publish(begin("refusal"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
