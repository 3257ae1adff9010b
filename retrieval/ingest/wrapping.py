"""Wrapped text: which line breaks of a plain text its width alone made, and which words they broke.

A text is wrapped where most of its lines end because the next word would not have fitted. That is looked for
in all lines between tables, cards and drawn lines together: one line alone says nothing. Verse and lists end
where they like, and begin with capitals.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from retrieval.articles import LINE_BREAKS, LIST_MARK, SOFT_HYPHEN

#: The widths that lines are wrapped to, in characters: narrower ones are lists and verse, wider ones whole
#: paragraphs. Chosen by eye.
_NARROWEST, _WIDEST = 40, 140

#: How many characters of room a line may leave besides the next word: not all fill them. Chosen by eye.
_RAGGED = 8

#: How many lines a title may have. Chosen by eye.
_TITLE_LINES = 3

#: How long a line is at least that goes on in a small letter whatever the width, and how narrow a text of
#: few breaks was wrapped to at the narrowest; how many are few. Chosen by eye: verse is shorter.
_SURELY_LONG, _FEW_BREAKS = 50, 6

#: Of the breaks within paragraphs, what share one width must make; of these, what share must stand within a
#: sentence, and what share before a small letter. Chosen by eye on books, mail and verse.
_BY_WIDTH, _WITHIN_SENTENCE, _BEFORE_SMALL = 0.6, 0.4, 0.15

_LINE = re.compile(
    rf"(?<![^{LINE_BREAKS}])(?P<quoted>(?:>[ \t]?)*+)(?P<indent>[ \t]*+)(?P<text>[^{LINE_BREAKS}]*)"
)
_FIRST_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"""[.!?…;:؟۔।]["'»”’“)\]]*\s*$""")
_WITHIN = re.compile(r"""[.!?…؟۔।]["'»”’“)\]]*(?:\s|$)""")

