"""The store: what is put in comes back, can be taken back, and survives whoever else uses the file."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Article, SentenceKind, Span
from retrieval.errors import (
    AmbiguousArticleError,
    StoreTooNewError,
    StoreUnusableError,
    UnknownArticleError,
)
from retrieval.filters import Filter
from retrieval.ingest.files import read_bytes
from retrieval.ingest.plain import plain_units
from retrieval.storage.database import migrate
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.schema import MIGRATIONS
from retrieval.storage.store import KEPT, Store
from tests.support.documents import keep
from tests.support.paths import ROOT
from tests.support.texts import ARTICLES


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a store for laws, each of which leaves it empty."""
    with Store(tmp_path_factory.mktemp("shared") / "articles.sqlite3") as opened:
        yield opened


def article(key: str, text: str = "", title: str | None = None, **fields: object) -> Article:
    return Article.model_validate(
        {"key": key, "text": text or f"What {key} says.", "language": "en", "title": title, **fields}
    )


def outcomes(receipts: Sequence[Receipt]) -> list[tuple[str, Outcome]]:
    return [(receipt.name, receipt.outcome) for receipt in receipts]


def texts(store: Store) -> dict[str, str]:
    """Return the text of every article by its key."""
    articles = [store.get(holding.article_id) for holding in store.catalogue()]
    return {article.key: article.text for article in articles}


# What is put in comes back


@settings(max_examples=60)
@given(article=ARTICLES)
def test_what_was_put_in_comes_back_the_same(shared: Store, article: Article) -> None:
    receipt = keep(shared, article)
    assert receipt.article_id == article.id
    assert receipt.outcome is Outcome.ADDED
    assert shared.get(article.id) == article
    assert shared.sentences(article.id) == plain_units(article)
    assert receipt.sentences == len(plain_units(article))
    assert shared.remove(article.id) == article
    assert shared.sentences(article.id) == ()
    assert shared.catalogue() == []


MARKDOWN = b"""---
aliases: [Pumps, Seals]
---
# Prices

## How much is Ertis-4?

| Pump | Price |
|---|---|
| Ertis-4 | 900 |

- One
  - Two
"""


def test_what_its_units_stand_under_comes_back_too_also_after_undo(store: Store) -> None:
    [document] = read_bytes(MARKDOWN, Path("prices.md"), "prices")
    assert [(str(unit.kind), unit.depth, unit.above) for unit in document.units] == [
        ("title", 1, ()),
        ("heading", 2, (0,)),
        ("header", 0, (0, 1)),
        ("row", 0, (0, 1, 2)),
        ("bullet", 0, (0, 1)),
        ("bullet", 1, (0, 1, 4)),
    ]
    assert document.article.names == ("Pumps", "Seals")
    store.put(document)
    assert store.document(document.article.id) == document
    row = store.stored_sentences([(document.article.id, 3)])[document.article.id, 3]
    assert (row.text, row.kind, row.above) == ("Ertis-4 | 900", SentenceKind.ROW, (0, 1, 2))
    keep(store, article("prices", "Nothing."), store.begin_edit())
    store.undo()
    assert store.document(document.article.id) == document


@settings(max_examples=30)
@given(former=ARTICLES, later=ARTICLES)
def test_what_was_replaced_and_taken_back_is_the_same(shared: Store, former: Article, later: Article) -> None:
    later = Article.model_validate(
        later.model_dump() | {"key": former.key, "text": f"{former.text} And more."}
    )
    keep(shared, former)
    assert keep(shared, later, shared.begin_edit()).outcome is Outcome.UPDATED
    kept = {name: getattr(later, name) or getattr(former, name) for name in ("source", "url", "collection")}
    assert shared.get(former.id) == later.model_copy(update=kept)
    assert [receipt.outcome for receipt in shared.undo()] == [Outcome.RESTORED]
    assert shared.get(former.id) == former
    assert shared.sentences(former.id) == plain_units(former)
    shared.remove(former.id)


