"""Files and texts to articles in a store; whatever stands against one is said in its receipt."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.articles import Document
from retrieval.errors import ArticleError, EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.archives import is_archive, read_archive
from retrieval.ingest.files import (
    LARGEST,
    LARGEST_IN_WORDS,
    bytes_of,
    decoded,
    origin_of,
    read_bytes,
    read_file,
    read_files,
)
from retrieval.ingest.folders import Contents
from retrieval.ingest.readings import Documents
from retrieval.ingest.texts import NO_METADATA, Metadata, read_text
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store

#: Where what is piped in stands among the files, whatever it is piped from.
_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


@dataclass(frozen=True, slots=True)
class Piped:
    """A text that was piped in, and what that is called."""

    name: str
    content: bytes


def add_file(
    store: Store,
    path: Path,
    edit: int | None,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> list[Receipt]:
    """Add the articles of a file to a store, or those of each file in an archive."""
    try:
        if is_archive(path):
            return list(_added_of_archive(store, path, edit, metadata, encoding))
        return [*receipts_of(store, read_file(path, metadata, encoding), edit, str(path))]
    except ArticleError as error:
        return [failed(path, error)]


def _added_of_archive(
    store: Store, path: Path, edit: int | None, metadata: Metadata, encoding: str | None
) -> Iterator[Receipt]:
    """Add the articles of an archive, whose files are named behind its own name."""
    origin, found = origin_of(path), False
    told = Metadata(origin=origin).over(metadata)
    for name, read in read_archive(bytes_of(path), path, f"file:{origin}", told, encoding):
        found, shown = True, f"{path}!{name}"
        if isinstance(read, ArticleError):
            yield failed(shown, read)
        else:
            yield from receipts_of(store, read, edit, shown)
    if not found:
        raise EmptyArticleError(str(path))


def add_folder(
    store: Store,
    contents: Contents,
    edit: int | None,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> Iterator[Receipt]:
    """Add the articles of the files below a folder to a store; its faults come last."""
    for path, read in zip(contents.readable, read_files(contents.readable, metadata, encoding), strict=True):
        if isinstance(read, ArticleError):
            yield failed(path, read)
        else:
            yield from receipts_of(store, read, edit, str(path))
    for fault in contents.faults:
        yield failed(fault.path, fault)
    if not contents.readable and not contents.faults:
        reason = f"{contents.folder}: no file that can be read is in this folder"
        yield Receipt(str(contents.folder), Outcome.FAILED, reason=reason)


def add_text(
    store: Store,
    text: Piped,
    edit: int | None,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> Receipt:
    """Add a plain text that was piped in; only the same text is the same article."""
    try:
        read = decoded(text.content, Path(text.name), encoding)
        document = read_text(read.text, metadata=metadata)
    except EmptyArticleError:
        return failed(text.name, EmptyArticleError(text.name))
    except ArticleError as error:
        return failed(text.name, error)
    receipt = store.put(document, edit, metadata.title or text.name)
    return replace(receipt, encoding=read.named, faults=read.faults)


def read_sent(
    content: bytes, path: Path, key: str, metadata: Metadata = NO_METADATA
) -> tuple[list[Document], list[tuple[str, ArticleError]]]:
    """Return the documents of a file that somebody sent, and what is wrong with files in it, by their names.

    Of an archive, these are the documents of the files in it. Raises `ArticleError` for a file that cannot
    be read at all.
    """
    if not is_archive(path):
        read = read_bytes(content, path, key, metadata)
        return list(read), list(read.unread)
    documents: list[Document] = []
    faults: list[tuple[str, ArticleError]] = []
    for name, inner in read_archive(content, path, key, metadata):
        if isinstance(inner, ArticleError):
            faults.append((name, inner))
        else:
            documents += inner
            faults += inner.unread
    if not documents and not faults:
        raise EmptyArticleError(str(path))
    return documents, faults


def receipts_of(store: Store, documents: Documents, edit: int | None, name: str) -> Iterator[Receipt]:
    """Add what was read of a file to a store, and say what of it cannot be."""
    yield from (store.put(document, edit, name) for document in documents)
    yield from unread_in(documents, name)


def unread_in(documents: Documents, name: str) -> Iterator[Receipt]:
    """Yield the receipts of what is in a file of this name, and cannot be read."""
    yield from (failed(f"{name}!{inner}", error) for inner, error in documents.unread)


def failed(name: Path | str, error: ArticleError) -> Receipt:
    """Return the receipt of what cannot be added."""
    return Receipt(str(name), Outcome.FAILED, reason=str(error))


def is_pipe(path: Path) -> bool:
    """Whether a path names no file and no folder, but what gives its text only once."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    is_stored = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    return not is_stored or (stat.S_ISREG(mode) and str(path).startswith(_STREAMS))


def piped(path: Path) -> Piped:
    """Return what comes through a pipe until its writer has ended it.

    Raises `UnreadableFileError`.
    """
    try:
        with path.open("rb") as pipe:
            content = pipe.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFileError(path, FileFault.SYSTEM, error.strerror or str(error)) from error
    if len(content) > LARGEST:
        raise UnreadableFileError(path, FileFault.SIZE, LARGEST_IN_WORDS)
    return Piped(str(path), content)
