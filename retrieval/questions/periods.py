"""The period to which a question limits the articles itself: "Who met Putin? since 2022".

Most dates in a question belong to what it asks about ("What happened in 2022?"). A phrase is a
limit only if it can hardly be anything else:

- it stands next to a word for articles: "in articles since 2022", "2022 жылғы мақалаларда";
- or it is set off at the very beginning, by a colon, a dash or brackets, or at the very end, after
  a question mark, a colon or a dash: "в феврале 2024: кто встретился?" A comma or brackets set it
  off at the end if it bounds one side only: "Who met Putin, since 2022?" but not ", in 2022?"

Whatever is doubtful about it, a day that no calendar has or a second date beside it, leaves the
question as it is: a limit missed costs a less fitting answer, a limit invented costs the answer.

question ─ bounds ─▶ phrases in the place of a limit ─ moments ─▶ filter, and the rest of the question
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from retrieval.analysis.calendars import days_of, month_names
from retrieval.analysis.words import known_function_words, words
from retrieval.filters import Filter
from retrieval.languages import KNOWN
from retrieval.languages.tables import ArticlesAfter, ArticlesBefore, PeriodDates, Periods, table

_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
_ANY_YEAR = re.compile(_YEAR)

#: Dates of numbers are written alike in all languages, the day first unless the year is.
_NUMBERS = (
    rf"(?P<year>{_YEAR})-(?P<number>\d\d?)(?:-(?P<day>\d\d?))?(?!\d)",
    rf"(?<!\d)(?:(?P<day>\d\d?)[./])?(?P<number>\d\d?)[./](?P<year>{_YEAR})",
)

#: How the tables write phrases, in regular expressions; the order matters.
_NOTATION = {
    ".": r"\.",
    "(": "(?:",
    " [": "(?: (?:",
    "]": "))?",
    " – ": r"\s*[-–—]\s*",
    ", ": ",? ",
    " ": r"\s+",
}

#: A date stands in the text that bounds are looked for in as its mark and as much filling as it is long.
_DATE, _WHEN, _PART, _FILLING = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile(f"[{_DATE}-{_FILLING}]")

#: A date that goes on ends no phrase: 2022-2024, 1990-х, 2022/23, 2022's.
_ALONE = rf"(?<![\w.-])(?:%s)(?!\w|\s*[-–—]\s*[\d{_DATE}-{_PART}]|[-–—./:’'%%]\w)"

# The signs that set a limit off.
_BRACKET, _CLOSED_BRACKET = re.compile(r"[(\[]\s*$"), re.compile(r"\s*[)\]]")
_OPENED = re.compile(r"\s*:(?=\s)|\s+[-–—](?=\s)")
_QUESTION_MARK, _CLOSED = re.compile(r"\?[\s?!]*$"), re.compile(r"(?<!\d):\s*$|\s[-–—]\s+$")
_COMMA = re.compile(r"(?<!\d)\s*,\s*$")

_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_ANOTHER_YEAR = re.compile(rf"\W*(?:\w+\W+)?{_YEAR}")

# The same signs where the limit is gone.
_LOOSE = re.compile(r"^[\s,.:;–—-]+|[\s,:;–—-]+$")
_LOOSE_BEFORE_END = re.compile(r"[\s,:;–—-]*([?!.…])[\s?!.…]*$")


def period_of(question: str) -> tuple[str, Filter]:
    """Return the question without the period that it limits the articles to, and that period as a filter.

    A question that does not surely set one comes back unchanged, with an empty filter.

    >>> question, limit = period_of("Who met Putin in articles since 2022?")
    >>> question, limit.since, limit.until
    ('Who met Putin?', datetime.date(2022, 1, 1), None)
    """
    unlimited = question, Filter()
    if not _ANY_YEAR.search(question) or _MARKS.search(question):  # Nobody types a mark.
        return unlimited
    phrase = next((match for language in KNOWN for match in _phrases(question, _grammar(language))), None)
    if phrase is None:
        return unlimited
    limit, rest = phrase.limit(), phrase.cut(question)
    return (rest, limit) if limit and _has_content(rest) else unlimited


@dataclass(frozen=True, slots=True)
class _Moment:
    """A day, a month or a year, or less at one end of a range: of "5–7 May 2024" the first is a day only."""

    year: int | None
    month: int | None
    day: int | None

    def completed(self, other_end: "_Moment") -> "_Moment":
        """Return this with the year of the range's other end, and with its month if this is a mere day."""
        month = other_end.month if self.month is None and self.day is not None else self.month
        return _Moment(other_end.year if self.year is None else self.year, month, self.day)

    def days(self) -> tuple[date, date]:
        """Return its first day and its last.

        Raises `ValueError` if it has no year, or if no calendar has it.
        """
        if self.year is None:
            raise ValueError("a month is one of a year")
        return days_of(self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase in the place of a limit; `question[start:end]` goes with it."""

    kind: str
    moments: Sequence[_Moment]
    start: int
    end: int

    def limit(self) -> Filter | None:
        """Return the articles it leaves as a filter.

        It is None if no calendar has its dates, or if the first comes after the last.
        """
        opening, closing = self.moments[0], self.moments[-1]
        try:
            first, opened = opening.completed(closing).days()
            closes, last = closing.completed(opening).days()
            match self.kind:
                case "since":
                    return Filter(since=first)
                case "after":
                    return Filter(since=opened + timedelta(days=1))
                case "until":
                    return Filter(until=last)
                case "before":
                    return Filter(until=closes - timedelta(days=1))
                case _:
                    return Filter(since=first, until=last)
        except ValueError:
            return None

    def cut(self, question: str) -> str:
        """Return the question without it and without the signs that set it off."""
        rest = " ".join((question[: self.start].rstrip(), question[self.end :].lstrip()))
        return _LOOSE_BEFORE_END.sub(r"\1", _LOOSE.sub("", rest))


@dataclass(frozen=True, slots=True)
class _Bound:
    """A way of setting a limit; the groups of its pattern are dates."""

    kind: str
    only_beside_articles: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The table of a language, as patterns."""

    #: In the order in which they are tried.
    bounds: Sequence[_Bound]
    #: The longest first.
    dates: Sequence[re.Pattern[str]]
    parts: Sequence[re.Pattern[str]]
    #: The dates that need no word for when they are.
    when: re.Pattern[str]
    months: Mapping[str, int]
    #: The words for articles that a limit follows, and those that follow it.
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    #: Words that may come right after a limit that ends in a number.
    go_on: frozenset[str]

    def marked(self, question: str) -> str:
        """Return the question with marks in place of its dates, nothing moved."""
        for pattern in self.dates:
            question = pattern.sub(self._mark, question)
        for pattern in self.parts:
            question = pattern.sub(lambda match: _PART.ljust(len(match[0]), _FILLING), question)
        return question

    def _mark(self, match: re.Match[str]) -> str:
        mark = _WHEN if self.when.fullmatch(match[0]) else _DATE
        return mark.ljust(len(match[0]), _FILLING)

    def moment(self, text: str) -> _Moment:
        """Return a date that was marked."""
        patterns = (*self.dates, *self.parts)
        written = next(match for pattern in patterns if (match := pattern.fullmatch(text)))
        part = {name: value for name, value in written.groupdict().items() if value}
        numbers = {name: int(value) for name, value in part.items() if name != "month"}
        month = self.months.get(part["month"].casefold(), 0) if "month" in part else numbers.get("number")
        return _Moment(numbers.get("year"), month, numbers.get("day"))


def _phrases(question: str, grammar: _Grammar) -> Iterator[_Phrase]:
    """Yield the phrases in the place of a limit, the likeliest first."""
    marked = grammar.marked(question)
    for bound in grammar.bounds:
        for match in bound.pattern.finditer(marked):
            before, limit, after = _parted(question, match.start(), match.end())
            taken = _beside_articles(before, limit, after, grammar)
            if taken is None and not bound.only_beside_articles:
                taken = _set_off(before, after, bound.kind)
            if taken is not None:
                dates = (question[slice(*match.span(number + 1))] for number in range(len(match.groups())))
                moments = [grammar.moment(text) for text in dates if text]
                yield _Phrase(bound.kind, moments, match.start() - taken[0], match.end() + taken[1])


def _parted(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Return a text in three: what stands before a stretch, the stretch, and what stands after it."""
    return text[:start], text[start:end], text[end:]


def _beside_articles(before: str, limit: str, after: str, grammar: _Grammar) -> tuple[int, int] | None:
    """Return how many characters on each side are its words for articles, or None without any."""
    if grammar.after and (match := grammar.after.match(after)):
        return 0, match.end()
    if not grammar.before or not (match := grammar.before.search(before)) or _ANOTHER_YEAR.match(after):
        return None
    # A number may still belong to what follows: "news of 2022 elections".
    following = _NEXT_WORD.match(after)
    if following and limit[-1].isdigit() and following[1].casefold() not in grammar.go_on:
        return None
    return len(before) - match.start(match.lastgroup or 0), 0


def _set_off(before: str, after: str, kind: str) -> tuple[int, int] | None:
    """Return how many characters on each side set a limit off, or None if it is not set off."""
    left = right = 0
    if (opening := _BRACKET.search(before)) and (closing := _CLOSED_BRACKET.match(after)):
        left, right = len(before) - opening.start(), closing.end()
        before, after = before[: opening.start()], after[right:]
    if not before.strip():
        return (left, right) if right or _OPENED.match(after) else None
    question_mark = _QUESTION_MARK.search(before)
    if after.strip(" .?!…" if question_mark else " ?!…"):
        return None
    # In brackets or after a mere comma, "in 2006" may still say when something was, or from when to when.
    within = kind not in ("during", "between") and (right or _COMMA.search(before))
    return (left, right) if question_mark or within or _CLOSED.search(before) else None


def _has_content(rest: str) -> bool:
    """Whether a question has content words left, in any language."""
    return not known_function_words().issuperset(words(rest))


@cache
def _grammar(language: str) -> _Grammar:
    """Return the table of a language as patterns."""
    known = table(language, Periods)
    dates = known.dates
    months = _months(language, known.months)
    slots = _slots(months, dates)
    whole, parts, when = (
        [_regex([phrase], slots) for phrase in phrases] for phrases in (dates.whole, dates.parts, dates.when)
    )
    endings = ["", *dates.endings, *dates.endings_in]
    before, after = known.articles_before, known.articles_after
    return _Grammar(
        bounds=tuple(_bounds(known)),
        dates=tuple(re.compile(rf"{pattern}(?!\w)", re.IGNORECASE) for pattern in (*_NUMBERS, *whole)),
        parts=tuple(re.compile(pattern, re.IGNORECASE) for pattern in parts),
        when=re.compile(
            "|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern in when) or "(?!)", re.IGNORECASE
        ),
        months={name + ending: number for name, number in months.items() for ending in endings},
        before=_before(before) if before else None,
        after=_after(after) if after else None,
        go_on=known_function_words().union(before.go_on if before else ()),
    )


def _months(language: str, forms: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the number of each month by its names and their further forms."""
    names = month_names(language)
    return names | {form: names[name.casefold()] for name, further in forms.items() for form in further}


def _slots(months: Iterable[str], dates: PeriodDates) -> dict[str, str]:
    """Return the patterns of a day, a month and a year."""
    month = "|".join(sorted(months, key=lambda name: (-len(name), name)))
    ordinal = f"(?:{'|'.join(dates.ordinals)})?"

    def named(endings: Sequence[str]) -> str:
        ending = "|".join(sorted(endings, key=lambda ending: (-len(ending), ending)))
        return rf"(?<!\w)(?P<month>(?:{month})(?:{ending}))(?!\w)\.?"

    return {
        "day": rf"(?<!\d)(?P<day>\d\d?)(?!\d){ordinal}",
        "month": named(["", *dates.endings]),
        "month_in": named(dates.endings_in),
        "year": rf"(?P<year>{_YEAR}){ordinal}",
    }


def _bounds(known: Periods) -> Iterator[_Bound]:
    """Yield the bounds, ranges first since the rest of a range reads as another bound."""
    beside, anywhere = known.bounds_of_articles, known.bounds
    for kinds in (("between",), ("since", "after", "until", "before", "during")):
        for bounds in (beside, anywhere):
            for kind in kinds:
                if phrases := getattr(bounds, kind):
                    marks = f"{_DATE}{_WHEN}{_PART}" if kind == "between" else f"{_DATE}{_WHEN}"
                    # Possessive, lest a part of a date be taken for it.
                    slots = {"date": f"([{marks}]{_FILLING}*+)", "when": f"({_WHEN}{_FILLING}*+)"}
                    pattern = re.compile(_ALONE % _regex(phrases, slots), re.IGNORECASE)
                    yield _Bound(kind, bounds is beside, pattern)


def _before(articles: ArticlesBefore) -> re.Pattern[str]:
    """Return the pattern of words for articles that a limit follows: its group goes with the limit."""
    taken, many, alone, kept, published = (
        _regex(phrases)
        for phrases in (articles.taken, articles.many, articles.alone, articles.kept, articles.published)
    )
    return re.compile(
        rf"(?:(?<!\w)(?P<taken>{taken}\s+{many}(?:,?\s+{published})?)"
        rf"|(?:^\W*|[:?]\s*|(?<!\w){kept}\s+)(?P<alone>{alone}(?:,?\s+{published})?)),?\s+$",
        re.IGNORECASE,
    )


def _after(articles: ArticlesAfter) -> re.Pattern[str]:
    """Return the pattern of words for articles that follow a limit."""
    return re.compile(rf"\s+(?:{_regex(articles.published)}\s+)?{_regex(articles.many)}(?!\w)", re.IGNORECASE)


def _regex(phrases: Iterable[str], slots: Mapping[str, str] | None = None) -> str:
    """Return the pattern of phrases that are written as in the tables."""
    pattern = "|".join(phrases)
    for sign, meaning in _NOTATION.items():
        pattern = pattern.replace(sign, meaning)
    for name, meaning in (slots or {}).items():
        pattern = pattern.replace(f"{{{name}}}", meaning)
    return f"(?:{pattern})"
