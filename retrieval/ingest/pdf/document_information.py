"""What a PDF tells of itself: its title, and the day on which it was made."""

import re
from datetime import date

from retrieval.articles import one_line

#: What programs write for a title where nobody gave one: the name of a file or of the program.
_NO_TITLE = re.compile(
    r".*\.(?:docx?|rtf|odt|pdf|indd|tex|dvi|ps|txt|xlsx?|pptx?|qxd|pmd|cdr|html?)"
    r"|microsoft (?:word|excel|power).*"
    r"|untitled.*|no title|title|document ?\d*|slide ?\d+|powerpoint presentation|презентация powerpoint"
    r"|без (?:имени|названия).*|безымянный.*|документ ?\d*|атаусыз.*|құжат ?\d*|[\W\d_]*|\(anonymous\)",
    re.IGNORECASE,
)

#: Letters that Cyrillic ones become in a title whose encoding is not said, more than words have in a row.
_WRONG_LETTERS = re.compile("[\u00c0-\u00ff]{4}")

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]|$)")

#: How many characters of text show their language better than what a PDF says of it. Chosen by eye.
_TELLING = 200

#: Languages that are written in Cyrillic letters, which the others are not.
_IN_CYRILLIC = frozenset(("ru", "kk", "uk", "be", "bg", "sr", "mk", "ky", "tg", "tt", "ba", "mn", "cv", "os"))
_CYRILLIC = re.compile("[\u0400-\u052f]")


def usable_title(title: str) -> str | None:
    """Return a title as it is shown; None if it is none that anybody gave.

    >>> usable_title("Microsoft Word - letter.doc")
    """
    title = one_line(title)
    return None if _NO_TITLE.fullmatch(title) or _WRONG_LETTERS.search(title) else title


def day_made(written: str) -> date | None:
    """Return the day of a date as PDFs write it, if there is such a day.

    >>> day_made("D:20250503120000+05'00'")
    datetime.date(2025, 5, 3)
    """
    match = _DATE.match(written)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def usable_language(written: str, text: str) -> str | None:
    """Return the language that a PDF says its text is in, where that can be told from nothing better.

    Programs write the language of their menus or of their spell checker, so a text that is long enough to
    show its own is not asked, and a short one must at least be in the letters of that language.

    >>> usable_language("kk-KZ", "Сауда өсті"), usable_language("en-US", "Сауда өсті")
    ('kk', None)
    """
    match = _LANGUAGE.match(written)
    if match is None or len(text) > _TELLING:
        return None
    language = match[1].lower()
    cyrillic, letters = len(_CYRILLIC.findall(text)), sum(map(str.isalpha, text))
    return language if (language in _IN_CYRILLIC) == (2 * cyrillic > letters) else None
