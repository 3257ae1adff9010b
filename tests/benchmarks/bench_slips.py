"""Print how often the right sentence still comes first when a question was typed with slips.

DEREK_EVAL=FOLDER python tests/benchmarks/bench_slips.py

The slips are seeded: two letters changed about, one left out, doubled or another in its place, in the
longest word; ё without its dots; Kazakh і typed as и or as Latin i; the whole question in another
keyboard layout. Each is asked as users ask it, with the whole pipeline.
"""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.assembly import passing_index
from retrieval.answers.searcher import Searcher
from retrieval.articles import normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.evaluation.slips import SLIPS
from retrieval.questions.question import Question

SETS = ("xdev-en", "xdev-ru", "kazdev")


def measured(judged: JudgedSet) -> Iterator[str]:
    """Yield one line of figures for each slip that the set's questions can hold."""
    with passing_index() as index:
        filled = fill(index, judged.sentences)
        for name, slip in SLIPS.items():
            chance = random.Random(1)  # noqa: S311  slips, not secrets
            typed = {number: slip(text, chance) for number, text in judged.questions.items()}
            changed = [number for number, text in typed.items() if text != judged.questions[number]]
            if not changed and name != "none":
                continue
            right = {True: 0, False: 0}
            for number in changed or typed:
                for slipped, text in ((True, typed[number]), (False, judged.questions[number])):
                    best = next(
                        iter(Searcher.over(index, filled).find(Question.plain(normalise(text))).evidence),
                        None,
                    )
                    right[slipped] += bool(
                        best and filled.ids[best.article_id, best.number] in judged.relevant[number]
                    )
            count = len(changed or typed)
            yield (
                f"{judged.name:10}{name:16}{count:5} questions  hit@1 {right[True] / count:.3f},"
                f" rightly typed {right[False] / count:.3f}"
            )


def main() -> None:
    """Print one line for each set and slip."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    for name in SETS:
        for line in measured(read_judged_set(Path(folder) / "sets" / name)):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
