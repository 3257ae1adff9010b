"""The articles as a visitor may see them: listed, unit by unit, and with their copies."""

from bot.web.models import CatalogueQuery, PassageOut
from bot.web.visitors import Visitor
from retrieval.articles import Article, normalise
from retrieval.filters import Filter
from retrieval.storage.store import CatalogueEntry


def catalogue(visitor: Visitor, wanted: CatalogueQuery) -> tuple[int, list[CatalogueEntry]]:
    """Return how many articles there are of what is wanted, and those of one page."""
    admitted = wanted.filter().within(visitor.fence)
    store = visitor.site.derek.store
    if not (wanted.title or wanted.language or wanted.source):
        return store.count_articles(admitted), store.catalogue(wanted.limit, wanted.offset, admitted)
    found = [entry for entry in store.catalogue(admitted=admitted) if _is_wanted(entry, wanted, admitted)]
    return len(found), found[wanted.offset : wanted.offset + wanted.limit]


def _is_wanted(entry: CatalogueEntry, wanted: CatalogueQuery, admitted: Filter) -> bool:
    """Whether an article is in the language and from the source, and named or its file called as wanted."""
    named = normalise(wanted.title or "").casefold()
    return (
        (not wanted.language or entry.language in wanted.language)
        and (not wanted.source or (entry.source or "").casefold() in admitted.folded_sources)
        and any(named in (name or "").casefold() for name in (entry.title, entry.source, entry.origin))
    )


def copies_of(visitor: Visitor, article_id: str) -> list[Article]:
    """Return the articles that are copies of one, or it of them, those that a visitor may see."""
    derek = visitor.site.derek
    copies = map(derek.store.get, derek.near_duplicates.copies_of(article_id))
    return [copy for copy in copies if visitor.fence.admits_collection(copy.collection)]


def units_of(visitor: Visitor, article_id: str) -> tuple[Article, list[PassageOut]]:
    """Return an article that a visitor may see, by its id or how that begins, and its units.

    Raises `UnknownArticleError` and `AmbiguousArticleError`.
    """
    article, units = visitor.site.derek.store.read(visitor.chat().article(article_id).id)
    return article, [
        PassageOut(
            number=unit.number,
            kind=unit.kind,
            answers=unit.kind.answers,
            start=unit.span.start,
            end=unit.span.end,
            text=unit.span.of(article.text),
            depth=unit.depth,
            above=list(unit.above),
            locator=unit.locator,
        )
        for unit in units
    ]
