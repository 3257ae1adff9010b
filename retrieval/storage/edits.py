"""What each edit did to which documents, so that it can be undone, and done again, as a whole."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from retrieval.articles import Document, SentenceKind, Span, one_line
from retrieval.storage.documents import (
    delete_article,
    from_json,
    read_document,
    to_json,
    write_document,
    write_units,
)
from retrieval.storage.duplicates import (
    delete_duplicate,
    promote,
    read_duplicate,
    write_duplicate,
)
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.versions import delete_orphaned, keep_version

#: The digest that an edit left of a document that it took out.
_GONE = ""


class EditKind(StrEnum):
    """What an edit was: a change, one that was undone or done again, or what became too old.

    The last is nobody's doing, so undoing the last change passes it by.
    """

    CHANGE = "change"
    EXPIRY = "expiry"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that an edit took out, as it was, and when."""

    at: datetime
    document: Document


@dataclass(frozen=True, slots=True)
class State:
    """A document as it is or was: an article, a duplicate that waits, or not there at all."""

    document: Document | None = None
    waits: bool = False

    @property
    def digest(self) -> str:
        """The digest of its text, which is that of nothing where there is none."""
        return self.document.article.digest if self.document else _GONE


def state_of(connection: sqlite3.Connection, document_id: str) -> State:
    """Return how a document of this id is at this moment."""
    if document := read_document(connection, document_id):
        return State(document)
    document = read_duplicate(connection, document_id)
    return State(document, waits=document is not None)


def record(  # noqa: PLR0913  one parameter a column
    connection: sqlite3.Connection,
    edit: int,
    document_id: str,
    before: State,
    name: str,
    *,
    is_told: bool = True,
) -> None:
    """Remember how a document was `before` an edit changed it to what it is now.

    Done twice in one edit, the first state counts. Not told of is what only follows from another change: an
    article is made of a duplicate for want of another with its text, or gives its place to another one.
    """
    connection.execute(
        "INSERT INTO edit_item (edit_id, article_id, digest, previous, name, was_duplicate,"
        " is_promotion) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " digest = excluded.digest, is_promotion = min(is_promotion, excluded.is_promotion)",
        (
            edit,
            document_id,
            state_of(connection, document_id).digest,
            to_json(before.document) if before.document else None,
            name,
            before.waits,
            not is_told,
        ),
    )


def promote_recorded(connection: sqlite3.Connection, digest: str, edit: int | None) -> None:
    """Make an article of a duplicate if no article has its text any more, as part of an edit if any."""
    document = promote(connection, digest)
    if document and edit is not None:
        article, before = document.article, State(document, waits=True)
        name = one_line(article.origin or article.key)
        record(connection, edit, article.id, before, name, is_told=False)


def begin(connection: sqlite3.Connection, kind: EditKind = EditKind.CHANGE) -> int:
    """Return the number of a new edit, under which changes are recorded."""
    cursor = connection.execute(
        "INSERT INTO edit (at, kind) VALUES (?, ?)", (datetime.now(UTC).isoformat(), kind)
    )
    return int(cursor.lastrowid or 0)


