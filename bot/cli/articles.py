"""The commands that add articles and show them."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import click

from bot import console
from bot.assembly import (
    add_file,
)
from bot.cli.options import (
    DAY,
    language_code,
    standard_input,
    tell_nothing_changed,
    terminal_phrases,
    write_json,
)
from bot.cli.session import AT_ONCE_WHEN_ADDED, Session, catch_up, pass_session, tell_what_lacks
from bot.rendering import messages
from bot.rendering.receipts import Deed, any_failed, told, total
from retrieval.articles import Document
from retrieval.errors import EmptyArticleError, UnreadableFileError
from retrieval.ingest.files import decoded, gone_below, left_out, paths_in
from retrieval.ingest.texts import Metadata, read_text
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import CatalogueEntry, Store

#: How many kinds of files that are left out are named at most.
_KINDS = 8


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
@click.option("--title", help="The title, where the text has none of its own.")
@click.option("--source", help="Who published it; shown with every citation.")
@click.option("--url", help="Where it stands.")
@click.option("--date", "published", type=DAY, help="When it was published.")
@click.option(
    "--lang", "language", metavar="CODE", callback=language_code, help="Its language, if not recognised."
)
@click.option("--encoding", metavar="NAME", help="Its encoding, as windows-1251, if it is not told rightly.")
@click.option("--prune", is_flag=True, help="Take out articles whose files are gone from an added folder.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the receipts, one JSON object a line.")
@pass_session
def add(  # noqa: PLR0913  one parameter an option
    session: Session,
    *,
    files: tuple[str, ...],
    title: str | None,
    source: str | None,
    url: str | None,
    published: date | None,
    language: str | None,
    encoding: str | None,
    prune: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add articles: .txt and .md files, folders of them, or - for a text on standard input.

    Goes on after a file that cannot be read, and then exits with 1. `derek undo` takes all back.
    """
    metadata = Metadata(title, source, url, published, language)
    # Read first: nobody else can write while it is only tried what would become of it.
    given = standard_input("nothing is piped in to be added") if "-" in files else b""
    with session.derek() as derek:
        store = derek.store
        with store.rehearsing() if dry_run else nullcontext():
            edit = store.begin_edit()
            results = []
            folders = [path for name in files if name != "-" and _is_folder(store, path := Path(name))]
            added = _added(store, files, edit, metadata, encoding, given=given, prune=prune)
            for receipt in chain(added, _pruned(store, folders, edit) if prune else ()):
                results.append(receipt)
                if as_json:
                    write_json(_receipt_json(receipt))
                else:
                    click.echo(told(receipt, terminal_phrases(), deed=Deed.PRUNE))
            if len(results) > 1 and not as_json:
                click.echo(total(results, terminal_phrases()))
            for folder in filter(Path.is_dir, folders):
                _tell_what_is_left_out(folder)
        if dry_run:
            tell_nothing_changed()
        else:
            for folder in () if prune else folders:
                _tell_what_is_gone(store, folder)
            catch_up(derek, AT_ONCE_WHEN_ADDED)
            tell_what_lacks(derek.semantic_index)
    if any_failed(results):
        raise click.exceptions.Exit(1)


def _is_folder(store: Store, path: Path) -> bool:
    """Whether there is, or was when articles were added from it, a folder of this path."""
    return path.is_dir() or (not path.exists() and bool(gone_below(path, store.origins())))


def _added(  # noqa: PLR0913  what the options say
    store: Store,
    files: tuple[str, ...],
    edit: int,
    metadata: Metadata,
    encoding: str | None,
    *,
    given: bytes,
    prune: bool,
) -> Iterator[Receipt]:
    for name in files:
        path = Path(name)
        if name == "-":
            yield _added_text(store, given, edit, metadata, encoding)
        elif prune and not path.exists() and _is_folder(store, path):
            continue
        elif path.is_dir():
            readable = list(paths_in(path))
            for file in readable:
                yield from add_file(store, file, edit, metadata, encoding)
            if not readable:
                yield Receipt(name, Outcome.FAILED, reason=f"{name}: no .txt or .md file is in this folder")
        else:
            yield from add_file(store, path, edit, metadata, encoding)


