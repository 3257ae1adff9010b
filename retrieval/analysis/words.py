"""Text to words, as they are compared: in lower case, without what is written for the eye only."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from retrieval.languages import KNOWN
from retrieval.languages.tables import Idfs, Words, table

#: An apostrophe between letters belongs to the word (Qur'an, president's).
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

#: Scripts written without spaces, where a run of letters is a sentence and not a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")

#: Stress marks and soft hyphens are written for the eye; the same word has none elsewhere.
_FOLDED = {"ё": "е", "’": "'", "ʼ": "'", "\u0301": "", "\u0307": "", "\u00ad": ""}

_UNBROKEN = re.compile(r"\S+")


class Token(NamedTuple):
    """A word as it is compared, and where it stands in a text: `text[start:end]`, in code points."""

    text: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, possessive endings and stress marks left out.

    >>> words("Kazakhstan’s Ёлки")
    ['kazakhstan', 'елки']
    """
    return _split(_folded(text))


def _split(folded: str) -> list[str]:
    """Return the words of a text that is folded already."""
    if not folded.isascii():
        folded = _UNSPACED.sub(r" \g<0> ", folded)
    runs = _WORD.findall(folded)
    if "'" in folded:
        runs = [run.removesuffix("'s").replace("'", "") for run in runs]
    return runs if folded.isascii() else [word for run in runs for word in _parts(run)]


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of `text`, those that `words` returns, each with where it stands.

    What belongs to a word without being compared (a possessive ending, a stress mark) is within its place. Of
    a script without spaces the whole run is the place of each pair.

    >>> [text[token.start:token.end] for text in ("The steppe’s Ёлки",) for token in tokens(text)]
    ['The', 'steppe’s', 'Ёлки']
    """
    return tuple(token for run in _UNBROKEN.finditer(text) for token in _tokens(run[0], run.start()))


def _tokens(run: str, start: int) -> Iterator[Token]:
    """Yield the words of a run without white space that begins at `start`."""
    folded = _folded(run)
    places: Sequence[int]
    if len(folded) == len(run) == len(run.casefold()) and unicodedata.is_normalized("NFKC", run):
        places = range(len(run) + 1)
    elif folded == "".join(parts := list(map(_folded, run))):
        places = [*(place for place, part in enumerate(parts) for _ in part), len(run)]
    else:  # Signs that only together are a letter: which of them a word begins with cannot be told.
        yield from (Token(word, start, start + len(run)) for word in _split(folded))
        return
    for match in _WORD.finditer(folded):
        first, last = places[match.start()], places[match.end() - 1]
        end = max(last + 1, places[match.end()])
        for word in _split(match[0]):
            yield Token(word, start + first, start + end)


def _folded(text: str) -> str:
    """Return a text in the letters by which it is compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        for written, compared in _FOLDED.items():
            folded = folded.replace(written, compared)
    return folded


def _parts(run: str) -> list[str]:
    """Cut a run of an unspaced script into overlapping pairs of letters; leave any other word whole."""
    if len(run) == 1 or not _UNSPACED.match(run):
        return [run]
    return [first + second for first, second in pairwise(run)]


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
