"""Which sign a hyphen at the end of a line is, which PDFium hides.

Where a word goes on in the next line, PDFium gives a sign of its own for the hyphen between, whatever the
page has there: a hyphen, or a soft one (U+00AD), as programs write that broke the word themselves. It gives
the page's own where nothing stands below, so a page is read once more with all that it has on one line.
"""

import ctypes
from collections.abc import Container, Iterator, Mapping
from contextlib import closing, contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

#: How far apart things are put on one line, in points: farther than any of them is wide.
_APART = 10_000.0

#: What PDFium gives for a hyphen at the end of a line, and what programs write.
_HIDDEN, _SHOWN = (0x02, 0xAD), (0x2D, 0xAD)


def signs_of_hyphens(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> Mapping[int, str]:
    """Return the signs by the places of those characters of a page that end a line within a word."""
    hidden = {_owner(textpage, place): place for place in _places(textpage, _HIDDEN)}
    if not hidden:
        return {}
    with _on_one_line(page), closing(page.get_textpage()) as laid_out:
        return {
            hidden[owner]: chr(pdfium.FPDFText_GetUnicode(laid_out.raw, place))
            for place in _places(laid_out, _SHOWN)
            if (owner := _owner(laid_out, place)) in hidden
        }


def _places(textpage: pypdfium2.PdfTextPage, codes: Container[int]) -> Iterator[int]:
    """Yield the places of some characters."""
    for place in range(pdfium.FPDFText_CountChars(textpage.raw)):
        if pdfium.FPDFText_GetUnicode(textpage.raw, place) in codes:
            yield place


def _owner(textpage: pypdfium2.PdfTextPage, place: int) -> int | None:
    """Return the address of the piece of text that a character is of."""
    return ctypes.cast(pdfium.FPDFText_GetTextObject(textpage.raw, place), ctypes.c_void_p).value


@contextmanager
def _on_one_line(page: pypdfium2.PdfPage) -> Iterator[None]:
    """Put all pieces of text of a page beside each other for a while."""
    moved: list[tuple[pdfium.FPDF_PAGEOBJECT, pdfium.FS_MATRIX]] = []
    for place in range(pdfium.FPDFPage_CountObjects(page.raw)):
        piece = pdfium.FPDFPage_GetObject(page.raw, place)
        if pdfium.FPDFPageObj_GetType(piece) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        old, new = pdfium.FS_MATRIX(), pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(piece, old)
        pdfium.FPDFPageObj_GetMatrix(piece, new)
        new.e, new.f = _APART * len(moved), 0
        pdfium.FPDFPageObj_SetMatrix(piece, new)
        moved.append((piece, old))
    try:
        yield
    finally:
        for piece, old in moved:
            pdfium.FPDFPageObj_SetMatrix(piece, old)
