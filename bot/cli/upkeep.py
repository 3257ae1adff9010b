"""The commands that look after the data folder: the index, the vectors, the settings."""

import os

import click

from bot.assembly import erase_index, erase_vectors
from bot.cli.command import Command
from bot.cli.options import terminal_phrases
from bot.cli.session import EMBEDDING, INDEXING, Session, pass_session
from bot.config import TOKEN_VARIABLE, ConfigError, EmbedderKind, default_path, token
from bot.phrases import Phrases
from bot.rendering import messages
from bot.rendering.blocks import to_text
from retrieval.semantic.semantic_index import SemanticIndex


@click.command(cls=Command)
@pass_session
def status(session: Session) -> None:
    """Tell how many sentences can be found, by words and by meaning."""
    with session.derek() as derek:
        session.catch_up_by_words(derek)
        if derek.semantic_index:
            derek.semantic_index.check()
        found, meaning, calibration = len(derek.index), derek.semantic_index, derek.calibration
        session.show(messages.status(found, meaning, terminal_phrases(), calibration=calibration))


@click.command(cls=Command)
@click.option("--anew", is_flag=True, help="Drop all vectors first, as another model asks for.")
@pass_session
def embed(session: Session, anew: bool) -> None:
    """Make the vectors that tell what sentences mean.

    Ctrl-C ends it, and what was done is kept.
    """
    if session.config.semantic.kind is EmbedderKind.NONE:
        raise ConfigError("semantic.kind", 'is "none"', 'say "bundled" or "server" to compare meanings')
    with session.derek() as derek:
        if anew:
            erase_vectors(session.config)
        if index := derek.semantic_index:
            session.follow(derek, index, EMBEDDING)
            session.done(f"{index.coverage.embedded} sentences are embedded by {index.model}")


@click.command(cls=Command)
@pass_session
def reindex(session: Session) -> None:
    """Build the index anew from the articles, which are left alone."""
    erase_index(session.config)
    with session.derek() as derek:
        session.follow(derek, derek.index, INDEXING)
        session.done(f"{len(derek.index)} sentences can be found")


@click.command(cls=Command)
@pass_session
def doctor(session: Session) -> None:
    """Check settings, articles and, where a token is set, Telegram."""
    path = session.config_path or default_path()
    click.echo(f"settings: {path}" if path.exists() else f"settings: the defaults ({path} does not exist)")
    click.echo(f"data: {session.config.folder}")
    with session.derek() as derek:
        if derek.store.only_reads:
            click.echo("data: the folder cannot be written, so articles stay as they are")
        derek.store.check()
        session.follow(derek, derek.index, INDEXING)
        blocks = messages.summary(derek.store.summary(), Phrases("en"))
        click.echo(f"articles: {' '.join(to_text([block]) for block in blocks)}")
        place = derek.index_folder if derek.index_folder.exists() else "memory"
        click.echo(f"index: {len(derek.index)} sentences can be found, in {place}")
        click.echo(f"meaning: {_semantic_status(derek.semantic_index)}")
    if not os.environ.get(TOKEN_VARIABLE):
        click.echo(f"telegram: {TOKEN_VARIABLE} is not set, so only the console works")
        return
    from bot.telegram.application import introduce  # noqa: PLC0415  python-telegram-bot takes .3 s to import

    click.echo(f"telegram: the token belongs to {introduce(session.config.telegram, token())}")


def _semantic_status(semantic_index: SemanticIndex | None) -> str:
    if semantic_index is None:
        return '[semantic] kind is "none", so answers go by words alone'
    semantic_index.check()
    if semantic_index.fault:
        return f"answers go by words alone: {semantic_index.fault}"
    done, sentences = semantic_index.coverage.embedded, semantic_index.coverage.sentences
    return f"{done} of {sentences} sentences are embedded by {semantic_index.model}"
