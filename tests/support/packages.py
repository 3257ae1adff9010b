"""Small documents of office formats, built from the XML of their parts, and what readers make of them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import strategies as st

from retrieval.ingest.readings import Reading

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: Words as they may stand in a paragraph: nothing that XML, or white space that is folded, would change.
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="\u00ad\ufeff\ufffe\uffff"), min_size=1
)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of these parts."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def relations(targets: Mapping[str, str]) -> str:
    """Return the part that leads to others: from `kind:id` to their names."""
    leading = "".join(
        f'<Relationship Id="{id_}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for (kind, _, id_), target in ((key.partition(":"), target) for key, target in targets.items())
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{leading}</Relationships>'


def core(title: str = "", created: str = "", language: str = "") -> str:
    """Return what an Office document says of itself."""
    return (
        '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title>'
        f"<dc:language>{language}</dc:language><dcterms:created>{created}</dcterms:created>"
        "</cp:coreProperties>"
    )


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """Return a Word document of this body; `parts` are its others, by their kinds."""
    others = parts or {}
    return package(
        {
            "_rels/.rels": relations({"officeDocument:r1": "word/document.xml"}),
            "word/_rels/document.xml.rels": relations({f"{kind}:{kind}": f"{kind}.xml" for kind in others}),
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **{f"word/{kind}.xml": part for kind, part in others.items()},
        }
    )


def outline(readings: Sequence[Reading]) -> list[str]:
    """Return the blocks of a reading, each as its kind, how deep it is, and its text."""
    (reading,) = readings
    return [f"{block.kind}{block.depth or ''}: {block.text}" for block in reading.blocks]


def texts(readings: Sequence[Reading]) -> list[str]:
    """Return the texts of a reading's blocks."""
    (reading,) = readings
    return [block.text for block in reading.blocks]
