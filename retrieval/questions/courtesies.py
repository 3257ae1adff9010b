"""What people say around a question and ask nothing by: greetings, requests to be told, thanks.

What that is in a language is data, in each one's `courtesies.toml`.
"""

import re
from collections.abc import Iterable
from functools import cache

from retrieval.analysis.words import words
from retrieval.articles import one_line
from retrieval.languages import KNOWN
from retrieval.languages.tables import Courtesies, Followups, table


def without_courtesies(text: str) -> str:
    """Return what a message asks, its white space folded; the whole message, if it asks nothing besides.

    >>> without_courtesies("Hello! Could you please tell me, who met Putin? Thanks in advance!")
    'who met Putin?'
    """
    rest = one_line(text)
    while match := _opening().match(rest):
        if not words(rest[match.end() :]):
            break
        rest = rest[match.end() :]
    while match := _closing().search(rest):
        if not words(rest[: match.start()]):
            break
        rest = rest[: match.start()]
    return rest


@cache
def _opening() -> re.Pattern[str]:
    """Return what recognises a courtesy before a question: a mark or a word that asks stands behind it.

    Behind an acknowledgement may also stand what goes on: "Ok and gas?"
    """
    acknowledgements = _phrases("acknowledgements")
    phrases = f"{_phrases('greetings')}|{acknowledgements}|{_phrases('requests')}"
    goes_on = rf"(?:{acknowledgements})\s+(?=(?:{_leading()})\b)"
    asks = rf"(?:{phrases})(?:\s*[,.!:;)…—–-]\W*|\s+(?=(?:{_asking()})\b))"
    return re.compile(rf"\W*(?:{goes_on}|{asks})", re.IGNORECASE)


@cache
def _closing() -> re.Pattern[str]:
    """Return what recognises a courtesy behind a question, before which a mark stands if it is one word."""
    phrases, single = _phrases("closings"), _phrases("closings", longest=1)
    return re.compile(
        rf"(?:(?<=[?!.…])\s*|\s*[,;:—–-]\s*)(?:{phrases})\W*$|\s+(?!(?:{single})\W*$)(?:{phrases})\W*$",
        re.IGNORECASE,
    )


@cache
def _phrases(name: str, longest: int | None = None) -> str:
    """Return what recognises the courtesies of a list in any language, of `longest` words at most."""
    phrases = {phrase for language in KNOWN for phrase in getattr(table(language, Courtesies), name)}
    return _any_of(phrase for phrase in phrases if longest is None or len(phrase.split()) <= longest)


@cache
def _asking() -> str:
    """Return what recognises the words that a question begins with in any language."""
    return _any_of({word for language in KNOWN for word in table(language, Followups).words.asking})


@cache
def _leading() -> str:
    """Return what recognises the words by which a question goes on with the one before in any language."""
    return _any_of({lead for language in KNOWN for lead in table(language, Followups).marks.leads})


def _any_of(phrases: Iterable[str]) -> str:
    """Return the pattern of any of these phrases, the longest first; commas may stand between their words."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(r"[\s,]+".join(map(re.escape, phrase.split())) for phrase in longest_first)
