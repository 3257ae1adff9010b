"""Which articles of a store are copies of which, whatever became of them, and what is kept of that."""

import logging
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles import Article
from retrieval.copies.near_duplicates import NearDuplicates
from retrieval.storage.store import Store
from tests.copies.test_signatures import LINES, STORY, WEATHER
from tests.support.documents import keep


def article(key: str, text: str) -> Article:
    return Article(key=key, text=text, language="en")


FIRST = article("first", STORY)
CUT = article("cut", "\n".join(LINES[:4]))
CREDITED = article("credited", f"A bridge for Pavlodar\n{STORY}\nEditing by the night desk.")
WARM = article("warm", WEATHER.format(name="Almaty", day=3, a=24, b=13, c=5))
COLD = article("cold", WEATHER.format(name="Almaty", day=4, a=7, b=2, c=8))


@pytest.fixture(name="near")
def near_duplicates_of_the_store(store: Store, tmp_path: Path) -> Iterator[NearDuplicates]:
    near = NearDuplicates(store, tmp_path / "signatures.sqlite3")
    yield near
    near.close()


def copies(near: NearDuplicates, one: Article) -> set[str]:
    near.follow()
    return set(near.copies_of(one.id))


@settings(max_examples=10)
@given(st.permutations([FIRST, CUT, CREDITED, WARM, COLD]))
def test_the_order_of_adding_does_not_matter(articles: list[Article]) -> None:
    with TemporaryDirectory() as folder, Store(Path(folder) / "articles.sqlite3") as store:
        near = NearDuplicates(store, Path(folder) / "signatures.sqlite3")
        for one in articles:
            keep(store, one)
        digests = {one.id: one.digest for one in articles}
        unsigned = near.pairs(digests)
        assert copies(near, FIRST) == {CUT.id, CREDITED.id}
        assert copies(near, WARM) == copies(near, COLD) == set()
        story = [FIRST.id, CUT.id, CREDITED.id]
        assert near.pairs(digests) == unsigned == {(a, b) for a in story for b in story if a != b}
        near.close()


def test_an_article_alone_is_a_copy_of_nothing(store: Store, near: NearDuplicates) -> None:
    assert near.pairs({}) == frozenset()
    keep(store, FIRST)
    assert copies(near, FIRST) == set()
    assert near.pairs({FIRST.id: FIRST.digest}) == frozenset()
    assert near.copies_of("unknown") == ()


def test_an_update_leaves_the_group_and_undo_brings_it_back(store: Store, near: NearDuplicates) -> None:
    keep(store, FIRST)
    keep(store, CUT)
    assert copies(near, FIRST) == {CUT.id}
    keep(store, article("cut", COLD.text), store.begin_edit())
    assert copies(near, FIRST) == set()
    assert near.pairs({FIRST.id: FIRST.digest, CUT.id: CUT.digest}) == frozenset(), "that text is gone"
    store.undo()
    assert copies(near, FIRST) == {CUT.id}


def test_a_removal_leaves_the_group_and_undo_brings_it_back(store: Store, near: NearDuplicates) -> None:
    keep(store, FIRST)
    keep(store, CUT)
    assert copies(near, FIRST) == {CUT.id}
    store.remove(CUT.id, store.begin_edit())
    assert copies(near, FIRST) == copies(near, CUT) == set()
    store.undo()
    assert copies(near, CUT) == {FIRST.id}


def test_signatures_are_kept_for_the_next_start_and_made_anew_where_they_are_lost(
    store: Store, near: NearDuplicates, tmp_path: Path
) -> None:
    keep(store, FIRST)
    keep(store, CUT)
    near.follow()
    again = NearDuplicates(store, near.path)
    assert (len(again), again.copies_of(FIRST.id)) == (2, (CUT.id,))
    again.close()
    elsewhere = NearDuplicates(store, tmp_path / "others.sqlite3")
    assert copies(elsewhere, FIRST) == {CUT.id}
    elsewhere.close()


def test_where_signatures_cannot_be_read_answers_do_without(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(store, FIRST)
    keep(store, CUT)
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database" * 100)
    near = NearDuplicates(store, broken)
    with caplog.at_level(logging.WARNING):
        assert near.pairs({FIRST.id: FIRST.digest, CUT.id: CUT.digest}) == {
            (FIRST.id, CUT.id),
            (CUT.id, FIRST.id),
        }
    assert "broken.sqlite3" in caplog.text
    near.follow()
    assert near.copies_of(FIRST.id) == (CUT.id,), "a damaged file is begun anew"
    near.close()


def test_of_what_went_nothing_is_left_in_any_file(store: Store, near: NearDuplicates) -> None:
    keep(store, FIRST)
    keep(store, CUT)
    near.follow()
    ids = [one.id.encode() for one in (FIRST, CUT)]
    store.remove(CUT.id)
    near.forget()
    files = [path.read_bytes() for path in near.path.parent.glob("signatures.sqlite3*")]
    assert files
    assert [any(one in content for content in files) for one in ids] == [True, False]
    assert not any(CUT.digest.encode() in content for content in files)
    assert len(near) == 1


def test_what_was_never_signed_need_not_be_forgotten(near: NearDuplicates) -> None:
    near.forget()
    assert not near.path.exists()


def test_what_is_stopped_signs_nothing_more(store: Store, near: NearDuplicates) -> None:
    keep(store, FIRST)
    near.stop()
    near.follow()
    assert len(near) == 0
