"""Settings of a chat: which articles may answer in it, and how people say so."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from retrieval.analysis.calendars import days_of
from retrieval.articles import digest, one_line
from retrieval.errors import DerekError
from retrieval.filters import Filter
from retrieval.languages import KNOWN
from retrieval.storage.store import Summary


class SettingFault(StrEnum):
    """Why a setting cannot be made as it was said."""

    WORD = "word"
    MISSING = "missing"
    DAY = "day"
    ORDER = "order"
    LANGUAGE = "language"
    SOURCE = "source"
    COLLECTION = "collection"
    AMBIGUOUS = "ambiguous"
    SPEECH = "speech"


class SettingError(DerekError, ValueError):
    """A setting that cannot be made; `word` is the word at fault, `choices` what would do in its place."""

    _REASONS: Mapping[SettingFault, str] = {
        SettingFault.WORD: "{word!r} is no setting; write since, until, lang, in, source or clear",
        SettingFault.MISSING: "{word!r} stands alone; write behind it what is to answer, or any",
        SettingFault.DAY: "{word!r} is no date; write one as 2022, 2022-05 or 2022-05-31",
        SettingFault.ORDER: "no day lies between since and until; change the other one as well",
        SettingFault.LANGUAGE: "no article is in {word!r}; write codes of languages: {choices}",
        SettingFault.SOURCE: "no article is from {word!r}; write one of {choices}",
        SettingFault.COLLECTION: "no article is in the collection {word!r}; write some of {choices}",
        SettingFault.SPEECH: "Derek does not speak {word!r}; write one of {choices}",
        SettingFault.AMBIGUOUS: "{word!r} fits several sources; write one of {choices}",
    }

    def __init__(self, fault: SettingFault, word: str = "", choices: Iterable[str] = ()) -> None:
        self.fault, self.word, self.choices = fault, word, tuple(choices)
        super().__init__(self._REASONS[fault].format(word=word, choices=", ".join(self.choices[:20])))


# As people write

_NAMES = {
    "since": "since",
    "until": "until",
    "lang": "lang",
    "language": "lang",
    "languages": "lang",
    "in": "in",
    "collection": "in",
    "collections": "in",
    "source": "source",
    "sources": "source",
    "clear": "clear",
}

#: Takes one limit away, where the value would stand.
_ANY = "any"

#: The day stands first unless the year does.
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?"),
    re.compile(r"(?:(?P<day>[0-9]{1,2})[./])?(?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})"),
)


def changed(admitted: Filter, text: str, summary: Summary) -> Filter:
    """Return a chat's filter as somebody wants it changed; what is not named stays.

    People may write `since 2022-05`, `until 2024`, `lang kk ru`, `in hr it`, `source NAME, NAME` and `clear`,
    also one behind the other, a source last. Raises `SettingError`.

    >>> empty = Summary(0, 0, 0, None, None, (), ())
    >>> changed(Filter(), "since 2022-05 until 2024", empty).until
    datetime.date(2024, 12, 31)
    """
    languages, sources, since, until = admitted.languages, admitted.sources, admitted.since, admitted.until
    collections = admitted.collections
    for name, value in _clauses(text):
        if name == "clear":
            languages, sources, since, until, collections = frozenset(), frozenset(), None, None, None
        elif name == "lang":
            languages = _languages(value, summary)
        elif name == "in":
            collections = _collections(value, [collection for collection, _ in summary.collections])
        elif name == "source":
            sources = _sources(value, [source for source, _ in summary.sources])
        elif name == "since":
            since = None if _is_any(value) else days(value)[0]
        else:
            until = None if _is_any(value) else days(value)[1]
    if since and until and until < since:
        raise SettingError(SettingFault.ORDER)
    return Filter(languages, sources, since, until, collections)


def days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day, written in numbers.

    Raises `SettingError`.

    >>> days("02.2024")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    parts = next((match for pattern in _DATES if (match := pattern.fullmatch(text))), None)
    if parts is None:
        raise SettingError(SettingFault.DAY, text)
    month, day = (int(parts[part]) if parts[part] else None for part in ("month", "day"))
    try:
        return days_of(int(parts["year"]), month, day)
    except ValueError:
        raise SettingError(SettingFault.DAY, text) from None


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Yield each setting with its value; a source may hold any word, so it takes all that follows."""
    words = text.split()
    while words:
        word, *words = words
        name = _NAMES.get(word.casefold())
        if name is None:
            raise SettingError(SettingFault.WORD, word)
        named = (place for place, other in enumerate(words) if other.casefold() in _NAMES)
        end = len(words) if name == "source" else next(named, len(words))
        value, words = " ".join(words[:end]), words[end:]
        if name == "clear" and value:
            raise SettingError(SettingFault.WORD, value)
        if name != "clear" and not value:
            raise SettingError(SettingFault.MISSING, word)
        yield name, value


