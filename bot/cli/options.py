"""What several commands take or write: options, standard input, JSON."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.chats.settings import SettingError, days
from bot.cli.session import Session
from bot.phrases import Phrases
from bot.rendering.blocks import paragraph
from bot.rendering.receipts import Deed, told
from retrieval.articles import collection_name
from retrieval.errors import CollectionNameError, FileFault, UnreadableFileError
from retrieval.filters import Filter
from retrieval.ingest.archives import is_archive
from retrieval.ingest.files import LARGEST, LARGEST_IN_WORDS
from retrieval.ingest.folders import Contents
from retrieval.ingest.samples import SampleRoom
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: How many kinds of files that are left out are named at most.
_KINDS = 8


def language_code(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Refuse a language that is not given by its code."""
    for code in (value,) if isinstance(value, str) else value or ():
        if not re.fullmatch("[a-z]{2,3}", code):
            raise click.BadParameter(f"{code!r} is no code of a language, such as en, ru or kk")
    return value


def collection(_: click.Context, __: click.Parameter, value: Any) -> Any:
    """Return a collection, or several, as they are called; refuse what none can be called."""
    try:
        return (
            collection_name(value) if isinstance(value, str) else value and tuple(map(collection_name, value))
        )
    except CollectionNameError as error:
        raise click.BadParameter(str(error)) from error


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


def into_collection(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that says which collection articles are put into."""
    option = click.option(
        "--in", "into", metavar="NAME", callback=collection, help="The collection to put them into."
    )
    return option(command)


def in_collections(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that says of which collections articles are meant."""
    option = click.option(
        "--in",
        "collections",
        multiple=True,
        metavar="NAME",
        callback=collection,
        help="Only articles in this collection; may be repeated.",
    )
    return option(command)


def filter_of(
    languages: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    collections: tuple[str, ...] = (),
) -> Filter:
    """Return which articles the options of a command leave."""
    try:
        return Filter(frozenset(languages), frozenset(sources), since, until, frozenset(collections) or None)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def check_that_there_are(limits: Filter, store: Store) -> None:
    """Refuse a source, a language or a collection that no article has, and say which there are.

    Where nothing is limited, nothing is counted.
    """
    if not limits:
        return
    summary = store.summary()
    sources = {name.casefold(): name for name, _ in summary.sources}
    collections = (limits.collections or frozenset()) - {name for name, _ in summary.collections}
    for kind, wanted, there in (
        ("source", [name for name in limits.sources if name.casefold() not in sources], summary.sources),
        ("language", limits.languages - {code for code, _ in summary.languages}, summary.languages),
        ("collection", collections, summary.collections),
    ):
        for name in sorted(wanted):
            known = ", ".join(f"{other} ({count})" for other, count in there) or "none"
            raise click.UsageError(f"no article has the {kind} {name!r}; there are: {known}")


def standard_input(remedy: str) -> bytes:
    """Return what is piped in; a terminal has nothing to give.

    Raises `UnreadableFileError` for more than a file may hold.
    """
    if sys.stdin.isatty():
        raise click.UsageError(remedy)
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableFileError(Path("standard input"), FileFault.SIZE, LARGEST_IN_WORDS)
    return content


def write_json(value: object) -> None:
    """Write a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


def show_receipts(
    session: Session, receipts: Iterable[Receipt], *, as_json: bool, untold: Collection[Outcome] = ()
) -> list[Receipt]:
    """Show what became of things as they are done, all but the `untold` outcomes, and return all of it."""
    shown = []
    for receipt in receipts:
        shown.append(receipt)
        if receipt.outcome not in untold:
            show_receipt(session, receipt, as_json=as_json)
    return shown


def show_receipt(session: Session, receipt: Receipt, *, as_json: bool) -> None:
    """Say what became of one article, to a program, or to a person who wants more than failures told."""
    if as_json:
        write_json(asdict(receipt) | {"outcome": str(receipt.outcome)})
    elif receipt.outcome is Outcome.FAILED or not session.quiet:
        session.show([paragraph(told(receipt, terminal_phrases(), deed=Deed.PRUNE))])


def tell_room(session: Session, room: SampleRoom, *, as_json: bool) -> None:
    """Say that the sample articles made room, if they did."""
    if as_json:
        for receipt in room.gone:
            show_receipt(session, receipt, as_json=True)
    elif room.gone:
        phrases = terminal_phrases()
        session.done(phrases("samples-gone", count=len(room.gone)))


def tell_what_is_left_out(session: Session, contents: Contents) -> None:
    """Say what below a folder is not read, and why; its faults have their receipts."""
    archives = sum(is_archive(path) for path in contents.of_other_kinds)
    if archives:
        _tell_left_out(session, contents, "", f"archives: {archives}; `derek add` opens those that it names")
    others = [path for path in contents.of_other_kinds if not is_archive(path)]
    kinds = Counter(path.suffix.lower() or path.name for path in others)
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
