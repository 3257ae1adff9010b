"""One question among the sentences of one language: candidates from tantivy, scored exactly."""

import json
import sqlite3
from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from retrieval.analysis.terms import Field
from retrieval.index.bm25 import SAME_LANGUAGE, FieldScores, Level, TermFrequencies
from retrieval.index.candidates import Candidate, ScoredSentences
from retrieval.index.disk import documents
from retrieval.index.disk.statistics import LanguageStatistics
from retrieval.index.packed import PackedTerms, frequencies, term_hash
from retrieval.index.query import Query

_FIELDS = tuple(Field)

#: How many sentences tantivy is asked for at least, and half as many in another language than the question's.
#: Of their articles, all are scored.
_DEPTH = 32

#: How many sentences' terms, at most, tantivy goes through. The rarest terms come first; what the
#: commonest would bring is hardly ever a candidate, and costs the most.
_BUDGET = 100_000


class Search:
    """One question among the sentences of one language."""

    def __init__(
        self, query: Query, language: str, section: LanguageStatistics, connection: sqlite3.Connection
    ) -> None:
        self._query, self._language, self._section, self._connection = query, language, section, connection
        self._mixture, self._asked = query.asks(language)
        self._terms = [
            (name, term, term_hash(name, term)) for name, terms in self._asked.items() for term in terms
        ]
        self._document_frequencies = self._read_document_frequencies()

    def candidates(self, view: documents.View) -> list[Candidate]:
        """Return the candidates, the best first."""
        rows = self._rows(view)
        near = sorted({article_id for article_id, _ in self._query.near})
        articles = self._connection.execute(
            "SELECT id, digest, numbers, lengths, hashes FROM article"
            " WHERE row IN (SELECT value FROM json_each(?))"
            " OR language = ? AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(rows), self._language, json.dumps(near)),
        ).fetchall()
        articles.sort(key=itemgetter(0))
        return self._scored(articles) if articles else []

    def _read_document_frequencies(self) -> dict[int, tuple[int, int]]:
        """Return how many sentences and articles hold each term that any holds."""
        rows = self._connection.execute(
            "SELECT hash, sentences, articles FROM term"
            " WHERE language = ? AND hash IN (SELECT value FROM json_each(?))",
            (self._language, json.dumps([hashed for _, _, hashed in self._terms])),
        )
        return {hashed: (sentences, articles) for hashed, sentences, articles in rows if sentences}

    def _rows(self, view: documents.View) -> list[int]:
        """Return the numbers of the articles that hold the sentences that tantivy finds best."""
        clauses = [
            documents.clause(
                name, self._language, term, self._mixture[Level.SENTENCE, name] * self._asked[name][term]
            )
            for name, term in self._affordable()
        ]
        depth = max(_DEPTH, self._query.limit) // (1 if self._mixture is SAME_LANGUAGE else 2)
        return view.articles(clauses, self._query.filter, depth) if clauses else []

    def _affordable(self) -> list[tuple[Field, str]]:
        """Return the rarest of the terms that any sentence holds, as many as the budget allows."""
        held = [
            (self._document_frequencies[hashed][0], name, term)
            for name, term, hashed in self._terms
            if hashed in self._document_frequencies
        ]
        chosen: list[tuple[Field, str]] = []
        spent = 0
        for count, name, term in sorted(held):
            spent += count
            if chosen and spent > _BUDGET:
                break
            chosen.append((name, term))
        return chosen

    def _scored(self, articles: Sequence[tuple[str, str, bytes, bytes, bytes]]) -> list[Candidate]:
        """Return the candidates among the sentences of these articles, given by id, digest and terms."""
        packed = PackedTerms.joined([row[2:] for row in articles])
        asked = np.array(sorted({hashed for _, _, hashed in self._terms}), np.uint32)
        held = frequencies(packed, asked)
        sizes = np.array([len(numbers) // packed.numbers.itemsize for _, _, numbers, _, _ in articles])
        starts = np.cumsum([0, *sizes[:-1]])
        fields = {}
        for name, terms in self._asked.items():
            place = _FIELDS.index(name)
            mine = [hashed for field_, _, hashed in self._terms if field_ is name]
            counts = np.array(
                [self._document_frequencies.get(hashed, (0, 0)) for hashed in mine], np.int64
            ).reshape(-1, 2)
            collection = self._section.collection(
                place, counts[:, 0], counts[:, 1], np.array(list(terms.values()))
            )
            lengths = packed.lengths[:, place].astype(np.float64)
            sentences = TermFrequencies(held[np.searchsorted(asked, mine)], lengths, starts)
            levels = (level for level, mixed in self._mixture if mixed is name)
            scores = {level: sentences.score(collection, level, name) for level in levels}
            fields[name] = FieldScores(list(terms), sentences, collection, scores)
        owners = np.repeat(np.arange(len(articles)), sizes).tolist()
        places = [
            (articles[owner][0], number, articles[owner][1])
            for owner, number in zip(owners, packed.numbers.tolist(), strict=True)
        ]
        scored = ScoredSentences(self._language, places, fields)
        return scored.candidates(self._query, self._mixture, np.ones(len(places), np.bool_))