def _pruned(store: Store, folders: Iterable[Path], edit: int) -> Iterator[Receipt]:
    """Take out the articles whose files are gone from these folders, and yield what became of each."""
    for folder in folders:
        for document_id, origin in gone_below(folder, store.origins()):
            yield store.take_out(document_id, edit, origin)


def _tell_what_is_left_out(folder: Path) -> None:
    """Say which files below a folder are of kinds that cannot be read."""
    kinds = Counter(path.suffix.lower() or path.name for path in left_out(folder))
    if kinds:
        told_kinds = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(_KINDS))
        more = ", …" if len(kinds) > _KINDS else ""
        click.echo(
            f"derek: left out of {folder}, since such files cannot be read: {told_kinds}{more}", err=True
        )


def _tell_what_is_gone(store: Store, folder: Path) -> None:
    if gone := gone_below(folder, store.origins()):
        files = "1 article's file is" if len(gone) == 1 else f"the files of {len(gone)} articles are"
        click.echo(
            f"derek: {files} gone from {folder}; `derek add --prune {folder}` takes them out", err=True
        )


def _added_text(store: Store, content: bytes, edit: int, metadata: Metadata, encoding: str | None) -> Receipt:
    try:
        read = decoded(content, Path("-"), encoding)
        document = read_text(read.text, metadata=metadata)
    except EmptyArticleError:
        return Receipt("-", Outcome.FAILED, reason="there is no text on standard input")
    except UnreadableFileError as error:
        return Receipt("-", Outcome.FAILED, reason=str(error))
    receipt = store.put(document, edit, metadata.title or "standard input")
    return replace(receipt, encoding=read.named, faults=read.faults)


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """List the articles, the newest addition first."""
    with session.derek() as derek:
        catalogue = derek.store.catalogue()
    if as_json:
        for entry in catalogue:
            write_json(_jsonable(entry))
    elif catalogue:
        console.show(
            [
                block
                for entry in catalogue
                for block in (
                    replace(messages.holding(entry, terminal_phrases()), tight=True),
                    *messages.place(entry.origin),
                )
            ],
            sys.stdout,
        )
    else:
        click.echo(terminal_phrases()("no-articles"))


def _jsonable(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(entry).items()
    }


def _receipt_json(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as a program reads it."""
    return asdict(receipt) | {"outcome": str(receipt.outcome)}


def _document_json(document: Document) -> dict[str, Any]:
    """Return an article as a program reads it; offsets are half-open, in code points of its text."""
    article = document.article
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": article.published and article.published.isoformat(),
        "language": article.language,
        "origin": article.origin,
        "added": article.added.isoformat(),
        "text": article.text,
        "units": [
            {
                "kind": str(unit.kind),
                "start": unit.span.start,
                "end": unit.span.end,
                "text": unit.span.of(article.text),
                "locator": unit.locator,
                "depth": unit.depth,
                "above": unit.above,
            }
            for unit in document.units
        ],
    }


@click.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Write the article and its units as one JSON object.")
@pass_session
def show(session: Session, article_id: str, as_json: bool) -> None:
    """Show an article; the beginning of its id is enough."""
    with session.derek() as derek:
        document = derek.store.document(derek.store.resolve(article_id))
    if as_json:
        write_json(_document_json(document))
    else:
        title, details, *text = messages.article(document.article, terminal_phrases())
        console.show([title, details, *messages.place(document.article.origin), *text], sys.stdout)


@click.command()
@pass_session
def about(session: Session) -> None:
    """Tell what the articles hold: how many, from when, from whom, in which languages."""
    with session.derek() as derek:
        console.show(messages.summary(derek.store.summary(), terminal_phrases()), sys.stdout)