# A word broken at the end of a line; the look-behind keeps a million letters linear.
_BROKEN = re.compile(r"(?<![^\W\d_])(?P<first>[^\W\d_]+)[-\u2010](?P<end>\n[ \t>]*)(?P<second>[^\W\d_]+)")
_BREAKS = re.compile(r"\w[-\u2010–]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its text without what stands around it, and where that begins."""

    text: str
    start: int
    number: int  #: its place among the lines, from 1
    quoted: int  #: how many marks of quotation go before it
    indent: int  #: how many columns of white space, after those
    apart: bool  #: whether a blank line goes before

    @property
    def end(self) -> int:
        """Where its text ends."""
        return self.start + len(self.text)

    @property
    def width(self) -> int:
        """How many columns it takes up, its marks of quotation left out."""
        return self.indent + len(self.text)

    @property
    def is_item(self) -> bool:
        """Whether it begins an item of a list."""
        return LIST_MARK.match(self.text) is not None

    @property
    def breaks_word(self) -> bool:
        """Whether it ends within a word."""
        return self.text.endswith(SOFT_HYPHEN) or _BREAKS.search(self.text) is not None

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ends with it, or what is announced begins after it."""
        return _SENTENCE_END.search(self.text) is not None


def lines(text: str) -> list[Line]:
    """Return the lines of `text` that are not blank, and hold more than marks of quotation."""
    found: list[Line] = []
    number, counted, apart = 1, 0, True
    for match in _LINE.finditer(text):
        number, counted = number + text.count("\n", counted, match.start()), match.start()
        content = match["text"].strip()
        if not content:
            apart = True
            continue
        start = match.start("text") + len(match["text"]) - len(match["text"].lstrip())
        indent = len(match["indent"].expandtabs(4)) + start - match.start("text")
        found.append(Line(content, start, number, match["quoted"].count(">"), indent, apart))
        apart = False
    return found


def paragraphs(found: Sequence[Line], leading: Container[str] = ()) -> Iterator[Sequence[Line]]:
    """Yield lines, those together that were one before they were wrapped.

    After one of the `leading` words, such as "of" and "the", no line ends of itself.
    """
    width = _width(found)
    start = 0
    for place in range(1, len(found) + 1):
        if place == len(found) or not _goes_on(found[start], found[place - 1], found[place], width, leading):
            yield from _runs(found[start:place])
            start = place


def _runs(run: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield a run of lines as it is if a sentence ends in it, or if it may be a title or an item.

    Else yield its lines: in a list of them no sentence ends.
    """
    goes_on = any(line.text[0].islower() for line in run[1:])
    is_short = goes_on and (run[0].is_item or len(run) <= _TITLE_LINES)
    if len(run) == 1 or is_short or any(line.breaks_word or _WITHIN.search(line.text) for line in run):
        yield run
    else:
        yield from ((line,) for line in run)


def _goes_on(first: Line, line: Line, following: Line, width: int | None, leading: Container[str]) -> bool:
    """Whether a line of a run that begins with the `first` goes on in the following one."""
    if not _may_go_on(line, following) or (following.is_item and (first.is_item or line.ends_sentence)):
        return False
    if line.breaks_word and following.text[0].isalnum():
        return True
    hangs = first.is_item and following.indent > first.indent
    if following.indent > line.indent and not hangs:
        return False
    if hangs and following.text[0].islower() and not line.ends_sentence:
        return True
    if line.width >= _SURELY_LONG and not line.ends_sentence:
        last = line.text.rpartition(" ")[2].casefold()
        if following.text[0].islower() or last in leading:
            return True
    return width is not None and line.width <= width + _RAGGED and not _fits(line, following, width)


def _may_go_on(line: Line, following: Line) -> bool:
    """Whether nothing but their widths speaks against it."""
    mark = LIST_MARK.match(following.text)
    begins_item = mark is not None and following.text[mark.end()].isupper()
    return not following.apart and following.quoted == line.quoted and not begins_item


def _fits(line: Line, following: Line, width: int) -> bool:
    """Whether the first word of the following line would have stood in this one, and left room."""
    return line.width + 1 + len(_first_word(following)) + _RAGGED <= width


def _first_word(line: Line) -> str:
    word = _FIRST_WORD.match(line.text)
    return word[0] if word else ""


def _width(found: Sequence[Line]) -> int | None:
    """Return the width to which a text was wrapped; None if it was not."""
    breaks = [
        (line, following)
        for line, following in pairwise(found)
        if _may_go_on(line, following) and line.width >= _NARROWEST and not line.text.isupper()
    ]
    width = _commonest_width(breaks)
    if width is None or (width < _SURELY_LONG and len(breaks) < _FEW_BREAKS):
        return None
    by_width = [
        (line, following)
        for line, following in breaks
        if line.width <= width and not _fits(line, following, width)
    ]
    within = sum(not line.ends_sentence for line, _ in by_width)
    small = sum(following.text[0].islower() for _, following in by_width)
    wrapped = (
        len(by_width) >= _BY_WIDTH * len(breaks)
        and within >= _WITHIN_SENTENCE * len(by_width)
        and small >= max(1, _BEFORE_SMALL * len(by_width))
    )
    return width if wrapped else None


def _commonest_width(breaks: Sequence[tuple[Line, Line]]) -> int | None:
    """Return the width that would have made the most of these breaks."""
    changes = [0] * (_WIDEST + 2)
    for line, following in breaks:
        if line.width <= _WIDEST:
            first = max(line.width, _NARROWEST)
            last = min(line.width + len(_first_word(following)) + _RAGGED, _WIDEST)
            if first <= last:
                changes[first] += 1
                changes[last + 1] -= 1
    made = list(accumulate(changes))
    return made.index(max(made)) if max(made) else None


def whole_words(text: str, is_known: Callable[[str], bool], joins: Callable[[str, str], bool]) -> str:
    """Return `text`, as long as it is, with soft hyphens where a word is broken at the end of a line.

    A word that stands whole elsewhere in the text, or that `is_known`, is one; one with its hyphen within a
    line keeps it, and so does one that two parts make whom a hyphen `joins`, or that are both words.
    """
    if not _BROKEN.search(text):
        return text
    words = {word.casefold() for word in _WORD.findall(_BROKEN.sub(" ", text))}
    parts = {part for word in words for part in word.split("-")}

    def is_word(word: str) -> bool:
        return word in parts or is_known(word)

    def is_compound(first: str, second: str) -> bool:
        if f"{first}-{second}" in words or len(first) == 1:
            return True
        return not is_word(first + second) and (joins(first, second) or (is_word(first) and is_word(second)))

    def mended(match: re.Match[str]) -> str:
        first, second = match["first"], match["second"]
        if not second[0].islower() or is_compound(first.casefold(), second.casefold()):
            return match[0]
        return f"{first}{SOFT_HYPHEN}{match['end']}{second}"

    return _BROKEN.sub(mended, text)
