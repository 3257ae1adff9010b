"""Lines to one: which hyphens at their ends belong to a word, and which only broke it.

In print nearly all of them broke a word, other than in plain text. Many programs tell: what they broke they
write with a sign that stands nowhere else, a soft hyphen or U+2010. Where one does not, a hyphen stays where
the document itself writes it within a line, before a capital or a figure, in compounds of words that make
such in any known language, and between what are words by themselves.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise, takewhile

from retrieval.articles import SOFT_HYPHEN
from retrieval.ingest.known_words import is_known
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

#: A hyphen as Unicode calls it, which some programs write for all hyphens, and some for those that they make.
_TRUE_HYPHEN = "\u2010"

_WORD = re.compile(rf"[^\W_]+(?:[-{_TRUE_HYPHEN}][^\W_]+)*")
_LAST = re.compile(rf"([^\W_]+)([-{_TRUE_HYPHEN}{SOFT_HYPHEN}])$")
_FIRST = re.compile(r"[^\W_]+")

#: What share of the lines ends within a word where words are broken, and in how many lines that shows.
#: Measured on generated texts: with hyphenation 0.028 and more, but for one of 0.01; without 0.025 at most.
_BROKEN, _FEWEST = 0.025, 40

#: How many signs that break words there are at least for one hyphen at the end of a line where a program
#: writes them for all that it breaks. Chosen by eye.
_TELLING = 0.5

#: How many letters the parts of a compound have at least that stand as words elsewhere in the document, and
#: that are known: shorter ones are often no words. Tried on 44,000 breaks, 460 of compounds.
_SHORTEST, _SHORTEST_KNOWN = 4, 6

#: How many letters of a word's second part show that it is the same word with another ending, and how many
#: two parts begin with that are one word said twice. Chosen by eye.
_STEM, _ALIKE = 4, 3

#: Signs behind which a word goes on in the next line, or with which it does, where no space parts them.
_GOING_ON = re.compile(r"\w[–—/]$")
_GONE_ON = re.compile(r"[–—]\w|-\d")

#: Letters one of which each part of a broken word has, in scripts that have them.
_VOWEL = re.compile("[aeiouyà-öø-ÿаеёиоуыэюяәөұүіїєў]|[^a-zа-яёәғқңөұүһіїєў]")


class Words:
    """The words of a document, by which it is told what a hyphen was."""

    def __init__(self, paragraphs: Iterable[Sequence[str]]) -> None:
        """Count the words of paragraphs that do not stand at a broken end, and the hyphens there."""
        self._counts = Counter[str]()
        ends, within = Counter[str](), Counter[str]()
        written = 0
        for lines in paragraphs:
            is_broken = False
            for line in lines:
                words = _WORD.findall(line.lower())[is_broken:]
                last = _LAST.search(line)
                is_broken = last is not None
                for word in words[:-1] if is_broken else words:
                    self._counts[word.replace(_TRUE_HYPHEN, "-")] += 1
                    within.update(sign for sign in word if sign in (_TRUE_HYPHEN, "-"))
                ends.update([last[2]] if last else ())
                written += 1
        #: Where hardly a line ends in a hyphen, no words are broken.
        self._breaks = written < _FEWEST or ends.total() > _BROKEN * written
        #: The signs that only stand where a word is broken, and whether they stand wherever one is.
        self._breaking = {SOFT_HYPHEN} | ({_TRUE_HYPHEN} if not within[_TRUE_HYPHEN] else set())
        made = sum(ends[sign] for sign in self._breaking)
        self._tells = made > 0 and made >= _TELLING * ends["-"]
        self._sorted = sorted(self._counts)

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines as one, with a space between them or what was broken whole."""
        parts = list(lines[:1])
        for before, line in pairwise(lines):
            last, first = _LAST.search(before), _FIRST.match(line)
            if last and first:
                if not self._is_compound(last[1], first[0], last[2]):
                    parts[-1] = parts[-1][:-1]
            elif not _GOING_ON.search(before) and not (_GONE_ON.match(line) and before[-1:].isalnum()):
                parts.append(" ")
            parts.append(line)
        return "".join(parts).replace(SOFT_HYPHEN, "")

    def _is_compound(self, first: str, second: str, sign: str) -> bool:
        if sign in self._breaking:
            return False
        is_capital = first.isupper() and second.isupper()
        is_small = second[0].islower()
        is_abbreviation = len(first) > 1 and first.isupper() and is_small
        first, second = first.lower(), second.lower()
        whole, hyphenated = self._counts[first + second], self._counts[f"{first}-{second}"]
        if whole or hyphenated:
            return hyphenated > whole
        if not (is_small or is_capital) or is_abbreviation or first[-1].isdigit() or self._tells:
            return True
        if is_known(first + second):
            return False
        return not self._breaks or self._is_likely_compound(first, second)

    def _is_likely_compound(self, first: str, second: str) -> bool:
        firsts, seconds = _compounds()
        if first in firsts or second in seconds or not (_VOWEL.search(first) and _VOWEL.search(second)):
            return True
        whole, hyphenated = self._like(first, second[:_STEM]), self._like(f"{first}-", second[:_STEM])
        if whole or hyphenated:
            return hyphenated > whole
        return _is_said_twice(first, second) or (self._is_word(first) and self._is_word(second))

    def _like(self, first: str, second: str) -> int:
        """Return how often words stand in the document that begin with two parts."""
        start = first + second
        if len(second) < _STEM:
            return 0
        place = bisect_left(self._sorted, start)
        found = takewhile(lambda word: word.startswith(start), self._sorted[place:])
        return sum(self._counts[word] for word in found)

    def _is_word(self, part: str) -> bool:
        return (len(part) >= _SHORTEST and self._counts[part] > 0) or (
            len(part) >= _SHORTEST_KNOWN and is_known(part)
        )


def _is_said_twice(first: str, second: str) -> bool:
    """Whether two words are one, with different endings."""
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))))
    return alike >= max(_ALIKE, min(len(first), len(second)) / 2)


@cache
def _compounds() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a hyphen follows, and those that it goes before, in any known language."""
    known = [table(name, Lines).compounds for name in KNOWN]
    return frozenset(word for each in known for word in each.first), frozenset(
        word for each in known for word in each.second
    )
