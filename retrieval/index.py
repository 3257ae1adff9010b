"""What every index of sentences can do, and the values that go in and come out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.articles import Article, Sentence, normalise
from retrieval.languages import KNOWN
from retrieval.matching import Match, matches
from retrieval.scores import (
    OTHER_LANGUAGE,
    SAME_LANGUAGE,
    FieldScores,
    Level,
    Recipe,
    best,
    ceiling,
)
from retrieval.terms import (
    Carried,
    Field,
    QueryTerms,
    QueryWord,
    foreign_query_terms,
    query_terms,
    query_words,
)


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

    `limit` is how many candidates in each language to return at most for their words; `carried` are words
    of an earlier question that it goes on with; `near` are sentences of admitted articles, by article id and
    number, that are returned besides, whatever words they have.
    """

    text: str
    language: str
    limit: int = 100
    filter: Filter = field(default_factory=Filter)
    carried: Carried | None = None
    near: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"a query asks for at least one candidate, not {self.limit}")

    def asks(self, language: str) -> tuple[Recipe, QueryTerms]:
        """Return what articles in `language` are asked for, and how its scores are mixed.

        A question is only ever taken to be in a language that Derek knows; articles in any other
        are asked for the question's words as they are.
        """
        if language == self.language or language not in KNOWN:
            return SAME_LANGUAGE, query_terms(self.text, language, self.carried)
        return OTHER_LANGUAGE, foreign_query_terms(self.text, self.language, language, self.carried)

    def words(self, language: str) -> Sequence[QueryWord]:
        """Return the telling words, and those it goes on with, as articles in `language` hold them."""
        known = language in KNOWN
        own = query_words(self.text, self.language if known else language, language)
        if not self.carried:
            return own
        return (*own, *query_words(self.carried.text, self.carried.language if known else language, language))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that shares terms with the query, stands beside one that does, or is among its `near` ones.

    `scores` are its BM25 scores by level and field among the sentences of its language, `score` their
    mixture, and `ceiling` the mixture that a sentence holding every term of the query would tend to:
    the ratio of the two compares across languages. `match` says which of the question's words it meets,
    `worths` how much each of these is worth among the sentences of its language, by its idf. `digest` is
    that of the article's text as the index knows it.
    """

    article_id: str
    number: int
    digest: str
    language: str
    score: float
    ceiling: float
    scores: Mapping[tuple[Level, Field], float] = field(hash=False)
    match: Match
    worths: Mapping[str, float] = field(hash=False)

    @property
    def foreign(self) -> bool:
        """Whether it was asked for in another language than its own, by what both have in common."""
        return (Level.SENTENCE, Field.KEY) in self.scores

    @property
    def order(self) -> tuple[float, str, int]:
        """The key that candidates ascend by, so that equal scores never reorder."""
        return (-self.score / self.ceiling, self.article_id, self.number)


@dataclass(frozen=True, slots=True)
class Scored:
    """The sentences of one language as a question scored them, side by side, article after article.

    `places` are their article ids, numbers and digests.
    """

    language: str
    places: Sequence[tuple[str, int, str]]
    fields: Mapping[Field, FieldScores]

    def candidates(self, query: Query, recipe: Recipe, admitted: NDArray[np.bool_]) -> list[Candidate]:
        """Return the best of the `admitted` sentences, in their order."""
        every = {(level, field): self.fields[field].scores[level] for level, field in recipe}
        at, mixed = best(every, recipe, admitted, query.limit, self._near(query))
        met = matches(self.fields, recipe, at, query.words(self.language))
        # Nothing can be reached by a question that has no term.
        highest = ceiling(recipe, {field: one.collection for field, one in self.fields.items()}) or 1.0
        scores = {key: np.round(values[at], 9).tolist() for key, values in every.items()}
        found = []
        for row, place in enumerate(at.tolist()):
            own = {key: values[row] for key, values in scores.items()}
            article_id, number, digest = self.places[place]
            score = float(mixed[row])
            found.append(
                Candidate(
                    article_id, number, digest, self.language, score, highest, own,
                    met.sentences[row], met.worths,
                )
            )  # fmt: skip
        return found

    def _near(self, query: Query) -> NDArray[np.bool_] | None:
        if not query.near:
            return None
        return np.array([(article_id, number) in query.near for article_id, number, _ in self.places])


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


#: So many sentences at least are put into an index together.
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
