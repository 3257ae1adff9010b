"""A question typed in the wrong keyboard layout: "ghbdtn" is "привет", "рщц ьфтн" is "how many".

A reading may still be no words at all: whoever searches with it will find nothing, and lose only time.
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
    asked, letters = _words(question), _LETTER.findall(question)
    right = _may_be_words(question, asked)
    found = {tuple(asked): question}
    for keys in _layouts():
        # Between layouts of one script the slip shows in the question itself: "0аза0стан".
        if not all(letter in keys and not (right and keys[letter] == letter) for letter in letters):
            continue
        # Nobody ends a question with the comma or the like that a question mark's key writes elsewhere.
        end = question[len(question.rstrip("? ")) :]
        reading = _retyped(question.removesuffix(end), keys) + end
        read = _words(reading)
        if _may_be_words(reading, read) and _grammatical(read) >= _grammatical(asked):
            found.setdefault(tuple(read), reading)
    return tuple(found.values())[1:]


def _retyped(question: str, keys: Mapping[str, str]) -> str:
    """Return what else the keys write; a number, typed without letters, is right as it is."""

    def other(chunk: re.Match[str]) -> str:
        if not _LETTER.search(chunk[0]):
            return chunk[0]
        return "".join(keys.get(sign, sign) for sign in chunk[0])

    return _CHUNK.sub(other, question)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _may_be_words(reading: str, read: Sequence[str]) -> bool:
    """Whether it looks like words; most must have a vowel, though prepositions may have none."""
    letters = [word for word in read if not word.isdecimal()]
    mute = sum(not _VOWEL.search(word) for word in letters)
    return bool(letters) and mute <= len(letters) // 3 and not _UNWRITTEN.search(reading)


def _grammatical(asked: Sequence[str]) -> int:
    """Return how many words are function words: the right layout has them, the wrong one hardly any."""
    return sum(len(word) > 1 and word in known_function_words() for word in asked)


@cache
def _layouts() -> tuple[dict[str, str], ...]:
    """Return what each key that one layout writes would write in another, for each pair of layouts."""
    table = tomllib.loads(files(languages).joinpath("keyboards.toml").read_text("utf-8"))
    written = ["".join((*layout["plain"], *layout["shift"])) for layout in table.values()]
    return tuple(dict(zip(one, other, strict=True)) for one, other in permutations(written, 2))
