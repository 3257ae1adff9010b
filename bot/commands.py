"""The commands, and the options that stand before them."""

import difflib
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from bot import __version__, console, messages
from bot.assembly import (
    add_file,
    assemble_folder,
    erase_index,
    erase_vectors,
    make_embedder,
    passing_index,
    remembering,
)
from bot.blocks import to_text
from bot.config import TOKEN_VARIABLE, ConfigError, EmbedderKind, default_path, token, webhook_secret
from bot.phrases import Phrases
from bot.session import AT_ONCE_WHEN_ADDED, Session, catch_up, follow
from bot.session import embed as embedded
from retrieval import evaluation
from retrieval.answers import Answerer, Status
from retrieval.embeddings import Embedder
from retrieval.errors import EmbedderMissingError, EmptyArticleError, FileFault, UnreadableFileError
from retrieval.index import Filter
from retrieval.ingest.files import paths_in
from retrieval.ingest.texts import Metadata, read_text
from retrieval.meaning import Meaning
from retrieval.store import Holding, Outcome, Receipt, Store


class _Commands(click.Group):
    """Commands, of which `ask` need not be named: whatever is no command is a question."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            alike = difflib.get_close_matches(name, self.list_commands(ctx), 1, 0.7)
            if alike and len(args) == 1:
                raise click.UsageError(
                    f"there is no command {name!r}; did you mean {alike[0]!r}? "
                    f"To ask it as a question: derek ask {name}"
                )
            args = ["ask", *args]
        return super().resolve_command(ctx, args)


_session = click.make_pass_decorator(Session)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings file instead of the default one.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of articles instead of the default one."
)
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(__version__, prog_name="derek", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context, config: Path | None, data: Path | None, debug: bool) -> None:
    """Answer questions with sentences that really stand in your articles, each with its source.

    A question needs no command: derek "Who met Putin?"
    """
    context.obj = Session(config, data, debug=debug)
    if context.invoked_subcommand is None:
        if sys.stdin.isatty():
            click.echo(context.get_help())
        else:
            context.invoke(ask)


def _code(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Refuse a language that is not given by its code."""
    for code in (value,) if isinstance(value, str) else value or ():
        if not re.fullmatch("[a-z]{2,3}", code):
            raise click.BadParameter(f"{code!r} is no code of a language, such as en, ru or kk")
    return value


_DAY = click.DateTime(["%Y-%m-%d"])


