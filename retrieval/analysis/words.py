"""Text to words, as they are compared: in lower case, without what is written for the eye only."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from retrieval.languages import KNOWN
from retrieval.languages.tables import Idfs, Words, table

#: An apostrophe between letters belongs to the word (Qur'an, president's).
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
    runs = _WORD.findall(folded)
    if "'" in folded:
        runs = [run.removesuffix("'s").replace("'", "") for run in runs]
    return runs if folded.isascii() else [word for run in runs for word in _parts(run)]


def _parts(run: str) -> list[str]:
    """Cut a run of an unspaced script into overlapping pairs of letters; leave any other word whole."""
    if len(run) == 1 or not _UNSPACED.match(run):
        return [run]
    return [first + second for first, second in pairwise(run)]


def content_words(question: str, language: str) -> list[str]:
    """Return the content words of a question, each once: those that say what it is about.

    Function words are left out, unless the question has no others: in a small corpus they are rare
    enough to outweigh the words that matter.
    """
    distinct = list(dict.fromkeys(words(question)))
    return [word for word in distinct if word not in function_words(language)] or distinct


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language: they join a sentence, and say little by themselves."""
    return frozenset(table(language, Words).function)


@cache
def function_word_idf(language: str) -> Mapping[str, float]:
    """Return the idf of each function word among sentences of the news, in nats.

    It is ln(1 + sentences / (1 + sentences with the word)), counted in the FLORES set by
    `retrieval/training/centroids.py`. Little as such words say, "when" asks for a time, "who" for somebody.
    """
    return table(language, Idfs).function


@cache
def known_function_words() -> frozenset[str]:
    """Return the function words of all languages that Derek knows."""
    return frozenset().union(*map(function_words, KNOWN))
