"""What every index of sentences can do, and the values that go in and come out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, Self

from retrieval.articles import Article, Sentence, normalise
from retrieval.languages import KNOWN
from retrieval.scores import OTHER_LANGUAGE, SAME_LANGUAGE, Level, Recipe
from retrieval.terms import Field, QueryTerms, foreign_query_terms, query_terms


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
        sources = frozenset(normalise(source).casefold() for source in self.sources)
        object.__setattr__(self, "sources", sources)

    def in_period_of(self, other: Self) -> Self:
        """Return this filter with the period of another one, if that has any."""
        if other.since is None and other.until is None:
            return self
        return replace(self, since=other.since, until=other.until)

    def admits(self, article: Article) -> bool:
        """Whether sentences of this article may answer."""
        if self.languages and article.language not in self.languages:
            return False
        if self.sources and (not article.source or article.source.casefold() not in self.sources):
            return False
        if self.since is None and self.until is None:
            return True
        return article.published is not None and (
            (self.since or date.min) <= article.published <= (self.until or date.max)
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A question as an index is asked it, and the language that it is in.

    `limit` is how many candidates to return at most.
    """

    text: str
    language: str
    limit: int = 100
    filter: Filter = field(default_factory=Filter)

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"a query asks for at least one candidate, not {self.limit}")

    def asks(self, language: str) -> tuple[Recipe, QueryTerms]:
        """Return what articles in `language` are asked for, and how its scores are mixed.

        A question is only ever taken to be in a language that Derek knows; articles in any other
        are asked for the question's words as they are.
        """
        if language == self.language or language not in KNOWN:
            return SAME_LANGUAGE, query_terms(self.text, language)
        return OTHER_LANGUAGE, foreign_query_terms(self.text, self.language)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that shares terms with the query.

    `scores` are its BM25 scores by level and field among the sentences of its language, `score` their
    mixture, and `ceiling` the mixture that a sentence holding every term of the query would tend to:
    the ratio of the two compares across languages. `digest` is that of the article's text as the
    index knows it.
    """

    article_id: str
    number: int
    digest: str
    score: float
    ceiling: float
    scores: Mapping[tuple[Level, Field], float] = field(hash=False)

    @property
    def order(self) -> tuple[float, str, int]:
        """The key that candidates ascend by, so that equal scores never reorder."""
        return (-self.score / self.ceiling, self.article_id, self.number)


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
        """Return the candidates in their order, those without a common term left out.

        Raises `IndexDamagedError` when the index lost what it held; it is empty then.
        """

    def __len__(self) -> int:
        """Return how many sentences can be found."""

    def close(self) -> None:
        """Let go of files and threads; the index cannot be used afterwards."""