def test_what_was_put_in_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    dated = article("a", published="2024-02-22", source="МИР 24", url="https://mir24.tv/x")
    with Store(tmp_path / "articles.sqlite3") as store:
        keep(store, dated)
    with Store(tmp_path / "articles.sqlite3") as store:
        assert store.get(dated.id) == dated


# Receipts


def test_a_receipt_says_what_became_of_an_article(store: Store) -> None:
    first = article("a", "One says. So does two.", "One")
    assert keep(store, first) == Receipt("a", Outcome.ADDED, first.id, "One", 2)
    changed = article("a", "One says no more.", "One again")
    assert keep(store, changed, name="a.txt") == Receipt(
        "a.txt", Outcome.UPDATED, first.id, "One again", 1, former="One"
    )
    twin = article("b", "One says no more.", "Another")
    assert keep(store, twin) == Receipt("b", Outcome.DUPLICATE, first.id, "One again", 0)
    assert keep(store, changed) == Receipt("a", Outcome.DUPLICATE, first.id, "One again", 0)
    assert texts(store) == {"a": "One says no more."}


def test_a_duplicate_leaves_what_it_duplicates_untouched(store: Store) -> None:
    first = article("a", "Said once.", "First")
    keep(store, first)
    ((newest, _),) = store.changes(0)
    keep(store, article("b", "Said once.", "Second"))
    assert store.get(first.id) == first
    assert store.changes(newest) == []
    with pytest.raises(UnknownArticleError):
        store.get(article("b").id)


# Taking back


def test_an_addition_of_several_is_taken_back_whole(store: Store) -> None:
    keep(store, article("kept"))
    addition = store.begin_edit()
    for key in ("a", "b", "c"):
        keep(store, article(key), addition)
    undone = store.undo()
    assert sorted(outcomes(undone)) == [(key, Outcome.REMOVED) for key in ("a", "b", "c")]
    assert set(texts(store)) == {"kept"}


def test_an_update_is_taken_back_to_what_stood_there(store: Store) -> None:
    former = article("a", "First version.", "First")
    keep(store, former)
    keep(store, article("a", "Second version.", "Second"), store.begin_edit())
    assert store.undo() == [Receipt("a", Outcome.RESTORED, former.id, "First", 1)]
    assert store.get(former.id) == former


def test_additions_are_taken_back_one_after_the_other_the_last_one_first(store: Store) -> None:
    keep(store, article("a", "Version one."), store.begin_edit())
    keep(store, article("a", "Version two."), store.begin_edit())
    keep(store, article("b"), store.begin_edit())
    assert outcomes(store.undo()) == [("b", Outcome.REMOVED)]
    assert outcomes(store.undo()) == [("a", Outcome.RESTORED)]
    assert texts(store) == {"a": "Version one."}
    assert outcomes(store.undo()) == [("a", Outcome.REMOVED)]
    assert store.undo() == []


def test_a_named_addition_is_taken_back_though_it_is_not_the_last(store: Store) -> None:
    first, second = store.begin_edit(), store.begin_edit()
    keep(store, article("a"), first)
    keep(store, article("b"), second)
    assert outcomes(store.undo(first)) == [("a", Outcome.REMOVED)]
    assert store.undo(first) == []
    assert set(texts(store)) == {"b"}
    assert outcomes(store.undo()) == [("b", Outcome.REMOVED)]


def test_two_versions_in_one_addition_are_taken_back_to_what_stood_before_it(store: Store) -> None:
    keep(store, article("a", "Before."))
    addition = store.begin_edit()
    keep(store, article("a", "During."), addition)
    keep(store, article("a", "After."), addition)
    assert outcomes(store.undo()) == [("a", Outcome.RESTORED)]
    assert texts(store) == {"a": "Before."}


def test_what_was_changed_since_is_kept_as_it_is(store: Store) -> None:
    addition = store.begin_edit()
    keep(store, article("a", "Added."), addition)
    keep(store, article("b", "Added too."), addition)
    keep(store, article("a", "Changed since."))
    assert sorted(outcomes(store.undo())) == [("a", Outcome.KEPT), ("b", Outcome.REMOVED)]
    assert texts(store) == {"a": "Changed since."}
    assert store.undo() == []


