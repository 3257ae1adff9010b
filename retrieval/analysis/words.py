"""Text to words, as they are compared: in lower case, without what is written for the eye only."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and where a text has it: at `[start:end]`, in code points."""

    text: str
    start: int
    end: int


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


def tokens(text: str) -> list[Token]:
    """Return the words of `text`, the same as `words` does, each with its place in `text`.

    A possessive ending and an apostrophe belong to the place of their word. Two words that are written as one
    character, as 1 and 2 are in "½", have the same place. It takes many times as long as `words`.

    >>> tokens("the poet’s")
    [Token(text='the', start=0, end=3), Token(text='poet', start=4, end=10)]
    """
    pieces = list(_folded_pieces(text))
    folded = "".join(piece for piece, _, _ in pieces)
    places = [(start, end) for piece, start, end in pieces for _ in piece]
    return [
        Token(word, places[first][0], places[last][1])
        for match in _WORD.finditer(folded)
        for word, first, last in _placed(match[0], match.start())
    ]


def _placed(run: str, start: int) -> list[tuple[str, int, int]]:
    """Return the words of a run that begins at `start`, each with the places of its first and last letter."""
    word = run.removesuffix("'s").replace("'", "")
    parts = _parts(word)
    if len(parts) == 1:
        return [(word, start, start + len(run) - 1)]
    return [(part, start + place, start + place + 1) for place, part in enumerate(parts)]


def _folded_pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the pieces of a text as `words` folds it, each with the start and the end of what is written."""
    unspaced = False
    for start, end in _normal_pieces(text):
        piece = unicodedata.normalize("NFKC", text[start:end]).casefold()
        for written, compared in _FOLDED.items():
            piece = piece.replace(written, compared)
        for letter in piece:
            if bool(_UNSPACED.match(letter)) is not unspaced:
                unspaced = not unspaced
                yield " ", start, start
            yield letter, start, end


def _normal_pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the shortest pieces of a text whose normal forms make up that of the whole."""
    start = 0
    for place, letter in enumerate(text):
        if place and not _is_mark(letter) and not _joins(text[start:place], letter):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _is_mark(letter: str) -> bool:
    """Whether a character may be moved among others that follow the same letter."""
    return not letter.isascii() and unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) > 0


def _joins(piece: str, letter: str) -> bool:
    """Whether the normal form of a letter depends on the piece before it, or changes that."""
    if piece.isascii() and letter.isascii():
        return False
    apart = unicodedata.normalize("NFKC", piece) + unicodedata.normalize("NFKC", letter)
    return unicodedata.normalize("NFKC", piece + letter) != apart


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
