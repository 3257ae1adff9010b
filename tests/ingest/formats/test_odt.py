"""OpenDocument text: what it says, once, and what each part of it is."""

from datetime import date
from html import escape

import pytest
from hypothesis import given

from retrieval.errors import FileFault
from retrieval.ingest.formats.odt import read
from retrieval.ingest.readings import UnreadableContentError
from tests.support.packages import PARAGRAPHS, outline, package, texts

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = " ".join(
    f'xmlns:{name}="{_OASIS}:{full}:1.0"'
    for name, full in [
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
        ("draw", "drawing"), ("meta", "meta"), ("manifest", "manifest"),
    ]
)  # fmt: skip

STYLES = """<office:automatic-styles>
  <style:style style:name="P1" style:parent-style-name="Title"/>
  <style:style style:name="P2" style:parent-style-name="Preformatted_20_Text"/>
  <style:style style:name="P3" style:parent-style-name="P3"/>
  <text:list-style style:name="L1"><text:list-level-style-bullet text:level="1"/></text:list-style>
  <text:list-style style:name="L2">
    <text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>
  <style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>
  <style:style style:name="T2"><style:text-properties style:text-position="sub 58%"/></style:style>
</office:automatic-styles>"""


def odt(body: str, parts: dict[str, str] | None = None) -> bytes:
    content = (
        f"<office:document-content {NAMESPACES}>{STYLES}<office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    return package({"content.xml": content} | (parts or {}))


def paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def heading(text: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (heading("It grew.", 2), "heading2: It grew."),
        (heading("It grew.", 9), "heading6: It grew."),
        (paragraph("It grew.", "P1"), "title: It grew."),
        (paragraph("It grew.", "P2"), "code: It grew."),
        (paragraph("It grew.", "P3"), "sentence: It grew."),
        (paragraph("It grew.", "Quotations"), "quotation: It grew."),
        (paragraph("It grew.", "TableCaption"), "caption: It grew."),
        (paragraph("Growth", "Definition_20_Term"), "heading6: Growth"),
        (f"<text:section>{paragraph('It grew.')}</text:section>", "sentence: It grew."),
    ],
)
def test_a_paragraph_is_what_its_style_says(block: str, expected: str) -> None:
    assert outline(read(odt(paragraph("First.") + block))) == ["sentence: First.", expected]


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        ("It <text:span>gr</text:span>ew.", "It grew."),
        ("one<text:s text:c='3'/>two<text:tab/>three", "one two three"),
        ("one<text:s text:c='999999999'/>two", "one two"),
        ("one<text:line-break/>two", "one\ntwo"),
        ('m<text:span text:style-name="T1">2</text:span>', "m²"),
        ('H<text:span text:style-name="T2">2</text:span>O', "H₂O"),
        ('the 2<text:span text:style-name="T1">nd</text:span>', "the 2nd"),
        ("one\n   two", "one two"),
        ("co\u00adoperation", "cooperation"),
        ("see <text:a>the source</text:a>", "see the source"),
        ("said<office:annotation><text:p>A comment</text:p></office:annotation>.", "said."),
        ("page <text:page-number>12</text:page-number>", "page 12"),
        ("shown<text:hidden-text>hidden</text:hidden-text>", "shown"),
    ],
)
def test_a_paragraph_says_what_is_shown(inline: str, expected: str) -> None:
    assert texts(read(odt(paragraph(inline)))) == [expected]


def test_what_was_deleted_and_tables_of_contents_are_left_out() -> None:
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{paragraph('Deleted.')}</text:deletion>"
        f"</text:changed-region></text:tracked-changes>{paragraph('It <text:change/>grew.')}"
        f"<text:table-of-content><text:index-body>{paragraph('Trade 3')}</text:index-body>"
        "</text:table-of-content>"
    )
    assert texts(read(odt(body))) == ["It grew."]


def test_lists_are_items_in_one_another() -> None:
    inner = f"<text:list><text:list-item>{paragraph('inner')}</text:list-item></text:list>"
    body = (
        f'<text:list text:style-name="L1"><text:list-item>{paragraph("one")}{inner}</text:list-item>'
        f"<text:list-item>{paragraph('two')}{paragraph('goes on')}</text:list-item></text:list>"
        f'<text:list text:style-name="L2"><text:list-item>{paragraph("first")}</text:list-item>'
        f"<text:list-item>{paragraph('second')}</text:list-item></text:list>"
    )
    assert outline(read(odt(body))) == [
        "bullet: - one",
        "bullet1: - inner",
        "bullet: - two",
        "sentence: goes on",
        "bullet: 1. first",
        "bullet: 2. second",
    ]
    (reading,) = read(odt(body))
    assert [block.items for block in reading.blocks] == [(1,), (1, 2), (3,), (3,), (5,), (6,)]


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{paragraph(text)}</table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def test_tables_are_rows_below_what_names_their_columns() -> None:
    body = "<table:table>" + "".join(
        [
            f"<table:table-header-rows>{row(cell('1'), cell('2'))}</table:table-header-rows>",
            row(cell("2025", 'table:number-rows-spanned="2"'), cell("12 m")),
            row("<table:covered-table-cell/>", cell("13 m")),
            row(cell("0", 'table:number-columns-repeated="2"')),
            row(cell(""), cell(""), attributes='table:number-rows-repeated="1048576"'),
        ]
    )
    assert outline(read(odt(f"{body}</table:table>"))) == [
        "header: 1 | 2",
        "row: 2025 | 12 m",
        "row: 2025 | 13 m",
        "row: 0 | 0",
    ]


def test_notes_stand_where_the_document_ends_and_boxes_behind_their_paragraph() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        f"<text:note-body>{paragraph('A note.')}</text:note-body></text:note>"
    )
    box = f"<draw:frame><draw:text-box>{paragraph('In the box.')}</draw:text-box></draw:frame>"
    body = paragraph(f"It{note} grew.{box}") + paragraph("More.")
    assert outline(read(odt(body))) == [
        "sentence: It grew.",
        "sentence: In the box.",
        "sentence: More.",
        "footnote: A note.",
    ]


def test_a_note_in_a_frame_around_text_is_read_once() -> None:
    note = f"<text:note><text:note-body>{paragraph('A note.')}</text:note-body></text:note>"
    framed = f"<table:table>{row(cell(f'It grew.{note}'))}</table:table>"
    assert outline(read(odt(framed))) == ["sentence: It grew.", "footnote: A note."]


def test_a_document_says_when_it_was_made_and_what_it_is_called() -> None:
    meta = (
        f'<office:document-meta {NAMESPACES}><office:meta><dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "Trade</dc:title><meta:creation-date>2025-05-03T10:00:00</meta:creation-date></office:meta>"
        "</office:document-meta>"
    )
    (reading,) = read(odt(paragraph("It grew."), {"meta.xml": meta}))
    assert (reading.metadata.title, reading.metadata.published) == ("Trade", date(2025, 5, 3))


def test_one_with_a_password_is_locked() -> None:
    manifest = (
        f"<manifest:manifest {NAMESPACES}><manifest:file-entry><manifest:encryption-data/>"
        "</manifest:file-entry></manifest:manifest>"
    )
    with pytest.raises(UnreadableContentError) as caught:
        read(odt("", {"META-INF/manifest.xml": manifest}))
    assert caught.value.fault is FileFault.LOCKED


@given(PARAGRAPHS)
def test_any_paragraphs_come_out_as_they_went_in(paragraphs: list[str]) -> None:
    assert texts(read(odt("".join(paragraph(escape(text)) for text in paragraphs)))) == paragraphs