def test_what_was_removed_since_does_not_come_back(store: Store) -> None:
    former = article("a", "First version.")
    keep(store, former)
    keep(store, article("a", "Second version."), store.begin_edit())
    store.remove(former.id)
    assert outcomes(store.undo()) == [("a", Outcome.KEPT)]
    assert texts(store) == {}


def test_there_may_be_nothing_to_take_back(store: Store) -> None:
    assert store.undo() == []
    assert store.undo(7) == []
    keep(store, article("a"))
    assert store.undo() == [], "what was added without an addition stays"
    store.begin_edit()
    assert store.undo() == [], "nothing was added under it"
    keep(store, article("b", "What a says."), store.begin_edit())
    assert [receipt.outcome for receipt in store.undo()] == [Outcome.REMOVED], "a duplicate waits no longer"
    assert store.undo() == []
    assert set(texts(store)) == {"a"}


def test_an_addition_in_which_nothing_was_kept_does_not_hide_the_one_before(store: Store) -> None:
    keep(store, article("a"), store.begin_edit())
    keep(store, article("a"), store.begin_edit())
    assert outcomes(store.undo()) == [("a", Outcome.REMOVED)]


# Doing again, and what was taken out


def test_what_is_undone_is_done_again_until_something_else_is_changed(store: Store) -> None:
    keep(store, article("a", "One."), store.begin_edit())
    keep(store, article("a", "Two."), store.begin_edit())
    assert store.redo() == [], "nothing was undone"
    store.undo()
    store.undo()
    assert texts(store) == {}
    assert outcomes(store.redo()) == [("a", Outcome.RESTORED)]
    assert texts(store) == {"a": "One."}
    assert outcomes(store.redo()) == [("a", Outcome.RESTORED)]
    assert texts(store) == {"a": "Two."}
    assert store.redo() == []
    store.undo()
    keep(store, article("b"), store.begin_edit())
    assert store.redo() == []
    assert set(texts(store)) == {"a", "b"}


def test_an_undoing_that_changed_nothing_is_none(store: Store) -> None:
    first = store.begin_edit()
    keep(store, article("a", "One."), first)
    store.undo(first)
    assert store.undo(first) == []
    assert outcomes(store.redo()) == [("a", Outcome.RESTORED)]


def test_a_removal_is_the_last_change_and_undone_before_what_was_added(store: Store) -> None:
    edit = store.begin_edit()
    for key in ("a", "b"):
        keep(store, article(key), edit)
    removed = store.get(article("a").id)
    assert store.remove(removed.id, store.begin_edit()) == removed
    (piece,) = store.trash()
    assert (piece.document.article.id, piece.document.article) == (removed.id, removed)
    assert outcomes(store.undo()) == [("a", Outcome.RESTORED)]
    assert set(texts(store)) == {"a", "b"}
    assert store.trash() == []


def test_what_is_in_the_trash_is_brought_back_by_its_id(store: Store) -> None:
    keep(store, article("a", "First version.", "First"))
    keep(store, article("b"))
    former = store.document(article("a").id)
    store.remove(former.article.id, store.begin_edit())
    keep(store, article("b", "Changed since."), store.begin_edit())
    (receipt,) = store.bring_back([former.article.id[:4]])
    assert (receipt.outcome, receipt.title) == (Outcome.ADDED, "First")
    assert store.document(former.article.id) == former
    with pytest.raises(UnknownArticleError):
        store.bring_back([former.article.id])
    assert outcomes(store.undo()) == [("a", Outcome.REMOVED)]


def test_several_are_brought_back_together_or_not_at_all(store: Store) -> None:
    ids = [article(key).id for key in ("a", "b")]
    for key in ("a", "b"):
        keep(store, article(key))
        store.remove(article(key).id, store.begin_edit())
    with pytest.raises(UnknownArticleError):
        store.bring_back([ids[0], "zzzz"])
    assert texts(store) == {}
    store.bring_back(ids)
    assert set(texts(store)) == {"a", "b"}
    store.undo()
    assert texts(store) == {}


