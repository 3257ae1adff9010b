"""What a text mentions that can be a short answer: numbers, money, dates, names, reasons.

What they look like in a language is data, in its `mentions.toml`; what needs no words is found in any.

text ─┬ in lower case ─ numbers ─▶ and what a sign or a unit makes of them: money, percentages
      ├ in lower case ─ dates, reasons
      └ as it is ─ capitals ─▶ names; quotation marks ─▶ what is quoted
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from retrieval.analysis.words import function_words
from retrieval.languages.tables import Mentions, WrittenDates, table


class Kind(StrEnum):
    """A kind of mention.

    A `CAUSE` is a word that says that there is a reason (because), a `REASON` the clause that gives it.
    """

    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    NAME = "name"
    QUOTED = "quoted"
    REASON = "reason"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text mentions at `text[start:end]`, in code points."""

    kind: Kind
    start: int
    end: int


_NUMERAL = r"(?:\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_RANGE = rf"{_NUMERAL}(?:[-–—]{_NUMERAL})?"
_CURRENCY = "[$€£¥₸₽]"
_SIGN = rf"(?:(?:us)?{_CURRENCY}\s?)?"
#: A unit may stand right after digits: 5km, £5m.
_ATTACHED = r"(?<=\d)(?=(?:[kc]?m|mm|bn|k|kg|к?м|кг)(?!\w))"

_YEAR = r"(?:1\d{3}|20\d\d)(?!\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
#: 19.08.2021 and 2021-08-19; the same in every language.
_IN_NUMBERS = rf"{_DAY}[./]\d\d?[./](?:{_YEAR}|\d\d(?!\d))|{_YEAR}-\d\d-\d\d"

#: A letter that is no small one, or digits before a capital: 2Pac. Only an initial, or Dr., has a stop.
_CAPITALISED = (
    r"(?:[^\W\d_a-zа-яёәғқңөұүһі]|\d+(?=[A-ZА-Я]))[\w’'-]*(?:\.[\w’'-]+)*(?:(?:(?<=\b\w)|(?<=\b\w\w))\.)?"
)
_QUOTED = re.compile(r"«([^«»]{2,80})»|“([^“”]{2,80})”|\"([^\"]{2,80})\"")

_WORD = re.compile(r"[\w’'-]+")
_INITIAL = re.compile(r"(?:^|[\s.])\w\.$")
_BEGINNING = re.compile(r"(?:^|[.!?…]|[\"“«])[^\w,;:)]*$")
#: How many characters before a word are looked at to see whether it begins a sentence. Chosen by eye.
_BEFORE = 6

_CLAUSE_ENDS = ",.;:()"
#: The longest clause, in characters, that gives a reason: a longer one is no short answer, and without a
#: limit a text of nothing but "because" would be read to its end from each. Chosen by eye.
LONGEST_CLAUSE = 400
_CLAUSE = re.compile(
    rf"\s*([^{_CLAUSE_ENDS}\s](?:[^{_CLAUSE_ENDS}]{{0,{LONGEST_CLAUSE - 2}}}[^{_CLAUSE_ENDS}\s])?)"
    rf"(?=\s*(?:[{_CLAUSE_ENDS}]|\Z))"
)


def mentions(text: str, language: str) -> tuple[Mention, ...]:
    """Return what a text mentions, ordered by where it begins; a mention may lie inside another.

    >>> money, number = mentions("It cost $5.3 billion.", "en")
    >>> money
    Mention(kind=<Kind.MONEY: 'money'>, start=8, end=20)
    >>> number.start, number.end
    (9, 20)
    """
    lower = text.lower()
    if len(lower) != len(text):  # A letter whose small form is two: nothing may move.
        lower = text
    patterns = _patterns(language)
    numbers = list(_numbers(lower, patterns))
    dates = [Mention(Kind.DATE, *match.span()) for match in patterns.date.finditer(lower)]
    names = (
        name
        for name in _names(text, language, patterns)
        if not any(date.start <= name.start and name.end <= date.end for date in dates)
    )
    quoted = (Mention(Kind.QUOTED, *match.span(match.lastindex or 0)) for match in _QUOTED.finditer(text))
    every = (*numbers, *dates, *names, *quoted, *_reasons(lower, patterns))
    return tuple(sorted(every, key=lambda mention: (mention.start, -mention.end, mention.kind)))


def _numbers(lower: str, patterns: "_Patterns") -> Iterator[Mention]:
    """Yield the numbers, and the money and the percentages that they are part of."""
    for match in patterns.number.finditer(lower):
        start, end = match.span("number")
        yield Mention(Kind.NUMBER, start, end)
        if unit := patterns.percent.match(lower, end):
            yield Mention(Kind.PERCENT, start, unit.end())
        unit = patterns.money.match(lower, end)
        if unit or match.start() < start:
            yield Mention(Kind.MONEY, match.start(), unit.end() if unit else end)