@commands.command()
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as one JSON object.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read {"id", "question"} objects from standard input, one a line, and answer each with one.',
)
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path),
    help="Ask the .txt and .md files below this folder instead, and keep nothing.",
)
@click.option(
    "--lang",
    multiple=True,
    metavar="CODE",
    callback=_code,
    help="Only articles in this language; may be repeated.",
)
@click.option("--source", multiple=True, help="Only articles from this source; may be repeated.")
@click.option("--since", type=_DAY, help="Only articles dated on this day or later.")
@click.option("--until", type=_DAY, help="Only articles dated on this day or earlier.")
@_session
def ask(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    question: tuple[str, ...] = (),
    as_json: bool = False,
    jsonl: bool = False,
    folder: Path | None = None,
    lang: tuple[str, ...] = (),
    source: tuple[str, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Answer one question; without one, the one on standard input.

    Exits with 0 if the articles answer and with 1 if they don't.
    """
    limits = _filter(lang, source, since, until)
    if jsonl and (as_json or question):
        raise click.UsageError("--jsonl takes its questions from standard input and writes JSON already")
    citations = session.config.answers.citations
    with _asked(session, folder) as answerer:
        if jsonl:
            for line in sys.stdin.buffer:
                if line.strip():
                    _write_json(_answer_line(answerer, line, citations, limits))
            return
        text = " ".join(question) if question else _standard_input("ask what? Write the question behind it")
        found = answerer.verify(answerer.ask(text, limit=citations, filter=limits))
        if as_json:
            _write_json(messages.to_json(found))
        else:
            console.show_answer(answerer, found, _phrases(), sys.stdout)
    if found.status is Status.NOT_FOUND:
        raise click.exceptions.Exit(1)


def _filter(
    languages: tuple[str, ...], sources: tuple[str, ...], since: datetime | None, until: datetime | None
) -> Filter:
    try:
        return Filter(
            frozenset(languages), frozenset(sources), since and since.date(), until and until.date()
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def _asked(session: Session, folder: Path | None) -> Iterator[Answerer]:
    """Give the Answerer to ask; what it cannot do as yet is said."""
    if folder is None:
        with session.ready() as derek:
            _tell_what_lacks(derek.meaning)
            yield derek.answerer
        return
    if not folder.is_dir():
        raise UnreadableFileError(folder, FileFault.SYSTEM, "there is no such folder")
    with assemble_folder(session.config, folder) as (derek, receipts):
        for receipt in receipts:
            if receipt.outcome is Outcome.FAILED:
                click.echo(f"derek: {receipt.reason}", err=True)
        catch_up(derek)
        yield derek.answerer


def _tell_what_lacks(meaning: Meaning | None) -> None:
    """Say that words alone are compared, where that is for want of time; a fault was told before."""
    if meaning is None or meaning.fault or meaning.coverage.suffices:
        return
    if every := meaning.coverage.sentences:
        done = meaning.coverage.embedded
        told = f"{done:,} of {every:,} sentences are embedded, so answers go by words alone"
        click.echo(f"derek: {told}; `derek embed` embeds the rest", err=True)


def _standard_input(remedy: str) -> str:
    """Return what is piped in; a terminal has nothing to give."""
    if sys.stdin.isatty():
        raise click.UsageError(remedy)
    return sys.stdin.buffer.read().decode("utf-8", errors="replace")


def _answer_line(answerer: Answerer, line: bytes, citations: int, limits: Filter) -> dict[str, Any]:
    """Answer one line of --jsonl, a bad one with what is wrong with it."""
    name = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise ValueError('a line is an object with "id" and "question"')
        json.dumps(asked.get("id"), allow_nan=False)  # What is no JSON, or too deep, cannot be given back.
        name = asked.get("id")
        question = asked.get("question")
        if not isinstance(question, str):
            raise ValueError('"question" is missing or no text')
        found = answerer.verify(answerer.ask(question, limit=citations, filter=limits))
    except (ValueError, RecursionError) as error:
        return {"id": name, "error": str(error)}
    return messages.to_json(found, name)


def _write_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _phrases() -> Phrases:
    """Return the phrases of the language that the terminal is set to."""
    return Phrases(
        next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    )


@commands.command()
@_session
def chat(session: Session) -> None:
    """Hold a conversation: ask, ask why, look further."""
    with session.ready() as derek:
        if derek.meaning:
            derek.meaning.start()
        console.chat(derek, _phrases())


@commands.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
@click.option("--title", help="The title, where the text has none of its own.")
@click.option("--source", help="Who published it; shown with every citation.")
@click.option("--url", help="Where it stands.")
@click.option("--date", "published", type=_DAY, help="When it was published.")
@click.option("--lang", "language", metavar="CODE", callback=_code, help="Its language, if not recognised.")
@_session
def add(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    files: tuple[str, ...],
    title: str | None,
    source: str | None,
    url: str | None,
    published: datetime | None,
    language: str | None,
) -> None:
    """Add articles: .txt and .md files, folders of them, or - for a text on standard input.

    Goes on after a file that cannot be read, and then exits with 1. `derek undo` takes all back.
    """
    told = Metadata(title, source, url, published and published.date(), language)
    with session.derek() as derek:
        addition = derek.store.begin_addition()
        receipts = []
        for receipt in _added(derek.store, files, addition, told):
            receipts.append(receipt)
            click.echo(messages.receipt(receipt, _phrases()))
        catch_up(derek, AT_ONCE_WHEN_ADDED)
        _tell_what_lacks(derek.meaning)
    if messages.failed(receipts):
        raise click.exceptions.Exit(1)


def _added(store: Store, files: tuple[str, ...], addition: int, told: Metadata) -> Iterator[Receipt]:
    for name in files:
        path = Path(name)
        if name == "-":
            yield _added_text(store, addition, told)
        elif path.is_dir():
            readable = list(paths_in(path))
            yield from (add_file(store, found, addition, told) for found in readable)
            if not readable:
                yield Receipt(name, Outcome.FAILED, reason=f"{name}: no .txt or .md file is in this folder")
        else:
            yield add_file(store, path, addition, told)


def _added_text(store: Store, addition: int, told: Metadata) -> Receipt:
    text = _standard_input("nothing is piped in to be added")
    try:
        return store.add(read_text(text, told=told), addition, told.title or "standard input")
    except EmptyArticleError:
        return Receipt("-", Outcome.FAILED, reason="there is no text on standard input")


@commands.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@_session
def list_(session: Session, as_json: bool) -> None:
    """List the articles, the newest addition first."""
    with session.derek() as derek:
        holdings = derek.store.holdings()
    if as_json:
        for one in holdings:
            _write_json(_jsonable(one))
    elif holdings:
        console.show([replace(messages.holding(one, _phrases()), tight=True) for one in holdings], sys.stdout)
    else:
        click.echo(_phrases()("no-articles"))


def _jsonable(holding: Holding) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(holding).items()
    }


@commands.command()
@click.argument("article_id", metavar="ID")
@_session
def show(session: Session, article_id: str) -> None:
    """Show an article; the beginning of its id is enough."""
    with session.derek() as derek:
        article = derek.store.get(derek.store.resolve(article_id))
    console.show(messages.article(article, _phrases()), sys.stdout)


@commands.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...")
@_session
def remove(session: Session, article_ids: tuple[str, ...]) -> None:
    """Remove articles for good; the beginning of an id is enough."""
    with session.derek() as derek:
        # All are looked up before the first is removed: a mistyped id removes nothing.
        for article_id in [derek.store.resolve(beginning) for beginning in article_ids]:
            article = derek.store.remove(article_id)
            click.echo(_phrases()("removed", name=messages.name(article, _phrases())))


@commands.command(name="help")
@click.pass_context
def help_(context: click.Context) -> None:
    """Show this."""
    click.echo(commands.get_help(context.parent or context))


@commands.command()
@_session
def undo(session: Session) -> None:
    """Take the last addition back."""
    with session.derek() as derek:
        receipts = derek.store.undo()
    for receipt in receipts:
        click.echo(messages.receipt(receipt, _phrases()))
    if not receipts:
        click.echo(_phrases()("undo-nothing"))


@commands.command()
@_session
def about(session: Session) -> None:
    """Tell what the articles hold: how many, from when, from whom, in which languages."""
    with session.derek() as derek:
        console.show(messages.summary(derek.store.summary(), _phrases()), sys.stdout)


@commands.command()
@_session
def status(session: Session) -> None:
    """Tell how many of the sentences can be found, by their words and by their meaning."""
    with session.derek() as derek:
        follow(derek.answerer)
        if derek.meaning:
            derek.meaning.check()
        console.show(messages.status(len(derek.answerer), derek.meaning, _phrases()), sys.stdout)


@commands.command()
@click.option("--anew", is_flag=True, help="Drop all vectors first, as another model asks for.")
@_session
def embed(session: Session, anew: bool) -> None:
    """Make the vectors that tell what sentences mean; Ctrl-C ends it, and what was done is kept."""
    if session.config.semantic.kind is EmbedderKind.NONE:
        raise ConfigError("semantic.kind", 'is "none"', 'say "bundled" or "server" to compare meanings')
    with session.derek() as derek:
        if anew:
            erase_vectors(session.config)
        if derek.meaning:
            embedded(derek.meaning)
            click.echo(f"{derek.meaning.coverage.embedded} sentences are embedded by {derek.meaning.model}")


@commands.command()
@_session
def reindex(session: Session) -> None:
    """Build the index anew from the articles, which are left alone."""
    erase_index(session.config)
    with session.derek() as derek:
        follow(derek.answerer, strict=True)
        click.echo(f"{len(derek.answerer)} sentences can be found")


@commands.command()
@_session
def doctor(session: Session) -> None:
    """Check the settings, the articles and, where a token is set, Telegram."""
    path = session.config_path or default_path()
    click.echo(f"settings: {path}" if path.exists() else f"settings: the defaults ({path} does not exist)")
    click.echo(f"data: {session.config.folder}")
    with session.derek() as derek:
        derek.store.check()
        derek.answerer.follow(strict=True)
        told = messages.summary(derek.store.summary(), Phrases("en"))
        click.echo(f"articles: {' '.join(to_text([line]) for line in told)}")
        place = derek.index_folder if derek.index_folder.exists() else "memory"
        click.echo(f"index: {len(derek.answerer)} sentences can be found, in {place}")
        click.echo(f"meaning: {_meaning_told(derek.meaning)}")
    if not os.environ.get(TOKEN_VARIABLE):
        click.echo(f"telegram: {TOKEN_VARIABLE} is not set, so only the console works")
        return
    from bot.telegram.application import introduce  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    click.echo(f"telegram: the token belongs to {introduce(session.config.telegram, token())}")


def _meaning_told(meaning: Meaning | None) -> str:
    if meaning is None:
        return '[semantic] kind is "none", so answers go by words alone'
    meaning.check()
    if meaning.fault:
        return f"answers go by words alone: {meaning.fault}"
    done, every = meaning.coverage.embedded, meaning.coverage.sentences
    return f"{done} of {every} sentences are embedded by {meaning.model}"


@commands.command(name="eval")
@click.argument("folder", type=click.Path(path_type=Path), metavar="SETDIR")
@click.option("--json", "as_json", is_flag=True, help="Write the figures as one flat JSON object.")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write the rankings to this file.")
@click.option("--subset", type=click.Path(path_type=Path), help="Only the questions named in this file.")
@click.option("--lexical", is_flag=True, help="Compare words alone, and not meanings.")
@_session
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
    judged = evaluation.read_judged_set(folder)
    if subset:
        judged = judged.limited_to(evaluation.read_ids(subset))
    with ExitStack() as stack:
        embedder = None if lexical else _measured(session)
        if embedder:
            stack.enter_context(closing(embedder))
        index = stack.enter_context(passing_index(session.config.index.kind))
        answered = evaluation.run(index, judged, embedder)
    if run_file:
        evaluation.write_run(answered, run_file)
    figures = evaluation.measure(judged, answered)
    if as_json:
        _write_json(figures)
    else:
        click.echo("  ".join(f"{name} {value}" for name, value in figures.items() if value is not None))
        click.echo("\nWhat a threshold does to the first citations:")
        click.echo("\n".join(evaluation.curve(judged, answered)))


def _measured(session: Session) -> Embedder | None:
    """Return the embedder to measure with; None, and that is said, where the model is not installed."""
    embedder = make_embedder(session.config.semantic)
    if embedder is None:
        return None
    try:
        embedder.embed_queries(["Derek"])
    except EmbedderMissingError as error:
        click.echo(f"derek: {error}; words alone are measured", err=True)
        return None
    return remembering(embedder)


@commands.command()
@click.option(
    "--webhook", is_flag=True, help="Be delivered updates, as [telegram.webhook] says, instead of polling."
)
@_session
def run(session: Session, webhook: bool) -> None:
    """Answer in Telegram until stopped."""
    from bot.telegram import application  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    bot_token = token()
    delivered = session.config.telegram.webhook if webhook else None
    if webhook and delivered is None:
        raise ConfigError("telegram.webhook", "not set", "say in the settings where Telegram is to deliver")
    with session.ready() as derek:
        if derek.meaning:
            derek.meaning.start()
        application.run(derek, bot_token, delivered, webhook_secret())
