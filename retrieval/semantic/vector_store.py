"""The vectors of sentences at rest, each under the digest of the text that it was made of.

So a sentence that is moved, added again or stands in two articles is embedded once, and an index that
is built anew needs none of them anew.

    vectors/vectors.sqlite3      which model made them, and in which row each stands
    vectors/<generation>.rows    the rows, appended; written anew under another name when some are dropped

A row counts once SQLite knows it, which is after it has reached the disk: what a crash leaves beyond is
cut off. A row that is lost or damaged is forgotten, which is to say missing, and can be added again.
"""

import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from retrieval.errors import StoreTooNewError, StoreUnusableError, VectorsMismatchError, VectorsUnusableError
from retrieval.semantic.quantisation import Floats32, QuantisedVectors
from retrieval.semantic.row_file import ShortError, VectorFile
from retrieval.storage.database import Database, copy_database, is_broken

_DATABASE = "vectors.sqlite3"

#: What a generation's file is called; beside it and the database nothing in the folder is ours.
_ROWS = re.compile(r"[0-9a-f]{8}\.rows")

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE state (
        model TEXT NOT NULL, dimensions INTEGER NOT NULL, generation TEXT NOT NULL, rows INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE vector (digest TEXT PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
)

#: How often to look again for rows that are being written anew just then.
_LOOKS = 5

#: How often to copy again what was written anew meanwhile: that takes longer than a look.
_COPIES = 50


class _State(NamedTuple):
    """Which file holds the rows, and how many of them count."""

    generation: str
    rows: int


class VectorStore:
    """Vectors in a folder, all of one model; may be used by many threads and processes at once."""

    def __init__(self, folder: Path, model: str, dimensions: int) -> None:
        """Open the vectors in `folder`, made if there is none.

        Raises `VectorsMismatchError` when another model made them, `VectorsUnusableError` and
        `StoreTooNewError`.
        """
        self.folder, self.model, self.dimensions = folder, model, dimensions
        with _guarded(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = _database(folder)
        try:
            if self._database.only_reads:
                self._look([])
                return
            with self._writing() as (_, state):
                self._sweep(state)
        except BaseException:
            self.close()
            raise

    @classmethod
    def anew(cls, folder: Path, model: str, dimensions: int) -> Self:
        """Open the vectors in `folder` with none in them, whatever was there.

        Raises `VectorsUnusableError`.
        """
        with _guarded(folder):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                # Whoever has them open notices, which nobody would if the files were deleted.
                with closing(_database(folder)) as database, database.writing() as connection:
                    _begin(connection, model, dimensions)
            except StoreTooNewError:
                _erase(folder)
            except StoreUnusableError as error:
                if not is_broken(error):
                    raise
                _erase(folder)
        return cls(folder, model, dimensions)

    def close(self) -> None:
        """Close the files; the vectors cannot be used afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Return how many texts have a vector."""
        with _guarded(self.folder):
            ((count,),) = self._database.rows("SELECT count(*) FROM vector")
            return int(count)

    def missing(self, digests: Sequence[str]) -> list[str]:
        """Return those of the `digests` that have no vector, each once, in their order."""
        _, row_numbers = self._look(digests)
        return [digest for digest in dict.fromkeys(digests) if digest not in row_numbers]

    def add(self, digests: Sequence[str], rows: Floats32) -> None:
        """Keep a row for each digest, in place of what it had; each has length 1 or is zero.

        They are kept once this returns, whatever happens then. Raises `ValueError` for rows of another shape
        or length, `VectorsUnusableError`, and `VectorsMismatchError` when the folder was begun anew for
        another model meanwhile; none is kept then.
        """
        if rows.shape != (len(digests), self.dimensions):
            raise ValueError(f"{len(digests)} rows of {self.dimensions} are wanted, not {rows.shape}")
        quantised = QuantisedVectors.of(rows)
        with self._writing() as (connection, state):
            self._file(state).append(digests, quantised)
            connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                ((digest, row) for row, digest in enumerate(digests, state.rows)),
            )
            connection.execute("UPDATE state SET rows = ?", (state.rows + len(digests),))

    def rows(self, digests: Sequence[str]) -> Floats32:
        """Return a row for each digest, a zero row where it has none."""
        return self.quantised(digests).floats()

    def quantised(self, digests: Sequence[str]) -> QuantisedVectors:
        """Return a row for each digest as it is kept, a zero row where it has none.

        A row that was lost or damaged is forgotten: its digest is `missing` from then on. Raises
        `VectorsUnusableError`, and `VectorsMismatchError` when the folder was begun anew for another model
        meanwhile.
        """
        for _ in range(_LOOKS):
            state, row_numbers = self._look(digests)
            owners = [digest for digest in digests if digest in row_numbers]
            try:
                with _guarded(self.folder):
                    rows, right = self._file(state).read(owners, [row_numbers[digest] for digest in owners])
            except ShortError:
                continue
            wrong = [owners[at] for at in np.flatnonzero(~right)]
            if wrong:
                self._forget(state, {digest: row_numbers[digest] for digest in wrong})
            vectors = QuantisedVectors.zeros(len(digests), self.dimensions)
            at = np.flatnonzero([digest in row_numbers for digest in digests])[right]
            vectors.codes[at], vectors.scales[at] = rows.codes[right], rows.scales[right]
            return vectors
        raise VectorsUnusableError(self.folder, "the rows are written anew again and again")

    def keep(self, digests: Collection[str]) -> int:
        """Drop the vectors of all other digests, whole or not at all, and return how many those were.

        Reading goes on meanwhile; adding waits.
        """
        wanted = frozenset(digests)
        with self._writing() as (connection, state):
            stored = connection.execute("SELECT digest, row FROM vector ORDER BY row").fetchall()
            kept = [(digest, row) for digest, row in stored if digest in wanted]
            if len(kept) == state.rows:
                return 0
            successor = _State(secrets.token_hex(4), len(kept))
            self._file(state).copy([row for _, row in kept], self._file(successor).path)
            connection.execute("DELETE FROM vector")
            connection.executemany(
                "INSERT INTO vector VALUES (?, ?)", ((digest, row) for row, (digest, _) in enumerate(kept))
            )
            connection.execute("UPDATE state SET generation = ?, rows = ?", successor)
        with _guarded(self.folder):
            self._file(state).path.unlink(missing_ok=True)
        return len(stored) - len(kept)

    def erase(self) -> None:
        """Leave nothing in the database of what was dropped."""
        with _guarded(self.folder):
            self._database.erase()

    def _file(self, state: _State) -> VectorFile:
        return VectorFile(self.folder / f"{state.generation}.rows", self.dimensions)

    def _look(self, digests: Sequence[str]) -> tuple[_State, Mapping[str, int]]:
        """Return where the rows are, and which of them each digest has that has one."""
        with _guarded(self.folder):
            with self._database.reading() as connection:
                state, row_numbers = self._state(connection), _row_numbers(connection, digests)
            if len(self._file(state)) >= state.rows:
                return state, row_numbers
        with self._writing() as (connection, state):
            return state, _row_numbers(connection, digests)

    def _forget(self, state: _State, row_numbers: Mapping[str, int]) -> None:
        """Forget damaged rows, unless they were put right meanwhile."""
        with self._writing() as (connection, now):
            if now.generation == state.generation:
                connection.executemany("DELETE FROM vector WHERE digest = ? AND row = ?", row_numbers.items())

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, _State]]:
        """Give the database for changes that are made whole or not at all, and where the rows are.

        Both halves fit each other then, and nobody else changes either.
        """
        with _guarded(self.folder), self._database.writing() as connection:
            if not connection.execute("SELECT count(*) FROM state").fetchone()[0]:
                _begin(connection, self.model, self.dimensions)
            state = self._state(connection)
            file = self._file(state)
            file.cut(state.rows)
            if len(file) < state.rows:
                state = state._replace(rows=len(file))
                file.cut(state.rows)
                connection.execute("DELETE FROM vector WHERE row >= ?", (state.rows,))
                connection.execute("UPDATE state SET rows = ?", (state.rows,))
            yield connection, state

    def _state(self, connection: sqlite3.Connection) -> _State:
        """Return where the rows are, if they are those of this model."""
        row = connection.execute("SELECT model, dimensions, generation, rows FROM state").fetchone()
        model, dimensions, generation, rows = row
        if (model, dimensions) != (self.model, self.dimensions):
            stored, wanted = _described(model, dimensions), _described(self.model, self.dimensions)
            raise VectorsMismatchError(self.folder, stored, wanted)
        return _State(generation, rows)

    def _sweep(self, state: _State) -> None:
        """Delete what a crash left of other generations."""
        for path in self.folder.iterdir():
            if _ROWS.fullmatch(path.name) and path != self._file(state).path:
                path.unlink(missing_ok=True)


