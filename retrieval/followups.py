"""Questions that lean on the one before, as "And gas?", "А в 2022 году?" and "Ол қашан болды?" do.

question ─ marks, pronouns, what it names itself ─▶ does it lean?
previous ─ telling words, without those that the question puts others in the place of ─▶ carried

A question that stands alone is never touched: carrying too much misleads more than carrying nothing does.
How languages do it is data, in each one's `followups.toml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from retrieval.articles import one_line
from retrieval.languages import KNOWN, knowledge
from retrieval.languages.detection import language_of_question
from retrieval.mentions import Kind, mentions
from retrieval.names import place_keys
from retrieval.terms import Carried
from retrieval.words import function_words, telling_words, words

#: A question with more telling words than these says itself what it is about; one with a mark, or with a word
#: that may mean nothing, has even fewer.
_MOST, _FEW = 6, 3

#: Of so many questions before, the last that stands alone is what a chain of follow-ups is about.
CHAIN = 4


@dataclass(frozen=True, slots=True)
class Followup:
    """A question that leans on another one, and the words of that one that it goes on with.

    `expecting` is the one of the two that says what kind of answer is expected.
    """

    question: str
    language: str
    carried: Carried
    expecting: str

    @property
    def whole(self) -> str:
        """What is asked, said in one."""
        return f"{self.expecting} {self.carried.text if self.expecting == self.question else self.question}"


@dataclass(frozen=True, slots=True)
class _Read:
    """A question without the words that it begins and ends with because it goes on."""

    words: Sequence[str]
    language: str
    marked: bool
    #: What says what it is about: neither function word, question word nor pronoun.
    telling: Sequence[str]
    asks: bool
    table: Mapping[str, Any]

    def has(self, name: str) -> list[int]:
        """Return where words of a list of the language's table stand."""
        listed = set(self.table["words"][name])
        return [place for place, word in enumerate(self.words) if word in listed]

    def within(self, name: str) -> set[int]:
        """Return where the words of the table's phrases of a list stand, if a whole phrase does."""
        phrases = [phrase.split() for phrase in self.table["phrases"][name]]
        return {
            place
            for phrase in phrases
            for start in range(len(self.words) - len(phrase) + 1)
            if self.words[start : start + len(phrase)] == phrase
            for place in range(start, start + len(phrase))
        }


def follow_up(question: str, previous: str) -> Followup | None:
    """Return what a question goes on with, or None if it stands alone.

    >>> found = follow_up("And in 2022?", "How much did trade grow in 2021?")
    >>> found.carried.text, found.expecting
    ('trade grow', 'How much did trade grow in 2021?')
    """
    question, previous = one_line(question), one_line(previous)
    before = language_of_question(previous)
    language = _language(question, before)
    read = _read(question, language)
    if read is None or words(question) == words(previous) or not _leans(question, read):
        return None
    elliptical = not read.asks and not read.has("pronouns")
    kept = _kept(previous, before, question if elliptical else "", language)
    kept = [word for word in kept if word not in read.telling]
    if not kept:
        return None
    return Followup(question, language, Carried(" ".join(kept), before), previous if elliptical else question)


def understood(question: str, previous: Sequence[str]) -> Followup | None:
    """Return what a question goes on with after the previous ones, the oldest first.

    Those may go on themselves; what says nothing to go on with is passed over: "Really?"
    """
    about = ""
    for earlier in previous[-CHAIN:]:
        found = follow_up(earlier, about) if about else None
        if found:
            about = found.whole
        elif _kept(earlier, language_of_question(earlier), "", ""):
            about = earlier
    return follow_up(question, about) if about else None


def _language(question: str, before: str) -> str:
    """Return the language of a question; that of the one before, if it is too short to tell another."""
    found = words(question)
    own = language_of_question(question)
    if not any(map(str.isalpha, question)):
        return before
    if {own, before} == {"ru", "kk"} and len(found) <= _FEW:
        tailed = [code for code in (own, before) if found[-1] in _table(code)["marks"]["tails"]]
        letters = set(question.lower()) & set("әғқңөұүһі")
        return tailed[0] if tailed else own if letters else before
    if own == "ru" and found[-1] in _table("kk")["marks"]["tails"]:
        return "kk"
    return own


def _read(question: str, language: str) -> _Read | None:
    """Return a question's words as its grammar reads them; None in a language that Derek does not know."""
    if language not in KNOWN:
        return None
    table = _table(language)
    found = words(question)
    marks = table["marks"]
    marked = False
    for beginning in sorted((*marks["topics"], *marks["leads"]), key=len, reverse=True):
        first = beginning.split()
        if found[: len(first)] == first:
            found, marked = found[len(first) :], True
            break
    if found and found[-1] in marks["tails"]:
        found, marked = found[:-1], True
    listed = table["words"]
    silent = {
        *function_words(language),
        *listed["asking"],
        *listed["pronouns"],
        *listed["shy"],
        *listed["little"],
        *listed["prepositions"],
        *listed["addressed"],
    }
    telling = [word for word in found if word not in silent]
    return _Read(found, language, marked, telling, not set(listed["asking"]).isdisjoint(found), table)


def _leans(question: str, read: _Read) -> bool:
    if read.has("addressed") or read.within("now") or len(read.telling) > _MOST:
        return False
    if not read.telling:
        return read.asks or read.marked or bool(read.has("pronouns"))
    named = _named(question, read)
    if _points_back(read, named) or all(map(str.isdigit, read.telling)):
        return True
    few = len(read.telling) <= _FEW
    if read.marked and few and not read.asks:
        return True
    return few and not named and (_says_little(read) or _asks_further(question, read))


