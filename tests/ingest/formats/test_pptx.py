"""Presentations: their slides in order, what each says, and the notes to it."""

from html import escape

from hypothesis import given

from retrieval.ingest.formats.pptx import read
from tests.support.packages import PARAGRAPHS, core, outline, package, relations, texts

NAMESPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def paragraph(text: str, properties: str = "", level: int = 0) -> str:
    return f'<a:p><a:pPr lvl="{level}">{properties}</a:pPr><a:r><a:t>{escape(text)}</a:t></a:r></a:p>'


def shape(*paragraphs: str, place: str | None = None) -> str:
    holder = "" if place is None else f'<p:ph type="{place}"/>'
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{''.join(paragraphs)}</p:txBody></p:sp>"
    )


def slide(*shapes: str, kind: str = "sld") -> str:
    return f"<p:{kind} {NAMESPACES}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:{kind}>"


def pptx(*slides: str, notes: str | None = None, title: str = "") -> bytes:
    """Return a presentation whose slides are filed in reverse; the notes are to the first."""
    names = [f"slide{len(slides) - number}.xml" for number in range(len(slides))]
    order = "".join(f'<p:sldId r:id="r{number}"/>' for number in range(len(slides)))
    parts = {
        "_rels/.rels": relations({"officeDocument:r1": "ppt/presentation.xml"}),
        "ppt/presentation.xml": (
            f"<p:presentation {NAMESPACES}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": relations(
            {f"slide:r{number}": f"slides/{name}" for number, name in enumerate(names)}
        ),
        "docProps/core.xml": core(title),
        **{f"ppt/slides/{name}": slide for name, slide in zip(names, slides, strict=True)},
    }
    if notes is not None:
        parts[f"ppt/slides/_rels/{names[0]}.rels"] = relations({"notesSlide:r1": "../notesSlides/n.xml"})
        parts["ppt/notesSlides/n.xml"] = notes
    return package(parts)


def test_slides_come_in_their_order_each_headed_by_its_title() -> None:
    content = pptx(
        slide(shape(paragraph("It grew.")), shape(paragraph("Trade"), place="title")),
        slide(shape(paragraph("Prices"), place="title"), shape(paragraph("They fell."), place="body")),
    )
    assert outline(read(content)) == [
        "heading1: Trade",
        "sentence: It grew.",
        "heading1: Prices",
        "sentence: They fell.",
    ]
    (reading,) = read(content)
    assert [block.locator for block in reading.blocks] == ["slide 1", "slide 1", "slide 2", "slide 2"]


def test_the_title_of_the_first_slide_is_that_of_the_presentation() -> None:
    content = pptx(slide(shape(paragraph("Trade"), place="ctrTitle")), title="PowerPoint Presentation")
    assert outline(read(content)) == ["title: Trade"]


def test_points_are_items_in_one_another() -> None:
    points = shape(
        paragraph("one"),
        paragraph("inner", level=1),
        paragraph("two"),
        paragraph("none", "<a:buNone/>"),
        place="body",
    )
    numbered = shape(paragraph("first", "<a:buAutoNum/>"), paragraph("second", "<a:buAutoNum/>"))
    assert outline(read(pptx(slide(points, numbered)))) == [
        "bullet: - one",
        "bullet1: - inner",
        "bullet: - two",
        "sentence: none",
        "bullet: 1. first",
        "bullet: 2. second",
    ]
    (reading,) = read(pptx(slide(points)))
    assert [block.items for block in reading.blocks] == [(1,), (1, 2), (3,), ()]


def test_what_stands_on_every_slide_is_left_out_and_groups_are_read() -> None:
    shapes = [shape(paragraph(place), place=place) for place in ("dt", "ftr", "sldNum")]
    grouped = f"<p:grpSp>{shape(paragraph('It grew.'))}</p:grpSp>"
    number = shape('<a:p><a:fld type="slidenum"><a:t>3</a:t></a:fld></a:p>')
    assert texts(read(pptx(slide(*shapes, grouped, number)))) == ["It grew."]


def test_notes_stand_after_their_slide() -> None:
    notes = slide(
        shape(paragraph("Slide image"), place="sldImg"),
        shape(paragraph("Say it."), place="body"),
        kind="notes",
    )
    content = pptx(slide(shape(paragraph("It grew."))), slide(shape(paragraph("More."))), notes=notes)
    assert texts(read(content)) == ["It grew.", "Say it.", "More."]


def test_tables_are_rows() -> None:
    def row(*cells: str) -> str:
        written = (f"<a:tc><a:txBody>{paragraph(cell)}</a:txBody></a:tc>" for cell in cells)
        return f"<a:tr>{''.join(written)}</a:tr>"

    merged = (
        f'<a:tr><a:tc vMerge="1"><a:txBody>{paragraph("")}</a:txBody></a:tc><a:tc><a:txBody>{paragraph("13")}'
    )
    merged += "</a:txBody></a:tc></a:tr>"
    table = f'<a:tbl><a:tblPr firstRow="1"/>{row("Year", "2")}{row("2025", "12")}{merged}</a:tbl>'
    frame = f"<p:graphicFrame><a:graphic><a:graphicData>{table}</a:graphicData></a:graphic></p:graphicFrame>"
    assert outline(read(pptx(slide(frame)))) == ["header: Year | 2", "row: 2025 | 12", "row: 2025 | 13"]


@given(PARAGRAPHS)
def test_any_paragraphs_come_out_as_they_went_in(paragraphs: list[str]) -> None:
    assert texts(read(pptx(slide(shape(*map(paragraph, paragraphs)))))) == paragraphs
