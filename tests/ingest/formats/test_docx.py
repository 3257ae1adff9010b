"""Word documents: what they say when all changes are accepted, once, and what each part of it is."""

from datetime import date
from html import escape

import pytest
from hypothesis import given

from retrieval.ingest.formats.docx import read
from tests.support.packages import PARAGRAPHS, W, core, docx, outline, package, relations, texts


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def styled(text: str, style: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    written = "".join(
        cell if cell.startswith("<w:tc>") else f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{written}</w:tr>"


STYLES = f"""<w:styles {W}>
  <w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
  <w:style w:styleId="a1"><w:name w:val="heading 2"/></w:style>
  <w:style w:styleId="own"><w:name w:val="Our head"/><w:basedOn w:val="level"/></w:style>
  <w:style w:styleId="level"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
  <w:style w:styleId="ru"><w:name w:val="Заголовок 3"/></w:style>
  <w:style w:styleId="loop"><w:name w:val="loop"/><w:basedOn w:val="loop"/></w:style>
  <w:style w:styleId="title"><w:name w:val="Title"/></w:style>
  <w:style w:styleId="caption"><w:name w:val="caption"/></w:style>
  <w:style w:styleId="quote"><w:name w:val="Quote"/></w:style>
  <w:style w:styleId="code"><w:name w:val="HTML Preformatted"/></w:style>
  <w:style w:styleId="toc"><w:name w:val="toc 1"/></w:style>
</w:styles>"""


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("a", "sentence: It grew."),
        ("unknown", "sentence: It grew."),
        ("loop", "sentence: It grew."),
        ("a1", "heading2: It grew."),
        ("own", "heading1: It grew."),
        ("ru", "heading3: It grew."),
        ("title", "title: It grew."),
        ("caption", "caption: It grew."),
        ("quote", "quotation: It grew."),
        ("code", "code: It grew."),
    ],
)
def test_a_paragraph_is_what_its_style_says(style: str, expected: str) -> None:
    content = docx(paragraph("First.") + styled("It grew.", style), {"styles": STYLES})
    assert outline(read(content)) == ["sentence: First.", expected]


def test_a_level_of_its_own_goes_before_that_of_the_style() -> None:
    body = paragraph("First.") + paragraph("Trade", '<w:outlineLvl w:val="3"/>')
    body += paragraph("Text", '<w:pStyle w:val="own"/><w:outlineLvl w:val="9"/>')
    assert outline(read(docx(body, {"styles": STYLES}))) == [
        "sentence: First.",
        "heading4: Trade",
        "sentence: Text",
    ]


def test_a_table_of_contents_is_left_out() -> None:
    body = styled("Trade\t3", "toc") + paragraph("It grew.")
    body += (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('Trade 3')}</w:sdtContent></w:sdt>"
    )
    assert texts(read(docx(body, {"styles": STYLES}))) == ["It grew."]


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        (run("It gr") + run("ew."), "It grew."),
        (run("12 ") + "<w:ins>" + run("million ") + "</w:ins>" + run("dollars"), "12 million dollars"),
        ("<w:del>" + run("old ") + "</w:del>" + run("new"), "new"),
        ("<w:moveFrom>" + run("old ") + "</w:moveFrom><w:moveTo>" + run("new") + "</w:moveTo>", "new"),
        (run("one") + "<w:r><w:tab/></w:r>" + run("two"), "one two"),
        (run("one") + "<w:r><w:br/></w:r>" + run("two"), "one\ntwo"),
        (run("one") + '<w:r><w:br w:type="page"/></w:r>' + run("two"), "one two"),
        (run("co\u00adope") + "<w:r><w:softHyphen/></w:r>" + run("ration"), "cooperation"),
        (run("well") + "<w:r><w:noBreakHyphen/></w:r>" + run("known"), "well-known"),
        (run("see ") + "<w:hyperlink>" + run("the source") + "</w:hyperlink>", "see the source"),
        (run("shown") + run("hidden", "<w:vanish/>"), "shown"),
        (run("shown") + run(" too", '<w:vanish w:val="0"/>'), "shown too"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("12") +
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run(" pages"),
            "12 pages",
        ),
        ("<w:fldSimple w:instr='DATE'>" + run("3 May") + "</w:fldSimple>", "3 May"),
        ("<w:sdt><w:sdtContent>" + run("chosen") + "</w:sdtContent></w:sdt>", "chosen"),
        (run("said") + '<w:r><w:commentReference w:id="1"/></w:r>', "said"),
    ],
)  # fmt: skip
def test_a_paragraph_says_what_is_shown_when_all_changes_are_accepted(inline: str, expected: str) -> None:
    assert texts(read(docx(f"<w:p>{inline}</w:p>"))) == [expected]


