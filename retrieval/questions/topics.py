"""Topics: what a message wants to be told of, where it asks no question: "Tell me about gas", «Газ туралы».

How a topic is asked for in a language is data, in each one's `topics.toml`.
"""

import re
from collections.abc import Iterable
from functools import cache

from retrieval.analysis.words import function_words, words
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_question
from retrieval.languages.tables import Followups, Topics, table
from retrieval.questions.answer_types import AnswerType, expected

#: A message of so many words at most, none of which asks, names a topic by itself. Chosen by eye.
_BARE = 3

#: Where a sentence ends and another begins, or what is asked of the subject stands behind it.
_GOES_ON = re.compile(r"[.!?…]\s+\w|[?;:]\s|\n")

_MARK = re.compile("[?？]")

_TOKEN = re.compile(r"\(([^()]*)\)(\??)|(\S+)")


def named_topic(text: str) -> str | None:
    """Return what a message asks to be told of, in its own words; None if it asks something else.

    >>> named_topic("What do you know about the Kamaz plant?"), named_topic("Tell me about it")
    ('the Kamaz plant', None)
    """
    for pattern in (_before(), _behind()):
        if (match := pattern.fullmatch(text)) and _is_subject(match["topic"]):
            return match["topic"]
    return None


def is_bare(text: str) -> bool:
    """Whether a message is nothing but the name of something: "Kamaz", "gas prices"."""
    if text.rstrip().endswith(("?", "？")) or _before().fullmatch(text) or _behind().fullmatch(text):
        return False
    # "is Putin married", "population of Astana": it expects an answer of a kind, as questions do.
    expects = expected(text, language_of_question(text))
    return len(words(text)) <= _BARE and _is_subject(text) and expects <= {AnswerType.DEFINITION}


def asks(text: str) -> bool:
    """Whether a message wants to be told anything: by its mark, by a word that asks, or by naming a topic.

    >>> asks("haha, nice"), asks("кто это"), asks("Tell me about gas"), asks("Really?")
    (False, True, True, True)
    """
    language = language_of_question(text)
    asking = _asking_in(language) if language in KNOWN else _asking()
    return bool(_MARK.search(text) or named_topic(text) is not None or not asking.isdisjoint(words(text)))


def _is_subject(text: str) -> bool:
    """Whether a text says what it is about, in one sentence, and does not ask anything itself."""
    named = words(text)
    asks = not _asking().isdisjoint(named) or _GOES_ON.search(text)
    return not asks and any(word.replace("ё", "е") not in _empty() for word in named)


@cache
def _before() -> re.Pattern[str]:
    phrases = (phrase for language in KNOWN for phrase in table(language, Topics).before)
    return re.compile(rf"\W*(?:{_any_of(phrases)})(?P<topic>\S.*?)[\s.?!…]*", re.IGNORECASE | re.DOTALL)


@cache
def _behind() -> re.Pattern[str]:
    phrases = (phrase for language in KNOWN for phrase in table(language, Topics).behind)
    return re.compile(rf"\W*(?P<topic>\w.*?)[\s,]+(?:{_any_of(phrases)})\W*", re.IGNORECASE | re.DOTALL)


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(map(_pattern, phrases))


def _pattern(phrase: str) -> str:
    """Return the pattern of a phrase of the table: its words, and of those in brackets one or none."""
    parts = []
    for one_of, optional, word in _TOKEN.findall(phrase):
        alternatives = "|".join(_spaced(choice) for choice in (one_of or word).split("|"))
        parts.append(rf"(?:(?:{alternatives})(?:[\s,]+|\W*$)){optional}")
    return "".join(parts)


def _spaced(words_of_phrase: str) -> str:
    return r"\s+".join(map(re.escape, words_of_phrase.split()))


@cache
def _asking() -> frozenset[str]:
    """Return the words that ask in any language: what asks in one may deny in another."""
    return frozenset().union(*map(_asking_in, KNOWN))


@cache
def _asking_in(language: str) -> frozenset[str]:
    """Return the words that ask in a language, and the particles that make a question of a statement."""
    known = table(language, Followups).words
    return frozenset((*known.asking, *known.particles))


@cache
def _empty() -> frozenset[str]:
    """Return the words that name nothing: function words, and pronouns for what was said before."""
    known = {word for language in KNOWN for word in function_words(language)}
    for language in KNOWN:
        pronouns = table(language, Followups).words
        known.update(pronouns.pronouns, pronouns.ambiguous_pronouns)
    return frozenset(word.replace("ё", "е") for word in known)
