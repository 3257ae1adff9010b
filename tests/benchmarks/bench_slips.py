"""Print how often the right sentence still comes first when a question was typed with slips.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_slips [--write]

The slips are seeded: two letters changed about, one left out, doubled or another in its place, in the
longest word; ё without its dots; Kazakh і typed as и or as Latin i; the whole question in another
keyboard layout. Each is asked as users ask it, with the whole pipeline.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import click

from bot.assembly import passing_index
from retrieval.answers.searcher import Searcher
from retrieval.articles import normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.evaluation.slips import SLIPS
from retrieval.questions.question import Question
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Cell, Table
from tests.support.paths import judged_folder

SETS = ("xdev-en", "xdev-ru", "kazdev")


def figures(judged: JudgedSet) -> Iterator[tuple[Cell, ...]]:
    """Yield one row of figures for each slip that the set's questions can hold."""
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
                    right[slipped] += bool(best and filled.ids[best.place] in judged.relevant[number])
            count = len(changed or typed)
            yield judged.name, name, count, round(right[True] / count, 3), round(right[False] / count, 3)


def measure(folder: Path) -> Iterator[Table]:
    """Yield a table with a row for each set and slip."""
    rows = (row for name in SETS for row in figures(read_judged_set(folder / "sets" / name)))
    yield Table.of(
        "hit@1 of questions with slips", ("set", "slip", "questions", "hit@1", "rightly typed"), rows
    )


@click.command()
@writing
def main(write: bool) -> None:
    """Print how often the right sentence comes first in spite of slips."""
    publish(begin("slips"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
