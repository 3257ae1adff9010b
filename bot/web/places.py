"""Where a citation leads: to its place among the units of its article, and to where that was published."""

from collections.abc import Sequence
from urllib.parse import urlencode

from bot.rendering.links import at_sentence
from bot.web.visitors import Visitor
from retrieval.answers.citations import Citation
from retrieval.articles import Sentence, Span


def original(url: str | None, quote: str = "") -> str | None:
    """Return a link to a quote where it was published; None where that is nowhere in the web.

    >>> original("javascript:alert(1)"), original("https://example.org/a")
    (None, 'https://example.org/a')
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    return at_sentence(url, quote)


def in_its_place(visitor: Visitor, citation: Citation) -> str:
    """Return the address of a citation among the units of its article, below that of the page."""
    units = visitor.site.derek.store.sentences(citation.article_id)
    cited = _units_at(units, citation.span)
    if not cited:
        return f"/articles/{citation.article_id}"
    query = urlencode({"s": cited[0].number, "n": len(cited), "f": citation.fingerprint})
    return f"/articles/{citation.article_id}?{query}#s{cited[0].number}"


def _units_at(units: Sequence[Sentence], span: Span) -> list[Sentence]:
    return [unit for unit in units if unit.span.start < span.end and span.start < unit.span.end]
