"""What a question asks articles for: its terms, in its own language and in others, each with its weight."""

from dataclasses import dataclass
from functools import lru_cache

from retrieval.analysis.mentions import Kind, mentions
from retrieval.analysis.terms import Field, Terms, common_keys, word_terms
from retrieval.analysis.translations import translations
from retrieval.analysis.words import content_words, function_words, words
from retrieval.languages import KNOWN

#: What a question asks for: in each field its distinct terms, each with what it counts.
QueryTerms = dict[Field, dict[str, float]]

#: What a question's function words count, against 1 for its other words. They say little, but what
#: they say helps: "when" stands beside other words than "who".
_FUNCTION_WEIGHT = 0.4

#: What words count that a question goes on with from the one before.
_CARRIED_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class Carried:
    """Words of an earlier question, and its language, that a question goes on with."""

    text: str
    language: str

    def __post_init__(self) -> None:
        if not words(self.text):
            raise ValueError("there are no words to carry over")


def query_terms(question: str, language: str, carried: Carried | None = None) -> QueryTerms:
    """Return what a question asks articles in its own `language` for, other than telling words for less.

    >>> query_terms("Is rye ripe?", "en")[Field.STEM]
    {'rye': 1.0, 'ripe': 1.0, 'is': 0.4}
    """
    telling = content_words(question, language)
    if carried:
        telling = [word for word in telling if word not in function_words(language)]
    function = [word for word in words(question) if word not in telling]
    parts = [(1.0, telling, language), (_FUNCTION_WEIGHT, function, language)]
    if carried:
        parts.insert(1, (_CARRIED_WEIGHT, words(carried.text), carried.language))
    found: QueryTerms = {Field.STEM: {}, Field.GRAM: {}}
    for weight, part, spoken in parts:
        for word in part:
            for stem, sure in _said(word, spoken, language).items():
                found[Field.STEM].setdefault(stem, weight * sure)
            for gram in word_terms(word, spoken).gram:
                found[Field.GRAM].setdefault(gram, weight)
    return found


@lru_cache(maxsize=16)
def foreign_query_terms(
    question: str, language: str, other: str, carried: Carried | None = None
) -> QueryTerms:
    """Return what a question in `language` asks articles in an `other` one for; not to be changed.

    That is what is the same in both, and the likely translations of its telling words.
    """
    found: QueryTerms = {Field.KEY: {}, Field.STEM: {}, Field.GRAM: {}}
    for weight, text, spoken in _spoken(question, language, carried):
        for one in query_words(text, spoken, other):
            for key in one.terms.key:
                found[Field.KEY].setdefault(key, weight)
        for word in content_words(text, spoken):
            for gram in word_terms(word, spoken).gram:
                found[Field.GRAM].setdefault(gram, weight)
            for stem, sure in _said(word, spoken, other).items():
                found[Field.STEM][stem] = max(found[Field.STEM].get(stem, 0.0), round(weight * sure, 9))
    return found


def _spoken(question: str, language: str, carried: Carried | None) -> list[tuple[float, str, str]]:
    """Return a question and what it goes on with: what the words count, the words and their language."""
    own = (1.0, question, language)
    return [own, (_CARRIED_WEIGHT, carried.text, carried.language)] if carried else [own]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One of a question's telling words: the terms that it may stand as in an article.

    It may be `named`, that is part of a name. What several words say together, as a day and its month do,
    counts as a word too, which the question does not have by itself: its `word` is empty.
    """

    word: str
    terms: Terms
    named: bool = False


@lru_cache(maxsize=64)
def query_words(question: str, language: str, other: str) -> tuple[QueryWord, ...]:
    """Return the telling words of a question in `language`, as articles in an `other` one hold them.

    In its own language that is by their stems, in another by their keys and translations.

    >>> [(word.terms.stem, word.named) for word in query_words("Where is the Turgay bridge?", "en", "en")]
    [(('turgay',), True), (('bridg',), False)]
    """
    named = _named(question, language)
    if language == other:
        return tuple(
            QueryWord(word, Terms(word_terms(word, language).stem, (), ()), word in named)
            for word in content_words(question, language)
        )
    found = []
    for word in content_words(question, language):
        keys = dict.fromkeys((*word_terms(word, language).key, *common_keys(word, (word,), language)))
        terms = Terms(tuple(_said(word, language, other)), (), tuple(keys))
        found.append(QueryWord(word, terms, word in named))
    owned = {key for one in found for key in one.terms.key}
    common = dict.fromkeys(common_keys(question, words(question), language))
    return (*found, *(QueryWord("", Terms((), (), (key,))) for key in common if key not in owned))


def _said(word: str, language: str, other: str) -> dict[str, float]:
    """Return the stems by which a text in an `other` language is likely to say a word, each with how likely.

    Nothing is known of languages that Derek does not know: there a word is taken as it is.
    """
    if language == other or other not in KNOWN:
        return dict.fromkeys(word_terms(word, other).stem, 1.0)
    found: dict[str, float] = {}
    for stem in word_terms(word, language).stem:
        for translation, sure in translations(stem, language, other).items():
            found[translation] = max(sure, found.get(translation, 0.0))
    return found


def _named(question: str, language: str) -> frozenset[str]:
    """Return the words that a question writes as part of a name."""
    said = (question[one.start : one.end] for one in mentions(question, language) if one.kind is Kind.NAME)
    return frozenset(word for name in said for word in words(name)) - function_words(language)
