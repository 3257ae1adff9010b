"""Vectors at rest: what was added comes back, through restarts, other processes, crashes and damage."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.articles import digest
from retrieval.errors import StoreTooNewError, VectorsMismatchError, VectorsUnusableError
from retrieval.semantic.quantisation import Floats32, QuantisedVectors
from retrieval.semantic.vector_store import VectorStore

MODEL, DIMENSIONS = "small", 24
_MEMORY = Path("/dev/shm")  # noqa: S108  whoever else writes there is not in our folder

few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

DIGESTS = [digest(f"sentence {number}") for number in range(200)]


def rows_of(digests: Sequence[str], version: int = 0) -> Floats32:
    """Return the row that each digest has in these tests, so that a wrong one is known."""
    rows = [
        np.random.default_rng([int(text_digest[:12], 16), version]).standard_normal(DIMENSIONS)
        for text_digest in digests
    ]
    values = np.reshape(np.asarray(rows, np.float32), (-1, DIMENSIONS))
    unit: Floats32 = values / np.linalg.norm(values, axis=1, keepdims=True)
    return unit


def bound(rows: Floats32) -> Floats32:
    """Return how far from each row its quantised one may be: half a step in each dimension, twice."""
    lost: Floats32 = np.sqrt(rows.shape[1]) * np.abs(rows).max(axis=1, initial=0) / 127 + np.float32(2e-3)
    return lost


def alike(actual: Floats32, rows: Floats32) -> bool:
    return bool(np.all(np.linalg.norm(actual - rows, axis=1) <= bound(rows)))


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder in memory where there is one: hundreds of commits need not reach a real disk."""
    with TemporaryDirectory(prefix="derek-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)


def opened(folder: Path) -> VectorStore:
    return VectorStore(folder, MODEL, DIMENSIONS)


@pytest.fixture
def filled(place: Path) -> Path:
    """Give a folder with a vector for each digest, added in four steps."""
    with opened(place / "vectors") as vectors:
        for at in range(0, 200, 50):
            vectors.add(DIGESTS[at : at + 50], rows_of(DIGESTS[at : at + 50]))
    return place / "vectors"


def rows_file(folder: Path) -> Path:
    (path,) = folder.glob("*.rows")
    return path


def right_or_missing(vectors: VectorStore, digests: Sequence[str] = DIGESTS) -> set[str]:
    """See that what is there is right, and return what is missing."""
    actual = vectors.rows(digests)
    missing = set(vectors.missing(digests))
    present = [number for number, text_digest in enumerate(digests) if text_digest not in missing]
    assert alike(actual[present], rows_of(digests)[present])
    assert not actual[[number for number, text_digest in enumerate(digests) if text_digest in missing]].any()
    return missing


# Quantised


@given(values=st.lists(st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8), max_size=6))
def test_a_vector_is_kept_but_for_the_rounding(values: list[list[float]]) -> None:
    rows = np.reshape(np.asarray(values, np.float64), (-1, 8))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0).astype(np.float32)
    kept = QuantisedVectors.of(rows).floats()
    assert alike(kept, rows)
    lengths = np.linalg.norm(rows, axis=1)
    assert np.linalg.norm(kept, axis=1) == pytest.approx(np.where(lengths > 0.5, 1, 0), abs=1e-6)


