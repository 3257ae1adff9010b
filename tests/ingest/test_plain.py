"""Plain text: what its lines seem to be, and which of their breaks were made by their width alone."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Document, SentenceKind, normalise, unwrapped
from retrieval.ingest.texts import read_text
from tests.support.structures import outline, structures
from tests.support.texts import ANY_TEXT


def shown(document: Document) -> list[str]:
    return [unwrapped(unit.span.of(document.article.text)) for unit in document.units]


@pytest.mark.parametrize(("text", "expected"), structures("plain.toml", "text"))
def test_units_are_what_their_lines_seem_to_be(text: str, expected: str) -> None:
    assert list(outline(read_text(text), unwrapped)) == expected.splitlines()


WORDS = st.sampled_from(
    [
        "the",
        "old",
        "harbour",
        "of",
        "Aral",
        "was",
        "shut",
        "when",
        "no",
        "boat",
        "could",
        "cross",
        "in",
        "ice",
    ]
)
SENTENCES = st.lists(WORDS, min_size=12, max_size=30).map(lambda words: f"It is {' '.join(words)} now.")
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=3, max_size=5).map(" ".join), min_size=2, max_size=4)
unhurried = settings(deadline=None)


@unhurried
@given(PARAGRAPHS, st.integers(50, 100), st.sampled_from(["", "  ", "> ", "> > "]))
def test_text_says_the_same_however_wide_it_is_wrapped(paragraphs: list[str], width: int, mark: str) -> None:
    wrapped = "\n\n".join(
        textwrap.fill(paragraph, width, initial_indent=mark, subsequent_indent=mark)
        for paragraph in paragraphs
    )
    assert shown(read_text(wrapped)) == shown(read_text("\n\n".join(paragraphs)))


@unhurried
@given(PARAGRAPHS)
def test_a_paragraph_a_line_is_not_wrapped(paragraphs: list[str]) -> None:
    assert shown(read_text("\n".join(paragraphs))) == shown(read_text("\n\n".join(paragraphs)))


@unhurried
@given(st.lists(SENTENCES, min_size=3, max_size=8))
def test_verse_and_lists_stay_as_they_are(sentences: list[str]) -> None:
    lines = [sentence.removesuffix(" now.").capitalize() for sentence in sentences]
    assert shown(read_text("\n".join(lines))) == lines


@unhurried
@given(ANY_TEXT.filter(lambda text: normalise(text).strip()))
def test_units_stand_in_the_text_as_it_is_kept_whatever_it_is(text: str) -> None:
    document = read_text(text)
    kept = document.article.text
    assert len(kept) == len(normalise(text))
    outside, end = "", 0
    for unit in document.units:
        outside += kept[end : unit.span.start]
        end = unit.span.end
        assert unit.span.of(kept).strip() == unit.span.of(kept) != ""
    assert not any(letter.isalnum() for letter in outside + kept[end:])


@unhurried
@given(PARAGRAPHS, st.integers(50, 100))
def test_what_is_kept_is_read_as_what_came(paragraphs: list[str], width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    document = read_text(wrapped, "harbour")
    assert read_text(document.article.text, "harbour").units == document.units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The moni-\ntoring began.", "The monitoring began."),
        ("A weather moni-\ntoring post. The monitoring began.", "A weather monitoring post."),
        ("A well-\nknown post.", "A well-known post."),
        ("A fog-\nhorn. Every fog-horn is loud.", "A fog-horn."),
        ("The year 1931-\n1935 was dry.", "The year 1931-1935 was dry."),
        ("Almaty-\nAstana is a road.", "Almaty-Astana is a road."),
        ("Кое-\nкто пришёл.", "Кое-кто пришёл."),
        ("Ол бай-\nланыс орнатты.", "Ол байланыс орнатты."),
        ("> The moni-\n> toring began.", "The monitoring began."),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_whole_if_it_is_one(text: str, expected: str) -> None:
    assert shown(read_text(text))[0] == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Cards.\nAnn, Lee; Bob\nCat, Dog; Eve\nFox, Gnu; Hen", ["sentence"] * 4),
        ("a,b,c\nd,e,f\ng,h,1", ["header", "row", "row"]),
        ("a,b,c\nd,e,f\ng,h,i", ["header", "row", "row"]),
        ("a,b,c\na,e,f\ng,h,i", ["row"] * 3),
        ("City,2020,2021\nOral,5,6\nTaraz,7,8", ["header", "row", "row"]),
        ("Ships.\n\n| a | b |\n|---|---|\n| c | d |", ["sentence", "header", "row"]),
        ("Ships.\n\n+---+---+\n| a | b |\n+---+---+\n| c | d |\n+---+---+", ["sentence", "header", "row"]),
        ("Menu.\n\nSoup ....... 6\nTrout ...... 14\nCake ....... 5", ["sentence", *["row"] * 3]),
        ("Ток.\n\nТок 1,5 А\nНапряжение 2,5 В\nМощность 3,5 кВт", ["sentence"] * 4),
        ("Cake.\n\n1.5 kg of white flour\n\nMix it well.", ["sentence"] * 3),
        ("Ports.\n\nUSB-C 65 W\n\nIt charges.", ["sentence"] * 3),
        ("Book.\n\nChapter 1 The Keeper\n\nHe came.", ["sentence", "heading", "sentence"]),
        ("Duties.\n\nHe opens the gate;\nhe shuts it;\nhe sleeps.", ["sentence"] * 4),
        ("a\tb\nc\t1\nd\t2", ["header", "row", "row"]),
        ("a\tb\nc\t1", ["sentence"] * 2),
        ("It grew.  It fell.\nIt rose.  It sank.\nIt held.  It gave.", ["sentence"] * 6),
        ("Power: 12 kW", ["sentence"]),
        ("A card.\n\nPower: 12 kW\n\nPrice: 900", ["sentence"] * 3),
        ("Ann: Is it open?\nBob: It is shut, I fear.", ["question", "sentence"]),
    ],
)
def test_rows_and_pairs_are_known_by_those_around_them(text: str, kinds: list[str]) -> None:
    assert [unit.kind for unit in read_text(text).units] == [SentenceKind(kind) for kind in kinds]


@pytest.mark.parametrize(
    "text",
    [
        "a-\n" * 20_000,
        "> " * 40_000,
        ">" * 80_000,
        "\n" * 80_000,
        "a: b\n" * 20_000,
        "a;b\n" * 20_000,
        "-" * 80_000,
        "a" * 80_000 + "-\nb",
        "a  b  " * 20_000,
        "- a\n" * 20_000,
        " " * 80_000 + "a",
        "a,\n" * 20_000,
        "-" * 20_000 + "x",
        "a" + " " * 40_000 + "b",
        "It is red. " * 20_000,
    ],
)
def test_long_odd_texts_are_read_soon(text: str) -> None:
    read_text(text + "\nIt ended.")


def test_of_many_questions_in_a_row_the_last_ones_head_what_follows() -> None:
    text = " ".join(f"What is number {number}?" for number in range(1, 10))
    *_, answer = read_text(f"Numbers.\n\n{text}\n\nIt is a digit.").units
    assert len(answer.above) == 5
