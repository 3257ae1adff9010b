"""What documents say of themselves, as far as it can be believed."""

import re
from datetime import date

from retrieval.ingest.texts import Metadata

#: Titles that programs make up.
_MADE_UP = re.compile(
    r"""(?: Microsoft\ (?:Word|PowerPoint)\ -\ .* | PowerPoint\ Presentation | Презентация\ PowerPoint
          | (?:Document|Документ|Құжат|Untitled|Без\ названия|Без\ имени)\s*\d*
          | .*\.(?:docx?|dotx?|pptx?|odt) )""",
    re.VERBOSE | re.IGNORECASE,
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")


def described(
    title: str | None = None, published: str | None = None, language: str | None = None
) -> Metadata:
    """Return what a document says of itself; what is no title, no day or no language is left out.

    >>> described("Microsoft Word - contract.doc", "2024-02-22T10:00:00Z", "kk-KZ")
    Metadata(title=None, source=None, url=None, published=datetime.date(2024, 2, 22), language='kk', \
origin=None, names=(), collection=None)
    """
    title = (title or "").strip()
    code = _LANGUAGE.fullmatch((language or "").strip())
    return Metadata(
        title=None if not title or _MADE_UP.fullmatch(title) else title,
        published=_day(published or ""),
        language=code[1].lower() if code and code[1].lower() != "und" else None,
    )


def _day(text: str) -> date | None:
    match = _DAY.match(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
