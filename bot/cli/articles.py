"""The commands that add articles and show them."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import click

from bot.assembly import Derek
from bot.cli.command import Command
from bot.cli.completing import article_ids, paths
from bot.cli.options import (
    DAY,
    check_that_there_are,
    filter_of,
    in_collections,
    into_collection,
    language_code,
    show_receipts,
    standard_input,
    tell_nothing_changed,
    tell_room,
    tell_what_is_left_out,
    terminal_phrases,
    write_json,
)
from bot.cli.session import Session, pass_session
from bot.cli.syncing import keep_in_step
from bot.rendering import messages
from bot.rendering.receipts import any_failed, total
from retrieval.articles import Document
from retrieval.errors import UnreadableFileError
from retrieval.ingest.adding import Piped, add_file, add_folder, add_text, failed, is_pipe, piped
from retrieval.ingest.files import path_named
from retrieval.ingest.folders import Contents, contents_of, gone_below, is_folder
from retrieval.ingest.samples import SampleRoom
from retrieval.ingest.texts import NO_METADATA, Metadata
from retrieval.ingest.web.urls import is_address
from retrieval.storage.receipts import Receipt
from retrieval.storage.store import CatalogueEntry, Store


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that is to be added, by its address."""

    url: str


#: What is to be added: a file, what is in a folder, a page, a text that was piped in, or what is wrong with
#: a name.
_Given = Path | Contents | _Page | Piped | UnreadableFileError

#: What standard input is called.
_INPUT = ("-", "/dev/stdin")


