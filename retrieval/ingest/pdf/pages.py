"""Pages of a PDF: the lines of each, in their order, or that it is but a picture."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.ingest.pdf.glyphs import Glyphs
from retrieval.ingest.pdf.page_lines import Line, lines_of

#: How many characters a page has at least that is no picture of one. Chosen by eye: a stamp says less.
_LEAST_LETTERS = 20

#: What may be a picture, and at how much of a page this is looked for.
_PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
_LOOKED_AT = 1_000

#: What share of the height of all pages is empty at least, above and below and together, where their paper is
#: larger than they are, and what of it is theirs. Chosen by eye.
_EMPTY_EACH, _EMPTY, _KEPT = 0.1, 0.25, 0.04


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in their order; `is_picture` says that there are none, but something is shown."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    is_picture: bool = False


def read_page(page: pypdfium2.PdfPage, number: int) -> Page:
    """Return the lines of a page; what runs upwards or downwards, as stamps on a margin do, is left out."""
    width, height = page.get_size()
    with closing(page.get_textpage()) as textpage:
        lines = list(lines_of(Glyphs(page, textpage), number))
    letters = sum(len(line.text) for line in lines)
    kept = tuple(_joined(line for line in lines if line.text and not _is_upright(line)))
    return Page(number, width, height, kept, letters < _LEAST_LETTERS and _shows(page, is_bare=not letters))


def trimmed(pages: Sequence[Page]) -> list[Page]:
    """Return pages as they are cut: without the paper above and below all that stands on them.

    What is set for a smaller size of paper has wide empty margins, and its running heads are not where
    those of other pages are.
    """
    lowest, highest = (
        min((line.box.bottom for page in pages for line in page.lines), default=0.0),
        max((line.box.top for page in pages for line in page.lines), default=0.0),
    )
    height = max(1.0, *(page.height for page in pages))
    above, below = 1 - highest / height, lowest / height
    if min(above, below) < _EMPTY_EACH or above + below < _EMPTY:
        return list(pages)
    foot = max(0.0, lowest - _KEPT * height)
    return [
        replace(
            page,
            height=min(page.height, highest + _KEPT * height) - foot,
            lines=tuple(line.moved(-foot) for line in page.lines),
        )
        for page in pages
    ]


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


def _is_upright(line: Line) -> bool:
    """Whether the letters of a line stand one above the other."""
    box = line.box
    return len(line.text) > 3 and box.height > 3 * (box.right - box.left)
