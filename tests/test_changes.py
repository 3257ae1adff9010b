"""Numbered changes come in batches, and whatever follows a store gets to where it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles import Article, Sentence, SentenceKind, Span
from retrieval.changes import Change, Follower, batches, batches_since, change_of
from retrieval.copies.near_duplicates import NearDuplicates
from retrieval.index.disk.index import DiskIndex
from retrieval.index.follower import IndexFollower
from retrieval.semantic.embedders.server import Server, ServerEmbedder
from retrieval.semantic.semantic_index import SemanticIndex
from retrieval.storage.store import Store
from tests.support.documents import keep
from tests.support.embeddings_server import EmbeddingsServer, well


def article(key: str, *lines: str) -> Article:
    return Article(key=key, text="\n".join(lines), language="en")


# Batches


@given(st.lists(st.integers(0, 6_000), max_size=12), st.integers(0, 9))
def test_batches_hold_all_changes_in_their_order_and_soon_end(sizes: list[int], after: int) -> None:
    sentence = Sentence("a", 0, Span(0, 1), SentenceKind.SENTENCE)
    changes = [Change(str(number), sentences=(sentence,) * size) for number, size in enumerate(sizes)]
    grouped = list(batches(enumerate(changes, after + 1), after))
    assert [change for batch in grouped for change in batch.changes] == changes
    assert [batch.after for batch in grouped] == [after, *(batch.seen for batch in grouped)][: len(grouped)]
    for batch in grouped:
        assert batch.seen - batch.after == len(batch.changes)
        assert sum(len(change.sentences) for change in batch.changes[:-1]) < 5_000
    for batch in grouped[:-1]:
        assert sum(len(change.sentences) for change in batch.changes) >= 5_000


def test_an_article_that_went_meanwhile_is_a_change_without_one(store: Store) -> None:
    wheat, rye = article("wheat", "Wheat grew."), article("rye", "Rye grew.")
    keep(store, wheat)
    keep(store, rye)
    coming = batches_since(store, 0)
    store.remove(wheat.id)
    (batch,) = coming
    assert {change.article_id: change.article is not None for change in batch.changes} == {
        wheat.id: False,
        rye.id: True,
    }
    assert change_of(store, wheat.id) == Change(wheat.id)


def test_a_sentence_stands_in_the_context_of_its_headings_and_of_the_questions_of_its_article() -> None:
    text = "Pumps\nPrices\nIt costs 900 tenge."
    pump = Article(key="a", text=text, language="en", title="Pumps", names=("seals", "Pumps", "How dear?"))
    units = [
        Sentence(pump.id, 0, Span(0, 5), SentenceKind.TITLE),
        Sentence(pump.id, 1, Span(6, 12), SentenceKind.HEADING, above=(0,)),
        Sentence(pump.id, 2, Span(13, len(text)), SentenceKind.SENTENCE, above=(0, 1)),
    ]
    change = Change(pump.id, pump, units)
    title, sentence = change.answering
    assert (title.number, title.context, title.title) == (0, "How dear?", "")
    assert (sentence.number, sentence.context) == (2, "How dear?\nPrices")
    assert sentence.said(text) == "Pumps\nHow dear?\nPrices\nIt costs 900 tenge."
    assert change.names == "seals", "a title that is only guessed is none of the names"
    told = [replace(units[0], depth=1), *units[1:]]
    assert Change(pump.id, pump, told).names == "Pumps\nseals"
    assert (Change(pump.id).answering, Change(pump.id).names) == ([], "")


# What every follower does


class FollowerContract(ABC):
    """What follows a store gets to where it is, whoever changed it."""

    @abstractmethod
    def known(self, follower: Follower) -> int:
        """Return how many sentences it knows."""

    def test_it_gets_to_where_the_store_is(self, store: Store, follower: Follower) -> None:
        wheat = article("wheat", "Wheat grew.", "It was sold.")
        keep(store, wheat)
        keep(store, article("rye", "Rye grew."))
        follower.follow()
        assert self.known(follower) == 3
        keep(store, article("rye", "Rye grew.", "It fell.", "It rose."))
        follower.follow()
        assert self.known(follower) == 5
        store.remove(wheat.id)
        follower.follow()
        assert self.known(follower) == 3

    def test_an_empty_store_is_followed_too(self, follower: Follower) -> None:
        follower.follow()
        assert self.known(follower) == 0

    def test_what_another_process_changed_is_followed(self, follower: Follower, tmp_path: Path) -> None:
        follower.follow()
        with Store(tmp_path / "articles.sqlite3") as other:
            keep(other, article("oats", "Oats grew."))
        follower.follow()
        assert self.known(follower) == 1

    def test_progress_goes_up_to_all_of_it_and_then_there_is_none(
        self, store: Store, follower: Follower
    ) -> None:
        for number in range(60):
            keep(store, article(str(number), f"Wheat number {number} grew."))
        progress: list[tuple[int, int]] = []
        follower.follow(lambda done, total: progress.append((done, total)))
        assert progress == sorted(progress)
        assert progress[-1] == (60, 60)
        progress.clear()
        follower.follow(lambda done, total: progress.append((done, total)))
        assert progress == []


class TestIndexFollower(FollowerContract):
    @pytest.fixture
    def follower(self, store: Store, tmp_path: Path) -> Iterator[IndexFollower]:
        follower = IndexFollower(store, lambda: DiskIndex(tmp_path / "index", "analysis"))
        yield follower
        follower.close()

    def known(self, follower: Follower) -> int:
        assert isinstance(follower, IndexFollower)
        return len(follower)


class TestNearDuplicates(FollowerContract):
    @pytest.fixture
    def follower(self, store: Store, tmp_path: Path) -> Iterator[NearDuplicates]:
        follower = NearDuplicates(store, tmp_path / "signatures.sqlite3")
        yield follower
        follower.close()

    def known(self, follower: Follower) -> int:
        """Return how many sentences its articles have in the store, if they are all that it knows."""
        assert isinstance(follower, NearDuplicates)
        with Store(follower.path.with_name("articles.sqlite3")) as store:
            summary = store.summary()
        assert len(follower) == summary.articles
        return summary.sentences


class TestSemanticIndex(FollowerContract):
    @pytest.fixture
    def follower(self, store: Store, tmp_path: Path, server: EmbeddingsServer) -> Iterator[SemanticIndex]:
        server.answer = well
        follower = SemanticIndex(store, ServerEmbedder(Server(server.url, "m")), tmp_path / "vectors")
        yield follower
        follower.close()

    def known(self, follower: Follower) -> int:
        assert isinstance(follower, SemanticIndex)
        assert follower.coverage.embedded == follower.coverage.sentences
        return follower.coverage.embedded
