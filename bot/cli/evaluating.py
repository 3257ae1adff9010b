"""The command that measures the answers on judged questions."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import click

from bot.assembly import (
    make_embedder,
    passing_index,
    remembering,
)
from bot.cli.command import Command
from bot.cli.options import write_json
from bot.cli.session import Session, pass_session
from retrieval.errors import EmbedderMissingError
from retrieval.evaluation.judged import read_ids, read_judged_set
from retrieval.evaluation.judged_answers import (
    JudgedQuestion,
    OutcomeChange,
    ask_anew,
    changes_between,
    read_judged_questions,
    read_outcomes,
)
from retrieval.evaluation.measures import curve, measure
from retrieval.evaluation.runs import run, write_run
from retrieval.semantic.embedder import Embedder


@click.command(name="eval", cls=Command)
@click.argument("judged", required=False, type=click.Path(path_type=Path), metavar="[SETDIR|FILE]")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as one flat JSON object.")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write the rankings to this file.")
@click.option("--subset", type=click.Path(path_type=Path), help="Only the questions named in this file.")
@click.option("--lexical", is_flag=True, help="Compare words alone, and not meanings.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say what is better and worse than in this set, or in the JSON of an earlier run.",
)
@pass_session
def evaluate(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    judged: Path | None,
    as_json: bool,
    run_file: Path | None,
    subset: Path | None,
    lexical: bool,
    against: Path | None,
) -> None:
    """Measure the answers on judged questions.

    A folder holds sentences.jsonl {"id", "doc", "lang", "text"}, questions.jsonl {"id", "text"}, qrels.tsv
    (question id, sentence id, 1) and perhaps unanswerable.jsonl. A ranking is written as question id,
    sentence id and score, parted by tabs. Without --json, the risk-coverage curve follows the figures.

    A file is what `derek feedback --export` writes. Its questions are asked of your own articles. Alone,
    --against names such a file, too, and compares with what is recorded there. Exits with 1 if a question
    that was answered rightly no longer is.
    """
    path = judged or against
    if path is None:
        raise click.UsageError("name a folder or a file of judged questions")
    if not path.is_dir():
        if run_file:
            raise click.UsageError("--run writes the rankings of a folder, and this is a file")
        _ask_anew(session, path, against, subset, as_json=as_json, lexical=lexical)
        return
    if against:
        raise click.UsageError("--against compares a file of judged questions, and this is a folder")
    _measure(session, path, run_file, subset, as_json=as_json, lexical=lexical)


def _measure(  # noqa: PLR0913  one parameter an option
    session: Session,
    folder: Path,
    run_file: Path | None,
    subset: Path | None,
    *,
    as_json: bool,
    lexical: bool,
) -> None:
    """Measure the answers on a folder of judged questions."""
    judged = read_judged_set(folder)
    if subset:
        judged = judged.limited_to(read_ids(subset))
    with ExitStack() as stack:
        embedder = None if lexical else _measured(session)
        if embedder:
            stack.enter_context(closing(embedder))
        index = stack.enter_context(passing_index(session.config.index.kind))
        answered = run(index, judged, embedder)
    if run_file:
        write_run(answered, run_file)
    figures = measure(judged, answered)
    if as_json:
        write_json(figures)
    else:
        click.echo(_in_a_line(figures))
        click.echo("\nWhat a threshold does to the first citations:")
        click.echo("\n".join(curve(judged, answered)))


def _ask_anew(  # noqa: PLR0913  one parameter an option
    session: Session, path: Path, against: Path | None, subset: Path | None, *, as_json: bool, lexical: bool
) -> None:
    """Ask the questions of a file anew; end with 1 if one that was right in `against` is no longer so."""
    questions = read_judged_questions(path)
    if subset:
        wanted = set(read_ids(subset))
        questions = [question for question in questions if question.id in wanted]
    before = read_outcomes(against) if against else {}
    if against and not before.keys() & {question.id for question in questions}:
        raise click.UsageError(f"no question is both in {path} and in {against}, so nothing can be compared")
    if lexical:
        session.go_by_words()
    with session.ready() as derek:
        session.tell_what_lacks(derek.semantic_index)
        asked = ask_anew(derek.answerer, questions)
    changes = changes_between(before, asked.outcomes)
    figures = asked.figures(path.name)
    if as_json:
        compared = {kind: ids for kind, ids in _kinds(changes).items() if against}
        write_json(figures | {"outcomes": asked.outcomes} | compared)
    else:
        click.echo(_in_a_line(figures))
        for line in _lines(changes, questions):
            click.echo(line)
    if any(change.is_loss for change in changes):
        raise click.exceptions.Exit(1)


def _in_a_line(figures: Mapping[str, object]) -> str:
    return "  ".join(f"{name} {value}" for name, value in figures.items() if value is not None)


def _kinds(changes: Iterable[OutcomeChange]) -> Mapping[str, list[str]]:
    """Return the ids of the questions that end better, worse, and otherwise."""
    kinds: dict[str, list[str]] = {"better": [], "worse": [], "other": []}
    for change in changes:
        kinds[_kind(change)].append(change.question_id)
    return kinds


def _kind(change: OutcomeChange) -> str:
    if change.gain == 0:
        return "other"
    return "better" if change.gain > 0 else "worse"


def _lines(changes: Iterable[OutcomeChange], questions: Iterable[JudgedQuestion]) -> Iterable[str]:
    """Yield what became of each question that ends otherwise, a line each."""
    texts = {question.id: question.text for question in questions}
    for change in changes:
        kind = f"{_kind(change)}:".ljust(len("better: "))
        yield f"{kind}{change.before} -> {change.after}  {texts[change.question_id]}"


def _measured(session: Session) -> Embedder | None:
    """Return the embedder to measure with; None, and that is said, where the model is not installed."""
    embedder = make_embedder(session.config.semantic)
    if embedder is None:
        return None
    try:
        embedder.embed_queries(["Derek"])
    except EmbedderMissingError as error:
        session.hint(f"{error}; words alone are measured")
        return None
    return remembering(embedder, tokens=session.config.semantic.tokens)
