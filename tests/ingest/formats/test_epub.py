"""Books: their chapters in the order in which they are read, without tables of contents."""

from datetime import date

import pytest

from retrieval.errors import FileFault
from retrieval.ingest.formats.epub import read
from retrieval.ingest.readings import UnreadableContentError
from tests.support.packages import outline, package, texts

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{body}</body></html>'
    )


def epub(chapters: dict[str, str], metadata: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Return a book whose spine is the reverse of its manifest; nav.xhtml is its navigation."""
    items = "".join(
        f'<item id="c{number}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"'
        f' properties="{"nav" if name == "nav.xhtml" else ""}"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in reversed(range(len(chapters))))
    root = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:opf="http://www.idpf.org/2007/opf"><metadata>{metadata}</metadata><manifest>{items}'
        f"</manifest><spine>{spine}</spine></package>"
    )
    files = {f"OEBPS/{name}": chapter for name, chapter in chapters.items()}
    return package({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": root} | files | (parts or {}))


def test_chapters_come_in_the_order_of_the_spine() -> None:
    chapters = {
        "two 2.xhtml": xhtml("<h1>Two</h1><p>It fell.</p>"),
        "text/one.xhtml": xhtml("<p>It grew.</p>"),
    }
    (reading,) = read(epub(chapters))
    assert [(block.text, block.locator) for block in reading.blocks] == [
        ("It grew.", "chapter 1"),
        ("Two", "Two"),
        ("It fell.", "Two"),
    ]
    assert [block.line for block in reading.blocks] == [1, 2, 3]


def test_notes_are_notes_and_what_leads_elsewhere_is_left_out() -> None:
    chapter = xhtml(
        '<nav epub:type="toc"><p>Contents</p></nav><p>It grew.<a epub:type="noteref" href="#n">1</a></p>'
        '<aside epub:type="footnote" id="n"><p>A note.</p></aside>'
    )
    assert outline(read(epub({"a.xhtml": chapter}))) == ["sentence: It grew.", "footnote: A note."]


def test_the_navigation_is_left_out_wherever_it_stands_in_the_spine() -> None:
    chapters = {"nav.xhtml": xhtml("<p>Contents</p>"), "a.xhtml": xhtml("<p>It grew.</p>")}
    assert texts(read(epub(chapters))) == ["It grew."]
    guide = '<guide><reference type="toc" href="toc.xhtml"/></guide>'
    chapters = {"toc.xhtml": xhtml("<p>Contents</p>"), "a.xhtml": xhtml("<p>It grew.</p>")}
    assert texts(read(epub(chapters, guide))) == ["It grew."]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>5&nbsp;&mdash; it</p>", ["5 — it"]),
        ("<p>It <b>grew.</p><p>More", ["It grew.", "More"]),
        ("<p>R&D grew<a id='x'/> fast.</p><p>On.</p>", ["R&D grew fast.", "On."]),
    ],
)
def test_a_chapter_that_is_not_well_formed_is_read_as_far_as_it_goes(body: str, expected: list[str]) -> None:
    assert texts(read(epub({"a.xhtml": xhtml(body)}))) == expected


@pytest.mark.parametrize(("language", "told"), [("kk-KZ", "kk"), ("rus", "rus"), ("en", None), ("?", None)])
def test_a_book_says_what_it_is_called_when_it_came_out_and_in_which_language(
    language: str, told: str | None
) -> None:
    metadata = (
        f"<dc:title>Trade</dc:title><dc:language>{language}</dc:language>"
        '<dc:date opf:event="modification">2026-01-01</dc:date><dc:date>2025-05-03</dc:date>'
    )
    (reading,) = read(epub({"a.xhtml": xhtml("<p>It grew.</p>")}, metadata))
    known = reading.metadata
    assert (known.title, known.published, known.language) == ("Trade", date(2025, 5, 3), told)


@pytest.mark.parametrize(("name", "is_locked"), [("OEBPS/a.xhtml", True), ("OEBPS/font.otf", False)])
def test_one_whose_chapters_are_encrypted_is_locked(name: str, is_locked: bool) -> None:
    encryption = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
        f'<enc:CipherReference URI="{name}"/></enc:CipherData></enc:EncryptedData></encryption>'
    )
    content = epub({"a.xhtml": xhtml("<p>It grew.</p>")}, parts={"META-INF/encryption.xml": encryption})
    if is_locked:
        with pytest.raises(UnreadableContentError) as caught:
            read(content)
        assert caught.value.fault is FileFault.LOCKED
    else:
        assert texts(read(content)) == ["It grew."]


def test_what_the_table_of_contents_names_are_headings_whatever_they_are_set_as() -> None:
    chapters = {
        "b.xhtml": xhtml("<p>Prices</p><p>They fell.</p><p>In May</p><p>They grew.</p><p>In May</p>"),
        "a.xhtml": xhtml("<p class='h'>Trade</p><p>It grew.</p>"),
        "nav.xhtml": xhtml(
            "<nav epub:type='toc'><ol><li><a href='a.xhtml'>Trade</a></li><li><a href='b.xhtml'>Prices</a>"
            "<ol><li><a href='b.xhtml#may'>In  May</a></li></ol></li></ol></nav>"
        ),
    }
    assert outline(read(epub(chapters))) == [
        "heading1: Trade",
        "sentence: It grew.",
        "heading1: Prices",
        "sentence: They fell.",
        "heading2: In May",
        "sentence: They grew.",
        "sentence: In May",
    ]


def test_a_page_of_the_title_heads_the_whole_book() -> None:
    chapters = {"b.xhtml": xhtml("<p>It grew.</p>"), "a.xhtml": xhtml("<h1>Trade</h1>")}
    assert outline(read(epub(chapters, "<dc:title>Trade</dc:title>"))) == [
        "title: Trade",
        "sentence: It grew.",
    ]


def test_the_only_highest_heading_is_the_title_where_none_is_told() -> None:
    chapter = xhtml("<h1>Trade</h1><p>It grew.</p><h2>Prices</h2>")
    for told in ("", "<dc:title>UNTITLED</dc:title>"):
        found = outline(read(epub({"a.xhtml": chapter}, told)))
        assert found == ["title: Trade", "sentence: It grew.", "heading2: Prices"]
