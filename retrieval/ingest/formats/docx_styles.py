"""The styles and the lists of a Word document: what its paragraphs are, and what marks its items."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from retrieval.articles import SentenceKind
from retrieval.ingest.formats.style_names import is_monospaced, is_of_contents, kind_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: How far a style may rest on others; a chain that is longer goes in a circle.
_LONGEST_CHAIN = 20

#: How deep headings may be: what stands below is the level of no heading.
_DEEPEST_HEADING = 6

#: The outline level of text.
_NO_HEADING = 9

_PLACE = re.compile(r"%([1-9])")

#: The letters that items are marked by in Russian lists: those that look like others are left out.
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """The list that a paragraph is an item of, and how deep in it."""

    number: str
    level: int


def value(element: etree._Element | None, path: str) -> str | None:
    """Return the value of what stands at a path, if it is there."""
    found = None if element is None else element.find(path)
    return None if found is None else found.get(f"{W}val")


def is_on(element: etree._Element | None, path: str) -> bool:
    """Whether a property is there, and not switched off."""
    found = None if element is None else element.find(path)
    return found is not None and found.get(f"{W}val", "1").lower() not in ("0", "false", "off")


def number_of(text: str | None) -> int | None:
    """Return a small number as a document writes it; None if it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


class Styles:
    """The styles of a document by their ids, each resting on others."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = () if root is None else root.iter(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in styles}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{W}default") in ("1", "true") and style.get(f"{W}type") == "paragraph"
            ),
            "",
        )

    def _chain(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Yield the styles of a paragraph, each before the one that it rests on."""
        name = value(paragraph, f"{W}pPr/{W}pStyle") or self._default
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            name = value(style, f"{W}basedOn") or ""

    def kind(self, paragraph: etree._Element) -> tuple[SentenceKind, int] | None:
        """Return what a paragraph is, and how deep a heading; None if it is text, or nothing says it."""
        level = number_of(value(paragraph, f"{W}pPr/{W}outlineLvl"))
        for style in self._chain(paragraph):
            if level is None and (named := kind_of(value(style, f"{W}name") or "")):
                return named[0], min(named[1], _DEEPEST_HEADING)
            if level is None:
                level = number_of(value(style, f"{W}pPr/{W}outlineLvl"))
        if level is None or level >= _NO_HEADING:
            return None
        return SentenceKind.HEADING, min(level + 1, _DEEPEST_HEADING)

    def is_of_contents(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph is a line of a table of contents."""
        return any(is_of_contents(value(style, f"{W}name") or "") for style in self._chain(paragraph))

    def is_monospaced(self, paragraph: etree._Element) -> bool:
        """Whether all of a paragraph is set in type for code."""
        runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
        styled = next(filter(None, (_font(style.find(f"{W}rPr")) for style in self._chain(paragraph))), "")
        return bool(runs) and all(is_monospaced(_font(run.find(f"{W}rPr")) or styled) for run in runs)

    def listed(self, paragraph: etree._Element) -> Listed | None:
        """Return of which list a paragraph is an item, if it is one."""
        number = level = None
        for element in (paragraph, *self._chain(paragraph)):
            number = number or value(element, f"{W}pPr/{W}numPr/{W}numId")
            level = level or value(element, f"{W}pPr/{W}numPr/{W}ilvl")
        return Listed(number, min(number_of(level) or 0, 8)) if number and number != "0" else None


def _font(properties: etree._Element | None) -> str:
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


@dataclass(frozen=True, slots=True)
class _Level:
    """How the items on a level are marked: in which figures, within what, and from where they are counted."""

    figures: str
    pattern: str
    start: int


class Numbering:
    """The lists of a document, and how far each is counted."""

    def __init__(self, root: etree._Element | None) -> None:
        kinds = () if root is None else root.iter(f"{W}abstractNum")
        self._levels = {kind.get(f"{W}abstractNumId", ""): _levels(kind) for kind in kinds}
        numbers = () if root is None else root.iterchildren(f"{W}num")
        self._lists = {number.get(f"{W}numId", ""): number for number in numbers}
        #: How far the items of each level are counted, by what kind of list they are of.
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def mark(self, listed: Listed) -> str:
        """Return what marks the next item of a list, with a space behind it, or nothing."""
        element = self._lists.get(listed.number)
        kind = value(element, f"{W}abstractNumId") or ""
        levels = self._levels.get(kind, {})
        level = levels.get(listed.level)
        if level is None or level.figures == "bullet":
            return "- "
        counts = self._counts.setdefault(kind, {})
        if element is not None and listed.number not in self._begun:
            self._begun.add(listed.number)
            counts.update(_overridden(element))
        counts[listed.level] = counts.get(listed.level, level.start - 1) + 1
        for deeper in [deeper for deeper in counts if deeper > listed.level]:
            del counts[deeper]

        def figure(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            of = levels.get(place, level)
            return _written(counts.get(place, of.start), of.figures)

        mark = _PLACE.sub(figure, level.pattern).strip()
        return f"{mark} " if mark else ""


def _levels(kind: etree._Element) -> dict[int, _Level]:
    return {
        number_of(level.get(f"{W}ilvl")) or 0: _Level(
            value(level, f"{W}numFmt") or "decimal",
            value(level, f"{W}lvlText") or "",
            number_of(value(level, f"{W}start")) or 0,
        )
        for level in kind.iterchildren(f"{W}lvl")
    }


def _overridden(number: etree._Element) -> dict[int, int]:
    """Return the levels that a list counts anew, and the number before their first one."""
    starts = {
        number_of(override.get(f"{W}ilvl")) or 0: number_of(value(override, f"{W}startOverride"))
        for override in number.iterchildren(f"{W}lvlOverride")
    }
    return {level: start - 1 for level, start in starts.items() if start is not None}


def _written(number: int, figures: str) -> str:
    """Return a number as a list writes it; in figures that are unknown here, as usual."""
    return _FIGURES.get(figures, str)(number)


def _letters(alphabet: str) -> Callable[[int], str]:
    """Return what writes numbers as letters: a to z, then aa to zz."""

    def written(number: int) -> str:
        repeated, place = divmod(number - 1, len(alphabet))
        return alphabet[place] * min(repeated + 1, 9) if number > 0 else str(number)

    return written


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for figure, sign in _ROMAN:
        times, number = divmod(number, figure)
        written += sign * times
    return written


_FIGURES: Mapping[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters(_LATIN),
    "upperLetter": _letters(_LATIN.upper()),
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": _letters(_RUSSIAN.upper()),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
