"""Print what the confidence is worth: the risk–coverage curve of sets that lost half of their articles.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_refusal

The articles go by the digest of their names, so that some of a set's questions lose their answers.
"""

import hashlib
import os
import sys
from pathlib import Path

from bot.assembly import passing_index
from retrieval.evaluation import JudgedSet, curve, measure, read_judged_set, run

SETS = ("xdev-en", "xdev-ru", "kazdev", "selqa-test", "wikiqa-dev")


def is_kept(document: str) -> bool:
    """Whether an article is among the half that stays."""
    return hashlib.sha256(document.encode()).digest()[0] < 128


def halved(judged: JudgedSet) -> JudgedSet:
    """Return a set without half of its articles."""
    rows = [row for row in judged.sentences if is_kept(row["doc"])]
    left = {row["id"] for row in rows}
    relevant = {name: ids & left for name, ids in judged.relevant.items()}
    answerable = {name: text for name, text in judged.questions.items() if relevant[name]}
    rest = {name: text for name, text in judged.questions.items() if not relevant[name]}
    return JudgedSet(judged.name, rows, answerable, relevant, rest)


def main() -> None:
    """Print a table for each set."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    for name in SETS:
        judged = halved(read_judged_set(Path(folder) / "sets" / name))
        with passing_index() as index:
            answered = run(index, judged)
        sys.stdout.write(f"{name}  AUROC {measure(judged, answered)['auroc']}\n")
        sys.stdout.writelines(f"  {line}\n" for line in curve(judged, answered))


if __name__ == "__main__":
    main()
