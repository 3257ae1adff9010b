"""The day on which an article was published, as its text says it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from retrieval.analysis.calendars import month_names
from retrieval.analysis.numbers import month_comes_first
from retrieval.articles import Sentence, SentenceKind, Span
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

_DATE = re.compile(
    r"""(?<![\d.])(?:
        (?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})
      | (?P<day_2>\d{1,2})[./](?P<month_2>\d{1,2})[./](?P<year_2>\d{4})
      | [«“"]?(?P<day_3>\d{1,2})[»”"]?(?:st|nd|rd|th)?[\s-]+(?:of\s+)?
          (?P<name_3>[^\W\d_]+)\.?,?[\s-]+(?P<year_3>\d{4})
      | (?P<year_4>\d{4})\s+(?:жылғы|жылдың|жыл|ж\.),?\s+
          [«“"]?(?P<day_4>\d{1,2})[»”"]?\s+(?P<name_4>[^\W\d_]+)
      )(?!\d)
      | (?<![^\W\d_])(?P<name_5>[^\W\d_]+)\.?\s+(?P<day_5>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year_5>\d{4})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)

#: How many lines the head of an article has at most, and how many characters a line in it that says who
#: published something, where and when. Chosen by eye.
_HEAD, _LONGEST = 5, 120

#: What stands before a day that is set off from its line, and what after it.
_BEFORE = re.compile(r"(?:^|[,|–—·•/;»)]|\b(?:от|dated))\W*$", re.IGNORECASE)
_AFTER = re.compile(
    r"\W*(?:г(?:\.|од[ау]?\b)|ж(?:\.|ыл\w*))?\W*(?:\d{1,2}[:.]\d{2}\W*(?:[ap]\.?m\.?)?|№.*)?\W*$",
    re.IGNORECASE,
)

#: How a text begins that says where and when it was written: a place of up to three words, and a day.
_PLACE = re.compile(r"\W*(?:[^\W\d_][\w’'-]*\.? ){0,2}[^\W\d_][\w’'-]*[,.]\W*")
_AFTER_PLACE = re.compile(r"\s*(?:г\.|года?|ж\.|жыл\w*)?\s*(?:[–—-]\s|[./:|]|$)", re.IGNORECASE)

#: A day as contracts are dated: «01» марта 2025 г.
_QUOTED_DAY = re.compile(r"[«“\"]\d{1,2}[»”\"]")


def day_of(text: str, units: Iterable[Sentence], language: str) -> date | None:
    """Return the day that the first line names that is nothing but a date, or else the head of the text.

    Where one is that of a change, another one goes before it.
    """
    month_first = month_comes_first(text, language)
    lines = [_line_of(text, unit.span) for unit in units if unit.kind is SentenceKind.DATE]
    lines.sort(key=lambda line: not _changed().isdisjoint(line.lower().replace(":", " ").split()))
    days = (parse_date(line, month_first=month_first) for line in lines)
    return next(filter(None, days), None) or _day_of_head(text, language, month_first=month_first)


def _line_of(text: str, span: Span) -> str:
    """Return the whole line that a unit stands in: "13 Sept. 2005" may be two."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    return text[start:] if end < 0 else text[start:end]


def _day_of_head(text: str, language: str, *, month_first: bool) -> date | None:
    """Return the day that one of the first lines says beside where, by whom or how it was published.

    That is the only day of its line, and set off from the rest of a short one or from a place before it,
    quoted as in contracts, or in a sentence that says how the document was made.
    """
    made = _made(language)
    head = [line for line in text.split("\n") if line.strip()][:_HEAD]
    for number, line in enumerate(head):
        found = list(_days(line, month_first=month_first))
        if len(found) != 1:
            continue
        day, span = found[0]
        before, after = line[: span.start], line[span.end :]
        is_dateline = _PLACE.fullmatch(before) and _AFTER_PLACE.match(after) and (number or after.strip())
        ends_line = len(line) <= _LONGEST and _AFTER.match(after)
        is_contract = before.endswith("от ") or _QUOTED_DAY.search(span.of(line))
        is_set_off = ends_line and (is_contract or (number and _BEFORE.search(before)))
        says_how = len(before) <= _LONGEST and ". " not in before and made.search(re.split("[.!?] ", line)[0])
        if is_dateline or is_set_off or says_how:
            return day
    return None


@cache
def _made(language: str) -> re.Pattern[str]:
    """Return what finds a word that says of a document that something was done to it."""
    words = "|".join(map(re.escape, table(language, Lines).dates.made)) or "(?!)"
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _changed() -> frozenset[str]:
    """Return the words in any language that say that it was changed."""
    return frozenset(word for name in KNOWN for word in table(name, Lines).dates.changed)


def parse_date(text: str, *, month_first: bool = False) -> date | None:
    """Return the first whole date in a text, or None: 2024-02-22, 22/02/2024, 22 февраля 2024.

    In a date of numbers the day comes first, unless only the other reading exists; with `month_first` the
    month does where a slash stands between them.
    """
    return next((day for day, _ in _days(text, month_first=month_first)), None)


def _days(text: str, *, month_first: bool) -> Iterator[tuple[date, Span]]:
    """Yield the whole dates in a text, and where each stands."""
    for match in _DATE.finditer(text):
        part = {name.partition("_")[0]: value for name, value in match.groupdict().items() if value}
        year, day = int(part["year"]), int(part["day"])
        month = int(part["month"]) if "month" in part else _month(part["name"].casefold())
        readings = [_date(year, month, day), _date(year, day, month) if "month" in part else None]
        if month_first and match["day_2"] and "/" in match[0]:
            readings.reverse()
        if whole := next(filter(None, readings), None):
            yield whole, Span(*match.span())


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
