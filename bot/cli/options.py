"""What several commands take or write: options, standard input, JSON."""

import json
import os
import re
import sys
from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from bot.chats.settings import SettingError, days
from bot.cli.session import Session
from bot.phrases import Phrases
from bot.rendering.receipts import Deed, told
from retrieval.ingest.folders import Contents
from retrieval.storage.receipts import Outcome, Receipt

#: How many kinds of files that are left out are named at most.
_KINDS = 8


def language_code(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Refuse a language that is not given by its code."""
    for code in (value,) if isinstance(value, str) else value or ():
        if not re.fullmatch("[a-z]{2,3}", code):
            raise click.BadParameter(f"{code!r} is no code of a language, such as en, ru or kk")
    return value


class Day(click.ParamType):  # type: ignore[type-arg]  # in older versions of click it takes none
    """A day, or the first or the last one of a month or a year: 2024-02-22, 22.02.2024, 02.2024, 2024."""

    name = "day"

    def __init__(self, *, last: bool = False) -> None:
        self._last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        if isinstance(value, date):
            return value
        try:
            return days(value)[self._last]
        except SettingError:
            self.fail(f"{value!r} is no day, month or year, such as 2024-02-22, 02.2024 or 2024", param, ctx)


DAY, LAST_DAY = Day(), Day(last=True)


def standard_input(remedy: str) -> bytes:
    """Return what is piped in; a terminal has nothing to give."""
    if sys.stdin.isatty():
        raise click.UsageError(remedy)
    return sys.stdin.buffer.read()


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def show_receipt(session: Session, receipt: Receipt, *, as_json: bool) -> None:
    """Say what became of one article, to a program, or to a person who wants more than failures told."""
    if as_json:
        write_json(asdict(receipt) | {"outcome": str(receipt.outcome)})
    elif receipt.outcome is Outcome.FAILED or not session.quiet:
        click.echo(told(receipt, terminal_phrases(), deed=Deed.PRUNE))


def tell_what_is_left_out(session: Session, contents: Contents) -> None:
    """Say what below a folder is not read, and why; its faults have their receipts."""
    kinds = Counter(path.suffix.lower() or path.name for path in contents.of_other_kinds)
    if kinds:
        told_kinds = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(_KINDS))
        more = ", …" if len(kinds) > _KINDS else ""
        _tell_left_out(session, contents, ", since such files cannot be read", f"{told_kinds}{more}")
    if contents.ignored:
        _tell_left_out(session, contents, " as ignored", f"files or folders: {len(contents.ignored)}")
    if contents.unfit:
        _tell_left_out(session, contents, "", f"links, pipes or devices: {len(contents.unfit)}")


def _tell_left_out(session: Session, contents: Contents, reason: str, what: str) -> None:
    session.hint(f"left out of {contents.folder}{reason}: {what}")


def agreed(question: str, *, yes: bool) -> bool:
    """Ask on a terminal whether to go on, unless that was said already."""
    return yes or not sys.stdin.isatty() or click.confirm(question)


def tell_nothing_changed(session: Session) -> None:
    """Say that it was only tried what a command would do."""
    phrases = terminal_phrases()
    session.hint(phrases("dry-run"))


def terminal_phrases() -> Phrases:
    """Return the phrases of the language that the terminal is set to."""
    return Phrases(
        next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), None)
    )
