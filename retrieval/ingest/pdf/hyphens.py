"""Lines to one: which hyphens at their ends belong to a word, and which only broke it.

In print nearly all of them broke a word, other than in plain text. A hyphen stays where the document itself
writes it within a line, before a capital or a figure, and in compounds of words that make such in any known
language.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from retrieval.articles import SOFT_HYPHEN
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LAST = re.compile(rf"([^\W_]+)[-{SOFT_HYPHEN}]$")
_FIRST = re.compile(r"[^\W_]+")

#: What share of the lines ends within a word where words are broken, and in how many lines that shows.
#: Measured on generated texts: with hyphenation 0.028 and more, but for one of 0.01; without 0.025 at most.
_BROKEN, _FEWEST = 0.025, 40

#: How many letters the parts of a compound have at least that stand as words elsewhere. Chosen by eye.
_SHORTEST = 4

#: Signs behind which a word goes on in the next line, or with which it does, where no space parts them.
_GOING_ON = re.compile(r"\w[–—/]$")
_GONE_ON = re.compile(r"[–—]\w|-\d")


class Words:
    """The words of a document, by which it is told what a hyphen was."""

    def __init__(self, paragraphs: Iterable[Sequence[str]]) -> None:
        """Count the words of paragraphs that do not stand at a broken end."""
        self._counts = Counter[str]()
        written = broken = 0
        for lines in paragraphs:
            is_broken = False
            for line in lines:
                words = _WORD.findall(line.lower())[is_broken:]
                is_broken = _LAST.search(line) is not None
                self._counts.update(words[:-1] if is_broken else words)
                written, broken = written + 1, broken + is_broken
        #: Where hardly a line ends in a hyphen, no words are broken.
        self._breaks = written < _FEWEST or broken > _BROKEN * written

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines as one, with a space between them or what was broken whole."""
        parts = list(lines[:1])
        for before, line in pairwise(lines):
            last, first = _LAST.search(before), _FIRST.match(line)
            if last and first:
                if not self._is_compound(last[1], first[0], is_soft=before.endswith(SOFT_HYPHEN)):
                    parts[-1] = parts[-1][:-1]
            elif not _GOING_ON.search(before) and not (_GONE_ON.match(line) and before[-1:].isalnum()):
                parts.append(" ")
            parts.append(line)
        return "".join(parts).replace(SOFT_HYPHEN, "")

    def _is_compound(self, first: str, second: str, *, is_soft: bool) -> bool:
        if is_soft:
            return False
        whole = self._counts[(first + second).lower()]
        hyphenated = self._counts[f"{first}-{second}".lower()]
        if whole or hyphenated:
            return hyphenated > whole
        if not second[0].islower() or first[-1].isdigit() or not self._breaks:
            return True
        first, second = first.lower(), second.lower()
        firsts, seconds = _compounds()
        are_words = min(len(first), len(second)) >= _SHORTEST and self._counts[first] and self._counts[second]
        return first in firsts or second in seconds or bool(are_words)


@cache
def _compounds() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a hyphen follows, and those that it goes before, in any known language."""
    known = [table(name, Lines).compounds for name in KNOWN]
    return frozenset(word for each in known for word in each.first), frozenset(
        word for each in known for word in each.second
    )
