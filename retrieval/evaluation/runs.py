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

#: A question's sentences, the best first: the id of each, and its score, a probability.
Ranking = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What an index was filled with: the id and the text of each sentence, article after article.

    Both are keyed by article id and sentence number, `languages` by article id.
    """

    ids: Mapping[tuple[str, int], str]
    texts: Mapping[tuple[str, int], str]
    languages: Mapping[str, str]

    def read(self, candidates: Iterable[Candidate]) -> list[CandidateText]:
        """Return the texts of candidates, in their order; judged sets have no titles."""
        return [CandidateText(self.texts[candidate.article_id, candidate.number]) for candidate in candidates]

    def similarity_of(self, embedder: Embedder) -> SimilarityOf:
        """Return the function that compares a question with all sentences by meaning.

        Raises `EmbedderError`.
        """
        rows = QuantisedVectors.of(embedder.embed_passages(list(self.texts.values())))
        articles, start = [], 0
        for article_id, places in groupby(self.texts, key=itemgetter(0)):
            numbers = [number for _, number in places]
            article_rows = rows[start : (start := start + len(numbers))]
            articles.append(ArticleVectors(article_id, self.languages[article_id], numbers, article_rows))
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
    """Put the sentences of a set into an index, none of them split any further.

    Sentences that follow each other and have the same "doc" make an article.
    """
    ids: dict[tuple[str, int], str] = {}
    text_of: dict[tuple[str, int], str] = {}
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
            text_of[article.id, number] = text
            start += len(text) + 1
        languages[article.id] = article.language
        changes.append(Change(article.id, article, units))
    index.update(batches(enumerate(changes, 1)))
    return Filled(ids, text_of, languages)


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
