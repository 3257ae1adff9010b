"""The commands that follow feeds, and that bring fetched pages up to date."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from bot.assembly import Derek
from bot.cli.command import Command, CommandGroup
from bot.cli.options import (
    into_collection,
    show_receipts,
    tell_room,
    terminal_phrases,
    write_json,
)
from bot.cli.session import Session, pass_session
from bot.rendering.feeds import feed_line
from bot.rendering.receipts import UNTOLD, any_failed, total
from retrieval.errors import PageFault, UnreadableFileError, UnreadablePageError
from retrieval.ingest.readings import UnreadableContentError
from retrieval.ingest.samples import SampleRoom
from retrieval.ingest.web.feeds import Feed
from retrieval.ingest.web.urls import is_address
from retrieval.storage.receipts import Receipt


@click.command(cls=Command)
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--json", "as_json", is_flag=True, help="Write the receipts, one JSON object a line.")
@pass_session
def refresh(session: Session, *, urls: tuple[str, ...], as_json: bool) -> None:
    """Fetch added pages again, and update those that changed.

    Without an address, all of them. Goes on after a page that cannot be had, and then exits with 1. `derek
    undo` takes all back.
    """
    with session.derek() as derek:
        places = [origin.place for origin in derek.store.origins() if is_address(origin.place)]
        places = [place for place in places if derek.pages.fetched(place)]
        refreshed = derek.pages.refresh(derek.store, dict.fromkeys(urls or places), derek.store.begin_edit())
        results = show_receipts(session, refreshed, as_json=as_json, untold=UNTOLD)
        if not as_json:
            phrases = terminal_phrases()
            session.done(total(results, phrases) if results else phrases("no-pages"))
        session.take_in(derek)
    if any_failed(results):
        raise click.exceptions.Exit(1)


@click.group(cls=CommandGroup)
def feed() -> None:
    """Follow feeds: what is new in them becomes articles.

    RSS, Atom or JSON Feed. A running `derek chat` or `derek run` asks them every half hour, and `derek feed
    check` at once.
    """


@feed.command(name="add", cls=Command)
@click.argument("urls", nargs=-1, metavar="[URL...]")
@click.option("--opml", type=click.Path(path_type=Path), help="Follow the feeds of this list as well.")
@into_collection
@pass_session
def feed_add(session: Session, *, urls: tuple[str, ...], opml: Path | None, into: str | None) -> None:
    """Follow feeds, and take in what they show now."""
    wanted = [(url, None) for url in urls] + (_listed(opml) if opml else [])
    if not wanted:
        raise click.UsageError("name the address of a feed, or a list of them with --opml")
    if wrong := next((url for url, _ in wanted if not is_address(url)), None):
        raise UnreadablePageError(wrong, PageFault.ADDRESS)
    phrases = terminal_phrases()
    with session.derek() as derek:
        new = {url for url, title in wanted if derek.feeds.add(url, title, into)}
        for url, _ in wanted:
            if url not in new:
                session.done(phrases("feed-known", url=url))
        results = _check(session, [one for one in derek.feeds.all() if one.url in new], derek)
    if any_failed(results):
        raise click.exceptions.Exit(1)


def _listed(path: Path) -> list[tuple[str, str | None]]:
    from retrieval.ingest.web.opml import feeds_in  # noqa: PLC0415  slow to load

    try:
        return feeds_in(path.read_bytes())
    except UnreadableContentError as error:
        raise UnreadableFileError(path, error.fault, error.detail) from error


@feed.command(name="list", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
@click.option("--opml", "as_opml", is_flag=True, help="Write a list for other programs, in OPML.")
@pass_session
def feed_list(session: Session, *, as_json: bool, as_opml: bool) -> None:
    """List the feeds that are followed, and how each of them is."""
    with session.derek() as derek:
        feeds = derek.feeds.all()
    if as_opml:
        from retrieval.ingest.web.opml import opml  # noqa: PLC0415  slow to load

        click.echo(opml((one.url, one.title) for one in feeds), nl=False)
    elif as_json:
        for one in feeds:
            write_json(
                {name: _jsonable(value) for name, value in asdict(one).items() if name != "validators"}
            )
    else:
        phrases = terminal_phrases()
        click.echo("\n".join(feed_line(one, phrases) for one in feeds) or phrases("no-feeds"))


def _jsonable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@feed.command(name="remove", cls=Command)
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@pass_session
def feed_remove(session: Session, *, urls: tuple[str, ...]) -> None:
    """Follow feeds no more; the articles that came from them stay."""
    with session.derek() as derek:
        unknown = [url for url in urls if not derek.feeds.remove(url)]
    phrases = terminal_phrases()
    for url in urls:
        session.done(phrases("feed-unknown", url=url) if url in unknown else phrases("feed-removed", url=url))
    if unknown:
        raise click.exceptions.Exit(1)


@feed.command(name="check", cls=Command)
@click.argument("urls", nargs=-1, metavar="[URL...]")
@pass_session
def feed_check(session: Session, *, urls: tuple[str, ...]) -> None:
    """Ask feeds now for what is new; without an address, all of them."""
    phrases = terminal_phrases()
    with session.derek() as derek:
        feeds = [one for one in derek.feeds.all() if not urls or one.url in urls]
        for url in set(urls) - {one.url for one in feeds}:
            session.done(phrases("feed-unknown", url=url))
        results = _check(session, feeds, derek)
    if any_failed(results):
        raise click.exceptions.Exit(1)


def _check(session: Session, feeds: Iterable[Feed], derek: Derek) -> list[Receipt]:
    """Ask feeds for what is new, and say what became of that."""
    store, phrases = derek.store, terminal_phrases()
    edit = store.begin_edit()
    room = SampleRoom(store, edit)
    new = chain.from_iterable(derek.following.check(one, edit) for one in feeds)
    results = show_receipts(session, room.made_by(new), as_json=False)
    session.done(total(results, phrases) if results else phrases("feed-nothing-new"))
    tell_room(session, room, as_json=False)
    session.take_in(derek)
    return results