def test_cosines_hardly_change() -> None:
    chance = np.random.default_rng(1)
    rows = chance.standard_normal((4_000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kept = QuantisedVectors.of(rows).floats()
    lost = kept @ rows[:100].T - rows @ rows[:100].T
    assert np.abs(lost).max() < 0.003
    assert np.sqrt(np.mean(lost**2)) < 0.0005


@pytest.mark.parametrize("wrong", [2.0, 0.5, np.nan, np.inf])
def test_what_has_not_length_1_is_refused(place: Path, wrong: float) -> None:
    rows = rows_of(DIGESTS[:3])
    rows[1] *= np.float32(wrong)
    with opened(place / "vectors") as vectors:
        with pytest.raises(ValueError, match="length 1"):
            vectors.add(DIGESTS[:3], rows)
        assert len(vectors) == 0


def test_as_many_rows_are_wanted_as_digests(place: Path) -> None:
    with opened(place / "vectors") as vectors, pytest.raises(ValueError, match="2 rows of 24"):
        vectors.add(DIGESTS[:2], rows_of(DIGESTS[:3]))
    with pytest.raises(ValueError, match="scales"):
        QuantisedVectors(np.zeros((2, 3), np.int8), np.zeros(3, np.float32))


# What was added comes back

SOME = st.lists(st.sampled_from(DIGESTS[:12]), max_size=8)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), SOME, st.integers(0, 3)),
        st.tuples(st.just("keep"), SOME, st.just(0)),
        st.tuples(st.sampled_from(["reopen", "anew"]), st.just([]), st.just(0)),
    ),
    max_size=12,
)


@few
@given(steps=STEPS)
def test_after_any_steps_it_holds_the_last_state(
    place: Path, steps: list[tuple[str, list[str], int]]
) -> None:
    shutil.rmtree(place / "vectors", ignore_errors=True)
    kept: dict[str, Floats32] = {}
    vectors = opened(place / "vectors")
    for step, digests, version in steps:
        if step == "add":
            rows = rows_of(digests, version)
            vectors.add(digests, rows)
            kept |= dict(zip(digests, rows, strict=True))
        elif step == "keep":
            assert vectors.keep(digests) == len(kept.keys() - set(digests))
            kept = {text_digest: row for text_digest, row in kept.items() if text_digest in digests}
        else:
            vectors.close()
            make = VectorStore.anew if step == "anew" else VectorStore
            vectors = make(place / "vectors", MODEL, DIMENSIONS)
            kept = kept if step == "reopen" else {}
        wanted = DIGESTS[:14]
        assert len(vectors) == len(kept)
        assert vectors.missing(wanted) == [text_digest for text_digest in wanted if text_digest not in kept]
        nothing = np.zeros(DIMENSIONS, np.float32)
        assert alike(
            vectors.rows(wanted), np.stack([kept.get(text_digest, nothing) for text_digest in wanted])
        )
    vectors.close()


def test_a_zero_row_is_kept_as_one(place: Path) -> None:
    with opened(place / "vectors") as vectors:
        vectors.add(DIGESTS[:1], np.zeros((1, DIMENSIONS), np.float32))
        assert vectors.missing(DIGESTS[:2]) == DIGESTS[1:2], "nobody needs to embed it again"
        assert not vectors.rows(DIGESTS[:1]).any()


def test_a_digest_may_be_asked_for_twice(filled: Path) -> None:
    wanted = [DIGESTS[3], digest("other"), DIGESTS[3], digest("other")]
    with opened(filled) as vectors:
        assert vectors.missing(wanted) == [digest("other")]
        rows = vectors.rows(wanted)
        assert np.array_equal(rows[0], rows[2])
        assert vectors.rows([]).shape == (0, DIMENSIONS)


def test_dropping_gives_the_space_back(filled: Path) -> None:
    size = rows_file(filled).stat().st_size
    with opened(filled) as vectors:
        assert vectors.keep(DIGESTS) == 0
        vectors.add(DIGESTS[:50], rows_of(DIGESTS[:50]))
        assert rows_file(filled).stat().st_size == size * 5 / 4
        assert vectors.keep(DIGESTS) == 0
        assert rows_file(filled).stat().st_size == size
        assert vectors.keep(DIGESTS[100:]) == 100
        assert rows_file(filled).stat().st_size == size / 2
        assert right_or_missing(vectors) == set(DIGESTS[:100])


# Other models, other versions


