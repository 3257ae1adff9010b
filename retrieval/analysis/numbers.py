"""Numbers, money, per cents and dates as tokens that are the same in every language.

text ─ pieces ─▶ numerals, dates, and words and signs that mean something here ─▶ tokens
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from retrieval.analysis.calendars import month_names
from retrieval.languages import KNOWN
from retrieval.languages.tables import Numbers, Suffixes, table

_DIGITS = re.compile(r"\d+")
_DASH = "[\u2010-\u2015-]"
_RANGE = re.compile(rf"\s*{_DASH}\s*")

#: A space or a comma parts thousands; a comma or a full stop begins decimals.
_NUMERAL = r"""
    (?<!\w) (?<!\d[.,]) (?:
        (?P<date>
            (?P<year>(?:1[5-9]|20)\d\d) - (?P<month>\d\d) - (?P<day>\d\d) (?!\d)
          | (?P<day_2>\d\d?) [./] (?P<month_2>\d\d?) [./] (?P<year_2>(?:1[5-9]|20)\d\d|\d\d) (?![.\d]\d|\d)
        )
      | (?P<numeral>
            \d{{1,3}} (?:[ ]\d{{3}})+ (?!\d) (?:[.,]\d+)?
          | \d{{1,3}} (?:,\d{{3}})+ (?!\d) (?:\.\d+)?
          | \d+ (?:[.,]\d+)?
        ) (?:{dash}?(?:{attached})(?!\w))?
    )
"""
#: A date in numerals whose first two numbers may be a day and a month in either order.
_SLASHED = re.compile(r"(?<![\w/])(\d\d?)/(\d\d?)/(?:1[5-9]|20)\d\d(?![\w/])", re.ASCII)

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)

_LAST_MONTH, _LAST_DAY = 12, 31

#: The most characters of a numeral; a longer row of digits is no amount of anything. Chosen by eye.
_LONGEST_NUMERAL = 24


class Amount(NamedTuple):
    """A number or a day that may be written in several ways: the word that stands for all, and its place.

    `text[start:end]` is how it is written; nowhere, 0 to 0, if that cannot be told.
    """

    word: str
    start: int
    end: int


class NumbersRead(NamedTuple):
    """What a text says in numbers: the tokens that all languages share, and what may be written otherwise."""

    keys: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()


_NOTHING = NumbersRead()


def readings(amount: Amount, amounts: Iterable[Amount]) -> tuple[str, ...]:
    """Return the words that an amount of a question may be: of a day such as 3/5/2025, both readings."""
    written = {other.word for other in amounts if (other.start, other.end) == (amount.start, amount.end)}
    if not any("/" in word for word in written) or not amount.word.startswith("m"):
        return (amount.word,)
    month, day = amount.word[1:].split("d")
    return tuple(dict.fromkeys((amount.word, f"m{day}d{month}")))


def number_keys(text: str, text_words: Iterable[str] | None = None) -> list[str]:
    """Return tokens for the numbers, per cents, money and dates of a text in any known language.

    `text_words` are its words as `words` returns them: given, they spare most texts the search.

    >>> number_keys("5,3 млрд долларов"), number_keys("$5.3 billion")
    (['#5.3', '#5300000000', '#$USD'], ['#$USD', '#5.3', '#5300000000'])
    >>> number_keys("19 августа 2021 года"), number_keys("Aug. 19, 2021")
    (['#m08', '#m08d19', '#2021'], ['#m08', '#m08d19', '#2021'])
    """
    reading = _reading(text, text_words)
    return list(_tokens(reading)) if reading else []


def month_comes_first(text: str, language: str) -> bool:
    """Whether the dates in numerals of an article name the month before the day, as Americans do.

    So it is in English, if one of its dates can only be read so and none only otherwise: 12/25/2024.
    """
    if language != "en":
        return False
    dates = [(int(first), int(second)) for first, second in _SLASHED.findall(text)]
    return any(second > _LAST_MONTH >= first for first, second in dates) and not any(
        first > _LAST_MONTH >= second for first, second in dates
    )


def read_numbers(
    text: str, text_words: Iterable[str] | None = None, *, month_first: bool = False
) -> NumbersRead:
    """Return what a text says in numbers; `text_words` as for `number_keys`.

    A date such as 3/5/2025 is the third of May, or with `month_first` the fifth of March.

    >>> [amount.word for amount in read_numbers("15,000 on 3 May 2025, 1.5 million by 05.03.2024").amounts]
    ['15000', 'm05d03', '1500000', 'm03d05', '2024']
    """
    reading = _reading(text, text_words, month_first=month_first)
    if reading is None:
        return _NOTHING
    amounts = sorted(_amounts(reading), key=lambda amount: amount.start)
    if len(reading.text) != len(text):
        amounts = [amount._replace(start=0, end=0) for amount in amounts]
    return NumbersRead(tuple(_tokens(reading)), tuple(amounts))


def _reading(text: str, text_words: Iterable[str] | None, *, month_first: bool = False) -> "_Reading | None":
    """Return the pieces of a text that mean something here; None if there are none."""
    known = _known()
    if text_words is not None and known.beginnings.isdisjoint(text_words) and not known.marks.search(text):
        return None
    text = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    for apart, joined in known.joined.items():
        text = text.replace(apart, joined)
    pieces = list(_numerals(text, known, month_first=month_first))
    if not known.words.isdisjoint(known.word.findall(text)):
        pieces = sorted([*pieces, *_words(text, known)], key=lambda piece: piece.start)
    return _Reading(text, pieces, known.between) if pieces else None


@dataclass(frozen=True, slots=True)
class _Numeral:
    value: Decimal
    in_digits: bool


@dataclass(frozen=True, slots=True)
class _Multiplier:
    factor: int


@dataclass(frozen=True, slots=True)
class _Month:
    """A month; if it is not sure, its name is another word as well (may, mar)."""

    number: int
    sure: bool


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What stands for one token or several, whatever is beside it."""

    tokens: tuple[str, ...]


