"""Files to articles in a store; whatever stands against one is said in its receipt."""

from collections.abc import Iterator
from pathlib import Path

from retrieval.errors import ArticleError
from retrieval.ingest.files import read_file
from retrieval.ingest.folders import Contents
from retrieval.ingest.texts import NO_METADATA, Metadata
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store


def add_file(
    store: Store,
    path: Path,
    edit: int | None,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> list[Receipt]:
    """Add a file's articles to a store."""
    try:
        return [store.put(document, edit, str(path)) for document in read_file(path, metadata, encoding)]
    except ArticleError as error:
        return [failed(path, error)]


def add_folder(
    store: Store,
    contents: Contents,
    edit: int | None,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> Iterator[Receipt]:
    """Add the articles of the files below a folder to a store; its faults come last."""
    for path in contents.readable:
        yield from add_file(store, path, edit, metadata, encoding)
    for fault in contents.faults:
        yield failed(fault.path, fault)
    if not contents.readable and not contents.faults:
        reason = f"{contents.folder}: no .txt or .md file is in this folder"
        yield Receipt(str(contents.folder), Outcome.FAILED, reason=reason)


def failed(name: Path | str, error: ArticleError) -> Receipt:
    """Return the receipt of what cannot be added."""
    return Receipt(str(name), Outcome.FAILED, reason=str(error))
