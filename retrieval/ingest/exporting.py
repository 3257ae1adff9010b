"""Articles to files: what can be read without Derek, and added again."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.articles import Article, Document, Original
from retrieval.errors import UnknownArticleError, UnreadableFileError, UnwritableFileError
from retrieval.ingest.files import decoded, kind_of, original_content
from retrieval.ingest.writing import to_markdown
from retrieval.storage.store import Store

#: How many characters of a title a file is called by, and how many bytes: a name has 255 almost everywhere.
_LONGEST, _LONGEST_IN_BYTES = 100, 180

#: What some file system does not take in a name, and whole names that one of them keeps for devices.
_UNSAFE = frozenset('<>:"/\\|?*')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that an article was written to, and whether it is what the article was read from."""

    path: Path
    is_original: bool


def documents(store: Store) -> Iterator[Document]:
    """Yield the articles of a store with their units and what they were read from, the oldest first."""
    for entry in reversed(store.catalogue()):
        with suppress(UnknownArticleError):  # It was taken out meanwhile.
            yield store.document(entry.article_id)


def export(store: Store, folder: Path) -> Iterator[Exported]:
    """Write each article to a file of its own in a folder that is empty, and yield which.

    It is written as it was read, where that is to be had, else as Markdown. Raises `UnwritableFileError`.
    """
    taken: set[str] = set()
    for document in documents(store):
        suffix, content, is_original = _written(document)
        stem = _stem(document.article, taken)
        path = folder / f"{stem}{suffix}"
        try:
            with path.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise UnwritableFileError(path, error.strerror or str(error)) from error
        yield Exported(path, is_original)


def _written(document: Document) -> tuple[str, bytes, bool]:
    """Return what a document's file ends in and holds, and whether that is what it was read from."""
    original, content = document.original, original_content(document)
    if original is None or content is None:
        return ".md", to_markdown(document).encode(), False
    return kind_of(Path(original.name)), _readable(content, original), True


def _readable(content: bytes, original: Original) -> bytes:
    """Return the content of a file as it is, or in UTF-8 if its encoding had to be named."""
    path = Path(original.name)
    with suppress(UnreadableFileError):
        if decoded(content, path).named == original.encoding:
            return content
    return decoded(content, path, original.encoding).text.encode()


def _stem(article: Article, taken: set[str]) -> str:
    """Return what an article's file is called, and keep that from being taken again."""
    stem = _safe(article.title or article.source or "")
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    if not stem or stem.casefold() in taken:
        stem = f"{stem} {article.id}".strip()
    taken.add(stem.casefold())
    return stem


def _safe(title: str) -> str:
    """Return a title as any file system takes it, without what hides a file or makes an option of it."""
    signs = (" " if sign in _UNSAFE or unicodedata.category(sign).startswith("C") else sign for sign in title)
    name = " ".join("".join(signs).split())[:_LONGEST]
    name = name.encode()[:_LONGEST_IN_BYTES].decode(errors="ignore")
    return unicodedata.normalize("NFC", name).lstrip(".-~ ").rstrip(". ")
