"""Text to terms, the same way for articles and for questions.

text ─ words ─▶ lower-case words ─┬ stems ─▶ what an article in the same language is found by
                                  ├ character n-grams ─▶ four letters each, in Latin: for slips and compounds
                                  └ cross-lingual keys ─▶ names, numbers and days, the same in every language
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from math import exp

from retrieval.analysis.names import name_keys
from retrieval.analysis.numbers import number_keys, read_numbers
from retrieval.analysis.places import place_keys
from retrieval.analysis.stems import stems
from retrieval.analysis.transliteration import latin
from retrieval.analysis.words import function_word_idf, function_words, words


class Field(StrEnum):
    """A kind of terms: stems, character n-grams, or cross-lingual keys."""

    STEM = "stem"
    GRAM = "gram"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text by their field, each in the order of the text."""

    stem: tuple[str, ...]
    gram: tuple[str, ...]
    key: tuple[str, ...]

    def of(self, field: Field) -> tuple[str, ...]:
        """Return the terms of one field."""
        return getattr(self, field)  # type: ignore[no-any-return]  # the fields are named so


def terms(text: str, language: str) -> Terms:
    """Return the terms under which `text`, in `language`, is found.

    >>> terms("Trade grew by 26 percent", "en").stem
    ('trade', 'grew', 'by', '26', 'percent')
    """
    text_words = words(text)
    return _joined(
        [word_terms(word, language) for word in text_words], common_terms(text, text_words, language)
    )


@lru_cache(maxsize=20_000)
def word_terms(word: str, language: str) -> Terms:
    """Return the terms of one lower-case word; a function word has no keys, since it is nobody's name."""
    key = () if word in function_words(language) else name_keys(word, language)
    return Terms(stems(word, language), character_ngrams(word), key)


@cache
def usual_shares(language: str) -> Mapping[Field, Mapping[str, float]]:
    """Return in what share of sentences the terms of each function word usually stand, by field."""
    shares: dict[Field, dict[str, float]] = {field: {} for field in Field}
    for word, idf in function_word_idf(language).items():
        share = min(1.0, 1 / (exp(idf) - 1))
        for field in Field:
            for term in word_terms(word, language).of(field):
                shares[field][term] = max(share, shares[field].get(term, 0.0))
    return shares


def common_terms(text: str, text_words: Sequence[str], language: str, *, month_first: bool = False) -> Terms:
    """Return the terms of a text that several of its words may make up together.

    These are the keys of places, numbers and days, and as stems the words that stand for a number or a day
    however it is written. `text_words` are the words of `text`, as `words` returns them; `month_first` says
    how dates in numerals are meant.
    """
    numbers = read_numbers(text, text_words, month_first=month_first)
    amounts = tuple(dict.fromkeys(amount.word for amount in numbers.amounts))
    return Terms(amounts, (), (*place_keys(text, language), *numbers.keys))


def common_keys(text: str, text_words: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the cross-lingual keys of a text that several of its words may make up together.

    These are places, numbers and days. `text_words` are the words of `text`, as `words` returns them.
    """
    return (*place_keys(text, language), *number_keys(text, text_words))


def character_ngrams(word: str) -> tuple[str, ...]:
    """Return the character 4-grams of a lower-case word in Latin letters, with "_" at its beginning and end.

    A word of one letter has a single shorter one.

    >>> character_ngrams("москва")
    ('_mos', 'mosk', 'oskv', 'skva', 'kva_')
    """
    marked = f"_{latin(word)}_"
    return tuple(marked[start : start + 4] for start in range(max(1, len(marked) - 3)))


def _joined(parts: Sequence[Terms], common: Terms) -> Terms:
    return Terms(
        stem=(*(stem for part in parts for stem in part.stem), *common.stem),
        gram=tuple(gram for part in parts for gram in part.gram),
        key=(*(key for part in parts for key in part.key), *common.key),
    )
