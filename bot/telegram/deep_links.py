"""Links that open the bot at a passage, and their payloads.

A payload is what Telegram sends back behind `/start`: at most 64 of `A-Z a-z 0-9 _ -`.
"""

import re
from dataclasses import dataclass
from typing import Self

from retrieval.answers.citations import Citation
from retrieval.articles import Span

#: No number of a payload has more digits, in base 36: as far as a button of a passage reaches.
_DIGITS = 6

_NUMBER = rf"0|[1-9a-z][0-9a-z]{{0,{_DIGITS - 1}}}"

#: What the payload of a passage looks like.
PAYLOAD = rf"c_([0-9a-f]{{12}})_({_NUMBER})_((?!0){_NUMBER})_([0-9a-f]{{8}})"

_PAYLOAD = re.compile(PAYLOAD)
_ARTICLE, _FINGERPRINT = re.compile("[0-9a-f]{12}"), re.compile("[0-9a-f]{8}")

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: in which article, from where to where, and what tells it from another one."""

    article_id: str
    span: Span
    fingerprint: str

    def __post_init__(self) -> None:
        if not _ARTICLE.fullmatch(self.article_id) or not _FINGERPRINT.fullmatch(self.fingerprint):
            raise ValueError(f"no quote stands in {self.article_id!r} under {self.fingerprint!r}")
        if self.span.start == self.span.end or self.span.end >= len(_ALPHABET) ** _DIGITS:
            raise ValueError(f"no quote stands from {self.span.start} to {self.span.end}")

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Return where a citation stands."""
        return cls(citation.article_id, citation.span, citation.fingerprint)


def encode(place: Place) -> str:
    """Return the payload that leads to a place.

    >>> encode(Place("0123456789ab", Span(36, 72), "89abcdef"))
    'c_0123456789ab_10_10_89abcdef'
    """
    start, length = _base36(place.span.start), _base36(place.span.end - place.span.start)
    return f"c_{place.article_id}_{start}_{length}_{place.fingerprint}"


def decode(payload: str) -> Place | None:
    """Return the place that a payload leads to; None if it leads to none.

    >>> decode("c_0123456789ab_10_10_89abcdef").span
    Span(start=36, end=72)
    """
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    article_id, start, length, fingerprint = match.groups()
    begin = int(start, 36)
    try:
        return Place(article_id, Span(begin, begin + int(length, 36)), fingerprint)
    except ValueError:  # It would end where no article reaches.
        return None


def link_to(place: Place, bot: str) -> str:
    """Return the address that shows a place in private with the bot of that name."""
    return f"https://t.me/{bot}?start={encode(place)}"


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
