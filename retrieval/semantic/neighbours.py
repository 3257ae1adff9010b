"""Which sentences are nearest to a question by their vectors, in each language.

Up to 65,536 sentences of a language each is compared, which is exact and needs nothing to be built; of more,
those with the closest binary codes (`language_vectors`). Searching goes on in a `Snapshot` of one moment
while articles come and go.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.semantic.centroids import Centroids, Floats, centre
from retrieval.semantic.language_vectors import (
    ArticleSimilarity,
    ArticleVectors,
    LanguageVectors,
    Neighbour,
    SentenceSimilarity,
)
from retrieval.semantic.quantisation import Floats32


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The vectors of all sentences at one moment, by language; may be used by many threads at once."""

    dimensions: int
    centroids: Centroids = field(default_factory=dict)
    by_language: Mapping[str, LanguageVectors] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return sum(map(len, self.by_language.values()))

    def in_language(self, language: str) -> LanguageVectors:
        """Return the sentences of one language, which may be none."""
        if language_vectors := self.by_language.get(language):
            return language_vectors
        centroid = self.centroids.get(language)
        return LanguageVectors.empty(
            centroid.sentences.astype(np.float64) if centroid else np.zeros(self.dimensions)
        )

    def search(
        self, vector: Floats32, language: str, limit: int, admitted: Callable[[str], bool] | None = None
    ) -> dict[str, list[Neighbour]]:
        """Return, for each language of articles, the sentences nearest to a question in `language`.

        `limit` is how many in each; `admitted` says of an article id whether its sentences may answer.
        A question whose vector says nothing is near to none.
        """
        query = self._centred_query(vector, language)
        if limit < 1 or not query.any():
            return {}
        nearest = {
            name: language_vectors.nearest(query, limit, admitted)
            for name, language_vectors in sorted(self.by_language.items())
        }
        return {name: neighbours for name, neighbours in nearest.items() if neighbours}

    def sentences(
        self, vector: Floats32, language: str, places: Sequence[tuple[str, int]]
    ) -> list[SentenceSimilarity | None]:
        """Return how near sentences are, by article id and number; None for one that has no vector."""
        query = self._centred_query(vector, language)
        ids = {article_id for article_id, _ in places}
        similarities: dict[tuple[str, int], SentenceSimilarity] = {}
        for language_vectors in self.by_language.values():
            if article_ids := sorted(ids & language_vectors.articles.keys()):
                for article in language_vectors.within(query, article_ids):
                    similarities |= _cosines(article)
        return [similarities.get(place) for place in places]

    def _centred_query(self, vector: Floats32, language: str) -> Floats:
        """Return a question's vector centred; zeros if it says nothing.

        It is centred by the mean of the sentences in its language or, if the centroid of the questions in it
        is known, by what lies halfway between the two: questions have something in common that no sentence
        has. Raises `ValueError` for a vector of other dimensions.
        """
        if vector.shape != (self.dimensions,):
            raise ValueError(f"a vector of {self.dimensions} dimensions is wanted, not {vector.shape}")
        if not vector.any():
            return np.zeros(self.dimensions)
        mean = self.in_language(language).mean
        if centroid := self.centroids.get(language):
            mean = (mean + centroid.questions) / 2
        return centre(vector.astype(np.float64), mean)

    def changed(self, went: Iterable[str], came: Iterable[ArticleVectors]) -> "Snapshot":
        """Return the snapshot that follows: some articles went, others came.

        To be called once at most on each snapshot, for the reason that `LanguageVectors.changed` gives.
        """
        coming = {article.article_id: article for article in came}
        gone = {*went, *coming}
        arrivals: defaultdict[str, list[ArticleVectors]] = defaultdict(list)
        for article in coming.values():
            arrivals[article.language].append(article)
        by_language = dict(self.by_language)
        for language in {*by_language, *arrivals}:
            language_vectors = self.in_language(language)
            leaving = gone & language_vectors.articles.keys()
            if leaving or language in arrivals:
                by_language[language] = language_vectors.changed(leaving, arrivals[language])
        filled = {language: vectors for language, vectors in by_language.items() if len(vectors)}
        return Snapshot(self.dimensions, self.centroids, filled)


class VectorIndex:
    """The newest snapshot of the sentences' vectors, which follows the articles."""

    def __init__(self, dimensions: int, centroids: Centroids | None = None) -> None:
        """Begin with nothing; `centroids` are what is known of languages beforehand.

        The sentences of a language that has none are taken to have nothing in common, until there are some.
        Raises `ValueError` for centroids of other dimensions.
        """
        known = centroids or {}
        if any(
            {centroid.sentences.shape, centroid.questions.shape} != {(dimensions,)}
            for centroid in known.values()
        ):
            raise ValueError(f"a centroid has {dimensions} dimensions, as the vectors that it is taken from")
        self._lock = threading.Lock()
        self._snapshot = Snapshot(dimensions, known)

    @property
    def snapshot(self) -> Snapshot:
        """The vectors of this moment."""
        return self._snapshot

    def update(self, came: Iterable[ArticleVectors], went: Iterable[str] = ()) -> None:
        """Take in articles, each in place of what stood under its id, after others went.

        Searches go on meanwhile, and see all of it or nothing.
        """
        with self._lock:
            self._snapshot = self._snapshot.changed(went, came)


def _cosines(article: ArticleSimilarity) -> dict[tuple[str, int], SentenceSimilarity]:
    """Return how near each sentence of an article is, with what stands beside it."""
    beside = [None, *article.cosines, None]
    return {
        (article.article_id, number): SentenceSimilarity(cosine, article.cosine, before, after)
        for number, cosine, before, after in zip(
            article.numbers, article.cosines, beside, beside[2:], strict=False
        )
    }
