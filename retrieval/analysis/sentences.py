"""Sentences: the units of an article, each with what it is.

The words by which a date or a credit is known in a language are data, in its `lines.toml`.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.analysis.boundaries import LINE, split
from retrieval.articles import Article, Sentence, SentenceKind, Span
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

# The most characters of a line or unit that is what the name says; a longer one is ordinary text. Chosen by
# eye.
_TITLE_LENGTH = 200
_HEADING_LENGTH = 80
_DATE_LENGTH = 60
_CREDIT_LENGTH = 300
_LABELLED_LENGTH = 120

# Kinds that say nothing of the subject, wherever they stand.
_MARGINAL = frozenset((SentenceKind.DATE, SentenceKind.CREDIT))

_LETTER = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
#: What an item of a list begins with.
LIST_MARK = re.compile(r"(?:[-–—•*·‣▪●■◦]|\d{1,3}[.)])\s+(?=\S)")
_DATE_SIGNS = re.compile(r"[\w\s.,:;/()|+–—-]+")
_CALENDAR = re.compile(
    r"(?<!\d)(?:\d{1,2}:\d{2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}([./-])\d{1,2}\2\d{1,2})(?!\d)"
)
_CLOSERS = "\"»”’'“)]」』）"
_SENTENCE_ENDS = frozenset(".!?…,;–—-؟۔।。！？｡")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank, with its units and what each of them is by itself."""

    text: str
    units: tuple[Span, ...]
    kinds: tuple[SentenceKind, ...]
    apart: bool  #: whether a blank line goes before

    @property
    def has_content(self) -> bool:
        """Whether there is more in it than dates and credits."""
        return not _MARGINAL.issuperset(self.kinds)

    @property
    def titles(self) -> bool:
        """Whether it could be a title: one short unit of words, neither ended like a sentence nor a rest."""
        return (
            self.kinds == (SentenceKind.SENTENCE,)
            and len(self.text) <= _TITLE_LENGTH
            and not self.text[0].islower()
            and _LETTER.search(self.text) is not None
            and self.text.rstrip(_CLOSERS)[-1:] not in _SENTENCE_ENDS
        )

    @property
    def heads(self) -> bool:
        """Whether it could be a heading: a title, and shorter still."""
        return len(self.text) <= _HEADING_LENGTH and self.titles

    @property
    def announces(self) -> bool:
        """Whether it ends in a colon."""
        return self.text.endswith(":")


def sentences(article: Article) -> tuple[Sentence, ...]:
    """Return the units of `article`, numbered from 0, each with its kind.

    - date: nothing but a date or a time stands in its line.
    - bullet: its line begins with a bullet mark, or a number and `.` or `)`.
    - credit: it says whose a picture is, or who may use the text.
    - title: the first line that is none of these, if it is a single short unit, does not end in a
      colon or like a sentence, and other lines follow.
    - heading: a later line like that, shorter still, which ends in a colon or has text after it.
      Several such lines with no blank line between them are verse or a list, so none is a heading.
    - sentence: all else.
    """
    lines = list(_lines(article))
    units = (
        (unit, role or kind)
        for line, role in zip(lines, _roles(lines), strict=True)
        for unit, kind in zip(line.units, line.kinds, strict=True)
    )
    return tuple(Sentence(article.id, number, unit, kind) for number, (unit, kind) in enumerate(units))


def _lines(article: Article) -> Iterator[_Line]:
    """Yield the lines of `article` that are not blank."""
    remaining, end = deque(split(article.text, article.language)), 0
    for match in LINE.finditer(article.text):
        units = []
        while remaining and remaining[0].start < match.end():
            units.append(remaining.popleft())
        if units:
            text = match[0].strip()
            apart = article.text.count("\n", end, match.start()) > 1
            yield _Line(
                text, tuple(units), kinds_of_line(text, [unit.of(article.text) for unit in units]), apart
            )
            end = match.end()


def kinds_of_line(line: str, units: Sequence[str]) -> tuple[SentenceKind, ...]:
    """Return what each unit of a line is, whatever stands around the line."""
    if _is_date(line):
        return (SentenceKind.DATE,) * len(units)
    if LIST_MARK.match(line):
        return (SentenceKind.BULLET,) * len(units)
    return tuple(SentenceKind.CREDIT if _is_credit(unit) else SentenceKind.SENTENCE for unit in units)


def _roles(lines: Sequence[_Line]) -> list[SentenceKind | None]:
    """Return which lines are the title or a heading; lines of dates and credits are no neighbours."""
    roles: list[SentenceKind | None] = [None] * len(lines)
    content = [i for i, line in enumerate(lines) if line.has_content]
    for place, i in enumerate(content):
        line = lines[i]
        before = lines[content[place - 1]] if place > 1 else None  # the first is the title, no neighbour
        after = lines[content[place + 1]] if place + 1 < len(content) else None
        if place == 0 and i + 1 < len(lines) and line.titles and not line.announces:
            roles[i] = SentenceKind.TITLE
        elif after is not None and _is_heading(before, line, after):
            roles[i] = SentenceKind.HEADING
    return roles


def _is_heading(before: _Line | None, line: _Line, after: _Line) -> bool:
    """Whether `line` announces what follows, and is not one of a run of lines like it."""
    run = (before is not None and before.heads and not line.apart) or (after.heads and not after.apart)
    return line.heads and (line.announces or not run)


@cache
def _date_words() -> frozenset[str]:
    """Return what may stand in a date, in any language: pages mix them."""
    return frozenset(word for name in KNOWN for word in table(name, Lines).dates.words)


@cache
def _months() -> frozenset[str]:
    return frozenset(word for name in KNOWN for word in table(name, Lines).dates.months)


def _is_date(line: str) -> bool:
    """Whether nothing but a date or a time stands in `line`."""
    if len(line) > _DATE_LENGTH or not _DATE_SIGNS.fullmatch(line):
        return False
    words = {word.lower() for word in _LETTERS.findall(line)}
    named = not words.isdisjoint(_months()) and _DIGIT.search(line) is not None
    return words <= _date_words() and (named or _CALENDAR.search(line) is not None)


@cache
def _credits() -> re.Pattern[str]:
    """Return what recognises the credits of any language: a Kazakh page says «Фото» and "Photo" too."""
    known_credits = [table(name, Lines).credits for name in KNOWN]
    labels = "|".join(re.escape(label) for known in known_credits for label in known.labels)
    notices = "|".join(notice for known in known_credits for notice in known.notices)
    return re.compile(rf"(?:{labels})\s*[:|/©].{{1,{_LABELLED_LENGTH}}}$|{notices}", re.IGNORECASE)


def _is_credit(unit: str) -> bool:
    """Whether `unit` says whose a picture is, or who may use the text."""
    return len(unit) <= _CREDIT_LENGTH and _credits().match(unit) is not None
