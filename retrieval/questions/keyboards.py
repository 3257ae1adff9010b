"""A question typed in the wrong keyboard layout: "ghbdtn" is "привет", "рщц ьфтн" is "how many".

A reading need not be words of any language: a search for one that is not finds nothing, and only costs time.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import permutations

from retrieval import languages
from retrieval.analysis.words import known_function_words

_LETTER = re.compile(r"[^\W\d_]")
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile("[aeiouyаәеёиоөуұүыіэюя]")

#: What no word has: signs or digits among its letters, but for "Who's", "2nd" and "G20"; a soft or a
#: hard sign to begin with.
_UNWRITTEN = re.compile(
    r"[^\W\d_][^\w\s'’/.-]+[^\W\d_]|[a-zа-яёәғқңөұүһі]\d|\d[\u0400-\u052f]|\b[ьъЬЪ]",
)


def readings(question: str) -> tuple[str, ...]:
    """Return what the same keys would have written in other layouts, where that may be words.

    >>> readings("ghbdtn"), readings("Рщц ьфтн")
    (('привет',), ('How many',))
    >>> readings("привет")
    ()
    """
    question_words, letters = _words(question), _LETTER.findall(question)
    right = _may_be_words(question, question_words)
    reading_of = {tuple(question_words): question}
    for keys in _layouts():
        # Between layouts of one script the slip shows in the question itself: "0аза0стан".
        if not all(letter in keys and not (right and keys[letter] == letter) for letter in letters):
            continue
        # Nobody ends a question with the comma or the like that a question mark's key writes elsewhere.
        end = question[len(question.rstrip("? ")) :]
        reading = _retyped(question.removesuffix(end), keys) + end
        reading_words = _words(reading)
        if _may_be_words(reading, reading_words) and (
            _count_function_words(reading_words) >= _count_function_words(question_words)
        ):
            reading_of.setdefault(tuple(reading_words), reading)
    return tuple(reading_of.values())[1:]


def _retyped(question: str, keys: Mapping[str, str]) -> str:
    """Return what the same keys write in another layout; what has no letters, as a number, stays as it is."""

    def retyped(chunk: re.Match[str]) -> str:
        if not _LETTER.search(chunk[0]):
            return chunk[0]
        return "".join(keys.get(sign, sign) for sign in chunk[0])

    return _CHUNK.sub(retyped, question)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _may_be_words(reading: str, reading_words: Sequence[str]) -> bool:
    """Whether a reading looks like words of a language.

    At most a third of them, a share chosen by eye, may have no vowel, as some prepositions have none.
    """
    lettered = [word for word in reading_words if not word.isdecimal()]
    without_vowel = sum(not _VOWEL.search(word) for word in lettered)
    return bool(lettered) and without_vowel <= len(lettered) // 3 and not _UNWRITTEN.search(reading)


def _count_function_words(reading_words: Sequence[str]) -> int:
    """Return how many words are function words: the right layout has them, the wrong one hardly any."""
    return sum(len(word) > 1 and word in known_function_words() for word in reading_words)


@cache
def _layouts() -> tuple[dict[str, str], ...]:
    """Return, for each ordered pair of layouts, what each sign of the first is in the second."""
    table = tomllib.loads(files(languages).joinpath("keyboards.toml").read_text("utf-8"))
    written = ["".join((*layout["plain"], *layout["shift"])) for layout in table.values()]
    return tuple(dict(zip(typed, meant, strict=True)) for typed, meant in permutations(written, 2))
