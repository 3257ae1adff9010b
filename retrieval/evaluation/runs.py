"""What the pipeline answers to a judged set: the ranking of each question."""

import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from retrieval.answers.searcher import Searcher
from retrieval.articles import Article, Sentence, SentenceKind, Span, StoredSentence, normalise
from retrieval.changes import Change, batches
from retrieval.errors import JudgedSetError
from retrieval.evaluation.cached_embedder import CachedEmbedder
from retrieval.evaluation.judged import JudgedSet
from retrieval.filters import Filter
from retrieval.index.protocol import Index
from retrieval.questions.question import Question
from retrieval.semantic.centroids import centroids, word_centroids
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.interaction import no_interaction
from retrieval.semantic.language_vectors import ArticleVectors
from retrieval.semantic.neighbours import VectorIndex
from retrieval.semantic.quantisation import QuantisedVectors
from retrieval.semantic.similarity import Similarity, SimilarityOf, SnapshotSimilarity, words_only
from retrieval.semantic.word_vectors import WordVectors, words_to_embed

#: A question's sentences, the best first: the id of each, and its score, a probability.
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class JudgedSentences:
    """The sentences that an index was filled with, by article id and number, and their ids in the set.

    `said` is what is embedded of those that may answer, article after article.
    """

    ids: Mapping[tuple[str, int], str]
    sentences: Mapping[tuple[str, int], StoredSentence]
    said: Mapping[tuple[str, int], str]

    def stored_sentences(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], StoredSentence]:
        """Return the sentences with these article ids and numbers, those that there are."""
        return {place: self.sentences[place] for place in places if place in self.sentences}

    def article_ids(self, _: Filter) -> frozenset[str]:
        """Return the ids of all articles: judged sets have neither sources nor dates."""
        return frozenset(article_id for article_id, _ in self.sentences)

    def _said_at(self, place: tuple[str, int]) -> tuple[str, str]:
        """Return what is embedded of a sentence, and its language."""
        return self.said[place], self.sentences[place].language

    def similarity_of(self, embedder: Embedder) -> SimilarityOf:
        """Return what tells how near a question is to the sentences.

        Token by token they are compared where the embedder keeps tokens.
        """
        tokens = embedder.tokens if isinstance(embedder, CachedEmbedder) else None
        texts = list(self.said.values())
        rows = QuantisedVectors.of(embedder.embed_passages(texts))
        articles, start = [], 0
        for article_id, places in groupby(self.said, key=itemgetter(0)):
            numbers = [number for _, number in places]
            language = self.sentences[article_id, numbers[0]].language
            own = rows[start : (start := start + len(numbers))]
            articles.append(ArticleVectors(article_id, language, numbers, own))
        vector_index = VectorIndex(embedder.dimensions, centroids(embedder.name))
        vector_index.update(articles)
        word_vectors = WordVectors(embedder.embed_words, known := word_centroids(embedder.name))
        if known:  # All together, which is faster than for each question what its candidates say.
            embedder.embed_passages(words_to_embed(texts))

        def similarity(text: str, language: str) -> Similarity:
            (vector,) = embedder.embed_queries([text])
            snapshot = vector_index.snapshot
            interaction = tokens.interaction_of(text, language, self._said_at) if tokens else no_interaction
            return SnapshotSimilarity(
                snapshot, word_vectors, vector, language, self.article_ids, interaction=interaction
            )

        return similarity


def fill(index: Index, rows: Iterable[Mapping[str, str]]) -> JudgedSentences:
    """Put a set's sentences into an index as they are."""
    ids: dict[tuple[str, int], str] = {}
    sentences: dict[tuple[str, int], StoredSentence] = {}
    changes: list[Change] = []
    for name, own in groupby(rows, key=lambda row: row["doc"]):
        document = list(own)
        texts = [normalise(row["text"]) for row in document]
        if not "".join(texts).strip():
            continue
        article = Article(key=name, text="\n".join(texts), language=document[0]["lang"])
        units, start = [], 0
        for number, (row, text) in enumerate(zip(document, texts, strict=True)):
            span = Span(start, start + len(text))
            units.append(Sentence(article.id, number, span, SentenceKind.SENTENCE))
            ids[article.id, number] = row["id"]
            sentences[article.id, number] = StoredSentence(article.digest, article.language, span, text)
            start = span.end + 1
        changes.append(Change(article.id, article, units))
    index.update(batches(enumerate(changes, 1)))
    return JudgedSentences(ids, sentences, {place: sentence.text for place, sentence in sentences.items()})


@dataclass(frozen=True, slots=True)
class Run:
    """What the pipeline answered: the ranking of each question, and the median time for one, in ms."""

    rankings: Mapping[str, Ranking]
    ms_p50: float


def run(index: Index, judged: JudgedSet, embedder: Embedder | None = None) -> Run:
    """Ask an empty index, filled with the set, all of the set's questions.

    Raises `EmbedderError`.
    """
    filled = fill(index, judged.sentences)
    searcher = Searcher.over(index, filled, filled.similarity_of(embedder) if embedder else words_only)
    rankings: dict[str, Ranking] = {}
    times = []
    # An index that builds itself on the first question is not to be timed by it.
    searcher.find(Question.plain("?"))
    for name, text in (*judged.questions.items(), *judged.unanswerable.items()):
        began = time.perf_counter()
        evidence = searcher.find(Question.plain(normalise(text))).evidence
        times.append(1000 * (time.perf_counter() - began))
        rankings[name] = [(filled.ids[piece.place], piece.probability) for piece in evidence]
    return Run(rankings, statistics.median(times) if times else 0.0)


def write_run(answered: Run, path: Path) -> None:
    """Write the rankings as lines of question id, sentence id and score, parted by tabs.

    Raises `JudgedSetError`.
    """
    lines = (
        f"{question}\t{sentence}\t{score!r}\n"
        for question, ranking in answered.rankings.items()
        for sentence, score in ranking
    )
    try:
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise JudgedSetError(path, error.strerror or str(error)) from error
