"""Rich text: what it says, whatever it is written in, and what each part of it is."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FileFault
from retrieval.ingest.formats.rtf import read
from retrieval.ingest.readings import UnreadableContentError
from tests.support.packages import PARAGRAPHS, outline, texts

STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\f5 heading 1;}{\s2 Title;}{\s3\outlinelevel2 Ours;}{\s4 Quote;}"
    r"{\s5 toc 1;}}"
)
FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204{\*\panose 02}Arial CYR;}{\f2 Courier New;}}"


def rtf(body: str, head: str = "") -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1251\deff0{FONTS}{STYLES}{head}{body}}}".encode("cp1251")


def written(text: str) -> str:
    """Return text as programs write it that know Unicode."""
    halves = text.encode("utf-16-le")
    codes = (int.from_bytes(halves[n : n + 2], "little") for n in range(0, len(halves), 2))
    return "".join(rf"\u{code - 0x10000 * (code > 0x7FFF)}?" for code in codes)


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        (r"\'cc\'ee\'f1\'f2 is open", "Мост is open"),
        (r"{\f1\'cc\'ee\'f1\'f2} is open", "Мост is open"),
        ("Мост is open", "Мост is open"),
        (r"\u1052\'cc\u1086\'ee\u1089\'f1\u1090\'f2", "Мост"),
        (r"{\uc0\u1052\u1086\u1089\u1090}", "Мост"),
        (r"{\uc2\u1052 abx}", "Мx"),
        (r"\u-10187?\u-9216?", "\U0001d400"),
        (r"one\tab two\line three\~four\_five co\-operation", "one two\nthree four-five cooperation"),
        (r"\ldblquote It\rdblquote\emdash it", "“It”—it"),
        (r"a \{b\} \\c", "a {b} \\c"),
        (r"shown{\v hidden}{\deleted gone}", "shown"),
        (r"shown\v hidden\v0 again\v hidden\plain  more", "shownagain more"),
        (r"240 m{\super 2} of H{\sub 2}O, the 3{\super rd}", "240 m² of H₂O, the 3rd"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt the source}}", "the source"),
        (r"{\pict\wmetafile8 0123abc}{\*\unknown this}{\header Head}it", "it"),
        (r"{\upr{??}{\*\ud " + written("Мост") + "}}", "Мост"),
        ("it{\\pict\\bin3 }{}}grew", "itgrew"),
    ],
)
def test_a_paragraph_says_what_is_shown(inline: str, expected: str) -> None:
    assert texts(read(rtf(rf"\pard {inline}\par"))) == [expected]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (r"\s1 It grew.", "heading1: It grew."),
        (r"\s2 It grew.", "title: It grew."),
        (r"\s3 It grew.", "heading3: It grew."),
        (r"\outlinelevel1 It grew.", "heading2: It grew."),
        (r"\s4 It grew.", "quotation: It grew."),
        (r"\s9 It grew.", "sentence: It grew."),
        (r"{\f2 grow()}", "code: grow()"),
        (r"{\listtext\'b7\tab}\li720 It grew.", "bullet: - It grew."),
        (r"{\pntext 3.\tab}It grew.", "bullet: 3. It grew."),
        (r"\bullet\tab It grew.", "bullet: - It grew."),
    ],
)
def test_a_paragraph_is_what_its_style_or_its_list_says(paragraph: str, expected: str) -> None:
    assert outline(read(rtf(rf"\pard First.\par\pard{paragraph}\par"))) == ["sentence: First.", expected]


def test_contents_are_left_out_and_items_stand_in_one_another() -> None:
    def item(text: str, indent: int) -> str:
        return rf"\pard\li{indent}{{\listtext -\tab}}{text}\par"

    body = rf"\pard\s5 Trade 3\par{item('one', 720)}{item('inner', 1440)}{item('two', 720)}"
    assert outline(read(rtf(body))) == ["bullet: - one", "bullet1: - inner", "bullet: - two"]


def test_tables_are_rows_under_their_header() -> None:
    def row(*cells: str) -> str:
        return r"\trowd\cellx1\cellx2" + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row"

    table = row("Model", "Power") + row("Ertis", r"12\par to 18") + row("", "20")
    assert outline(read(rtf(rf"\pard Below.\par{table}\pard Above.\par"))) == [
        "sentence: Below.",
        "header: Model | Power",
        "row: Ertis | 12 to 18",
        "row:  | 20",
        "sentence: Above.",
    ]


def test_footnotes_and_text_boxes_are_read_and_comments_are_not() -> None:
    body = (
        r"\pard It grew{\footnote\pard It did.\par}{\*\annotation Really?}.\par"
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt\pard In a box.\par}}{\shprslt twice}}"
    )
    assert outline(read(rtf(body))) == ["sentence: It grew.", "sentence: In a box.", "footnote: It did."]


def test_a_document_is_called_and_dated_as_it_says() -> None:
    info = r"{\info{\title Trade}{\author Ann}{\creatim\yr2025\mo5\dy3\hr10}}"
    [reading] = read(rtf(r"\pard It grew.\par", info))
    assert (reading.metadata.title, reading.metadata.published) == ("Trade", date(2025, 5, 3))


@given(PARAGRAPHS)
def test_every_paragraph_is_read_as_it_was_written(paragraphs: list[str]) -> None:
    body = "".join(rf"\pard {written(text)}\par" for text in paragraphs)
    expected = [" ".join(text.split()) for text in paragraphs]
    read_texts = texts(read(rtf(body)))
    assert read_texts == [text for text in expected if text.strip(" |")]


@pytest.mark.parametrize("content", [b"", b"{\\html}", b"PK\x03\x04"])
def test_what_is_no_rich_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableContentError) as raised:
        read(content)
    assert raised.value.fault is FileFault.DAMAGED


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(UnreadableContentError) as raised:
        read(b"{\\rtf1" + b"{" * 100_000)
    assert raised.value.detail == "nested too deep"


@given(st.lists(st.sampled_from([
    "{", "}", "\\", "\\*", "\\u", "1052", "-1", "\\'", "cc", "\\bin", "9999", "\\par", "\\cell",
    "\\row", "\\trowd", "\\intbl", "\\fonttbl", "\\f", "\\fcharset", "\\cpg", "\\stylesheet", "\\s",
    ";", "\\upr", "\\ud", "\\info", "\\title", "\\footnote", "\\listtext", "\\uc", "\\ansicpg",
    "\\outlinelevel", "\\li", " ", "word", "\n",
])))  # fmt: skip
def test_noise_is_read_or_refused_in_words(pieces: list[str]) -> None:
    with suppress(UnreadableContentError):
        read(f"{{\\rtf1{''.join(pieces)}".encode())
