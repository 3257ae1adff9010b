"""The index on disk: the oracle's answers, kept through restarts, other processes and damage."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assembly import assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.answers.answerer import Answerer
from retrieval.articles import Article
from retrieval.changes import Batch, Change
from retrieval.errors import IndexTooNewError, IndexUnusableError, StoreError, StoreUnusableError
from retrieval.evaluation.judged import read_judged_set
from retrieval.evaluation.runs import fill as fill_judged
from retrieval.index.candidates import Candidate
from retrieval.index.disk.index import DiskIndex, erase
from retrieval.index.disk.statistics import FORMAT
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index
from retrieval.index.query import Query
from retrieval.index.search import search
from retrieval.storage.store import Store
from tests.index.index_contract import (
    CHANGES,
    GERMAN,
    HARVEST,
    QUESTIONS,
    RUSSIAN,
    TRADE,
    VERSIONS,
    IndexContract,
    article,
    ending,
    fill,
    put,
    query,
    same_candidates,
    take,
    units,
)
from tests.support.analysing import analysed
from tests.support.answering import answerer_on
from tests.support.documents import keep

MARK = "this analysis"
_MEMORY = Path("/dev/shm")  # noqa: S108  whoever else writes there is not in our folder

few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def chances(seed: int | str) -> random.Random:
    return random.Random(seed)  # noqa: S311  nothing here is secret


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder in memory where there is one: thousands of commits need not reach a real disk."""
    with TemporaryDirectory(prefix="derek-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(name="new_index")
def fresh_indexes(place: Path) -> Iterator[Callable[[], DiskIndex]]:
    """Give a function that opens an index in another folder each time."""
    opened: list[DiskIndex] = []

    def new_index() -> DiskIndex:
        opened.append(DiskIndex(place / f"index{len(opened)}", MARK))
        return opened[-1]

    yield new_index
    for index in opened:
        index.close()


class TestDiskIndex(IndexContract):
    """The engine on disk is an index like any other."""


def candidates(index: Index) -> list[list[Candidate]]:
    return [search(index, query(question)) for question in QUESTIONS]


def change(index: Index, step: Article | str) -> None:
    if isinstance(step, Article):
        put(index, step, units(step))
    else:
        take(index, article(step, "x").id)


# The oracle


@few
@given(changes=CHANGES)
def test_on_any_corpus_it_finds_what_memory_finds(
    new_index: Callable[[], DiskIndex], changes: list[Article | str]
) -> None:
    disk, memory = new_index(), MemoryIndex()
    for step in changes:
        change(disk, step)
        change(memory, step)
    same_candidates(disk, memory)


@few
@given(articles=st.lists(VERSIONS, max_size=12), more=CHANGES)
def test_an_index_that_followed_changes_answers_as_one_rebuilt(
    new_index: Callable[[], DiskIndex], articles: list[Article], more: list[Article | str]
) -> None:
    followed, rebuilt = new_index(), new_index()
    fill(followed, articles)
    for step in more:
        change(followed, step)
    fill(rebuilt, ending([*articles, *more]))
    assert candidates(followed) == candidates(rebuilt)
    assert len(followed) == len(rebuilt)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xdev-en", "xdev-ru", "kazdev", "xdev-en2ru", "selqa-dev"])
def test_on_judged_sets_the_first_is_the_one_that_memory_finds(
    judged: Path, new_index: Callable[[], DiskIndex], name: str
) -> None:
    small = read_judged_set(judged / "sets" / name)
    disk, memory = new_index(), MemoryIndex()
    fill_judged(disk, small.sentences)
    fill_judged(memory, small.sentences)
    # Memory takes its time; `make measures` asks all questions of all sets.
    count = min(len(small.questions), 120_000 // len(small.sentences))
    questions = chances(60).sample(sorted(small.questions.values()), count)
    same = 0
    for question in questions:
        wanted = Query(analysed(question))
        first, oracle = search(disk, wanted)[:1], search(memory, wanted)[:1]
        same += [candidate.place for candidate in first] == [candidate.place for candidate in oracle]
    assert same >= 0.995 * len(questions)


# Lasting


def test_what_was_put_in_is_there_when_it_is_opened_again(place: Path) -> None:
    first = DiskIndex(place / "index", MARK)
    fill(first, [HARVEST, TRADE, RUSSIAN])
    take(first, TRADE.id)
    before, seen, size = candidates(first), first.seen, len(first)
    first.close()
    again = DiskIndex(place / "index", MARK)
    assert (candidates(again), again.seen, len(again)) == (before, seen, size)
    put(again, TRADE, units(TRADE))
    assert again.seen == seen + 1
    again.close()


def test_what_was_seen_already_is_not_taken_in_again(place: Path) -> None:
    index = DiskIndex(place / "index", MARK)
    index.update([Batch([Change(HARVEST.id, HARVEST, units(HARVEST))], 7)])
    before = candidates(index)
    index.update([Batch([Change(HARVEST.id)], 5), Batch([Change(HARVEST.id)], 7)])
    assert (candidates(index), index.seen) == (before, 7)
    index.close()


@pytest.mark.parametrize("other", ["another analysis", "older format"])
def test_an_index_made_in_another_way_is_emptied(place: Path, other: str) -> None:
    index = DiskIndex(place / "index", MARK)
    fill(index, [HARVEST])
    index.close()
    if other == "older format":
        pragma(place / "index", f"user_version = {FORMAT - 1}")
    index = DiskIndex(place / "index", MARK if other == "older format" else other)
    assert (index.seen, len(index), candidates(index)) == (0, 0, [[]] * len(QUESTIONS))
    fill(index, [HARVEST])
    assert search(index, query("wheat"))
    index.close()
    assert len([path for path in (place / "index").iterdir() if path.is_dir()]) == 1


def test_an_index_of_a_newer_derek_is_left_alone(place: Path) -> None:
    index = DiskIndex(place / "index", MARK)
    fill(index, [HARVEST])
    index.close()
    pragma(place / "index", f"user_version = {FORMAT + 1}")
    before = contents(place / "index")
    with pytest.raises(IndexTooNewError, match="upgrade Derek"):
        DiskIndex(place / "index", "another analysis")
    assert contents(place / "index") == before
    pragma(place / "index", f"user_version = {FORMAT}")
    index = DiskIndex(place / "index", MARK)
    assert search(index, query("wheat"))
    index.close()


def pragma(folder: Path, setting: str) -> None:
    connection = sqlite3.connect(folder / "terms.sqlite3")
    connection.execute(f"PRAGMA {setting}")
    connection.commit()
    connection.close()


def contents(folder: Path) -> dict[Path, bytes]:
    """Return what every file holds, but for those that SQLite makes while it reads."""
    passing = ("-wal", "-shm")
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(passing)]
    return {path.relative_to(folder): path.read_bytes() for path in files}


# Several at once

ADDING = """
import sys, time
from pathlib import Path
from retrieval.index.disk.index import DiskIndex
from retrieval.errors import IndexBusyError
from retrieval.changes import Batch, Change
from tests.index.index_contract import article, units
index = DiskIndex(Path(sys.argv[1]), "this analysis")
print("ready", flush=True)
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    wheat = article(f"{number}", f"Wheat number {number} grew.", "Rye fell.")
    while True:
        try:
            index.update([Batch([Change(wheat.id, wheat, units(wheat))], number)])
            break
        except IndexBusyError:
            time.sleep(0.01)
    print(number, flush=True)
index.close()
"""


def running(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def test_one_process_reads_while_another_writes(place: Path) -> None:
    index = DiskIndex(place / "index", MARK)
    sizes = [0]
    with running(ADDING, place / "index", 1, 40) as process:
        while process.poll() is None:
            results = search(index, query("wheat", 1_000))
            # Each article is there whole: the sentence that holds the word, and the one beside it.
            assert sorted(candidate.number for candidate in results) == [0] * (len(results) // 2) + [1] * (
                len(results) // 2
            )
            sizes.append(len(results))
    assert process.returncode == 0
    assert sizes == sorted(sizes)
    assert len(search(index, query("wheat", 1_000))) == 2 * index.seen == 2 * 39
    index.close()


def test_two_processes_that_write_take_turns(place: Path) -> None:
    index = DiskIndex(place / "index", MARK)
    # The same changes, as two processes that follow one store would bring them.
    processes = [running(ADDING, place / "index", 1, 40) for _ in range(2)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    oracle = MemoryIndex()
    fill(oracle, [article(f"{n}", f"Wheat number {n} grew.", "Rye fell.") for n in range(1, 40)])
    same_candidates(index, oracle)
    index.close()


def test_an_article_that_is_replaced_is_found_at_any_moment(place: Path) -> None:
    index = DiskIndex(place / "index", MARK)
    fill(index, [HARVEST, TRADE])
    stop, missing = threading.Event(), list[set[str]]()

    def keep_searching() -> None:
        while not stop.is_set():
            article_ids = {candidate.article_id for candidate in search(index, query("wheat"))}
            if article_ids != {HARVEST.id, TRADE.id}:
                missing.append({HARVEST.id, TRADE.id} - article_ids)

    threads = [threading.Thread(target=keep_searching) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(150):
        put(index, HARVEST, units(HARVEST))
    stop.set()
    for thread in threads:
        thread.join()
    index.close()
    assert missing == []


# Damage

LINES = [
    ("wheat", "Wheat harvest rose by a tenth. Farmers sold wheat to China."),
    ("rye", "Nobody planted rye this year. Farmers in Moscow drank tea."),
    ("oats", "Oats grew by 26 percent. The trade in oats did not."),
    ("пшеница", "Пшеница выросла. Фермеры продали рожь в Москве."),
]
ASKED = ["Who sold wheat to China?", "rye", "Что продали фермеры?", "26 percent", "oats trade in Moscow"]


@pytest.fixture(name="filled")
def filled_index(store: Store, place: Path) -> Path:
    """Give the folder of an index that followed a store through a few changes."""
    answerer = answerer_on(store, DiskIndex(place / "filled", MARK), min_confidence=0)
    for key, text in LINES:
        keep(store, Article(key=key, text=text, language="en" if key.isascii() else "ru"))
        answerer.index.follow()
    gone = keep(store, Article(key="gone", text="Barley went away soon.", language="en"))
    answerer.index.follow()
    store.remove(str(gone.article_id))
    answerer.index.follow()
    answerer.index.close()
    return place / "filled"


def quoted(answerer: Answerer) -> list[list[tuple[str, str]]]:
    answers = [answerer.ask(question).citations for question in ASKED]
    for citation in (citation for citations in answers for citation in citations):
        assert citation.quote == citation.span.of(answerer.store.get(citation.article_id).text)
    return [[(citation.article_id, citation.quote) for citation in citations] for citations in answers]


def expected(store: Store) -> list[list[tuple[str, str]]]:
    return quoted(answerer_on(store, MemoryIndex(), min_confidence=0))


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    path.write_bytes(chances(path.suffix).randbytes(5_000))


DAMAGES = [
    Path.unlink,
    halved,
    garbled,
    *(pytest.param(damage, marks=pytest.mark.slow) for damage in (emptied, shortened)),
]


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("half", ["tantivy", "sqlite"])
def test_whatever_file_is_damaged_the_next_question_is_answered(
    store: Store, filled: Path, place: Path, damage: Callable[[Path], None], half: str
) -> None:
    wanted = expected(store)
    for path in contents(filled):
        if (path.name == "terms.sqlite3") is (half == "sqlite"):
            folder = place / "damaged"
            shutil.copytree(filled, folder)
            damage(folder / path)
            answerer = answerer_on(store, DiskIndex(folder, MARK), min_confidence=0)
            assert quoted(answerer) == wanted, path
            changes_are_followed(answerer)
            answerer.index.close()
            shutil.rmtree(folder)


def changes_are_followed(answerer: Answerer) -> None:
    receipt = keep(answerer.store, Article(key="new", text="Barley came.", language="en"))
    assert "Barley came." in [citation.quote for citation in answerer.ask("Which barley came?").citations]
    answerer.store.remove(str(receipt.article_id))
    assert "Barley came." not in [citation.quote for citation in answerer.ask("Which barley came?").citations]


@pytest.mark.parametrize("table", ["state", "article", "term", "section"])
def test_a_table_that_is_lost_is_made_anew(store: Store, filled: Path, table: str) -> None:
    connection = sqlite3.connect(filled / "terms.sqlite3")
    connection.execute(f"DROP TABLE {table}")
    connection.commit()
    connection.close()
    answerer = answerer_on(store, DiskIndex(filled, MARK), min_confidence=0)
    assert quoted(answerer) == expected(store)
    changes_are_followed(answerer)
    answerer.index.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_flipped_bits_never_make_a_wrong_citation_nor_a_traceback(
    store: Store, filled: Path, place: Path, seed: int
) -> None:
    chance = chances(seed)
    wanted = expected(store)
    for path in contents(filled):
        folder = place / "damaged"
        shutil.copytree(filled, folder)
        flip(folder / path, chance)
        answer_or_say_why(store, folder)
        erase(folder)
        answerer = answerer_on(store, DiskIndex(folder, MARK), min_confidence=0)
        assert quoted(answerer) == wanted
        answerer.index.close()
        shutil.rmtree(folder)


def flip(path: Path, chance: random.Random, count: int = 3) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(count if content else 0):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def answer_or_say_why(store: Store, folder: Path) -> StoreError | None:
    try:
        answerer = answerer_on(store, DiskIndex(folder, MARK), min_confidence=0)
    except StoreError as error:
        return error
    try:
        quoted(answerer)  # Not a word about what is found: the terms themselves may be others now.
        changes_are_followed_somehow(answerer)
    except StoreError as error:
        return error
    finally:
        answerer.index.close()
    return None


def changes_are_followed_somehow(answerer: Answerer) -> None:
    receipt = keep(answerer.store, Article(key="new", text="Barley came.", language="en"))
    try:
        answerer.ask("Which barley came?")
    finally:
        answerer.store.remove(str(receipt.article_id))


@pytest.mark.slow
def test_damage_that_shows_only_when_it_is_read_is_mended_too(
    store: Store, filled: Path, place: Path
) -> None:
    chance = chances(1)
    files = sorted(path for path in contents(filled) if path.suffix in (".idx", ".pos", ".term", ".fast"))
    for _ in range(100):
        folder = place / "damaged"
        shutil.copytree(filled, folder)
        flip(folder / chance.choice(files), chance, 1)
        answerer = answerer_on(store, DiskIndex(folder, MARK), min_confidence=0)
        quoted(answerer)  # A flipped bit may hide a sentence; that a question fails for good it may not.
        changes_are_followed_somehow(answerer)
        answerer.index.close()
        shutil.rmtree(folder)


def test_damage_of_the_articles_is_not_blamed_on_the_index(store: Store, filled: Path) -> None:
    keep(store, Article(key="new", text="Barley came.", language="en"))
    connection = sqlite3.connect(store.path)
    connection.execute("DROP TABLE sentence")
    connection.commit()
    connection.close()
    answerer = answerer_on(store, DiskIndex(filled, MARK), min_confidence=0)
    with pytest.raises(StoreUnusableError, match=r"articles\.sqlite3"):
        answerer.ask("Which barley came?")
    answerer.index.close()
    index = DiskIndex(filled, MARK)
    assert len(index), "an index that is whole is not emptied"
    index.close()


def test_an_index_whose_folder_is_deleted_while_it_is_closed_is_made_anew(store: Store, filled: Path) -> None:
    shutil.rmtree(filled)
    answerer = answerer_on(store, DiskIndex(filled, MARK), min_confidence=0)
    assert quoted(answerer) == expected(store)
    answerer.index.close()


def test_an_index_whose_folder_is_deleted_while_it_is_open_answers_on(store: Store, filled: Path) -> None:
    answerer = answerer_on(store, DiskIndex(filled, MARK), min_confidence=0)
    quoted(answerer)
    shutil.rmtree(filled)
    assert quoted(answerer) == expected(store)
    changes_are_followed(answerer)
    assert quoted(answerer) == expected(store)
    answerer.index.close()
    answerer = answerer_on(store, DiskIndex(filled, MARK), min_confidence=0)
    assert quoted(answerer) == expected(store)
    answerer.index.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="file"):
        DiskIndex(tmp_path / "file" / "index", MARK)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(filled: Path) -> None:
    index = DiskIndex(filled, MARK)
    for path in (filled, *filled.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    with pytest.raises(IndexUnusableError, match="the articles are safe"):
        fill(index, [GERMAN])
    index.close()


FULL = """
import resource, signal, sys
from pathlib import Path
from retrieval.index.disk.index import DiskIndex
from retrieval.index.search import search
from retrieval.errors import IndexUnusableError
from tests.index.index_contract import fill, query
from tests.index.test_disk import FIRST, MORE
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
index = DiskIndex(Path(sys.argv[1]), "this analysis")
fill(index, FIRST)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    fill(index, MORE)
except IndexUnusableError:
    print("full", flush=True)
print(index.seen, len(index), len(search(index, query("wheat"))), flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
fill(index, MORE if sys.argv[3] == "all" else MORE[:1])
print(index.seen, len(index), flush=True)
index.close()
"""

FIRST = [article("a", "Wheat grew.")]
MORE = [
    article(f"b{number}", *(f"Wheat n{number}x{line} grew." for line in range(30))) for number in range(100)
]


@pytest.mark.parametrize("again", ["all", "fewer"])
@pytest.mark.parametrize(
    "limit", [*(pytest.param(size, marks=pytest.mark.slow) for size in (0, 20_000, 400_000)), 100_000]
)
def test_a_full_disk_is_said_and_nothing_is_lost(place: Path, limit: int, again: str) -> None:
    with running(FULL, place / "index", limit, again) as process:
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    more = MORE if again == "all" else MORE[:1]  # Articles may go before it is tried again.
    assert printed.split("\n")[:3] == ["full", "1 1 1", f"2 {1 + 30 * len(more)}"]
    index, oracle = DiskIndex(place / "index", MARK), MemoryIndex()
    fill(oracle, FIRST)
    fill(oracle, more)
    assert index.seen == 2, "the index is whole, and need not be made anew"
    assert len(index) == len(oracle)
    for question in ("wheat n0x5", "n99x29", "n50x7 grew"):
        same_candidates(index, oracle, [question], 1)
    index.close()


KILLED = """
import sys
from pathlib import Path
from bot.assembly import assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.articles import Article
from tests.support.documents import keep
with assemble(Config(data=Path(sys.argv[1]), index=IndexSettings(kind=IndexKind.DISK))) as derek:
    for number in range(1_000_000):
        text = f"Wheat number {sys.argv[2]} {number} grew. Rye fell."
        receipt = keep(derek.store, Article(key=f"{sys.argv[2]} {number}", text=text, language="en"))
        print(receipt.article_id, flush=True)
        derek.answerer.index.follow()
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_loses_nothing_that_was_acknowledged(place: Path) -> None:
    chance, acknowledged = chances(9), set[str]()
    config = Config(data=place / "derek", index=IndexSettings(kind=IndexKind.DISK))
    for attempt in range(int(os.environ.get("DEREK_KILLS", "6"))):
        with running(KILLED, place / "derek", attempt) as process:
            assert process.stdout is not None
            acknowledged.add(process.stdout.readline().strip())
            time.sleep(chance.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
            # A line that the kill cut short was written after its article was.
            acknowledged.update(line.strip() for line in process.stdout if line.endswith("\n"))
        with assemble(config) as derek:
            derek.store.check()
            derek.answerer.index.follow()
            entries = {entry.article_id: entry for entry in derek.store.catalogue()}
            assert acknowledged <= entries.keys()
            index = DiskIndex(place / "derek" / "index", index_mark(place / "derek" / "index"))
            assert index.seen == derek.store.changes(0)[-1][0]
            assert len(index) == sum(
                sum(unit.kind.answers for unit in derek.store.sentences(article_id)) for article_id in entries
            )
            added = sorted(id_ for id_ in entries if derek.store.get(id_).text[0] == "W")
            for article_id in chance.sample(added, min(10, len(added))):
                text = derek.store.get(article_id).text
                assert article_id in {candidate.article_id for candidate in search(index, query(text))}
            index.close()


def index_mark(folder: Path) -> str:
    connection = sqlite3.connect(folder / "terms.sqlite3")
    ((mark,),) = connection.execute("SELECT analysis FROM state").fetchall()
    connection.close()
    return str(mark)
