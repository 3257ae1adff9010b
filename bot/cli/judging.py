"""The commands about what people think of the answers: to read it, and to go by it."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bot.assembly import Derek
from bot.chats.feedback import JudgedAnswer, Missed, Verdict
from bot.chats.judged import judged_questions, unanswered_questions
from bot.cli.command import Command
from bot.cli.options import agreed, terminal_phrases, write_json
from bot.cli.session import Session, pass_session
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import Block
from retrieval.errors import StoreUnusableError
from retrieval.evaluation.calibration import NEEDED, Fit, calibrated
from retrieval.evaluation.judged_answers import JudgedRun, ask_anew, write_judged_questions


@click.command(cls=Command)
@click.option("--missed", is_flag=True, help="The questions without a good answer instead.")
@click.option("--bad", is_flag=True, help="Only the answers that were judged bad.")
@click.option("-n", "--number", type=click.IntRange(min=1), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@click.option(
    "--export",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all of it to a new file that `derek eval` reads.",
)
@pass_session
def feedback(  # noqa: PLR0913  one parameter an option
    session: Session, *, missed: bool, bad: bool, number: int | None, as_json: bool, file: Path | None
) -> None:
    """Show what people think of the answers.

    The newest comes first, and the same question of several people once. Nobody is named.
    """
    if missed and bad:
        raise click.UsageError("--missed shows the bad answers as well; say one of --missed and --bad")
    with session.derek() as derek:
        if file is not None:
            _export(session, derek, file)
        elif missed:
            _show_missed(session, derek.history.feedback.missed(number or -1), as_json=as_json)
        else:
            judged = derek.history.feedback.judged()
            wanted = [piece for piece in judged if not bad or piece.verdict is Verdict.BAD]
            _show_judged(session, wanted[:number], as_json=as_json)


def _export(session: Session, derek: Derek, file: Path) -> None:
    judged, unanswered = judged_questions(derek.history), unanswered_questions(derek.history)
    known = {question.id for question in judged}
    questions = [*judged, *(question for question in unanswered if question.id not in known)]
    write_judged_questions(questions, file)
    phrases = terminal_phrases()
    session.done(phrases("feedback-exported", count=len(questions), path=str(file)))


def _show_missed(session: Session, missed: list[Missed], *, as_json: bool) -> None:
    phrases = terminal_phrases()
    if as_json:
        _write(map(_missed_json, missed))
    else:
        _page(session, [messages.missed(piece, phrases) for piece in missed], phrases("missed-nothing"))


def _show_judged(session: Session, judged: list[JudgedAnswer], *, as_json: bool) -> None:
    phrases = terminal_phrases()
    if as_json:
        _write(map(_judged_json, judged))
    else:
        blocks = [block for piece in judged for block in messages.judged(piece, phrases)]
        _page(session, blocks, phrases("feedback-nothing"))


def _write(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        write_json(line)


def _page(session: Session, blocks: list[Block], nothing: str) -> None:
    """Show blocks, or say that there is nothing to show."""
    if blocks:
        session.page(blocks)
    else:
        click.echo(nothing)


def _missed_json(piece: Missed) -> dict[str, Any]:
    return {
        "question": piece.question,
        "carried": piece.carried,
        "at": piece.at.isoformat(),
        "times": piece.times,
        "judged": piece.judged and _judged_json(piece.judged),
    }


def _judged_json(piece: JudgedAnswer) -> dict[str, Any]:
    return {
        "question": piece.question,
        "carried": piece.carried,
        "at": piece.at.isoformat(),
        "good": piece.good,
        "bad": piece.bad,
        "faults": piece.faults,
        "confidence": round(piece.confidence, 4),
        "article_id": piece.shown.article_id,
        "start": piece.shown.span.start,
        "end": piece.shown.span.end,
        "quote": piece.shown.quote,
        "fingerprint": piece.shown.fingerprint,
    }


@click.command(cls=Command)
@click.option("--yes", "-y", is_flag=True, help="Do not ask whether to go by it.")
@click.option("--undo", "undoes", is_flag=True, help="Take back what was calibrated.")
@pass_session
def calibrate(session: Session, *, yes: bool, undoes: bool) -> None:
    """Learn from judged answers how sure an answer must be.

    The judged questions are asked anew. The threshold is chosen at which the fewest are answered wrongly or
    refused though right, if it also does better on questions that it was not fitted to. On a terminal it asks
    first. Exits with 1 if too few questions are judged.
    """
    phrases = terminal_phrases()
    with session.ready() as derek:
        if derek.store.only_reads:
            raise StoreUnusableError(derek.store.path, "attempt to write a readonly database")
        if undoes:
            said = phrases("calibrate-undone") if derek.history.uncalibrate() else phrases("calibrate-none")
            session.done(said)
            return
        if session.config.answers.names_min_confidence:
            session.hint(phrases("calibrate-named"))
        session.tell_what_lacks(derek.semantic_index)
        asked = ask_anew(derek.answerer, judged_questions(derek.history))
        count, current = len(asked.known), derek.answerer.min_confidence
        if count < NEEDED:
            click.echo(f"derek: {phrases('calibrate-few', count=count, needed=NEEDED)}", err=True)
            raise click.exceptions.Exit(1)
        fit = calibrated(asked.known, current)
        if fit is None:
            session.done(phrases("calibrate-kept", least=current, count=count))
            return
        _change(session, derek, asked, fit, yes=yes)


def _change(session: Session, derek: Derek, asked: JudgedRun, fit: Fit, *, yes: bool) -> None:
    """Say what a fit changes, and go by it if that is wanted."""
    phrases = terminal_phrases()
    told = _told(asked, fit, derek.answerer.min_confidence, phrases)
    if not yes and sys.stdin.isatty():
        if not agreed(f"{told}\n{phrases('confirm')}", yes=False):
            raise click.exceptions.Exit(1)
    else:
        session.done(told)
    derek.history.calibrate(fit.threshold, len(asked.known))
    session.done(phrases("calibrate-done", least=fit.threshold))


def _told(asked: JudgedRun, fit: Fit, current: float, phrases: Phrases) -> str:
    """Return what a fit changes: which questions it answers more, or refuses more, and how it was checked."""
    lower, upper = sorted((fit.threshold, current))
    between = [one for one in asked.known if lower <= one.confidence < upper]
    right = sum(one.is_right for one in between)
    values = {"least": fit.threshold, "former": current, "count": len(between)}
    if fit.threshold < current:
        effect = phrases("calibrate-lower", right=right, **values)
    else:
        effect = phrases("calibrate-higher", wrong=len(between) - right, **values)
    return f"{effect}\n{phrases('calibrate-checked', better=fit.better, worse=fit.worse)}"
