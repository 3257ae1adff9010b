"""Names and places in one spelling for English, Russian and Kazakh, in whatever case form.

word ─ readings without their endings ─ latin, folded ─▶ name keys
text ─ countries and cities as CLDR names them ───────▶ place keys
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from retrieval.languages import KNOWN, knowledge
from retrieval.stems import stems
from retrieval.transliteration import folded, latin

_CYRILLIC = re.compile("[а-яёіїєґў]")
_KAZAKH = re.compile("[әғқңөұүһ]")

#: Apostrophes and hyphens part words, so that АҚШ-тың is АҚШ.
_WORD = re.compile(r"[^\W\d_]+")

#: No Russian noun that ends in one of these is declined like one that ends in a consonant.
_VOWELS = frozenset("аеиоуыэюяё")

#: One letter says too little to be what a name is known by.
_SHORTEST = 2


def name_keys(word: str, language: str) -> tuple[str, ...]:
    """Return the keys of a lower-case word: one or two, as it may or may not end in an ending.

    A word that has no letters or digits of Latin or Cyrillic has none.

    >>> name_keys("токаевым", "ru"), name_keys("тоқаевпен", "kk"), name_keys("tokayev", "en")
    (('tokaev',), ('tokaev', 'tokaevpen'), ('tokaev',))
    """
    keys = dict.fromkeys(folded(latin(reading)) for reading in _readings(word, language))
    return tuple(key for key in keys if len(key) >= _SHORTEST) or tuple(filter(None, keys))


def _readings(word: str, language: str) -> tuple[str, ...]:
    """Return a word as it may be without its ending, in the language that its letters say."""
    if not _CYRILLIC.search(word):
        return _without_ending(word, "en")
    if language == "kk" or _KAZAKH.search(word):
        return (*_without_ending(_without_case(word), "kk"), word)
    return _without_ending(word, "ru")


def _without_ending(word: str, language: str) -> tuple[str, ...]:
    for rule in _endings(language):
        if match := rule.pattern.fullmatch(word):
            return (match[1], word) if match[2] in rule.whole else (match[1],)
    return (word,)


def _without_case(word: str) -> str:
    """Take a Kazakh case ending off, and only that: an ы before it is more often a name's own (Алматы).

    What the stemmer left says how much may go, since it knows which endings may follow what.
    """
    longest = len(word) - len(stems(word, "kk")[0])
    return next(
        (word.removesuffix(case) for case in _cases() if len(case) <= longest and word.endswith(case)), word
    )


@cache
def _cases() -> Sequence[str]:
    return sorted(knowledge("kk", "suffixes")["case"], key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class _Endings:
    """Endings that follow certain stems, and those with which a word may be whole."""

    pattern: re.Pattern[str]
    whole: frozenset[str]


@cache
def _endings(language: str) -> tuple[_Endings, ...]:
    return tuple(map(_rule, knowledge(language, "names")["endings"]))


def _rule(table: Mapping[str, Any]) -> _Endings:
    stem = f"(?=.{{{table['shortest']}}}).*" if table["after"] else f".{{{table['shortest']},}}?"
    after = "|".join(map(re.escape, table["after"]))
    # The longest ending goes first: the stem takes as little as it can, and never less than the shortest.
    pattern = f"({stem}(?:{after}))({'|'.join(table['take'])})"
    return _Endings(re.compile(pattern), frozenset(table["whole"]))


def place_keys(text: str, language: str) -> list[str]:
    """Return a token for each country and city that `text` names; of two that share a name, both.

    A name is known by its capital, unless the whole text has none, as people type questions.
    Texts in languages that Derek does not know have none.

    >>> place_keys("Переговоры в Москве и в США", "ru"), place_keys("Мәскеудегі кездесу", "kk")
    (['@Europe/Moscow', '@US'], ['@Europe/Moscow'])
    """
    if language not in KNOWN:
        return []
    text = _normal(text)
    known = _places(language)
    typed_small = text == text.lower()
    found: list[str] = []
    free = 0
    for match in (_WORD if typed_small else known.initial).finditer(text):
        places = known.beginning_with(match[0], language)
        if not places or match.start() < free:
            continue
        said = list(islice(_WORD.finditer(text, match.start()), known.longest))
        there = [place for place in places if place.stands([word[0] for word in said], language, typed_small)]
        longest = max((len(place.words) for place in there), default=1)
        free = said[longest - 1].end()
        found += [place.token for place in there if len(place.words) == longest]
    return list(dict.fromkeys(found))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("ё", "е").replace("Ё", "Е")


def _forms(word: str, language: str) -> tuple[str, ...]:
    """Return a word as it may stand in the tables: Kazakh names are declined here, not there."""
    word = word.lower()
    return tuple({word: None, stems(word, language)[0]: None}) if language == "kk" else (word,)


@dataclass(frozen=True, slots=True)
class _Place:
    """A name of a country or a city: the forms of each of its words, and the token they stand for."""

    token: str
    words: tuple[frozenset[str], ...]
    abbreviated: bool

    def stands(self, said: Sequence[str], language: str, typed_small: bool) -> bool:
        """Whether what is said begins with this name, written as it must be.

        An abbreviation is known by its capitals: two small letters are too often a word (it, us).
        """
        if self.abbreviated and not said[0].isupper() and not (typed_small and len(said[0]) > _SHORTEST):
            return False
        return len(said) >= len(self.words) and all(
            not forms.isdisjoint(_forms(word, language))
            for forms, word in zip(self.words[1:], said[1:], strict=False)
        )


@dataclass(frozen=True, slots=True)
class _Places:
    """The places of a language, by the forms of their first word."""

    by_form: dict[str, list[_Place]]
    initial: re.Pattern[str]
    longest: int

    def beginning_with(self, word: str, language: str) -> list[_Place]:
        return [place for form in _forms(word, language) for place in self.by_form.get(form, ())]


@cache
def _places(language: str) -> _Places:
    """Return the places that CLDR and our own table name."""
    table = knowledge(language, "names")
    never = {*table["never"]["places"], *map(str.capitalize, knowledge(language, "words")["function"])}
    also = [(code, name) for code, names in table["also"].items() for name in names]
    by_form: dict[str, list[_Place]] = {}
    for code, name in (*_named_by_cldr(language), *also):
        if name in never or not (said := _WORD.findall(_normal(name))):
            continue
        forms = tuple(_declined(word.lower(), language, table["declension"]) for word in said)
        place = _Place(f"@{code}", forms, abbreviated=name.isupper())
        for form in forms[0]:
            by_form.setdefault(form, []).append(place)
    initials = "".join(sorted({form[0].upper() for form in by_form}))
    longest = max(len(place.words) for places in by_form.values() for place in places)
    return _Places(by_form, re.compile(rf"[{initials}][^\W\d_]*"), longest)


def _named_by_cldr(language: str) -> Iterator[tuple[str, str]]:
    """Yield code and name of each territory and of each city that a time zone is called after."""
    from babel import Locale  # noqa: PLC0415  it takes longer to load than most commands to run

    locale = Locale(language)
    for code, name in locale.territories.items():
        yield str(code), name.partition(" (")[0].replace("&", "and")
    # English has a name of its own only where the zone's is out of date; the zones are listed elsewhere.
    for zone in map(str, Locale("ru").time_zones):
        if language == "en":
            yield zone, zone.rpartition("/")[2].replace("_", " ")
        if city := locale.time_zones.get(zone, {}).get("city"):
            yield zone, city.partition(",")[0]


def _declined(word: str, language: str, declension: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the case forms of one word of a name."""
    ending = max((end for end in declension if word.endswith(end)), key=len, default=None)
    if ending is None or (not ending and word[-1] in _VOWELS):
        return frozenset(_forms(word, language))
    stem = word.removesuffix(ending)
    return frozenset((word, *(stem + other for other in declension[ending])))
