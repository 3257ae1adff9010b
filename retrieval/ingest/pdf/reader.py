"""PDF: pages to paragraphs, headings, lists, tables and footnotes, read with PDFium.

content ─ PDFium ─▶ lines of pages ─ mended ─▶ without heads, feet and notes ─▶ paragraphs and rows ─▶ blocks
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from retrieval.articles import SentenceKind
from retrieval.errors import EmptyArticleError, FileFault
from retrieval.ingest.blocks import Block
from retrieval.ingest.pdf.document_information import day_made, usable_language, usable_title
from retrieval.ingest.pdf.footnotes import Footed, begins_footnote, without_footnotes
from retrieval.ingest.pdf.hyphens import Words
from retrieval.ingest.pdf.outline import Outline
from retrieval.ingest.pdf.page_lines import Line
from retrieval.ingest.pdf.page_tables import Row, with_tables
from retrieval.ingest.pdf.pages import Page, read_page, trimmed
from retrieval.ingest.pdf.paragraphs import Paragraph, paragraphs, text_size
from retrieval.ingest.pdf.running_heads import without_running_heads
from retrieval.ingest.pdf.text_layer import is_garbled, repair_of
from retrieval.ingest.readings import Reading, UnreadableContentError
from retrieval.ingest.texts import Metadata, read_blocks

#: How many pages are read, and how many characters.
_MOST_PAGES, _LONGEST = 2_000, 10 * 1024 * 1024

#: What share of the pages are pictures where there is nothing to be read: one may say who scanned the others.
#: Chosen by eye.
_NEARLY_ALL = 0.9

#: What PDFium says of documents that want a password, or a program that it does not have.
_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)


def read(content: bytes, encoding: str | None = None) -> list[Reading]:  # noqa: ARG001  a PDF has its own
    """Return a PDF as one document, each block with its page.

    Raises `UnreadableContentError`.
    """
    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            if len(document) > _MOST_PAGES:
                raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_PAGES:,} pages")
            pages = trimmed(_mended(_pages(document)))
            told = _Told.by(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _LOCKED:
            raise UnreadableContentError(FileFault.LOCKED) from error
        raise UnreadableContentError(FileFault.DAMAGED, "it is no PDF, or a part of one") from error
    title = usable_title(told.title)
    blocks = tuple(_blocks(pages, has_title=title is not None))
    return [Reading(blocks, _metadata(blocks, title, told))]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a PDF tells of itself, as it is written there."""

    title: str
    made: str
    language: str

    @classmethod
    def by(cls, document: pypdfium2.PdfDocument) -> "_Told":
        title, made = (document.get_metadata_value(key) for key in ("Title", "CreationDate"))
        length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
        written = (ctypes.c_ushort * (length // 2 + 1))()
        pdfium.FPDFCatalog_GetLanguage(document.raw, written, length)
        return cls(title, made, bytes(written).decode("utf-16-le", "replace").rstrip("\0"))


def _pages(document: pypdfium2.PdfDocument) -> list[Page]:
    """Return the pages of a document that can be read, if anything can be read on them."""
    pages = []
    length = 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:  # One broken page costs no other.
            continue
        with closing(page):
            pages.append(read_page(page, number))
        length += sum(len(line.text) for line in pages[-1].lines)
        if length > _LONGEST:
            raise UnreadableContentError(FileFault.EXCESS, f"{_LONGEST >> 20} MB of text")
    if not pages:
        raise UnreadableContentError(FileFault.DAMAGED, "none of its pages can be read")
    shown = [page for page in pages if page.lines or page.is_picture]
    if shown and sum(page.is_picture for page in shown) >= _NEARLY_ALL * len(shown):
        raise UnreadableContentError(FileFault.SCANNED)
    return pages


def _mended(pages: Sequence[Page]) -> list[Page]:
    """Return pages with the letters that are seen on them, whatever their text layer says."""
    text = "\n".join(line.text for page in pages for line in page.lines)
    repair = repair_of(text)
    if is_garbled(repair(text) if repair else text):
        raise UnreadableContentError(FileFault.GARBLED)
    if repair is None:
        return list(pages)
    return [
        replace(page, lines=tuple(line.with_text(repair(line.text).strip() or "?") for line in page.lines))
        for page in pages
    ]


def _blocks(pages: Sequence[Page], *, has_title: bool) -> Iterator[Block]:
    """Yield the blocks of some pages, numbered, the footnotes of each behind what begins on it."""
    kept = without_running_heads(pages)
    size = text_size(line for page in kept for line in page.lines)
    footed = [without_footnotes(page.lines, size, page.height) for page in kept]
    elements = paragraphs(list(with_tables(page.text)) for page in footed)
    outline = Outline([each for each in elements if isinstance(each, Paragraph)], size, has_title=has_title)
    notes = [Paragraph(list(lines)) for page in footed for lines in _notes(page)]
    ordered = sorted([*elements, *notes], key=lambda element: element.page)
    words = Words(each.texts for each in ordered if isinstance(each, Paragraph))
    of_notes = set(map(id, notes))
    for number, element in enumerate(ordered, 1):
        locator = f"page {element.page}"
        if isinstance(element, Row):
            kind = SentenceKind.HEADER if element.is_header else SentenceKind.ROW
            yield Block(kind, element.text, number, apart=element.begins, locator=locator)
            continue
        is_note = id(element) in of_notes
        kind, depth = (SentenceKind.FOOTNOTE, 0) if is_note else outline.kind(element)
        items = (number,) if kind is SentenceKind.BULLET else ()
        yield Block(kind, words.joined(element.texts), number, depth, items=items, locator=locator)


def _notes(page: Footed) -> Iterator[list[Line]]:
    """Yield the lines of each footnote of a page."""
    note: list[Line] = []
    for line in page.notes:
        if note and begins_footnote(line.text):
            yield note
            note = []
        note.append(line)
    if note:
        yield note


def _metadata(blocks: Sequence[Block], title: str | None, told: _Told) -> Metadata:
    """Return what a PDF tells of itself, but for what its text tells better."""
    text = "\n".join(block.text for block in blocks)
    first = [block for block in blocks if block.locator == blocks[0].locator]
    try:
        dated = read_blocks(first).article.published is not None
    except EmptyArticleError:
        dated = False
    published = None if dated else day_made(told.made)
    return Metadata(title=title, published=published, language=usable_language(told.language, text))
