"""PDFs of a few lines of code: pages of text at places, in a font of no letters that says which they are."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: A page of A4, in points.
WIDTH, HEIGHT = 595, 842

#: How wide every letter is, in sizes of its type: text is laid out by it, whatever it looks like.
_LETTER = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text: where it begins, how large it is, and whether it is bold."""

    x: float
    y: float
    words: str
    size: float = 10
    is_bold: bool = False

    @property
    def width(self) -> float:
        """How wide it is."""
        return width(self.words, self.size)


def width(words: str, size: float = 10) -> float:
    """Return how wide a line of text is."""
    return len(words) * size * _LETTER


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text in lines of at most so many letters, if its words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def pdf(
    pages: Iterable[Sequence[Text]],
    *,
    told: str = "",
    language: str = "",
    drawn: str = "",
    maps_letters: bool = True,
) -> bytes:
    """Return a PDF of some pages; `told` is what stands in its information, in PDF's own syntax.

    `drawn` is what each page shows besides, in that as well. One that does not map letters does not say which
    letter a glyph is.
    """
    pages = list(pages)
    letters = sorted({char for page in pages for text in page for char in text.words})
    codes = {char: number for number, char in enumerate(letters, 1)}
    catalog = f"<</Type/Catalog/Pages 2 0 R{f'/Lang({language})' if language else ''}>>"
    kids = " ".join(f"{place} 0 R" for place in range(10, 10 + 2 * len(pages), 2))
    mapping = _mapping(codes) if maps_letters else b""
    objects = {
        1: catalog.encode(),
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        3: f"<<{told}>>".encode("latin-1"),
        4: _font("Letters", 6, maps_letters=maps_letters),
        5: _font("Letters-Bold", 9, maps_letters=maps_letters),
        6: _font_of_glyphs("Letters"),
        7: _stream(mapping),
        9: _font_of_glyphs("Letters-Bold"),
        8: b"<</Type/FontDescriptor/FontName/Letters/Flags 4/FontBBox[0 -220 500 780]/Ascent 780/Descent -220"
        b"/ItalicAngle 0/CapHeight 700/StemV 80>>",
    }
    for place, page in zip(range(10, 10 + 2 * len(pages), 2), pages, strict=True):
        objects[place] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {place + 1} 0 R"
            "/Resources<</Font<</F 4 0 R/B 5 0 R>>>>>>"
        ).encode()
        objects[place + 1] = _stream("\n".join([drawn, *(_shown(text, codes) for text in page)]).encode())
    return _file(objects)


def _shown(text: Text, codes: dict[str, int]) -> str:
    glyphs = "".join(f"{codes[char]:04X}" for char in text.words)
    return f"BT /{'B' if text.is_bold else 'F'} {text.size} Tf {text.x} {text.y} Td <{glyphs}> Tj ET"


def _font(name: str, descendant: int, *, maps_letters: bool) -> bytes:
    mapping = "/ToUnicode 7 0 R" if maps_letters else ""
    return (
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
        f"{mapping}>>"
    ).encode()


def _font_of_glyphs(name: str) -> bytes:
    return (
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/DW {int(_LETTER * 1000)}/FontDescriptor 8 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    ).encode()


def _mapping(codes: dict[str, int]) -> bytes:
    """Return a table of which letter each glyph is."""
    lines = [f"<{code:04X}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items()]
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    table = "\n".join(f"{len(part)} beginbfchar\n{chr(10).join(part)}\nendbfchar" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def\n"
        f"/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n{table}\nendcmap end end"
    ).encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed)


def _file(objects: dict[int, bytes]) -> bytes:
    content = b"%PDF-1.7\n"
    places = {}
    for number, written in objects.items():
        places[number] = len(content)
        content += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, place)
    trailer = b"trailer<</Size %d/Root 1 0 R/Info 3 0 R>>\n" % (max(objects) + 1)
    return content + table + trailer + b"startxref\n%d\n%%%%EOF" % len(content)
