"""Which language a text is in.

An article may be in any language; a question is taken to be in one that Derek speaks. The model
(py3langid) takes half a second to load, so letters and function words decide first where they can.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from retrieval.languages import KNOWN, UNDETERMINED
from retrieval.languages.tables import Words, table

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_KAZAKH_LETTER = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_QUOTED = re.compile('[«“"][^«»“”"]*[»”"]')

#: How many characters at the beginning of an article are looked at, to bound the time. Chosen by eye.
_SAMPLE = 4_000

#: The least probability at which the model is believed that an article is in a language beyond ours.
#: Measured: on single sentences of our three languages its wrong guesses had .01 to .72.
_LEAST_PROBABILITY = 0.8

#: What share of an article's words, and how many different ones, are function words of English at least if it
#: is taken to be English whatever the model says. Of running English a third to a half are; chosen by eye.
_ENGLISH_SHARE, _LEAST_ENGLISH = 0.25, 3

#: How many words a name and a function word count for where a question has words in two scripts: a name keeps
#: its letters in any language, and a function word is the language's own. Chosen by eye.
_NAME_WEIGHT, _FUNCTION_WORD_WEIGHT = 0.5, 3


@cache
def _identifier(*languages: str) -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  half a second to load

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages or None)
    return identifier


@cache
def _function_words(language: str) -> frozenset[str]:
    """Return the function words of a language that the other languages in its script have not."""
    others = {"ru": "kk", "kk": "ru"}.get(language)
    own = frozenset(table(language, Words).function)
    return own - frozenset(table(others, Words).function) if others else own


def language_of_article(text: str) -> str:
    """Return the ISO 639 code of the language that `text` is in, of some 140."""
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample)
    if not words:
        return UNDETERMINED
    if _reads_as_english(words):
        return "en"
    language, probability = _identifier().classify(sample)
    known_script = _CYRILLIC.search(sample) or _LATIN.search(sample)
    if language in KNOWN or probability >= _LEAST_PROBABILITY or not known_script:
        return str(language)
    return language_of_question(sample)


def _reads_as_english(words: Sequence[str]) -> bool:
    """Whether so many of the words are function words of English that no names can make it another language.

    The model goes by letters, and takes English full of invented names for Shona or Swahili.
    """
    # Single letters are words of many languages.
    function = [word for word in map(str.casefold, words) if len(word) > 1 and word in _function_words("en")]
    return len(set(function)) >= _LEAST_ENGLISH and len(function) >= _ENGLISH_SHARE * len(words)


def language_of_question(text: str) -> str:
    """Return which of the languages that Derek speaks a short text is in; a name in it does not decide."""
    words = _COMPOUND.findall(_QUOTED.sub(" ", text)) or _COMPOUND.findall(text)
    cyrillic = [word for word in words if _CYRILLIC.search(word)]
    latin = [word for word in words if not _CYRILLIC.search(word)]
    if not cyrillic:
        return "en" if _LATIN.search(text) else UNDETERMINED
    if latin and _weight(latin, "en") > _weight(cyrillic, "ru", "kk"):
        return "en"
    # A name keeps its letters in any language, and begins with a capital.
    lettered = [word for word in cyrillic if _KAZAKH_LETTER.search(word)]
    kazakh = sum(not word[0].isupper() for word in lettered) + _known(cyrillic, "kk")
    russian = _known(cyrillic, "ru")
    if russian > kazakh:
        return "ru"
    if kazakh > russian and lettered:
        return "kk"
    plain = " ".join(word for word in cyrillic if word not in lettered)
    return str(_identifier("ru", "kk").classify(plain)[0]) if plain else "kk"


def _weight(words: Sequence[str], *languages: str) -> float:
    """Return how much speaks for a text being in the script of these words, of which it has others too.

    Names count less than other words, and function words of one of the languages more.
    """
    known = sum(_known(words, language) for language in languages)
    names = sum(word[0].isupper() for word in words)
    return len(words) + (_NAME_WEIGHT - 1) * names + (_FUNCTION_WORD_WEIGHT - 1) * known


def _known(words: Sequence[str], language: str) -> int:
    """Return how many of the words are function words of a language."""
    return sum(word.casefold() in _function_words(language) for word in words)