def test_a_paragraph_goes_on_over_line_breaks() -> None:
    (reading,) = read(docx("<w:p>" + run("one") + "<w:r><w:br/></w:r>" + run("two") + "</w:p>"))
    assert reading.blocks[0].wrapped


def test_paragraphs_are_one_where_the_mark_between_them_is_deleted() -> None:
    body = paragraph("It ", "<w:rPr><w:del/></w:rPr>") + paragraph("grew.")
    assert texts(read(docx(body))) == ["It grew."]


NUMBERING = f"""<w:numbering {W}>
  <w:abstractNum w:abstractNumId="0">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>
  </w:abstractNum>
  <w:abstractNum w:abstractNumId="1">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
    <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="russianLower"/><w:lvlText w:val="%3)"/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
  <w:num w:numId="3"><w:abstractNumId w:val="1"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_items_of_lists_have_the_marks_that_are_shown() -> None:
    body = "".join(
        [
            item("one", 1), item("two", 1), paragraph("Then:"),
            item("Subject", 2), item("of", 2, 1), item("first", 2, 2), item("second", 2, 2), item("in", 2, 1),
            item("Price", 2), item("of", 2, 1), paragraph("Anew:"), item("one", 3), item("no list", 0),
        ]
    )  # fmt: skip
    assert outline(read(docx(body, {"numbering": NUMBERING}))) == [
        "bullet: - one", "bullet: - two", "sentence: Then:",
        "bullet: 1. Subject", "bullet1: 1.1. of", "bullet2: а) first", "bullet2: б) second",
        "bullet1: 1.2. in", "bullet: 2. Price", "bullet1: 2.1. of", "sentence: Anew:", "bullet: 1. one",
        "sentence: no list",
    ]  # fmt: skip


def test_items_stand_in_those_that_they_are_nested_in() -> None:
    body = item("one", 1) + item("inner", 1, 1) + item("two", 1)
    (reading,) = read(docx(body, {"numbering": NUMBERING}))
    assert [(block.items, block.apart) for block in reading.blocks] == [
        ((1,), True),
        ((1, 2), False),
        ((3,), False),
    ]


def merged(text: str, mark: str) -> str:
    return f"<w:tc><w:tcPr><w:vMerge{mark}/></w:tcPr>{paragraph(text)}</w:tc>"


def spanning(text: str, columns: int) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>{paragraph(text)}</w:tc>'


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The first row heads the others if it says nothing itself, or is said to.
        ([row("Year", "Cost"), row("2025", "12 m")], ["header: Year | Cost", "row: 2025 | 12 m"]),
        ([row("Phone", "12 34"), row("Fax", "12 35")], ["row: Phone | 12 34", "row: Fax | 12 35"]),
        ([row("Year", "Cost")], ["row: Year | Cost"]),
        (
            [row("1", "2", properties="<w:tblHeader/>"), row("3", "4")],
            ["header: 1 | 2", "row: 3 | 4"],
        ),
        # Cells that are merged.
        (
            [row("Year", "Cost"), row(merged("2025", ' w:val="restart"'), "1"), row(merged("", ""), "2")],
            ["header: Year | Cost", "row: 2025 | 1", "row: 2025 | 2"],
        ),
        (
            [row(spanning("Bridges", 2)), row("Name", "Length"), row("Old", "240")],
            ["sentence: Bridges", "header: Name | Length", "row: Old | 240"],
        ),
        # What is deleted, what is empty, what is within.
        ([row("a1", "b1"), row("c", "d", properties="<w:del/>"), row("", "")], ["row: a1 | b1"]),
        (
            [row("a1", f"<w:tc>{table(row('in1', 'in2'))}{paragraph('b')}</w:tc>")],
            ["row: a1 | in1 in2 b"],
        ),
        # A frame around text.
        (
            [row(f"<w:tc>{paragraph('It grew.')}{paragraph('More.')}</w:tc>")],
            ["sentence: It grew.", "sentence: More."],
        ),
    ],
)  # fmt: skip
def test_tables_are_rows_below_what_names_their_columns(rows: list[str], expected: list[str]) -> None:
    assert outline(read(docx(table(*rows)))) == expected


def test_notes_stand_where_the_document_ends_and_only_those_that_it_refers_to() -> None:
    notes = "".join(f'<w:footnote w:id="{n}">{paragraph(f"Note {n}.")}</w:footnote>' for n in range(4))
    endnotes = f'<w:endnotes {W}><w:endnote w:id="1">{paragraph("At the end.")}</w:endnote></w:endnotes>'
    body = (
        f'<w:p>{run("It grew.")}<w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:del><w:r><w:footnoteReference w:id="3"/></w:r></w:del></w:p>'
        f'<w:p>{run("More.")}<w:r><w:endnoteReference w:id="1"/></w:r></w:p>'
    )
    parts = {"footnotes": f"<w:footnotes {W}>{notes}</w:footnotes>", "endnotes": endnotes}
    assert outline(read(docx(body, parts))) == [
        "sentence: It grew.",
        "sentence: More.",
        "footnote: Note 2.",
        "footnote: At the end.",
    ]


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    choices = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        f'<w:p>{run("Beside it.")}<w:r><mc:AlternateContent xmlns:mc="{choices}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(docx(body))) == ["Beside it.", "In the box."]


def test_code_is_what_is_set_in_its_type_unless_all_is() -> None:
    def typed(text: str) -> str:
        font = '<w:rFonts w:ascii="Courier New"/>'
        return f"<w:p>{run(text, font)}</w:p>"

    code = typed("if x:") + typed("    y = 1")
    around = "".join(paragraph(f"Text {number}.") for number in range(3))
    assert outline(read(docx(around + code)))[-1] == "code: if x:\n    y = 1"
    assert outline(read(docx(code))) == ["sentence: if x:", "sentence: y = 1"]


def test_a_document_is_titled_by_its_only_highest_heading_or_else_by_what_it_says_of_itself() -> None:
    parts = {"styles": STYLES}
    (reading,) = read(docx(styled("Trade grows", "own") + paragraph("It grew."), parts))
    assert reading.blocks[0].kind == "title"
    (reading,) = read(docx(styled("One", "own") + styled("Two", "own"), parts))
    assert [block.kind for block in reading.blocks] == ["heading", "heading"]


def test_a_document_says_when_it_was_made_and_what_it_is_called() -> None:
    content = package(
        {
            "word/document.xml": f"<w:document {W}><w:body>{paragraph('It grew.')}</w:body></w:document>",
            "docProps/core.xml": core("Trade", "2025-05-03T10:00:00Z", "en-US"),
        }
    )
    (reading,) = read(content)
    assert (reading.metadata.title, reading.metadata.published) == ("Trade", date(2025, 5, 3))
    # The program's, which many do not know of.
    assert reading.metadata.language is None


def test_a_strict_document_is_read_like_any_other() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{paragraph("It grew.")}</w:body></w:document>'
    named = relations({"officeDocument:r1": "/word/document2.xml"})
    assert texts(read(package({"_rels/.rels": named, "word/document2.xml": document}))) == ["It grew."]


def test_an_empty_document_has_no_blocks() -> None:
    assert outline(read(docx(paragraph(" ")))) == []


@given(PARAGRAPHS)
def test_any_paragraphs_come_out_as_they_went_in(paragraphs: list[str]) -> None:
    assert texts(read(docx("".join(map(paragraph, paragraphs))))) == paragraphs


def test_figures_above_and_below_the_line_stay_there() -> None:
    raised, lowered = ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>')
    words = [("240 m", ""), ("2", raised), (" of H", ""), ("2", lowered), ("O, the 3", ""), ("rd", raised)]
    body = f"<w:p>{''.join(run(*word) for word in words)}</w:p>"
    assert texts(read(docx(body))) == ["240 m² of H₂O, the 3rd"]


def test_fractions_keep_their_bar() -> None:
    def said(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    power = f"<m:sSup><m:e>{said('b')}</m:e><m:sup>{said('2')}</m:sup></m:sSup>"
    fraction = f"<m:f><m:num>{power}{said('-4')}</m:num><m:den>{said('2a')}</m:den></m:f>"
    maths = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    assert texts(read(docx(f"<w:p {maths}><m:oMath>{said('x=')}{fraction}</m:oMath></w:p>"))) == [
        "x=(b²-4)/2a"
    ]


def test_a_large_first_letter_is_that_of_the_next_paragraph() -> None:
    frame = '<w:framePr w:dropCap="drop" w:lines="3"/>'
    assert texts(read(docx(paragraph("T", frame) + paragraph("he bridge opened.")))) == ["The bridge opened."]


@pytest.mark.parametrize(
    ("line", "published"),
    [("3 May 2025", None), ("It opened on 3 May 2025 for all.", date(2026, 1, 2))],
)
def test_a_day_below_the_title_goes_before_that_on_which_the_file_was_made(
    line: str, published: date | None
) -> None:
    made = {"docProps/core.xml": core(created="2026-01-02T10:00:00Z")}
    body = styled("Bridge", "title") + paragraph(line) + paragraph("It carries lorries.")
    parts = {
        "_rels/.rels": relations({"officeDocument:r1": "word/document.xml"}),
        "word/_rels/document.xml.rels": relations({"styles:r1": "styles.xml"}),
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": STYLES,
    }
    [reading] = read(package({**parts, **made}))
    assert reading.metadata.published == published
