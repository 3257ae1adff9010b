"""What every index of sentences can do, and the batches of changes that it takes in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.articles import Article, Sentence
from retrieval.index.candidates import Candidate
from retrieval.index.query import Query


@dataclass(frozen=True, slots=True)
class Change:
    """An article that came, in place of what stood under its id, or that went."""

    article_id: str
    article: Article | None = None
    sentences: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """All changes after one number and up to another, which an index takes in together."""

    changes: Sequence[Change]
    seen: int
    after: int = 0


#: How many sentences at least are put into an index together, since a commit costs the same for few.
_BATCH = 5_000


def batches(changes: Iterable[tuple[int, Change]], after: int = 0) -> Iterator[Batch]:
    """Group numbered changes, which ascend from `after`, into batches that are soon written."""
    held: list[Change] = []
    sentences = 0
    number = after
    for number, change in changes:
        held.append(change)
        sentences += len(change.sentences)
        if sentences >= _BATCH:
            yield Batch(held, number, after)
            held, sentences, after = [], 0, number
    if held:
        yield Batch(held, number, after)


class Index(Protocol):
    """Sentences, found by their terms.

    Only sentences whose kind answers are ever returned. Articles of each language are scored
    among themselves: a term's rarity in one language says nothing of another.
    """

    @property
    def seen(self) -> int:
        """The number of the newest change that the index knows, 0 for none."""

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another; searches go on meanwhile, and see each whole or not at all.

        Raises `IndexBusyError` when another process is writing the same index, and
        `IndexUnusableError`; the batches before are kept.
        """

    def search(self, query: Query) -> list[Candidate]:
        """Return the candidates in their order.

        What no common term stands near is left out, unless it is one of the `near` ones. Raises
        `IndexDamagedError` when the index lost what it held; it is empty then.
        """

    def __len__(self) -> int:
        """Return how many sentences can be found."""

    def close(self) -> None:
        """Let go of files and threads; the index cannot be used afterwards."""
