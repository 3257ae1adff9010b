"""The groups and channels that Derek is in: those where everybody may ask, and those where nobody may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chats.audit import Act, AuditLog
from bot.chats.persons import MOST_REQUESTS, kept, read
from retrieval.articles import one_line
from retrieval.storage.database import Database

#: How often administrators are asked about one group, and how long that stands.
_BETWEEN_REQUESTS, _OPEN = timedelta(days=1), timedelta(days=7)

#: How many characters of a title are kept.
_LONGEST_TITLE = 80


class PlaceState(StrEnum):
    """Whether everybody in a group may ask; where administrators are still asked, nobody may."""

    ALLOWED = "allowed"
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Place:
    """A group or a channel, which Derek may have left since.

    `by` is who added Derek, or decided; `collections` is None where nothing is said of them.
    """

    id: int
    title: str
    state: PlaceState
    by: int | None
    at: datetime
    collections: frozenset[str] | None = None
    is_left: bool = False
    is_channel: bool = False

    @property
    def label(self) -> str:
        """The title, or the id of what has none."""
        return self.title or str(self.id)


_FIELDS = "SELECT id, title, state, by, at, collections, is_left, is_channel FROM place"

_ACTS = {PlaceState.ALLOWED: Act.ADMIT_GROUP, PlaceState.REFUSED: Act.REFUSE_GROUP}


class Places:
    """Groups by their ids; every method raises `StoreUnusableError` when the file cannot be used."""

    def __init__(self, database: Database, log: AuditLog, now: Callable[[], datetime]) -> None:
        self._database, self._log, self._now = database, log, now

    def get(self, place: int) -> Place | None:
        """Return a group; None for one that was never heard of."""
        rows = self._database.rows(f"{_FIELDS} WHERE id = ?", place)
        return _place(rows[0]) if rows else None

    def all(self) -> list[Place]:
        """Return all groups that Derek is in or was refused to, those to be decided first."""
        rows = self._database.rows(
            f"{_FIELDS} WHERE NOT is_left OR state = 'refused'"
            " ORDER BY state <> 'asked', state = 'refused', title, id"
        )
        return [_place(row) for row in rows]

    def enter(
        self, place: int, title: str, by: int | None, occasion: int, *, is_channel: bool = False
    ) -> bool:
        """Note that Derek was added to a group; return whether administrators are to be asked about it.

        They are once a day at most, and not while they have too many to decide. What they decided holds,
        but for an allowed group that Derek had left since.
        """
        now = self._now()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT state, at, is_left, occasion FROM place WHERE id = ?", (place,)
            ).fetchone()
            if row and row[3] == occasion and row[0] == PlaceState.ASKED:
                return True
            if row and (row[0] == PlaceState.REFUSED or (row[0] == PlaceState.ALLOWED and not row[2])):
                return False
            if row and row[0] == PlaceState.ASKED:
                connection.execute("UPDATE place SET is_left = FALSE WHERE id = ?", (place,))
                if now - datetime.fromisoformat(row[1]) < _BETWEEN_REQUESTS:
                    return False
            ((waiting,),) = connection.execute(
                "SELECT count(*) FROM place WHERE state = 'asked' AND at > ? AND id <> ?",
                ((now - _OPEN).isoformat(), place),
            )
            if waiting >= MOST_REQUESTS:
                return False
            connection.execute(
                "INSERT INTO place (id, title, state, by, at, occasion, is_channel)"
                " VALUES (?, ?, 'asked', ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET title = excluded.title, state = 'asked', by = excluded.by,"
                " at = excluded.at, occasion = excluded.occasion, is_left = FALSE,"
                " is_channel = excluded.is_channel",
                (place, one_line(title)[:_LONGEST_TITLE], by, now.isoformat(), occasion, is_channel),
            )
        return True

    def settle(
        self,
        place: int,
        state: PlaceState,
        by: int,
        title: str | None = None,
        *,
        is_channel: bool | None = None,
    ) -> bool:
        """Let everybody in a group ask, or nobody; return whether that is new.

        Of a place that is known already, the title and `is_channel` need not be said again.
        Raises `ValueError` for what is no decision.
        """
        if state not in _ACTS:
            raise ValueError(f"nobody decides that a group is {state}")
        with self._database.writing() as connection:
            row = connection.execute("SELECT state, is_left FROM place WHERE id = ?", (place,)).fetchone()
            if row and row == (state, 0):
                return False
            connection.execute(
                "INSERT INTO place (id, title, state, by, at, is_channel)"
                " VALUES (?1, ifnull(?2, ''), ?3, ?4, ?5, ifnull(?6, FALSE))"
                " ON CONFLICT (id) DO UPDATE SET title = ifnull(?2, title), state = ?3, by = ?4, at = ?5,"
                " is_left = FALSE, is_channel = ifnull(?6, is_channel)",
                (
                    place,
                    None if title is None else one_line(title)[:_LONGEST_TITLE],
                    str(state),
                    by,
                    self._now().isoformat(),
                    is_channel,
                ),
            )
            self._log.note_within(connection, by, _ACTS[state], place)
        return True

    def leave(self, place: int) -> None:
        """Note that Derek is no longer in a group."""
        with self._database.writing() as connection:
            connection.execute("UPDATE place SET is_left = TRUE WHERE id = ?", (place,))

    def limit(self, place: int, collections: frozenset[str] | None, by: int) -> bool:
        """Let a group be answered from some collections only; False for one that was never heard of.

        Raises `CollectionNameError`.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE place SET collections = ? WHERE id = ?", (kept(collections), place)
            ).rowcount
            if changed:
                self._log.note_within(connection, by, Act.LIMIT, place)
        return bool(changed)

    def rename(self, place: int, new: int) -> None:
        """Carry over what is known of a group to the id that it has from now on."""
        if place == new:
            return
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM place WHERE id = ?", (place,)).fetchone():
                # Of the new id no administrator decided anything yet.
                connection.execute("DELETE FROM place WHERE id = ?", (new,))
                connection.execute("UPDATE place SET id = ?, is_left = FALSE WHERE id = ?", (new, place))


def _place(row: tuple[int, str, str, int | None, str, str | None, int, int]) -> Place:
    place, title, state, by, at, collections, is_left, is_channel = row
    decided, when = PlaceState(state), datetime.fromisoformat(at)
    return Place(place, title, decided, by, when, read(collections), bool(is_left), bool(is_channel))
