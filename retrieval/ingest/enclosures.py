"""What is attached to mails, read as files of their own: each is an article, and what fails costs itself."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from retrieval.articles import Document, Original
from retrieval.errors import ArticleError, FileFault, UnreadableFileError
from retrieval.ingest.readings import Documents, Enclosed
from retrieval.ingest.texts import Metadata

#: How many attachments are read of a file, how deep in one another, and how many of them may take all their
#: time or break what reads them, before the others are left alone. Chosen by eye.
_MOST, _DEEPEST, _MOST_GRAVE = 500, 4, 3

_GRAVE = frozenset({FileFault.SLOW, FileFault.FATAL})

#: Gives the documents of a file of this name and content, under a key.
Read = Callable[[bytes, Path, str, Metadata], Documents]


def with_enclosed(
    found: Documents, key: str, metadata: Metadata, original: Original, read: Read
) -> Documents:
    """Return what was found in a file, with the documents of what is enclosed in it, and of what that holds.

    All stand in the file itself, their `original`. What is told of the file as a whole names none of them.
    """
    told = replace(metadata, title=None, names=())
    documents, unread = list(found), list(found.unread)
    pending = deque((enclosed, key, 1) for enclosed in found.enclosed)
    grave = 0
    for _ in range(_MOST):
        if not pending:
            break
        enclosed, outer, depth = pending.popleft()
        inner = f"{outer}#{enclosed.part}"
        try:
            if grave >= _MOST_GRAVE:
                raise UnreadableFileError(
                    enclosed.name, FileFault.EXCESS, f"{_MOST_GRAVE} faults of this kind"
                )
            held = read(enclosed.content, Path(enclosed.name), inner, told)
        except ArticleError as error:
            grave += isinstance(error, UnreadableFileError) and error.fault in _GRAVE
            unread.append((enclosed.name, error))
            continue
        documents += (_placed(document, enclosed.place, original) for document in held)
        unread += held.unread
        if depth < _DEEPEST:
            pending += ((_within(one, enclosed), inner, depth + 1) for one in held.enclosed)
    unread += (
        (one.name, UnreadableFileError(one.name, FileFault.EXCESS, f"{_MOST:,} attachments"))
        for one, _, _ in pending
    )
    return Documents(tuple(documents), unread=tuple(unread))


def _within(inner: Enclosed, outer: Enclosed) -> Enclosed:
    return replace(inner, place=f"{inner.place} of {outer.place}")


def _placed(document: Document, place: str, original: Original) -> Document:
    """Return a document of an attachment: its units say where that is, and where they stand in it."""
    units = tuple(
        replace(unit, locator=f"{place}, {unit.locator}" if unit.locator else place)
        for unit in document.units
    )
    own = document.original
    encoding, faults = (own.encoding, own.faults) if own else (None, 0)
    return replace(document, units=units, original=replace(original, encoding=encoding, faults=faults))
