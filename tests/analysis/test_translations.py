"""Translations: words that surely say the same, and laws that hold for every table."""

import csv
from itertools import permutations

import pytest

import retrieval.analysis.translations
from retrieval.analysis.terms import word_terms
from retrieval.analysis.translations import translations
from retrieval.languages import KNOWN, UNDETERMINED
from tests.support.paths import GOLDEN

PAIRS = GOLDEN / "translations.tsv"


def golden() -> list[list[str]]:
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t"))


@pytest.mark.parametrize(("language", "word", "other", "translation"), golden())
def test_a_word_and_its_translation_meet(language: str, word: str, other: str, translation: str) -> None:
    [stem, *_], [same, *_] = word_terms(word, language).stem, word_terms(translation, other).stem
    assert same in translations(stem, language, other)
    assert stem in translations(same, other, language)


def test_what_no_table_knows_has_no_translation() -> None:
    assert translations("xylophon", "en", "ru") == {}
    assert translations("bridg", "en", "en") == {}
    assert translations("brück", "de", "en") == translations("bridg", "en", UNDETERMINED) == {}


@pytest.mark.parametrize(("language", "other"), list(permutations(KNOWN, 2)))
def test_a_table_reads_the_same_in_both_directions(language: str, other: str) -> None:
    table, back = (
        retrieval.analysis.translations._table(*pair) for pair in ((language, other), (other, language))
    )
    assert len(table) > 1_000
    for stem, weights in table.items():
        assert all(
            0 < weight <= 1 and back[other_stem][stem] == weight for other_stem, weight in weights.items()
        )
