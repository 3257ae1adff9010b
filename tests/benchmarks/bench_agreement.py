"""Print on how many questions the disk index puts the same sentence first as the in-memory one.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_agreement [--every] [--write]

Memory scores every sentence, disk only the articles of the candidates that tantivy finds. Of the
larger sets a seeded sample of the questions is asked, since memory takes its time there. Exits with 1
when less than 99.5 % agree on any set, and prints each question on which they do not.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.paths import judged_folder

REQUIRED = 0.995

#: So many sentences may be scored in memory for one set; what is beyond is not asked.
_WORK = 400_000


def sampled(judged: JudgedSet, every: bool) -> JudgedSet:
    """Return the set with as many questions as memory answers in a minute or so."""
    count = _WORK // len(judged.sentences)
    if every or count >= len(judged.questions):
        return judged
    return judged.limited_to(random.Random(1).sample(sorted(judged.questions), count))  # noqa: S311  a sample, no secret


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose best sentence differs, by its id in the set, and the best of each index."""

    question: str
    memory: Evidence | None
    disk: Evidence | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A set, how many questions were asked of it, and which of them differ."""

    set: str
    questions: int
    differences: Sequence[Difference]

    @property
    def agreement(self) -> float:
        """The share of the questions on which the indexes agree."""
        return 1 - len(self.differences) / self.questions


def differences(judged: JudgedSet) -> Iterator[Difference]:
    """Yield the questions whose best sentence differs."""
    with passing_index(IndexKind.MEMORY) as memory, passing_index(IndexKind.DISK) as disk:
        filled = fill(memory, judged.sentences)
        fill(disk, judged.sentences)
        for number, text in judged.questions.items():
            exact, quick = (
                next(
                    iter(Searcher.over(index, filled).find(Question.plain(normalise(text))).evidence),
                    None,
                )
                for index in (memory, disk)
            )
            if (exact and exact.place) != (quick and quick.place):
                yield Difference(number, exact, quick)


def compare(folder: Path, every: bool) -> Iterator[Comparison]:
    """Yield what each set comes to."""
    for path in sorted((folder / "sets").iterdir()):
        click.echo(f"{path.name} …", err=True)
        judged = sampled(read_judged_set(path), every)
        yield Comparison(judged.name, len(judged.questions), list(differences(judged)))


def tables(comparisons: Sequence[Comparison]) -> Iterator[Table]:
    """Yield a table of the sets, and one of the questions that differ."""
    rows = ((each.set, each.questions, round(each.agreement, 4)) for each in comparisons)
    yield Table.of("The same sentence first", ("set", "questions", "agree"), rows)
    differing = ((each.set, difference) for each in comparisons for difference in each.differences)
    yield Table.of(
        "Questions whose best sentence differs, and its probability",
        ("set", "question", "memory", "disk"),
        ((name, row.question, probability(row.memory), probability(row.disk)) for name, row in differing),
    )


def probability(evidence: Evidence | None) -> float | None:
    """Return how probable it is that a sentence answers."""
    return round(evidence.probability, 6) if evidence else None


@click.command()
@click.option("--every", is_flag=True, help="Ask every question of every set.")
@writing
def main(every: bool, write: bool) -> None:
    """Print on how many questions the two indexes agree, and exit with 1 if on too few."""
    begun = begin("agreement", "--every" if every else "")
    comparisons = list(compare(judged_folder(), every))
    publish(begun, tables(comparisons), write=write)
    sys.exit(any(each.agreement < REQUIRED for each in comparisons))


if __name__ == "__main__":
    main()
