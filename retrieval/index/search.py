"""A question among the sentences of an index: the same scores whatever engine holds them.

best articles ─ engine ─▶ packed terms ─▶ BM25 on three levels ─▶ candidates

An engine's own ranking only decides which articles are scored; what they score is decided here.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter

import numpy as np

from retrieval.analysis.terms import Field, usual_shares
from retrieval.index.bm25 import SAME_LANGUAGE, FieldScores, Integers, Level
from retrieval.index.candidates import Candidate, ScoredSentences
from retrieval.index.packed import Counts, PackedTerms, term_hash
from retrieval.index.protocol import Index, IndexReader, PackedArticle, WeightedTerm
from retrieval.index.query import Query
from retrieval.index.statistics import DocumentFrequency, LanguageStatistics

#: How many sentences an engine is asked for at least, and half as many in another language than the
#: question's. Of their articles, all are scored. Measured: docs/decisions/0003-exact-scores.md.
_DEPTH = 32

#: How many sentences' terms, at most, an engine goes through. The rarest terms come first; what the
#: commonest would bring is hardly ever a candidate, and costs the most. Measured there too.
_BUDGET = 100_000

_NOWHERE = DocumentFrequency(0, 0)


def search(index: Index, query: Query) -> list[Candidate]:
    """Return the candidates in their order.

    A sentence is a candidate only if it shares a term with the query, stands beside one that does, or is
    among the query's `near` ones. Articles of each language are scored among themselves: a term's idf in one
    language says nothing of another.
    Raises what the index raises when it is read.
    """
    chosen = query.filter.languages
    candidates: list[Candidate] = []
    with index.reader() as reader:
        for language, statistics in reader.statistics().items():
            if not chosen or language in chosen:
                candidates += _LanguageSearch(reader, query, language, statistics).candidates()
    return sorted(candidates, key=lambda candidate: candidate.order)


class _LanguageSearch:
    """One question among the sentences of one language."""

    def __init__(
        self, reader: IndexReader, query: Query, language: str, statistics: LanguageStatistics
    ) -> None:
        self._reader, self._query, self._language, self._statistics = reader, query, language, statistics
        self._mixture, self._terms = query.asks(language)
        self._hashes = {
            field: [term_hash(field, term) for term in terms] for field, terms in self._terms.items()
        }
        every = sorted({hashed for hashes in self._hashes.values() for hashed in hashes})
        self._every = np.array(every, np.uint32)
        self._document_frequencies = reader.document_frequencies(language, every)

    def candidates(self) -> list[Candidate]:
        """Return the candidates, the best first."""
        ids = {article_id for article_id, _ in self._query.near}
        if terms := self._affordable():
            depth = max(_DEPTH, self._query.limit) // (1 if self._mixture is SAME_LANGUAGE else 2)
            ids |= set(self._reader.best_articles(self._language, terms, self._query.filter, depth))
        articles = self._reader.packed_articles(self._language, ids) if ids else []
        return self._scored(sorted(articles, key=itemgetter(0))) if articles else []

    def _affordable(self) -> list[WeightedTerm]:
        """Return the rarest of the terms that any sentence holds, as many as the budget allows."""
        counted = sorted(
            (self._frequency(hashed).sentences, field, term)
            for field, terms in self._terms.items()
            for term, hashed in zip(terms, self._hashes[field], strict=True)
            if self._frequency(hashed).sentences
        )
        affordable: list[WeightedTerm] = []
        spent = 0
        for count, field, term in counted:
            spent += count
            if affordable and spent > _BUDGET:
                break
            weight = self._mixture[Level.SENTENCE, field] * self._terms[field][term]
            affordable.append(WeightedTerm(field, term, weight))
        return affordable

    def _frequency(self, hashed: int) -> DocumentFrequency:
        return self._document_frequencies.get(hashed, _NOWHERE)

    def _scored(self, articles: Sequence[PackedArticle]) -> list[Candidate]:
        """Return the candidates among the sentences of these articles."""
        terms_of = [article.terms for article in articles]
        packed, starts = PackedTerms.joined(terms_of), PackedTerms.starts(terms_of)
        owners = [article for article in articles for _ in article.terms.numbers]
        places = [
            (owner.article_id, number, owner.digest)
            for owner, number in zip(owners, packed.numbers.tolist(), strict=True)
        ]
        counts = packed.counts(self._every)
        fields = {
            field: self._field_scores(field, terms, packed, counts, starts)
            for field, terms in self._terms.items()
        }
        return ScoredSentences(self._language, places, fields).candidates(self._query, self._mixture)

    def _field_scores(
        self,
        field: Field,
        terms: Mapping[str, float],
        packed: PackedTerms,
        counts: Counts,
        starts: Integers,
    ) -> FieldScores:
        """Return what the sentences hold of the terms of one field, and how they score on each level.

        `counts` has a row for each of the question's terms of any field; `starts` says where articles begin.
        """
        hashes = self._hashes[field]
        usual = usual_shares(self._language)[field]
        collection = self._statistics.collection(
            field,
            [self._frequency(hashed) for hashed in hashes],
            [usual.get(term, 0.0) for term in terms],
            np.array(list(terms.values())),
        )
        rows = np.searchsorted(self._every, np.array(hashes, np.uint32))
        own, contexts, names = (part[rows] for part in counts)
        sentences = packed.term_frequencies(field, starts, (own, contexts, names))
        levels = (level for level, mixed in self._mixture if mixed is field)
        scores = {level: sentences.score(collection, level, field) for level in levels}
        return FieldScores(list(terms), sentences, collection, scores)