_Meaning = _Numeral | _Multiplier | _Month | _Tokens


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a text that means something here, half-open, in characters."""

    start: int
    end: int
    meaning: _Meaning


def _amounts(reading: "_Reading") -> Iterator[Amount]:
    """Yield what may be written otherwise: parted and multiplied numbers, and days of a month."""
    days: set[int] = set()
    for index, piece in enumerate(reading.pieces):
        if isinstance(piece.meaning, _Month) and (beside := reading.days_beside(index)):
            days.update(beside)
            places = [reading.pieces[place] for place in (index, *beside)]
            start, end = min(place.start for place in places), max(place.end for place in places)
            for day in beside:
                yield Amount(_month_tokens(piece.meaning.number, [reading.day(day)])[1][1:], start, end)
    for index, piece in enumerate(reading.pieces):
        match piece.meaning:
            case _Numeral(value, in_digits) if index not in days:
                factor, last = reading.multiplied(index)
                word = _numeral_token(value * (factor or 1))[1:]
                written = reading.text[piece.start : piece.end]
                if word.isdigit() and (factor or (in_digits and not written.isdigit())):
                    yield Amount(word, piece.start, reading.pieces[last].end)
            case _Tokens(tokens) if tokens[0].startswith("#m"):
                yield from (Amount(token[1:], piece.start, piece.end) for token in tokens[1:])


def _tokens(reading: "_Reading") -> Iterator[str]:
    days: set[int] = set()
    for index, piece in enumerate(reading.pieces):
        if isinstance(piece.meaning, _Month):
            beside = reading.days_beside(index)
            if beside or piece.meaning.sure or reading.year_beside(index):
                days.update(beside)
                yield from _month_tokens(piece.meaning.number, [reading.day(day) for day in beside])
    for index, piece in enumerate(reading.pieces):
        match piece.meaning:
            case _Numeral(value) if index not in days:
                yield _numeral_token(value)
                if factor := reading.multiplied(index)[0]:
                    yield _numeral_token(value * factor)
            case _Tokens(tokens):
                yield from tokens


def _month_tokens(month: int, days: Sequence[int]) -> tuple[str, ...]:
    return (f"#m{month:02}", *(f"#m{month:02}d{day:02}" for day in days))


def _numeral_token(value: Decimal) -> str:
    return f"#{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """The pieces of a text in their order, and how they stand to one another; methods take their indices."""

    text: str
    pieces: Sequence[_Piece]
    between: frozenset[str]

    def days_beside(self, month: int) -> tuple[int, ...]:
        """Return the indices of a month's days: of one before it, or else after it, or of two for a range."""
        for near, far, step in ((month - 1, month - 2, -1), (month + 1, month + 2, 1)):
            if self.day(near) and self._adjoin(near, month) and not (step > 0 and self._measured(near)):
                ranged = self.day(far) and self._range(min(near, far))
                return (near, far) if ranged else (near,)
        return ()

    def day(self, index: int) -> int:
        """Return the day of a month that a piece may be, or 0."""
        numeral = self._numeral(index)
        possible = numeral and numeral.in_digits and 1 <= numeral.value <= _LAST_DAY
        return int(numeral.value) if numeral and possible and numeral.value % 1 == 0 else 0

    def year_beside(self, month: int) -> bool:
        """Whether a year stands beside a month."""
        return any(
            (numeral := self._numeral(index)) and 1500 <= numeral.value < 2100 and self._adjoin(index, month)
            for index in (month - 1, month + 1)
        )

    def multiplied(self, index: int) -> tuple[int, int]:
        """Return what a numeral is multiplied by, 0 if by nothing, and the index of its last piece.

        Five million, 5–10 million: of a range both are.
        """
        if self._numeral(index + 1) and self._range(index):
            index += 1
        factor = 1
        while (follows := self._at(index + 1)) and isinstance(follows.meaning, _Multiplier):
            if self._gap(index).strip(" .-"):
                break
            factor, index = factor * follows.meaning.factor, index + 1
        return (factor if factor > 1 else 0), index

    def _at(self, index: int) -> _Piece | None:
        return self.pieces[index] if 0 <= index < len(self.pieces) else None

    def _numeral(self, index: int) -> _Numeral | None:
        piece = self._at(index)
        return piece.meaning if piece and isinstance(piece.meaning, _Numeral) else None

    def _measured(self, index: int) -> bool:
        """Whether a numeral counts what comes right after it, and so is no day: in May 5 percent."""
        follows = self._at(index + 1)
        measure = follows and isinstance(follows.meaning, _Tokens | _Multiplier)
        return bool(measure) and not self._gap(index).strip()

    def _gap(self, index: int) -> str:
        """Return the text between a piece and the next."""
        return self.text[self.pieces[index].end : self.pieces[index + 1].start]

    def _adjoin(self, index: int, neighbour: int) -> bool:
        """Whether nothing but signs and small words stand between two neighbouring pieces."""
        return self._gap(min(index, neighbour)).strip(" .,") in self.between

    def _range(self, index: int) -> bool:
        return _RANGE.fullmatch(self._gap(index)) is not None


