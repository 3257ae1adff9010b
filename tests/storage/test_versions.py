"""What articles said before: kept with every change, looked up until it is purged."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Article
from retrieval.storage.store import Store
from tests.support.documents import document_of


def put(store: Store, text: str, edit: int | None = None) -> str:
    article = Article(key="pier", text=text, language="en")
    store.put(document_of(article), edit)
    return article.id


def said(store: Store, article_id: str) -> list[str]:
    return [version.document.article.text for version in store.versions(article_id)]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["The lamp is red.", "It is green.", "It is blue."]), min_size=1, max_size=6))
def test_each_former_text_is_there_once_the_newest_first(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    with Store(tmp_path_factory.mktemp("store") / "articles.sqlite3") as store:
        for text in texts:
            article_id = put(store, text)
        former = [text for text in dict.fromkeys(texts[::-1]) if text != texts[-1]]
        assert said(store, article_id) == former
        until = [version.until for version in store.versions(article_id)]
        assert until == sorted(until, reverse=True)


def test_what_an_undoing_replaced_is_a_former_text_too(store: Store) -> None:
    put(store, "The lamp is red.")
    article_id = put(store, "The lamp is green.", store.begin_edit())
    store.undo()
    assert said(store, article_id) == ["The lamp is green."]
    store.redo()
    assert said(store, article_id) == ["The lamp is red."]


def test_a_removed_article_has_its_former_texts_again_when_it_is_brought_back(store: Store) -> None:
    put(store, "The lamp is red.")
    article_id = put(store, "The lamp is green.")
    store.remove(article_id, store.begin_edit())
    assert said(store, article_id) == []
    store.bring_back([article_id])
    assert said(store, article_id) == ["The lamp is red."]


@pytest.mark.parametrize("goes", ["purge", "remove"])
def test_nothing_of_a_former_text_is_left_in_the_file(store: Store, goes: str) -> None:
    put(store, "The word is xyzzy.")
    article_id = put(store, "There is no word.", store.begin_edit())
    if goes == "purge":
        store.purge()
    else:
        store.purge()
        put(store, "The word is xyzzy.")
        put(store, "There is no word.")
        store.remove(article_id)
    assert said(store, article_id) == []
    with closing(sqlite3.connect(store.path)) as connection:
        assert "xyzzy" not in "".join(connection.iterdump())


def test_former_texts_go_with_a_file_that_is_renamed(store: Store) -> None:
    put(store, "The lamp is red.")
    article_id = put(store, "The lamp is green.")
    renamed = document_of(Article(key="renamed", text="The lamp is green.", language="en"))
    receipt = store.move(article_id, renamed, store.begin_edit(), "renamed")
    assert receipt.article_id
    assert said(store, receipt.article_id) == ["The lamp is red."]
