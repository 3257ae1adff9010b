"""Which types of answer a question expects, as far as its words say.

Which words those are is data, in each language's `questions.toml`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache

from retrieval.analysis.mentions import Kind
from retrieval.analysis.words import function_words
from retrieval.languages import KNOWN
from retrieval.languages.tables import Questions, table


class AnswerType(StrEnum):
    """A type of answer that a question may ask for."""

    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    REASON = "reason"
    DEFINITION = "definition"
    MANNER = "manner"
    YES_NO = "yes_no"


#: Which kinds of mention can be an answer of each type; no kind in particular answers the types left out.
KINDS: Mapping[AnswerType, tuple[Kind, ...]] = {
    AnswerType.NUMBER: (Kind.NUMBER,),
    AnswerType.PERCENT: (Kind.PERCENT,),
    AnswerType.MONEY: (Kind.MONEY,),
    AnswerType.DATE: (Kind.DATE,),
    AnswerType.PERSON: (Kind.NAME,),
    AnswerType.ORGANISATION: (Kind.NAME, Kind.QUOTED),
    AnswerType.PLACE: (Kind.NAME,),
    AnswerType.REASON: (Kind.REASON, Kind.CAUSE),
}


@lru_cache(maxsize=256)
def expected(question: str, language: str) -> frozenset[AnswerType]:
    """Return the types that answers may have; none if the question is open.

    >>> sorted(expected("How many goals did they score, and when?", "en"))
    [<AnswerType.DATE: 'date'>, <AnswerType.NUMBER: 'number'>]
    """
    if language not in KNOWN:
        return frozenset()
    folded = _folded(question)
    types = {type_ for type_, pattern in _patterns(language).items() if pattern.search(folded)}
    if AnswerType.DATE in types and language != "en":
        # "В каком году", "неше жыл": the number that is asked for is a year.
        types.discard(AnswerType.NUMBER)
    return frozenset(types)


@lru_cache(maxsize=256)
def asks_for_several(question: str, language: str) -> bool:
    """Whether a question asks for all there is of something, or for the steps of doing it.

    >>> asks_for_several("What are the ingredients?", "en"), asks_for_several("What is salt?", "en")
    (True, False)
    """
    pattern = _several(language) if language in KNOWN else None
    return bool(pattern and pattern.search(_folded(question)))


def _folded(question: str) -> str:
    return unicodedata.normalize("NFKC", question).casefold().replace("ё", "е").rstrip("?!.: \n")


@cache
def _patterns(language: str) -> dict[AnswerType, re.Pattern[str]]:
    """Return the pattern of each type, made of the phrases that ask for it in a language."""
    types = table(language, Questions).types
    return {AnswerType(name): _any_of(forms, language) for name, forms in types.items()}


@cache
def _several(language: str) -> re.Pattern[str] | None:
    forms = table(language, Questions).several
    return _any_of(forms, language) if forms else None


def _any_of(forms: Sequence[str], language: str) -> re.Pattern[str]:
    """Return the pattern of any of some phrases of a language."""
    function = "|".join(sorted(function_words(language), key=len, reverse=True))
    # What the forms of the data mean; the order matters.
    signs = {"...": r".{1,80}?", "*": r"\w*", " _ ": rf" (?:(?!(?:{function})\b)[\w-]+ ){{0,2}}", " ": r"\s"}
    return re.compile(rf"(?<!\w)(?:{'|'.join(_pattern(form, signs) for form in forms)})(?!-?\w)")


def _pattern(form: str, signs: Mapping[str, str]) -> str:
    """Return the pattern of one phrase that is written as in the tables."""
    for sign, meaning in signs.items():
        form = form.replace(sign, meaning)
    return form
