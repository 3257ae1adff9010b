"""Plain text to units: what its lines are is guessed here, from their shapes, and nowhere else.

text ─ lines ─▶ paragraphs, over the breaks that wrap them ─▶ blocks, each with what it seems to be ─▶ units
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.analysis.boundaries import split
from retrieval.analysis.stems import stems
from retrieval.analysis.translations import translations
from retrieval.analysis.words import function_words
from retrieval.articles import Article, Sentence, SentenceKind, Span, cells
from retrieval.ingest.blocks import LOWEST, Block, units
from retrieval.ingest.lines import MARGINAL, begins_like_credit, is_date, is_pair, kinds_of_line
from retrieval.ingest.wrapping import Line, lines, paragraphs, whole_words
from retrieval.languages import KNOWN
from retrieval.languages.tables import Lines, table

# The most characters of a line that is what the name says; a longer one is ordinary text. Chosen by eye.
_TITLE_LENGTH = 200
_HEADING_LENGTH = 80
_LOOKED_AT = 600

#: How long a line is at least that underlines a heading; two dashes begin the signature of a mail.
_UNDERLINE = 3

#: How many rows a table has at least. Chosen by eye: two lines with as many signs are soon found.
_ROWS = 3

_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_CLOSERS = "\"»”’'“)]」』”）"
_SENTENCE_ENDS = frozenset(".!?…,;–—-؟۔।。！？｡")
_GOES_ON = frozenset(",;–—-")
_RULE = re.compile(r"[-=_*~#+.•·—–─━═| :]*([-=_*~#─━═])\1+[-=_*~#+.•·—–─━═| :]*")
_SECTION = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)\.?\s")

#: What stands in prose and in no table: the gap behind a sentence.
_PROSE = re.compile(r"[.!?…]\s\s+\S")

#: The level of a heading whose look does not tell it.
_UNMARKED = 3


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines that are one text, and what they seem to be by themselves."""

    lines: Sequence[Line]
    span: Span
    kind: SentenceKind
    #: Whether it could be a title: one short unit of words, neither ended like a sentence nor a rest.
    titles: bool = False
    #: The sign of a line that is drawn below it.
    underline: str = ""

    @property
    def text(self) -> str:
        """What its first line says: all of it, if it could be a title."""
        return self.lines[0].text

    @property
    def apart(self) -> bool:
        """Whether a blank line goes before."""
        return self.lines[0].apart

    @property
    def heads(self) -> bool:
        """Whether it could be a heading: a title, and shorter still."""
        return len(self.text) <= _HEADING_LENGTH and self.titles

    @property
    def announces(self) -> bool:
        """Whether it ends in a colon."""
        return self.text.endswith(":")


def plain_text(text: str, language: str) -> str:
    """Return a normalised plain text as it is kept: with the words whole that its lines break."""
    names = [language] if language in KNOWN else KNOWN
    compounds = [table(name, Lines).compounds for name in names]
    first = {part for known in compounds for part in known.first}
    second = {part for known in compounds for part in known.second}

    def is_known(word: str) -> bool:
        return any(
            word in function_words(name)
            or any(translations(stem, name, other) for stem in stems(word, name) for other in KNOWN)
            for name in names
        )

    return whole_words(text, is_known, lambda one, other: one in first or other in second)


def plain_units(article: Article) -> tuple[Sentence, ...]:
    """Return the units of an article of plain text, each with its kind and what it stands under.

    - date: nothing but a date or a time stands in its line.
    - bullet: its paragraph begins with a bullet mark, or a number and `.` or `)`.
    - credit: it says whose a picture is, or who may use the text.
    - quotation: marks of quotation go before its lines, as in mail.
    - row, header: its line is parted into as many cells as those around it.
    - pair: its line and those around it say something of a name each, after a colon.
    - title: the first paragraph that is none of these, if it is a single short unit, does not end in a
      colon or like a sentence, and others follow.
    - heading: a later one like that, shorter still, underlined, ended by a colon or with text after it.
      Several such lines with no blank line between them are verse or a list, so none is a heading.
    - sentence: all else; or a question, where what follows answers it, as `units` tells.
    """
    found = list(_paragraphs(article))
    scope = _Scope()
    return units(
        article,
        [
            (scope.placed(_block(paragraph, role)), paragraph.span)
            for paragraph, role in zip(found, _roles(found), strict=True)
        ],
    )


class _Scope:
    """How far what a line announces goes: to the next blank line, and over the items of a list."""

    def __init__(self) -> None:
        self._notes: tuple[int, ...] = ()
        self._begun = False

    def placed(self, block: Block) -> Block:
        """Return the next block, within what was announced before it."""
        if self._begun and block.apart and block.kind is not SentenceKind.BULLET:
            self._notes = ()
        self._begun = True
        if block.kind is SentenceKind.HEADING and block.depth == LOWEST:
            self._notes, self._begun = (block.line,), False
        return replace(block, notes=self._notes)


def _paragraphs(article: Article) -> Iterator[_Paragraph]:
    """Yield the paragraphs of an article, the rows of tables and the lines of cards one by one."""
    found = lines(article.text)
    kinds = {**_pairs(found), **_rows(found)}
    start = 0
    for place in range(len(found) + 1):
        if place < len(found) and not (place in kinds or _RULE.fullmatch(found[place].text)):
            continue
        underlined = place < len(found) and place not in kinds and _underlines(found[place])
        for run in paragraphs(found[start:place]):
            own = underlined and run[-1] is found[place - 1] and len(run) == 1
            yield _paragraph(article, run, found[place].text[0] if own else "")
        if place in kinds:
            line = found[place]
            yield _Paragraph((line,), Span(line.start, line.end), kinds[place])
        start = place + 1


