"""What the pipeline answers to a judged set: the ranking of each question."""

import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from retrieval.answers.searcher import Searcher
from retrieval.articles import Article, Sentence, SentenceKind, Span, normalise
from retrieval.errors import JudgedSetError
from retrieval.evaluation.judged import JudgedSet
from retrieval.index.candidates import Candidate
from retrieval.index.protocol import Change, Index, batches
from retrieval.ranking.ranker import CandidateText
from retrieval.semantic.centroids import centroids, word_centroids
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.language_vectors import ArticleVectors
from retrieval.semantic.neighbours import Similarity, SimilarityOf, VectorIndex, words_only
from retrieval.semantic.quantisation import QuantisedVectors
from retrieval.semantic.word_vectors import WordVectors, words_to_embed

#: A question's sentences, the best first, each with its score.
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What an index was filled with: each sentence's id and text, article after article.

    Both go by article id and number; `languages` are those of the articles.
    """

    ids: Mapping[tuple[str, int], str]
    texts: Mapping[tuple[str, int], str]
    languages: Mapping[str, str]

    def read(self, candidates: Iterable[Candidate]) -> list[CandidateText]:
        """Return what the candidates hold; judged sets have no titles."""
        return [CandidateText(self.texts[one.article_id, one.number]) for one in candidates]

    def similarity_of(self, embedder: Embedder) -> SimilarityOf:
        """Return what tells how near a question is to the sentences."""
        rows = QuantisedVectors.of(embedder.embed_passages(list(self.texts.values())))
        articles, start = [], 0
        for article_id, places in groupby(self.texts, key=itemgetter(0)):
            numbers = [number for _, number in places]
            own = rows[start : (start := start + len(numbers))]
            articles.append(ArticleVectors(article_id, self.languages[article_id], numbers, own))
        vector_index = VectorIndex(embedder.dimensions, centroids(embedder.name))
        vector_index.update(articles)
        word_vectors = WordVectors(embedder.embed_words, known := word_centroids(embedder.name))
        if known:  # All together, which is faster than for each question what its candidates say.
            embedder.embed_passages(words_to_embed(self.texts.values()))

        def similarity(text: str, language: str) -> Similarity:
            return Similarity(
                vector_index.snapshot, word_vectors, embedder.embed_queries([text])[0], language
            )

        return similarity


def fill(index: Index, sentences: Iterable[Mapping[str, str]]) -> Filled:
    """Put a set's sentences into an index as they are."""
    ids: dict[tuple[str, int], str] = {}
    found: dict[tuple[str, int], str] = {}
    languages: dict[str, str] = {}
    changes: list[Change] = []
    for name, rows in groupby(sentences, key=lambda row: row["doc"]):
        document = list(rows)
        texts = [normalise(row["text"]) for row in document]
        if not "".join(texts).strip():
            continue
        article = Article(key=name, text="\n".join(texts), language=document[0]["lang"])
        units, start = [], 0
        for number, (row, text) in enumerate(zip(document, texts, strict=True)):
            units.append(Sentence(article.id, number, Span(start, start + len(text)), SentenceKind.SENTENCE))
            ids[article.id, number] = row["id"]
            found[article.id, number] = text
            start += len(text) + 1
        languages[article.id] = article.language
        changes.append(Change(article.id, article, units))
    index.update(batches(enumerate(changes, 1)))
    return Filled(ids, found, languages)


@dataclass(frozen=True, slots=True)
class Run:
    """What the pipeline answered: the ranking of each question, and what a question cost."""

    rankings: Mapping[str, Ranking]
    ms_p50: float


def run(index: Index, judged: JudgedSet, embedder: Embedder | None = None) -> Run:
    """Ask an empty index, filled with the set, all of the set's questions.

    Raises `EmbedderError`.
    """
    filled = fill(index, judged.sentences)
    searcher = Searcher(index, filled.read, filled.similarity_of(embedder) if embedder else words_only)
    rankings: dict[str, Ranking] = {}
    times = []
    # An index that builds itself on the first question is not to be timed by it.
    searcher.find("?")
    for name, text in (*judged.questions.items(), *judged.unanswerable.items()):
        began = time.perf_counter()
        evidence = searcher.find(normalise(text)).evidence
        times.append(1000 * (time.perf_counter() - began))
        rankings[name] = [
            (filled.ids[piece.article_id, piece.number], piece.probability) for piece in evidence
        ]
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
