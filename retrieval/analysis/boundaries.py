r"""Boundaries: where each unit of a text begins and ends, to the character.

Units are spans, and a unit's text is the slice of the article that its span covers: nothing is
rewritten, and only white space lies outside. A line break always ends a unit. Within a line every
`.`, `!`, `?` or `…` followed by white space ends one, unless a rule below says that the sentence goes
on. Where the rules cannot know, two sentences are left together rather than one cut in half: half a
sentence misleads, two sentences merely say more than was asked. What the rules know of a language
stands in its `boundaries.toml`.

The time is linear in any text; docs/decisions/0002 has the figures.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from retrieval.articles import LINE_BREAKS, Span, flowing
from retrieval.languages import KNOWN
from retrieval.languages.tables import Boundaries, Lines, phrases_of, table

#: The most characters of a unit, so that no citation is endless. Chosen by eye.
MAX_LENGTH = 1_500

# How many characters the rules look at around a stop, so that the time stays linear in any text. Chosen by
# eye: beginnings of sentences and dates are far shorter.
_BEHIND = 80
_AHEAD = 120
_LONGEST_WORD = 40

# So many dots are no mark of a sentence: three are, and four are those and a full stop.
_LEADERS = 5

# The most letters of a word that is an abbreviation by its looks. Of those in the lists of razdel, pySBD and
# sentencex 35 of 128 Russian and 52 of 179 English ones look so, and none of them is longer.
_LONGEST_BY_LOOKS = 5

# Languages that write ordinals with a full stop, and the longest of the words before one that make it such:
# articles and prepositions. Chosen by eye.
_ORDINALS = frozenset(
    (
        "bs",
        "cs",
        "da",
        "de",
        "et",
        "fi",
        "hr",
        "hu",
        "is",
        "lb",
        "lv",
        "nb",
        "nn",
        "no",
        "pl",
        "sk",
        "sl",
        "sr",
        "tr",
    )
)
_SHORT, _LAST_DAY = 3, 31

#: A line: what stands between two line breaks.
LINE = re.compile(f"[^{LINE_BREAKS}]+")

# Marks that may end a sentence with the quotes and brackets that close after them, and then white
# space or, where a space is missing, a letter. The look-behind and the possessive quantifiers keep
# a million dots linear.
_STOP = re.compile(
    r"""(?<![.!?…؟۔।])(?P<marks>[.!?…؟۔।]++)
        (?P<closing>["»”’'“)\]]*+)
        (?: (?=\s++(?P<next>\S)) | (?=(?P<glued>[^\W\d_])) )""",
    re.VERBOSE,
)

# A quotation or bracket too short to be cited by itself; each run stops at the next opener, which
# keeps a million openers linear.
_ASIDE = re.compile(
    r"""«[^«»]{0,90}» | “[^“”]{0,90}” | „[^„“”]{0,90}[“”] | \([^()]{0,200}\)
      | (?<![^\s(–—-])"(?=\S)[^"]{0,90}(?<![\s(–—-])" """,
    re.VERBOSE,
)

_WORD = re.compile(r"[^\W_]+(?:[.–-][^\W_]+)*$")
_FIRST_WORD = re.compile(r"""["«“(]*([^\s,.;:!?»”")]+)(\.?)""")
_SPACED_LETTER = re.compile(r"(?<!\w)([^\W\d_])\.\s$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}[.–-])+[^\W\d_]{1,2}")
_LAST_PART = re.compile(r"[^.–-]+$")
_ROMAN = re.compile(r"[IVXLCХІ]+")
_CAPITALISED = re.compile("[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][a-zа-яёәғқңөұүһі]{2}")
_VOWEL = re.compile("[aeiouyаеёиоуыэюяәіөүұ]")
_TWO_CONSONANTS = re.compile("[^aeiouyаеёийоуъыьэюяәіөүұ]{2}$")
_CONTRACTED = re.compile("[бвгджзклмнпрстфхцчшщғқңһ]{1,3}-[а-яёәғқңөұүһі]{1,3}")
# Letters that no Cyrillic one looks like: before a Cyrillic word they are not typed for an initial.
_LATIN_ONLY = frozenset("DFGJLNQRSUVWZ")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LIST_NUMBER = re.compile(r"\d+(?:\.\d+)*|[IVXLC]+|\w")
_CLAUSE_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:-[^\W\d_]+)?|[IVXLC]+")
_DATE_PHRASE = re.compile(r"\W*(?:[^\W\d]+\s+){0,2}[\dIVXХІ][\w\s–—-]{0,30}")
_DASH_THEN_SENTENCE = re.compile(r"""(?:[–—−]+|-+(?=\s))\s*["«“(]?\s*(?P<first>\w)""")

_NUMBERED = re.compile(r"№\s*\d")
_GAP = re.compile(r"\s*")

# Scripts that write no spaces end a sentence with marks of their own, which end nothing else.
_STRETCH = re.compile("[^。！？｡]*[。！？｡]*[」』”’）]*")

_OPENERS = ' "«“(-–—•*·'

_CLOSING_PUNCTUATION = frozenset(",;:.!?%)]»”")
_SYMBOLS = frozenset("№=+*/<>|&#")
_SUMS = frozenset("$€£₸₽(")
_DASHES = frozenset("-–—−")


class _AbbreviationRule(StrEnum):
    """When a full stop after an abbreviation ends the sentence too."""

    NEVER_ENDS = "never_ends"
    ENDS_BEFORE_STARTER = "ends_before_starter"
    ENDS_BEFORE_CAPITAL = "ends_before_capital"
    ENDS_AFTER_NUMBER = "ends_after_number"


@dataclass(frozen=True, slots=True)
class _LanguageRules:
    """What is known of the sentences of a language: abbreviations, each with its rule, and lists of words."""

    abbreviations: Mapping[str, _AbbreviationRule]
    measures: frozenset[str]
    years: frozenset[str]
    starters: frozenset[str]
    lettered: frozenset[str]
    word_ends: frozenset[str]
    speech: re.Pattern[str]
    #: What the parts of a text are called.
    sections: frozenset[str]
    #: Whether a full stop after a number may make it an ordinal, as in German, Czech or Turkish: "am 3. Mai".
    ordinals: bool


@dataclass(frozen=True, slots=True)
class _Stop:
    """A mark that may end a sentence, with what stands around it."""

    marks: str
    closing: str
    before: str  #: the unit so far, at most its last `_BEHIND` characters
    word: str  #: the word that ends there, with the full stops and hyphens inside it
    after: str  #: what follows, without white space
    glued: bool  #: whether it follows at once
    rules: _LanguageRules

    @property
    def abbreviates(self) -> bool:
        """Whether the mark is a full stop that may belong to the word before it."""
        return self.marks == "." and not self.closing.strip("’'")


@cache
def _language_rules(language: str) -> _LanguageRules:
    """Return the rules of a `language`; of one that Derek does not know, those of all languages together."""
    names = (*table(language, Boundaries).borrows, language) if language in KNOWN else KNOWN
    tables = [table(name, Boundaries) for name in names]
    measures = frozenset(word for known in tables for word in phrases_of(known.measures))
    abbreviations = dict.fromkeys(measures, _AbbreviationRule.ENDS_BEFORE_CAPITAL)
    for known in tables:
        for rule in _AbbreviationRule:
            abbreviations |= dict.fromkeys(phrases_of(getattr(known, rule)), rule)
    verbs = "|".join(word for known in tables for word in phrases_of(known.speech))
    return _LanguageRules(
        abbreviations=abbreviations,
        measures=measures,
        years=frozenset(word for known in tables for word in known.years),
        starters=frozenset(word for known in tables for word in phrases_of(known.starters)),
        lettered=frozenset(word for known in tables for word in phrases_of(known.lettered)),
        word_ends=frozenset(end for known in tables for end in phrases_of(known.word_ends)),
        speech=re.compile(rf"(?:(?:[A-Z][\w.'’-]*\s+){{1,5}}|[Tt]he\s+(?:\w+\s+){{1,4}})(?:{verbs})\b"),
        sections=frozenset({"§", *(word for name in names for word in table(name, Lines).sections.words)}),
        ordinals=language in _ORDINALS,
    )


def _punctuation_follows(stop: _Stop) -> bool:
    """«Готовы?», сказал он; Yahoo! (the company); a formula: no sentence begins with these.

    But for one that begins with a number: "It is closed. № 15 goes there."
    """
    if _NUMBERED.match(stop.after) and len(stop.word) > _LONGEST_BY_LOOKS and stop.word.islower():
        return False
    return stop.after[0] in _CLOSING_PUNCTUATION or stop.after[0] in _SYMBOLS


def _dash_continues(stop: _Stop) -> bool:
    """Let a dash begin a sentence only before a capital or a number, and never after a quotation.

    «Готовы!» – Иванов кивнул: what follows a closed quotation says whose it was.
    """
    if stop.after[0] not in _DASHES:
        return False
    follows = _DASH_THEN_SENTENCE.match(stop.after)
    return bool(stop.closing) or follows is None or follows["first"].islower()


def _dots_lead_on(stop: _Stop) -> bool:
    """`Fish soup ........ 6 euros`: many dots lead to what stands behind them."""
    return len(stop.marks) >= _LEADERS and set(stop.marks) == {"."}


def _no_gap(stop: _Stop) -> bool:
    """Without white space only `слова.Слова` is two sentences; Yandex.Music and akorda.kz are names."""
    if not stop.glued:
        return False
    ends = len(stop.word) > 3 and stop.word.isalpha() and stop.word.islower() and not stop.closing
    following = _next_word(stop)[0]
    begins = _CAPITALISED.match(following) or _ROMAN.fullmatch(following)
    return not (ends and begins)


def _bracket_in_the_middle(stop: _Stop) -> bool:
    """`He paid (in cash!) 30 tenge.`: after a bracket only a capital begins a sentence."""
    return ")" in stop.closing and not stop.after[0].isupper()


def _speech_is_attributed(stop: _Stop) -> bool:
    """Keep a question or exclamation with whoever uttered it.

    `"What a day!" Ms. Lee said.` is one sentence.
    """
    return bool(stop.closing) and stop.marks[-1] in "!?…" and stop.rules.speech.match(stop.after) is not None


def _list_is_numbered(stop: _Stop) -> bool:
    """`1.`, `2.4.`, `IV.` or `а.` at the beginning, or a number after a bracket or colon, only counts.

    So does the number of a clause that a unit begins with: `Article 7.`, `§ 5.`, `7-бап.`.
    """
    if stop.marks != "." or stop.closing not in ("", ")"):
        return False
    before = stop.before.removesuffix(stop.word).strip(_OPENERS)
    if not before:
        part = stop.word.rpartition("-")[2]
        counts = _CLAUSE_NUMBER if part.casefold() in stop.rules.sections else _LIST_NUMBER
        return counts.fullmatch(stop.word) is not None
    if before.casefold() in stop.rules.sections:
        return _CLAUSE_NUMBER.fullmatch(stop.word) is not None
    return len(stop.word) < 3 and stop.word.isdigit() and before[-1] in "):;"


def _ordinal_continues(stop: _Stop) -> bool:
    """`am 3. Mai`, `der 2. Weltkrieg`: behind a short small word, in a language that writes ordinals so."""
    if not (stop.rules.ordinals and stop.abbreviates and stop.word.isdigit() and int(stop.word) <= _LAST_DAY):
        return False
    before = _word(stop.before.removesuffix(stop.word).rstrip())
    return before.isalpha() and len(before) <= _SHORT


def _abbreviation_continues(stop: _Stop) -> bool:
    """Go on where the full stop belongs to an abbreviation whose rule does not end the sentence here."""
    if not stop.abbreviates:
        return False
    word = _abbreviation(stop)
    rule = _abbreviation_rule(word, stop.rules)
    if rule is None:
        return _unknown_word_continues(stop, word)
    if _letter_names_thing(stop, word):
        return False
    if rule is _AbbreviationRule.NEVER_ENDS or _quantity_follows(stop):
        return True
    if rule is _AbbreviationRule.ENDS_BEFORE_STARTER:
        return not _starter_follows(stop)
    names = rule is _AbbreviationRule.ENDS_AFTER_NUMBER and not _number_precedes(stop, word)
    return names or _measure_continues(stop, word)


def _quantity_follows(stop: _Stop) -> bool:
    """Whether a number, a sum, a bracket or a Roman numeral of two letters and more comes next."""
    if stop.after[0].isdigit() or stop.after[0] in _SUMS:
        return True
    following = _next_word(stop)[0]
    return len(following) > 1 and _ROMAN.fullmatch(following) is not None


def _unknown_word_continues(stop: _Stop, word: str) -> bool:
    """«абз. 3», «инж. Орлов», `d. 1640`: go on after an unknown word that looks like an abbreviation.

    Before a capital only in Cyrillic, or a title without a vowel: `npm` and `Hajj` end sentences.
    """
    if len(word) == 1 and word.islower():
        return _quantity_follows(stop)
    if not _looks_abbreviated(word, stop.rules):
        return False
    if _quantity_follows(stop):
        return True
    begins_unit = not stop.before.removesuffix(word).strip(_OPENERS)
    title = word.istitle() and not _VOWEL.search(word.lower())
    names = title if word.isascii() else word.islower() or begins_unit
    return names and not _number_precedes(stop, word) and not _starter_follows(stop)


def _looks_abbreviated(word: str, rules: _LanguageRules) -> bool:
    """Whether a short word has no vowel, or breaks off after two consonants that no word ends with.

    Neither has «пр-кт» one before its hyphen.
    """
    if "-" in word:
        return _CONTRACTED.fullmatch(word) is not None
    if not 1 < len(word) <= _LONGEST_BY_LOOKS or not word.isalpha() or not word[1:].islower():
        return False
    lower = word.lower()
    if not _VOWEL.search(lower):
        return True
    return _TWO_CONSONANTS.search(lower) is not None and lower[-2:] not in rules.word_ends


def _letter_names_thing(stop: _Stop, word: str) -> bool:
    """Whether a single capital is no initial: `vitamin C.`, «от точки M.», unless another initial follows."""
    if len(word) != 1 or not word.isupper():
        return False
    following, full_stop = _next_word(stop)
    if len(following) == 1 and full_stop:
        return False
    if word in _LATIN_ONLY and _CYRILLIC.match(following):
        return True
    return _word(stop.before[:-1].rstrip()).lower() in stop.rules.lettered


def _starter_follows(stop: _Stop) -> bool:
    """Whether the next word commonly begins a sentence; in `J. A. Smith` it is an initial."""
    word, full_stop = _next_word(stop)
    return word.lower() in stop.rules.starters and not (len(word) == 1 and full_stop)


def _number_precedes(stop: _Stop, word: str) -> bool:
    """«2021 г.», «500 тыс. р.»: a number or another measure stands before the word."""
    before = stop.before.removesuffix(word).rstrip(" \u00a0.)")
    return before[-1:].isdigit() or _word(before) in stop.rules.measures


def _measure_continues(stop: _Stop, word: str) -> bool:
    """«долл. США», «до н.э. IV век», and «В 2021 г. Казахстан», where only a date has been said so far."""
    following = _next_word(stop)[0]
    measured = word.lower() in stop.rules.measures and following.isupper() and len(following) > 1
    numbered = not word.isascii() and _ROMAN.fullmatch(following) is not None
    begins = len(stop.before) < _BEHIND and _DATE_PHRASE.fullmatch(stop.before) is not None
    dated = word in stop.rules.years and begins
    return measured or numbered or dated


#: Each says of a stop whether the sentence goes on after it; the cheap ones come first.
_CONTINUES: tuple[Callable[[_Stop], bool], ...] = (
    _punctuation_follows,
    _dots_lead_on,
    _no_gap,
    _dash_continues,
    _bracket_in_the_middle,
    _list_is_numbered,
    _ordinal_continues,
    _abbreviation_continues,
    _speech_is_attributed,
)


def _word(before: str) -> str:
    """Return the word that ends `before`, with the full stops and hyphens inside it."""
    tail = before[-_LONGEST_WORD:]
    word = _WORD.search(tail, tail.rfind(" ") + 1)
    return word[0] if word else ""


def _next_word(stop: _Stop) -> tuple[str, str]:
    """Return the word that follows and the full stop after it, each empty if there is none."""
    word = _FIRST_WORD.match(stop.after)
    return (word[1], word[2]) if word else ("", "")


def _abbreviation(stop: _Stop) -> str:
    """Return the word before the stop, `т. д.` joined into one if that is an abbreviation."""
    word = stop.word
    if len(word) == 1 and word.islower() and (spaced := _SPACED_LETTER.search(stop.before[:-1])):
        joined = f"{spaced[1]}.{word}"
        return joined if joined.lower() in stop.rules.abbreviations else word
    return word


def _abbreviation_rule(word: str, rules: _LanguageRules) -> _AbbreviationRule | None:
    """Return the rule of `word`: that of the data, or that of initials, or None if it is no abbreviation."""
    capital = word[:1].isupper()
    if capital and len(word) == 1:
        return _AbbreviationRule.ENDS_BEFORE_STARTER
    last = _LAST_PART.search(word)
    for form in (word.capitalize() if capital else word, word.lower(), last[0] if last else word):
        if form in rules.abbreviations:
            return rules.abbreviations[form]
    return _AbbreviationRule.ENDS_BEFORE_STARTER if capital and _DOTTED.fullmatch(word) else None


def _cuts(line: str, rules: _LanguageRules) -> Iterator[int]:
    """Yield where the sentences of a line end, but for the last."""
    start = 0
    asides: list[tuple[int, int]] | None = None
    for match in _STOP.finditer(line):
        if (match["next"] or match["glued"]).islower():
            continue  # no sentence begins with a small letter; most stops that end nothing go here
        stop = _around(match, start, rules)
        if any(continues(stop) for continues in _CONTINUES):
            continue
        if asides is None:
            asides = [aside.span() for aside in _ASIDE.finditer(line)]
        if not _within(asides, match.start(), match.end()):
            yield match.end()
            start = match.end()


def _around(match: re.Match[str], start: int, rules: _LanguageRules) -> _Stop:
    """Gather what stands around a possible end of the unit that begins at `start`."""
    line, marks = match.string, match.start()
    following = match.start(match.lastgroup or 0)
    before = line[max(start, marks - _BEHIND) : marks]
    return _Stop(
        marks=match["marks"],
        closing=match["closing"],
        before=before,
        word=_word(before),
        after=line[following : following + _AHEAD],
        glued=match["glued"] is not None,
        rules=rules,
    )


def _within(asides: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stop from `start` to `end` lies inside one of `asides`, which ascend."""
    last = bisect_right(asides, (start,)) - 1
    return last >= 0 and end < asides[last][1]


def split(text: str, language: str) -> list[Span]:
    """Return the units of `text`: they ascend, and only white space lies outside them."""
    rules = _language_rules(language)
    return [unit for line in LINE.finditer(text) for unit in _units(line[0], line.start(), rules)]


def split_wrapped(text: str, language: str) -> list[Span]:
    """Return the units of a paragraph whose lines go on in one another, as `split` does.

    What quotes them at their beginnings lies outside of the units as white space does.
    """
    return list(_units(flowing(text), 0, _language_rules(language)))


def _units(line: str, offset: int, rules: _LanguageRules) -> Iterator[Span]:
    """Yield the units of one line, which begins at `offset` of its text."""
    for stretch in _STRETCH.finditer(line):
        start = stretch.start()
        for cut in (*_cuts(stretch[0], rules), len(stretch[0])):
            end = stretch.start() + cut
            for part_start, part_end in _parts(line, start, end):
                yield Span(offset + part_start, offset + part_end)
            start = end


def _parts(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretch from `start` to `end` without white space around it, none part too long."""
    unit = line[start:end]
    start, end = end - len(unit.lstrip()), start + len(unit.rstrip())
    while end - start > MAX_LENGTH:
        cut = _last_gap(line, start)
        yield start, start + len(line[start:cut].rstrip())
        start = _end_of_gap(line, cut)
    if start < end:
        yield start, end


def _last_gap(line: str, start: int) -> int:
    """Return where to cut a unit that is too long: at white space, else not before a combining mark."""
    limit = start + MAX_LENGTH
    for cut in range(limit, start, -1):
        if line[cut].isspace():
            return cut
    for cut in range(limit, start + 1, -1):
        if not unicodedata.category(line[cut]).startswith("M"):
            return cut
    return limit


def _end_of_gap(line: str, start: int) -> int:
    gap = _GAP.match(line, start)
    return gap.end() if gap else start
