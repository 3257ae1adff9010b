"""What kind of answer a question expects, as far as its words say.

Which words those are is data, in each language's `questions.toml`.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache

from retrieval.analysis.mentions import Kind
from retrieval.analysis.words import function_words
from retrieval.languages import KNOWN, knowledge


class AnswerType(StrEnum):
    """What a question asks for."""

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


#: What in a sentence can be an answer of each type; of the others nothing in particular.
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
    asked = unicodedata.normalize("NFKC", question).casefold().replace("ё", "е").rstrip("?!.: \n")
    found = {type_ for type_, pattern in _patterns(language).items() if pattern.search(asked)}
    if AnswerType.DATE in found and language != "en":
        # "В каком году", "неше жыл": what counts there is the year.
        found.discard(AnswerType.NUMBER)
    return frozenset(found)


@cache
def _patterns(language: str) -> dict[AnswerType, re.Pattern[str]]:
    function = "|".join(sorted(function_words(language), key=len, reverse=True))
    # What the forms of the data mean; the order matters.
    signs = {"...": r".{1,80}?", "*": r"\w*", " _ ": rf" (?:(?!(?:{function})\b)[\w-]+ ){{0,2}}", " ": r"\s"}
    return {
        AnswerType(name): re.compile(
            rf"(?<!\w)(?:{'|'.join(_pattern(form, signs) for form in forms)})(?!-?\w)"
        )
        for name, forms in knowledge(language, "questions")["types"].items()
    }


def _pattern(form: str, signs: Mapping[str, str]) -> str:
    for sign, meaning in signs.items():
        form = form.replace(sign, meaning)
    return form
