"""Questions to evidence: candidates from an index, read and ranked, in another keyboard layout if need be."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from retrieval.filters import Filter
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Index
from retrieval.index.query import Query
from retrieval.languages.detection import language_of_question
from retrieval.questions.followups import Followup
from retrieval.questions.keyboards import readings
from retrieval.ranking.features import QuestionFeatures
from retrieval.ranking.ranker import LIMIT, CandidateText, Evidence, rank
from retrieval.semantic.neighbours import Similarity, SimilarityOf, words_only

#: How many sentences in each language are weighed for their meaning, whatever their words.
_NEAR = 24

#: Another layout is taken only if it is so many times surer than what was written, and so sure at least.
_SURER, _SURE = 2.0, 0.1

#: Gives what candidates hold, None for one whose article changed or went meanwhile.
Texts = Callable[[Sequence[Candidate]], Sequence[CandidateText | None]]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The evidence for a question, the surest first, and the question as it was understood."""

    reading: str
    evidence: Sequence[Evidence]

    @property
    def probability(self) -> float:
        """The probability that the surest sentence answers."""
        return self.evidence[0].probability if self.evidence else 0.0


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds evidence in an index, by what its sentences say and, if that is known, by how near they are."""

    index: Index
    texts: Texts
    similarity_of: SimilarityOf = words_only

    def find(
        self, question: str, admitted: Filter | None = None, followup: Followup | None = None
    ) -> SearchResult:
        """Return what there is for a question, or for what the same keys say in another layout.

        A follow-up is taken as it is written.
        """
        admitted = admitted or Filter()
        written = self._read(question, admitted, followup)
        if followup or _SURER * written.probability > 1:
            return written
        others = max(
            (self._read(reading, admitted, None) for reading in readings(question)),
            key=lambda one: one.probability,
            default=written,
        )
        surer = others.probability >= max(_SURER * written.probability, _SURE)
        return others if surer else written

    def _read(self, reading: str, admitted: Filter, followup: Followup | None) -> SearchResult:
        language = followup.language if followup else language_of_question(reading)
        carried = followup.carried if followup else None
        similarity = self.similarity_of(f"{carried.text} {reading}" if carried else reading, language)
        near = nearest(similarity, admitted.languages)
        candidates = self.index.search(Query(reading, language, LIMIT, admitted, carried, near))
        held = [
            (candidate, one)
            for candidate, one in zip(candidates, self.texts(candidates), strict=True)
            if one is not None
        ]
        return SearchResult(reading, rank(QuestionFeatures.of(reading, language, followup), held, similarity))


def nearest(similarity: Similarity | None, languages: Collection[str] = ()) -> frozenset[tuple[str, int]]:
    """Return the sentences that may answer for their meaning, by article id and number.

    Those in one of the `languages`, or in any if none is given.
    """
    if similarity is None:
        return frozenset()
    return frozenset(
        (one.article_id, one.number)
        for language, found in similarity.nearest(_NEAR).items()
        if not languages or language in languages
        for one in found
    )
