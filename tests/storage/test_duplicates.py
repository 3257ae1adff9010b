"""Duplicates: a text that two documents have lives on when one of them changes or goes."""

import os
from pathlib import Path

import pytest

from retrieval.articles import Article
from retrieval.ingest.files import gone_below, read_file
from retrieval.storage.store import Outcome, Store
from tests.support.documents import keep

NORTH, SOUTH = "The north gate of Aral is shut at nine.", "The south gate of Aral is shut at ten."


def article(key: str, text: str = NORTH, **fields: object) -> Article:
    return Article.model_validate({"key": key, "text": text, "language": "en"} | fields)


def texts(store: Store) -> dict[str, str]:
    """Return the text of each article by its key."""
    articles = [store.get(entry.article_id) for entry in store.catalogue()]
    return {article.key: article.text for article in articles}


@pytest.fixture(name="twice")
def store_of_one_text_twice(store: Store) -> Store:
    keep(store, article("a"))
    assert keep(store, article("b", title="B"), store.begin_addition()).outcome is Outcome.DUPLICATE
    assert texts(store) == {"a": NORTH}
    return store


def test_when_the_first_changes_the_duplicate_takes_its_place(twice: Store) -> None:
    seen = twice.changes(0)[-1][0]
    assert keep(twice, article("a", SOUTH)).outcome is Outcome.UPDATED
    assert texts(twice) == {"a": SOUTH, "b": NORTH}
    assert twice.get(article("b").id).title == "B"
    assert len(twice.sentences(article("b").id)) == 1
    assert {article_id for _, article_id in twice.changes(seen)} == {article("a").id, article("b").id}


def test_the_last_addition_is_undone_though_it_brought_a_duplicate_only(twice: Store) -> None:
    (receipt,) = twice.undo()
    assert (receipt.outcome, receipt.article_id, receipt.title) == (Outcome.REMOVED, article("b").id, "B")
    assert texts(twice) == {"a": NORTH}, "what was added before stays"
    keep(twice, article("a", SOUTH))
    assert texts(twice) == {"a": SOUTH}, "the duplicate does not come back"


def test_of_several_duplicates_one_takes_its_place_and_the_others_wait(twice: Store) -> None:
    keep(twice, article("c"))
    keep(twice, article("a", SOUTH))
    (second,) = [key for key, text in texts(twice).items() if text == NORTH]
    keep(twice, article(second, SOUTH + " Or so."))
    assert sorted(texts(twice).values()) == sorted([SOUTH, SOUTH + " Or so.", NORTH])


def test_a_duplicate_that_changes_itself_is_an_article(twice: Store) -> None:
    assert keep(twice, article("b", SOUTH)).outcome is Outcome.ADDED
    keep(twice, article("a", SOUTH + " Or so."))
    assert texts(twice) == {"a": SOUTH + " Or so.", "b": SOUTH}


def test_what_is_removed_goes_with_its_duplicates(twice: Store) -> None:
    twice.remove(article("a").id)
    assert texts(twice) == {}
    keep(twice, article("a"))
    keep(twice, article("a", SOUTH))
    assert texts(twice) == {"a": SOUTH}


def test_a_duplicate_goes_with_the_addition_that_brought_it(twice: Store) -> None:
    keep(twice, article("x", SOUTH), twice.begin_addition())
    twice.undo()
    addition = twice.begin_addition()
    keep(twice, article("c"), addition)
    twice.undo(addition)
    keep(twice, article("a", SOUTH))
    assert texts(twice) == {"a": SOUTH, "b": NORTH}


def test_when_the_first_is_taken_back_the_duplicate_takes_its_place(store: Store) -> None:
    addition = store.begin_addition()
    keep(store, article("a"), addition)
    keep(store, article("b"))
    store.undo(addition)
    assert texts(store) == {"b": NORTH}


def test_what_an_addition_took_out_comes_back_with_it(store: Store) -> None:
    keep(store, article("a", origin="/news/a.txt"))
    addition = store.begin_addition()
    receipt = store.take_out(article("a").id, addition, "/news/a.txt")
    assert (receipt.outcome, texts(store)) == (Outcome.REMOVED, {})
    assert [receipt.outcome for receipt in store.undo()] == [Outcome.RESTORED]
    assert texts(store) == {"a": NORTH}
    assert len(store.sentences(article("a").id)) == 1


def test_a_file_that_was_renamed_keeps_its_article_under_its_new_name(tmp_path: Path, store: Store) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    new.write_text(NORTH, "utf-8")
    keep(store, article(f"file:{old}", origin=str(old)))
    keep(store, article(f"file:{new}", origin=str(new)))
    elsewhere = article("file:/gone/c.txt", SOUTH, origin="/gone/c.txt")
    keep(store, elsewhere)
    gone = gone_below(tmp_path, store.origins())
    assert gone == [(article(f"file:{old}").id, str(old))]
    store.take_out(gone[0][0], store.begin_addition(), "old.txt")
    assert texts(store) == {f"file:{new}": NORTH, elsewhere.key: SOUTH}


def test_a_file_whose_name_is_no_text_is_not_taken_for_gone(tmp_path: Path, store: Store) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.txt"))
    path.write_text(NORTH, "utf-8")
    [document] = read_file(path)
    store.put(document)
    assert gone_below(tmp_path, store.origins()) == []
    path.unlink()
    assert [article_id for article_id, _ in gone_below(tmp_path, store.origins())] == [document.article.id]
