"""The command `derek`: the only place that prints errors and exits.

Exit codes: 0 answered or done, 1 no answer or a failed item, 2 usage, 3 settings, data folder or model,
4 token refused, 5 network, 70 a fault of Derek's own, 74 input or output failed, 130 Ctrl-C.
"""

import io
import logging
import os
import sys
import traceback
from contextlib import suppress

import click

from bot.cli.commands import commands
from bot.cli.completing import VARIABLE, complete
from bot.cli.exit_codes import exit_code
from bot.config import without_secrets
from retrieval.errors import DerekError


def main() -> None:
    """Run a command, and report whatever stops it in one line."""
    _open_what_is_closed()
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
        _complain(_folded(error))
        code = 2
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        _let_output_go()  # The reader has enough.
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
        # People paste these into reports.
        click.echo(without_secrets("".join(traceback.format_exception(error))), nl=False, err=True)
    if isinstance(error, DerekError):
        _complain(str(error))
        return exit_code(error)
    if isinstance(error, OSError) and error.errno:
        _let_output_go()
        _complain(f"{error.filename or 'standard input or output'}: {error.strerror}")
        return 74
    _complain(f"{type(error).__name__}: {error}; this is a fault of Derek, run again with --debug")
    return 70


def _complain(text: str) -> None:
    with suppress(OSError):  # Nobody can be told, and the exit code still says it.
        click.echo(without_secrets(f"derek: {text}"), err=True)


def _let_output_go() -> None:
    """Drop what could not be written, lest Python complain of it at exit as well."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Let input and output that are closed fail when they are used, and no other file take their places."""
    for number, name, mode, only in (
        (0, "stdin", "r", os.O_WRONLY),
        (1, "stdout", "w", os.O_RDONLY),
        (2, "stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, only), number)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  a number is no path