def test_what_is_done_again_is_the_undoing_that_was_meant(store: Store) -> None:
    keep(store, article("a"), store.begin_edit())
    store.undo()
    _, meant = store.last_edits()
    keep(store, article("b"), store.begin_edit())
    assert store.redo(meant) == []
    assert set(texts(store)) == {"b"}


def test_a_purge_leaves_nothing_to_undo_and_nothing_of_what_was_removed(store: Store) -> None:
    keep(store, article("a", "A secret word: xyzzy."), store.begin_edit())
    store.remove(article("a").id, store.begin_edit())
    assert [piece.document.article.id for piece in store.purge()] == [article("a").id]
    assert (store.trash(), store.undo(), store.redo()) == ([], [], [])
    with closing(sqlite3.connect(store.path)) as connection:
        assert "xyzzy" not in "".join(connection.iterdump())


def test_edits_of_long_ago_are_forgotten_when_another_begins(store: Store) -> None:
    keep(store, article("old"), store.begin_edit())
    store.remove(article("old").id, store.begin_edit())
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE edit SET at = ?", ((datetime.now(UTC) - KEPT).isoformat(),))
        connection.commit()
    assert len(store.trash()) == 1
    keep(store, article("new"), store.begin_edit())
    assert store.trash() == []
    assert outcomes(store.undo()) == [("new", Outcome.REMOVED)]
    assert store.undo() == []


def test_a_rehearsal_leaves_everything_as_it_was(store: Store) -> None:
    keep(store, article("a"), store.begin_edit())
    newest = store.changes(0)
    with store.rehearsing():
        edit = store.begin_edit()
        assert keep(store, article("b"), edit).outcome is Outcome.ADDED
        store.remove(article("a").id, edit)
        assert set(texts(store)) == {"b"}
        assert sorted(outcomes(store.undo())) == [("a", Outcome.RESTORED), ("b", Outcome.REMOVED)]
    assert (set(texts(store)), store.changes(0)) == ({"a"}, newest)
    with pytest.raises(UnknownArticleError), store.rehearsing():
        store.remove("unknown", store.begin_edit())
    assert outcomes(store.undo()) == [("a", Outcome.REMOVED)]


# Removing, and naming what to remove


def test_a_removed_article_is_returned_and_gone_for_good(store: Store) -> None:
    kept = article("a")
    keep(store, kept)
    assert store.remove(kept.id) == kept
    for verb in (store.get, store.remove):
        with pytest.raises(UnknownArticleError, match=kept.id):
            verb(kept.id)
    assert store.sentences(kept.id) == ()
    assert keep(store, kept).outcome is Outcome.ADDED


def test_an_article_is_named_by_the_beginning_of_its_id(store: Store) -> None:
    first, other = article("a"), article("b")
    keep(store, first)
    keep(store, other)
    assert first.id[0] != other.id[0]
    for length in (1, 6, len(first.id)):
        assert store.resolve(first.id[:length]) == first.id
        assert store.resolve(f"  {first.id[:length].upper()}\n") == first.id


def test_a_beginning_that_several_ids_have_is_ambiguous_and_names_them(store: Store) -> None:
    by_first: dict[str, list[str]] = {}
    for number in range(17):  # sixteen digits, so that two of them begin alike
        numbered = article(str(number))
        keep(store, numbered)
        by_first.setdefault(numbered.id[0], []).append(numbered.id)
    digit, ids = next((digit, ids) for digit, ids in by_first.items() if len(ids) > 1)
    with pytest.raises(AmbiguousArticleError, match="several articles' ids begin with") as caught:
        store.resolve(digit)
    assert set(caught.value.matches) <= set(ids)
    assert len(caught.value.matches) > 1
    assert store.resolve(ids[0]) == ids[0]


