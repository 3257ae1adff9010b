"""What readers of formats give, and how they say that a content cannot be read."""

from dataclasses import dataclass

from retrieval.errors import FileFault
from retrieval.ingest.blocks import Block
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


class UnreadableContentError(Exception):
    """A content cannot be read; `fault` and `detail` are those of the `UnreadableFileError` to be raised."""

    def __init__(self, fault: FileFault, detail: str = "") -> None:
        self.fault, self.detail = fault, detail
        super().__init__(fault, detail)
