"""Characters of a page, as PDFium gives them: in the order in which the page paints them, each in its place.

PDFium breaks them into lines, but goes on behind a hyphen within a word.
"""

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.ingest.pdf.hyphen_signs import signs_of_hyphens

_LIGATURES = dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00))

#: What is written for a letter or a space, and what stands for nothing. Controls are no spaces: they may be
#: the numbers of glyphs.
_WRITTEN: dict[int, str | None] = {
    **_LIGATURES,
    **dict.fromkeys(map(ord, "\t\xa0\u1680\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys((0x200B, 0xFEFF)),
}

#: What the names of bold fonts have in them; the last is that of LaTeX.
_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx|sfbx", re.IGNORECASE)

#: How far below the line on which letters stand type goes, in its sizes.
_BELOW = 0.22

_BLANK = ("", " ")

#: The two halves that UTF-16 makes of a character with a large number.
_FIRSTS, _SECONDS = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


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


class Glyph(NamedTuple):
    """A character and where it stands; a space that PDFium makes up stands nowhere."""

    char: str
    box: Box | None
    place: int

    @property
    def is_seen(self) -> bool:
        """Whether it is no space."""
        return self.box is not None and self.char not in _BLANK


class Glyphs:
    """The characters of a page, while that is open."""

    def __init__(self, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> None:
        self._page, self._textpage = page, textpage
        self._turned = _Turned(page.get_rotation(), *page.get_size())

    @cached_property
    def _signs(self) -> Mapping[int, str]:
        return signs_of_hyphens(self._page, self._textpage)

    def stretches(self) -> Iterator[list[Glyph]]:
        """Yield the characters between line breaks, and between the hyphens behind which there is none."""
        raw = self._textpage.raw
        places = _Places(raw)
        stretch: list[Glyph] = []
        for place in range(pdfium.FPDFText_CountChars(raw)):
            code = pdfium.FPDFText_GetUnicode(raw, place)
            if code in (10, 13):
                yield stretch
                stretch = []
            elif code == 32 and pdfium.FPDFText_IsGenerated(raw, place) == 1:
                stretch.append(Glyph(" ", None, place))
            elif code:
                char = self._char(code, place)
                box = places.box(place)
                is_hyphen = code <= 0xAD and pdfium.FPDFText_IsHyphen(raw, place) == 1
                char = self._signs.get(place, "-") if is_hyphen else char.translate(_WRITTEN)
                stretch.append(Glyph(char, self._turned.box(box) if box else None, place))
                if is_hyphen:
                    yield stretch
                    stretch = []
        yield stretch

    def _char(self, code: int, place: int) -> str:
        """Return the character of a code; letters of formulas have two, the second of which is nothing."""
        if (
            code in _SECONDS
            and place
            and pdfium.FPDFText_GetUnicode(self._textpage.raw, place - 1) in _FIRSTS
        ):
            return ""
        if code in _FIRSTS:
            following = pdfium.FPDFText_GetUnicode(self._textpage.raw, place + 1)
            if following in _SECONDS:
                return chr(0x10000 + (_FIRSTS.index(code) << 10) + _SECONDS.index(following))
        return "\ufffd" if code in _FIRSTS or code in _SECONDS or code > 0x10FFFF else chr(code)

    def is_bold(self, glyphs: Sequence[Glyph]) -> bool:
        """Whether the first letter of a line, the last and one between are of fonts that are called bold."""
        letters = [glyph.place for glyph in glyphs if glyph.is_seen and glyph.char.isalnum()]
        if not letters:
            return False
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        for place in {letters[0], letters[len(letters) // 2], letters[-1]}:
            name.value = b""
            pdfium.FPDFText_GetFontInfo(self._textpage.raw, place, name, len(name), ctypes.byref(flags))
            if not _BOLD.search(name.value):
                return False
        return True


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


class _Places:
    """Where the characters of a page stand, each as wide as it is and as high as its type.

    PDFium's own boxes are as high as a letter where a font does not say how high it is: LibreOffice's do not.
    """

    def __init__(self, raw: pdfium.FPDF_TEXTPAGE) -> None:
        self._raw = raw
        self._bounds, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._across, self._up = ctypes.c_double(), ctypes.c_double()
        self._edges: tuple[float, float] | None = None
        self._low = self._high = 0.0
        self._pointers = [*map(ctypes.byref, (self._bounds, self._matrix, self._across, self._up))]

    def box(self, place: int) -> Box | None:
        """Return where a character stands; None if that is nowhere."""
        raw, (bounds, matrix, across, up) = self._raw, self._pointers
        if not pdfium.FPDFText_GetLooseCharBox(raw, place, bounds):
            return None
        edges = self._bounds.bottom, self._bounds.top
        if edges == self._edges:  # Most characters stand as the one before does, and are as large.
            return Box(self._bounds.left, self._low, self._bounds.right, self._high)
        pdfium.FPDFText_GetMatrix(raw, place, matrix)
        pdfium.FPDFText_GetCharOrigin(raw, place, across, up)
        size = pdfium.FPDFText_GetFontSize(raw, place)
        rightwards, upwards = self._matrix.c * size, self._matrix.d * size
        if abs(upwards) >= abs(rightwards):
            low, high = sorted((-_BELOW * upwards, (1 - _BELOW) * upwards))
            foot = self._up.value
            self._edges, self._low, self._high = edges, foot + low, foot + high
            return Box(self._bounds.left, self._low, self._bounds.right, self._high)
        self._edges = None
        low, high = sorted((-_BELOW * rightwards, (1 - _BELOW) * rightwards))
        foot = self._across.value
        return Box(foot + low, self._bounds.bottom, foot + high, self._bounds.top)
