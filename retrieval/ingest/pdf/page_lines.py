"""Lines of a page, as they stand in a PDF: characters, put in the order in which they are read.

The order in which a page paints them is that of reading in all but forms. Three things are mended here:
letters that come from a second font stand behind all others of their line; what is far apart on one line, as
the cells of a table are, may be parts of different things; and an accent may stand apart from its letter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from unicodedata import normalize

from retrieval.articles import SOFT_HYPHEN
from retrieval.ingest.pdf.glyphs import Box, Glyph, Glyphs

#: What PDFium and programs write for a hyphen at the end of a line.
_HYPHENS = "-\u2010\u2011\u00ad\ufffe\x02"

#: Those that are kept apart: each may be the one sign of programs that break words.
_BREAKING = f"\u2010{SOFT_HYPHEN}"

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

#: Accents that stand by themselves, and what they are on a letter; and letters that lose their dots for them.
_ACCENTS = {
    "`": "\u0300",
    "´": "\u0301",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "¯": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
    "¸": "\u0327",
}
_DOTLESS = str.maketrans("ıȷ", "ij")

_SPACES = re.compile(" {2,}")

#: Scripts that run from right to left: their characters are left as PDFium orders them.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")

# All in heights of a line; those of gaps were found on generated Kazakh files.
#: How far apart two characters are that have a space between them.
_SPACE = 0.18
#: How far apart two parts of a line are that may be cells of different columns. Chosen by eye.
_WIDE = 1.1
#: By how much the baselines of one line may differ.
_SAME_BASELINE = 0.35
#: How small a raised digit is at most, and how much higher than others its foot is at least. Chosen by eye.
_SMALL, _RAISED = 0.8, 0.12

#: How many spaces tell at least how wide those of a line are.
_TELLING = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, or a part of one that stands apart: what it says, and where.

    `size` is that of its type, in points. One that `follows` stands behind the one before on the same line.
    `space` is how far apart its words are, in sizes of its type, 0 where they are too few to tell. A word
    that is broken at its end has a hyphen there, the one that the page has: "-", U+2010 or a soft one.
    """

    text: str
    box: Box
    size: float
    page: int
    is_bold: bool = False
    follows: bool = False
    space: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.box.right - self.box.left

    @property
    def breaks_word(self) -> bool:
        """Whether it ends within a word."""
        return self.text.endswith(("-", *_BREAKING)) and self.text[-2:-1].isalnum()

    def with_text(self, text: str) -> "Line":
        """Return the line as it is, but for what it says."""
        return replace(self, text=text)

    def moved(self, upwards: float) -> "Line":
        """Return the line as it is, but for how high it stands."""
        left, bottom, right, top = self.box
        return replace(self, box=Box(left, bottom + upwards, right, top + upwards))

    def before(self, other: "Line") -> "Line":
        """Return the line that this and another one behind it are."""
        space = "" if other.box.left - self.box.right < _SPACE * self.size else " "
        first, second = self.text, other.text
        if self.is_mark_of(other):
            first, space = first.translate(_SUPERSCRIPT), ""
        elif other.is_mark_of(self):
            second, space = second.translate(_SUPERSCRIPT), ""
        return Line(
            f"{first}{space}{second}",
            self.box.around(other.box),
            max(self.size, other.size),
            self.page,
            self.is_bold and other.is_bold,
            self.follows,
            self.space or other.space,
        )

    def is_mark_of(self, other: "Line") -> bool:
        """Whether it is but a number that stands small and raised beside another line."""
        gap = max(self.box.left - other.box.right, other.box.left - self.box.right)
        is_raised = other.box.bottom + _RAISED * other.size < self.box.bottom < other.box.top
        return (
            self.text.isdigit() and self.size < _SMALL * other.size and is_raised and gap < _WIDE * self.size
        )

    def is_right_before(self, other: "Line") -> bool:
        """Whether another one goes on with it on the same baseline, in letters as large."""
        gap = other.box.left - self.box.right
        is_level = abs(self.box.bottom - other.box.bottom) < _SAME_BASELINE * self.size
        return is_level and abs(self.size - other.size) < 0.25 * self.size and 0 <= gap < _WIDE * self.size


def lines_of(glyphs: Glyphs, number: int) -> Iterator[Line]:
    """Yield the lines of a page of this number, in parts where these stand apart."""
    stretches = [stretch for stretch in glyphs.stretches() if any(glyph.is_seen for glyph in stretch)]
    for whole in _whole_lines(stretches):
        for place, part in enumerate(_parts(whole)):
            yield replace(_line(part, number), is_bold=glyphs.is_bold(part), follows=place > 0)


def _extent(glyphs: Sequence[Glyph]) -> Box:
    """Return where characters stand: from the leftmost to the rightmost, as high as most are."""
    boxes = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    return Box(
        min(box.left for box in boxes),
        median(box.bottom for box in boxes),
        max(box.right for box in boxes),
        median(box.top for box in boxes),
    )


