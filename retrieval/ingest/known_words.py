"""Words that are known without any document: those of grammar, and those that have a translation."""

from functools import lru_cache

from retrieval.analysis.stems import stems
from retrieval.analysis.translations import translations
from retrieval.analysis.words import function_words
from retrieval.languages import KNOWN


@lru_cache(maxsize=1 << 14)
def is_known(word: str, languages: tuple[str, ...] = KNOWN) -> bool:
    """Whether a small-letter word is one of some languages.

    >>> is_known("harbour"), is_known("bour")
    (True, False)
    """
    return any(
        word in function_words(name)
        or any(translations(stem, name, other) for stem in stems(word, name) for other in KNOWN)
        for name in languages
    )
