"""What became of articles that were added or taken back."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one thing that was to be added or taken back."""

    ADDED = "added"
    UPDATED = "updated"
    #: Its text is read from another file now.
    MOVED = "moved"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    REMOVED = "removed"
    RESTORED = "restored"
    KEPT = "kept"


#: What becomes of an article that is there, and was not so before.
CHANGING = frozenset({Outcome.ADDED, Outcome.UPDATED})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one article; `name` is what its owner calls it."""

    name: str
    outcome: Outcome
    article_id: str | None = None
    title: str | None = None
    sentences: int = 0
    reason: str | None = None
    #: The title of the article that was replaced, where that was another.
    former: str | None = None
    #: In which encoding it was read, where its file does not show that, and what of it was no text there.
    encoding: str | None = None
    faults: int = 0
    #: What the other article was read from that has the same text.
    twin: str | None = None
