"""A bare text to a document: its units, and what is not told about it is read off it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from retrieval.analysis.calendars import month_names
from retrieval.analysis.sentences import sentences
from retrieval.articles import (
    Article,
    Document,
    Original,
    Sentence,
    SentenceKind,
    digest,
    first_title,
    normalise,
)
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_article

#: The number of the rules by which texts are cut into units, raised whenever the units of a text change, so
#: that stored articles are cut anew. `tests/golden/segmentation.toml` pins the units that belong to it.
SEGMENTATION = 1

_LINE_END = re.compile("\n")

_DATE = re.compile(
    r"""(?<![\d.])(?:
        (?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})
      | (?P<day_2>\d{1,2})[./](?P<month_2>\d{1,2})[./](?P<year_2>\d{4})
      | (?P<day_3>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name_3>[^\W\d_]+)\.?,?\s+(?P<year_3>\d{4})
      | (?P<year_4>\d{4})\s+(?:жылғы|жыл|ж\.),?\s+(?P<day_4>\d{1,2})\s+(?P<name_4>[^\W\d_]+)
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

    def over(self, other: "Metadata") -> "Metadata":
        """Return this, completed by `other` where nothing is told here."""
        return Metadata(
            title=self.title or other.title,
            source=self.source or other.source,
            url=self.url or other.url,
            published=self.published or other.published,
            language=self.language or other.language,
            origin=self.origin or other.origin,
        )


NO_METADATA = Metadata()


def read_text(
    text: str,
    key: str | None = None,
    metadata: Metadata = NO_METADATA,
    *,
    lines: Sequence[int] | None = None,
    original: Original | None = None,
) -> Document:
    """Return `text` as a document; what its metadata lacks of title, date and language is read off it.

    Without a `key` it came from nowhere in particular, and only the same text is the same article. `lines`
    are the numbers that the text's lines have in what it was read from, by default from 1.
    Raises `EmptyArticleError`.
    """
    text = normalise(text)
    article = Article(
        key=key or f"text:{digest(text)}",
        text=text,
        language=metadata.language or language_of_article(text),
        title=metadata.title,
        source=metadata.source,
        url=metadata.url,
        published=metadata.published,
        origin=metadata.origin,
    )
    units = segmented(article, lines)
    read = {
        "title": article.title or first_title(text, units),
        "published": article.published or _published(text, units),
    }
    # A copy would not be checked.
    return Document(Article.model_validate(dict(article) | read), units, SEGMENTATION, original)


def segmented(article: Article, lines: Sequence[int] | None = None) -> tuple[Sentence, ...]:
    """Return the units of a text, each with the line that it begins in; `lines` as in `read_text`."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(article.text))]
    located = []
    for unit in sentences(article):
        line = bisect_right(starts, unit.span.start)
        number = line if lines is None else lines[min(line, len(lines)) - 1]
        located.append(replace(unit, locator=f"line {number}"))
    return tuple(located)


def _published(text: str, units: Iterable[Sentence]) -> date | None:
    """Return the day named by the first line that is nothing but a date."""
    lines = (unit.span.of(text) for unit in units if unit.kind is SentenceKind.DATE)
    return next((day for day in map(parse_date, lines) if day), None)


def parse_date(text: str) -> date | None:
    """Return the first whole date in a text, or None: 2024-02-22, 22/02/2024, 22 февраля 2024.

    In a date of numbers the day comes first, unless only the other reading exists.
    """
    for match in _DATE.finditer(text):
        part = {name.partition("_")[0]: value for name, value in match.groupdict().items() if value}
        year, day = int(part["year"]), int(part["day"])
        month = int(part["month"]) if "month" in part else _months().get(part["name"].casefold(), 0)
        if whole := _date(year, month, day) or ("month" in part and _date(year, day, month)) or None:
            return whole
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Return the number of each month by its names in the known languages, and by how these begin."""
    names = {name: number for language in KNOWN for name, number in month_names(language).items()}
    return {name[:3]: number for name, number in names.items()} | {"sept": 9} | names
