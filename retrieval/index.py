"""What every index of sentences can do, and the values that go in and come out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from retrieval.articles import Article, Sentence


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer; whatever is left empty does not limit.

    `since` and `until` are both inclusive; an article without a date is in neither.
    `sources` are compared without regard to case.
    """

    languages: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"no day lies between {self.since} and {self.until}")
        object.__setattr__(self, "sources", frozenset(source.casefold() for source in self.sources))

    def admits(self, article: Article) -> bool:
        """Whether sentences of this article may answer."""
        if self.languages and article.language not in self.languages:
            return False
        if self.sources and (article.source or "").casefold() not in self.sources:
            return False
        if self.since is None and self.until is None:
            return True
        return article.published is not None and (
            (self.since or date.min) <= article.published <= (self.until or date.max)
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A question as an index is asked it; `limit` is how many candidates to return at most."""

    text: str
    limit: int = 100
    filter: Filter = field(default_factory=Filter)

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"a query asks for at least one candidate, not {self.limit}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that shares terms with the query.

    `score` is its BM25 score among the sentences of its language, `ceiling` the score that a
    sentence holding every term of the query would tend to: their ratio compares across languages.
    """

    article_id: str
    number: int
    score: float
    ceiling: float

    @property
    def order(self) -> tuple[float, str, int]:
        """The key that candidates ascend by, so that equal scores never reorder."""
        return (-self.score / self.ceiling, self.article_id, self.number)


class Index(Protocol):
    """Sentences, found by their terms.

    Only sentences whose kind answers are ever returned. Articles of each language are scored
    among themselves: a term's rarity in one language says nothing of another.
    """

    def add(self, article: Article, sentences: Sequence[Sentence]) -> None:
        """Put an article in, in place of what stood under its id."""

    def remove(self, article_id: str) -> None:
        """Take an article out; one that is not there is no error."""

    def search(self, query: Query) -> list[Candidate]:
        """Return the candidates in their order, those without a common term left out."""

    def __len__(self) -> int:
        """Return how many sentences can be found."""