def _words(text: str, known: "_Known") -> Iterator[_Piece]:
    for match in known.word.finditer(text):
        if meaning := known.meanings.get(match[0]):
            yield _Piece(match.start(), match.end(), meaning)


def _numerals(text: str, known: "_Known", *, month_first: bool) -> Iterator[_Piece]:
    end = 0
    # A single digit is found many times faster than the pattern of all numerals.
    while digits := _DIGITS.search(text, end):
        match = known.numeral.match(text, digits.start())
        end = match.end() if match else digits.end()
        if match and (meaning := _meaning(match, month_first=month_first)):
            yield _Piece(match.start(), end, meaning)


def _meaning(match: re.Match[str], *, month_first: bool) -> _Meaning | None:
    if match["numeral"]:
        return _numeral(match["numeral"])
    if match["year"]:
        return _date(match["year"], match["month"], match["day"])
    month, day = match["month_2"], match["day_2"]
    is_slashed = "/" in match["date"]
    read = _date(match["year_2"], *((day, month) if month_first and is_slashed else (month, day)))
    if read and is_slashed and max(int(month), int(day)) <= _LAST_MONTH:
        # Nobody can tell which is the month: what is written is found as it is written, too.
        return _Tokens((*read.tokens, f"#{int(day)}/{int(month)}"))
    return read


