"""The tokens of sentences at rest, each sentence's under the digest of the text that was embedded.

    vectors/tokens.sqlite3    the mark of the model that projected them, and the rows of each sentence

Rows of another model do not compare: they are dropped when the store is opened, or not known where it cannot
be written. The mark names the embedder and what projected its states.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import StoreTooNewError, StoreUnusableError
from retrieval.semantic.interaction import PassageTokens, interaction_model
from retrieval.storage.database import Database, is_broken

_DATABASE = "tokens.sqlite3"

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE state (mark TEXT NOT NULL) STRICT;
    INSERT INTO state VALUES ('');
    CREATE TABLE tokens (digest TEXT PRIMARY KEY, rows BLOB NOT NULL) STRICT
    """,
    """
    DELETE FROM tokens;
    ALTER TABLE tokens ADD COLUMN before_end BLOB NOT NULL DEFAULT x''
    """,
)


class TokenStore:
    """Rows of tokens in an SQLite file, all of one model; may be used by many threads and processes at once.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, folder: Path, mark: str, dimensions: int) -> None:
        """Open the file in `folder`, made if there is none, for rows of a model with this mark."""
        folder.mkdir(parents=True, exist_ok=True)
        self._mark, self._dimensions = mark, dimensions
        self._database = Database(folder / _DATABASE, migrations=_MIGRATIONS)
        if self._database.rows("SELECT mark FROM state") != [(mark,)] and not self._database.only_reads:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM tokens")
                connection.execute("UPDATE state SET mark = ?", (mark,))

    def __len__(self) -> int:
        """Return of how many sentences there are tokens."""
        ((count,),) = self._database.rows(
            f"SELECT count(*) FROM tokens WHERE {_OWN}",  # noqa: S608  ours
            self._mark,
        )
        return int(count)

    @property
    def is_empty(self) -> bool:
        """Whether there are tokens of no sentence."""
        return not self._database.rows(
            f"SELECT 1 FROM tokens WHERE {_OWN} LIMIT 1",  # noqa: S608  ours
            self._mark,
        )

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Return those of the `digests` of which there are none, each once, in their order."""
        distinct = list(dict.fromkeys(digests))
        known = {digest for (digest,) in self._found(distinct, "digest")}
        return [digest for digest in distinct if digest not in known]

    def add(self, tokens: Mapping[str, PassageTokens]) -> None:
        """Keep tokens under digests, in place of what was there."""
        with self._database.writing() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO tokens SELECT ?, ?, ? WHERE {_OWN}",
                [
                    (digest, own.rows.tobytes(), own.before_end.tobytes(), self._mark)
                    for digest, own in tokens.items()
                ],
            )

    def tokens(self, digests: Collection[str]) -> dict[str, PassageTokens]:
        """Return the tokens under those of the digests that there are any of."""
        try:
            return {
                digest: PassageTokens(
                    np.frombuffer(rows, np.int8).reshape(-1, self._dimensions),
                    np.frombuffer(before_end, np.uint16).reshape(-1, 2),
                )
                for digest, rows, before_end in self._found(list(digests), "digest, rows, before_end")
            }
        except ValueError as error:
            raise StoreUnusableError(self._database.path, f"damaged: {error}") from error

    def keep(self, digests: Collection[str]) -> None:
        """Drop the rows of all other digests."""
        wanted = frozenset(digests)
        gone = [row for row in self._database.rows("SELECT digest FROM tokens") if row[0] not in wanted]
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM tokens WHERE digest = ?", gone)

    def erase(self) -> None:
        """Leave nothing in the file of what was dropped."""
        self._database.erase()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _found(self, digests: Sequence[str], columns: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(digests), _AT_ONCE):
            some = digests[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            found += self._database.rows(
                f"SELECT {columns} FROM tokens WHERE digest IN ({marks}) AND {_OWN}",  # noqa: S608  ours
                *some,
                self._mark,
            )
        return found


#: How many digests are looked for by one query.
_AT_ONCE = 500

#: What holds of rows as long as no other Derek began with those of another model.
_OWN = "(SELECT mark FROM state) = ?"


@dataclass(frozen=True)
class KnownTokens:
    """The tokens of texts in a file of NumPy arrays: their mark, digests, rows, and where they stand."""

    path: Path

    def tokens(self, digests: Sequence[str], embedder: str) -> dict[str, PassageTokens] | None:
        """Return the tokens under some digests; None unless all are known, of the models there are now."""
        mark, known = self._content
        if mark != mark_of(embedder) or not known.keys() >= set(digests):
            return None
        return {digest: known[digest] for digest in digests}

    @cached_property
    def _content(self) -> tuple[str, dict[str, PassageTokens]]:
        with np.load(self.path, allow_pickle=False) as stored:
            ends = np.cumsum(stored["lengths"])[:-1]
            parts = zip(np.split(stored["rows"], ends), np.split(stored["before_end"], ends), strict=True)
            tokens = (PassageTokens(rows, before_end) for rows, before_end in parts)
            return str(stored["mark"]), dict(zip(stored["digests"].tolist(), tokens, strict=True))

    @classmethod
    def write(cls, path: Path, tokens: Mapping[str, PassageTokens], embedder: str) -> "KnownTokens":
        """Write tokens under digests to a file, as those of the models there are now."""
        np.savez_compressed(
            path,
            mark=np.array(mark_of(embedder)),
            digests=np.array(list(tokens)),
            lengths=np.array([len(own.rows) for own in tokens.values()]),
            rows=np.concatenate([own.rows for own in tokens.values()]),
            before_end=np.concatenate([own.before_end for own in tokens.values()]),
        )
        return cls(path)


def mark_of(embedder: str) -> str:
    """Return the mark of tokens whose states an embedder of this name gave, and Derek's model projected."""
    return f"{embedder} {interaction_model().mark}"


def open_tokens(folder: Path, embedder: str) -> TokenStore:
    """Return the tokens in a folder; where their file is broken, with none in it.

    Raises `StoreError`.
    """
    dimensions = interaction_model().passage_projection.shape[1]
    try:
        return TokenStore(folder, mark_of(embedder), dimensions)
    except StoreUnusableError as error:
        if not is_broken(error):
            raise
        _unlink(folder)
        return TokenStore(folder, mark_of(embedder), dimensions)


def forget_tokens(folder: Path) -> None:
    """Drop all tokens in a folder, whatever state they are in.

    Raises `StoreUnusableError`.
    """
    path = folder / _DATABASE
    if not path.exists():
        return
    try:
        with closing(Database(path, migrations=_MIGRATIONS)) as database:
            with database.writing() as connection:
                connection.execute("DELETE FROM tokens")
            database.erase()
    except StoreTooNewError:
        _unlink(folder)
    except StoreUnusableError as error:
        if not is_broken(error):
            raise
        _unlink(folder)


def _unlink(folder: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{_DATABASE}{suffix}").unlink(missing_ok=True)
