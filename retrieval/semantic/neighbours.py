"""Which sentences are nearest to a question by their vectors, in each language.

Every sentence is compared: that is exact, needs nothing to be built, and is fit for some 300,000 sentences
(ARCHITECTURE.md has the times). Searching goes on in a `Snapshot` of one moment while articles come and go.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.semantic.language_vectors import Embedded, Floats, Near, Section, Within, centred
from retrieval.semantic.quantisation import Floats32
from retrieval.semantic.word_vectors import Lexicon


@dataclass(frozen=True, slots=True, eq=False)
class Middle:
    """What the sentences of a language have in common wherever they stand, and what its questions have."""

    sentences: NDArray[np.floating[Any]]
    questions: NDArray[np.floating[Any]]


#: The middles of languages, all made by one model.
Middles = Mapping[str, Middle]


@dataclass(frozen=True, slots=True)
class Cosines:
    """How near a question is to a sentence, to the middle of its article, and to what stands beside it.

    `before` and `after` are those of the nearest sentences in the article that have a vector.
    """

    sentence: float
    article: float
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The vectors of all sentences at one moment, by language; may be used by many threads at once."""

    dimensions: int
    middles: Middles = field(default_factory=dict)
    sections: Mapping[str, Section] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return sum(map(len, self.sections.values()))

    def section(self, language: str) -> Section:
        """Return the sentences of one language, which may be none."""
        if section := self.sections.get(language):
            return section
        middle = self.middles.get(language)
        return Section.empty(middle.sentences.astype(np.float64) if middle else np.zeros(self.dimensions))

    def search(
        self, vector: Floats32, language: str, limit: int, admitted: Callable[[str], bool] | None = None
    ) -> dict[str, list[Near]]:
        """Return, for each language of articles, the sentences nearest to a question in `language`.

        `limit` is how many in each; `admitted` says of an article id whether its sentences may answer.
        A question whose vector says nothing is near to none.
        """
        asked = self._asked(vector, language)
        if limit < 1 or not asked.any():
            return {}
        nearest = {
            name: section.nearest(asked, limit, admitted) for name, section in sorted(self.sections.items())
        }
        return {name: found for name, found in nearest.items() if found}

    def cosines(
        self, vector: Floats32, language: str, places: Sequence[tuple[str, int]]
    ) -> list[Cosines | None]:
        """Return how near sentences are, by article id and number; None for one that has no vector."""
        asked = self._asked(vector, language)
        ids = {article_id for article_id, _ in places}
        found: dict[tuple[str, int], Cosines] = {}
        for section in self.sections.values():
            if held := sorted(ids & section.articles.keys()):
                for article in section.within(asked, held):
                    found |= _cosines(article)
        return [found.get(place) for place in places]

    def _asked(self, vector: Floats32, language: str) -> Floats:
        """Return a question's vector centred; zeros if it says nothing.

        By the middle between the sentences of its language and its questions, if that is known: questions
        have something in common that no sentence has.
        """
        if vector.shape != (self.dimensions,):
            raise ValueError(f"a vector of {self.dimensions} dimensions is wanted, not {vector.shape}")
        if not vector.any():
            return np.zeros(self.dimensions)
        mean = self.section(language).mean
        if middle := self.middles.get(language):
            mean = (mean + middle.questions) / 2
        return centred(vector.astype(np.float64), mean)

    def changed(self, went: Iterable[str], came: Iterable[Embedded]) -> "Snapshot":
        """Return the snapshot that follows; only one may follow each."""
        coming = {one.article_id: one for one in came}
        gone = {*went, *coming}
        by_language: defaultdict[str, list[Embedded]] = defaultdict(list)
        for one in coming.values():
            by_language[one.language].append(one)
        sections = dict(self.sections)
        for language in {*sections, *by_language}:
            section = self.section(language)
            leaving = gone & section.articles.keys()
            if leaving or language in by_language:
                sections[language] = section.changed(leaving, by_language[language])
        return Snapshot(
            self.dimensions, self.middles, {name: one for name, one in sections.items() if len(one)}
        )


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How near one question is to the sentences of one moment.

    `vector` is what a question in `language` means, and `lexicon` what words do; `admitted` says of an
    article id whether its sentences may answer.
    """

    snapshot: Snapshot
    lexicon: Lexicon
    vector: Floats32
    language: str
    admitted: Callable[[str], bool] | None = None

    def nearest(self, limit: int) -> dict[str, list[Near]]:
        """Return the nearest sentences, as `Snapshot.search` does."""
        return self.snapshot.search(self.vector, self.language, limit, self.admitted)

    def cosines(self, places: Sequence[tuple[str, int]]) -> list[Cosines | None]:
        """Return how near sentences are, as `Snapshot.cosines` does."""
        return self.snapshot.cosines(self.vector, self.language, places)


#: Gives how near a question in a language is to the sentences; None while only words can be compared.
Likenesses = Callable[[str, str], Likeness | None]


def unlike(_text: str, _language: str) -> None:
    """Give no likeness: words alone are compared."""


class Nearness:
    """The newest snapshot of the sentences' vectors, which follows the articles."""

    def __init__(self, dimensions: int, middles: Middles | None = None) -> None:
        """Begin with nothing; `middles` are what is known of languages beforehand.

        The sentences of a language that has none are taken to have nothing in common, until there are some.
        """
        known = middles or {}
        if any({one.sentences.shape, one.questions.shape} != {(dimensions,)} for one in known.values()):
            raise ValueError(f"a middle has {dimensions} dimensions, as what it is the middle of")
        self._lock = threading.Lock()
        self._snapshot = Snapshot(dimensions, known)

    @property
    def snapshot(self) -> Snapshot:
        """The vectors of this moment."""
        return self._snapshot

    def update(self, came: Iterable[Embedded], went: Iterable[str] = ()) -> None:
        """Take in articles, each in place of what stood under its id, after others went.

        Searches go on meanwhile, and see all of it or nothing.
        """
        with self._lock:
            self._snapshot = self._snapshot.changed(went, came)


def _cosines(article: Within) -> dict[tuple[str, int], Cosines]:
    """Return how near each sentence of an article is, with what stands beside it."""
    beside = [None, *article.cosines, None]
    return {
        (article.article_id, number): Cosines(cosine, article.cosine, before, after)
        for number, cosine, before, after in zip(
            article.numbers, article.cosines, beside, beside[2:], strict=False
        )
    }
