"""Which language a text is in.

An article may be in any language; a question is taken to be in one that Derek speaks. The model
(py3langid) takes half a second to load, so letters and function words decide first where they can.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from retrieval.languages import KNOWN, UNDETERMINED, knowledge

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_KAZAKH_LETTER = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W\d_]+")

#: How many characters at the beginning of an article are looked at, to bound the time. Chosen by eye.
_SAMPLE = 4_000

#: The least probability at which the model is believed that an article is in a language beyond ours.
#: Measured: on single sentences of our three languages its wrong guesses had .01 to .72.
_LEAST_PROBABILITY = 0.8


@cache
def _identifier(*languages: str) -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  half a second to load

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages or None)
    return identifier


@cache
def _russian_words() -> frozenset[str]:
    """Return the function words of Russian that Kazakh has not: any of them shows that a text is Russian."""
    return frozenset(knowledge("ru", "words")["function"]) - frozenset(knowledge("kk", "words")["function"])


def language_of_article(text: str) -> str:
    """Return the ISO 639 code of the language that `text` is in, of some 140."""
    sample = text[:_SAMPLE]
    if not _WORD.search(sample):
        return UNDETERMINED
    language, probability = _identifier().classify(sample)
    known_script = _CYRILLIC.search(sample) or _LATIN.search(sample)
    if language in KNOWN or probability >= _LEAST_PROBABILITY or not known_script:
        return str(language)
    return language_of_question(sample)


def language_of_question(text: str) -> str:
    """Return which of the languages that Derek speaks a short text is in."""
    if _KAZAKH_LETTER.search(text):
        return "kk"
    if not _CYRILLIC.search(text):
        return "en" if _LATIN.search(text) else UNDETERMINED
    if any(word in _russian_words() for word in _WORD.findall(text.casefold())):
        return "ru"
    return str(_identifier("ru", "kk").classify(text)[0])
