"""Which articles may answer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from retrieval.articles import Article, collection_name, normalise


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer; whatever is left empty does not limit.

    `since` and `until` are both inclusive; an article without a date is in neither. `sources` are kept as
    they are spelt and compared without regard to case. `collections` is None where an article may be in any
    or in none; of an empty set, no article is admitted. Raises `ValueError` if no day is left.
    """

    languages: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    collections: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"no day lies between {self.since} and {self.until}")
        object.__setattr__(self, "sources", frozenset(map(normalise, self.sources)))
        if self.collections is not None:
            object.__setattr__(self, "collections", frozenset(map(collection_name, self.collections)))

    def __bool__(self) -> bool:
        """Whether any article may be left out."""
        return self != Filter()

    @property
    def folded_sources(self) -> frozenset[str]:
        """The sources without regard to case."""
        return frozenset(source.casefold() for source in self.sources)

    def in_period_of(self, other: Self) -> Self:
        """Return this filter with the period of another one, if that has any."""
        if other.since is None and other.until is None:
            return self
        return replace(self, since=other.since, until=other.until)

    def within(self, fence: Self) -> Self:
        """Return this filter with its collections narrowed to those of another one, whatever it says.

        Where none of its own lie within, they are those of the other.
        """
        if fence.collections is None:
            return self
        return replace(
            self, collections=fence.collections & (self.collections or frozenset()) or fence.collections
        )

    def admits_collection(self, collection: str | None) -> bool:
        """Whether articles in this collection, or in none, may answer."""
        return self.collections is None or collection in self.collections

    def admits(self, article: Article) -> bool:
        """Whether sentences of this article may answer."""
        if not self.admits_collection(article.collection):
            return False
        if self.languages and article.language not in self.languages:
            return False
        if self.sources and (not article.source or article.source.casefold() not in self.folded_sources):
            return False
        if self.since is None and self.until is None:
            return True
        return article.published is not None and (
            (self.since or date.min) <= article.published <= (self.until or date.max)
        )


#: Leaves no article out.
NO_FILTER = Filter()
