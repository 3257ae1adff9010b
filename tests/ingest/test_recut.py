"""Documents: the store keeps the units that a reader gave, and cuts anew only what older rules cut."""

import hashlib
import json
import sqlite3
import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.config import Config
from retrieval.articles import Article, Document, Original, Sentence, SentenceKind, Span
from retrieval.ingest.files import Siblings, read_again, read_bytes, read_file
from retrieval.ingest.plain import plain_units
from retrieval.ingest.recut import recut
from retrieval.ingest.texts import SEGMENTATION, Metadata, read_text
from retrieval.languages import KNOWN
from retrieval.storage.receipts import Outcome
from retrieval.storage.schema import MIGRATIONS
from retrieval.storage.store import Store
from tests.conftest import WORDS_ALONE
from tests.support.language_tables import language_table
from tests.support.paths import GOLDEN

TEXT = "Harbour news\n\nThe Aral harbour has 12 berths. It was dug in 1931.\n"
MARKDOWN = (
    "---\ntitle: Harbour\n---\n\n# Berths\n\nThe Aral harbour\nhas 12 berths.\n\n- It was dug in 1931.\n"
)


def cut_otherwise(document: Document) -> Document:
    """Return a document as older rules may have cut it: whole."""
    article = document.article
    whole = Sentence(article.id, 0, Span(0, len(article.text.rstrip())), SentenceKind.SENTENCE)
    return replace(document, units=(whole,), segmentation=SEGMENTATION - 1)


# Units and their places


def test_a_unit_says_in_which_line_of_its_file_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "harbour.md"
    path.write_text(MARKDOWN, "utf-8")
    [document] = read_file(path)
    text = document.article.text
    assert {unit.span.of(text): unit.locator for unit in document.units} == {
        "Berths": "line 5",
        "The Aral harbour has 12 berths.": "line 7",
        "- It was dug in 1931.": "line 10",
    }
    assert {unit.span.of(TEXT): unit.locator for unit in read_text(TEXT).units} == {
        "Harbour news": "line 1",
        "The Aral harbour has 12 berths.": "line 3",
        "It was dug in 1931.": "line 3",
    }