def _numeral(written: str) -> _Numeral | None:
    digits = written.replace(" ", "")
    digits = digits.replace(",", "" if _THOUSANDS.fullmatch(digits) else ".")
    return _Numeral(Decimal(digits), in_digits=True) if len(digits) <= _LONGEST_NUMERAL else None


def _date(year: str, month: str, day: str) -> _Tokens | None:
    """Return the tokens of a date in numerals; month and day change places if only so there is a day."""
    numbers = int(month), int(day)
    in_month, on_day = numbers if numbers[0] <= _LAST_MONTH else numbers[::-1]
    if not (1 <= in_month <= _LAST_MONTH and 1 <= on_day <= _LAST_DAY):
        return None
    century = "20" if len(year) == 2 else ""
    return _Tokens((*_month_tokens(in_month, [on_day]), f"#{century}{year}"))


@dataclass(frozen=True, slots=True)
class _Known:
    """What words and signs mean, in all languages at once, and the patterns made of them."""

    meanings: dict[str, _Meaning]
    words: frozenset[str]
    #: The words that a number, or a word for one, may begin with.
    beginnings: frozenset[str]
    marks: re.Pattern[str]
    joined: dict[str, str]
    between: frozenset[str]
    numeral: re.Pattern[str]
    word: re.Pattern[str]


@cache
def _known() -> _Known:
    tables = {language: table(language, Numbers) for language in KNOWN}
    meanings: dict[str, _Meaning] = {}
    for language, known in tables.items():
        # What an earlier language means by a word, it means in the others.
        meanings = dict(_meanings(language, known)) | meanings
    signs = "".join(re.escape(word) for word in meanings if not word.isalpha())
    attached = {ending for known in tables.values() for ending in known.attached.endings}
    numeral = _NUMERAL.format(dash=_DASH, attached="|".join(sorted(attached)))
    joined = {apart: whole for known in tables.values() for apart, whole in known.joined.items()}
    return _Known(
        meanings,
        words=frozenset(meanings),
        beginnings=frozenset((*meanings, *(apart.split()[0] for apart in joined))),
        marks=re.compile(rf"[\d{signs}]"),
        joined=joined,
        between=frozenset({"", *(word for known in tables.values() for word in known.between.words)}),
        numeral=re.compile(numeral, re.VERBOSE),
        word=re.compile(rf"[^\W\d_]+|[{signs}]"),
    )


def _meanings(language: str, known: Numbers) -> Iterator[tuple[str, _Meaning]]:
    endings = [*known.endings.of_stems]
    for name in known.endings.suffixes:
        endings += getattr(table(language, Suffixes), name)
    yield from _months(language, known, endings)
    for number, written in known.cardinals.items():
        yield from ((word, _Numeral(Decimal(number), in_digits=False)) for word in written)
    stems: list[tuple[str, _Meaning]] = [(stem, _Tokens(("#%",))) for stem in known.percent.stems]
    stems += [(stem, _Multiplier(int(key))) for key, named in known.multipliers.items() for stem in named]
    stems += [(stem, _Tokens((f"#${code}",))) for code, named in known.money.items() for stem in named]
    for stem, meaning in stems:
        # A sign has no endings.
        yield from ((stem + ending, meaning) for ending in endings if stem.isalpha() or not ending)


def _months(language: str, known: Numbers, endings: Sequence[str]) -> Iterator[tuple[str, _Month]]:
    """Yield the names of months in all their forms: abbreviations, and names in full."""
    for name, number in month_names(language, ["abbreviated"]).items():
        yield name, _Month(number, sure=False)
    for written, names in known.months.items():
        yield from ((name, _Month(int(written), sure=False)) for name in names)
    lost = "".join(known.endings.of_months)
    for name, number in month_names(language, ["wide"]).items():
        sure = name not in known.unsure.months
        stem = name.rstrip(lost) if lost else name
        yield from ((stem + ending, _Month(number, sure)) for ending in endings)
