"""The manual page, made of what the commands say of themselves."""

import inspect
from collections.abc import Iterable, Iterator
from typing import cast

import click

from bot import __version__
from bot.cli.command import Command

#: What each exit code means.
EXIT_CODES = {
    0: "Answered, or done.",
    1: "The articles don't answer, or something could not be added or read.",
    2: "The command, the question or the id cannot be taken as it is.",
    3: "Settings, data folder or model.",
    4: "Telegram refused the token.",
    5: "Network: Telegram or the server of embeddings cannot be reached.",
    70: "A fault of Derek's own.",
    74: "Standard input or output, or a file that was named, cannot be read or written.",
    130: "Ctrl-C.",
}

_VARIABLES = {
    "DEREK_DATA": "The data folder, where --data names none.",
    "DEREK_TELEGRAM_TOKEN": "The token of the bot in Telegram.",
    "DEREK_WEBHOOK_SECRET": "What Telegram is to show with every delivery.",
    "DEREK_EMBEDDINGS_KEY": "The key that opens the server of embeddings.",
    "DEREK_PAGER, PAGER": "What shows long texts on a terminal; an empty one lets them run on.",
    "NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE": "Whether there is colour, where --color does not say.",
}


@click.command(cls=Command)
@click.pass_context
def man(context: click.Context) -> None:
    """Print the manual page, as `man` reads it."""
    root = context.find_root()
    click.echo("\n".join(_page(root, cast(click.Group, root.command))))


def _page(root: click.Context, group: click.Group) -> Iterator[str]:
    first, *rest = _paragraphs(group)
    yield f'.TH DEREK 1 "" "derek {__version__}" "User Commands"'
    yield from (".SH NAME", f"derek \\- {_text(first.rstrip('.'))}")
    yield from (".SH SYNOPSIS", *_usage(root))
    yield from (".SH DESCRIPTION", *_prose(rest))
    yield from (".SH OPTIONS", *_options(root, group.get_params(root)))
    yield ".SH COMMANDS"
    for name, command in sorted(group.commands.items()):
        context = click.Context(command, root, name)
        yield from (f'.SS "derek {name}"', *_usage(context), *_prose(_paragraphs(command)))
        yield from _options(context, command.params)
    yield from (".SH EXIT STATUS", *_list((str(code), meaning) for code, meaning in EXIT_CODES.items()))
    yield from (".SH ENVIRONMENT", *_list(_VARIABLES.items()))


def _paragraphs(command: click.Command) -> list[str]:
    return inspect.cleandoc(command.help or "").split("\n\n")


def _usage(context: click.Context) -> Iterator[str]:
    pieces = context.command.collect_usage_pieces(context)
    yield f".B {_text(context.command_path)}"
    yield _text(" ".join(pieces))


def _prose(paragraphs: list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        lines = paragraph.removeprefix("\b\n").splitlines()
        yield ".PP"
        yield from ("\n.br\n" if paragraph.startswith("\b") else "\n").join(map(_text, lines)).splitlines()


def _options(context: click.Context, parameters: Iterable[click.Parameter]) -> Iterator[str]:
    options = (parameter for parameter in parameters if isinstance(parameter, click.Option))
    records = (option.get_help_record(context) for option in options)
    yield from _list(record for record in records if record)


def _list(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, meaning in entries:
        yield from (".TP", f".B {_text(name)}", _text(meaning))


def _text(text: str) -> str:
    """Return text that roff takes for nothing else: no escape, no request, no hyphen that may be a dash."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
