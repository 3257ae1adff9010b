"""Print how questions on trees of real documents are answered.

python -m tests.benchmarks.bench_trees TREES [--questions FOLDER] [--meaning] [-v] [NAME...]

TREES holds a folder of documents for each file of questions; README.md beside the questions says where the
documents are to be had. Without --questions those in `trees` are asked, which nothing was learned from.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from bot.assembly import Derek, assemble_folder
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.answers.citations import Answer, Status
from retrieval.evaluation.trees import TreeQuestion, read_tree
from tests.benchmarks.tables import Cell, Table, to_text

_QUESTIONS = Path(__file__).parent / "trees"

#: What is counted of a tree's questions.
_COLUMNS = ("questions", "right first", "among three", "right but refused", "wrong first", "refused")


def counts(derek: Derek, questions: Iterable[TreeQuestion], *, verbose: bool) -> list[int]:
    """Ask a tree's questions, and return how many there are and how many were answered how."""
    tally = dict.fromkeys(_COLUMNS, 0)
    for question in questions:
        answer = derek.answerer.ask(question.text)
        right = [question.is_answered_by(citation.quote) for citation in answer.citations]
        answered = answer.status is Status.ANSWERED
        first = any(right[:1])
        tally["questions"] += 1
        tally["right first"] += answered and first
        tally["among three"] += answered and any(right)
        tally["right but refused"] += not answered and first
        tally["wrong first"] += answered and not first
        tally["refused"] += not answered
        if verbose and not (answered and first):
            click.echo(_told(question, answer), err=True)
    return list(tally.values())


def _told(question: TreeQuestion, answer: Answer) -> str:
    lines = [f"{question.text}  [{answer.status}]"]
    lines += [f"    {citation.score:.2f} {citation.quote}" for citation in answer.citations]
    return "\n".join(lines)


def _table(rows: list[tuple[str, list[int]]]) -> Table:
    total = [sum(column) for column in zip(*(tally for _, tally in rows), strict=True)]
    shares = [round(count / total[0], 3) for count in total[1:]]
    cells: list[tuple[Cell, ...]] = [(name, *tally) for name, tally in rows]
    cells += [("all", *total), ("share of all", None, *shares)]
    return Table.of("Trees of documents", ("tree", *_COLUMNS), cells)


def _config(place: str, *, meaning: bool) -> Config:
    kind = EmbedderKind.BUNDLED if meaning else EmbedderKind.NONE
    return Config(data=Path(place) / "derek", semantic=SemanticSettings(kind=kind))


@click.command()
@click.argument("trees", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option(
    "--questions",
    "asked",
    default=_QUESTIONS,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the questions are.",
)
@click.option("--meaning", is_flag=True, help="Compare meanings as well, which embeds all sentences first.")
@click.option("-v", "--verbose", is_flag=True, help="Print those that were not answered rightly.")
def main(trees: Path, names: tuple[str, ...], asked: Path, meaning: bool, verbose: bool) -> None:
    """Ask, and print a row a tree."""
    rows: list[tuple[str, list[int]]] = []
    for path in sorted(asked.glob("*.jsonl")):
        if names and path.stem not in names:
            continue
        questions = read_tree(path, trees / path.stem)
        with (
            tempfile.TemporaryDirectory() as place,
            assemble_folder(_config(place, meaning=meaning), trees / path.stem) as (derek, _),
        ):
            derek.index.follow()
            if derek.semantic_index:
                derek.semantic_index.follow()
            rows.append((path.stem, counts(derek, questions, verbose=verbose)))
    if rows:
        click.echo(to_text(_table(rows)))


if __name__ == "__main__":
    main()