def _underlines(line: Line) -> bool:
    """Whether a line is drawn below the one before."""
    return not line.apart and len(line.text) >= _UNDERLINE


def _paragraph(article: Article, run: Sequence[Line], underline: str) -> _Paragraph:
    """Return lines as a paragraph, and what it is by its own words."""
    span = Span(run[0].start, run[-1].end)
    text = span.of(article.text)
    if run[0].quoted:
        return _Paragraph(run, span, SentenceKind.QUOTATION)
    if run[0].is_item:
        return _Paragraph(run, span, SentenceKind.BULLET)
    ended = text.rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS
    if ended and not begins_like_credit(text):
        return _Paragraph(run, span, SentenceKind.DATE if is_date(text) else SentenceKind.SENTENCE)
    if len(run) > 1 or len(text) > _LOOKED_AT:
        return _Paragraph(run, span, SentenceKind.SENTENCE)
    parts = [part.of(text) for part in split(text, article.language)]
    kinds = set(kinds_of_line(text, parts))
    marginal = kinds <= MARGINAL
    words = not text[0].islower() and _LETTER.search(text) is not None
    titles = not marginal and len(parts) == 1 and words and not ended and len(text) <= _TITLE_LENGTH
    return _Paragraph(run, span, kinds.pop() if marginal else SentenceKind.SENTENCE, titles, underline)


def _pairs(found: Sequence[Line]) -> dict[int, SentenceKind]:
    """Return the places of lines that say something of a name each, two or more in a row."""
    kinds: dict[int, SentenceKind] = {}
    for may_be, run in groupby(range(len(found)), key=lambda place: _may_be_pair(found[place])):
        for stretch in _stretches(list(run), found) if may_be else ():
            if len(stretch) > 1:
                kinds |= dict.fromkeys(stretch, SentenceKind.PAIR)
    return kinds


def _may_be_pair(line: Line) -> bool:
    return not line.quoted and is_pair(line.text)


def _rows(found: Sequence[Line]) -> dict[int, SentenceKind]:
    """Return the places of the rows of tables, and of those that name the columns."""
    kinds: dict[int, SentenceKind] = {}
    shapes = [_shape(line) for line in found]
    for shape, run in groupby(range(len(found)), key=lambda place: shapes[place]):
        for stretch in _stretches(list(run), found) if shape else ():
            if len(stretch) >= _ROWS:
                kinds |= dict.fromkeys(stretch, SentenceKind.ROW)
                if _names_columns([found[row] for row in stretch]):
                    kinds[stretch[0]] = SentenceKind.HEADER
    return kinds


def _shape(line: Line) -> tuple[str, int] | None:
    """Return by what a line is parted into cells, and into how many; None if it is not, or is prose."""
    parts = cells(line.text)
    if len(parts) == 1 or line.quoted or line.is_item or _PROSE.search(line.text):
        return None
    sign = line.text[parts[0].end : parts[1].start]
    return sign.strip(" ") or sign[:1], len(parts)


def _names_columns(rows: Sequence[Line]) -> bool:
    """Whether the first of some rows is all words where others have numbers: then it says what they are."""
    first, *others = (_DIGIT.search(row.text) is not None for row in rows)
    return not first and any(others)


def _stretches(places: Sequence[int], found: Sequence[Line]) -> Iterator[list[int]]:
    """Yield places of lines between which there is no blank line."""
    stretch: list[int] = []
    for place in places:
        if stretch and found[place].apart:
            yield stretch
            stretch = []
        stretch.append(place)
    yield stretch


def _roles(found: Sequence[_Paragraph]) -> list[SentenceKind | None]:
    """Return which paragraphs are the title or a heading; dates and credits are no neighbours."""
    roles: list[SentenceKind | None] = [None] * len(found)
    content = [place for place, paragraph in enumerate(found) if paragraph.kind not in MARGINAL]
    for number, place in enumerate(content):
        paragraph = found[place]
        before = found[content[number - 1]] if number > 1 else None  # the first is the title, no neighbour
        after = found[content[number + 1]] if number + 1 < len(content) else None
        if number == 0 and place + 1 < len(found) and paragraph.titles and not paragraph.announces:
            roles[place] = SentenceKind.TITLE
        elif after is not None and _is_heading(before, paragraph, after):
            roles[place] = SentenceKind.HEADING
    return roles


def _is_heading(before: _Paragraph | None, paragraph: _Paragraph, after: _Paragraph) -> bool:
    """Whether a paragraph announces what follows, and is not one of a run of lines like it."""
    if not paragraph.heads or paragraph.underline or paragraph.announces:
        return paragraph.heads
    unfinished = before is not None and not paragraph.apart and before.lines[-1].text[-1] in _GOES_ON
    if unfinished or (not after.apart and after.text[0].islower()):
        return False
    run = (before is not None and before.heads and not paragraph.apart) or (after.heads and not after.apart)
    return not run


def _block(paragraph: _Paragraph, role: SentenceKind | None) -> Block:
    first = paragraph.lines[0]
    kind = role or paragraph.kind
    wrapped = len(paragraph.lines) > 1
    depth = _depth(paragraph) if kind is SentenceKind.HEADING else 0
    # What a line says by its words, `units` finds out again for each unit.
    kind = SentenceKind.SENTENCE if kind in MARGINAL else kind
    return Block(kind, first.text, first.number, depth, paragraph.apart, wrapped=wrapped)


def _depth(heading: _Paragraph) -> int:
    """Return the level of a heading, as far as its look tells it."""
    if heading.announces:
        return LOWEST
    if numbered := _SECTION.match(heading.text):
        return numbered[1].count(".") + 1
    if heading.text.isupper() or heading.underline == "=":
        return 1
    return 2 if heading.underline else _UNMARKED
