"""Duplicates: a text that two documents have lives on when one of them changes or goes."""

import os
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Article, Document
from retrieval.errors import UnknownArticleError
from retrieval.ingest.files import read_file
from retrieval.ingest.folders import gone_below
from retrieval.storage.documents import to_json
from retrieval.storage.receipts import Outcome
from retrieval.storage.schema import MIGRATIONS
from retrieval.storage.store import Store
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
    assert keep(store, article("b", title="B"), store.begin_edit()).outcome is Outcome.DUPLICATE
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
    keep(twice, article("x", SOUTH), twice.begin_edit())
    twice.undo()
    addition = twice.begin_edit()
    keep(twice, article("c"), addition)
    twice.undo(addition)
    keep(twice, article("a", SOUTH))
    assert texts(twice) == {"a": SOUTH, "b": NORTH}


def test_when_the_first_is_taken_back_the_duplicate_takes_its_place(store: Store) -> None:
    addition = store.begin_edit()
    keep(store, article("a"), addition)
    keep(store, article("b"))
    store.undo(addition)
    assert texts(store) == {"b": NORTH}


def test_what_an_addition_took_out_comes_back_with_it(store: Store) -> None:
    keep(store, article("a", origin="/news/a.txt"))
    addition = store.begin_edit()
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
    assert [(one.document_id, one.place) for one in gone] == [(article(f"file:{old}").id, str(old))]
    store.take_out(gone[0].document_id, store.begin_edit(), "old.txt")
    assert texts(store) == {f"file:{new}": NORTH, elsewhere.key: SOUTH}


def test_a_file_whose_name_is_no_text_is_not_taken_for_gone(tmp_path: Path, store: Store) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.txt"))
    path.write_text(NORTH, "utf-8")
    [document] = read_file(path)
    store.put(document)
    assert gone_below(tmp_path, store.origins()) == []
    path.unlink()
    assert [gone.document_id for gone in gone_below(tmp_path, store.origins())] == [document.article.id]


# Taken back


