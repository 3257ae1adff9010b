"""Packages, which office formats are: zip archives of XML."""

from typing import Any

from lxml import etree

from retrieval.errors import FileFault
from retrieval.ingest.archives import Archive
from retrieval.ingest.readings import UnreadableContentError

#: Where ISO 29500's strict documents have other namespaces than those that everybody writes.
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/presentationml/main": (
        b"http://schemas.openxmlformats.org/presentationml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}


class Package(Archive):
    """An archive whose parts are XML."""

    def xml(self, name: str) -> etree._Element:
        """Return the root of the XML that has this name.

        Raises `UnreadableContentError`.
        """
        content = self.read(name)
        for strict, usual in _STRICT.items():
            content = content.replace(strict, usual)
        return parsed(content, name)

    def xml_if_any(self, name: str | None) -> etree._Element | None:
        """Return the root of the XML that has this name, if there is any that can be read."""
        if name is None or name not in self:
            return None
        try:
            return self.xml(name)
        except UnreadableContentError as error:
            if error.fault is FileFault.DAMAGED:
                return None
            raise


def parsed(content: bytes, name: str) -> etree._Element:
    """Return the root of some XML, without comments; entities stay what they are, and nothing is fetched.

    Raises `UnreadableContentError`.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        detail = "nested too deep" if is_too_deep(str(error)) else f"{name} is not well-formed"
        raise UnreadableContentError(FileFault.DAMAGED, detail) from error


def is_element(node: etree._Element) -> bool:
    """Whether what stands in a tree is an element, and not a comment or an entity that means nothing."""
    tag: Any = node.tag
    return isinstance(tag, str)


def name_of(node: etree._Element) -> str:
    """Return what an element is called, without a namespace; nothing for what is no element."""
    return node.tag.rpartition("}")[2].lower() if is_element(node) else ""


def text_of(element: etree._Element) -> str:
    """Return all text in an element, that of entities left out."""
    parts = [element.text or ""]
    for child in element:
        parts += [text_of(child) if is_element(child) else "", child.tail or ""]
    return "".join(parts)


def is_too_deep(complaint: str) -> bool:
    """Whether libxml2 gave up since elements stand in one another more than 256 times."""
    return complaint.startswith("Excessive depth")
