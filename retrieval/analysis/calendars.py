"""Calendars: what the months are called, and on which days a year, a month or a day begins and ends."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Literal

Width = Literal["wide", "abbreviated"]


def month_names(language: str, widths: Sequence[Width] = ("wide", "abbreviated")) -> dict[str, int]:
    """Return the number of each month by its names in a language, as CLDR has them.

    >>> month_names("en", ["abbreviated"])["sep"], month_names("kk")["қараша"]
    (9, 11)
    """
    from babel import Locale  # noqa: PLC0415  it takes longer to load than most commands to run

    return {
        name.casefold().rstrip("."): number
        for names in Locale(language).months.values()
        for width in widths
        for number, name in names[width].items()
    }


def days_of(year: int, month: int | None = None, day: int | None = None) -> tuple[date, date]:
    """Return the first day and the last of a year, of a month in it, or of a day in that.

    Raises `ValueError` if no calendar has it.

    >>> days_of(2024, 2)
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    if day is not None:
        if month is None:
            raise ValueError("a day is one of a month")
        only = date(year, month, day)
        return only, only
    opening, closing = (1, 12) if month is None else (month, month)
    first = date(year, opening, 1)
    return first, date(year, closing, monthrange(year, closing)[1])