def states(path: Path) -> list[tuple[str, ...]]:
    """Return the text, title and place of each document, article or duplicate, as they are in the file."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT key, text, coalesce(title, ''), 'article' FROM article UNION ALL"
            " SELECT json_extract(document, '$.article.key'), json_extract(document, '$.article.text'),"
            " coalesce(json_extract(document, '$.article.title'), ''), 'duplicate' FROM duplicate ORDER BY 1"
        ).fetchall()
    connection.close()
    return rows


def test_a_promotion_is_taken_back_with_what_led_to_it(twice: Store) -> None:
    before = states(twice.path)
    addition = twice.begin_edit()
    keep(twice, article("a", SOUTH), addition)
    (receipt,) = twice.undo(addition)
    assert (receipt.outcome, receipt.article_id) == (Outcome.RESTORED, article("a").id)
    assert states(twice.path) == before


def test_a_promoted_duplicate_goes_with_the_addition_that_brought_it(store: Store) -> None:
    keep(store, article("a"))
    addition = store.begin_edit()
    keep(store, article("b", title="B"), addition)
    keep(store, article("a", SOUTH), store.begin_edit())
    assert texts(store) == {"a": SOUTH, "b": NORTH}
    (receipt,) = store.undo(addition)
    assert (receipt.outcome, receipt.title) == (Outcome.REMOVED, "B")
    assert texts(store) == {"a": SOUTH}


def test_a_duplicate_that_is_taken_out_waits_again_when_that_is_undone(twice: Store) -> None:
    before = states(twice.path)
    receipt = twice.take_out(article("b").id, twice.begin_edit(), "b.txt")
    assert (receipt.outcome, receipt.title) == (Outcome.REMOVED, "B")
    keep(twice, article("a", SOUTH), twice.begin_edit())
    assert texts(twice) == {"a": SOUTH}
    twice.undo()
    twice.undo()
    assert states(twice.path) == before


def test_a_text_lives_on_though_its_article_was_changed_again_before_the_undoing(twice: Store) -> None:
    addition = twice.begin_edit()
    keep(twice, article("a", SOUTH), addition)
    keep(twice, article("a", SOUTH + " Or so."), twice.begin_edit())
    assert [receipt.outcome for receipt in twice.undo(addition)] == [Outcome.KEPT]
    assert texts(twice) == {"a": SOUTH + " Or so.", "b": NORTH}


def test_a_duplicate_that_is_added_again_as_it_was_is_nothing_to_undo(twice: Store) -> None:
    keep(twice, article("x", SOUTH), twice.begin_edit())
    keep(twice, article("b", title="B"), twice.begin_edit())
    assert [receipt.article_id for receipt in twice.undo()] == [article("x").id]


def test_what_an_addition_promoted_and_then_changed_is_told_of_when_it_is_undone(twice: Store) -> None:
    before = states(twice.path)
    addition = twice.begin_edit()
    keep(twice, article("a", SOUTH), addition)
    keep(twice, article("b", SOUTH + " Or so."), addition)
    assert {receipt.article_id for receipt in twice.undo(addition)} == {article("a").id, article("b").id}
    assert states(twice.path) == before


def test_a_duplicate_of_an_older_derek_waits_on_and_goes_with_what_brought_it(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    waiting = Document(article("b", title="B", origin="/news/b.txt"), (), 0)
    with closing(sqlite3.connect(path)) as connection:
        for script in MIGRATIONS[:4]:
            connection.executescript(script)
        connection.execute("PRAGMA user_version = 4")
        connection.execute("INSERT INTO addition VALUES (7, '2026-01-01')")
        values = (waiting.article.id, waiting.article.digest, to_json(waiting), 7)
        connection.execute("INSERT INTO duplicate VALUES (?, ?, ?, ?)", values)
        connection.commit()
    with Store(path) as store:
        keep(store, article("a"))
        (origin,) = store.origins()
        assert (origin.document_id, origin.place) == (waiting.article.id, "/news/b.txt")
        (receipt,) = store.undo()
        assert (receipt.name, receipt.outcome) == ("/news/b.txt", Outcome.REMOVED)
        assert texts(store) == {"a": NORTH}
        assert store.origins() == []


#: What one addition does: it puts documents, by their keys, with one of a few texts; with none it takes one
#: out, and with another key it moves one there.
CHANGES = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from([None, NORTH, SOUTH, "It is open.\nIt is shut.", "c", "d"])
    ),
    min_size=1,
    max_size=4,
)


def apply(store: Store, addition: int, changes: Sequence[tuple[str, str | None]]) -> None:
    for key, text in changes:
        there = dict(known(store))
        if text in ("c", "d"):
            if article(key).id in there and article(text).id not in there:
                document = Document(article(text, there[article(key).id]), (), 0)
                store.move(article(key).id, document, addition, text)
        elif text is not None:
            keep(store, article(key, text, title=f"{key} {text[:9]}"), addition)
        elif article(key).id in there:
            store.take_out(article(key).id, addition, key)


def known(store: Store) -> list[tuple[str, str]]:
    """Return the id and the text of each document, whether it is an article or waits."""
    return [(article(key).id, text) for key, text, _, _ in states(store.path)]


@settings(max_examples=40)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_additions_taken_back_from_the_last_on_leave_what_was_before_each(
    additions: list[list[tuple[str, str | None]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        snapshots = []
        for changes in additions:
            addition = store.begin_edit()
            snapshots.append((addition, states(store.path)))
            apply(store, addition, changes)
            articles = {text for _, text, _, place in states(store.path) if place == "article"}
            assert {text for _, text in known(store)} == articles, "no text is without its article"
        for addition, snapshot in reversed(snapshots):
            receipts = store.undo(addition)
            assert states(store.path) == snapshot
            assert Outcome.KEPT not in [receipt.outcome for receipt in receipts]


@settings(max_examples=40)
@given(st.lists(CHANGES, min_size=1, max_size=5), st.data())
def test_no_text_is_without_its_article_in_whatever_order_additions_are_taken_back(
    additions: list[list[tuple[str, str | None]]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        for changes in additions:
            apply(store, store.begin_edit(), changes)
        for addition in data.draw(st.permutations(range(1, len(additions) + 1))):
            store.undo(addition)
            articles = {text for _, text, _, place in states(store.path) if place == "article"}
            assert {text for _, text in known(store)} == articles


@settings(max_examples=40)
@given(st.lists(CHANGES, min_size=1, max_size=4), st.integers(1, 4))
def test_what_is_undone_and_done_again_is_as_it_was(
    edits: list[list[tuple[str, str | None]]], times: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        for changes in edits:
            apply(store, store.begin_edit(), changes)
        snapshots = [states(store.path)]
        snapshots.extend(states(store.path) for _ in range(times) if store.undo())
        for snapshot in reversed(snapshots[:-1]):
            assert store.redo()
            assert states(store.path) == snapshot
        assert store.redo() == []
        for snapshot in snapshots[1:]:
            assert store.undo()
            assert states(store.path) == snapshot


def test_a_removal_with_its_duplicates_is_undone_as_a_whole(twice: Store) -> None:
    before = states(twice.path)
    twice.remove(article("a").id, twice.begin_edit())
    assert states(twice.path) == []
    assert {piece.document.article.id for piece in twice.trash()} == {article("a").id, article("b").id}
    assert {receipt.outcome for receipt in twice.undo()} == {Outcome.RESTORED}
    assert states(twice.path) == before
    assert twice.trash() == []


# Collections


def test_a_text_of_two_collections_is_in_that_of_its_article(store: Store) -> None:
    keep(store, article("a", collection="hr"))
    keep(store, article("b", collection="it"))
    assert store.summary().collections == (("hr", 1),)
    assert {origin.document_id for origin in store.origins()} == set()
    keep(store, article("b", collection="home"))
    store.remove(article("a").id, edit := store.begin_edit())
    store.undo(edit)
    keep(store, article("a", SOUTH))
    collections = {entry.article_id: entry.collection for entry in store.catalogue()}
    assert collections == {article("a").id: "hr", article("b").id: "home"}


# Moved


def test_what_was_moved_is_the_same_text_with_what_was_told_about_it(store: Store) -> None:
    keep(store, article("a", title="A", source="The Gate", collection="hr", added="2024-01-01T00:00:00Z"))
    before = states(store.path)
    seen = store.changes(0)[-1][0]
    moved = Document(article("b", origin="/news/b.txt"), (), 0)
    receipt = store.move(article("a").id, moved, store.begin_edit(), "b.txt")
    assert (receipt.outcome, receipt.article_id, receipt.title) == (Outcome.MOVED, article("b").id, "A")
    (entry,) = store.catalogue()
    assert (entry.article_id, entry.origin, entry.source) == (article("b").id, "/news/b.txt", "The Gate")
    assert (entry.added.year, entry.collection) == (2024, "hr")
    assert {article_id for _, article_id in store.changes(seen)} == {article("a").id, article("b").id}
    assert store.trash() == []
    after = states(store.path)
    for expected, key in ((before, "a"), (after, "b"), (before, "a")):
        (receipt,) = store.redo() if expected == after else store.undo()
        told = (receipt.outcome, receipt.article_id, receipt.title)
        assert told == (Outcome.RESTORED, article(key).id, "A")
        assert states(store.path) == expected
        assert store.trash() == []


def test_a_duplicate_that_was_moved_waits_on(twice: Store) -> None:
    before = states(twice.path)
    twice.move(article("b").id, Document(article("c"), (), 0), twice.begin_edit(), "c.txt")
    assert texts(twice) == {"a": NORTH}
    keep(twice, article("a", SOUTH), twice.begin_edit())
    assert texts(twice) == {"a": SOUTH, "c": NORTH}
    twice.undo()
    twice.undo()
    assert states(twice.path) == before


def test_what_is_not_there_cannot_be_moved(store: Store) -> None:
    with pytest.raises(UnknownArticleError):
        store.move(article("a").id, Document(article("b"), (), 0), store.begin_edit(), "b.txt")