@pytest.mark.parametrize(
    "beginning",
    [
        *("", " ", "zzz", "%", "_", "__", "%%", "*", "?", "'", "a\x00", "\ud800", "😀"),
        '"; DROP TABLE article',
        "a" * 10_000,
    ],
)
def test_a_beginning_that_no_id_has_is_unknown(store: Store, beginning: str) -> None:
    keep(store, article("a"))
    with pytest.raises(UnknownArticleError, match="no article has the id"):
        store.resolve(beginning)


def test_no_id_that_anyone_can_write_is_more_than_unknown(store: Store) -> None:
    for name in ("", "%", "\x00", "\ud800", "x" * 10_000):
        with pytest.raises(UnknownArticleError):
            store.get(name)
        with pytest.raises(UnknownArticleError):
            store.remove(name)


# Changes


def test_changes_are_numbered_and_each_article_is_named_once(store: Store) -> None:
    assert store.changes(0) == []
    a, b = article("a"), article("b")
    keep(store, a)
    keep(store, b)
    (first, first_id), (newest, newest_id) = store.changes(0)
    assert (first_id, newest_id) == (a.id, b.id)
    assert 0 < first < newest
    assert store.changes(first) == [(newest, b.id)]
    assert store.changes(newest) == []
    keep(store, article("a", "Changed."))
    store.remove(b.id)
    keep(store, article("a", "Changed again."))
    changed = store.changes(newest)
    assert [article_id for _, article_id in changed] == [b.id, a.id]
    assert newest < changed[0][0] < changed[1][0]
    assert store.changes(0) == changed


def test_taking_back_is_a_change_too(store: Store) -> None:
    keep(store, article("a", "One."))
    addition = store.begin_edit()
    keep(store, article("a", "Two."), addition)
    keep(store, article("b"), addition)
    *_, (newest, _) = store.changes(0)
    store.undo()
    assert {article_id for _, article_id in store.changes(newest)} == {article("a").id, article("b").id}


# The catalogue


def test_the_catalogue_has_the_newest_addition_first(store: Store) -> None:
    for day, key in ((2, "b"), (3, "c"), (1, "a")):
        keep(store, article(key, added=datetime(2024, 1, day, tzinfo=UTC), title=key.upper()))
    assert [holding.title for holding in store.catalogue()] == ["C", "B", "A"]
    assert [holding.title for holding in store.catalogue(limit=2)] == ["C", "B"]
    assert [holding.title for holding in store.catalogue(limit=2, offset=2)] == ["A"]
    assert store.catalogue(limit=2, offset=3) == []


def test_of_two_additions_in_one_second_the_later_one_comes_first(store: Store) -> None:
    keep(store, article("whole", added=datetime(2024, 1, 1, 12, tzinfo=UTC)))
    keep(store, article("later", added=datetime(2024, 1, 1, 12, 0, 0, 500, tzinfo=UTC)))
    assert [holding.article_id for holding in store.catalogue()] == [article("later").id, article("whole").id]


def test_a_line_of_the_catalogue_is_an_article_without_its_text(store: Store) -> None:
    stored = article("a", "One. Two. Three.", "A", source="Kazinform", published="2022-02-13", language="kk")
    keep(store, stored)
    (holding,) = store.catalogue()
    assert (holding.article_id, holding.title, holding.source) == (stored.id, "A", "Kazinform")
    assert (holding.published, holding.language) == (date(2022, 2, 13), "kk")
    assert (holding.added, holding.sentences) == (stored.added, len(plain_units(stored)))


def test_a_summary_counts_what_is_held(store: Store) -> None:
    keep(store, article("a", "One. Two.", source="Kazinform", published="2022-02-13"))
    keep(store, article("b", "Три.", source="МИР 24", published="2024-02-22", language="ru"))
    keep(store, article("c", "Four.", source="МИР 24"))
    summary = store.summary()
    assert (summary.articles, summary.sentences, summary.answerable) == (3, 4, 4)
    assert (summary.first, summary.last) == (date(2022, 2, 13), date(2024, 2, 22))
    assert summary.sources == (("МИР 24", 2), ("Kazinform", 1))
    assert summary.languages == (("en", 2), ("ru", 1))


