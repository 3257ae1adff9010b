"""Which command is meant by a word that is none."""

import difflib
from collections.abc import Iterable

from retrieval.analysis.translations import is_word

#: Commands no longer than this are near to many words: of them only two letters changed about are a slip.
_SHORT = 3


def alike(word: str, names: Iterable[str]) -> str | None:
    """Return the command that looks most like a word, which stands alone; None if none does."""
    return next(iter(difflib.get_close_matches(word, list(names), 1, 0.7)), None)


def slip(word: str, names: Iterable[str]) -> str | None:
    """Return the command that the first word of several is a slip of; None where it may begin a question."""
    if not (word.isascii() and word.islower()) or is_word(word, "en"):
        return None
    return next((name for name in names if _is_slip(word, name)), None)


def _is_slip(word: str, name: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two are changed about."""
    same = next((at for at in range(len(word)) if not name.startswith(word[: at + 1])), len(word))
    typed, meant = word[same:], name[same:]
    if typed[:2] == meant[:2][::-1] and typed[2:] == meant[2:]:
        return True
    return len(name) > _SHORT and (meant[1:] in (typed, typed[1:]) or meant == typed[1:])
