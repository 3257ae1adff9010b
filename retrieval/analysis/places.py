"""Countries and cities that a text names, as CLDR names them, by tokens that every language shares."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from retrieval.analysis.stems import stems
from retrieval.languages import KNOWN
from retrieval.languages.tables import Names, Words, table

#: Apostrophes and hyphens part words, so that АҚШ-тың is АҚШ.
_WORD = re.compile(r"[^\W\d_]+")

#: Abbreviations of at most this many letters are left out where they are typed small, since they are more
#: often words: it, us. Chosen by eye.
_AMBIGUOUS = 2

#: No Russian noun that ends in one of these is declined like one that ends in a consonant.
_VOWELS = frozenset("аеиоуыэюяё")


def place_keys(text: str, language: str) -> list[str]:
    """Return a token for each country and city that `text` names, each once; for both, if two share a name.

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
    tokens: list[str] = []
    free_from = 0  # where the last name ends: two names share no word
    for match in (_WORD if typed_small else known.initial).finditer(text):
        places = known.beginning_with(match[0], language)
        if not places or match.start() < free_from:
            continue
        following = list(islice(_WORD.finditer(text, match.start()), known.longest))
        text_words = [word[0] for word in following]
        named = [place for place in places if place.begins(text_words, language, typed_small)]
        longest = max((len(place.words) for place in named), default=1)
        free_from = following[longest - 1].end()
        tokens += [place.token for place in named if len(place.words) == longest]
    return list(dict.fromkeys(tokens))


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

    def begins(self, text_words: Sequence[str], language: str, typed_small: bool) -> bool:
        """Whether these words begin with this name; that the first one fits is known already.

        An abbreviation is known by its capitals: two small letters are too often a word (it, us).
        """
        first = text_words[0]
        if self.abbreviated and not first.isupper() and not (typed_small and len(first) > _AMBIGUOUS):
            return False
        return len(text_words) >= len(self.words) and all(
            not forms.isdisjoint(_forms(word, language))
            for forms, word in zip(self.words[1:], text_words[1:], strict=False)
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
    known = table(language, Names)
    never = {*known.never.places, *map(str.capitalize, table(language, Words).function)}
    also = [(code, name) for code, names in known.also.items() for name in names]
    by_form: dict[str, list[_Place]] = {}
    for code, name in (*_named_by_cldr(language), *also):
        if name in never or not (name_words := _WORD.findall(_normal(name))):
            continue
        forms = tuple(_declined(word.lower(), language, known.declension) for word in name_words)
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
    return frozenset((word, *(stem + case for case in declension[ending])))
