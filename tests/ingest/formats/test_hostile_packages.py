"""Packages that are broken or made to do harm: refused in words, whatever the format."""

import struct
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.formats import docx, epub, odt, pptx, spreadsheet
from retrieval.ingest.readings import Reading, UnreadableContentError
from tests.ingest.formats.test_docx import NUMBERING, STYLES, item, row, run, styled, table
from tests.ingest.formats.test_epub import epub as book
from tests.ingest.formats.test_epub import xhtml
from tests.ingest.formats.test_odt import odt as text_document
from tests.ingest.formats.test_pptx import paragraph, shape, slide
from tests.ingest.formats.test_pptx import pptx as presentation
from tests.ingest.formats.test_spreadsheet import sheet, xlsx
from tests.support.packages import W, package, texts
from tests.support.packages import docx as word_document

Read = Callable[[bytes], list[Reading]]

READERS: dict[str, Read] = {
    "docx": docx.read,
    "odt": odt.read,
    "epub": epub.read,
    "pptx": pptx.read,
    "spreadsheet": spreadsheet.read,
}


@cache
def samples() -> dict[str, bytes]:
    """Return a document of each format with some of everything in it."""
    body = styled("Trade", "a1") + item("one", 2) + table(row("Year", "Cost"), row("2025", "12"))
    return {
        "docx": word_document(body, {"styles": STYLES, "numbering": NUMBERING}),
        "odt": text_document("<text:h>Trade</text:h><text:p>It grew.</text:p>"),
        "epub": book({"a.xhtml": xhtml("<h1>Trade</h1><ul><li>one</li></ul>")}, "<dc:title>Trade</dc:title>"),
        "pptx": presentation(slide(shape(paragraph("Trade"), place="title"), shape(paragraph("It grew.")))),
        "spreadsheet": xlsx({"Prices": sheet(["Name", "Length"], ["Old", 240.0])}),
    }


def refused(read: Read, content: bytes) -> tuple[FileFault, str]:
    with pytest.raises(UnreadableContentError) as caught:
        read(content)
    return caught.value.fault, caught.value.detail


every_format = pytest.mark.parametrize("name", READERS)


@every_format
def test_what_is_no_archive_or_a_part_of_one_is_damaged(name: str) -> None:
    for content in (b"", b"PK\x03\x04", b"It grew.", samples()[name][:-30], samples()[name][:200]):
        assert refused(READERS[name], content)[0] is FileFault.DAMAGED


@every_format
def test_an_archive_of_something_else_is_damaged(name: str) -> None:
    assert refused(READERS[name], package({"a.txt": "It grew."}))[0] is FileFault.DAMAGED


@every_format
def test_a_compound_file_is_locked_if_it_holds_an_encrypted_package(name: str) -> None:
    compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
    assert refused(READERS[name], compound)[0] is FileFault.DAMAGED
    encrypted = compound + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    assert refused(READERS[name], encrypted)[0] is FileFault.LOCKED


@every_format
def test_an_encrypted_archive_is_locked(name: str) -> None:
    content = bytearray(samples()[name])
    start = content.index(b"PK\x01\x02")
    content[start + 8] |= 1
    assert refused(READERS[name], bytes(content))[0] is FileFault.LOCKED


@every_format
def test_a_bomb_is_not_unpacked(name: str) -> None:
    bomb = package({"word/document.xml": bytes(101 * 1024**2)})
    assert refused(READERS[name], bomb) == (FileFault.EXCESS, "100 MB when unpacked")
    bomb = package({f"{number}": bytes(60 * 1024**2) for number in range(4)})
    assert refused(READERS[name], bomb) == (FileFault.EXCESS, "200 MB when unpacked")
    bomb = package({"word/document.xml": bytes(20 * 1024**2)})
    assert refused(READERS[name], bomb) == (FileFault.EXCESS, "200 times its size when unpacked")
    bomb = package({f"{number}": b"" for number in range(10_001)})
    assert refused(READERS[name], bomb) == (FileFault.EXCESS, "10,000 files in one")