def _is_any(value: str) -> bool:
    return value.casefold() == _ANY


def _languages(value: str, summary: Summary) -> frozenset[str]:
    if _is_any(value):
        return frozenset()
    known = [*KNOWN, *(code for code, _ in summary.languages if code not in KNOWN)]
    codes = re.findall(r"[^\s,;]+", value.casefold())
    for code in codes:
        if code not in known:
            raise SettingError(SettingFault.LANGUAGE, code, known)
    if not codes:
        raise SettingError(SettingFault.LANGUAGE, value, known)
    return frozenset(codes)


def _collections(value: str, known: Sequence[str]) -> frozenset[str] | None:
    if _is_any(value):
        return None
    names = re.findall(r"[^\s,;]+", one_line(value).casefold())
    for name in names or [value]:
        if name not in known:
            raise SettingError(SettingFault.COLLECTION, name, known)
    return frozenset(names)


def _sources(value: str, known: Sequence[str]) -> frozenset[str]:
    """Return one source, or several parted by commas, which a source's name may hold as well."""
    if _is_any(value):
        return frozenset()
    try:
        return frozenset({_source(value, known)})
    except SettingError:
        parts = [part.strip() for part in value.split(",")]
        if len(parts) < 2:
            raise
        return frozenset(_source(part, known) for part in parts if part)


def _source(name: str, known: Sequence[str]) -> str:
    """Return the source of this name, or the only one in whose name a word begins so."""
    wanted = one_line(name).casefold()
    if exact := [source for source in known if source.casefold() == wanted]:
        return exact[0]
    within = re.compile(rf"(?<!\w){re.escape(wanted)}")
    alike = [source for source in known if wanted and within.search(source.casefold())]
    if not alike:
        raise SettingError(SettingFault.SOURCE, name, known)
    if len(alike) > 1:
        raise SettingError(SettingFault.AMBIGUOUS, name, alike)
    return alike[0]


# As buttons say it


def mark(source: str) -> str:
    """Return what a button calls a source or a collection, whose name may be longer than its data."""
    return digest(source.casefold())[:8]


def languages(admitted: Filter, summary: Summary) -> list[str]:
    """Return the languages to choose from: of the articles, and whichever is chosen already."""
    return list(dict.fromkeys([*(code for code, _ in summary.languages), *sorted(admitted.languages)]))


def sources(admitted: Filter, summary: Summary) -> dict[str, str]:
    """Return the sources to choose from by their marks, those with the most articles first."""
    return _marked(summary.sources, admitted.sources)


def collections(admitted: Filter, summary: Summary) -> dict[str, str]:
    """Return the collections to choose from by their marks, those with the most articles first."""
    return _marked(summary.collections, admitted.collections or ())


def _marked(there: Iterable[tuple[str, int]], chosen: Iterable[str]) -> dict[str, str]:
    by_mark: dict[str, str] = {}
    for name in (*(name for name, _ in there), *sorted(chosen)):
        by_mark.setdefault(mark(name), name)
    return by_mark


def switched(admitted: Filter, kind: str, name: str, summary: Summary, *, on: bool) -> Filter:
    """Return a filter with a language, or the source or the collection of a mark, switched on or off.

    What there is not to choose from changes nothing, whoever made the button up.
    """
    if kind == "lang" and name in languages(admitted, summary):
        return replace(admitted, languages=_with(admitted.languages, name, on=on))
    if kind == "source" and (source := sources(admitted, summary).get(name)):
        return replace(admitted, sources=_with(admitted.sources, source, on=on))
    if kind == "in" and (collection := collections(admitted, summary).get(name)):
        chosen = _with(admitted.collections or frozenset(), collection, on=on)
        return replace(admitted, collections=chosen or None)
    return admitted


def _with(chosen: frozenset[str], name: str, *, on: bool) -> frozenset[str]:
    others = frozenset(chosen_name for chosen_name in chosen if chosen_name.casefold() != name.casefold())
    return others | {name} if on else others
