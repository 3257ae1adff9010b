"""PDF: what is laid out on pages comes back as it was written, and what cannot be read says why."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import SentenceKind
from retrieval.errors import FileFault
from retrieval.ingest import files
from retrieval.ingest.blocks import Block
from retrieval.ingest.pdf.hyphens import Words
from retrieval.ingest.pdf.reader import read
from retrieval.ingest.pdf.text_layer import is_garbled, repair_of
from retrieval.ingest.readings import Reading, UnreadableContentError
from tests.support.pdf_writer import HEIGHT, Text, pdf, width, wrapped

PARAGRAPHS = (
    "The port of Aktau grew by a tenth in the first half of the year. Its harbour was deepened for ships.",
    "Порт Актау вырос на десятую часть за первое полугодие. Его гавань углубили для более крупных судов.",
    "Ақтау порты бірінші жартыжылдықта оннан бірге өсті. Оның айлағы ірі кемелер үшін тереңдетілді.",
)


def laid_out(  # noqa: PLR0913  where a column stands, how wide it is, and how its lines follow each other
    paragraphs: Sequence[str],
    columns: int = 50,
    *,
    left: float = 60,
    top: float = 740,
    gap: float = 8,
    size: float = 10,
    indent: float = 0,
) -> list[Text]:
    """Return paragraphs as lines of a column."""
    placed = []
    for paragraph in paragraphs:
        for number, line in enumerate(wrapped(paragraph, columns)):
            placed.append(Text(left + (0 if number else indent), top, line, size))
            top -= 1.2 * size
        top -= gap
    return placed


def reading(*pages: Sequence[Text], told: str = "", language: str = "") -> Reading:
    [document] = read(pdf(pages, told=told, language=language))
    return document


def blocks(*pages: Sequence[Text]) -> list[tuple[SentenceKind, str]]:
    return [(block.kind, block.text) for block in reading(*pages).blocks]


def texts(*pages: Sequence[Text]) -> list[str]:
    return [text for _, text in blocks(*pages)]


def fault(content: bytes) -> FileFault:
    with pytest.raises(UnreadableContentError) as caught:
        read(content)
    return caught.value.fault


# Paragraphs

words = st.sampled_from(" ".join(PARAGRAPHS).replace(".", "").lower().split())
sentences = st.lists(words, min_size=24, max_size=60).map(lambda chosen: " ".join(chosen).capitalize() + ".")


@settings(deadline=None, max_examples=40)
@given(st.lists(sentences, min_size=1, max_size=6), st.integers(30, 60))
def test_paragraphs_with_gaps_come_back_whatever_their_width(paragraphs: list[str], columns: int) -> None:
    assert texts(laid_out(paragraphs, columns)) == paragraphs


def test_paragraphs_with_indents_come_back() -> None:
    assert texts(laid_out(PARAGRAPHS * 3, gap=0, indent=12)) == list(PARAGRAPHS * 3)


def test_columns_are_read_one_after_the_other_and_a_paragraph_goes_on_in_the_next() -> None:
    lines = laid_out(PARAGRAPHS, 30)
    left, right = lines[:5], lines[5:]
    top = right[0].y
    moved = [Text(320, 740 - (top - line.y), line.words) for line in right]
    assert texts([*left, *moved]) == list(PARAGRAPHS)


def test_a_title_over_two_columns_is_one_and_widens_neither() -> None:
    paragraph = f"Ships {'come and go and pass and wait ' * 8}there."
    lines = laid_out([paragraph] * 2, 42, top=700)
    full = max(width(line.words) for line in lines)
    half = len(lines) // 2
    right = [Text(72 + full, line.y, old.words) for line, old in zip(lines, lines[half:], strict=False)]
    title = [Text(120, 760, "The port of Aktau and its", 18), Text(200, 738, "harbour", 18)]
    title_and_text = ["The port of Aktau and its harbour", paragraph, paragraph]
    assert texts([*title, *lines[:half], *right]) == title_and_text


def test_columns_that_are_painted_line_by_line_are_read_one_after_the_other() -> None:
    row = ["one two three four five six"] * 7
    pairs = zip(laid_out([" ".join(row)], 27), laid_out([" ".join(row)], 27, left=320), strict=True)
    [text] = texts([line for pair in pairs for line in pair])
    assert text == " ".join(row * 2)


def test_a_paragraph_goes_on_over_the_end_of_a_page_and_has_the_page_where_it_begins() -> None:
    lines = laid_out(PARAGRAPHS, gap=8)
    pages = [lines[:4], [Text(60, line.y + 60, line.words) for line in lines[4:]]]
    read_off = reading(*pages)
    assert [block.text for block in read_off.blocks] == list(PARAGRAPHS)
    assert [block.locator for block in read_off.blocks] == ["page 1", "page 1", "page 2"]


# Words


def joined(*lines: str) -> str:
    return Words([lines]).joined(lines)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("про-", "изводство"), "производство"),
        (("harbour\u00ad", "ing"), "harbouring"),
        (("as in north-west, north-", "west"), "as in north-west, north-west"),
        (("Нью-", "Йорк"), "Нью-Йорк"),
        (("2024-", "2025"), "2024-2025"),
        (("как-", "нибудь"), "как-нибудь"),
        (("1939–", "1945"), "1939–1945"),
        (("деления -", "уезды"), "деления - уезды"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_stays_where_it_belongs_to_the_word(
    lines: tuple[str, ...], text: str
) -> None:
    assert joined(*lines) == text


def test_a_hyphen_is_one_of_the_word_where_what_broke_words_has_a_sign_of_its_own() -> None:
    lines = ("a har\u2010", "bour of a mass-", "market brand, a quay\u2010", "side and a kiosk")
    assert joined(*lines) == "a harbour of a mass-market brand, a quayside and a kiosk"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("жан-", "жақты қол-", "қолдан"), "жанжақты қол-қолдан"),
        (("a vice-president and a vice-", "presidency"), "a vice-president and a vice-presidency"),
        (("БҰҰ-", "ның есебі"), "БҰҰ-ның есебі"),
        (("ПРОИЗ-", "ВОДСТВО"), "ПРОИЗВОДСТВО"),
        (("5 см-", "дей"), "5 см-дей"),
        (("the president-", "governor"), "the president-governor"),
    ],
)
def test_where_none_tells_the_words_do(lines: tuple[str, ...], text: str) -> None:
    assert joined(*lines) == text


def test_letters_of_formulas_are_letters() -> None:
    assert texts([Text(60, 700, "the square of \U0001d465 is even")]) == ["the square of \U0001d465 is even"]


def test_an_accent_is_one_with_the_letter_below_it() -> None:
    assert texts(
        [
            Text(60, 700, "Poincar"),
            Text(60 + width("Poincar"), 700, "´"),
            Text(60 + width("Poincar"), 700, "e"),
        ]
    ) == ["Poincaré"]


def test_words_are_whole_that_lines_break_and_ligatures_are_letters() -> None:
    assert texts([Text(60, 700, "The \ufb01rst harbour was deep-"), Text(60, 688, "ened.")]) == [
        "The first harbour was deepened."
    ]


# What else stands on a page


def test_running_heads_feet_and_numbers_of_pages_are_left_out() -> None:
    def page(number: int) -> list[Text]:
        head = [Text(60, 810, "Annual report"), Text(480, 810, f"{2020 + number}")]
        return [*head, *laid_out([PARAGRAPHS[number]]), Text(300, 30, f"— {number + 1} —")]

    assert texts(page(0), page(1), page(2)) == list(PARAGRAPHS)


def test_numbers_of_pages_are_left_out_on_paper_that_is_larger_than_the_pages() -> None:
    pages = [[*laid_out([PARAGRAPHS[place]], top=640), Text(200, 340, f"{place + 1}")] for place in range(3)]
    assert texts(*pages) == list(PARAGRAPHS)


def test_a_title_stays_that_is_a_running_head_too() -> None:
    def page(number: int) -> list[Text]:
        title = [Text(60, 795, "Annual report", 20)] if not number else []
        return [Text(60, 820, "Annual report", 8), *title, *laid_out([PARAGRAPHS[number]])]

    assert texts(page(0), page(1)) == ["Annual report", *PARAGRAPHS[:2]]


def test_headings_are_told_by_size_and_weight_and_the_largest_is_the_title() -> None:
    page = [
        Text(60, 780, "The port of Aktau", 20, is_bold=True),
        Text(60, 750, "History", 14),
        *laid_out([PARAGRAPHS[0]], top=725),
        Text(60, 660, "Harbour", 10, is_bold=True),
        *laid_out([PARAGRAPHS[1]], top=640),
    ]
    read_off = reading(page)
    assert [(block.kind, block.depth) for block in read_off.blocks] == [
        (SentenceKind.TITLE, 0),
        (SentenceKind.HEADING, 1),
        (SentenceKind.SENTENCE, 0),
        (SentenceKind.HEADING, 2),
        (SentenceKind.SENTENCE, 0),
    ]


def test_items_of_a_list_are_told_apart() -> None:
    items = ["• The harbour is deep.", "• The railway is long.", "• The road is new."]
    page = [*laid_out([PARAGRAPHS[0]]), *laid_out(items, top=690, gap=0, left=75)]
    assert blocks(page)[1:] == [(SentenceKind.BULLET, item) for item in items]


def test_aligned_cells_are_rows_and_the_first_names_the_columns() -> None:
    cells = [
        ("Port", "Ships", "Depth"),
        ("Aktau", "120", "7 m"),
        ("Kuryk", "80", ""),
        ("Bautino", "35", "5 m"),
    ]
    rows = [
        Text(60 + 120 * column, 600 - 14 * number, cell)
        for number, row in enumerate(cells)
        for column, cell in enumerate(row)
        if cell
    ]
    assert blocks([*laid_out([PARAGRAPHS[0]]), *rows])[1:] == [
        (SentenceKind.HEADER, "Port | Ships | Depth"),
        (SentenceKind.ROW, "Aktau | 120 | 7 m"),
        (SentenceKind.ROW, "Kuryk | 80 | "),
        (SentenceKind.ROW, "Bautino | 35 | 5 m"),
    ]


def test_footnotes_stand_apart_and_what_refers_to_them_is_no_part_of_a_word() -> None:
    lines = laid_out([PARAGRAPHS[0] + " " + PARAGRAPHS[0]])
    last = lines[-1]
    reference = Text(last.x + width(last.words), last.y + 4, "1", 6)
    note = [Text(60, 64, "1", 5), Text(66, 60, "See the report for 2019.", 8)]
    assert blocks([*lines, reference, *note]) == [
        (SentenceKind.SENTENCE, PARAGRAPHS[0] + " " + PARAGRAPHS[0]),
        (SentenceKind.FOOTNOTE, "¹See the report for 2019."),
    ]


def test_what_a_picture_is_called_is_a_caption() -> None:
    page = [*laid_out([PARAGRAPHS[1]]), Text(60, 600, "Рис. 3. Гавань порта Актау")]
    assert blocks(page)[1] == (SentenceKind.CAPTION, "Рис. 3. Гавань порта Актау")


# What a PDF tells of itself


def test_the_information_gives_a_title_and_a_day_and_a_title_in_the_text_is_a_heading() -> None:
    page = [Text(60, 780, "The port", 20), *laid_out([PARAGRAPHS[0]])]
    read_off = reading(page, told="/Title(Port of Aktau)/CreationDate(D:20250503120000Z)")
    assert (read_off.metadata.title, read_off.metadata.published) == ("Port of Aktau", date(2025, 5, 3))
    assert read_off.blocks[0].kind is SentenceKind.HEADING


@pytest.mark.parametrize(
    "title", ["report.doc", "Microsoft Word - letter.doc", "untitled", "", "Ïðîåêò çàêîíà"]
)
def test_a_title_that_nobody_gave_is_none(title: str) -> None:
    assert reading(laid_out([PARAGRAPHS[0]]), told=f"/Title({title})").metadata.title is None


def test_the_day_on_which_a_text_is_dated_goes_before_that_on_which_the_file_was_made() -> None:
    page = [Text(60, 780, "Порт вырос", 16), Text(60, 760, "22 февраля 2024"), *laid_out([PARAGRAPHS[1]])]
    assert reading(page, told="/CreationDate(D:20250503)").metadata.published is None


def test_the_language_of_a_short_text_is_the_one_that_is_told_if_it_has_its_letters() -> None:
    assert reading([Text(60, 700, "Сауда өсті")], language="kk-KZ").metadata.language == "kk"
    assert reading([Text(60, 700, "Сауда өсті")], language="en-US").metadata.language is None


# What cannot be read


def test_a_text_layer_without_letters_is_garbled() -> None:
    assert fault(pdf([laid_out(PARAGRAPHS)], maps_letters=False)) is FileFault.GARBLED


def test_pages_of_nothing_but_drawings_are_pictures_and_empty_ones_are_nothing() -> None:
    assert fault(pdf([[], []], drawn="60 60 200 200 re f")) is FileFault.SCANNED
    assert not reading([]).blocks


def test_more_pages_than_are_read_are_refused() -> None:
    assert fault(pdf([[]] * 2_001)) is FileFault.EXCESS


def test_what_is_no_pdf_is_damaged() -> None:
    assert fault(b"%PDF-1.7\nnothing") is FileFault.DAMAGED


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(pdf([laid_out(PARAGRAPHS)]))
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))
    with suppress(UnreadableContentError, MemoryError, RecursionError):
        read(bytes(content[:end]))


def test_letters_that_are_glyph_numbers_are_mended() -> None:
    text = " ".join(PARAGRAPHS[1].replace("ё", "е").split()) * 5
    numbers = "".join(
        chr(ord(char) - (982 if ord(char) > 1000 else 29)) if char != " " else " " for char in text
    )
    repair = repair_of(numbers)
    assert repair
    assert repair(numbers) == text
    assert not is_garbled(text)


def test_letters_that_are_utf_8_read_as_utf_16_are_mended() -> None:
    written = "Разраб".encode().decode("utf-16-be")
    repair = repair_of(written)
    assert repair
    assert repair(written) == "Разраб"


def test_a_file_is_read_as_a_document_with_its_pages() -> None:
    content = pdf([[Text(60, HEIGHT - 60, "The port", 20), *laid_out([PARAGRAPHS[0]])]])
    [document] = files.read_here(content, Path("port.pdf"), "port")
    assert document.article.title == "The port"
    assert {unit.locator for unit in document.units} == {"page 1"}


def test_a_block_says_its_place_among_the_others() -> None:
    def numbers(found: Sequence[Block]) -> list[int]:
        return [block.line for block in found]

    assert numbers(reading(laid_out(PARAGRAPHS)).blocks) == [1, 2, 3]
