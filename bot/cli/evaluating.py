"""The command that measures the answers on judged questions."""

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
from retrieval.evaluation.measures import curve, measure
from retrieval.evaluation.runs import run, write_run
from retrieval.semantic.embedder import Embedder


@click.command(name="eval", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), metavar="SETDIR")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as one flat JSON object.")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write the rankings to this file.")
@click.option("--subset", type=click.Path(path_type=Path), help="Only the questions named in this file.")
@click.option("--lexical", is_flag=True, help="Compare words alone, and not meanings.")
@pass_session
def evaluate(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    folder: Path,
    as_json: bool,
    run_file: Path | None,
    subset: Path | None,
    lexical: bool,
) -> None:
    """Measure the answers on a folder of judged questions.

    It holds sentences.jsonl {"id", "doc", "lang", "text"}, questions.jsonl {"id", "text"}, qrels.tsv
    (question id, sentence id, 1) and perhaps unanswerable.jsonl. A ranking is written as question id,
    sentence id and score, parted by tabs. Without --json, the risk-coverage curve follows the figures.
    """
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
        click.echo("  ".join(f"{name} {value}" for name, value in figures.items() if value is not None))
        click.echo("\nWhat a threshold does to the first citations:")
        click.echo("\n".join(curve(judged, answered)))


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
    return remembering(embedder)
