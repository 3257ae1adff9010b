"""Words to their likely translations, by which articles in another language are found without a model.

They are data: `languages/translations` has a table for each two languages, a line for each two stems that
may say the same, with how sure that is. What made the tables stands in `retrieval/training/translations.py`.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import permutations

from retrieval.languages import KNOWN


def translations(stem: str, language: str, other: str) -> Mapping[str, float]:
    """Return the stems of an `other` language that may say what a stem of `language` says.

    Each comes with how sure that is, from 0 to 1; there are none for what the tables don't know.

    >>> list(translations("scienc", "en", "ru"))
    ['наук']
    """
    return _table(language, other).get(stem, {}) if (language, other) in _PAIRS else {}


_PAIRS = frozenset(permutations(KNOWN, 2))


@cache
def _table(language: str, other: str) -> Mapping[str, Mapping[str, float]]:
    turned = KNOWN.index(language) > KNOWN.index(other)
    name = f"{other}-{language}.tsv" if turned else f"{language}-{other}.tsv"
    table: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for line in files("retrieval.languages").joinpath("translations", name).read_text("utf-8").splitlines():
        first, second, sure = line.split("\t")
        stem, translation = (second, first) if turned else (first, second)
        table[stem][translation] = float(sure)
    return table
