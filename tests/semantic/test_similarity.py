"""What being a source of sentences and of similarity means: a store's and a judged set's each keep to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from retrieval.answers.searcher import SentenceSource
from retrieval.articles import Article
from retrieval.evaluation.runs import JudgedSentences, fill
from retrieval.filters import Filter
from retrieval.index.memory import MemoryIndex
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.semantic.similarity import Similarity, SimilarityOf
from retrieval.storage.store import Store
from tests.support.documents import keep
from tests.support.embeddings_server import EmbeddingsServer

ENGLISH = ("Farmers sold wheat.", "Rye grew well.")
RUSSIAN = ("Мост открыли в мае.",)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled with two articles: where their sentences are read, and what tells how near they are."""

    source: SentenceSource
    similarity_of: SimilarityOf
    places: dict[str, tuple[str, int]]

    def similarity(self, text: str) -> Similarity:
        similarity = self.similarity_of(text, "en")
        assert similarity
        return similarity

    def nearest(self, text: str, admitted: Filter) -> dict[str, list[tuple[str, int]]]:
        nearest = self.similarity(text).among(admitted).nearest(9)
        return {
            language: [(neighbour.article_id, neighbour.number) for neighbour in neighbours]
            for language, neighbours in nearest.items()
        }


@pytest.fixture(params=["store", "judged set"])
def filled(
    request: pytest.FixtureRequest, server: EmbeddingsServer, store: Store, tmp_path: Path
) -> Iterator[Filled]:
    embedder = ServerEmbedder(Server(server.url, "m"))
    if request.param == "store":
        places: dict[str, tuple[str, int]] = {}
        for key, lines, language in (("a", ENGLISH, "en"), ("b", RUSSIAN, "ru")):
            article = Article(key=key, text="\n".join(lines), language=language)
            keep(store, article)
            places |= {line: (article.id, number) for number, line in enumerate(lines)}
        semantic_index = SemanticIndex(store, embedder, tmp_path / "vectors")
        semantic_index.follow()
        yield Filled(store, semantic_index.similarity, places)
        semantic_index.close()
        return
    rows = [
        {"id": line, "doc": doc, "lang": language, "text": line}
        for doc, lines, language in (("a", ENGLISH, "en"), ("b", RUSSIAN, "ru"))
        for line in lines
    ]
    judged: JudgedSentences = fill(MemoryIndex(), rows)
    yield Filled(judged, judged.similarity_of(embedder), {line: place for place, line in judged.ids.items()})
    embedder.close()


def test_the_sentences_that_there_are_are_read(filled: Filled) -> None:
    places = [*filled.places.values(), ("nowhere", 0), (filled.places[ENGLISH[0]][0], 99)]
    read = filled.source.stored_sentences(places)
    assert {place: sentence.text for place, sentence in read.items()} == {
        place: line for line, place in filled.places.items()
    }


def test_a_sentence_is_nearest_to_what_it_says(filled: Filled) -> None:
    for line in ENGLISH:
        nearest = filled.nearest(line, Filter())
        assert nearest["en"][0] == filled.places[line]
        assert sorted(nearest["en"]) == sorted(filled.places[other] for other in ENGLISH)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_only_what_a_filter_admits_is_near(filled: Filled, language: str) -> None:
    everything = filled.nearest(ENGLISH[0], Filter())
    admitted = filled.nearest(ENGLISH[0], Filter(languages=frozenset([language])))
    assert admitted == {language: everything[language]}


def test_how_near_a_sentence_is_is_known_if_it_is_there(filled: Filled) -> None:
    similarity = filled.similarity(ENGLISH[0])
    same, other, none = similarity.sentences(
        [filled.places[ENGLISH[0]], filled.places[ENGLISH[1]], ("nowhere", 0)]
    )
    assert same
    assert other
    assert same.sentence > other.sentence
    assert none is None


def test_each_word_has_a_row_of_its_meaning(filled: Filled) -> None:
    vectors = filled.similarity(ENGLISH[0]).token_vectors(["wheat", "rye", "wheat"], "en")
    assert len(vectors.rows) == 3
    assert (vectors.rows[0] == vectors.rows[2]).all()
