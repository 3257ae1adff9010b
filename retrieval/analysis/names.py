"""Names in one spelling for English, Russian and Kazakh, in whatever case form.

word ─ readings without their endings ─ latin, folded ─▶ name keys
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.analysis.stems import stems
from retrieval.analysis.transliteration import folded, latin
from retrieval.languages.tables import Endings, Names, Suffixes, table

_CYRILLIC = re.compile("[а-яёіїєґў]")

_KAZAKH = re.compile("[әғқңөұүһ]")

#: The shortest key, in letters, where a word has any as long: a single letter says too little. Chosen by eye.
_SHORTEST = 2


def name_keys(word: str, language: str) -> tuple[str, ...]:
    """Return the keys of a lower-case word: one or two, as it may or may not end in an ending.

    A word that has no letters or digits of Latin or Cyrillic has none.

    >>> name_keys("токаевым", "ru"), name_keys("тоқаевпен", "kk"), name_keys("tokayev", "en")
    (('tokaev',), ('tokaev', 'tokaevpen'), ('tokaev',))
    """
    keys = dict.fromkeys(folded(latin(reading)) for reading in _readings(word, language))
    return tuple(key for key in keys if len(key) >= _SHORTEST) or tuple(filter(None, keys))


def _readings(word: str, language: str) -> tuple[str, ...]:
    """Return a word as it may be without its ending, in the language that its letters say."""
    if not _CYRILLIC.search(word):
        return _without_ending(word, "en")
    if language == "kk" or _KAZAKH.search(word):
        return (*_without_ending(_without_case(word), "kk"), word)
    return _without_ending(word, "ru")


def _without_ending(word: str, language: str) -> tuple[str, ...]:
    for rule in _endings(language):
        if match := rule.pattern.fullmatch(word):
            return (match[1], word) if match[2] in rule.whole else (match[1],)
    return (word,)


def _without_case(word: str) -> str:
    """Take a Kazakh case ending off, and only that: an ы before it is more often a name's own (Алматы).

    What the stemmer left says how much may go, since it knows which endings may follow what.
    """
    longest = len(word) - len(stems(word, "kk")[0])
    return next(
        (word.removesuffix(case) for case in _cases() if len(case) <= longest and word.endswith(case)), word
    )


@cache
def _cases() -> Sequence[str]:
    return sorted(table("kk", Suffixes).case, key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class _Endings:
    """Endings that follow certain stems, and those with which a word may be whole."""

    pattern: re.Pattern[str]
    whole: frozenset[str]


@cache
def _endings(language: str) -> tuple[_Endings, ...]:
    return tuple(map(_rule, table(language, Names).endings))


def _rule(endings: Endings) -> _Endings:
    stem = f"(?=.{{{endings.shortest}}}).*" if endings.after else f".{{{endings.shortest},}}?"
    after = "|".join(map(re.escape, endings.after))
    # The longest ending goes first: the stem takes as little as it can, and never less than the shortest.
    pattern = f"({stem}(?:{after}))({'|'.join(endings.take)})"
    return _Endings(re.compile(pattern), frozenset(endings.whole))
