"""What a shell completes: commands and options, as click knows them, names of files, ids of articles."""

import click
from click.shell_completion import CompletionItem, shell_complete

from bot.assembly import catalogue
from bot.cli.command import Command
from bot.cli.options import terminal_phrases
from bot.cli.session import Session
from bot.rendering import messages
from retrieval.errors import DerekError

#: What the scripts tell in which words are to be completed.
VARIABLE = "_DEREK_COMPLETE"


def article_ids(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the ids of articles that begin so, with their titles; nothing where they cannot be read."""
    named = context.find_root().params
    try:
        articles = catalogue(Session(named["config"], named["data"]).config)
    except DerekError:
        return []
    phrases = terminal_phrases()
    return [
        CompletionItem(article.article_id, help=messages.name(article, phrases))
        for article in articles
        if article.article_id.startswith(begun.lower())
    ]


def paths(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell complete the name of a file or a folder."""
    return [CompletionItem(begun, type="file")]


def folders(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell complete the name of a folder."""
    return [CompletionItem(begun, type="dir")]


def complete(commands: click.Command, instruction: str) -> int:
    """Write what a shell asks for, as `bash_complete` or `bash_source`, and return the exit code."""
    return shell_complete(commands, {}, "derek", VARIABLE, instruction)


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands and ids.

    \b
    bash: eval "$(derek completion bash)" in ~/.bashrc
    zsh: eval "$(derek completion zsh)" in ~/.zshrc
    fish: derek completion fish > ~/.config/fish/completions/derek.fish
    """  # noqa: D301  click takes it to leave the lines as they are
    complete(context.find_root().command, f"{shell}_source")