def test_the_summary_of_nothing(store: Store) -> None:
    summary = store.summary()
    assert (summary.articles, summary.sentences, summary.first, summary.last) == (0, 0, None, None)
    assert summary.sources == summary.languages == ()


def test_a_whole_database_passes_its_check(store: Store) -> None:
    keep(store, article("a"))
    store.check()


# The schema


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "other.sqlite3", isolation_level=None)
    yield opened
    opened.close()


def version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_a_new_database_has_the_newest_version(store: Store) -> None:
    opened = sqlite3.connect(store.path)
    assert version(opened) == len(MIGRATIONS) > 0
    assert {"article", "sentence", "change", "edit"} <= tables(opened)
    opened.close()


def test_migrations_are_taken_one_after_the_other_and_each_once(connection: sqlite3.Connection) -> None:
    steps = [
        "CREATE TABLE one (x)",
        "CREATE TABLE two (x); INSERT INTO two VALUES (2)",
        "ALTER TABLE one ADD y",
    ]
    migrate(connection, steps[:1], Path("db"))
    assert (version(connection), tables(connection)) == (1, {"one"})
    for _ in range(2):
        migrate(connection, steps, Path("db"))
        assert (version(connection), tables(connection)) == (3, {"one", "two"})
        assert connection.execute("SELECT x FROM two").fetchall() == [(2,)]
        assert not connection.in_transaction


def test_a_step_that_fails_leaves_the_ones_before_it_and_nothing_of_itself(
    connection: sqlite3.Connection,
) -> None:
    steps = ["CREATE TABLE one (x)", "CREATE TABLE two (x); CREATE TABLE one (again)"]
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, steps, Path("db"))
    assert (version(connection), tables(connection)) == (1, {"one"})
    assert not connection.in_transaction
    migrate(connection, [steps[0], "CREATE TABLE two (x)"], Path("db"))
    assert (version(connection), tables(connection)) == (2, {"one", "two"})


def test_a_database_from_a_newer_derek_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    with Store(path) as store:
        keep(store, article("a"))
    opened = sqlite3.connect(path)
    opened.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = list(opened.iterdump())
    with pytest.raises(StoreTooNewError, match=r"version \d+, this Derek knows up to \d+; upgrade Derek"):
        Store(path)
    assert list(opened.iterdump()) == before
    assert version(opened) == len(MIGRATIONS) + 1
    opened.close()


# Places that cannot be used


def unusable(path: Path) -> StoreUnusableError:
    with pytest.raises(StoreUnusableError, match=f"{re.escape(str(path))}: .+; check that") as caught:
        Store(path)
    return caught.value


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert unusable(tmp_path).path == tmp_path


def test_a_database_needs_its_folder(tmp_path: Path) -> None:
    unusable(tmp_path / "missing" / "articles.sqlite3")
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    "content", [b"garbage\n" * 1_000, b"SQLite format 3\x00" + b"\xff" * 4_096, b"garbage " * 100]
)
def test_a_file_of_garbage_is_no_database_and_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "articles.sqlite3"
    path.write_bytes(content)
    unusable(path)
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    path.touch()
    with Store(path) as store:
        keep(store, article("a"))
    with Store(path) as store:
        assert [entry.article_id for entry in store.catalogue()] == [article("a").id]
        store.check()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_unusable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        unusable(tmp_path / "articles.sqlite3")
    finally:
        tmp_path.chmod(0o700)


