"""Articles, and the sentences that they are made of."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from retrieval.errors import CollectionNameError, EmptyArticleError

#: What stands between two cells in a row of a table that a reader made.
BETWEEN_CELLS = " | "

#: What may part the cells of a row, the surest first: a reader's own, tabs, bars, gaps, and the signs of CSV
#: where no space follows, as it does in a sentence.
_BETWEEN_CELLS = tuple(
    re.compile(sign)
    for sign in (
        *(
            re.escape(BETWEEN_CELLS),
            r" *\t[ \t]*",
            r" *\| *",
            r" ?\.{4,} ?",
            r" {2,}",
            r";(?=\S)",
            r",(?=\S)",
        ),
    )
)

_BAR = re.compile(r"(?<! ) *+\| *")

#: What an item of a list begins with.
LIST_MARK = re.compile(
    r"""(?: [-–—•*·‣▪●■◦] | \d{1,3}[.)] | \(\d{1,3}\)
          | [^\W\d_]\) | \([^\W\d_]\) | [ivx]{2,4}\) | \([ivx]{2,4}\)
          # What word processors paste for a hollow bullet.
          | o(?=\t|[ ]{2})
        ) \s+(?=\S)""",
    re.VERBOSE,
)

#: What ends a line.
LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"

#: Where a line goes on in the next one: the line break, and the marks by which mail quotes what it answers.
LINE_START = re.compile(rf"[{LINE_BREAKS}][ \t>]*")

#: What stands where a word is broken at the end of a line.
SOFT_HYPHEN = "\u00ad"

_QUESTION_MARKS = ("?", "？", "؟")
_OPENERS, _CLOSERS = "\"'«“‘([", " \t\n\"'»”’)]"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

#: What a collection may be called, and what says in its place that any will do.
_COLLECTION, _ANY = re.compile(r"[\w-]{1,40}"), "any"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of a text, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span cannot run from {self.start} to {self.end}")

    def of(self, text: str) -> str:
        """Return the slice of `text` that this span covers."""
        return text[self.start : self.end]


class SentenceKind(StrEnum):
    """What a unit of an article is."""

    TITLE = "title"
    CREDIT = "credit"
    DATE = "date"
    HEADING = "heading"
    BULLET = "bullet"
    SENTENCE = "sentence"
    #: What is asked in an article itself, and answered below.
    QUESTION = "question"
    QUOTATION = "quotation"
    #: A row of a table, its cells parted by bars, and the row that says what the columns are.
    ROW = "row"
    HEADER = "header"
    #: A line that says one thing of what a list or a card is about: "Power: 12 kW".
    PAIR = "pair"
    CODE = "code"
    CAPTION = "caption"
    FOOTNOTE = "footnote"

    @property
    def answers(self) -> bool:
        """Whether a unit of this kind may be given as an answer."""
        return self not in _SILENT


_SILENT = frozenset(
    {
        SentenceKind.CREDIT,
        SentenceKind.DATE,
        SentenceKind.HEADING,
        SentenceKind.HEADER,
        SentenceKind.QUESTION,
    }
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit of an article: where it stands, and what it is.

    `locator` is where it stands in what the article was read from, as `line 12`, where the reader knows.
    `depth` is the level of a heading, from 1, or how deep a list item is nested, from 0. `above` are the
    numbers of the units under which it stands, the outermost first: title, headings, a question, the header
    of a table.
    """

    article_id: str
    number: int
    span: Span
    kind: SentenceKind
    locator: str | None = None
    depth: int = 0
    above: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.depth < 0 or any(not 0 <= number < self.number for number in self.above):
            raise ValueError(f"unit {self.number} cannot stand {self.depth} deep below {self.above}")


def normalise(text: str) -> str:
    r"""Return `text` in the one form in which articles are kept and all offsets are counted.

    NFC, line ends as ``\n``, no byte order mark; a lone surrogate becomes U+FFFD and a control
    character a space, since neither can be stored, sent or shown.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))


def is_question(text: str) -> bool:
    """Whether a unit asks something, by itself: not in the words of somebody whom it quotes."""
    text = text.strip()
    asked = text.rstrip(_CLOSERS)
    quoted = len(asked) < len(text) and text[0] not in _OPENERS
    return asked.endswith(_QUESTION_MARKS) and not quoted


def cells(row: str) -> tuple[Span, ...]:
    """Return where the cells of a row stand; a text that is no row is one cell.

    >>> [cell.of("Ertis-4;12;900") for cell in cells("Ertis-4;12;900")]
    ['Ertis-4', '12', '900']
    """
    is_framed = row.startswith("|")
    separator = _BAR if is_framed else next((sign for sign in _BETWEEN_CELLS if sign.search(row)), None)
    places = [match.span() for match in separator.finditer(row)] if separator else []
    starts, ends = [0, *(end for _, end in places)], [*(start for start, _ in places), len(row)]
    parts = tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))
    if not is_framed:
        return parts
    return parts[1:-1] if row.endswith("|") and parts[2:] else parts[1:]


def flowing(text: str) -> str:
    r"""Return a text with spaces for its line breaks and the quotation marks after them, just as long.

    >>> flowing("In the\n> year 1931")
    'In the   year 1931'
    """

    def spaces(match: re.Match[str]) -> str:
        return (SOFT_HYPHEN if _before(match) == SOFT_HYPHEN else " ") * len(match[0])

    return LINE_START.sub(spaces, text)


def unwrapped(text: str) -> str:
    r"""Return a text as it is shown: with a space for each line break, and broken words whole.

    >>> unwrapped("a well-\nknown\n> harbour")
    'a well-known harbour'
    """

    def space(match: re.Match[str]) -> str:
        return "" if _before(match) in ("-", SOFT_HYPHEN) else " "

    return LINE_START.sub(space, text).replace(SOFT_HYPHEN, "")


def _before(match: re.Match[str]) -> str:
    """Return the letter before a match, or nothing."""
    return match.string[max(match.start() - 1, 0) : match.start()]


def one_line(text: str) -> str:
    """Return `text` normalised, its white space folded, as questions and titles are kept."""
    return " ".join(normalise(text).replace("\ufeff", " ").split())


def collection_name(text: str) -> str:
    """Return what a collection is called, as it is kept: without regard to case.

    Raises `CollectionNameError`.
    """
    name = unicodedata.normalize("NFC", one_line(text).casefold())
    if not _COLLECTION.fullmatch(name) or name == _ANY:
        raise CollectionNameError(text)
    return name


def digest(text: str) -> str:
    """Return what tells a changed text from an unchanged one."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(content: bytes) -> str:
    """Return what tells the bytes of a file from others."""
    return hashlib.sha256(content).hexdigest()


