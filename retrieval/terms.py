"""Text to terms, the same way for articles and for questions.

text ─ words ─▶ lower-case words ─ stems ─▶ terms
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise

from retrieval.languages import KNOWN, knowledge
from retrieval.stems import stems

#: A word may hold one apostrophe (Qur'an, president's).
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

#: Scripts written without spaces, where a run of letters is a sentence and not a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")

#: Stress marks and soft hyphens are written for the eye; the same word has none elsewhere.
_FOLDED = str.maketrans({"ё": "е", "’": "'", "ʼ": "'", "\u0301": None, "\u0307": None, "\u00ad": None})


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, possessive endings and stress marks left out.

    >>> words("Kazakhstan’s Ёлки")
    ['kazakhstan', 'елки']
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    folded = _UNSPACED.sub(r" \g<0> ", folded)
    return [
        part for match in _WORD.findall(folded) for part in _parts(match.removesuffix("'s").replace("'", ""))
    ]


def _parts(word: str) -> list[str]:
    """Cut a run of an unspaced script into overlapping pairs of letters; leave any other word whole."""
    if not _UNSPACED.fullmatch(word) or len(word) == 1:
        return [word]
    return [first + second for first, second in pairwise(word)]


def terms(text: str, language: str) -> list[str]:
    """Return the terms under which `text` is found among articles in `language`.

    >>> terms("Trade increased by 26 percent", "en")
    ['trade', 'increas', 'by', '26', 'percent']
    """
    return [stem for word in words(text) for stem in stems(word, language)]


def telling_words(question: str, language: str) -> list[str]:
    """Return the distinct words of a question that say what it is about.

    Function words are left out, unless the question has no others: in a small corpus they are rare
    enough to outweigh the words that matter.
    """
    asked = list(dict.fromkeys(words(question)))
    return [word for word in asked if word not in _function_words(language)] or asked


def query_terms(question: str, language: str) -> list[str]:
    """Return the distinct terms that a question asks articles in `language` for.

    >>> query_terms("Who is the president of Mongolia?", "en")
    ['presid', 'mongolia']
    """
    return list(
        dict.fromkeys(stem for word in telling_words(question, language) for stem in stems(word, language))
    )


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(knowledge(language, "words")["function"] if language in KNOWN else ())
