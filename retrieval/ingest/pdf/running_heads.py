"""What stands at the head or the foot of page after page, and no text of a page: titles, numbers, dates."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.ingest.pdf.page_lines import Line
from retrieval.ingest.pdf.pages import Page

#: How much of a page, at the top and at the bottom, may hold running heads, and how much a lone number that
#: nothing stands above or below. Chosen by eye: LaTeX sets numbers high.
_MARGIN, _MARGIN_OF_NUMBER = 0.12, 0.2

#: Into how many bands the height of a page is cut: heads that stand in one or two next to it are at the same
#: height.
_BANDS = 50

#: On what share of the pages a running head stands at least, on how many at least, and on how many surely:
#: those of a chapter stand on few pages of a book. Chosen by eye.
_SHARE, _FEWEST, _SURELY = 0.3, 2, 3

#: How many characters the part of a line has at least that is a running head beside another one, which
#: changes. Chosen by eye.
_SHORTEST = 4

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|стр(?:аница|\.)?|с\.|бет|лист|seite)\s*)?"
    r"(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|из|-)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole line, with its parts at the left and at the right of the page."""

    parts: tuple[Line, ...]
    page: Page

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    @property
    def band(self) -> int:
        """How high it stands."""
        return round(self.parts[0].box.bottom / max(self.page.height, 1) * _BANDS)

    @property
    def patterns(self) -> set[str]:
        """What may recur of it, and how large: all of it, or what stands at its left or its right."""
        ends = [part.text for part in (self.parts[0], self.parts[-1]) if len(part.text) >= _SHORTEST]
        texts = [self.text, *(ends if self.is_outermost(_MARGIN) else ())]
        return {f"{_DIGITS.sub('#', text.lower()).strip()} {self.parts[0].size:.0f}" for text in texts}

    def is_within(self, margin: float) -> bool:
        """Whether it stands in this share of the page from above or from below."""
        box = self.parts[0].box
        return box.bottom > (1 - margin) * self.page.height or box.top < margin * self.page.height

    def is_outermost(self, margin: float) -> bool:
        """Whether it stands there, and no other line above it or below it."""
        box = self.parts[0].box
        others = [line.box for line in self.page.lines if line not in self.parts]
        is_first = box.bottom > self.page.height / 2 and all(other.top <= box.bottom for other in others)
        is_last = box.bottom < self.page.height / 2 and all(other.bottom >= box.top for other in others)
        return self.is_within(margin) and (is_first or is_last)


def without_running_heads(pages: Sequence[Page]) -> list[Page]:
    """Return pages without the lines that stand at their heads and feet alike, and without their numbers."""
    recurring = _recurring(pages)

    def is_kept(line: _Whole) -> bool:
        if _PAGE_NUMBER.fullmatch(line.text) and (
            line.is_within(_MARGIN) or line.is_outermost(_MARGIN_OF_NUMBER)
        ):
            return False
        bands = (line.band - 1, line.band, line.band + 1)
        return not line.is_within(_MARGIN) or not any(
            (pattern, band) in recurring for pattern in line.patterns for band in bands
        )

    return [
        replace(page, lines=tuple(part for line in _wholes(page) if is_kept(line) for part in line.parts))
        for page in pages
    ]


def _recurring(pages: Sequence[Page]) -> set[tuple[str, int]]:
    """Return what stands at the same height on several pages: its text, numbers left out, and its band."""
    seen = defaultdict(set)
    for page in pages:
        for line in _wholes(page):
            if line.is_within(_MARGIN):
                for pattern in line.patterns:
                    seen[pattern, line.band].add(page.number)
    needed = max(_FEWEST, min(_SURELY, _SHARE * len(pages)))
    return {key for key, numbers in seen.items() if len(numbers) >= needed}


def _wholes(page: Page) -> Iterator[_Whole]:
    """Yield the lines of a page, each with all of its parts."""
    parts: list[Line] = []
    for line in page.lines:
        if parts and not line.follows:
            yield _Whole(tuple(parts), page)
            parts = []
        parts.append(line)
    if parts:
        yield _Whole(tuple(parts), page)
