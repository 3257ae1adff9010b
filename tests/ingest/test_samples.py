"""The sample articles: they make room for the first own one, once, and come back with its undoing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assembly import Derek
from retrieval.articles import Article, Document
from retrieval.ingest.samples import SampleRoom, make_room, sample_documents
from retrieval.ingest.texts import read_text
from retrieval.storage.receipts import Receipt
from retrieval.storage.store import Store
from tests.support.documents import document_of

SAMPLES = {document.article.id for document in sample_documents()}
HARBOUR = read_text("The Aral harbour has 12 berths.", "harbour")
PIER = read_text("The pier of Aral is long.", "pier")


@pytest.fixture(name="store")
def store_with_samples(store: Store) -> Store:
    for document in sample_documents():
        store.put(document)
    return store


def add(store: Store, *documents: Document) -> tuple[int, list[Receipt]]:
    """Add documents in one edit as every door does, and return its number and what made room."""
    edit = store.begin_edit()
    for document in documents:
        store.put(document, edit)
    return edit, make_room(store, edit)


def ids(store: Store) -> set[str]:
    return {entry.article_id for entry in store.catalogue()}


def test_the_first_own_articles_take_the_place_of_the_samples(store: Store) -> None:
    _, gone = add(store, HARBOUR, PIER)
    assert {receipt.article_id for receipt in gone} == SAMPLES
    assert ids(store) == {HARBOUR.article.id, PIER.article.id}


def test_one_undoing_takes_the_whole_back_and_says_so_of_the_own_article_alone(store: Store) -> None:
    before = {article_id: store.get(article_id) for article_id in SAMPLES}
    edit, _ = add(store, HARBOUR)
    assert [receipt.article_id for receipt in store.undo()] == [HARBOUR.article.id]
    assert {article_id: store.get(article_id) for article_id in ids(store)} == before
    assert [receipt.article_id for receipt in store.redo()] == [HARBOUR.article.id]
    assert ids(store) == {HARBOUR.article.id}
    assert store.undo(edit) == [], "an edit is undone once"


def test_samples_are_in_the_trash_and_stay_when_they_are_brought_back(store: Store) -> None:
    add(store, HARBOUR)
    assert {removed.document.article.id for removed in store.trash()} == SAMPLES
    store.bring_back(sorted(SAMPLES))
    _, gone = add(store, PIER)
    assert (gone, ids(store)) == ([], {*SAMPLES, HARBOUR.article.id, PIER.article.id})


@pytest.mark.parametrize("change", [{"title": "Mine"}, {"collection": "news"}, {"source": "Somebody"}])
def test_a_sample_that_was_changed_is_an_own_article(store: Store, change: dict[str, str]) -> None:
    document = sample_documents()[0]
    store.put(document_of(document.article.model_copy(update=change)))
    _, gone = add(store, HARBOUR)
    assert (gone, len(ids(store))) == ([], 6)


def test_what_is_left_of_the_samples_makes_room(store: Store) -> None:
    first, *others = sorted(SAMPLES)
    store.remove(first)
    _, gone = add(store, HARBOUR)
    assert {receipt.article_id for receipt in gone} == set(others)


def test_where_nothing_is_added_the_samples_stay(store: Store) -> None:
    (sample, *_) = sample_documents()
    same = read_text(sample.article.text, "another key")
    for documents in ((), (same,), (sample,)):
        _, gone = add(store, *documents)
        assert (gone, ids(store)) == ([], SAMPLES)


def test_an_own_file_with_the_text_of_a_sample_takes_its_place(store: Store) -> None:
    (sample, *_) = sample_documents()
    same = read_text(sample.article.text, "another key")
    add(store, same, HARBOUR)
    assert ids(store) == {same.article.id, HARBOUR.article.id}
    store.undo()
    assert ids(store) == SAMPLES


def test_who_breaks_a_long_addition_off_has_no_samples_left_over(store: Store) -> None:
    edit = store.begin_edit()
    room = SampleRoom(store, edit)
    receipts = room.made_by(store.put(document, edit) for document in (HARBOUR, PIER))
    assert next(receipts).article_id == HARBOUR.article.id
    assert (ids(store), len(room.gone)) == ({HARBOUR.article.id}, 5)


def test_they_leave_also_where_several_are_added_before_the_first_receipt(store: Store) -> None:
    edit = store.begin_edit()
    room = SampleRoom(store, edit)
    list(room.made_by([store.put(document, edit) for document in (HARBOUR, PIER)]))
    assert (ids(store), len(room.gone)) == ({HARBOUR.article.id, PIER.article.id}, 5)


@settings(max_examples=25)
@given(st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=4))
def test_however_articles_are_added_undoing_it_all_gives_the_samples_back(
    tmp_path_factory: pytest.TempPathFactory, edits: list[set[int]]
) -> None:
    with Store(tmp_path_factory.mktemp("store") / "articles.sqlite3") as store:
        for document in sample_documents():
            store.put(document)
        for names in edits:
            own = [Article(key=str(name), text=f"Berth {name} is free.", language="en") for name in names]
            add(store, *map(document_of, own))
            assert not ids(store) & SAMPLES
        while store.undo():
            pass
        assert ids(store) == SAMPLES


# By every door


def test_a_chat_says_how_many_made_room_and_undoes_it_as_a_whole(derek: Derek) -> None:
    added = derek.chat("a").add([HARBOUR], "harbour.txt")
    assert (added.samples, ids(derek.store)) == (5, {HARBOUR.article.id})
    assert derek.chat("a").add([PIER], "pier.txt").samples == 0
    derek.chat("a").undo(added.number)
    assert ids(derek.store) == SAMPLES | {PIER.article.id}


def test_their_sentences_no_longer_answer(derek: Derek) -> None:
    question = "How many joint Kazakh-Russian enterprises are there?"
    assert derek.chat("a").ask(question).answer.citations
    derek.chat("a").add([HARBOUR], "harbour.txt")
    assert "enterprises" not in str(derek.chat("a").ask(question).answer.citations)


def test_a_new_data_folder_begins_with_the_samples(derek: Derek) -> None:
    assert ids(derek.store) == SAMPLES
