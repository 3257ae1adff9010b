"""Plain text to units: what its lines are is guessed here, from their shapes, and nowhere else.

text ─ lines ─▶ paragraphs, over the breaks that wrap them ─▶ blocks, each with what it seems to be ─▶ units
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from retrieval.analysis.boundaries import split
from retrieval.analysis.words import function_words
from retrieval.articles import Article, Sentence, SentenceKind, Span, is_question, normalise
from retrieval.ingest.blocks import LOWEST, Block, units
from retrieval.ingest.known_words import is_known
from retrieval.ingest.lines import MARGINAL, begins_like_credit, is_date, kinds_of_line
from retrieval.ingest.rows import is_rule, pairs, rows
from retrieval.ingest.wrapping import Line, lines, paragraphs, whole_words
from retrieval.languages import KNOWN
from retrieval.languages.detection import language_of_article
from retrieval.languages.tables import Lines, table

# The most characters of a line that is what the name says; a longer one is ordinary text. Chosen by eye.
_TITLE_LENGTH = 200
_HEADING_LENGTH = 80
# And of one whose units are looked at, which may all be credits.
_LOOKED_AT = 600

#: How many words the heading of a numbered part has at most, and how many a line that is but a name beside
#: another short one. Chosen by eye.
_HEADING_WORDS, _NAME_WORDS = 8, 3

#: How long a line is at least that underlines a heading, and in parts of that: two dashes begin the signature
#: of a mail, and a short line parts what stands above from what stands below.
_UNDERLINE, _UNDERLINED = 3, 0.6

_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_CLOSERS = "\"»”’'“)]」』”）"
_SENTENCE_ENDS = frozenset(".!?…,;–—-؟۔।。！？｡")
_OPENERS = "\"'«“‘(§"
#: A figure that says something: no year.
_FIGURE = re.compile(r"(?<![\w.,-])(?!(?:1[5-9]|20)\d\d(?![\d.,]*\d))\d")
_GOES_ON = frozenset(",;–—-")
_SECTION = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)\.?\s+(?=[^\W\d_a-zа-яёәғқңөұүһі])")

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
    names = _languages(language)
    compounds = [table(name, Lines).compounds for name in names]
    first = {part for known in compounds for part in known.first}
    second = {part for known in compounds for part in known.second}

    def joins(one: str, other: str) -> bool:
        return one in first or other in second

    return whole_words(text, lambda word: is_known(word, names), joins)


def _languages(language: str) -> tuple[str, ...]:
    """Return the language that is known, or all of those that are."""
    return (language,) if language in KNOWN else KNOWN


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
    - heading: a later one like that, shorter still, which is underlined, in capitals, numbered, ended by a
      colon or, as it says nothing itself, parted from the prose that comes after it.
    - sentence: all else; or a question, where what follows answers it, as `units` tells.
    """
    return units(article, list(_placed(article)))


def plain_blocks(text: str) -> list[Block]:
    """Return the blocks of a plain text that is part of something else, as `plain_units` tells them."""
    text = normalise(text)
    if not text.strip():
        return []
    language = language_of_article(text)
    article = Article(key="part", text=plain_text(text, language), language=language)
    return [replace(block, text=span.of(article.text)) for block, span in _placed(article)]


def _placed(article: Article) -> Iterator[tuple[Block, Span]]:
    """Yield the blocks of an article of plain text, and where each stands in it."""
    found = list(_paragraphs(article))
    scope = _Scope()
    for paragraph, role in zip(found, _roles(found), strict=True):
        yield scope.placed(_block(paragraph, role)), paragraph.span


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
    kinds = {**pairs(found), **rows(found)}
    leading = frozenset[str]().union(*map(function_words, _languages(article.language)))
    start = 0
    for place in range(len(found) + 1):
        if place < len(found) and not (place in kinds or is_rule(found[place])):
            continue
        underlined = place < len(found) and place not in kinds and _underlines(found[place])
        for run in paragraphs(found[start:place], leading):
            own = underlined and run[-1] is found[place - 1] and len(run) == 1
            own = own and _UNDERLINED * len(run[0].text) <= len(found[place].text)
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
    if underline:
        return _Paragraph(run, span, SentenceKind.SENTENCE, titles=True, underline=underline)
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
    return _Paragraph(run, span, kinds.pop() if marginal else SentenceKind.SENTENCE, titles)


