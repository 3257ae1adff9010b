"""Print how well confidence tells questions that the articles answer from those that they don't.

DEREK_EVAL=FOLDER python tests/benchmarks/bench_refusal.py

Half of a set's articles are taken away, by the digest of their names, so that some of its questions lose
their answers. Beside the AUROC of the confidence stand the shares of
answerable questions refused, and of unanswerable ones, at thresholds around the default.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.assembly import passing_index
from retrieval.evaluation import auroc, fill, read_judged_set
from retrieval.rank import find

SETS = ("xdev-en", "xdev-ru", "kazdev", "selqa-dev", "wikiqa-dev")
THRESHOLDS = (0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.25)


def is_kept(document: str) -> bool:
    """Whether an article is among the half that stays."""
    return hashlib.sha256(document.encode()).digest()[0] < 128


def refused(confidence: Sequence[float], threshold: float) -> float:
    """Return the share of questions that lie below a threshold."""
    return float(np.mean(np.array(confidence) < threshold))


def measure(folder: Path) -> str:
    """Return one line of figures for a set."""
    judged = read_judged_set(folder)
    document = {row["id"]: row["doc"] for row in judged.sentences}
    confidence: dict[bool, list[float]] = {True: [], False: []}
    with passing_index() as index:
        fill(index, [row for row in judged.sentences if is_kept(row["doc"])])
        for name, text in judged.questions.items():
            answerable = any(is_kept(document[sentence]) for sentence in judged.relevant[name])
            confidence[answerable].append(find(index, text, 1).probability)
    shares = "  ".join(
        f"{threshold}: {refused(confidence[True], threshold):.3f}/{refused(confidence[False], threshold):.3f}"
        for threshold in THRESHOLDS
    )
    area = f"{auroc(confidence[True], confidence[False]):.3f}"
    return f"{folder.name:12}{len(confidence[True]):5}{len(confidence[False]):5}  {area}  {shares}"


def main() -> None:
    """Print one line for each set."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    sys.stdout.write("set        answerable/not  AUROC  threshold: refused, answerable/not\n")
    for name in SETS:
        sys.stdout.write(measure(Path(folder) / "sets" / name) + "\n")


if __name__ == "__main__":
    main()
