"""What a page says of itself: its title, its site, its address, its day and its language.

Only what is stated for programs is read. A day that is guessed is wrong on a fifth of the pages, so none is.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html

from retrieval.articles import one_line
from retrieval.ingest.dates import parse_date
from retrieval.ingest.formats.markup import words_of
from retrieval.ingest.texts import Metadata

#: What parts a title from the name of its site.
_SUFFIX = re.compile(r"\s+(?:[|·•»]|[—–-]|::)\s+")

#: How many letters the name of a site has at least that its server's name holds. By eye.
_SITE_LENGTH = 3

#: Names under which pages state when they were published, the surest first.
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "dc.date.issued",
    "dcterms.issued", "dcterms.date", "dcterms.created", "citation_publication_date", "parsely-pub-date",
    "sailthru.date", "publishdate", "publish_date", "publish-date", "pubdate", "dc.date", "date",
)  # fmt: skip

#: What articles are called in schema.org; pages as a whole come behind them.
_ARTICLES = ("Article", "Posting", "Report", "WebPage")

#: The first day that a page may have been published, about: what is before is that of no page but of clocks
#: that were never set.
_FIRST = date(1990, 1, 1)

#: How many objects of JSON-LD are looked at. Chosen by eye.
_MOST_OBJECTS = 5_000

_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")

#: Languages that are written in Cyrillic letters, of those that pages often name wrongly.
_IN_CYRILLIC = frozenset({"ru", "kk", "uk", "be", "bg", "mk", "ky", "tg", "mn", "tt", "ba", "sr"})
_IN_LATIN = frozenset({"en", "de", "fr", "es", "it", "pt", "pl", "tr", "nl", "sv", "fi", "cs"})


def metadata_of(tree: html.HtmlElement, url: str | None = None) -> Metadata:
    """Return what a page says of itself; `url` is where it was fetched from, if it was."""
    stated = _stated(tree)
    site = stated.get("og:site_name") or stated.get("application-name")
    address = _address(tree, stated, url)
    return Metadata(
        title=_title(tree, stated, site or _host_in(address, tree)),
        source=site,
        url=address,
        published=_published(tree, stated),
        language=_language(tree),
    )


def is_sane(day: date | None) -> bool:
    """Whether something may have been published on a day: tomorrow at the latest, somewhere on Earth."""
    return day is not None and _FIRST <= day <= datetime.now(UTC).date() + timedelta(days=1)


def _stated(tree: html.HtmlElement) -> dict[str, str]:
    """Return what the page's meta tags state, by their names, the first of each."""
    stated: dict[str, str] = {}
    for node in tree.iter("meta"):
        content = one_line(node.get("content") or "")
        for name in (node.get("property"), node.get("name"), node.get("itemprop")):
            if name and content:
                stated.setdefault(name.strip().lower(), content)
    return stated


def _title(tree: html.HtmlElement, stated: dict[str, str], site: str | None) -> str | None:
    """Return the title: the only highest heading if others say it too, else as it is stated."""
    found = (words_of(node) for node in tree.iter("h1"))
    headings = [heading for heading in found if heading and heading != site]
    only = headings[0] if len(headings) == 1 else None
    named = next(filter(None, (words_of(node) for node in tree.iter("title"))), None)
    given = stated.get("og:title") or stated.get("twitter:title")
    if only and (given is None or only.casefold() in given.casefold() or given.casefold() in only.casefold()):
        return only
    if given or named:
        return _without_site(given or named or "", site)
    return headings[0] if headings else None


def _host_in(address: str | None, tree: html.HtmlElement) -> str | None:
    """Return what a title ends or begins with and the page's server is called by as well, if anything."""
    with suppress(ValueError):
        host = _letters_of(urlsplit(address or "").hostname or "")
        named = next(filter(None, (words_of(node) for node in tree.iter("title"))), "")
        parts = _SUFFIX.split(named)
        ends = (parts[-1], parts[0]) if len(parts) > 1 else ()
        return next(
            (end for end in ends if len(own := _letters_of(end)) >= _SITE_LENGTH and own in host), None
        )
    return None


def _letters_of(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _without_site(title: str, site: str | None) -> str:
    """Return a title without the name of its site, which stands behind a bar, or at either end if known."""
    parts = _SUFFIX.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() == site.casefold():
        return title[: title.rfind(parts[-1])].rstrip(" |·•»—–:-")
    if len(parts) > 1 and site and parts[0].casefold() == site.casefold():
        return title[len(parts[0]) :].lstrip(" |·•»—–:-")
    before, bar, _ = title.partition(" | ")
    return before.strip() if bar and before.strip() else title


def _address(tree: html.HtmlElement, stated: dict[str, str], url: str | None) -> str | None:
    """Return the page's own address if it states a whole one, else where it was fetched from."""
    links = (node.get("href") for node in tree.iter("link") if "canonical" in (node.get("rel") or "").split())
    for link in (*links, stated.get("og:url")):
        with suppress(ValueError):
            address: str = urljoin(url or "", (link or "").strip())
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") and parts.hostname:
                return address
    return url


def _published(tree: html.HtmlElement, stated: dict[str, str]) -> date | None:
    """Return the day on which a page says for programs that it was published."""
    texts = [*_days_of_objects(tree), *(stated.get(name) for name in _PUBLISHED), *_days_of_elements(tree)]
    return next((day for day in (parse_date(text) for text in texts if text) if is_sane(day)), None)


def _days_of_objects(tree: html.HtmlElement) -> list[str]:
    """Return when the objects of a page's JSON-LD were published, articles first."""
    days: list[tuple[int, str]] = []
    for node in tree.iter("script"):
        if (node.get("type") or "").strip().lower() == "application/ld+json":
            with suppress(ValueError, RecursionError):
                for found in _objects(json.loads(node.text or "")):
                    kinds = str(found.get("@type", ""))
                    rank = next((rank for rank, kind in enumerate(_ARTICLES) if kind in kinds), None)
                    if rank is not None and isinstance(found.get("datePublished"), str):
                        days.append((rank, found["datePublished"]))
    return [day for _, day in sorted(days, key=lambda ranked: ranked[0])]


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield the objects within a value of JSON."""
    pending = [value]
    for _ in range(_MOST_OBJECTS):
        if not pending:
            return
        current = pending.pop(0)
        if isinstance(current, dict):
            yield current
            pending += current.values()
        elif isinstance(current, list):
            pending += current


def _days_of_elements(tree: html.HtmlElement) -> Iterator[str | None]:
    """Yield the days that stand in the page, each marked as its own or, of its only article, the first."""
    for node in tree.iter("time", "span", "div", "p", "abbr"):
        if node.get("itemprop") == "datePublished" or node.get("pubdate") is not None:
            yield node.get("datetime") or node.get("content") or words_of(node)
    articles = list(tree.iter("article")) or list(tree.iter("main"))
    if len(articles) == 1:
        yield next((node.get("datetime") for node in articles[0].iter("time")), None)


def _language(tree: html.HtmlElement) -> str | None:
    """Return the language that a page says it is in, unless its letters are none of that language."""
    language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower()
    language = re.split("[-_]", language.strip())[0]
    if not re.fullmatch("[a-z]{2,3}", language):
        return None
    letters = len(_LETTER.findall(text := words_of(tree)))
    share = len(_CYRILLIC.findall(text)) / max(1, letters)
    is_other = (language in _IN_CYRILLIC and share < 0.5) or (language in _IN_LATIN and share > 0.5)
    return None if is_other else language