def _names(text: str, language: str, patterns: "_Patterns") -> Iterator[Mention]:
    """Yield runs of capitalised words, without what only begins a sentence."""
    for match in patterns.name.finditer(text):
        start, end = match.span()
        if text[end - 1] in ".,'’-" and not _INITIAL.search(text[start:end]):
            end -= 1
        if _BEGINNING.search(text[max(0, start - _BEFORE) : start]):
            start += _length_by_place(text[start:end], language)
        if end > start:
            yield Mention(Kind.NAME, start, end)


def _length_by_place(name: str, language: str) -> int:
    """Return how many characters at the beginning of a sentence are capitalised for standing there only."""
    match = _WORD.match(name)
    word = match[0] if match else ""
    if name[len(word) : len(word) + 1] == "." or (len(word) > 1 and word.isupper()):
        return 0
    alone = len(word) >= len(name) - 1 and word[1:] == word[1:].lower()
    return len(word) + 1 if alone or word.casefold() in function_words(language) else 0


def _reasons(lower: str, patterns: "_Patterns") -> Iterator[Mention]:
    """Yield the words that say that there is a reason, and the clauses that give one."""
    for match in patterns.cause.finditer(lower):
        start, end = match.span()
        yield Mention(Kind.CAUSE, start, end)
        clause = None
        if match["follows"]:
            clause = _CLAUSE.match(lower, end)
        elif match["precedes"]:
            first = max(0, start - 2 * LONGEST_CLAUSE)
            end = max(lower.rfind(sign, first, start) for sign in _CLAUSE_ENDS)
            clause = _CLAUSE.match(lower, end + 1, start) if end >= 0 or not first else None
        if clause:
            yield Mention(Kind.REASON, *clause.span(1))


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of a language: `name` is for a text as it is, the others for one in lower case."""

    #: The number itself is the group `number`; a sign of money may go before it.
    number: re.Pattern[str]
    #: The unit after a number that makes it a percentage, or money.
    percent: re.Pattern[str]
    money: re.Pattern[str]
    date: re.Pattern[str]
    #: Has the group `follows` or `precedes`, by where the reason stands; neither if it may stand anywhere.
    cause: re.Pattern[str]
    name: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    known = table(language, Mentions)
    numerals, multipliers, percent, money, joining = (
        _any(words)
        for words in (
            known.numerals.words,
            known.numerals.multipliers,
            known.percent.words,
            known.money.words,
            known.names.joining,
        )
    )
    reasons = known.reasons
    follows, precedes, signs = map(_any, (reasons.follows, reasons.precedes, reasons.signs))
    times = rf"(?:\s(?:{multipliers})(?!\w))?"
    in_words = rf"(?:{numerals})(?:[ -](?:{numerals}|one))*"
    return _Patterns(
        number=re.compile(
            rf"{_SIGN}(?<![\w.,])(?P<number>(?:{_RANGE}|{in_words}){times})(?:(?!\w)|{_ATTACHED})"
        ),
        percent=re.compile(rf"\s?(?:%|(?:{percent})(?!\w))"),
        money=re.compile(rf"\s?(?:{_CURRENCY}|(?:{money})(?!\w))"),
        date=re.compile(rf"(?<![\w.,$€£])(?:{_IN_NUMBERS}|{_dates(known.dates)})(?!\w)"),
        cause=re.compile(rf"(?<!\w)(?:(?P<follows>{follows})|(?P<precedes>{precedes})|{signs})(?!\w)"),
        name=re.compile(rf"(?<![\w’'-]){_CAPITALISED}(?: (?:(?:{joining}) )?{_CAPITALISED})*"),
    )


def _dates(dates: WrittenDates) -> str:
    """Return a pattern for the dates that are written as a language writes them."""
    month, ordinal = (f"(?:{_any(forms)})" for forms in (dates.months, dates.ordinals))
    meanings = {"{month}": month, "{day}": _DAY, "{year}": _YEAR, "{ordinal}": ordinal, "*": r"\w*"}
    written = []
    for form in dates.written:
        for name, pattern in meanings.items():
            form = form.replace(name, pattern)  # noqa: PLW2901  each stands for itself in what the others left
        written.append(form.replace("(", "(?:").replace("(?:?", "(?").replace(" ", r"\s"))
    return "|".join(written)


def _any(words: Sequence[str]) -> str:
    """Return a pattern for any of these words, the longest first; for none, one that never matches."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in longest) or "(?!)"
