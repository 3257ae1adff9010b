"""What a line of text is by its own words, whatever stands around it: a date, a credit, an item of a list.

The words by which a date or a credit is known in a language are data, in its `lines.toml`.
"""

import re
from collections.abc import Sequence
from functools import cache

from retrieval.articles import LIST_MARK, SentenceKind
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

# The most characters of a line or unit that is what the name says; a longer one is ordinary text. Chosen by
# eye.
_DATE_LENGTH = 60
_CREDIT_LENGTH = 300
_LABELLED_LENGTH = 120
_VALUE_LENGTH = 120

#: Kinds that say nothing of the subject, wherever they stand.
MARGINAL = frozenset((SentenceKind.DATE, SentenceKind.CREDIT))

#: A key of one to five words, and what it is: "Power: 12 kW".
_PAIR = re.compile(r"[^\W\d_][^\s:.!?;]{0,30}(?: [^\s:.!?;]{1,30}){0,4}[ \t]?:[ \t]+(?P<value>\S.*)")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_DATE_SIGNS = re.compile(r"[\w\s.,:;/()|+–—-]+")
_CALENDAR = re.compile(
    r"(?<!\d)(?:\d{1,2}:\d{2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([./-])\d{1,2}\2\d{1,2})(?!\d)"
)


def kinds_of_line(line: str, units: Sequence[str]) -> tuple[SentenceKind, ...]:
    """Return what each unit of a line is, whatever stands around the line."""
    if is_date(line):
        return (SentenceKind.DATE,) * len(units)
    # "(c) 2010 Ann Lee" is no item.
    if LIST_MARK.match(line) and not begins_like_credit(line):
        return (SentenceKind.BULLET,) * len(units)
    return tuple(SentenceKind.CREDIT if is_credit(unit) else SentenceKind.SENTENCE for unit in units)


def is_pair(line: str) -> bool:
    """Whether `line` is a name, a colon and what is said of it, and neither a question nor a sentence."""
    match = _PAIR.fullmatch(line)
    if match is None or len(match["value"]) > _VALUE_LENGTH:
        return False
    ends = line[-1] in ".!?…" and " " in match["value"]
    return not ends and not is_date(line) and not begins_like_credit(line)


def is_date(line: str) -> bool:
    """Whether nothing but a date or a time stands in `line`."""
    if len(line) > _DATE_LENGTH or not _DATE_SIGNS.fullmatch(line):
        return False
    words = {word.lower() for word in _LETTERS.findall(line)}
    named = not words.isdisjoint(_months()) and _DIGIT.search(line) is not None
    return words <= _date_words() and (named or _CALENDAR.search(line) is not None)


def is_credit(unit: str) -> bool:
    """Whether `unit` says whose a picture is, or who may use the text."""
    return len(unit) <= _CREDIT_LENGTH and _credits().match(unit) is not None


def begins_like_credit(line: str) -> bool:
    """Whether a line begins like a credit; it may go on otherwise."""
    return _beginnings_of_credits().match(line) is not None


@cache
def _date_words() -> frozenset[str]:
    """Return what may stand in a date, in any language: pages mix them."""
    return frozenset(word for name in KNOWN for word in table(name, Lines).dates.words)


@cache
def _months() -> frozenset[str]:
    return frozenset(word for name in KNOWN for word in table(name, Lines).dates.months)


@cache
def _labels() -> str:
    """Return what recognises the labels of any language: a Kazakh page says «Фото» and "Photo" too."""
    return "|".join(re.escape(label) for name in KNOWN for label in table(name, Lines).credits.labels)


@cache
def _notices() -> str:
    return "|".join(notice for name in KNOWN for notice in table(name, Lines).credits.notices)


@cache
def _credits() -> re.Pattern[str]:
    return re.compile(rf"(?:{_labels()})\s*[:|/©].{{1,{_LABELLED_LENGTH}}}$|{_notices()}", re.IGNORECASE)


@cache
def _beginnings_of_credits() -> re.Pattern[str]:
    return re.compile(rf"(?:{_labels()})\s*[:|/©]|{_notices()}", re.IGNORECASE)