def test_an_archive_that_lies_about_its_sizes_is_read_no_further_than_that() -> None:
    content = bytearray(package({"word/document.xml": bytes(8 * 1024**2)}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", 100)
    assert refused(docx.read, bytes(content))[0] is FileFault.DAMAGED


def test_what_is_packed_in_another_way_is_not_unpacked() -> None:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_BZIP2) as archive:
        archive.writestr("word/document.xml", "x" * 1000)
    assert refused(docx.read, content.getvalue())[0] is FileFault.DAMAGED


def test_names_are_never_paths() -> None:
    target = '<Relationship Id="r" Type="x/officeDocument" Target="../../../etc/passwd"/>'
    leading = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{target}</Relationships>'
    assert refused(docx.read, package({"_rels/.rels": leading})) == (
        FileFault.DAMAGED,
        "etc/passwd is missing",
    )


def document(beginning: str, text: str) -> bytes:
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    return package({"word/document.xml": f"{beginning}{body}"})


def test_entities_are_nothing() -> None:
    laughs = "".join(f'<!ENTITY {chr(98 + number)} "{f"&{chr(97 + number)};" * 10}">' for number in range(9))
    few = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'
    assert texts(docx.read(document(few, "A&b;B"))) == ["AB"]
    many = f'<!DOCTYPE l [<!ENTITY a "lol">{laughs}]>'
    assert refused(docx.read, document(many, "A&j;B"))[0] is FileFault.DAMAGED
    outside = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert texts(docx.read(document(outside, "A&x;B"))) == ["AB"]
    attribute = document(many, "<w:x w:val='&j;'/>")
    assert refused(docx.read, attribute)[0] is FileFault.DAMAGED


TOO_DEEP = {
    "docx": word_document(
        "<w:tbl><w:tr><w:tc>" * 30_000 + f"<w:p>{run('x')}</w:p>" + "</w:tc></w:tr></w:tbl>" * 30_000
    ),
    "odt": text_document("<text:section>" * 30_000 + "<text:p>x</text:p>" + "</text:section>" * 30_000),
    "epub": book({"a.xhtml": xhtml("<div>" * 30_000 + "x" + "</div>" * 30_000)}),
    "pptx": presentation(slide("<p:grpSp>" * 30_000 + shape(paragraph("x")) + "</p:grpSp>" * 30_000)),
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_is_nested_too_deep_is_refused(name: str) -> None:
    assert refused(READERS[name], TOO_DEEP[name]) == (FileFault.DAMAGED, "nested too deep")


def test_a_chapter_that_is_ill_formed_and_nested_too_deep_is_refused() -> None:
    content = book({"a.xhtml": xhtml("<p>R&D" + "<div>" * 30_000)})
    assert refused(epub.read, content) == (FileFault.DAMAGED, "nested too deep")


@pytest.mark.parametrize("name", ["docx", "odt", "epub", "pptx"])
def test_what_is_nested_as_deep_as_may_be_is_read(name: str) -> None:
    nested = {
        "docx": word_document(
            "<w:sdt><w:sdtContent>" * 120 + f"<w:p>{run('x')}</w:p>" + "</w:sdtContent></w:sdt>" * 120
        ),
        "odt": text_document("<text:section>" * 240 + "<text:p>x</text:p>" + "</text:section>" * 240),
        "epub": book({"a.xhtml": xhtml("<div>" * 240 + "x" + "</div>" * 240)}),
        "pptx": presentation(slide("<p:grpSp>" * 240 + shape(paragraph("x")) + "</p:grpSp>" * 240)),
    }
    assert texts(READERS[name](nested[name])) == ["x"]


def survives(read: Read, content: bytes) -> None:
    with suppress(UnreadableContentError, MemoryError, RecursionError):
        read(content)


@every_format
@given(st.data())
def test_changed_bytes_end_in_a_reading_or_in_words(name: str, data: st.DataObject) -> None:
    content = bytearray(samples()[name])
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        content[place] = byte
    survives(READERS[name], bytes(content))


@every_format
@given(st.data())
def test_changed_parts_end_in_a_reading_or_in_words(name: str, data: st.DataObject) -> None:
    """Changes what is packed, which a check would else give away."""
    with ZipFile(BytesIO(samples()[name])) as archive:
        parts = {part: bytearray(archive.read(part)) for part in archive.namelist()}
    part = parts[data.draw(st.sampled_from([*parts]))]
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(part))] * 2)))
    part[start:end] = data.draw(
        st.sampled_from([b"", b"x", b"9" * 30, b'"', b"<", b"\xff", b"</w:p>", b'w:val="-1"'])
    )
    survives(READERS[name], package({part: bytes(content) for part, content in parts.items()}))