def copy_vectors(folder: Path, copy: Path) -> int:
    """Copy the vectors in a folder into a new one, and return how many there are; others may add to them.

    The database comes first: the rows that were appended meanwhile do not count in it. Raises
    `VectorsUnusableError`.
    """
    with _guarded(folder):
        copy.mkdir()
        if not (folder / _DATABASE).exists():
            return 0
        for _ in range(_COPIES):
            copy_database(folder / _DATABASE, copy / _DATABASE)
            with closing(Database(copy / _DATABASE)) as database:
                states = database.rows("SELECT generation, (SELECT count(*) FROM vector) FROM state")
            ((generation, count),) = states or [("", 0)]
            if not count:
                return 0
            with suppress(FileNotFoundError):  # The rows were just written anew under another name.
                shutil.copyfile(folder / f"{generation}.rows", copy / f"{generation}.rows")
                return int(count)
    raise VectorsUnusableError(folder, "the rows are written anew again and again")


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """Put into words what either half complains of."""
    try:
        yield
    except StoreUnusableError as error:
        raise VectorsUnusableError(error.path, error.reason) from error
    except OSError as error:
        raise VectorsUnusableError(folder, str(error)) from error


def _database(folder: Path) -> Database:
    return Database(folder / _DATABASE, migrations=_MIGRATIONS)


def _described(model: str, dimensions: int) -> str:
    return f"{model} ({dimensions} dimensions)"


def _begin(connection: sqlite3.Connection, model: str, dimensions: int) -> None:
    """Begin a new generation, which holds nothing."""
    connection.execute("DELETE FROM vector")
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?, ?, ?, 0)", (model, dimensions, secrets.token_hex(4)))


def _row_numbers(connection: sqlite3.Connection, digests: Sequence[str]) -> dict[str, int]:
    """Return the row of each of the digests that has one."""
    # In the order that the table has, many are found in half the time.
    digests_json = json.dumps(sorted(digests))
    return dict(
        connection.execute(
            "SELECT digest, row FROM json_each(?) CROSS JOIN vector ON digest = value", (digests_json,)
        )
    )


def _erase(folder: Path) -> None:
    """Delete the vectors' files, whatever is left of them."""
    for path in folder.iterdir():
        if _ROWS.fullmatch(path.name) or path.name.startswith(_DATABASE):
            path.unlink()
