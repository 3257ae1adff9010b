"""What readers of formats give, and how they say that a content cannot be read."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count

from pydantic import Base64Bytes

from retrieval.articles import Document, digest
from retrieval.errors import ArticleError, FileFault, UnreadableFileError
from retrieval.ingest.blocks import Block
from retrieval.ingest.encodings import (
    NotTextError,
    UndecidedEncodingError,
    UnfitEncodingError,
    UnknownEncodingError,
)
from retrieval.ingest.texts import NO_METADATA, Metadata


@dataclass(frozen=True, slots=True)
class Reading:
    """A document in a file, as its format tells it: its blocks, and what it says of itself.

    `part` tells it from the others where a file holds several: the id of a mail, say. `encoding` is what its
    text was read in, where that does not show itself, and `faults` how many characters of it are no text.
    """

    blocks: tuple[Block, ...]
    metadata: Metadata = NO_METADATA
    part: str | None = None
    encoding: str | None = None
    faults: int = 0

    @property
    def holds_text(self) -> bool:
        """Whether there is anything in it."""
        return any(block.text.strip(" |\n") for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file in another one, as what is attached to a mail: its name, which is never a path, and its content.

    `part` tells it from the others there, `place` is where it is: "attachment plan.pdf of message 3".
    """

    name: str
    part: str
    place: str
    content: Base64Bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """What in a file cannot be read, though the rest can: what it is called, and why."""

    name: str
    fault: FileFault
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a file, the files that are still to be read in it, and which of them cannot be."""

    documents: tuple[Document, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    unread: tuple[tuple[str, ArticleError], ...] = ()

    @classmethod
    def of(
        cls, documents: Iterable[Document], enclosed: Iterable[Enclosed], refused: Iterable[Refused]
    ) -> "Documents":
        """Return what was read of a file, and what of it is still to be read, or cannot be."""
        unread = ((one.name, UnreadableFileError(one.name, one.fault, one.detail)) for one in refused)
        return cls(tuple(documents), tuple(enclosed), tuple(unread))

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, place: int) -> Document:
        return self.documents[place]


def told_apart(reading: Reading, known: Container[str]) -> str:
    """Return what tells a document without an id from others in its file, of which some are `known`.

    Not its place, which changes when another one goes; by its title and its day it stays the same if its
    text changes, where it has a title.
    """
    metadata = reading.metadata
    text = "\n".join(block.text for block in reading.blocks)
    own = digest(f"{metadata.title}\n{metadata.published}" if metadata.title else text)[:12]
    names = chain([own], (f"{own} {number}" for number in count(2)))
    return next(name for name in names if name not in known)


class UnreadableContentError(Exception):
    """A content cannot be read; `fault` and `detail` are those of the `UnreadableFileError` to be raised."""

    def __init__(self, fault: FileFault, detail: str = "") -> None:
        self.fault, self.detail = fault, detail
        super().__init__(fault, detail)


#: What makes one part of a file unreadable, a mail or a page, and no other.
FAULTS_OF_PARTS = (
    UndecidedEncodingError, UnfitEncodingError, UnknownEncodingError, NotTextError, UnreadableContentError,
)  # fmt: skip


def refused(name: str, error: Exception) -> Refused:
    """Return a part of a file that one of these faults makes unreadable."""
    if isinstance(error, UnreadableContentError):
        return Refused(name, error.fault, error.detail)
    # In which encoding the whole file is, nobody can say for one part.
    return Refused(name, FileFault.NOT_TEXT)