class Article(BaseModel):
    """A text that somebody published, as it is kept: `text` is normalised, all offsets refer to it.

    `key` says where the article came from (a path, a message); the same key with another text is
    the same article, updated. `origin` is the path or the URL that it was read from. `names` are what it is
    called besides its title, in a line each: other titles, tags, what it is said to be about. `collection` is
    the one that it is in, if it is in any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1)
    text: str
    language: str = Field(pattern=r"^([a-z]{2,3}|und)$")
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    origin: str | None = None
    names: tuple[str, ...] = ()
    collection: str | None = None
    added: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @field_validator("title", "source", "url")
    @classmethod
    def _in_one_line(cls, value: str | None) -> str | None:
        """Fold white space, and leave out what could steer a terminal."""
        return one_line(value) or None if value else None

    @field_validator("names")
    @classmethod
    def _each_in_one_line(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(one_line, names))))

    @field_validator("collection")
    @classmethod
    def _in_a_collection(cls, value: str | None) -> str | None:
        return None if value is None else collection_name(value)

    @model_validator(mode="after")
    def _holds_normalised_text(self) -> Self:
        if not self.text.strip():
            raise EmptyArticleError(self.title or self.key)
        if normalise(self.text) != self.text:
            raise ValueError("an article's text is normalised before it is made")
        return self

    @property
    def id(self) -> str:
        """The short name that citations, lists and buttons call the article by."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:12]

    @property
    def digest(self) -> str:
        """What tells this text from a changed one."""
        return digest(self.text)


@dataclass(frozen=True, slots=True)
class Original:
    """What an article was read from: the name and the digest of a file, and its bytes.

    There are none where they can be read again at the article's origin. `encoding` is what they were read in,
    where they do not show it themselves; `faults` is how many characters stand for bytes that are no text.
    """

    name: str
    digest: str
    content: bytes | None = None
    encoding: str | None = None
    faults: int = 0

    @classmethod
    def of(cls, name: str, content: bytes, *, kept: bool) -> Self:
        """Return what a file of this content is remembered by; `kept` says to keep the content as well."""
        return cls(name, content_digest(content), content if kept else None)

    def is_of(self, content: bytes) -> bool:
        """Whether a content is the one that was read."""
        return content_digest(content) == self.digest


@dataclass(frozen=True, slots=True)
class Document:
    """An article as a reader gives it: with its units, and what it was read from.

    The units are numbered from 0 and ascend within the text; `segmentation` is the number of the rules by
    which they were cut.
    """

    article: Article
    units: tuple[Sentence, ...]
    segmentation: int
    original: Original | None = None

    def __post_init__(self) -> None:
        end = 0
        for number, unit in enumerate(self.units):
            if (unit.article_id, unit.number) != (self.article.id, number):
                raise ValueError(f"unit {unit.number} of {unit.article_id} stands in place {number}")
            if unit.span.start < end or unit.span.end > len(self.article.text):
                raise ValueError(f"unit {number} runs from {unit.span.start} to {unit.span.end}")
            end = unit.span.end


def first_title(text: str, sentences: Iterable[Sentence]) -> str | None:
    """Return the title that stands in the text itself, if there is one."""
    return next((s.span.of(text) for s in sentences if s.kind is SentenceKind.TITLE), None)


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as it stands in an article, with what is known of the article.

    `digest` is that of the article's text, of which `span` is a slice and `text` what stands there; `above`
    are the numbers of the units that it stands under, `origin` and `locator` where it was read from, and
    `collection` is that of the article.
    """

    digest: str
    language: str
    span: Span
    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    kind: SentenceKind = SentenceKind.SENTENCE
    above: tuple[int, ...] = ()
    origin: str | None = None
    locator: str | None = None
    collection: str | None = None

    def __post_init__(self) -> None:
        if self.span.end - self.span.start != len(self.text):
            raise ValueError("a sentence is as long as its span")

    @property
    def is_title(self) -> bool:
        """Whether it is its article's title."""
        return self.text == self.title
