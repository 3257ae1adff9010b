"""Spreadsheets: what their rows say, below what names the columns."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.formats.spreadsheet import read
from retrieval.ingest.readings import UnreadableContentError
from tests.support.packages import WORDS, outline, package, relations

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"""
#: A style by which numbers are days.
STYLES = f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'

Value = str | float | None


def cell(value: Value, style: int = 0) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c s="{style}"><v>{value}</v></c>'


def sheet(*rows: Sequence[Value], more: str = "", style: int = 0) -> str:
    written = "".join(f"<row>{''.join(cell(value, style) for value in row)}</row>" for row in rows)
    return f"<worksheet {MAIN}><sheetData>{written}</sheetData>{more}</worksheet>"


def xlsx(sheets: dict[str, str], hidden: str = "") -> bytes:
    states = ("visible", "hidden")
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}" state="{states[name == hidden]}"/>'
        for number, name in enumerate(sheets, 1)
    )
    places = {f"worksheet:r{number}": f"worksheets/s{number}.xml" for number in range(1, len(sheets) + 1)}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return package(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations({"officeDocument:r1": "xl/workbook.xml"}),
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(places | {"styles:s": "styles.xml"}),
            "xl/styles.xml": STYLES,
            **{f"xl/worksheets/s{number}.xml": part for number, part in enumerate(sheets.values(), 1)},
        }
    )


def test_rows_stand_below_what_names_their_columns() -> None:
    content = xlsx({"Sheet1": sheet(["Name", "Length"], ["Old", 240.0], [None, None], ["New", 12.5])})
    assert outline(read(content)) == ["header: Name | Length", "row: Old | 240", "row: New | 12.5"]
    (reading,) = read(content)
    assert [block.locator for block in reading.blocks] == [f"Sheet Sheet1, row {row}" for row in (1, 2, 4)]


def test_what_stands_alone_above_is_no_row() -> None:
    content = xlsx({"Лист1": sheet(["Bridges", None], [None, None], ["Name", "Length"], ["Old", 240.0])})
    assert outline(read(content)) == ["sentence: Bridges", "header: Name | Length", "row: Old | 240"]


def test_empty_columns_are_left_out_and_those_of_figures_have_no_names() -> None:
    content = xlsx({"Sheet1": sheet([1.0, None, 2.0], [3.0, None, 4.0])})
    assert outline(read(content)) == ["row: 1 | 2", "row: 3 | 4"]


def test_one_column_is_a_list_of_sentences() -> None:
    assert outline(read(xlsx({"Sheet1": sheet(["It grew."], ["More."])}))) == [
        "sentence: It grew.",
        "sentence: More.",
    ]


def test_sheets_are_headed_by_their_names_if_these_say_anything() -> None:
    rows = sheet(["a", "b"])
    assert outline(read(xlsx({"Prices": rows}))) == ["heading1: Prices", "row: a | b"]
    assert outline(read(xlsx({"Лист1": rows, "Лист2": rows}))) == [
        "heading1: Лист1",
        "row: a | b",
        "heading1: Лист2",
        "row: a | b",
    ]


def test_a_sheet_that_is_hidden_is_left_out() -> None:
    rows = sheet(["a", "b"])
    assert outline(read(xlsx({"Sheet1": rows, "Pay": rows}, hidden="Pay"))) == ["row: a | b"]


def test_days_are_written_as_days_and_cells_that_are_merged_downwards_repeated() -> None:
    merged = '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
    content = xlsx({"Sheet1": sheet([45715.0, 1.0], [None, 45715.5], more=merged, style=1)})
    (reading,) = read(content)
    assert [block.text for block in reading.blocks] == [
        "2025-02-27 | 1900-01-01",
        "2025-02-27 | 2025-02-27 12:00",
    ] or [block.text for block in reading.blocks] == [
        "2025-02-27 | 1899-12-31",
        "2025-02-27 | 2025-02-27 12:00",
    ]


def test_more_rows_than_are_read_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.ingest.formats.spreadsheet._MOST_ROWS", 3)
    with pytest.raises(UnreadableContentError) as caught:
        read(xlsx({"Sheet1": sheet(*([float(number), 1.0] for number in range(4)))}))
    assert (caught.value.fault, caught.value.detail) == (FileFault.EXCESS, "3 rows")


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml"])
def test_opendocument_that_is_not_well_formed_is_refused_and_not_read_for_ever(part: str) -> None:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": "<content/>",
        "META-INF/manifest.xml": "<manifest/>",
    }
    with pytest.raises(UnreadableContentError) as caught:
        read(package(parts | {part: "<content><open"}))
    assert (caught.value.fault, caught.value.detail) == (FileFault.DAMAGED, f"{part} is not well-formed")


def test_an_empty_sheet_has_no_blocks() -> None:
    assert outline(read(xlsx({"Prices": sheet()}))) == []


@given(st.lists(st.lists(WORDS.filter(lambda word: "|" not in word), min_size=2, max_size=2), min_size=1))
def test_any_cells_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    (reading,) = read(xlsx({"Sheet1": sheet(*rows)}))
    assert [block.text.split(" | ") for block in reading.blocks] == rows