def _says_little(read: _Read) -> bool:
    """Whether a question asks something, but nothing of it says about what."""
    listed = read.table["words"]
    if read.asks and not set(read.telling) - {*listed["general"], *listed["relational"]}:
        return True
    if len(read.telling) != 1:
        return False
    first, second = (*read.words, "", "")[:2]
    if first in listed["prepositions"] and second in listed["asking"]:
        return True
    # What prepositions say elsewhere, a case says here: "Қай матчта?"
    return first in listed["asking"] and read.words[1:] == read.telling and bool(_case(second, read.table))


def _asks_further(question: str, read: _Read) -> bool:
    """Whether more of the same is asked for, as "What else was opened?" does."""
    further = read.table["words"]["further"]
    return read.asks and len(read.telling) == 1 and not set(further).isdisjoint(words(question))


def _points_back(read: _Read, named: Sequence[int]) -> bool:
    """Whether a pronoun stands for what was said before, and not for a name that the question gives first."""
    today = set(read.table["words"]["today"])
    telling = set(read.telling) - set(read.table["words"]["general"])
    places = read.has("pronouns")
    if len(read.telling) <= _FEW:
        # What somebody says about it is about something else than who says it.
        if read.within("about"):
            return True
        empty = read.within("empty")
        places += [place for place in read.has("shy") if place not in empty]
    return any(
        all(place < name for name in named)
        # One verb may come before it; of two words one may be what it stands for.
        and sum(word in telling for word in read.words[:place]) <= 1
        and not _in_second_clause(read, place)
        and not today & set(read.words[place + 1 : place + 2])
        for place in places
    )


def _in_second_clause(read: _Read, place: int) -> bool:
    """Whether a pronoun may stand for a word of the clause before its own: "who is abai and where was he"."""
    before = [at for at, word in enumerate(read.words[:place]) if word in read.telling]
    joints = {*read.table["words"]["asking"], *read.table["marks"]["leads"]}
    return bool(before) and not joints.isdisjoint(read.words[before[-1] + 1 : place])


def _named(question: str, read: _Read) -> list[int]:
    """Return where the words of names stand among a question's words."""
    said = {
        word
        for one in mentions(question, read.language)
        if one.kind in (Kind.NAME, Kind.QUOTED)
        for word in words(question[one.start : one.end])
    }
    return [place for place, word in enumerate(read.words) if word in said and word in read.telling]


def _kept(previous: str, before: str, instead: str, language: str) -> list[str]:
    """Return the telling words of the previous question that nothing is put in the place of."""
    read = _read(previous, before)
    if read is None:
        return telling_words(previous, before)
    if not instead:
        general = set(read.table["words"]["general"])
        return [word for word in read.telling if word not in general]
    here, there = _roles(previous, before), _roles(instead, language)
    gone = {
        word
        for word, role in here.items()
        if any(role == other and word.isdigit() == new.isdigit() for new, other in there.items())
    }
    if any(map(str.isdigit, there)):
        periods = set(read.table["words"]["today"])
        gone |= {word for word in read.telling if word.isdigit() or word in periods}
    if any(place_keys(word, language) for word in there):
        names = {word for word in here if not word.isdigit()}
        if gone.isdisjoint(names):
            gone |= {word for word in names if place_keys(word, before)}
    if not gone and "" in there.values():
        gone |= _subject(previous, before)
    return [word for word in read.telling if word not in gone]


def _subject(question: str, language: str) -> set[str]:
    """Return the word that a question begins with, in a language whose endings tell that it is the subject.

    Its capital does not tell whether it is a name.
    """
    table = _table(language) if language in KNOWN else _NO_TABLE
    first = words(question)[:1]
    return {
        word for word in first if table["roles"]["cases"] and not word.isdigit() and not _case(word, table)
    }


def _roles(text: str, language: str) -> dict[str, str]:
    """Return the words of a question that say who, where or when, each with the sign of its part in it.

    That is the preposition before it, or the case that it ends in; a name may have neither.
    """
    table = _table(language) if language in KNOWN else _NO_TABLE
    found, named = words(text), _names_in(text, language)
    silent = {*function_words(language), *table["words"]["asking"], *table["words"]["little"]}
    roles: dict[str, str] = {}
    role = ""
    for word in found:
        if word in table["words"]["prepositions"]:
            role = table["roles"]["same"].get(word, word)
        elif word in silent and not word.isdigit() and word not in named:
            role = ""
        else:
            known = word in named or word.isdigit() or bool(place_keys(word, language))
            if role or known:
                roles[word] = role or _case(word, table)
            if table["roles"]["cases"]:
                role = ""
    return roles


def _case(word: str, table: Mapping[str, Any]) -> str:
    """Return the first ending of the case that a word is in, in a language whose endings tell that."""
    for endings in table["roles"]["cases"]:
        if word.endswith(tuple(endings)):
            return str(endings[0])
    return ""


def _names_in(text: str, language: str) -> set[str]:
    """Return the words of the names in a text."""
    return {
        word
        for one in mentions(text, language)
        if one.kind is Kind.NAME
        for word in words(text[one.start : one.end])
        if word not in function_words(language)
    }


#: What is known of other languages.
_NO_TABLE: Mapping[str, Any] = {
    "words": {"asking": (), "little": (), "prepositions": ()},
    "roles": {"same": {}, "cases": ()},
}


@cache
def _table(language: str) -> Mapping[str, Any]:
    return knowledge(language, "followups")
