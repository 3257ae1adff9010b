"""The tables of the languages: read as they are typed, or refused by the name of their file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import pytest

from retrieval import languages
from retrieval.languages import KNOWN, UNDETERMINED
from retrieval.languages.tables import (
    TABLES,
    Followups,
    LanguageTable,
    Mentions,
    Suffixes,
    Words,
    phrases_of,
    read_table,
    table,
)
from tests.support.language_tables import language_table


@pytest.mark.parametrize("language", KNOWN)
@pytest.mark.parametrize("kind", TABLES)
def test_a_table_says_what_its_file_says(language: str, kind: type[LanguageTable]) -> None:
    known = table(language, kind)
    if kind is Suffixes and language != "kk":
        assert known == Suffixes()
        return
    assert known.model_dump(mode="json", exclude_unset=True) == language_table(
        language, kind.__name__.lower()
    )


@pytest.mark.parametrize("language", KNOWN)
def test_every_file_of_a_language_is_a_table(language: str) -> None:
    names = {path.name for path in files(languages).joinpath(language).iterdir()}
    assert names <= {f"{kind.__name__.lower()}.toml" for kind in TABLES}


@pytest.mark.parametrize("kind", TABLES)
def test_of_another_language_nothing_is_known(kind: type[LanguageTable]) -> None:
    assert table("de", kind) == table(UNDETERMINED, kind) == kind()
    assert not kind().model_dump(exclude_defaults=True)


def test_a_year_is_a_date_in_any_language() -> None:
    assert table("de", Mentions).dates.written == ("{year}",)


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        (Words, 'functions = ["the"]', "functions"),
        (Words, "function = [1]", "function.0"),
        (Followups, '[words]\nasked = ["who"]', "words.asked"),
        (Words, "function = [", "Invalid value"),
    ],
)
def test_what_no_table_says_is_refused_by_name(kind: type[LanguageTable], text: str, part: str) -> None:
    with pytest.raises(ValueError, match=f"(?s)xx/words.toml.*{re.escape(part)}"):
        read_table(text, kind, "xx/words.toml")


def test_groups_are_only_for_their_readers() -> None:
    assert list(phrases_of({"days": ("mon", "tue"), "months": ("jan",)})) == ["mon", "tue", "jan"]


def phrases(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, Mapping):
        yield from (phrase for part in entry.values() for phrase in phrases(part))
    elif isinstance(entry, Sequence):
        yield from (phrase for part in entry for phrase in phrases(part))


@pytest.mark.parametrize("language", KNOWN)
@pytest.mark.parametrize("kind", TABLES)
def test_no_entry_has_white_space_around_it(language: str, kind: type[LanguageTable]) -> None:
    entries: dict[str, Any] = table(language, kind).model_dump()
    assert [phrase for phrase in phrases(entries) if phrase != phrase.strip()] == []


def test_a_table_is_read_once() -> None:
    assert table("en", Words) is table("en", Words)