def forget(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget the edits before a time: they cannot be undone, and what they took out is gone for good."""
    connection.execute("DELETE FROM edit WHERE at < ?", (before.isoformat(),))
    delete_orphaned(connection)


def last_to_undo(connection: sqlite3.Connection) -> int | None:
    """Return the newest edit that changed anything and was not undone; None if there is none."""
    (edit,) = connection.execute(
        "SELECT max(id) FROM edit JOIN edit_item ON edit_id = id WHERE kind NOT IN (?, ?) AND NOT undone",
        (EditKind.UNDO, EditKind.EXPIRY),
    ).fetchone()
    return None if edit is None else int(edit)


def last_to_redo(connection: sqlite3.Connection) -> int | None:
    """Return the newest undoing that was not itself undone; None where anything was changed after it."""
    (edit,) = connection.execute(
        "SELECT max(id) FROM edit JOIN edit_item ON edit_id = id WHERE kind = ?1 AND NOT undone"
        " AND id > (SELECT coalesce(max(id), 0) FROM edit JOIN edit_item ON edit_id = id WHERE kind = ?2)",
        (EditKind.UNDO, EditKind.CHANGE),
    ).fetchone()
    return None if edit is None else int(edit)


def undo(connection: sqlite3.Connection, edit: int, kind: EditKind = EditKind.UNDO) -> list[Receipt]:
    """Take back an edit, once, and return what became of its documents; that is an edit itself.

    To undo what undid something is to do it again, an edit of the kind REDO.
    """
    items = connection.execute(
        "SELECT article_id, digest, previous, was_duplicate, is_promotion, name FROM edit_item"
        " JOIN edit ON id = edit_id WHERE edit_id = ? AND NOT undone",
        (edit,),
    ).fetchall()
    if not items:
        return []
    connection.execute("UPDATE edit SET undone = 1 WHERE id = ?", (edit,))
    inverse = begin(connection, kind)
    done: list[tuple[str, str, State, State, bool]] = []
    freed: set[str] = set()
    back: dict[str, State] = {}
    for document_id, digest, previous, was_duplicate, is_promotion, name in items:
        now = state_of(connection, document_id)
        before = State(from_json(previous), waits=bool(was_duplicate)) if previous else State()
        stays = now.digest != digest
        if not stays:
            _restore(connection, document_id, now, before)
            record(connection, inverse, document_id, now, name, is_told=not is_promotion)
            freed |= {now.digest, before.digest}
            if is_promotion and now.document is None:
                back[before.digest] = before
        # Whose place it took, if it did, is told of already.
        if not is_promotion:
            done.append((name, document_id, now, before, stays))
    # Only now is it known which texts no article has.
    for digest in sorted(freed):
        promote_recorded(connection, digest, inverse)
    # What went where its text came back under another key is that, as it was.
    return [
        _receipt(name, document_id, now, before if before.document else back.get(now.digest, before), stays)
        for name, document_id, now, before, stays in done
    ]


def trash(connection: sqlite3.Connection) -> list[Removed]:
    """Return the documents that edits took out and whose texts no article has, the last first."""
    rows = connection.execute(
        "SELECT max(edit_id), at, previous FROM edit_item JOIN edit ON id = edit_id"
        " WHERE previous IS NOT NULL AND digest = ? AND article_id NOT IN"
        " (SELECT id FROM article UNION ALL SELECT id FROM duplicate)"
        " GROUP BY article_id ORDER BY 1 DESC, article_id",
        (_GONE,),
    )
    removed = [Removed(datetime.fromisoformat(at), from_json(previous)) for _, at, previous in rows]
    texts = {digest for (digest,) in connection.execute("SELECT digest FROM article")}
    return [piece for piece in removed if piece.document.article.digest not in texts]


def _restore(connection: sqlite3.Connection, document_id: str, now: State, before: State) -> None:
    if now.document and before.document and not now.waits and now.digest != before.digest:
        keep_version(connection, now.document)
    if now.waits:
        delete_duplicate(connection, document_id)
    elif now.document and (before.waits or before.document is None):
        delete_article(connection, document_id)
    if before.document and before.waits:
        write_duplicate(connection, before.document)
    elif before.document:
        write_document(connection, before.document)


def _receipt(name: str, document_id: str, now: State, before: State, stays: bool) -> Receipt:
    current = now.document.article.title if now.document else None
    if stays:
        return Receipt(name, Outcome.KEPT, document_id, current)
    if before.document is None:
        return Receipt(name, Outcome.REMOVED, document_id, current)
    former = before.document
    return Receipt(name, Outcome.RESTORED, former.article.id, former.article.title, len(former.units))


def recut(connection: sqlite3.Connection, document: Document) -> None:
    """Write a document that was read anew in the place of what it was, as if it had always been so."""
    article = document.article
    now = state_of(connection, article.id)
    if now.document is None:
        return
    # Another process may have put it into another collection while it was read.
    kept = {name: getattr(now.document.article, name) for name in ("added", "collection")}
    document = replace(document, article=article.model_copy(update=kept))
    if now.waits:
        write_duplicate(connection, document)
    elif now.document.article == document.article:
        write_units(connection, document)
        if _places(now.document) != _places(document):
            connection.execute("INSERT INTO change (article_id) VALUES (?)", (article.id,))
    else:
        write_document(connection, document)
    connection.execute(
        "UPDATE edit_item SET digest = ? WHERE article_id = ? AND digest = ?",
        (article.digest, article.id, now.digest),
    )


def _places(document: Document) -> list[tuple[Span, SentenceKind, tuple[int, ...]]]:
    return [(unit.span, unit.kind, unit.above) for unit in document.units]
