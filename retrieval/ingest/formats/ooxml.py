"""What Office's packages have in common: parts that lead to one another, and what they say of themselves."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from retrieval.ingest.formats.described import described
from retrieval.ingest.formats.package import Package, is_element
from retrieval.ingest.texts import Metadata

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DUBLIN_CORE, _TERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"


@dataclass(frozen=True, slots=True)
class Relation:
    """How a part of a package leads to another one: by an id, as what, and to which name."""

    id: str
    kind: str
    target: str


def relations(package: Package, part: str = "") -> list[Relation]:
    """Return where a part leads, or the package itself; not what lies outside of it."""
    folder, name = posixpath.split(part)
    root = package.xml_if_any(posixpath.join(folder, "_rels", f"{name}.rels"))
    return [
        Relation(
            relation.get("Id", ""),
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in (() if root is None else root.iter(_RELATIONS))
        if relation.get("TargetMode") != "External"
    ]


def main_part(package: Package, otherwise: str) -> str:
    """Return the name of the part that is the document itself."""
    return part_of_kind(relations(package), "officeDocument") or otherwise


def part_of_kind(leading: list[Relation], kind: str) -> str | None:
    """Return the name of the first part of this kind, if any is led to."""
    return next((relation.target for relation in leading if relation.kind == kind), None)


def properties(package: Package) -> Metadata:
    """Return what a document says of itself.

    Its language is not believed: it is that of the program, and many a Kazakh text says it is Russian.
    """
    name = part_of_kind(relations(package), "core-properties") or "docProps/core.xml"
    root = package.xml_if_any(name)
    if root is None:
        return described()
    return described(root.findtext(f"{_DUBLIN_CORE}title"), root.findtext(f"{_TERMS}created"))


def shown(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that an element holds; of several ways to show the same, the first."""
    for child in element:
        if not is_element(child):
            continue
        if child.tag == f"{_CHOICES}AlternateContent":
            ways = (child.find(f"{_CHOICES}Choice"), child.find(f"{_CHOICES}Fallback"))
            way = next((way for way in ways if way is not None), None)
            if way is not None:
                yield from shown(way)
        else:
            yield child
