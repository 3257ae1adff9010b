"""Tokens follow the articles as vectors do, and questions are compared with them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.answers.answerer import Answerer
from retrieval.answers.searcher import Searcher
from retrieval.articles import Article, digest
from retrieval.changes import batches_since
from retrieval.index.follower import IndexFollower
from retrieval.index.memory import MemoryIndex
from retrieval.questions.question import Question
from retrieval.semantic.embedders.bundled import BundledEmbedder
from retrieval.semantic.semantic_index import SemanticIndex, erase
from retrieval.semantic.token_store import TokenStore, open_tokens
from retrieval.storage.database import Database
from retrieval.storage.store import Store
from tests.semantic.test_bundled import needs_model
from tests.support.documents import keep

pytestmark = needs_model

LINES = (
    "The bridge over the Ertis was built in 1962 by engineers from Leningrad.",
    "The ferry carries forty cars and two hundred people across the river.",
    "In winter the ice road is opened for cars of up to five tonnes.",
)


@pytest.fixture(name="embedder", scope="module")
def bundled() -> Iterator[BundledEmbedder]:
    with closing(BundledEmbedder()) as embedder:
        yield embedder


def followed(store: Store, folder: Path, embedder: BundledEmbedder) -> SemanticIndex:
    """Return an index of a store with the lines in it, which keeps their tokens."""
    keep(store, Article(key="a", text="\n".join(LINES), language="en"))
    index = SemanticIndex(store, embedder, folder, tokens=embedder)
    index.follow()
    return index


def places(store: Store) -> list[tuple[str, int]]:
    return [(entry.article_id, n) for entry in store.catalogue() for n in range(entry.sentences)]


def test_questions_are_compared_with_what_was_embedded(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    index = followed(store, tmp_path / "vectors", embedder)
    similarity = index.similarity("How heavy may a car be on the ice?", "en")
    assert similarity
    values = similarity.interactions(places(store))
    assert values
    assert max(range(3), key=values.__getitem__) == 2
    assert similarity.interactions([*places(store), ("nothing", 0)]) is None


def test_what_was_embedded_without_tokens_has_them_later(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    keep(store, Article(key="a", text="\n".join(LINES), language="en"))
    folder = tmp_path / "vectors"
    before = SemanticIndex(store, embedder, folder)
    before.follow()
    similarity = before.similarity("Who built the bridge?", "en")
    assert similarity
    assert similarity.interactions(places(store)) is None
    after = SemanticIndex(store, embedder, folder, tokens=embedder)
    after.catch_up(0)
    assert (similarity := after.similarity("Who built the bridge?", "en"))
    assert similarity.interactions(places(store)) is None, "answers do not wait for tokens"
    after.follow()
    assert (similarity := after.similarity("Who built the bridge?", "en"))
    assert similarity.interactions(places(store))


def test_tokens_of_what_is_gone_are_dropped(store: Store, tmp_path: Path, embedder: BundledEmbedder) -> None:
    index = followed(store, tmp_path / "vectors", embedder)
    gone = places(store)
    store.remove(gone[0][0])
    index.drop_gone()
    keep(store, Article(key="b", text=LINES[0], language="en"))
    index.follow()
    similarity = index.similarity("Who built the bridge?", "en")
    assert similarity
    assert similarity.interactions(places(store))
    assert similarity.interactions(gone) is None


def test_an_answer_has_what_tokens_say_among_its_reasons(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    semantic_index = followed(store, tmp_path / "vectors", embedder)
    index = MemoryIndex()
    index.update(batches_since(store, 0))
    found = Searcher.over(index, store, semantic_index.similarity).find(
        Question.plain("What is the limit of weight for vehicles in the cold season?")
    )
    assert found.evidence[0].sentence.text == LINES[2]
    assert found.evidence[0].reasons["meaning"] > 0


def test_tokens_of_a_former_text_mark_nothing(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    index = followed(store, tmp_path / "vectors", embedder)
    similarity = index.similarity("Who built the bridge?", "en")
    assert similarity
    (place, *_) = places(store)
    assert similarity.tokens(place, store.get(place[0]).digest)
    assert similarity.tokens(place, digest("Another text.")) is None


def test_a_broken_file_of_tokens_is_made_anew(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    folder = tmp_path / "vectors"
    followed(store, folder, embedder)
    (folder / "tokens.sqlite3").write_bytes(b"no database" * 1_000)
    index = SemanticIndex(store, embedder, folder, tokens=embedder)
    index.follow()
    similarity = index.similarity("Who built the bridge?", "en")
    assert similarity
    assert similarity.interactions(places(store))


@pytest.mark.parametrize("name", ["shut", "of another model", "of another shape"])
def test_tokens_that_do_not_serve_are_no_reason_to_forgo_vectors(
    name: str, store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    folder = tmp_path / "vectors"
    followed(store, folder, embedder)
    if name == "of another shape":
        with closing(Database(folder / "tokens.sqlite3")) as database, database.writing() as connection:
            connection.execute("UPDATE tokens SET before_end = x'0102'")
    elif name == "shut":
        (folder / "tokens.sqlite3").unlink()
        (folder / "tokens.sqlite3").mkdir()  # What nobody can open, whoever tests.
    else:
        with closing(TokenStore(folder, "of another model", 64)):
            pass
    index = SemanticIndex(store, embedder, folder, tokens=embedder)
    index.catch_up(0)
    similarity = index.similarity("Who built the bridge?", "en")
    assert similarity
    assert similarity.nearest(1)
    assert similarity.interactions(places(store)) is None
    assert index.similarity("Who built the bridge?", "en"), "nor are they later"


def test_what_is_embedded_anew_and_what_is_purged_leaves_no_tokens(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    folder = tmp_path / "vectors"
    followed(store, folder, embedder)
    erase(folder, embedder)
    with closing(open_tokens(folder, embedder.name)) as tokens:
        assert tokens.is_empty
    followed(store, folder, embedder)
    without = SemanticIndex(store, embedder, folder)
    for entry in store.catalogue():
        store.remove(entry.article_id)
    without.drop_gone()
    with closing(open_tokens(folder, embedder.name)) as tokens:
        assert tokens.is_empty


def test_marks_are_found_by_tokens_and_by_rule_where_these_lack(
    store: Store, tmp_path: Path, embedder: BundledEmbedder
) -> None:
    text = "The door of the boathouse is painted green."
    keep(store, Article(key="a", text=text, language="en"))
    semantic_index = SemanticIndex(store, embedder, tmp_path / "vectors", tokens=embedder)
    semantic_index.follow()
    index = IndexFollower(store, MemoryIndex)
    by_tokens = Answerer(store, index, min_confidence=0, similarity_of=semantic_index.similarity)
    by_words = Answerer(store, index, min_confidence=0)
    question = "What colour is the door of the boathouse?"
    (cited, *_), (plain, *_) = by_tokens.ask(question).citations, by_words.ask(question).citations
    assert cited.highlight
    assert cited.highlight.of(cited.quote) == "green"
    assert plain.highlight is None
