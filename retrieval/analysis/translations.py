"""Words to their likely translations, by which articles in another language are found without a model.

They are data: `languages/translations` has a table for each two languages, a line for each two stems that
may say the same, with the weight of that. The tables are made by `retrieval/training/translations.py`.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import permutations

from retrieval.analysis.stems import stems
from retrieval.languages import KNOWN
from retrieval.languages.tables import Words, table


def translations(stem: str, language: str, other: str) -> Mapping[str, float]:
    """Return the stems of an `other` language that may say what a stem says, each with a weight.

    A weight is how sure the translation is, above 0 and up to 1. What the tables don't know has none.

    >>> list(translations("scienc", "en", "ru"))
    ['наук']
    """
    return _table(language, other).get(stem, {}) if (language, other) in _PAIRS else {}


def is_word(word: str, language: str) -> bool:
    """Whether a language is known to have a word: it is a function word, or the tables translate it.

    >>> is_word("statues", "en"), is_word("how", "en"), is_word("serach", "en")
    (True, True, False)
    """
    return word in table(language, Words).function or any(
        translations(stem, language, other) for stem in stems(word, language) for other in KNOWN
    )


_PAIRS = frozenset(permutations(KNOWN, 2))


@cache
def _table(language: str, other: str) -> Mapping[str, Mapping[str, float]]:
    reverse = KNOWN.index(language) > KNOWN.index(other)
    name = f"{other}-{language}.tsv" if reverse else f"{language}-{other}.tsv"
    entries: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in files("retrieval.languages").joinpath("translations", name).read_text("utf-8").splitlines():
        first, second, weight = line.split("\t")
        stem, translation = (second, first) if reverse else (first, second)
        entries[stem][translation] = float(weight)
    return entries
