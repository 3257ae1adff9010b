"""Words to Latin letters, by their sound: much the same spelling for English, Russian and Kazakh.

word ─ latin ─▶ Latin letters ─ folded ─▶ what the spellings of a name agree on
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from retrieval import languages

_CYRILLIC = re.compile("[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]")

#: What no table can tell: "c" by what follows it (Cyprus, Canada), "h" that only lengthens a vowel (Tehran).
_BY_PLACE = {"c(?=[eiy])": "s", "c": "k", "(?<=[aeiou])h+(?=[^aeiouh]|$)": ""}

#: "y" and "i" before a vowel, which one spelling of a name has and another has not, in this order.
_GLIDES = (
    re.compile("^[yi](?=[aeou])"),  # Yeltsin, Ельцин
    re.compile("(?<=[aeiou])[yi](?=[aeou])"),  # Tokayev, Токаев
    re.compile("(?<=[^aeiouy])[yi](?=[aeou])"),  # Lyudmila, Людмила
)

#: х, қ and к are told apart by few spellings: Kazakh, Қазақ, Казах.
_ALIKE = str.maketrans({"č": "c", "y": "i", "h": "k"})
_UNSOUNDED = re.compile("[^a-z0-9č]")
_DOUBLED = re.compile(r"(.)\1+")

#: A last vowel is more often an ending than part of the name. Three letters must stay: chosen by eye.
_LAST_VOWELS = re.compile("(?<=...)[aeiou]+$")


def latin(word: str) -> str:
    """Return a lower-case word in Latin letters; what is in neither script stays.

    >>> latin("шоқан"), latin("shoqan")
    ('sokan', 'sokan')
    """
    known = _sounds()
    if not word.isascii():
        if _CYRILLIC.search(word):
            return known.of_cyrillic(word)
        word = known.plain(word)
    return known.spelling.sub(known.of_spelling, word)


def folded(spelling: str) -> str:
    """Return what the spellings in Latin letters of one name agree on.

    >>> folded("tokayev"), folded("tokaev"), folded("mongoliia"), folded("mongolia")
    ('tokaev', 'tokaev', 'mongol', 'mongol')
    """
    letters = spelling if spelling.isalpha() and spelling.isascii() else _UNSOUNDED.sub("", spelling)
    if "i" in letters or "y" in letters:
        for glide in _GLIDES:
            letters = glide.sub("", letters)
    letters = _DOUBLED.sub(r"\1", letters.translate(_ALIKE))
    return _LAST_VOWELS.sub("", letters)


@dataclass(frozen=True, slots=True)
class _Sounds:
    """The tables of sounds, and the patterns that find what stands in them."""

    table: dict[str, dict[str, str]]
    pairs: dict[str, str]
    letters: dict[int, str]
    spelling: re.Pattern[str]

    def of_cyrillic(self, word: str) -> str:
        """Return the sounds of a word; a letter in no table sounds like itself without its marks."""
        for pair, sound in self.pairs.items():
            word = word.replace(pair, sound)
        word = word.translate(self.letters)
        return word if word.isascii() else _CYRILLIC.sub(self._of_letter, word)

    def _of_letter(self, match: re.Match[str]) -> str:
        return self.table["cyrillic"].get(unicodedata.normalize("NFD", match[0])[0], "")

    def of_spelling(self, match: re.Match[str]) -> str:
        """Return the sound of letters by the table, or else by their place."""
        if match.lastindex:
            return list(_BY_PLACE.values())[match.lastindex - 1]
        return self.table["spellings"][match[0]]

    def plain(self, word: str) -> str:
        """Return a word without the marks of its letters, and without letters that English has not."""
        letters = self.table["latin"]
        word = "".join(letters.get(letter, letter) for letter in unicodedata.normalize("NFC", word))
        return "".join(
            letter if letter in letters else unicodedata.normalize("NFD", letter)[0] for letter in word
        )


@cache
def _sounds() -> _Sounds:
    table = tomllib.loads(files(languages).joinpath("transliteration.toml").read_text("utf-8"))
    sounds = table["cyrillic"]
    spellings = sorted(table["spellings"], key=lambda letters: -len(letters))
    by_place = [f"({pattern})" for pattern in _BY_PLACE]
    return _Sounds(
        table,
        pairs={letters: sound for letters, sound in sounds.items() if len(letters) > 1},
        letters={ord(letter): sound for letter, sound in sounds.items() if len(letter) == 1},
        spelling=re.compile("|".join([*spellings, *by_place])),
    )
