"""Sentences: golden cases, laws that hold for any text, and floors on judged data."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.analysis.boundaries import MAX_LENGTH, split
from retrieval.articles import Article, Sentence, SentenceKind, Span, normalise
from retrieval.ingest.plain import plain_units
from retrieval.languages import KNOWN, UNDETERMINED
from tests.support.paths import GOLDEN, SEEDS

CASES = GOLDEN / "sentences"

#: What F1 must not fall below, and each of the corpora in the folder of judged data.
FLOORS = {
    "hard_en": 0.97,
    "hard_ru": 0.97,
    "hard_kk": 0.97,
    "en_gum_news": 0.955,
    "ru_factru_news": 0.925,
    "kk_ktb_news": 0.995,
}
LINE_BREAKS = "\n\u2028\u2029"


def units(text: str, language: str) -> tuple[Sentence, ...]:
    return plain_units(Article(key="a test", text=text, language=language))


def test_a_number_may_be_an_ordinal_in_a_language_that_derek_does_not_know() -> None:
    text = "Am 3. Mai 2025 tagt der Rat. Der 2. Weltkrieg endete 1945. Es kamen 120. Sie blieben."
    assert [span.of(text) for span in split(text, "de")] == [
        "Am 3. Mai 2025 tagt der Rat.",
        "Der 2. Weltkrieg endete 1945.",
        "Es kamen 120.",
        "Sie blieben.",
    ]
    assert len(split("He scored 3. Then he left.", "en")) == 2


# Golden cases


@dataclass(frozen=True, slots=True)
class Case:
    """An input, and the units that it is made of, written down by hand."""

    language: str
    text: str
    expected: tuple[tuple[Span, SentenceKind], ...]


class MalformedCaseError(ValueError):
    """A golden case that cannot be read; it fails instead of being skipped."""


def parse(language: str, content: str) -> Iterator[Case]:
    *blocks, rest = content.split("===\n")
    if rest.strip() or not blocks:
        raise MalformedCaseError(f"{language}: no === after the last case: {rest!r}")
    for block in blocks:
        given, separator, expected = block.partition("\n---\n")
        if not separator or "\n---\n" in expected or not expected.strip():
            raise MalformedCaseError(f"{language}: not an input, ---, and what is expected: {block!r}")
        text = "".join(line for line in given.splitlines(keepends=True) if not line.startswith("# "))
        yield Case(language, text, tuple(spans(text, expected.splitlines())))


def spans(text: str, expected: Iterable[str]) -> Iterator[tuple[Span, SentenceKind]]:
    """Find each expected unit where the one before ended, white space left out, and nowhere else."""
    at = 0
    for line in expected:
        kind, separator, unit = line.partition(": ")
        if not separator or kind not in set(SentenceKind) or not unit:
            raise MalformedCaseError(f"not a kind and a unit: {line!r}")
        at += len(text[at:]) - len(text[at:].lstrip())
        if not text.startswith(unit, at):
            raise MalformedCaseError(f"expected {unit!r}, but the input goes on {text[at : at + 60]!r}")
        yield Span(at, at + len(unit)), SentenceKind(kind)
        at += len(unit)
    if text[at:].strip():
        raise MalformedCaseError(f"nothing is expected of {text[at:]!r}")


def golden() -> list[Any]:
    return [
        pytest.param(case, id=f"{language}-{number}")
        for language in KNOWN
        for number, case in enumerate(
            parse(language, (CASES / f"{language}.txt").read_text("utf-8")), start=1
        )
    ]


@pytest.mark.parametrize("case", golden())
def test_golden_cases_come_out_as_written(case: Case) -> None:
    case_units = units(case.text, case.language)
    assert [(unit.span.of(case.text), unit.kind) for unit in case_units] == [
        (span.of(case.text), kind) for span, kind in case.expected
    ]
    assert tuple((unit.span, unit.kind) for unit in case_units) == case.expected


@pytest.mark.parametrize(
    "content",
    [
        "No separator.\nsentence: No separator.\n===\n",
        "No end.\n---\nsentence: No end.\n",
        "Nothing expected.\n---\n===\n",
        "Two.\n---\nsentence: Two.\n---\nsentence: Two.\n===\n",
        "Unknown kind.\n---\nphrase: Unknown kind.\n===\n",
        "Other words.\n---\nsentence: Others words.\n===\n",
        "Two  spaces.\n---\nsentence: Two spaces.\n===\n",
        "One. Two.\n---\nsentence: One.\n===\n",
        "",
    ],
)
def test_a_malformed_golden_case_fails(content: str) -> None:
    with pytest.raises(MalformedCaseError):
        list(parse("en", content))


# Laws

MARKS = [". ", "! ", "? ", "… ", "...", ".", "»", "«", '"', "“", "”", "„", "(", ")", " – ", "- ", "•"]
WORDS = ["г.", "т. д.", "Mr.", "U.S.", "ж.", "млрд", "США", "IV", "2021", "1.", "А.", "K.", "Фото: ", "©"]
LETTERS = ["Слово", "слово", "Сөз", "сөз", "Word", "word", "語", "كلمة", "a" * MAX_LENGTH, "\u0301"]
GAPS = [" ", "  ", "\u00a0", "\t", "\n", "\n\n", "\u2028", "\u2029"]
FRAGMENTS = st.sampled_from([*MARKS, *WORDS, *LETTERS, *GAPS])
TEXTS = st.text() | st.lists(FRAGMENTS, max_size=60).map("".join)
# A busy machine is no reason to fail.
unhurried = settings(deadline=None)
LANGUAGES = st.sampled_from([*KNOWN, UNDETERMINED, "de"])


@unhurried
@given(TEXTS, LANGUAGES)
@example("\u0301" * (2 * MAX_LENGTH), "kk")
@example("a" * MAX_LENGTH + "\u0301" + "a" * MAX_LENGTH, "en")
@example(("a" * 10 + "  ") * MAX_LENGTH, "ru")
def test_units_are_slices_between_which_only_white_space_lies(text: str, language: str) -> None:
    end = 0
    for span in split(text, language):
        unit = span.of(text)
        assert unit
        assert unit == unit.strip()
        assert len(unit) <= MAX_LENGTH
        assert not set(LINE_BREAKS) & set(unit)
        assert span.start >= end
        assert not text[end : span.start].strip()
        end = span.end
    assert not text[end:].strip()


@unhurried
@given(TEXTS.map(normalise).filter(str.strip), LANGUAGES)
def test_an_articles_units_are_numbered_and_have_one_title_at_most(text: str, language: str) -> None:
    text_units = units(text, language)
    assert [unit.number for unit in text_units] == list(range(len(text_units)))
    assert sum(unit.kind is SentenceKind.TITLE for unit in text_units) <= 1


@unhurried
@given(st.lists(TEXTS, max_size=4), LANGUAGES)
def test_lines_are_split_each_by_itself(lines: list[str], language: str) -> None:
    lines = [" ".join(line.splitlines()) for line in lines]
    together = [span.of("\n".join(lines)) for span in split("\n".join(lines), language)]
    assert together == [span.of(line) for line in lines for span in split(line, language)]


def test_a_text_of_white_space_has_no_units() -> None:
    assert split("", "en") == split(" \n\t\u2028 \u00a0", "en") == []


def test_a_unit_too_long_is_cut_at_white_space() -> None:
    text = "word " * 700
    spans = split(text, "en")
    assert len(spans) == 3
    assert {word for span in spans for word in span.of(text).split()} == {"word"}


def test_a_unit_too_long_is_not_cut_before_a_combining_mark() -> None:
    text = "a" * (MAX_LENGTH - 1) + "a\u0301" * 10
    assert [span.end for span in split(text, "en")] == [MAX_LENGTH - 1, len(text)]


@pytest.mark.parametrize("language", [UNDETERMINED, "de"])
def test_an_unknown_language_is_split_with_all_that_is_known(language: str) -> None:
    text = "Dr. Weber kam nach Astana. Er traf К.-Ж. Токаева в г. Казань. Das war 2021 ж. Қазақстанда."
    assert [span.of(text) for span in split(text, language)] == [
        "Dr. Weber kam nach Astana.",
        "Er traf К.-Ж. Токаева в г. Казань.",
        "Das war 2021 ж. Қазақстанда.",
    ]


# Judged data


@pytest.fixture(name="gold")
def gold_data(judged: Path) -> Path:
    return judged / "gold"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def f1(texts: Iterable[dict[str, Any]]) -> float:
    """Return F1 over the sentence ends inside each text, its last end left out."""
    predicted = expected = agreed = 0
    for row in texts:
        ends = {span.end for span in split(row["text"], row["lang"])[:-1]}
        gold = {end for _, end in row["spans"][:-1]}
        predicted, expected, agreed = predicted + len(ends), expected + len(gold), agreed + len(ends & gold)
    return 2 * agreed / (predicted + expected)


@pytest.mark.parametrize(("corpus", "floor"), FLOORS.items())
def test_sentence_ends_of_news_are_found(gold: Path, corpus: str, floor: float) -> None:
    assert f1(rows(gold / f"{corpus}.jsonl")) >= floor


def test_the_seeds_come_out_exactly_as_judged(gold: Path) -> None:
    kinds = {"sent": "sentence", "meta": "credit"}
    texts = [path.read_bytes().decode() for path in sorted(SEEDS.glob("*.txt"))]
    judged_units = rows(gold / "seeds_sentences.jsonl")
    for name in dict.fromkeys(row["file"] for row in judged_units):
        expected = [row for row in judged_units if row["file"] == name]
        (text,) = (
            seed for seed in texts if seed[expected[0]["start"] : expected[0]["end"]] == expected[0]["text"]
        )
        assert normalise(text) == text
        assert [(unit.span.start, unit.span.end, unit.kind) for unit in units(text, expected[0]["lang"])] == [
            (row["start"], row["end"], kinds.get(row["kind"], row["kind"])) for row in expected
        ]
