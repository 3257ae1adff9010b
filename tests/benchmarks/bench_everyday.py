"""Print how questions on short articles of everyday life are answered: policies, recipes, minutes, mails.

python -m tests.benchmarks.bench_everyday [--meaning] [--curve] [-v] [SET ...]

The sets are `everyday/built` and `everyday/samples`, which were looked at while answering was built, and
`everyday/apart` and `everyday/samples-apart`, which were not; those of the samples ask the sample articles.
A question has the passages that answer it and the short answers that may be marked in them; one without
passages is not answered by the articles.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bot.assembly import Derek, assemble, assemble_folder
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.answers.citations import Answer, Citation, Status
from retrieval.evaluation.everyday import EverydayQuestion, read_everyday
from tests.benchmarks.tables import Cell, Table, to_text

_EVERYDAY = Path(__file__).parent / "everyday"
_SETS = ("built", "apart", "samples", "samples-apart")

#: The confidences that are tried.
_THRESHOLDS = (0.05, 0.08, 0.1, 0.12, 0.15, 0.17, 0.2, 0.25, 0.3, 0.4)

#: What an answerable question may come to, an unanswerable one, and the mark in a first citation that
#: answers.
_ANSWERABLE = ("right first", "among three", "wrong", "right refused", "other refused")
_UNANSWERABLE = ("answered", "refused")
_MARKS = ("mark right", "mark wrong", "mark missing", "mark in a wrong quote", "mark not judged")


def judged(question: EverydayQuestion, answer: Answer) -> list[str]:
    """Return how a question was answered, and how the first citation is marked."""
    answered, first = answer.status is Status.ANSWERED, answer.citations[0] if answer.citations else None
    if not question.is_answerable:
        return ["answered" if answered else "refused"]
    right = [question.is_answered_by(citation.quote) for citation in answer.citations]
    if not answered:
        return ["right refused" if any(right[:1]) else "other refused"]
    outcome = "right first" if right[0] else "among three" if any(right) else "wrong"
    return [outcome, *_mark(question, first, right=right[0])]


def _mark(question: EverydayQuestion, first: Citation | None, *, right: bool) -> list[str]:
    if first is None or first.highlight is None:
        return ["mark missing"] if question.short and right else []
    if not right:
        return ["mark in a wrong quote"]
    if not question.short:
        return ["mark not judged"]
    return ["mark right" if question.is_marked_by(first.highlight.of(first.quote)) else "mark wrong"]


def _curve(name: str, answered: Sequence[tuple[EverydayQuestion, Answer]]) -> Table:
    """Return what the answers would count as if they needed another confidence, as shares of all."""
    rows = []
    for least in _THRESHOLDS:
        tally: Counter[str] = Counter()
        for question, answer in answered:
            status = Status.ANSWERED if answer.confidence >= least else Status.NOT_FOUND
            tally.update(judged(question, answer.model_copy(update={"status": status}))[:1])
        answerable = sum(tally[column] for column in _ANSWERABLE)
        unanswerable = sum(tally[column] for column in _UNANSWERABLE)
        rows.append(
            (
                least,
                *(round(tally[column] / answerable, 2) for column in _ANSWERABLE),
                *(round(tally[column] / unanswerable, 2) for column in _UNANSWERABLE),
            )
        )
    return Table.of(
        f"Everyday, {name}, by the least confidence", ("least", *_ANSWERABLE, *_UNANSWERABLE), rows
    )


def _tally(answered: Sequence[tuple[EverydayQuestion, Answer]], *, verbose: bool) -> Counter[str]:
    tally: Counter[str] = Counter()
    for question, answer in answered:
        outcomes = judged(question, answer)
        tally.update(outcomes)
        if verbose and {"right first", "refused", "mark right", "mark not judged"}.isdisjoint(outcomes[-1:]):
            click.echo(f"{question.text}  {outcomes}", err=True)
            for citation in answer.citations:
                mark = citation.highlight.of(citation.quote) if citation.highlight else ""
                click.echo(f"    {citation.score:.2f} {citation.quote}  [{mark}]", err=True)
    return tally


@contextmanager
def _collection(config: Config, articles: Path) -> Iterator[Derek]:
    """Open what is asked: the articles of a folder, or the samples where there is none."""
    if articles.is_dir():
        with assemble_folder(config, articles) as (derek, _):
            yield derek
    else:
        with assemble(config) as derek:
            yield derek


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(_SETS))
@click.option("--meaning", is_flag=True, help="Compare meanings as well.")
@click.option("--curve", is_flag=True, help="Print what other thresholds would answer and refuse.")
@click.option("-v", "--verbose", is_flag=True, help="Print those that were not answered rightly.")
def main(names: tuple[str, ...], meaning: bool, curve: bool, verbose: bool) -> None:
    """Ask, and print a row for each of the sets."""
    rows: list[tuple[Cell, ...]] = []
    for name in names or _SETS:
        questions = read_everyday(_EVERYDAY / name)
        kind = EmbedderKind.BUNDLED if meaning else EmbedderKind.NONE
        with tempfile.TemporaryDirectory() as place:
            config = Config(data=Path(place) / "derek", semantic=SemanticSettings(kind=kind))
            with _collection(config, _EVERYDAY / name / "articles") as derek:
                derek.index.follow()
                if derek.semantic_index:
                    derek.semantic_index.follow()
                answered = [(question, derek.answerer.ask(question.text)) for question in questions]
        tally = _tally(answered, verbose=verbose)
        if curve:
            click.echo(to_text(_curve(name, answered)))
        rows.append((name, *(tally[column] for column in (*_ANSWERABLE, *_UNANSWERABLE, *_MARKS))))
    click.echo(to_text(Table.of("Everyday", ("set", *_ANSWERABLE, *_UNANSWERABLE, *_MARKS), rows)))


if __name__ == "__main__":
    main()