def _roles(found: Sequence[_Paragraph]) -> list[SentenceKind | None]:
    """Return which paragraphs are the title or a heading; dates and credits are no neighbours."""
    roles: list[SentenceKind | None] = [None] * len(found)
    content = [place for place, paragraph in enumerate(found) if paragraph.kind not in MARGINAL]
    is_spaced = 2 * sum(found[place].apart for place in content) > len(content)
    for number, place in enumerate(content):
        paragraph = found[place]
        before = found[content[number - 1]] if number > 1 else None  # the first is the title, no neighbour
        after = found[content[number + 1]] if number + 1 < len(content) else None
        if number == 0 and place + 1 < len(found) and paragraph.titles and not paragraph.announces:
            roles[place] = SentenceKind.TITLE
        elif after is not None and _is_heading(before, paragraph, after, is_spaced=is_spaced):
            roles[place] = SentenceKind.HEADING
    return roles


def _is_heading(
    before: _Paragraph | None, paragraph: _Paragraph, after: _Paragraph, *, is_spaced: bool
) -> bool:
    """Whether a paragraph heads what follows, and says nothing itself: a heading never answers.

    `is_spaced` says that blank lines part most paragraphs of the text.
    """
    if _is_numbered(paragraph) or _is_section(paragraph):
        is_item = before is not None and before.kind is SentenceKind.BULLET and not _is_numbered(before)
        return not is_item and after.kind is not SentenceKind.BULLET and not _is_section(after)
    if not paragraph.heads or _looks_like_heading(paragraph, after):
        return paragraph.heads and not (paragraph.announces and _says_something(paragraph))
    answers = before is not None and is_question(before.lines[-1].text)
    if answers or _says_something(paragraph) or _is_one_of_several(before, paragraph, after):
        return False
    if is_spaced and not paragraph.apart and before is not None:
        return False
    return not after.heads or after.announces or _is_brief(paragraph, after)


def _looks_like_heading(paragraph: _Paragraph, after: _Paragraph) -> bool:
    """Whether a line is underlined, ends in a colon, is numbered as a section, in capitals or set out."""
    says_nothing = not _says_something(paragraph)
    capitals = paragraph.text.isupper() and not after.text.isupper() and says_nothing
    set_out = not after.apart and after.lines[0].indent > paragraph.lines[0].indent
    numbered = _SECTION.match(paragraph.text) is not None and says_nothing
    return bool(paragraph.underline) or paragraph.announces or numbered or capitals or set_out


def _is_one_of_several(before: _Paragraph | None, paragraph: _Paragraph, after: _Paragraph) -> bool:
    """Whether a line goes on from the one before or in the one after, or is one of a run of such lines."""
    if not after.apart and (after.heads or after.text[0].islower()):
        return True
    if before is None or paragraph.apart:
        return False
    is_list = before.kind is SentenceKind.SENTENCE and not before.lines[-1].ends_sentence
    return before.heads or is_list or before.lines[-1].text[-1] in _GOES_ON


def _is_numbered(paragraph: _Paragraph) -> bool:
    """Whether a paragraph is a number and a few words: "2. Fees", an item or the heading of a part."""
    text = paragraph.text
    numbered = paragraph.kind is SentenceKind.BULLET and text[0].isdigit() and len(paragraph.lines) == 1
    brief = len(text) <= _HEADING_LENGTH and text.count(" ") <= _HEADING_WORDS
    return numbered and brief and text.rstrip(_CLOSERS)[-1] not in _SENTENCE_ENDS and not text.endswith(":")


def _is_section(paragraph: _Paragraph) -> bool:
    """Whether a paragraph is what a part is called: "Chapter I. The Keeper", «12-бап. Төлем»."""
    text = paragraph.text
    single = len(paragraph.lines) == 1 and len(text) <= _HEADING_LENGTH and not paragraph.lines[0].quoted
    return single and _sections().match(text) is not None and text[-1] not in _SENTENCE_ENDS - {"."}


@cache
def _sections() -> re.Pattern[str]:
    """Return what recognises the name of a part in any language, behind its number or before it."""
    words = "|".join(word for name in KNOWN for word in table(name, Lines).sections.words)
    number = r"(?:\d{1,3}|[IVXLC]{1,7})"
    either = rf"(?i:{words})\s+{number}|{number}[-–]?\s?(?i:{words})"
    return re.compile(rf"(?:{either})\b(?!\s+[a-zа-яёәғқңөұүһі])")


def _says_something(paragraph: _Paragraph) -> bool:
    """Whether a short line is more than a name: it holds a figure that is no year, or a colon and words."""
    text = _SECTION.sub("", paragraph.text)
    return (not text[0].isalnum() and text[0] not in _OPENERS) or bool(_FIGURE.search(text) or ": " in text)


def _is_brief(paragraph: _Paragraph, after: _Paragraph) -> bool:
    """Whether one of two lines that both could head something is a name, and the other says more."""
    words, following = paragraph.text.split(), after.text.split()
    return len(words) <= _NAME_WORDS and len(following) > len(words) + 1


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
    if heading.text.isupper() or heading.underline == "=" or _is_section(heading) or _is_numbered(heading):
        return 1
    return 2 if heading.underline else _UNMARKED