@pytest.mark.parametrize(("model", "dimensions"), [("large", DIMENSIONS), (MODEL, 48)])
def test_vectors_of_another_model_are_refused_until_made_anew(
    filled: Path, model: str, dimensions: int
) -> None:
    with pytest.raises(VectorsMismatchError, match=r"small \(24 dimensions\).*derek embed --anew"):
        VectorStore(filled, model, dimensions)
    with opened(filled) as vectors:
        assert not right_or_missing(vectors), "nothing is lost by the attempt"
        with VectorStore.anew(filled, model, dimensions) as others:
            assert len(others) == 0
            with pytest.raises(VectorsMismatchError):
                vectors.rows(DIGESTS)
            with pytest.raises(VectorsMismatchError):
                vectors.add(DIGESTS, rows_of(DIGESTS))


def test_a_newer_derek_is_not_meddled_with(filled: Path) -> None:
    with sqlite3.connect(filled / "vectors.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreTooNewError):
        opened(filled)
    with VectorStore.anew(filled, MODEL, DIMENSIONS) as vectors:
        assert vectors.missing(DIGESTS) == DIGESTS


# Damage


@pytest.mark.parametrize("rows", [0, 1, 99.5, 150, 199.9])
@pytest.mark.parametrize("while_open", [False, True])
def test_of_a_file_that_was_cut_the_beginning_is_kept(filled: Path, rows: float, while_open: bool) -> None:
    vectors = opened(filled)
    if not while_open:
        vectors.close()
    os.truncate(rows_file(filled), int(rows_file(filled).stat().st_size * rows / 200))
    if not while_open:
        vectors = opened(filled)
    missing = right_or_missing(vectors)
    assert missing == set(DIGESTS[int(rows) :])
    vectors.add(sorted(missing), rows_of(sorted(missing)))
    assert not right_or_missing(vectors)
    assert len(vectors) == 200
    vectors.close()


@pytest.mark.parametrize("while_open", [False, True])
def test_a_file_that_was_deleted_is_made_again(filled: Path, while_open: bool) -> None:
    vectors = opened(filled)
    if not while_open:
        vectors.close()
    rows_file(filled).unlink()
    if not while_open:
        vectors = opened(filled)
    assert vectors.missing(DIGESTS) == DIGESTS
    vectors.add(DIGESTS, rows_of(DIGESTS))
    assert not right_or_missing(vectors)
    vectors.close()


@pytest.mark.parametrize("size", [0.5, 1, 3])
def test_a_foreign_file_is_noticed(filled: Path, size: float) -> None:
    path = rows_file(filled)
    path.write_bytes(random.Random(2).randbytes(int(path.stat().st_size * size)))  # noqa: S311  damage, no secret
    with opened(filled) as vectors:
        assert right_or_missing(vectors) == set(DIGESTS)
        vectors.add(DIGESTS, rows_of(DIGESTS))
        assert not right_or_missing(vectors)


def test_rows_of_other_digests_are_noticed(filled: Path) -> None:
    path = rows_file(filled)
    content, size = path.read_bytes(), path.stat().st_size // 200
    path.write_bytes(content[size:] + content[:size])
    with opened(filled) as vectors:
        assert right_or_missing(vectors) == set(DIGESTS)


def test_a_flipped_bit_costs_its_row(filled: Path) -> None:
    path, chance = rows_file(filled), random.Random(3)  # noqa: S311  damage, no secret
    content = bytearray(path.read_bytes())
    places = {chance.randrange(len(content)) for _ in range(20)}
    for at in places:
        content[at] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    with opened(filled) as vectors:
        size = len(content) // 200
        assert right_or_missing(vectors) == {DIGESTS[at // size] for at in places}
        assert vectors.keep(DIGESTS) == 0
        assert len(right_or_missing(vectors)) == len({at // size for at in places})


def test_what_a_crash_left_is_cut_off_and_swept_away(filled: Path) -> None:
    path = rows_file(filled)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"half a row")
    (filled / "0badcafe.rows").write_bytes(b"half a copy")
    (filled / "notes.txt").write_text("somebody's own")
    with opened(filled) as vectors:
        assert path.stat().st_size == size
        assert not right_or_missing(vectors)
    assert {entry.name for entry in filled.iterdir()} == {path.name, "notes.txt", "vectors.sqlite3"}


def test_a_database_that_is_none_is_said_and_can_be_made_anew(filled: Path) -> None:
    (filled / "vectors.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(VectorsUnusableError, match=r"vectors\.sqlite3.*derek embed --anew"):
        opened(filled)
    with VectorStore.anew(filled, MODEL, DIMENSIONS) as vectors:
        assert vectors.missing(DIGESTS) == DIGESTS
        vectors.add(DIGESTS, rows_of(DIGESTS))
        assert not right_or_missing(vectors)


def test_tables_that_are_not_ours_are_said_and_can_be_made_anew(place: Path) -> None:
    place.joinpath("vectors").mkdir()
    connection = sqlite3.connect(place / "vectors" / "vectors.sqlite3")
    connection.execute("CREATE TABLE vector (somebody TEXT)")
    connection.close()
    with pytest.raises(VectorsUnusableError, match="vector"):
        opened(place / "vectors")
    with VectorStore.anew(place / "vectors", MODEL, DIMENSIONS) as vectors:
        assert len(vectors) == 0


def test_vectors_that_somebody_is_writing_are_not_taken_away(filled: Path) -> None:
    with opened(filled) as vectors, running(WRITING, filled, 0) as process:
        time.sleep(0.5)
        with VectorStore.anew(filled, MODEL, DIMENSIONS) as others:
            assert process.wait(60) == 0
            assert others.missing(DIGESTS) == vectors.missing(DIGESTS)
            right_or_missing(vectors)


def test_they_can_be_made_anew_where_there_are_none(place: Path) -> None:
    with VectorStore.anew(place / "vectors", MODEL, DIMENSIONS) as vectors:
        assert vectors.missing(DIGESTS[:3]) == DIGESTS[:3]


def test_without_its_database_nothing_is_known(filled: Path) -> None:
    (filled / "vectors.sqlite3").unlink()
    with opened(filled) as vectors:
        assert vectors.missing(DIGESTS) == DIGESTS
        vectors.add(DIGESTS[:9], rows_of(DIGESTS[:9]))
        assert right_or_missing(vectors) == set(DIGESTS[9:])


def test_a_folder_that_was_deleted_is_said(filled: Path) -> None:
    vectors = opened(filled)
    shutil.rmtree(filled)
    with pytest.raises(VectorsUnusableError):
        vectors.add(DIGESTS, rows_of(DIGESTS))
    vectors.close()
    with opened(filled) as vectors:
        assert vectors.missing(DIGESTS) == DIGESTS


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for make in (VectorStore, VectorStore.anew):
        with pytest.raises(VectorsUnusableError, match="the articles are safe"):
            make(tmp_path / "file" / "vectors", MODEL, DIMENSIONS)


# Other processes


def running(code: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


FULL = """
import resource, signal, sys
from pathlib import Path
from retrieval.errors import VectorsUnusableError
from tests.semantic.test_vector_store import DIGESTS, opened, right_or_missing, rows_of
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
vectors = opened(Path(sys.argv[1]))
size = next(Path(sys.argv[1]).glob("*.rows")).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1_000, resource.RLIM_INFINITY))
more = [one[::-1] for one in DIGESTS]
try:
    vectors.add(more * 30, rows_of(more * 30))
except VectorsUnusableError:
    print("full", len(right_or_missing(vectors)), len(vectors), flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
vectors.add(more, rows_of(more))
print("fits", len(right_or_missing(vectors, [*DIGESTS, *more])), len(vectors), flush=True)
vectors.close()
"""


def test_a_full_disk_is_said_and_nothing_is_lost(filled: Path) -> None:
    with running(FULL, filled) as process:
        printed, _ = process.communicate(timeout=60)
    assert printed.splitlines() == ["full 0 200", "fits 0 400"]


KILLED = """
import random, sys
from pathlib import Path
from retrieval.articles import digest
from tests.semantic.test_vector_store import opened, rows_of
held = Path(sys.argv[2]).read_text().split()
vectors, chance = opened(Path(sys.argv[1])), random.Random(sys.argv[3])
print(flush=True)
for number in range(1_000_000):
    digests = [digest(f"{sys.argv[3]} {number} {one}") for one in range(chance.randrange(1, 40))]
    vectors.add(digests, rows_of(digests))
    print(*digests, flush=True)
    held += digests
    if number % 5 == 0:
        again = chance.sample(held, len(held) // 3)
        vectors.add(again, rows_of(again))
        vectors.keep(held)
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_loses_nothing_and_makes_nothing_up(place: Path) -> None:
    chance, digests = random.Random(9), set[str]()  # noqa: S311  moments, no secrets
    folder, former = place / "vectors", place / "former"
    for attempt in range(int(os.environ.get("DEREK_KILLS", "8"))):
        former.write_text("\n".join(sorted(digests)))
        with running(KILLED, folder, former, attempt) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            # A line that the kill cut short was written after its rows were, but not all of it came.
            for line in process.stdout:
                digests.update(line.split() if line.endswith("\n") else [])
        with opened(folder) as vectors:
            assert vectors.missing(sorted(digests)) == []
            digests = known(folder)
            assert not right_or_missing(vectors, sorted(digests)), "what is known is right"
            assert len(vectors) == len(digests)
        assert len(list(folder.glob("*.rows"))) == 1
    assert len(digests) > 100


def known(folder: Path) -> set[str]:
    connection = sqlite3.connect(folder / "vectors.sqlite3")
    digests = {text_digest for (text_digest,) in connection.execute("SELECT digest FROM vector")}
    connection.close()
    return digests


READING = """
import sys
from pathlib import Path
from tests.semantic.test_vector_store import DIGESTS, alike, opened, rows_of
vectors, wanted, count, looks = opened(Path(sys.argv[1])), rows_of(DIGESTS), 0, 0
print(flush=True)
while count < len(DIGESTS):
    rows = vectors.rows(DIGESTS)
    there = rows.any(axis=1)
    assert alike(rows[there], wanted[there])
    assert there.sum() >= count, "what was there stays"
    count, looks = there.sum(), looks + 1
vectors.close()
print(looks, flush=True)
"""


def test_two_processes_read_while_one_writes(place: Path) -> None:
    with (
        opened(place / "vectors") as vectors,
        running(READING, place / "vectors") as first,
        running(READING, place / "vectors") as second,
    ):
        for reader in (first, second):
            assert reader.stdout is not None
            reader.stdout.readline()
        for at in range(0, 200, 2):
            vectors.add(DIGESTS[at : at + 2], rows_of(DIGESTS[at : at + 2]))
            vectors.add(DIGESTS[: at + 2 : 7], rows_of(DIGESTS[: at + 2 : 7]))
            vectors.keep(DIGESTS)
        looks = [int(reader.communicate(timeout=60)[0]) for reader in (first, second)]
    assert min(looks) > 1
    assert [first.returncode, second.returncode] == [0, 0]


WRITING = """
import sys
from pathlib import Path
from tests.semantic.test_vector_store import DIGESTS, opened, rows_of
with opened(Path(sys.argv[1])) as vectors:
    for at in range(int(sys.argv[2]), 200, 2):
        vectors.add(DIGESTS[at : at + 1], rows_of(DIGESTS[at : at + 1]))
        if at % 20 == 0:
            vectors.add(DIGESTS[:1], rows_of(DIGESTS[:1]))
            vectors.keep(DIGESTS)
"""


def test_two_processes_write_at_once(place: Path) -> None:
    with running(WRITING, place / "vectors", 0) as first, running(WRITING, place / "vectors", 1) as second:
        assert [first.wait(60), second.wait(60)] == [0, 0]
    with opened(place / "vectors") as vectors:
        assert not right_or_missing(vectors)
        assert len(vectors) == 200
