"""The command `derek`: the only place that prints errors and exits.

Exit codes: 0 answered or done, 1 no answer or a failed item, 2 usage, 3 settings, data folder or model,
4 token refused, 5 network, 70 a fault of Derek's own, 130 Ctrl-C.
"""

import io
import logging
import os
import sys
import traceback
from collections.abc import Mapping

import click

from bot.cli.commands import commands
from bot.cli.completing import VARIABLE, complete
from bot.config import ConfigError
from bot.telegram.errors import TelegramTroubleError, TokenRefusedError
from retrieval.errors import DerekError, EmbedderError, EmbedderUnreachableError, StoreError

#: The first class that an error belongs to decides: those below it in the tree stand before it.
_EXIT_CODES: Mapping[type[DerekError], int] = {
    ConfigError: 3,
    StoreError: 3,
    EmbedderUnreachableError: 5,
    EmbedderError: 3,
    TokenRefusedError: 4,
    TelegramTroubleError: 5,
    DerekError: 2,
}


def main() -> None:
    """Run a command, and report whatever stops it in one line."""
    for stream in (sys.stdout, sys.stderr):
        # A lone surrogate in somebody's id or path must not keep the rest from being said, and a program
        # that converses through pipes waits for each answer before it asks more.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    logging.basicConfig(format="derek: %(message)s", level=logging.WARNING)
    sys.exit(_exit_code())


def _exit_code() -> int:
    code, context = 0, None
    try:
        if instruction := os.environ.get(VARIABLE):
            return complete(commands, instruction)
        # Not `commands.main`, which makes an error of a reader such as `head` that has enough.
        context = commands.make_context("derek", sys.argv[1:])
        with context:
            commands.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except click.ClickException as error:
        click.echo(f"derek: {_folded(error)}", err=True)
        code = 2
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        # The reader has enough; Python must not complain of it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        code = _reported(error, debug=bool(context and context.obj and context.obj.debug))
    return code


def _folded(error: click.ClickException) -> str:
    """Return what click says in one line, with the help that tells more."""
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "derek"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message}{'' if message.endswith('?') else ';'} `{command} --help` tells more"


def _reported(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, DerekError):
        click.echo(f"derek: {error}", err=True)
        return next(code for kind, code in _EXIT_CODES.items() if isinstance(error, kind))
    click.echo(
        f"derek: {type(error).__name__}: {error}; this is a fault of Derek, run again with --debug", err=True
    )
    return 70