def _whole_lines(stretches: Sequence[list[Glyph]]) -> Iterator[list[Glyph]]:
    """Yield stretches, those as one that lie among each other on one baseline: the letters of two fonts."""
    whole: list[Glyph] = []
    extent = Box(0, 0, 0, 0)
    for stretch in stretches:
        own = _extent(stretch)
        slack = 0.3 * extent.height
        overlaps = own.left < extent.right - slack and own.right > extent.left + slack
        if whole and overlaps and abs(own.bottom - extent.bottom) < _SAME_BASELINE * extent.height:
            whole = whole + stretch
            extent = Box(min(own.left, extent.left), extent.bottom, max(own.right, extent.right), extent.top)
            continue
        if whole:
            yield _in_order(whole)
        whole, extent = stretch, own
    if whole:
        yield _in_order(whole)


def _in_order(glyphs: list[Glyph]) -> list[Glyph]:
    """Return the characters of a line from left to right, with spaces made anew where they were out of order.

    Those of a script that runs from right to left are left as they are.
    """
    placed = [(glyph, glyph.box) for glyph in glyphs if glyph.box]
    is_ordered = all(
        after.left >= before.left - 0.5 * before.height for (_, before), (_, after) in pairwise(placed)
    )
    if is_ordered or any(_RIGHT_TO_LEFT.match(glyph.char) for glyph in glyphs):
        return glyphs
    placed.sort(key=lambda pair: pair[1].left + pair[1].right)
    ordered = [placed[0][0]]
    for (before, left), (after, right) in pairwise(placed):
        is_apart = right.left - left.right > _SPACE * left.height
        if is_apart and before.is_seen and after.is_seen:
            ordered.append(Glyph(" ", None, after.place))
        ordered.append(after)
    return ordered


def _parts(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the parts of a line between which a wide gap is."""
    part: list[Glyph] = []
    last: Box | None = None
    height = 0.0
    for glyph in glyphs:
        if glyph.box and glyph.is_seen:
            height = max(height, glyph.box.height)
            if last and glyph.box.left - last.right > _WIDE * height:
                yield part
                part, height = [], glyph.box.height
            last = glyph.box
        part.append(glyph)
    if any(glyph.is_seen for glyph in part):
        yield part


def _line(glyphs: list[Glyph], page: int) -> Line:
    glyphs = _accented(glyphs)
    extent = _extent(glyphs)
    boxes = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    box = Box(extent.left, min(box.bottom for box in boxes), extent.right, max(box.top for box in boxes))
    size = max(extent.height, 0.1)
    return Line(_text(glyphs, extent), box, size, page, space=_space(glyphs) / size)


def _accented(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the characters of a line, an accent and the letter below as one: TeX may set them apart."""
    made: list[Glyph] = []
    for glyph in glyphs:
        accent = made[-1] if made else None
        mark = _ACCENTS.get(accent.char) if accent else None
        if accent and mark and accent.box and glyph.box and glyph.char.isalpha():
            middle = (accent.box.left + accent.box.right) / 2
            whole = normalize("NFC", glyph.char.translate(_DOTLESS) + mark)
            if glyph.box.left < middle < glyph.box.right and len(whole) == 1:
                made[-1] = glyph._replace(char=whole)
                continue
        made.append(glyph)
    return made


def _space(glyphs: Sequence[Glyph]) -> float:
    """Return how wide most spaces between words are, in points; 0 if these are few."""
    spaces: list[float] = []
    last: Box | None = None
    is_apart = False
    for glyph in glyphs:
        if glyph.box and glyph.is_seen:
            if last and is_apart:
                spaces.append(glyph.box.left - last.right)
            last, is_apart = glyph.box, False
        elif glyph.char == " ":
            is_apart = True
    return median(spaces) if len(spaces) >= _TELLING else 0.0


def _text(glyphs: list[Glyph], extent: Box) -> str:
    """Return what characters say, with one hyphen at the end if a word is broken there."""
    chars = [_written(glyph, extent) for glyph in glyphs]
    text = _SPACES.sub(" ", "".join(chars)).strip(" ")
    bare = text.rstrip(_HYPHENS)
    if len(bare) < len(text):
        is_dash = bare and _is_dash(glyphs, extent)
        bare = bare.rstrip(" ") + (" -" if is_dash else text[-1] if text[-1] in _BREAKING else "-")
    inner, last = bare[:-1], bare[-1:]
    return "".join(char for char in inner if char not in "\u00ad\ufffe\x02") + last


def _is_dash(glyphs: Sequence[Glyph], extent: Box) -> bool:
    """Whether a space stands before the hyphen that ends a line: one that PDFium makes up may be none."""
    seen = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    is_gap = len(seen) > 1 and seen[-1].left - seen[-2].right > _SPACE * extent.height
    inner = [glyph for glyph in glyphs if glyph.box][:-1]
    return is_gap or not inner or inner[-1].char == " "


def _written(glyph: Glyph, extent: Box) -> str:
    """Return a character, a raised small digit as such."""
    box = glyph.box
    is_small = box is not None and glyph.char.isdigit() and box.height < _SMALL * extent.height
    if box and is_small and box.bottom > extent.bottom + _RAISED * extent.height:
        return glyph.char.translate(_SUPERSCRIPT)
    return glyph.char
