"""The index that moves from memory to disk by itself, and is the same index before and after."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from retrieval.changes import Batch, Change
from retrieval.errors import IndexBusyError, IndexUnusableError
from retrieval.index.auto import AutoIndex
from retrieval.index.candidates import Candidate
from retrieval.index.disk.index import DiskIndex
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index
from retrieval.index.search import search
from tests.index.index_contract import (
    HARVEST,
    RUSSIAN,
    TRADE,
    IndexContract,
    article,
    fill,
    put,
    query,
    same_candidates,
    take,
    units,
)

_MEMORY = Path("/dev/shm")  # noqa: S108  whoever else writes there is not in our folder


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory(prefix="derek-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)


def growing(folder: Path, limit: int) -> AutoIndex:
    return AutoIndex(limit, lambda: DiskIndex(folder, "analysis"), large=folder.exists())


class TestGrowingIndex(IndexContract):
    """While it grows, and whatever is done then, it is an index like any other."""

    @pytest.fixture
    def new_index(self, place: Path) -> Iterator[Callable[[], Index]]:
        opened: list[Index] = []

        def new_index() -> Index:
            opened.append(growing(place / f"index{len(opened)}", 3))
            return opened[-1]

        yield new_index
        for index in opened:
            index.close()


def sure(candidates: list[Candidate]) -> list[tuple[str, int, str]]:
    return [(candidate.article_id, candidate.number, candidate.digest) for candidate in candidates]


def test_up_to_its_limit_it_leaves_the_disk_alone(place: Path) -> None:
    index = growing(place / "index", 5)
    assert (len(index), index.seen) == (0, 0)
    fill(index, [HARVEST, RUSSIAN])
    assert len(index) == 5
    take(index, HARVEST.id)
    take(index, RUSSIAN.id)
    assert len(index) == 0
    fill(index, [HARVEST, RUSSIAN])
    index.close()
    assert list(place.iterdir()) == []


def test_beyond_its_limit_it_moves_and_answers_as_before(place: Path) -> None:
    index, oracle = growing(place / "index", 5), MemoryIndex()
    for change in (HARVEST, RUSSIAN, article("gone", "Wheat.")):
        put(index, change, units(change))
        put(oracle, change, units(change))
        same_candidates(index, oracle)
        assert index.seen == oracle.seen
    assert (place / "index").exists()
    take(index, article("gone", "x").id)
    take(oracle, article("gone", "x").id)
    same_candidates(index, oracle)
    index.close()


def test_what_was_removed_before_the_move_stays_removed(place: Path) -> None:
    index, oracle = growing(place / "index", 5), MemoryIndex()
    for engine in (index, oracle):
        fill(engine, [TRADE, RUSSIAN])
        take(engine, TRADE.id)
        fill(engine, [HARVEST])
        assert len(engine) == 5
        fill(engine, [article("a", "Wheat grew.")])
    assert (place / "index").exists()
    same_candidates(index, oracle)
    index.close()


def test_one_update_of_many_batches_may_go_beyond_the_limit(place: Path) -> None:
    index, oracle = growing(place / "index", 10), MemoryIndex()
    batches = [
        Batch([Change(wheat.id, wheat, units(wheat))], number)
        for number, wheat in enumerate((article(f"{n}", f"Wheat {n} grew.", "Rye.") for n in range(12)), 1)
    ]
    index.update(iter(batches))
    oracle.update(iter(batches))
    assert index.seen == 12
    same_candidates(index, oracle)
    index.close()


def test_once_on_disk_it_stays_there(place: Path) -> None:
    index = growing(place / "index", 2)
    fill(index, [HARVEST])
    before = search(index, query("wheat rye"))
    assert before
    index.close()
    again = growing(place / "index", 1_000)
    assert (again.seen, search(again, query("wheat rye"))) == (1, before)
    take(again, HARVEST.id)
    assert (len(again), again.seen) == (0, 2)
    again.close()


def test_questions_are_answered_while_it_moves(place: Path) -> None:
    moving, go_on = threading.Event(), threading.Event()

    def slowly() -> Index:
        moving.set()
        assert go_on.wait(30)
        return DiskIndex(place / "index", "analysis")

    index = AutoIndex(3, slowly, large=False)
    fill(index, [HARVEST])
    before = sure(search(index, query("wheat")))
    thread = threading.Thread(target=fill, args=[index, [TRADE]])
    thread.start()
    assert moving.wait(30)
    try:
        during = sure(search(index, query("wheat")))
    finally:
        go_on.set()
        thread.join()
    after = sure(search(index, query("wheat")))
    assert before
    assert set(before) <= set(during) == set(after)
    index.close()


def test_if_it_cannot_move_it_answers_from_memory_and_moves_later(place: Path) -> None:
    index, oracle = growing(place / "in the way" / "index", 3), MemoryIndex()
    (place / "in the way").write_text("a file")
    fill(oracle, [HARVEST])
    fill(index, [HARVEST])
    fill(oracle, [TRADE])
    with pytest.raises(IndexUnusableError):
        fill(index, [TRADE])
    assert index.seen == 2
    same_candidates(index, oracle)
    (place / "in the way").unlink()
    fill(oracle, [RUSSIAN])
    fill(index, [RUSSIAN])
    assert (place / "in the way" / "index").exists()
    same_candidates(index, oracle)
    index.close()


class _Busy(DiskIndex):
    """An index that another process is making."""

    def update(self, batches: Iterable[Batch]) -> None:
        next(iter(batches))
        raise IndexBusyError(self.folder)


@pytest.mark.parametrize("large", [True, False])
def test_while_another_process_makes_it_questions_are_answered_from_memory(place: Path, large: bool) -> None:
    kinds = [_Busy, _Busy, DiskIndex]
    index = AutoIndex(3, lambda: kinds.pop(0)(place / "index", "analysis"), large=large)
    oracle = MemoryIndex()
    while len(kinds) > 1:  # Whoever is told that it has not seen all tries again.
        fill(index, [HARVEST, TRADE])
    fill(oracle, [HARVEST, TRADE])
    same_candidates(index, oracle)
    for engine in (index, oracle):
        fill(engine, [RUSSIAN])
    assert kinds == []
    same_candidates(index, oracle)
    index.close()


def test_what_is_too_much_for_memory_waits_for_whoever_makes_it(place: Path) -> None:
    index = AutoIndex(1, lambda: _Busy(place / "index", "analysis"), large=False)
    wheat = article("wheat", *(f"Wheat {number} grew." for number in range(21)))
    with pytest.raises(IndexBusyError):
        fill(index, [wheat])
    index.close()
