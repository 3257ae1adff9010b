"""The commands that ask: one question, or a conversation."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from bot import console, conversation
from bot.assembly import Derek, assemble_folder
from bot.cli.command import Command
from bot.cli.completing import paths
from bot.cli.options import (
    DAY,
    LAST_DAY,
    check_that_there_are,
    filter_of,
    in_collections,
    language_code,
    standard_input,
    terminal_phrases,
    write_json,
)
from bot.cli.session import AT_ONCE_WHEN_ADDED, Session, pass_session
from bot.phrases import courtesy
from bot.rendering import messages
from bot.rendering.blocks import Block, Role, paragraph
from bot.rendering.messages import Beside
from retrieval.answers.answerer import Answerer, as_earlier
from retrieval.answers.citations import Status, VerifiedAnswer
from retrieval.errors import (
    ChangedArticleError,
    FileFault,
    StoreError,
    UnknownArticleError,
    UnreadableFileError,
)
from retrieval.filters import Filter
from retrieval.ingest.files import path_named
from retrieval.ingest.web.urls import is_address
from retrieval.questions.followups import EarlierQuestion
from retrieval.questions.question import Question
from retrieval.questions.splitting import questions_in
from retrieval.storage.receipts import Outcome

#: How many sentences on a topic are shown at most, where nothing else is said.
_FOUND = 10

#: The options that say which articles may answer.
_LIMITS = (
    click.option(
        "--from",
        "folder",
        metavar="FILE|DIR|URL",
        shell_complete=paths,
        help="Ask this file, those below this folder, or this page, instead, and add nothing.",
    ),
    click.option(
        "--lang",
        multiple=True,
        metavar="CODE",
        callback=language_code,
        help="Only articles in this language; may be repeated.",
    ),
    click.option("--source", multiple=True, help="Only articles from this source; may be repeated."),
    in_collections,
    click.option("--since", type=DAY, help="Only articles dated on this day or later."),
    click.option("--until", type=LAST_DAY, help="Only articles dated on this day or earlier."),
)

#: The options that say how much is answered.
_EXTENT = (
    click.option("--origin", is_flag=True, help="Say which file and line each citation is from."),
    click.option(
        "-C",
        "--context",
        "neighbours",
        type=click.IntRange(0, 20),
        default=0,
        metavar="N",
        help="Show N sentences before and after each citation.",
    ),
    click.option("-n", "--citations", type=click.IntRange(1, 100), help="How many sentences at most."),
)


def _limited(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which articles may answer, and how much."""
    for option in reversed(_EXTENT):
        command = option(command)
    return _narrowed(command)


