"""What paragraphs of pages are: the title, headings by their size and weight, items, captions, text."""

import re
from collections.abc import Iterator, Sequence

from retrieval.articles import LIST_MARK, SentenceKind
from retrieval.ingest.blocks import LOWEST
from retrieval.ingest.pdf.paragraphs import Paragraph

#: How much larger than the text a heading is at least, and by how much the sizes of one level may differ.
#: Chosen by eye.
_LARGER, _SAME_LEVEL = 1.08, 0.02

#: How many characters a heading has at most, and one that is but bold; and how many text has at least that
#: no title stands below. Chosen by eye.
_LONGEST, _LONGEST_BOLD, _TEXT = 250, 120, 80

#: What a heading does not end in: a sentence does.
_ENDS = re.compile(r"[.;,…][»”\"’')\]]*$")

#: What a picture or a table is called, and its number; and what is behind that in a caption, not a sentence.
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|рис(?:унок|\.)|табл(?:ица|\.)|сурет|кесте|(?=\d+[-–\s]*(?:сурет|кесте)))"
    r"\s*№?\s*\d+(?:\.\d+)*[-–\s]*(?:сурет|кесте)?\s*(?:[.:—–-]|$)",
    re.IGNORECASE,
)


class Outline:
    """Which of a document's paragraphs head others, given all of them and the size of its text."""

    def __init__(self, paragraphs: Sequence[Paragraph], size: float, *, has_title: bool) -> None:
        self._size = size
        text = sum(len(paragraph.text) for paragraph in paragraphs)
        bold = sum(len(paragraph.text) for paragraph in paragraphs if paragraph.is_bold)
        #: A text that is bold throughout has no headings by weight.
        self._by_weight = bold < text / 2
        self._title = None if has_title else self._title_of(paragraphs)
        self._levels = list(self._levels_of(paragraphs))

    def kind(self, paragraph: Paragraph) -> tuple[SentenceKind, int]:
        """Return what a paragraph is, and the level of a heading."""
        if paragraph is self._title:
            return SentenceKind.TITLE, 0
        first = paragraph.lines[0].text
        if _CAPTION.match(first):
            return SentenceKind.CAPTION, 0
        if self._is_large(paragraph):
            level = next(n for n, size in enumerate(self._levels, 1) if paragraph.size >= size)
            return SentenceKind.HEADING, min(level, LOWEST - 1)
        if self._is_heading_by_weight(paragraph):
            return SentenceKind.HEADING, min(len(self._levels) + 1, LOWEST - 1)
        return SentenceKind.BULLET if LIST_MARK.match(first) else SentenceKind.SENTENCE, 0

    def _is_large(self, paragraph: Paragraph) -> bool:
        text = paragraph.text
        is_larger = paragraph.size > _LARGER * self._size and len(text) <= _LONGEST
        return is_larger and any(map(str.isalpha, text)) and not (len(text) > _TEXT and _ENDS.search(text))

    def _is_heading_by_weight(self, paragraph: Paragraph) -> bool:
        text = paragraph.text
        is_heading = self._by_weight and paragraph.is_bold and paragraph.size > self._size / _LARGER
        return is_heading and len(text) <= _LONGEST_BOLD and not _ENDS.search(text) and not text[0].islower()

    def _title_of(self, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
        """Return the largest heading of the first page, if none is as large and no text stands above it."""
        large = [paragraph for paragraph in paragraphs if self._is_large(paragraph)]
        title = max(large, key=lambda paragraph: paragraph.size, default=None)
        if title is None or title.page != paragraphs[0].page:
            return None
        rivals = sum(paragraph.size > (1 - _SAME_LEVEL) * title.size for paragraph in large)
        above = paragraphs[: next(place for place, other in enumerate(paragraphs) if other is title)]
        is_first = not any(len(other.text) > _TEXT and other.is_ended for other in above)
        return title if rivals == 1 and is_first else None

    def _levels_of(self, paragraphs: Sequence[Paragraph]) -> Iterator[float]:
        """Yield the least size of each level of headings, the largest first."""
        sizes = sorted(
            (other.size for other in paragraphs if self._is_large(other) and other is not self._title),
            reverse=True,
        )
        level: list[float] = []
        for size in sizes:
            if level and size < (1 - _SAME_LEVEL) * level[0]:
                yield level[-1]
                level = []
            level.append(size)
        if level:
            yield level[-1]
