"""Questions to evidence: candidates from an index, read and ranked, in another keyboard layout if need be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from retrieval.answers.echoes import echoes
from retrieval.answers.extents import lists
from retrieval.articles import StoredSentence
from retrieval.copies.sayings import CopyPairs, no_copies, sayings
from retrieval.filters import NO_FILTER, Filter
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Index
from retrieval.index.query import Query
from retrieval.index.search import search
from retrieval.questions.question import Question
from retrieval.ranking.ranker import LIMIT, Evidence, Read, rank
from retrieval.semantic.similarity import Similarity, SimilarityOf, words_only

#: How many sentences in each language are weighed for their meaning, whatever their words. Chosen by eye.
_NEAREST = 24

#: Another keyboard layout is taken only if its best sentence is so many times as probable as that of what was
#: written, and so probable at least. Chosen by eye.
_LAYOUT_RATIO, _LAYOUT_LEAST = 2.0, 0.1


#: Returns the candidates for a query in their order: an index's search, or that of what keeps one up to date.
CandidateSearch = Callable[[Query], Sequence[Candidate]]


class SentenceSource(Protocol):
    """Where candidates are read: a store, or a judged set."""

    def stored_sentences(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], StoredSentence]:
        """Return the sentences with these article ids and numbers, those that there are."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The evidence for a question, the surest first, the question as it was read, and how near it is."""

    question: Question
    evidence: Sequence[Evidence]
    similarity: Similarity | None = None

    @property
    def probability(self) -> float:
        """The probability that the surest sentence answers."""
        return self.evidence[0].probability if self.evidence else 0.0


@dataclass(frozen=True, slots=True)
class Searcher:
    """Finds evidence among candidates, by what its sentences say and, if that is known, by what they mean.

    `copies` tell which articles are copies of one another, whose sentences may say the same in other words.
    """

    search: CandidateSearch
    source: SentenceSource
    similarity_of: SimilarityOf = words_only
    copies: CopyPairs = no_copies

    @classmethod
    def over(
        cls, index: Index, source: SentenceSource, similarity_of: SimilarityOf = words_only
    ) -> "Searcher":
        """Return what searches an index that is as it shall be."""
        return cls(partial(search, index), source, similarity_of)

    def find(self, question: Question, admitted: Filter = NO_FILTER) -> SearchResult:
        """Return what there is for a question, or for what the same keys say in another layout."""
        written = self._find(question, admitted)
        if _LAYOUT_RATIO * written.probability > 1:
            return written
        others = (self._find(reading, admitted) for reading in question.readings())
        retyped = max(others, key=lambda result: result.probability, default=written)
        surer = retyped.probability >= max(_LAYOUT_RATIO * written.probability, _LAYOUT_LEAST)
        return retyped if surer else written

    def _find(self, question: Question, admitted: Filter) -> SearchResult:
        read, similarity = self.candidates(question, admitted)
        sentences = {candidate.place: sentence for candidate, sentence in read}
        said = sayings(sentences, self.copies) | lists(question, sentences)
        return SearchResult(question, rank(question, read, similarity, said), similarity)

    def candidates(
        self, question: Question, admitted: Filter = NO_FILTER
    ) -> tuple[list[Read], Similarity | None]:
        """Return the candidates for a question, each with its sentence, and how near it is to them.

        What only says again what was asked is none of them.
        """
        similarity = self.similarity_of(question.text_to_embed, question.language)
        if similarity and admitted:
            similarity = similarity.among(admitted)
        query = Query(
            question.analysed,
            LIMIT,
            admitted,
            question.carried,
            nearest(similarity),
        )
        candidates = self.search(query)
        sentences = self.source.stored_sentences([candidate.place for candidate in candidates])
        # Whoever changed an article since will have told the index of it by the next question. One that left
        # its collection answers no more from that very moment, whatever the index knows.
        read = [
            (candidate, sentence)
            for candidate in candidates
            if (sentence := sentences.get(candidate.place))
            and sentence.digest == candidate.digest
            and admitted.admits_collection(sentence.collection)
            and not echoes(question, sentence)
        ]
        return read, similarity


def nearest(similarity: Similarity | None) -> frozenset[tuple[str, int]]:
    """Return the sentences that may answer for their meaning, by article id and number."""
    if similarity is None:
        return frozenset()
    return frozenset(
        (neighbour.article_id, neighbour.number)
        for neighbours in similarity.nearest(_NEAREST).values()
        for neighbour in neighbours
    )