def _narrowed(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which articles may answer."""
    for option in reversed(_LIMITS):
        command = option(command)
    return command


@click.command(cls=Command)
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as one JSON object.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read {"id", "question"} objects from standard input, one a line, and answer each with one.',
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), help="How probable an answer must be, from 0 to 1."
)
@_limited
@pass_session
def ask(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    question: tuple[str, ...] = (),
    as_json: bool = False,
    jsonl: bool = False,
    min_confidence: float | None = None,
    folder: str | None = None,
    lang: tuple[str, ...] = (),
    source: tuple[str, ...] = (),
    collections: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    citations: int | None = None,
    origin: bool = False,
    neighbours: int = 0,
) -> None:
    """Answer one question; without one, the one on standard input.

    Several questions are answered one by one; --json takes what is given as one. Who asks to be told of
    something ("gas", "Tell me about gas") is shown what there is on it, as `derek search` does.

    Exits with 0 if the articles answer and with 1 if they don't, or if --jsonl cannot read a line.
    """
    limits = filter_of(lang, source, since, until, collections)
    if jsonl and (as_json or question):
        raise click.UsageError("--jsonl takes its questions from standard input and writes JSON already")
    most = citations or session.config.answers.citations
    with _derek(session, folder, limits, min_confidence) as derek:
        answerer = derek.answerer
        if jsonl:
            if not _answer_lines(answerer, most, limits):
                raise click.exceptions.Exit(1)
            return
        text = _text_of(question)
        beside = partial(_beside, answerer, origins=origin, neighbours=neighbours)
        if not as_json and (said := courtesy(text)):
            session.show(messages.courtesy(said, answerer.store.summary(), terminal_phrases()))
            return
        if as_json:
            answers = [answerer.verify(answerer.ask(text, limit=most, admitted=limits))]
            write_json(messages.to_json(answers[0], beside=beside(answers[0])))
        else:
            asked: list[_Answered] = []
            for answered in _answer_each(answerer, questions_in(text), most, limits, beside):
                if asked:
                    click.echo()
                session.show(answered.blocks)
                asked.append(answered)
            answers = [answered.answer for answered in asked]
            if folder is None:
                _remember(derek, asked)
    if any(answer.status is Status.NOT_FOUND for answer in answers):
        raise click.exceptions.Exit(1)


@click.command(cls=Command)
@click.argument("topic", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as one JSON object.")
@_limited
@pass_session
def search(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    topic: tuple[str, ...],
    as_json: bool,
    folder: str | None,
    lang: tuple[str, ...],
    source: tuple[str, ...],
    collections: tuple[str, ...],
    since: date | None,
    until: date | None,
    citations: int | None,
    origin: bool,
    neighbours: int,
) -> None:
    """Show the sentences on a topic, the best of each article first.

    Without a topic, that on standard input is taken. Exits with 0 if there are any and with 1 if there are
    none.
    """
    limits = filter_of(lang, source, since, until, collections)
    with _derek(session, folder, limits) as derek:
        answerer = derek.answerer
        question = Question.about(_text_of(topic))
        most = citations or _FOUND
        answer = answerer.verify(answerer.answer(question, limit=most, admitted=limits))
        beside = _beside(answerer, answer, origins=origin, neighbours=neighbours)
        if as_json:
            write_json(messages.to_json(answer, beside=beside))
        else:
            phrases = terminal_phrases().in_language(answer.language)
            empty = not answer.citations and answerer.is_empty()
            session.show(messages.answer(answer, phrases, empty=empty, beside=beside))
    if answer.status is Status.NOT_FOUND:
        raise click.exceptions.Exit(1)


def _text_of(question: tuple[str, ...]) -> str:
    """Return what is asked: the words of the command line, or standard input."""
    if question:
        return " ".join(question)
    return standard_input("ask what? Write the question behind it").decode("utf-8", errors="replace")


class _Answered(NamedTuple):
    """A question as what later ones may go on with, its answer, and what is shown of it."""

    question: EarlierQuestion
    answer: VerifiedAnswer
    blocks: list[Block]


def _answer_each(
    answerer: Answerer,
    questions: Sequence[str],
    citations: int,
    limits: Filter,
    beside: Callable[[VerifiedAnswer], Beside],
) -> Iterator[_Answered]:
    """Yield what each question of a text, which may go on with those before it, is answered with."""
    previous: list[EarlierQuestion] = []
    for text in questions:
        question = Question.of(text, previous)
        answer = answerer.verify(answerer.answer(question, limit=citations, admitted=limits))
        previous.append(as_earlier(question, answer))
        phrases = terminal_phrases().in_language(answer.language)
        heading = [paragraph(question.text, Role.STRONG)] if len(questions) > 1 else []
        empty = not answer.citations and answerer.is_empty()
        blocks = heading + messages.answer(answer, phrases, empty=empty, beside=beside(answer))
        yield _Answered(previous[-1], answer, blocks)


def _remember(derek: Derek, asked: Sequence[_Answered]) -> None:
    """Remember answered questions with those of the console's chat; if that fails, it is said."""
    if derek.store.only_reads:
        return
    try:
        chat = derek.chat(console.CHAT)
        for answered in asked:
            chat.remember(answered.question, answered.answer)
    except StoreError as error:
        click.echo(f"derek: the question is not remembered: {error}", err=True)


def _beside(answerer: Answerer, answer: VerifiedAnswer, *, origins: bool, neighbours: int) -> Beside:
    """Return what is shown beside the citations of an answer: so many neighbours, as they stand now."""
    passages = {}
    for citation in answer.citations if neighbours else ():
        with suppress(UnknownArticleError, ChangedArticleError):  # Its article was changed this very moment.
            passages[citation.number] = answerer.passage(
                citation.article_id, citation.span, neighbours, fingerprint=citation.fingerprint
            )
    return Beside(origins, passages)


@contextmanager
def _derek(
    session: Session, folder: str | None, limits: Filter, min_confidence: float | None = None
) -> Iterator[Derek]:
    """Give the Derek to ask, which has articles within the limits; what it cannot do as yet is said."""
    if min_confidence is not None:
        session.ask_with(min_confidence)
    if folder is None:
        with session.ready() as derek:
            session.tell_what_lacks(derek.semantic_index)
            check_that_there_are(limits, derek.store)
            yield derek
        return
    place = folder if is_address(folder) else _path(folder)
    with assemble_folder(session.config, place) as (derek, receipts):
        for receipt in receipts:
            if receipt.outcome is Outcome.FAILED:
                click.echo(f"derek: {receipt.reason}", err=True)
        session.catch_up(derek, AT_ONCE_WHEN_ADDED)
        session.tell_what_lacks(derek.semantic_index)
        check_that_there_are(limits, derek.store)
        yield derek


def _path(name: str) -> Path:
    """Return the path of a file or a folder that is there.

    Raises `UnreadableFileError`.
    """
    path = path_named(name)
    try:
        path.stat()
    except OSError as error:
        raise UnreadableFileError(path, FileFault.SYSTEM, error.strerror or str(error)) from error
    return path


def _answer_lines(answerer: Answerer, citations: int, limits: Filter) -> bool:
    """Answer each line on standard input; return whether all of them could be read."""
    readable = True
    for line in sys.stdin.buffer:
        if line.strip():
            answer = _answer_line(answerer, line, citations, limits)
            readable = readable and "error" not in answer
            write_json(answer)
    return readable


def _answer_line(answerer: Answerer, line: bytes, citations: int, limits: Filter) -> dict[str, Any]:
    """Answer one line of --jsonl, a bad one with what is wrong with it; its other keys are named."""
    name, others = None, {}
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise ValueError('a line is an object with "id" and "question"')
        if ignored := [key for key in request if key not in ("id", "question")]:
            others = {"ignored": ignored}
        json.dumps(request.get("id"), allow_nan=False)  # What is no JSON, or too deep, cannot be given back.
        name = request.get("id")
        question = request.get("question")
        if not isinstance(question, str):
            raise ValueError('"question" is missing or no text')
        if said := courtesy(question):
            reply = messages.courtesy(said, answerer.store.summary(), terminal_phrases())
            return messages.courtesy_to_json(said, question, reply, name) | others
        answer = answerer.verify(answerer.ask(question, limit=citations, admitted=limits))
    except (ValueError, RecursionError) as error:
        return {"id": name, "error": str(error)} | others
    return messages.to_json(answer, name) | others


@click.command(cls=Command)
@_narrowed
@pass_session
def chat(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    folder: str | None,
    lang: tuple[str, ...],
    source: tuple[str, ...],
    collections: tuple[str, ...],
    since: date | None,
    until: date | None,
) -> None:
    """Hold a conversation: ask, ask why, look further.

    What limits it does so until it ends; /settings in it holds for the next ones, too.
    """
    limits = filter_of(lang, source, since, until, collections)
    with _derek(session, folder, limits) as derek:
        derek.start()
        conversation.chat(derek, terminal_phrases(), session.colour, limits)
