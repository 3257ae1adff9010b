"""The tokens of sentences at rest, each sentence's under the digest of the text that was embedded.

    vectors/tokens.sqlite3    the mark of the model that projected them, and the rows of each sentence

Rows of another model do not compare, and are dropped when the store is opened.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from retrieval.semantic.interaction import Int8Rows, interaction_model
from retrieval.storage.database import Database

_DATABASE = "tokens.sqlite3"

#: Each entry takes the schema one version further; entries are only ever appended.
_MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE state (mark TEXT NOT NULL) STRICT;
    INSERT INTO state VALUES ('');
    CREATE TABLE tokens (digest TEXT PRIMARY KEY, rows BLOB NOT NULL) STRICT
    """,
)


class TokenStore:
    """Rows of tokens in an SQLite file, all of one model; may be used by many threads and processes at once.

    Every method raises `StoreUnusableError` when the file cannot be read or written.
    """

    def __init__(self, folder: Path, mark: str, dimensions: int) -> None:
        """Open the file in `folder`, made if there is none, for rows of a model with this mark."""
        folder.mkdir(parents=True, exist_ok=True)
        self._dimensions = dimensions
        self._database = Database(folder / _DATABASE, migrations=_MIGRATIONS)
        if self._database.rows("SELECT mark FROM state") != [(mark,)] and not self._database.only_reads:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM tokens")
                connection.execute("UPDATE state SET mark = ?", (mark,))

    def __len__(self) -> int:
        """Return of how many sentences there are tokens."""
        ((count,),) = self._database.rows("SELECT count(*) FROM tokens")
        return int(count)

    @property
    def is_empty(self) -> bool:
        """Whether there are tokens of no sentence."""
        return not self._database.rows("SELECT 1 FROM tokens LIMIT 1")

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Return those of the `digests` of which there are none, each once, in their order."""
        distinct = list(dict.fromkeys(digests))
        known = self._found(distinct, "digest")
        return [digest for digest in distinct if digest not in known]

    def add(self, rows: Mapping[str, Int8Rows]) -> None:
        """Keep rows under digests, in place of what was there."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO tokens VALUES (?, ?)",
                [(digest, own.astype(np.int8).tobytes()) for digest, own in rows.items()],
            )

    def rows(self, digests: Collection[str]) -> dict[str, Int8Rows]:
        """Return the rows of those digests that there are any of."""
        return {
            digest: np.frombuffer(content, np.int8).reshape(-1, self._dimensions)
            for digest, content in self._found(list(digests), "rows").items()
        }

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

    def _found(self, digests: Sequence[str], column: str) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for start in range(0, len(digests), _AT_ONCE):
            some = digests[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            found |= self._database.rows(
                f"SELECT digest, {column} FROM tokens WHERE digest IN ({marks})",  # noqa: S608  ours
                *some,
            )
        return found


#: How many digests are looked for by one query.
_AT_ONCE = 500


def shipped_token_store(folder: Path) -> TokenStore:
    """Return the tokens in a folder, projected by the model that Derek comes with."""
    model = interaction_model()
    return TokenStore(folder, model.mark, model.passage_projection.shape[1])
