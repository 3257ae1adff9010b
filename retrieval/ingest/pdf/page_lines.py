"""Lines of a page, as they stand in a PDF: PDFium's characters, put in the order in which they are read.

PDFium gives characters in the order in which a page paints them, which is the order of reading in all but
forms, and breaks them into lines. Three things are mended here: it goes on behind a hyphen that ends a line;
letters that come from a second font stand behind all others of their line; and what is far apart on one
line, as the cells of a table are, may be parts of different things.
"""

import ctypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.articles import SOFT_HYPHEN

#: What PDFium and programs write for a hyphen at the end of a line.
_HYPHENS = "-\u2010\u2011\u00ad\ufffe\x02"

_LIGATURES = dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00))

#: What is written for a letter or a space, and what stands for nothing. Controls are no spaces: they may be
#: the numbers of glyphs.
_WRITTEN: dict[int, str | None] = {
    **_LIGATURES,
    **dict.fromkeys(map(ord, "\t\xa0\u1680\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys((0x200B, 0xFEFF)),
}

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_BLANK = ("", " ")
_SPACES = re.compile(" {2,}")

#: Scripts that run from right to left: their characters are left as PDFium orders them.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")

#: What the names of bold fonts have in them; the last is that of LaTeX.
_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx|sfbx", re.IGNORECASE)

#: How far below the line on which letters stand type goes, in its sizes.
_BELOW = 0.22

# All in heights of a line; those of gaps were found on generated Kazakh files, in research/ingestion.md.
#: How far apart two characters are that have a space between them.
_SPACE = 0.18
#: How far apart two parts of a line are that may be cells of different columns. Chosen by eye.
_WIDE = 1.1
#: By how much the baselines of one line may differ.
_SAME_BASELINE = 0.35
#: How small a raised digit is at most, and how much higher than others its foot is at least. Chosen by eye.
_SMALL, _RAISED = 0.8, 0.12


#: How many characters a page has at least that is no picture of one. Chosen by eye: a stamp says less.
_LEAST_LETTERS = 20

#: What may be a picture, and at how much of a page this is looked for.
_PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
_LOOKED_AT = 1_000


class Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """How high it is."""
        return self.top - self.bottom

    def around(self, other: "Box") -> "Box":
        """Return the smallest rectangle that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, or a part of one that stands apart: what it says, and where.

    `size` is that of its type, in points. One that `follows` stands
    behind the one before on the same line. A word that is broken at its end has a hyphen there, a soft one
    where nothing else can be meant.
    """

    text: str
    box: Box
    size: float
    page: int
    is_bold: bool = False
    follows: bool = False

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.box.right - self.box.left

    @property
    def breaks_word(self) -> bool:
        """Whether it ends within a word."""
        return self.text.endswith(("-", SOFT_HYPHEN)) and self.text[-2:-1].isalnum()

    def with_text(self, text: str) -> "Line":
        """Return the line as it is, but for what it says."""
        return replace(self, text=text)

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


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in their order; `is_picture` says that there are none, but something is shown."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    is_picture: bool = False


class _Glyph(NamedTuple):
    """A character and where it stands; a space that PDFium makes up stands nowhere."""

    char: str
    box: Box | None
    place: int

    @property
    def is_seen(self) -> bool:
        return self.box is not None and self.char not in _BLANK


def read_page(page: pypdfium2.PdfPage, number: int) -> Page:
    """Return the lines of a page; what runs upwards or downwards, as stamps on a margin do, is left out."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        turned = _Turned(page.get_rotation(), width, height)
        stretches = [stretch for stretch in _stretches(textpage, turned) if any(g.is_seen for g in stretch)]
        lines = [
            replace(_line(part, number), is_bold=_is_bold(textpage, part), follows=place > 0)
            for whole in _whole_lines(stretches)
            for place, part in enumerate(_parts(whole))
        ]
    finally:
        textpage.close()
    letters = sum(len(line.text) for line in lines)
    kept = tuple(_joined(line for line in lines if line.text and not _is_upright(line)))
    return Page(number, width, height, kept, letters < _LEAST_LETTERS and _shows(page, is_bare=not letters))


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines; those as one that stand close behind each other on one baseline."""
    before: Line | None = None
    for line in lines:
        if before and (before.is_right_before(line) or line.is_mark_of(before) or before.is_mark_of(line)):
            before = before.before(line)
            continue
        if before:
            yield before
        before = line
    if before:
        yield before


def _shows(page: pypdfium2.PdfPage, *, is_bare: bool) -> bool:
    """Whether a page has a picture, or, one that `is_bare` of text, anything: letters may be drawn."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    kinds = (
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, place))
        for place in range(min(count, _LOOKED_AT))
    )
    return count > 0 if is_bare else any(kind in _PICTURES for kind in kinds)


@dataclass(frozen=True, slots=True)
class _Turned:
    """How a page is turned to be shown, in degrees clockwise, and how wide and high it is then."""

    degrees: int
    width: float
    height: float

    def box(self, box: Box) -> Box:
        """Return where a rectangle of the page is shown."""
        if self.degrees == 90:
            return Box(box.bottom, self.height - box.right, box.top, self.height - box.left)
        if self.degrees == 180:
            return Box(
                self.width - box.right, self.height - box.top, self.width - box.left, self.height - box.bottom
            )
        if self.degrees == 270:
            return Box(self.width - box.top, box.left, self.width - box.bottom, box.right)
        return box


def _stretches(textpage: pypdfium2.PdfTextPage, turned: _Turned) -> Iterator[list[_Glyph]]:
    """Yield the characters between line breaks, and between the hyphens behind which there is none."""
    raw = textpage.raw
    places = _Places(raw)
    stretch: list[_Glyph] = []
    for place in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, place)
        if code in (10, 13):
            yield stretch
            stretch = []
        elif code == 32 and pdfium.FPDFText_IsGenerated(raw, place) == 1:
            stretch.append(_Glyph(" ", None, place))
        elif code:
            char = "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
            box = places.box(place)
            is_hyphen = code <= 0xAD and pdfium.FPDFText_IsHyphen(raw, place) == 1
            char = "\x02" if is_hyphen else char.translate(_WRITTEN)
            stretch.append(_Glyph(char, turned.box(box) if box else None, place))
            if is_hyphen:
                yield stretch
                stretch = []
    yield stretch


class _Places:
    """Where the characters of a page stand, each as wide as it is and as high as its type.

    PDFium's own boxes are as high as a letter where a font does not say how high it is: LibreOffice's do not.
    """

    def __init__(self, raw: pdfium.FPDF_TEXTPAGE) -> None:
        self._raw = raw
        self._bounds, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._across, self._up = ctypes.c_double(), ctypes.c_double()
        self._pointers = [*map(ctypes.byref, (self._bounds, self._matrix, self._across, self._up))]

    def box(self, place: int) -> Box | None:
        """Return where a character stands; None if that is nowhere."""
        raw, (bounds, matrix, across, up) = self._raw, self._pointers
        if not pdfium.FPDFText_GetLooseCharBox(raw, place, bounds):
            return None
        pdfium.FPDFText_GetMatrix(raw, place, matrix)
        pdfium.FPDFText_GetCharOrigin(raw, place, across, up)
        size = pdfium.FPDFText_GetFontSize(raw, place)
        rightwards, upwards = self._matrix.c * size, self._matrix.d * size
        if abs(upwards) >= abs(rightwards):
            low, high = sorted((-_BELOW * upwards, (1 - _BELOW) * upwards))
            foot = self._up.value
            return Box(self._bounds.left, foot + low, self._bounds.right, foot + high)
        low, high = sorted((-_BELOW * rightwards, (1 - _BELOW) * rightwards))
        foot = self._across.value
        return Box(foot + low, self._bounds.bottom, foot + high, self._bounds.top)


def _extent(glyphs: Sequence[_Glyph]) -> Box:
    """Return where characters stand: from the leftmost to the rightmost, as high as most are."""
    boxes = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    return Box(
        min(box.left for box in boxes),
        median(box.bottom for box in boxes),
        max(box.right for box in boxes),
        median(box.top for box in boxes),
    )


def _whole_lines(stretches: Sequence[list[_Glyph]]) -> Iterator[list[_Glyph]]:
    """Yield stretches, those as one that lie among each other on one baseline: the letters of two fonts."""
    whole: list[_Glyph] = []
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


def _in_order(glyphs: list[_Glyph]) -> list[_Glyph]:
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
            ordered.append(_Glyph(" ", None, after.place))
        ordered.append(after)
    return ordered


def _parts(glyphs: list[_Glyph]) -> Iterator[list[_Glyph]]:
    """Yield the parts of a line between which a wide gap is."""
    part: list[_Glyph] = []
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


def _line(glyphs: list[_Glyph], page: int) -> Line:
    extent = _extent(glyphs)
    text = _text(glyphs, extent)
    boxes = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    box = Box(extent.left, min(box.bottom for box in boxes), extent.right, max(box.top for box in boxes))
    return Line(text, box, max(extent.height, 0.1), page)


def _text(glyphs: list[_Glyph], extent: Box) -> str:
    """Return what characters say, with one hyphen at the end if a word is broken there."""
    chars = [_written(glyph, extent) for glyph in glyphs]
    text = _SPACES.sub(" ", "".join(chars)).strip(" ")
    bare = text.rstrip(_HYPHENS)
    if len(bare) < len(text):
        is_dash = _is_dash(glyphs, extent)
        bare = bare.rstrip(" ") + (" -" if is_dash else SOFT_HYPHEN if text[-1] == SOFT_HYPHEN else "-")
    inner, last = bare[:-1], bare[-1:]
    return "".join(char for char in inner if char not in "\u00ad\ufffe\x02") + last


def _is_dash(glyphs: Sequence[_Glyph], extent: Box) -> bool:
    """Whether a space stands before the hyphen that ends a line: one that PDFium makes up may be none."""
    seen = [glyph.box for glyph in glyphs if glyph.box and glyph.is_seen]
    is_gap = len(seen) > 1 and seen[-1].left - seen[-2].right > _SPACE * extent.height
    inner = [glyph for glyph in glyphs if glyph.box][:-1]
    return is_gap or not inner or inner[-1].char == " "


def _written(glyph: _Glyph, extent: Box) -> str:
    """Return a character, a raised small digit as such."""
    box = glyph.box
    is_small = box is not None and glyph.char.isdigit() and box.height < _SMALL * extent.height
    if box and is_small and box.bottom > extent.bottom + _RAISED * extent.height:
        return glyph.char.translate(_SUPERSCRIPT)
    return glyph.char


def _is_bold(textpage: pypdfium2.PdfTextPage, glyphs: Sequence[_Glyph]) -> bool:
    """Whether the first letter of a line, the last and the one between are of fonts that are called bold."""
    letters = [glyph.place for glyph in glyphs if glyph.is_seen and glyph.char.isalnum()]
    if not letters:
        return False
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    for place in {letters[0], letters[len(letters) // 2], letters[-1]}:
        name.value = b""
        pdfium.FPDFText_GetFontInfo(textpage.raw, place, name, len(name), ctypes.byref(flags))
        if not _BOLD.search(name.value):
            return False
    return True


def _is_upright(line: Line) -> bool:
    """Whether the letters of a line stand one above the other."""
    box = line.box
    return len(line.text) > 3 and box.height > 3 * (box.right - box.left)
