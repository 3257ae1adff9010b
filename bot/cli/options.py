"""What several commands take or write: options, standard input, JSON."""

import json
import os
import re
import sys
from typing import Any

import click

from bot.phrases import Phrases


def language_code(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Refuse a language that is not given by its code."""
    for code in (value,) if isinstance(value, str) else value or ():
        if not re.fullmatch("[a-z]{2,3}", code):
            raise click.BadParameter(f"{code!r} is no code of a language, such as en, ru or kk")
    return value


DAY = click.DateTime(["%Y-%m-%d"])


def standard_input(remedy: str) -> bytes:
    """Return what is piped in; a terminal has nothing to give."""
    if sys.stdin.isatty():
        raise click.UsageError(remedy)
    return sys.stdin.buffer.read()


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def agreed(question: str, *, yes: bool) -> bool:
    """Ask on a terminal whether to go on, unless that was said already."""
    return yes or not sys.stdin.isatty() or click.confirm(question)


def tell_nothing_changed() -> None:
    """Say that it was only tried what a command would do."""
    phrases = terminal_phrases()
    click.echo(f"derek: {phrases('dry-run')}", err=True)


def terminal_phrases() -> Phrases:
    """Return the phrases of the language that the terminal is set to."""
    return Phrases(
        next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    )
