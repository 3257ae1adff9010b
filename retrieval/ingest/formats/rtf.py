"""Rich Text Format, which offices still send: paragraphs, headings, lists, tables and notes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from retrieval.articles import SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest.formats.described import described
from retrieval.ingest.formats.figures import lowered, raised
from retrieval.ingest.formats.gathering import Gathering, reading
from retrieval.ingest.formats.rtf_tokens import Token, codec_of, codec_of_page, tokens_of
from retrieval.ingest.formats.style_names import is_monospaced, is_of_contents, kind_of
from retrieval.ingest.formats.tables import is_laid_out
from retrieval.ingest.readings import Reading, UnreadableContentError

_TEXT, _SKIPPED, _FONTS, _STYLES, _TITLE, _CREATED, _MARK, _NOTE, _AROUND, _TWICE = range(10)

#: What groups hold, by the word that they begin with; those that are marked by \* and not here are skipped.
_DESTINATIONS = {
    "footnote": _NOTE,
    **dict.fromkeys(("listtext", "pntext"), _MARK),
    **dict.fromkeys(("shpinst", "info"), _AROUND),
    "shptxt": _TEXT,
    "upr": _TWICE,
    "fonttbl": _FONTS,
    "stylesheet": _STYLES,
    "title": _TITLE,
    "creatim": _CREATED,
    **dict.fromkeys(
        (
            "annotation", "author", "buptim", "colortbl", "comment", "company", "doccomm", "filetbl",
            "fldinst", "footer", "footerf", "footerl", "footerr", "ftncn", "ftnsep", "ftnsepc", "header",
            "headerf", "headerl", "headerr", "keywords", "listoverridetable", "listtable", "manager",
            "nonesttables", "nonshppict", "objdata", "operator", "pict", "printim", "revtbl", "revtim",
            "rsidtbl", "rxe", "shprslt", "sp", "subject", "tc", "themedata", "txe", "xe",
        ),
        _SKIPPED,
    ),
}  # fmt: skip

_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "~": " ", "_": "-",
    "column": " ", "nestcell": " ", "nestrow": " ",
}  # fmt: skip

_ENDS_OF_PARAGRAPHS = frozenset({"par", "sect", "page"})

#: What marks an item where the list itself is nowhere told of: pandoc writes so.
_MARKED = re.compile(r"\s*([•◦▪·–—-]|\(?(?:\d{1,3}|\w)[.)])\t\s*")
_BULLET = re.compile(r"[^\w(]+")

#: How deep items may stand in others, as in Word.
_DEEPEST_ITEM = 8

#: What an outline's level is that is none.
_NO_HEADING, _DEEPEST_HEADING = 9, 6


def read(content: bytes, encoding: str | None = None) -> list[Reading]:
    """Return a document; its title is what is set as one, or else what it is said to be.

    Raises `UnreadableContentError`.
    """
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise UnreadableContentError(FileFault.DAMAGED, "it is no rich text, whatever its name says")
    reader = _Reader(encoding)
    for token in tokens_of(content):
        reader.read(token)
    reader.end()
    created = reader.created
    day = f"{created.get('yr', 0):04}-{created.get('mo', 0):02}-{created.get('dy', 0):02}"
    return [reading(reader.gathered.blocks, described("".join(reader.title), day))]


@dataclass(slots=True)
class _Group:
    """What holds within braces: what they hold, and how their characters are set."""

    holds: int = _TEXT
    font: int = 0
    fallback: int = 1
    hidden: bool = False
    deleted: bool = False
    position: str = ""

    def inner(self) -> "_Group":
        """Return what a group within this one holds, until it says otherwise."""
        return _Group(self.holds, self.font, self.fallback, self.hidden, self.deleted, self.position)


@dataclass(slots=True)
class _Paragraph:
    """What is told of a paragraph: its style, how deep a heading, and how far it is indented."""

    style: int = 0
    level: int = _NO_HEADING
    indent: int = 0
    in_table: bool = False


@dataclass(slots=True)
class _Said:
    """Text as it is gathered: bytes in a code page, until something else comes."""

    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    codec: str = "cp1252"
    change: Callable[[str], str] | None = None

    def add(self, content: bytes, codec: str, change: Callable[[str], str] | None) -> None:
        """Add bytes that stand in a code page, and what becomes of them."""
        if (codec, change) != (self.codec, self.change):
            self.settle()
            self.codec, self.change = codec, change
        self.raw += content

    def settle(self) -> None:
        """Make text of the bytes so far."""
        if self.raw:
            text = bytes(self.raw).decode(self.codec, "replace")
            self.parts.append(self.change(text) if self.change else text)
            self.raw.clear()

    def taken(self) -> str:
        """Return the text so far, and begin anew; signs that were written in two halves are whole."""
        self.settle()
        text = "".join(self.parts)
        self.parts.clear()
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Reader:
    """Reads the blocks of a document off its words, one after another."""

    def __init__(self, encoding: str | None) -> None:
        self.gathered = Gathering()
        self.title: list[str] = []
        self.created: dict[str, int] = {}
        self._codec = encoding or "cp1252"
        self._is_told = encoding is not None
        self._groups = [_Group()]
        self._group = self._groups[0]
        self._paragraph = _Paragraph()
        #: Whether a group has just begun, and whether its first word was \*.
        self._begins, self._is_optional = False, False
        #: How many characters stand for the last one where Unicode is not known.
        self._skipped = 0
        self._fonts: dict[int, str] = {}
        self._monospaced: set[int] = set()
        self._styles: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        #: The number of the font or style that is being told of.
        self._number = 0
        self._texts = {
            _TEXT: _Said(),
            _NOTE: _Said(),
            _MARK: _Said(),
            _TITLE: _Said(),
            _FONTS: _Said(),
            _STYLES: _Said(),
        }
        self._notes: list[str] = []
        self._mark = ""
        self._used: set[int] = set()
        self._rows: list[list[str]] = []
        self._cells: list[str] = []
        self._in_row, self._headers, self._is_header = False, 0, False
        self._items: list[tuple[int, int]] = []
        self._is_titled = False

    def read(self, token: Token) -> None:
        """Read the next word, brace or text."""
        begins, self._begins = self._begins, False
        if not self._groups:  # What stands behind the document is none of it.
            return
        if token.brace == "{":
            self._groups.append(self._group)
            self._group = self._group.inner()
            self._begins, self._skipped = True, 0
        elif token.brace:
            self._end_group()
        elif token.word == "*" and begins:
            self._begins = self._is_optional = True
        elif token.word:
            if begins:
                self._begin(token.word)
            self._is_optional = False
            self._obey(token.word, token.number)
        elif begins and token.text.isspace():
            self._begins = True
        else:
            self._say(token.text)

    def end(self) -> None:
        """End what is still open."""
        if self._cells:
            self._end_row()
        self._end_paragraph()
        self._end_table()
        for note in self._notes:
            self.gathered.add(SentenceKind.FOOTNOTE, note)

    def _begin(self, word: str) -> None:
        """Say what a group holds that begins with a word; nothing in one that is skipped is read."""
        if self._group.holds == _SKIPPED:
            return
        holds = _DESTINATIONS.get(word)
        if self._group.holds == _TWICE:
            # What is said in a code page and then in Unicode is read as the latter.
            holds = self._groups[-2].holds if word == "ud" else _SKIPPED
        if holds is None and self._is_optional:
            holds = _SKIPPED
        if holds is not None and not (holds == _TEXT and self._group.holds == _NOTE):
            self._group.holds = holds

    def _end_group(self) -> None:
        ended, self._skipped = self._group, 0
        self._group = self._groups.pop()
        if ended.holds == self._group.holds or ended.holds not in self._texts:
            return
        if ended.holds == _NOTE:
            self._notes.append(self._texts[_NOTE].taken())
        elif ended.holds == _MARK:
            self._mark = self._texts[_MARK].taken()
        elif ended.holds == _TITLE:
            self.title.append(self._texts[_TITLE].taken())

    def _say(self, content: bytes) -> None:
        if self._skipped:
            skipped = min(self._skipped, len(content))
            self._skipped -= skipped
            content = content[skipped:]
        group = self._group
        if not content or group.hidden or group.deleted or group.holds not in self._texts:
            return
        if group.holds == _TEXT and content.strip():
            self._used.add(group.font)
        change = {"super": raised, "sub": lowered}.get(group.position)
        self._texts[group.holds].add(content, self._fonts.get(group.font) or self._codec, change)
        if group.holds in (_FONTS, _STYLES) and content.endswith(b";"):
            self._name(group.holds)

    def _sign(self, sign: str) -> None:
        group = self._group
        if group.holds in self._texts and not (group.hidden or group.deleted):
            said = self._texts[group.holds]
            said.settle()
            said.parts.append(sign)

    def _name(self, holds: int) -> None:
        """Take the name of a font or a style."""
        name = self._texts[holds].taken().strip(" ;")
        if holds == _STYLES:
            self._styles.setdefault(self._number, name)
        elif is_monospaced(name):
            self._monospaced.add(self._number)

    def _obey(self, word: str, number: int | None) -> None:
        holds = self._group.holds
        if holds == _SKIPPED:
            return
        if word == "u" and number is not None:
            self._sign(chr(number % 0x10000))
            self._skipped = self._group.fallback
        elif holds in (_FONTS, _STYLES):
            self._define(word, number)
        elif holds == _CREATED:
            self.created.setdefault(word, max(0, number or 0) % 10_000)
        elif word in _SIGNS:
            self._sign(_SIGNS[word])
        elif word in _ENDS_OF_PARAGRAPHS and holds == _TEXT:
            self._end_line()
        elif word in _ENDS_OF_PARAGRAPHS:
            self._sign(" ")
        elif not self._set(word, number) and holds == _TEXT:
            self._lay_out(word, number)

    def _define(self, word: str, number: int | None) -> None:
        """Take what is told of a font or a style."""
        is_style = self._group.holds == _STYLES
        if word == ("s" if is_style else "f"):
            self._number = number or 0
        elif word in ("ds", "ts") and is_style:
            self._number = -1  # Those of sections and tables have numbers of their own.
        elif word == "outlinelevel" and is_style:
            self._levels[self._number] = _NO_HEADING if number is None else number
        elif word == "fcharset":
            self._fonts[self._number] = codec_of(number, self._fonts.get(self._number, ""))
        elif word == "cpg":
            self._fonts[self._number] = codec_of_page(number, self._fonts.get(self._number, ""))

    def _set(self, word: str, number: int | None) -> bool:
        """Set characters as a word says, and tell whether it says that."""
        group, is_on = self._group, number != 0
        if word == "plain":
            group.hidden, group.deleted, group.position, group.font = False, False, "", 0
        elif word == "v":
            group.hidden = is_on
        elif word == "deleted":
            group.deleted = is_on
        elif word in ("super", "sub", "nosupersub"):
            group.position = word if is_on and word != "nosupersub" else ""
        elif word == "f":
            group.font = number or 0
        elif word == "uc":
            group.fallback = max(0, number or 0)
        elif word in ("ansicpg", "mac", "pc", "pca") and not self._is_told:
            pages = {"mac": 10000, "pc": 437, "pca": 850}
            self._codec = codec_of_page(pages.get(word, number), self._codec)
        else:
            return False
        return True

    def _lay_out(self, word: str, number: int | None) -> None:
        """Do what a word says of paragraphs and tables."""
        paragraph = self._paragraph
        if word == "pard":
            self._paragraph = _Paragraph()
        elif word == "s":
            paragraph.style = number or 0
        elif word == "outlinelevel":
            paragraph.level = _NO_HEADING if number is None else number
        elif word == "li":
            paragraph.indent = number or 0
        elif word == "intbl":
            paragraph.in_table = True
        elif word == "trowd":
            self._in_row, self._is_header = True, False
        elif word == "trhdr":
            self._is_header = True
        elif word == "cell":
            self._cells.append(self._texts[_TEXT].taken())
            self._mark = ""
        elif word == "row":
            self._end_row()

    def _end_line(self) -> None:
        """End a paragraph, or in a cell a line."""
        if self._in_row or self._paragraph.in_table:
            self._sign("\n")
            return
        self._end_paragraph()

    def _end_paragraph(self) -> None:
        text, mark, used = self._texts[_TEXT].taken(), self._mark, self._used
        self._mark, self._used = "", set()
        if not text.strip():
            return
        self._end_table()
        name = self._styles.get(self._paragraph.style, "")
        if is_of_contents(name):
            return
        kind, depth = kind_of(name) or (SentenceKind.SENTENCE, 0)
        level = min(self._paragraph.level, self._levels.get(self._paragraph.style, _NO_HEADING))
        if kind is SentenceKind.SENTENCE and 0 <= level < _NO_HEADING:
            kind, depth = SentenceKind.HEADING, level + 1
        if kind is SentenceKind.CODE or (kind is SentenceKind.SENTENCE and used and used <= self._monospaced):
            self.gathered.add_code_line(text)
            return
        if kind is SentenceKind.TITLE:
            kind, depth = (SentenceKind.HEADING, 1) if self._is_titled else (kind, 0)
            self._is_titled = True
        if kind is SentenceKind.SENTENCE and (mark or _MARKED.match(text)):
            self._add_item(mark, text)
            return
        self._items = []
        number = "" if kind is not SentenceKind.HEADING or _BULLET.fullmatch(mark.strip()) else mark.strip()
        self.gathered.add(kind, f"{number} {text}".strip(), min(depth, _DEEPEST_HEADING))

    def _add_item(self, mark: str, text: str) -> None:
        if not mark and (found := _MARKED.match(text)):
            mark, text = found[1], text[found.end() :]
        mark = mark.strip()
        apart, indent = not self._items, self._paragraph.indent
        self._items = [item for item in self._items if item[0] < indent][:_DEEPEST_ITEM]
        self._items.append((indent, self.gathered.number))
        items = tuple(number for _, number in self._items)
        shown = "-" if not mark or _BULLET.fullmatch(mark) else mark
        self.gathered.add(SentenceKind.BULLET, f"{shown} {text}", len(items) - 1, apart=apart, items=items)

    def _end_row(self) -> None:
        if self._cells:
            self._headers += self._is_header and self._headers == len(self._rows)
            self._rows.append(self._cells)
        self._cells, self._in_row = [], False
        self._texts[_TEXT].taken()

    def _end_table(self) -> None:
        """Add the table that ends here, if there is one."""
        rows, headers = [[*row] for row in self._rows], self._headers
        self._rows, self._headers = [], 0
        if not rows:
            return
        self._items = []
        if is_laid_out(rows):
            for cell in (cell for row in rows for cell in row):
                for text in cell.split("\n"):
                    self.gathered.add(SentenceKind.SENTENCE, text)
        else:
            self.gathered.add_rows(rows, headers)