def test_a_file_s_article_knows_where_it_came_from(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(TEXT, "utf-8")
    [document] = read_file(path)
    store.put(document)
    kept = store.document(document.article.id)
    assert kept == document
    assert kept.article.origin == str(path)
    assert kept.original == Original.of("harbour.txt", TEXT.encode(), kept=False)


def test_of_what_came_without_a_path_the_bytes_are_kept(store: Store) -> None:
    [document] = read_bytes(MARKDOWN.encode(), Path("harbour.md"), "telegram:1/harbour.md")
    store.put(document)
    original = store.document(document.article.id).original
    assert original
    assert original.content == MARKDOWN.encode()
    store.remove(document.article.id)
    store.put(document)
    assert store.document(document.article.id) == document


@pytest.mark.parametrize("places", [[(0, 3), (2, 5)], [(3, 5), (0, 2)], [(0, 99)]])
def test_a_document_refuses_units_that_overlap_or_leave_its_text(places: list[tuple[int, int]]) -> None:
    article = Article(key="a", text="Rain.", language="en")
    units = [
        Sentence(article.id, number, Span(*place), SentenceKind.SENTENCE)
        for number, place in enumerate(places)
    ]
    with pytest.raises(ValueError, match="runs from"):
        Document(article, tuple(units), SEGMENTATION)
    with pytest.raises(ValueError, match="stands in place 0"):
        Document(article, (replace(units[0], number=1),), SEGMENTATION)


def test_what_was_replaced_comes_back_with_its_units_and_its_original(store: Store) -> None:
    [former] = read_bytes(MARKDOWN.encode(), Path("harbour.md"), "telegram:1/harbour.md")
    store.put(former)
    [later] = read_bytes(MARKDOWN.replace("12", "13").encode(), Path("harbour.md"), former.article.key)
    assert store.put(later, store.begin_edit()).outcome is Outcome.UPDATED
    store.undo()
    assert store.document(former.article.id) == former


# Cutting anew


@pytest.fixture(name="waiting")
def store_of_older_cuts(store: Store) -> Store:
    for number in range(5):
        store.put(cut_otherwise(read_text(TEXT.replace("12", str(number)), f"harbour {number}")))
    return store


def test_what_older_rules_cut_is_cut_anew_and_an_index_is_told(waiting: Store) -> None:
    seen = waiting.changes(0)[-1][0]
    recut(waiting)
    for article_id in [entry.article_id for entry in waiting.catalogue()]:
        document = waiting.document(article_id)
        assert document.units == plain_units(document.article)
        assert document.segmentation == SEGMENTATION
    assert len(waiting.changes(seen)) == 5
    seen = waiting.changes(0)[-1][0]
    recut(waiting)
    assert waiting.changes(seen) == []


def test_cutting_anew_goes_on_where_it_was_interrupted(waiting: Store) -> None:
    def interrupt(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recut(waiting, interrupt)
    assert len(waiting.cut_before(SEGMENTATION)) == 3
    done: list[tuple[int, int]] = []
    recut(waiting, lambda number, every: done.append((number, every)))
    assert done == [(1, 3), (2, 3), (3, 3)]


def test_where_the_units_stay_the_same_no_index_is_told(store: Store) -> None:
    document = read_text(TEXT, "harbour")
    store.put(replace(document, segmentation=SEGMENTATION - 1))
    seen = store.changes(0)[-1][0]
    recut(store)
    assert store.changes(seen) == []
    assert store.cut_before(SEGMENTATION) == []


def test_a_file_is_read_again_where_it_still_is_and_a_changed_one_is_not(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "harbour.md"
    path.write_text(MARKDOWN, "utf-8")
    [document] = read_file(path)
    store.put(cut_otherwise(document))
    recut(store)
    assert store.document(document.article.id) == document, "with the lines of the file"
    former = cut_otherwise(replace(document, article=document.article.model_copy(update={"url": "u"})))
    store.put(former)
    path.write_text("Something else.", "utf-8")
    recut(store)
    kept = store.document(document.article.id)
    assert kept.article.text == document.article.text
    assert kept.units == former.units, "what only the file told cannot be told without it"


def read_otherwise(document: Document) -> Document:
    """Return a document as an older reader may have read it from the same bytes: with its marks."""
    article = document.article.model_copy(update={"text": f"# {document.article.text}"})
    return cut_otherwise(replace(document, article=article))


def read_bytes_of(key: str) -> Document:
    [document] = read_bytes(f"# Harbour\n\n{TEXT}\n".encode(), Path("harbour.md"), key)
    return document


def test_what_is_read_otherwise_now_is_as_if_it_had_always_been_so(store: Store) -> None:
    new = read_bytes_of("a")
    store.put(read_otherwise(new), store.begin_edit())
    added = store.get(new.article.id).added
    recut(store)
    assert store.document(new.article.id).units == new.units
    assert store.get(new.article.id).text == new.article.text
    assert store.get(new.article.id).added == added
    assert [receipt.outcome for receipt in store.undo()] == [Outcome.REMOVED]


def test_a_duplicate_is_read_otherwise_too_and_waits_on(store: Store) -> None:
    first, second = read_bytes_of("a"), read_bytes_of("b")
    addition = store.begin_edit()
    for document in (first, second):
        store.put(read_otherwise(document), addition)

    def interrupt(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recut(store, interrupt)
    recut(store)
    assert [entry.article_id for entry in store.catalogue()] in ([first.article.id], [second.article.id])
    assert store.document(second.article.id).article.text == second.article.text
    assert {receipt.outcome for receipt in store.undo()} == {Outcome.REMOVED}
    assert store.catalogue() == []


def test_a_duplicate_whose_original_is_gone_is_an_article_of_its_own_then(store: Store) -> None:
    first, second = (read_otherwise(read_bytes_of(key)) for key in "ab")
    store.put(first)
    store.put(replace(second, original=None))
    recut(store)
    texts = {store.get(entry.article_id).text for entry in store.catalogue()}
    assert texts == {read_bytes_of("a").article.text, second.article.text}


def test_a_citation_of_before_still_opens_what_it_cited(tmp_path: Path) -> None:
    with assemble(Config(data=tmp_path / "derek", semantic=WORDS_ALONE)) as derek:
        derek.store.put(cut_otherwise(read_text("Boats came. The Aral harbour has 12 berths.", "harbour")))
        citation = derek.answerer.ask("How many berths has the Aral harbour?").citations[0]
        recut(derek.store)
        passage = derek.answerer.passage(citation.article_id, citation.span, fingerprint=citation.fingerprint)
        assert passage.quote == citation.quote == "Boats came. The Aral harbour has 12 berths."
        assert (
            derek.answerer.verify(derek.answerer.ask("How many berths has the Aral harbour?"))
            .citations[0]
            .quote
            == "The Aral harbour has 12 berths."
        )


# What an older Derek left


def test_articles_of_an_older_derek_are_cut_anew_and_what_it_replaced_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite3"
    article = Article(key="file:/news/harbour.txt", text=TEXT, language="en", title="Harbour news")
    former = article.model_copy(update={"text": TEXT.replace("12", "11")})
    stored = former.model_dump(mode="json")
    del stored["origin"]
    with closing(sqlite3.connect(path)) as connection:
        for script in MIGRATIONS[:2]:
            connection.executescript(script)
        connection.execute("PRAGMA user_version = 2")
        connection.execute(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.key,
                article.digest,
                TEXT,
                "en",
                "Harbour news",
                None,
                None,
                None,
                "2026-01-01T00:00:00+00:00",
            ),
        )
        connection.execute("INSERT INTO sentence VALUES (?, 0, 0, 5, 'sentence')", (article.id,))
        connection.execute("INSERT INTO addition VALUES (1, '2026-01-01')")
        connection.execute(
            "INSERT INTO addition_item VALUES (1, ?, ?, ?, 'harbour.txt')",
            (article.id, article.digest, json.dumps(stored)),
        )
        connection.commit()
    with Store(path) as store:
        assert store.get(article.id).origin == "/news/harbour.txt"
        recut(store)
        assert store.sentences(article.id) == plain_units(article)
        assert [receipt.outcome for receipt in store.undo()] == [Outcome.RESTORED]
        recut(store)
        assert store.get(article.id).text == former.text
        assert store.sentences(article.id) == plain_units(former)


# The number of the rules


def test_the_units_of_the_segmentation_are_those_that_its_number_stands_for() -> None:
    """Whoever changes how texts are cut raises SEGMENTATION, or stored articles keep their old units."""
    pinned = tomllib.loads((GOLDEN / "segmentation.toml").read_text("utf-8"))
    assert pinned["units"] == digest_of_units()
    assert pinned["tables"] == digest_of_cutting_tables(), "the data that texts are cut by"
    assert pinned["segmentation"] == SEGMENTATION, "pin both digests anew for the new number"


def digest_of_units() -> str:
    """Return a digest of the units of the golden texts, each text taken as an article."""
    found = []
    plain = tomllib.loads((GOLDEN / "plain.toml").read_text("utf-8"))["structure"]
    texts = {name: (GOLDEN / "sentences" / f"{name}.txt").read_text("utf-8") for name in KNOWN}
    for language, text in (*texts.items(), *((KNOWN[0], case["text"]) for case in plain)):
        units = plain_units(Article(key=language, text=text, language=language))
        assert units
        found += [(unit.span.start, unit.span.end, unit.kind, unit.locator) for unit in units]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


def test_who_follows_is_told_of_units_that_stand_under_others_now(store: Store) -> None:
    [document] = read_bytes(b"# Dock\n\n## Hours\n\nNine to five.\n", Path("dock.md"), "dock")
    flat = tuple(replace(unit, above=()) for unit in document.units)
    store.put(replace(document, units=flat, segmentation=SEGMENTATION - 1))
    [(seen, _)] = store.changes(0)
    recut(store)
    assert store.sentences(document.article.id) == document.units
    assert [article_id for _, article_id in store.changes(seen)] == [document.article.id]


def test_markdown_that_is_gone_keeps_its_units(tmp_path: Path) -> None:
    path = tmp_path / "dock.md"
    path.write_text("---\nsource: Port\n---\n\n# Dock\n\nThe dock was built in 1932.\n", "utf-8")
    (document,) = read_file(path)
    assert [unit.locator for unit in document.units] == ["line 5", "line 7"]
    path.unlink()
    assert read_again(document).units == document.units


def digest_of_cutting_tables() -> str:
    """Return a digest of the entries, comments left out, of the tables that texts are cut by."""
    tables = {
        f"{language}/{name}": language_table(language, name)
        for language in KNOWN
        for name in ("boundaries", "lines")
    }
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


def test_a_file_is_read_again_in_the_encoding_that_was_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Room 5: \u0439\n".encode("cp1251"))
    [document] = read_file(path, encoding="windows-1251")
    with Store(tmp_path / "derek.db") as store:
        receipt = store.put(document)
        kept = store.document(document.article.id)
    assert (receipt.encoding, receipt.faults) == ("windows-1251", 0)
    assert kept == document
    assert read_again(kept).article.text == document.article.text == "Room 5: \u0439\n"


def test_a_title_that_was_told_is_kept_when_a_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "dock.md"
    path.write_text("## Hours\n\nIt opens at nine.\n", "utf-8")
    (told,) = read_file(path, Metadata(title="The port of Oral"))
    assert read_again(told).article.title == "The port of Oral"
    (named,) = read_file(path)
    assert read_again(named).article.title == named.article.title == "Hours"


def test_a_file_is_read_again_in_the_encoding_that_was_named_whatever_it_seems_to_be_in(
    tmp_path: Path,
) -> None:
    path = tmp_path / "fluss.txt"
    path.write_bytes(
        "Die Brücke über den Fluß ist schön und größer als früher. Sie führt zum Dörfchen.".encode("cp1252")
    )
    (read,) = read_file(path, encoding="cp1251")
    assert read.article.text != read_file(path)[0].article.text
    assert read_again(read).article.text == read.article.text


def test_a_file_of_several_is_read_once_for_all_of_them(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "notes.jsonl"
    lines = (
        f'{{"id": {number}, "title": "Note {number}", "text": "It is {number}."}}' for number in range(50)
    )
    path.write_text("\n".join(lines), "utf-8")
    documents = read_file(path)
    for document in documents:
        store.put(replace(document, segmentation=0))
    siblings = Siblings()
    again = [read_again(document, siblings) for document in documents]
    assert [one.article.text for one in again] == [one.article.text for one in documents]
    assert [one.article.title for one in again] == [f"Note {number}" for number in range(50)]
    assert len(siblings) == 1
    recut(store)
    assert store.cut_before(SEGMENTATION) == []