@click.command(cls=Command)
@click.argument("files", nargs=-1, metavar="FILE...|URL...|-", shell_complete=paths)
@click.option("--title", help="The title, where the text has none of its own.")
@click.option("--source", help="Who published it; shown with every citation.")
@click.option("--url", help="Where it stands.")
@click.option("--date", "published", type=DAY, help="When it was published.")
@click.option(
    "--lang", "language", metavar="CODE", callback=language_code, help="Its language, if not recognised."
)
@into_collection
@click.option("--encoding", metavar="NAME", help="Its encoding, as windows-1251, if it is not told rightly.")
@click.option("--sitemap", metavar="URL", help="Add the pages that a site lists there, as its sitemap.xml.")
@click.option("--pages", default=100, metavar="N", help="How many of those at most; 100 if not said.")
@click.option("--prune", is_flag=True, help="Take out articles whose files are gone from an added folder.")
@click.option(
    "--watch", is_flag=True, help="Keep in step with added folders as `derek sync` does, until Ctrl-C."
)
@click.option("--keep-samples", is_flag=True, help="Let the sample articles stay beside the first own one.")
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
    into: str | None,
    encoding: str | None,
    sitemap: str | None,
    pages: int,
    prune: bool,
    watch: bool,
    keep_samples: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add files, folders, pages by their addresses, or a piped text.

    A text on standard input is called -. Goes on after a file that cannot be read, and then exits with 1.
    `derek undo` takes all back.
    """
    metadata = Metadata(title, source, url, published, language, collection=into)
    # Read first: nobody else can write while it is only tried what would become of it.
    given = [_given(name) for name in _named(files, sitemap)]
    if watch:
        _check_watched(given, replace(metadata, collection=None), dry_run=dry_run)
    with session.derek() as derek:
        store = derek.store
        given += _listed(derek, sitemap, pages)
        with store.rehearsing() if dry_run else nullcontext():
            edit = store.begin_edit()
            folders = [folder for one in given if (folder := _folder_of(one, store))]
            wanted = [one for one in given if not prune or one not in folders]
            added = (_added(derek, one, edit, metadata, encoding) for one in wanted)
            pruned = _pruned(store, folders, edit) if prune else ()
            room, receipts = SampleRoom(store, edit), chain(chain.from_iterable(added), pruned)
            made = receipts if keep_samples else room.made_by(receipts)
            results = show_receipts(session, made, as_json=as_json)
            if len(results) > 1 and not as_json:
                session.done(total(results, terminal_phrases()))
            tell_room(session, room, as_json=as_json)
            for one in given:
                if isinstance(one, Contents):
                    tell_what_is_left_out(session, one)
        if dry_run:
            tell_nothing_changed(session)
        else:
            for folder in () if prune else folders:
                _tell_what_is_gone(session, store, folder)
            session.take_in(derek)
        if watch:
            keep_in_step(session, derek, folders, into, results, as_json=as_json)
    if any_failed(results):
        raise click.exceptions.Exit(1)


def _check_watched(given: Iterable[_Given], told: Metadata, *, dry_run: bool) -> None:
    """Refuse to watch what is no folder, or with what cannot be told of files that are still to come."""
    if dry_run or told != NO_METADATA or not all(isinstance(one, Contents) for one in given):
        raise click.UsageError("--watch takes folders, and goes with --in, --json and --keep-samples only")


def _named(files: tuple[str, ...], sitemap: str | None) -> tuple[str, ...]:
    if not files and sitemap is None:
        raise click.UsageError("name what is to be added: files, folders, addresses, or - for a piped text")
    return files


def _listed(derek: Derek, sitemap: str | None, most: int) -> Iterator[_Page]:
    """Yield the pages that a site lists, if its list is named."""
    if sitemap is not None:
        yield from map(_Page, derek.sitemaps.pages(sitemap, most))


def _given(name: str) -> _Given:
    """Return what is to be added by a name."""
    if is_address(name):
        return _Page(name)
    if name in _INPUT:
        return Piped("standard input", standard_input("nothing is piped in to be added"))
    try:
        path = path_named(name)
        if is_pipe(path):
            return piped(path)
    except UnreadableFileError as error:
        return error
    return contents_of(path) if is_folder(path) else path


def _folder_of(given: _Given, store: Store) -> Path | None:
    """Return the folder that is added, or that was there when articles were added from it."""
    match given:
        case Contents():
            return given.folder
        case Path() if gone_below(given, store.origins()):
            return given
    return None


def _added(
    derek: Derek, given: _Given, edit: int, metadata: Metadata, encoding: str | None
) -> Iterable[Receipt]:
    store = derek.store
    match given:
        case _Page():
            return derek.pages.add(store, given.url, edit, metadata)
        case UnreadableFileError():
            return [failed(given.name, given)]
        case Piped():
            return [add_text(store, given, edit, metadata, encoding)]
        case Contents():
            return add_folder(store, given, edit, metadata, encoding)
    return add_file(store, given, edit, metadata, encoding)


def _pruned(store: Store, folders: Iterable[Path], edit: int) -> Iterator[Receipt]:
    """Take out the articles whose files are gone from these folders, and yield what became of each."""
    for folder in folders:
        for origin in gone_below(folder, store.origins()):
            yield store.take_out(origin.document_id, edit, origin.place)


def _tell_what_is_gone(session: Session, store: Store, folder: Path) -> None:
    if gone := gone_below(folder, store.origins()):
        files = "1 article's file is" if len(gone) == 1 else f"the files of {len(gone)} articles are"
        session.hint(f"{files} gone from {folder}; `derek add --prune {folder}` takes them out")


@click.command(name="list", cls=Command)
@in_collections
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@pass_session
def list_(session: Session, collections: tuple[str, ...], as_json: bool) -> None:
    """List the articles, the newest addition first."""
    with session.derek() as derek:
        limits = filter_of(collections=collections)
        check_that_there_are(limits, derek.store)
        catalogue = derek.store.catalogue(admitted=limits)
    if as_json:
        for entry in catalogue:
            write_json(_jsonable(entry))
    elif catalogue:
        session.page(
            [
                block
                for entry in catalogue
                for block in (
                    replace(messages.holding(entry, terminal_phrases()), tight=True),
                    *messages.place(entry.origin),
                )
            ]
        )
    else:
        click.echo(terminal_phrases()("no-articles"))


def _jsonable(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(entry).items()
    }


def document_json(document: Document) -> dict[str, Any]:
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
        "collection": article.collection,
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


@click.command(cls=Command)
@click.argument("article_id", metavar="ID", shell_complete=article_ids)
@click.option(
    "--version", type=click.IntRange(min=1), metavar="N", help="Show what it said before, 1 the first."
)
@click.option("--json", "as_json", is_flag=True, help="Write the article and its units as one JSON object.")
@pass_session
def show(session: Session, article_id: str, version: int | None, as_json: bool) -> None:
    """Show an article; the beginning of its id is enough."""
    with session.derek() as derek:
        document = derek.store.document(derek.store.resolve(article_id))
        former = derek.store.versions(document.article.id)[::-1]
        copies = derek.near_duplicates.copies_of(document.article.id)
    if version is not None:
        if version > len(former):
            raise click.UsageError(f"there is no version {version}; earlier ones of it: {len(former)}")
        document = former[version - 1].document
    if as_json:
        versions = [
            {"version": number, "until": piece.until.isoformat()} for number, piece in enumerate(former, 1)
        ]
        write_json(document_json(document) | {"versions": versions, "copies": copies})
        return
    phrases = terminal_phrases()
    title, details, *text = messages.article(document.article, phrases)
    session.page([title, details, *messages.place(document.article.origin), *text])
    if former and version is None:
        days = [phrases("date", day=piece.until.date()) for piece in former]
        session.hint(f"it was changed on {', '.join(days)}; `--version N` shows what it said before")
    if copies:
        session.hint(f"the same in slightly other words: {', '.join(copies)}")


@click.command(cls=Command)
@pass_session
def about(session: Session) -> None:
    """Tell what the articles hold: dates, sources and languages."""
    with session.derek() as derek:
        session.show(messages.summary(derek.store.summary(), terminal_phrases()))
