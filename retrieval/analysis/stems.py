"""Words to stems: Snowball for English and Russian, a light stemmer of our own for Kazakh.

Snowball has no Kazakh; ours takes the endings of nouns off. Its prototype joined the forms of nouns at a
recall of .80 and a precision of .99, where the first five letters reach .48 and .82. Words of other languages
stay as they are.
"""

import re
import threading
from collections.abc import Sequence
from functools import cache, lru_cache

import Stemmer

from retrieval.analysis.words import words
from retrieval.languages.tables import Suffixes, table

_SNOWBALL = {"en": "english", "ru": "russian"}

#: PyStemmer's stemmers must not be used by two threads at once.
_LOCK = threading.Lock()

#: The nominative of a surname looks like a genitive plural to Snowball (Токаев → тока, yet
#: Токаеву → токаев), and so does the country of -стан to a gerund (Казахстан → казахста).
_SURNAME = re.compile(r".{2,}[оеё]в")
_STAN = re.compile(r"(.+стан)(?:а|у|ом|е|ы|ов|ам|ами|ах)?")

_BACK, _FRONT = frozenset("аоұы"), frozenset("әеөүі")
_VOWELS = frozenset("аәеиоөуұүһыіэюяё") - {"һ"}
_VOICELESS = frozenset("пфкқтсшщчцхһ")
_NASAL = frozenset("мнң")

#: Kazakh words of at most this many letters are stems already. No ending is taken that would leave fewer, but
#: one of three letters may leave one fewer. Chosen by eye.
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stem of a lower-case word, or the two that it may have.

    >>> stems("cooperating", "en")
    ('cooper',)
    >>> stems("токаев", "ru")
    ('тока', 'токаев')
    """
    if language == "kk":
        return (_kazakh_stem(word),)
    if language not in _SNOWBALL:
        return (word,)
    if language == "ru" and (country := _STAN.fullmatch(word)):
        return (country[1],)
    with _LOCK:
        stem = str(_stemmer(_SNOWBALL[language]).stemWord(word))
    if language == "ru" and stem != word and _SURNAME.fullmatch(word):
        return (stem, word)
    return (stem,)


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)


@cache
def _suffixes() -> Suffixes:
    """Return the Kazakh endings, the lists of which are tried with the longest first."""
    suffixes = table("kk", Suffixes)
    tried = {
        name: tuple(sorted(set(getattr(suffixes, name)), key=lambda ending: (-len(ending), ending)))
        for name in ("case", "possessive_case", "possessive", "plural")
    }
    return suffixes.model_copy(update=tried)


def _kazakh_stem(word: str) -> str:
    if len(word) <= _SHORTEST:
        return word
    known = _suffixes()
    word = _without_cases(word, known)
    if not word.endswith("стан"):
        word = _without(_without(word, known.possessive, known), known.plural, known)
    if len(word) > _SHORTEST and word[-1] in known.devoiced:
        word = word[:-1] + known.devoiced[word[-1]]
    return word


def _without_cases(word: str, known: Suffixes) -> str:
    """Take up to two case endings off, reading each with a possessive before it where that fits."""
    for _ in range(2):
        if word.endswith("стан"):
            return word
        bare = _without(word, known.case, known)
        joint = _without(word, known.possessive_case, known)
        shorter = joint if joint != word and (bare == word or len(joint) < len(bare)) else bare
        if shorter == word:
            return word
        word = shorter
    return word


def _without(word: str, suffixes: Sequence[str], known: Suffixes) -> str:
    """Take off the longest ending that fits its stem; one of three letters may leave a stem of two."""
    for suffix in suffixes:
        if not word.endswith(suffix):
            continue
        stem = word[: -len(suffix)]
        shortest = _SHORTEST - 1 if len(suffix) >= 3 else _SHORTEST
        if len(stem) >= shortest and _joins(stem, suffix) and _harmonises(stem, suffix, known):
            return stem
    return word


def _joins(stem: str, suffix: str) -> bool:  # noqa: PLR0911  one answer for each kind of joint
    """Whether the last sound of a stem lets this ending follow."""
    last, first = stem[-1], suffix[0]
    if first in "тқпк":
        return last in _VOICELESS or last in "бгдв"
    if suffix.startswith("нд"):
        return last in "ыі"
    if suffix[:3] in ("нан", "нен", "ның", "нің"):
        return last in _VOWELS or last in _NASAL
    if first == "н":
        return last in _VOWELS
    if first == "л":
        return last in _VOWELS or last in "йр"
    if first in "ыі":
        return last not in _VOWELS or last in "уи"
    if suffix[:2] in ("сы", "сі"):
        return last in _VOWELS
    return first not in "дғгб" or last not in _VOICELESS


def _harmonises(stem: str, suffix: str, known: Suffixes) -> bool:
    """Whether back vowels follow back vowels and front ones front ones."""
    last = next((letter for letter in reversed(stem) if letter in _VOWELS), None)
    if last is None:
        return False
    if stem.endswith(known.loan_endings):
        return True
    sound = next((letter for letter in suffix if letter in _BACK or letter in _FRONT), None)
    if last in _BACK and sound in _FRONT:
        return suffix in known.without_harmony
    return not (last in _FRONT and sound in _BACK)


def stems_in(text: str, language: str) -> frozenset[str]:
    """Return the stems of all words of a text.

    >>> sorted(stems_in("Two towns", "en"))
    ['town', 'two']
    """
    return frozenset(stem for word in words(text) for stem in stems(word, language))
