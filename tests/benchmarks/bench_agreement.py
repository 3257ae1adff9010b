"""Print on how many questions the disk index puts the same sentence first as the in-memory one.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_agreement [--every]

Memory scores every sentence, disk only the articles of the candidates that tantivy finds. Of the
larger sets a seeded sample of the questions is asked, since memory takes its time there. Exits with 1
when less than 99.5 % agree on any set, and prints each question that does not.
"""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from bot.assembly import passing_index
from bot.config import IndexKind
from retrieval.answers.searcher import Searcher
from retrieval.articles import normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.evaluation.runs import fill
from retrieval.questions.question import Question
from retrieval.ranking.ranker import Evidence

REQUIRED = 0.995

#: So many sentences may be scored in memory for one set; what is beyond is not asked.
_WORK = 400_000


def sampled(judged: JudgedSet, every: bool) -> JudgedSet:
    """Return the set with as many questions as memory answers in a minute or so."""
    count = _WORK // len(judged.sentences)
    if every or count >= len(judged.questions):
        return judged
    return judged.limited_to(random.Random(1).sample(sorted(judged.questions), count))  # noqa: S311


def differences(judged: JudgedSet) -> Iterator[tuple[str, Evidence | None, Evidence | None]]:
    """Yield the questions whose best sentence differs: the question, memory's best and disk's."""
    with passing_index(IndexKind.MEMORY) as memory, passing_index(IndexKind.DISK) as disk:
        filled = fill(memory, judged.sentences)
        fill(disk, judged.sentences)
        for text in judged.questions.values():
            exact, quick = (
                next(
                    iter(Searcher.over(one, filled).find(Question.plain(normalise(text))).evidence),
                    None,
                )
                for one in (memory, disk)
            )
            if exact != quick:
                yield text, exact, quick


@click.command()
@click.option("--every", is_flag=True, help="Ask every question of every set.")
def main(every: bool) -> None:
    """Print one line for each set."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        raise click.ClickException("DEREK_EVAL does not name the folder with the judged data")
    agreed = True
    for path in sorted((Path(folder) / "sets").iterdir()):
        judged = sampled(read_judged_set(path), every)
        found = list(differences(judged))
        share = 1 - len(found) / len(judged.questions)
        agreed &= share >= REQUIRED
        click.echo(f"{judged.name:16}{len(judged.questions):6} questions  {share:.4f} agree")
        for text, exact, quick in found:
            scores = [f"{one.probability:.6f}" if one else "none" for one in (exact, quick)]
            click.echo(f"    {text}  memory {scores[0]}, disk {scores[1]}")
    sys.exit(not agreed)


if __name__ == "__main__":
    main()