def test_a_database_damaged_in_use_is_reported_in_words(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    with Store(path) as store:
        for number in range(50):
            keep(store, article(str(number), f"Text {number}. " * 50))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"garbage " * ((size - 4096) // 8))
    with pytest.raises(StoreUnusableError, match=re.escape(str(path))), Store(path) as store:
        store.check()


def test_a_closed_store_says_so_in_words(tmp_path: Path) -> None:
    store = Store(tmp_path / "articles.sqlite3")
    store.close()
    with pytest.raises(StoreUnusableError):
        store.catalogue()


# Others at the same file


def test_those_who_make_a_database_at_the_same_moment_wait_for_each_other(tmp_path: Path) -> None:
    faults = list[BaseException]()

    def make(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            Store(path).close()
        except StoreUnusableError as error:
            faults.append(error)

    for number in range(15):
        together = threading.Barrier(4)
        makers = [threading.Thread(target=make, args=(tmp_path / str(number), together)) for _ in range(4)]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join()
    assert not faults


#: Adds articles named by a prefix and a number, and acknowledges each on a line of its own.
ADDER = """
import sys
from pathlib import Path
from retrieval.articles import Article
from retrieval.storage.store import KEPT, Store
from tests.support.documents import keep
path, prefix, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Store(path) as store:
    for number in range(count):
        key = f"{prefix}-{number}"
        keep(store, Article(key=key, text=f"{key} says this. And that.", language="en"))
        print(key, flush=True)
"""


def adding(path: Path, prefix: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ADDER, str(path), prefix, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_processes_that_make_and_fill_a_database_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    running = [adding(path, prefix, 40) for prefix in "ab"]
    acknowledged = {key for process in running for key in process.communicate()[0].split()}
    assert [process.returncode for process in running] == [0, 0]
    assert len(acknowledged) == 80
    with Store(path) as store:
        assert set(texts(store)) == acknowledged
        assert len(store.changes(0)) == 80
        store.check()


def test_a_process_killed_while_adding_leaves_every_acknowledged_article(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    acknowledged: set[str] = set()
    for prefix, rest in (("a", 0.0), ("b", 0.01), ("c", 0.05)):
        process = adding(path, prefix, 100_000)
        assert process.stdout is not None
        acknowledged.update(process.stdout.readline().strip() for _ in range(5))
        time.sleep(rest)
        process.send_signal(signal.SIGKILL)
        # A line that the kill cut short was written after its article was.
        acknowledged.update(line.strip() for line in process.stdout.readlines() if line.endswith("\n"))
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        with Store(path) as store:
            store.check()
            assert acknowledged <= set(texts(store))
            assert all(len(store.sentences(article(key).id)) == 2 for key in acknowledged)
            keep(store, article(f"after {prefix}"))


SOME = [None, date(2022, 5, 1), date(2023, 5, 1)]


@given(
    sources=st.frozensets(st.sampled_from(["мир 24", "akorda", "nobody"])),
    since=st.sampled_from(SOME),
    until=st.sampled_from([None, date(2023, 5, 1), date(2024, 1, 1)]),
    collections=st.none() | st.frozensets(st.sampled_from(["hr", "it", "nothing"])),
)
def test_the_articles_chosen_are_those_that_a_filter_admits(
    catalogue: Store,
    sources: frozenset[str],
    since: date | None,
    until: date | None,
    collections: frozenset[str] | None,
) -> None:
    wanted = Filter(sources=sources, since=since, until=until, collections=collections)
    chosen = catalogue.article_ids(wanted)
    articles = [catalogue.get(entry.article_id) for entry in catalogue.catalogue()]
    assert chosen == {article.id for article in articles if wanted.admits(article)}


@pytest.fixture(name="catalogue", scope="module")
def store_of_many_sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("catalogue") / "articles.sqlite3") as store:
        for number, source in enumerate([None, "МИР 24", "Мир 24", "Akorda", "Akorda press"]):
            for day in SOME:
                text = f"Wheat {number} of {day} grew."
                keep(
                    store,
                    Article(
                        key=text,
                        text=text,
                        language="en",
                        source=source,
                        published=day,
                        collection=[None, "hr", "it"][number % 3],
                    ),
                )
        yield store


# Collections


def test_what_a_filter_admits_is_listed_counted_and_found_by_its_collections(catalogue: Store) -> None:
    hr, it = (Filter(collections=frozenset({name})) for name in ("hr", "it"))
    assert catalogue.summary().collections == (("hr", 6), ("it", 3))
    summary = catalogue.summary(hr)
    assert (summary.articles, summary.sentences, summary.collections) == (6, 6, (("hr", 6),))
    assert summary.sources == (("Akorda press", 3), ("МИР 24", 3))
    entries = catalogue.catalogue(admitted=hr)
    assert {entry.collection for entry in entries} == {"hr"}
    assert len(entries) == 6
    assert catalogue.catalogue(2, 5, hr) == entries[5:]
    assert catalogue.count_undated(hr) == 2
    inside, outside = entries[0].article_id, catalogue.catalogue(admitted=it)[0].article_id
    assert catalogue.resolve(inside[:11], hr) == inside
    assert catalogue.slice(inside, Span(0, 5), hr) == catalogue.slice(outside, Span(0, 5)) == "Wheat"
    assert catalogue.slice(outside, Span(0, 5), hr) is None
    with pytest.raises(UnknownArticleError):
        catalogue.resolve(outside, hr)
    nothing = Filter(collections=frozenset())
    assert (catalogue.summary(nothing).articles, catalogue.catalogue(admitted=nothing)) == (0, [])


def test_an_article_stays_in_its_collection_until_another_one_is_told(store: Store) -> None:
    keep(store, article("a", collection="hr"))
    assert keep(store, article("a")).outcome is Outcome.DUPLICATE
    assert keep(store, article("a", "Another text.")).outcome is Outcome.UPDATED
    assert store.get(article("a").id).collection == "hr"
    seen = store.changes(0)[-1][0]
    assert keep(store, article("a", "Another text.", collection="it")).outcome is Outcome.UPDATED
    assert store.get(article("a").id).collection == "it"
    assert [changed for _, changed in store.changes(seen)] == [article("a").id], "every index is told"


def test_a_move_to_another_collection_is_undone_and_done_again(store: Store) -> None:
    keep(store, article("a"), store.begin_edit())
    keep(store, article("a", collection="hr"), store.begin_edit())
    keep(store, article("a", collection="it"), store.begin_edit())

    def collection() -> str | None:
        return store.get(article("a").id).collection

    for expected in ("hr", None):
        store.undo()
        assert collection() == expected
    for expected in ("hr", "it"):
        store.redo()
        assert collection() == expected
    store.remove(article("a").id, store.begin_edit())
    (removed,) = store.trash()
    assert removed.document.article.collection == "it"
    store.bring_back([article("a").id])
    assert collection() == "it"


def test_articles_of_an_older_derek_are_in_no_collection(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    with closing(sqlite3.connect(path)) as opened:
        migrate(opened, MIGRATIONS[:8], path)
        opened.execute(
            "INSERT INTO article (id, key, digest, text, language, added)"
            " VALUES (?, 'old', ?, 'What old says.', 'en', '2024-01-01T00:00:00.000000+00:00')",
            (article("old", "What old says.").id, article("old", "What old says.").digest),
        )
        opened.commit()
    with Store(path) as store:
        (entry,) = store.catalogue()
        assert (entry.collection, store.summary().collections) == (None, ())
        assert store.get(entry.article_id).collection is None


def test_more_told_about_the_same_text_is_an_update_and_less_is_not(store: Store) -> None:
    keep(store, article("a"))
    dated = article("a", source="Kazinform", published="2022-02-13")
    assert keep(store, dated).outcome is Outcome.UPDATED
    assert keep(store, article("a")).outcome is Outcome.DUPLICATE
    assert (store.get(dated.id).source, store.get(dated.id).published) == ("Kazinform", date(2022, 2, 13))


def test_it_counts_the_sentences_that_may_answer(store: Store) -> None:
    assert store.count_answerable() == 0
    keep(store, Article(key="a", text="Wheat grew well.\n\nPhoto: Akorda\n\nRye fell.", language="en"))
    (entry,) = store.catalogue()
    assert (
        store.count_answerable() == sum(unit.kind.answers for unit in store.sentences(entry.article_id)) == 2
    )
