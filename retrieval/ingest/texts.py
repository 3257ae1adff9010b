"""A bare text to a document: its units, and what is not told about it is read off it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from retrieval.analysis.calendars import month_names
from retrieval.analysis.numbers import month_comes_first
from retrieval.articles import (
    Article,
    Document,
    Original,
    Sentence,
    SentenceKind,
    Span,
    digest,
    first_title,
    normalise,
)
from retrieval.ingest.blocks import Block, joined, units
from retrieval.ingest.plain import plain_text, plain_units
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_article

#: The number of the rules by which texts are cut into units, raised whenever the units of a text change, so
#: that stored articles are cut anew. `tests/golden/segmentation.toml` pins the units that belong to it.
SEGMENTATION = 4

_DATE = re.compile(
    r"""(?<![\d.])(?:
        (?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})
      | (?P<day_2>\d{1,2})[./](?P<month_2>\d{1,2})[./](?P<year_2>\d{4})
      | (?P<day_3>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<name_3>[^\W\d_]+)\.?,?[\s-]+(?P<year_3>\d{4})
      | (?P<year_4>\d{4})\s+(?:жылғы|жылдың|жыл|ж\.),?\s+(?P<day_4>\d{1,2})\s+(?P<name_4>[^\W\d_]+)
      )(?!\d)
      | (?<![^\W\d_])(?P<name_5>[^\W\d_]+)\.?\s+(?P<day_5>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year_5>\d{4})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is told about an article by whoever adds it; None where nothing is."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    language: str | None = None
    origin: str | None = None
    names: tuple[str, ...] = ()

    def over(self, other: "Metadata") -> "Metadata":
        """Return this, completed by `other` where nothing is told here."""
        return Metadata(
            title=self.title or other.title,
            source=self.source or other.source,
            url=self.url or other.url,
            published=self.published or other.published,
            language=self.language or other.language,
            origin=self.origin or other.origin,
            names=(*self.names, *other.names),
        )


NO_METADATA = Metadata()


def read_text(
    text: str,
    key: str | None = None,
    metadata: Metadata = NO_METADATA,
    *,
    original: Original | None = None,
) -> Document:
    """Return `text` as a document; what its metadata lacks of title, date and language is read off it.

    Without a `key` it came from nowhere in particular, and only the same text is the same article.
    Raises `EmptyArticleError`.
    """
    text = normalise(text)
    language = metadata.language or language_of_article(text)
    article = _article(plain_text(text, language), key or f"text:{digest(text)}", metadata, language)
    return _completed(article, plain_units(article), original)


def read_blocks(
    blocks: Iterable[Block],
    key: str | None = None,
    metadata: Metadata = NO_METADATA,
    *,
    original: Original | None = None,
) -> Document:
    """Return blocks as a document, as `read_text` does."""
    text, placed = joined(blocks)
    prose = "\n".join(span.of(text) for block, span in placed if block.kind is not SentenceKind.CODE)
    article = _article(text, key, metadata, metadata.language or language_of_article(prose or text))
    return _completed(article, units(article, placed), original)


def _article(text: str, key: str | None, metadata: Metadata, language: str) -> Article:
    return Article(
        key=key or f"text:{digest(text)}",
        text=text,
        language=language,
        title=metadata.title,
        source=metadata.source,
        url=metadata.url,
        published=metadata.published,
        origin=metadata.origin,
        names=metadata.names,
    )


def _completed(article: Article, own: tuple[Sentence, ...], original: Original | None) -> Document:
    """Return an article as a document, with the title and the date that stand in its text if none is told."""
    read = {
        "title": article.title or first_title(article.text, own),
        "published": article.published or _published(article, own),
    }
    # A copy would not be checked.
    return Document(Article.model_validate(dict(article) | read), own, SEGMENTATION, original)


def _published(article: Article, own: Iterable[Sentence]) -> date | None:
    """Return the day named by the first line that is nothing but a date."""
    lines = (_line_of(article.text, unit.span) for unit in own if unit.kind is SentenceKind.DATE)
    month_first = month_comes_first(article.text, article.language)
    return next((day for day in (parse_date(line, month_first=month_first) for line in lines) if day), None)


def _line_of(text: str, span: Span) -> str:
    """Return the whole line that a unit stands in: "13 Sept. 2005" may be two."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    return text[start:] if end < 0 else text[start:end]


def parse_date(text: str, *, month_first: bool = False) -> date | None:
    """Return the first whole date in a text, or None: 2024-02-22, 22/02/2024, 22 февраля 2024.

    In a date of numbers the day comes first, unless only the other reading exists; with `month_first` the
    month does where a slash stands between them.
    """
    for match in _DATE.finditer(text):
        part = {name.partition("_")[0]: value for name, value in match.groupdict().items() if value}
        year, day = int(part["year"]), int(part["day"])
        month = int(part["month"]) if "month" in part else _month(part["name"].casefold())
        readings = [_date(year, month, day), _date(year, day, month) if "month" in part else None]
        if month_first and match["day_2"] and "/" in match[0]:
            readings.reverse()
        if whole := next(filter(None, readings), None):
            return whole
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the number of a month by its name, which may be declined; 0 if it is none."""
    known = _months()
    declined = (number for month, number in known.items() if len(month) > 3 and name.startswith(month[:-1]))
    return known.get(name) or next(declined, 0)


@cache
def _months() -> dict[str, int]:
    """Return the number of each month by its names in the known languages, and by how these begin."""
    names = {name: number for language in KNOWN for name, number in month_names(language).items()}
    return {name[:3]: number for name, number in names.items()} | {"sept": 9} | names
