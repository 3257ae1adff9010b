"""Articles that became too old go into the trash, and nobody's last change is undone for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Article
from retrieval.storage.receipts import Outcome
from retrieval.storage.store import Store
from tests.support.documents import document_of

NOW = datetime.now(UTC)


def put(store: Store, name: str, days: int, edit: int | None = None) -> str:
    """Put an article that was added so many days ago, and return its id."""
    added = NOW - timedelta(days=days)
    article = Article(key=name, text=f"Berth {name} is free.", language="en", added=added)
    store.put(document_of(article), edit)
    return article.id


def ids(store: Store) -> set[str]:
    return {entry.article_id for entry in store.catalogue()}


@settings(max_examples=25)
@given(ages=st.lists(st.integers(0, 60), unique=True, max_size=5), kept=st.integers(1, 60))
def test_exactly_what_is_older_goes_into_the_trash(
    tmp_path_factory: pytest.TempPathFactory, ages: list[int], kept: int
) -> None:
    with Store(tmp_path_factory.mktemp("store") / "articles.sqlite3") as store:
        there = {put(store, str(age), age): age for age in ages}
        gone = store.expire(NOW - timedelta(days=kept))
        old = {article_id for article_id, age in there.items() if age > kept}
        assert {receipt.article_id for receipt in gone} == old
        assert {receipt.outcome for receipt in gone} <= {Outcome.REMOVED}
        assert {piece.document.article.id for piece in store.trash()} == old
        assert ids(store) == there.keys() - old


def test_only_those_that_are_named_go(store: Store) -> None:
    old, other = put(store, "a", 10), put(store, "b", 10)
    assert store.expire(NOW, [old, "0" * 16])[0].article_id == old
    assert (ids(store), store.expire(NOW, [])) == ({other}, [])


def test_undoing_the_last_change_passes_what_expired_by(store: Store) -> None:
    put(store, "old", 10)
    edit = store.begin_edit()
    new = put(store, "new", 0, edit)
    store.expire(NOW - timedelta(days=5))
    assert [receipt.article_id for receipt in store.undo()] == [new]
    assert (ids(store), store.undo()) == (set(), [])


def test_what_is_brought_back_stays(store: Store) -> None:
    old = put(store, "old", 10)
    before = NOW - timedelta(days=5)
    store.expire(before)
    store.bring_back([old])
    assert (store.expire(before), ids(store)) == ([], {old})


def test_a_changed_article_counts_from_its_change(store: Store) -> None:
    old = put(store, "old", 10)
    store.put(document_of(Article(key="old", text="Berth old is taken.", language="en")))
    assert (store.expire(NOW - timedelta(days=5)), ids(store)) == ([], {old})
