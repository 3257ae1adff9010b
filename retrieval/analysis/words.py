"""Text to words, as they are compared: in lower case, without what is written for the eye only."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from retrieval.languages import KNOWN, knowledge

#: A word may hold one apostrophe (Qur'an, president's).
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

#: Scripts written without spaces, where a run of letters is a sentence and not a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")

#: Stress marks and soft hyphens are written for the eye; the same word has none elsewhere.
_FOLDED = {"ё": "е", "’": "'", "ʼ": "'", "\u0301": "", "\u0307": "", "\u00ad": ""}


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, possessive endings and stress marks left out.

    >>> words("Kazakhstan’s Ёлки")
    ['kazakhstan', 'елки']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        for written, compared in _FOLDED.items():
            folded = folded.replace(written, compared)
        folded = _UNSPACED.sub(r" \g<0> ", folded)
    found = _WORD.findall(folded)
    if "'" in folded:
        found = [word.removesuffix("'s").replace("'", "") for word in found]
    return found if folded.isascii() else [part for word in found for part in _parts(word)]


def _parts(word: str) -> list[str]:
    """Cut a run of an unspaced script into overlapping pairs of letters; leave any other word whole."""
    if len(word) == 1 or not _UNSPACED.match(word):
        return [word]
    return [first + second for first, second in pairwise(word)]


def content_words(question: str, language: str) -> list[str]:
    """Return the distinct words of a question that say what it is about.

    Function words are left out, unless the question has no others: in a small corpus they are rare
    enough to outweigh the words that matter.
    """
    asked = list(dict.fromkeys(words(question)))
    return [word for word in asked if word not in function_words(language)] or asked


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the words that hold a sentence together, and say little by themselves."""
    return frozenset(knowledge(language, "words")["function"] if language in KNOWN else ())


@cache
def function_word_idf(language: str) -> Mapping[str, float]:
    """Return how rare each function word is: its idf among sentences of the news.

    Little as such words say by themselves, "when" asks for a time and "who" for somebody.
    """
    return knowledge(language, "rarity")["function"] if language in KNOWN else {}


@cache
def known_function_words() -> frozenset[str]:
    """Return the function words of all languages that Derek knows."""
    return frozenset().union(*map(function_words, KNOWN))
