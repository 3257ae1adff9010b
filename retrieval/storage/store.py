"""Articles at rest, in SQLite: the truth that every index follows.

Each change of an article is numbered, so that an index that knows the last number it saw can ask
what it missed, whichever process made the change. What one `Addition` put in can be taken out again.
"""

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from retrieval.articles import (
    Article,
    Document,
    Original,
    Sentence,
    SentenceKind,
    Span,
    StoredSentence,
    normalise,
    one_line,
)
from retrieval.errors import AmbiguousArticleError, StoreUnusableError, UnknownArticleError
from retrieval.filters import Filter
from retrieval.storage.database import Database, migrate, reported

#: Each entry takes the schema one version further; entries are only ever appended.
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE article (
        id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, text TEXT NOT NULL,
        language TEXT NOT NULL, title TEXT, source TEXT, url TEXT, published TEXT, added TEXT NOT NULL
    ) STRICT;
    CREATE INDEX article_digest ON article (digest);
    CREATE TABLE sentence (
        article_id TEXT NOT NULL REFERENCES article ON DELETE CASCADE,
        number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, kind TEXT NOT NULL,
        PRIMARY KEY (article_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE change (number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL) STRICT;
    CREATE TABLE addition (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL) STRICT;
    CREATE TABLE addition_item (
        addition_id INTEGER NOT NULL REFERENCES addition ON DELETE CASCADE,
        article_id TEXT NOT NULL, digest TEXT NOT NULL, previous TEXT,
        PRIMARY KEY (addition_id, article_id)
    ) STRICT, WITHOUT ROWID;
    """,
    # What the owner calls an article that has no title.
    "ALTER TABLE addition_item ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    # Where an article was read from, by which rules it was cut, where its units stand there, and what it was.
    """
    ALTER TABLE article ADD COLUMN origin TEXT;
    UPDATE article SET origin = substr(key, 6) WHERE key GLOB 'file:*';
    ALTER TABLE article ADD COLUMN segmentation INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX article_segmentation ON article (segmentation);
    ALTER TABLE sentence ADD COLUMN locator TEXT;
    CREATE TABLE original (
        article_id TEXT PRIMARY KEY REFERENCES article ON DELETE CASCADE,
        name TEXT NOT NULL, digest TEXT NOT NULL, content BLOB
    ) STRICT
    """,
    # Documents that say what an article says already: one takes its place when that changes.
    """
    CREATE TABLE duplicate (
        id TEXT PRIMARY KEY, digest TEXT NOT NULL, document TEXT NOT NULL, addition_id INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX duplicate_digest ON duplicate (digest)
    """,
)

#: Is told how many of how many are done.
Progress = Callable[[int, int], None]

#: What an addition left of an article that it took out.
_GONE = ""

_COLUMNS = "key, text, language, title, source, url, published, origin, added"


class Outcome(StrEnum):
    """What became of one thing that was to be added or taken back."""

    ADDED = "added"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    REMOVED = "removed"
    RESTORED = "restored"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one article; `name` is what its owner calls it."""

    name: str
    outcome: Outcome
    article_id: str | None = None
    title: str | None = None
    sentences: int = 0
    reason: str | None = None
    #: The title of the article that was replaced, where that was another.
    former: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One line of the catalogue: an article without its text."""

    article_id: str
    title: str | None
    source: str | None
    published: date | None
    language: str
    added: datetime
    sentences: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a store holds, in figures."""

    articles: int
    sentences: int
    first: date | None
    last: date | None
    sources: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]


class Store:
    """The articles in one SQLite file; may be used by many threads and processes at once."""

    def __init__(self, path: Path) -> None:
        """Open the database at `path`, made if there is none; its folder must exist."""
        self.path = path
        self._database = Database(path)
        try:
            with reported(path):
                migrate(self._database.connection, MIGRATIONS, path)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every thread's connection; the store cannot be used afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def begin_addition(self) -> int:
        """Return the number of a new addition: what is added under it can be undone together."""
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO addition (at) VALUES (?)", (datetime.now(UTC).isoformat(),)
            )
            return int(cursor.lastrowid or 0)

    def put(self, document: Document, addition: int | None = None, name: str | None = None) -> Receipt:
        """Keep a document; the same key with another text, or more told about it, replaces the former one.

        A text that stands under another key already is a duplicate, which is kept aside and takes that
        article's place when it changes. Without an `addition` it cannot be undone. `name` is what the receipt
        calls it.
        """
        article = document.article
        name = one_line(name or article.key)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM duplicate WHERE id = ?", (article.id,))
            previous = _document(connection, article.id)
            if previous is None:
                twin = _twin(connection, article)
            else:
                # What replaces a former text is kept even if it stands elsewhere: the former must go.
                article = _completed(article, previous.article)
                twin = previous.article if previous.article == article else None
            if twin:
                if previous is None:
                    _keep_aside(connection, document, addition)
                return Receipt(name, Outcome.DUPLICATE, twin.id, twin.title)
            _put(connection, replace(document, article=article))
            if previous and previous.article.digest != article.digest:
                _promote(connection, previous.article.digest)
            if addition is not None:
                _record(connection, addition, article, previous, name)
        outcome = Outcome.UPDATED if previous else Outcome.ADDED
        former = previous.article.title if previous and previous.article.title != article.title else None
        return Receipt(name, outcome, article.id, article.title, len(document.units), former=former)

    def cut_before(self, segmentation: int) -> list[str]:
        """Return the ids of the articles that were cut by older rules than those of this number."""
        rows = self._database.rows("SELECT id FROM article WHERE segmentation < ? ORDER BY id", segmentation)
        return [article_id for (article_id,) in rows]

    def recut(self, document: Document) -> None:
        """Give an article the units of a document, if it still has its text; nothing else changes.

        An index is only told of it when a unit is another one than before.
        """
        article = document.article
        with self._database.writing() as connection:
            former = _document(connection, article.id)
            if former is None or former.article.digest != article.digest:
                return
            _put_units(connection, document)
            places = [[(unit.span, unit.kind) for unit in cut.units] for cut in (former, document)]
            if places[0] != places[1]:
                connection.execute("INSERT INTO change (article_id) VALUES (?)", (article.id,))

    def document(self, article_id: str) -> Document:
        """Return an article with its units, and what it was read from.

        Raises `UnknownArticleError`.
        """
        with self._database.reading() as connection:
            document = _document(connection, article_id)
        if document is None:
            raise UnknownArticleError(article_id)
        return document

    def undo(self, addition: int | None = None) -> list[Receipt]:
        """Take back an addition, the last one if none is named: what it added goes, what it replaced returns.

        An article that was changed or removed since is kept as it is now; an addition that brought duplicates
        only takes those back. Nothing to undo gives [].
        """
        with self._database.writing() as connection:
            if addition is None:
                (addition,) = connection.execute(
                    "SELECT max(addition_id) FROM"
                    " (SELECT addition_id FROM addition_item UNION ALL SELECT addition_id FROM duplicate)"
                ).fetchone()
            items = connection.execute(
                "SELECT article_id, digest, previous, name FROM addition_item WHERE addition_id = ?",
                (addition,),
            ).fetchall()
            duplicates = connection.execute(
                "DELETE FROM duplicate WHERE addition_id = ? RETURNING id, document", (addition,)
            ).fetchall()
            receipts = [_undo(connection, *item) for item in items]
            if not items:
                receipts = [
                    _taken_back(duplicate_id, _former(remembered)) for duplicate_id, remembered in duplicates
                ]
            connection.execute("DELETE FROM addition WHERE id = ?", (addition,))
            return receipts

    def remove(self, article_id: str) -> Article:
        """Remove an article for good, with its duplicates, and return it.

        Raises `UnknownArticleError`.
        """
        with self._database.writing() as connection:
            article = _article(connection, article_id)
            if article is None:
                raise UnknownArticleError(article_id)
            connection.execute("DELETE FROM duplicate WHERE digest = ?", (article.digest,))
            _remove(connection, article_id)
            return article

    def take_out(self, article_id: str, addition: int, name: str) -> Receipt:
        """Remove an article as part of an addition, with which it comes back; a duplicate takes its place.

        Raises `UnknownArticleError`.
        """
        with self._database.writing() as connection:
            former = _document(connection, article_id)
            if former is None:
                raise UnknownArticleError(article_id)
            _record(connection, addition, former.article, former, name, digest=_GONE)
            _remove(connection, article_id)
            _promote(connection, former.article.digest)
        return Receipt(name, Outcome.REMOVED, article_id, former.article.title)

    def origins(self) -> list[tuple[str, str]]:
        """Return the id and the origin of each article that has one, and of each duplicate."""
        return self._database.rows(
            "SELECT id, origin FROM article WHERE origin IS NOT NULL"
            " UNION ALL SELECT id, json_extract(document, '$.article.origin') FROM duplicate"
            " WHERE json_extract(document, '$.article.origin') IS NOT NULL ORDER BY 2"
        )

    def forget_duplicate(self, document_id: str) -> bool:
        """Forget a document that was kept aside; whether there was one."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM duplicate WHERE id = ?", (document_id,)).rowcount > 0

    def get(self, article_id: str) -> Article:
        """Return an article.

        Raises `UnknownArticleError`.
        """
        with reported(self.path):
            article = _article(self._database.connection, article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        return article

    def resolve(self, beginning: str) -> str:
        """Return the one id that begins so.

        Raises `UnknownArticleError` and `AmbiguousArticleError`.
        """
        wanted = normalise(beginning).strip().lower()
        rows = self._database.rows(
            "SELECT id FROM article WHERE substr(id, 1, ?) = ? AND ? <> '' ORDER BY id LIMIT 6",
            len(wanted), wanted, wanted,
        )  # fmt: skip
        matches: list[str] = [article_id for (article_id,) in rows]
        if not matches:
            raise UnknownArticleError(beginning)
        if len(matches) > 1:
            raise AmbiguousArticleError(beginning, matches)
        (match,) = matches
        return match

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return an article's sentences in their order; none if there is no such article."""
        with reported(self.path):
            return _units(self._database.connection, article_id)

    def read(self, article_id: str) -> tuple[Article, tuple[Sentence, ...]]:
        """Return an article and its sentences as they are at one moment.

        Raises `UnknownArticleError`.
        """
        with self._database.reading():
            return self.get(article_id), self.sentences(article_id)

    def stored_sentences(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], StoredSentence]:
        """Return the sentences with these articles and numbers as they stand now, those that there are."""
        rows = self._database.rows(
            "SELECT article_id, number, digest, title, source, url, published, language, start, stop,"
            " substr(text, start + 1, stop - start)"
            " FROM json_each(?) AS place"
            " JOIN sentence ON article_id = json_extract(place.value, '$[0]')"
            " AND number = json_extract(place.value, '$[1]')"
            " JOIN article ON article.id = article_id",
            json.dumps(places),
        )
        return {
            (article_id, number): StoredSentence(
                digest, language, Span(start, stop), text, title, source, url, _date(published)
            )
            for article_id, number, digest, title, source, url, published, language, start, stop, text in rows
        }

    def slice(self, article_id: str, span: Span) -> str | None:
        """Return what stands in an article now between two places, if there is such an article."""
        rows = self._database.rows(
            "SELECT substr(text, ?, ?) FROM article WHERE id = ?",
            span.start + 1, span.end - span.start, article_id,
        )  # fmt: skip
        return rows[0][0] if rows else None

    def changes(self, since: int) -> list[tuple[int, str]]:
        """Return the ids of the articles changed after `since`, each with its newest change's number."""
        return self._database.rows(
            "SELECT max(number), article_id FROM change WHERE number > ? GROUP BY article_id ORDER BY 1",
            since,
        )

    def catalogue(self, limit: int | None = None, offset: int = 0) -> list[CatalogueEntry]:
        """Return the catalogue, the newest addition first."""
        rows = self._database.rows(
            "SELECT id, title, source, published, language, added,"
            " (SELECT count(*) FROM sentence WHERE article_id = id)"
            " FROM article ORDER BY added DESC, id LIMIT ? OFFSET ?",
            -1 if limit is None else limit, offset,
        )  # fmt: skip
        return [
            CatalogueEntry(
                article_id=article_id,
                title=title,
                source=source,
                published=_date(published),
                language=language,
                added=datetime.fromisoformat(added),
                sentences=count,
            )
            for article_id, title, source, published, language, added, count in rows
        ]

    def count_answerable(self) -> int:
        """Return how many sentences may answer."""
        kinds = [kind for kind in SentenceKind if kind.answers]
        ((count,),) = self._database.rows(
            "SELECT count(*) FROM sentence WHERE kind IN (SELECT value FROM json_each(?))", json.dumps(kinds)
        )
        return int(count)

    def article_ids(self, admitted: Filter) -> frozenset[str]:
        """Return the ids of the articles that a filter's sources and days admit, whatever their language."""
        spelled = [name for name, _ in self._tally("source") if name.casefold() in admitted.folded_sources]
        since, until = (day and day.isoformat() for day in (admitted.since, admitted.until))
        rows = self._database.rows(
            "SELECT id FROM article WHERE (?1 OR source IN (SELECT value FROM json_each(?2)))"
            " AND (?3 IS NULL OR published >= ?3) AND (?4 IS NULL OR published <= ?4)",
            not admitted.sources, json.dumps(spelled), since, until,
        )  # fmt: skip
        return frozenset(article_id for (article_id,) in rows)

    def check(self) -> None:
        """Read the whole database through.

        Raises `StoreUnusableError` with what SQLite found to be damaged.
        """
        faults = [fault for (fault,) in self._database.rows("PRAGMA quick_check") if fault != "ok"]
        if faults:
            raise StoreUnusableError(self.path, f"damaged: {' '.join(faults[0].split())}")

    def summary(self) -> Summary:
        """Return how much is held, from when, from whom, and in which languages."""
        ((articles, first, last),) = self._database.rows(
            "SELECT count(*), min(published), max(published) FROM article"
        )
        ((count,),) = self._database.rows("SELECT count(*) FROM sentence")
        return Summary(
            articles=articles,
            sentences=count,
            first=_date(first),
            last=_date(last),
            sources=self._tally("source"),
            languages=self._tally("language"),
        )

    def _tally(self, column: str) -> tuple[tuple[str, int], ...]:
        rows = self._database.rows(
            f"SELECT {column}, count(*) FROM article WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608  the column is ours
        )
        return tuple((value, count) for value, count in rows)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    if not article_id.isascii():  # SQLite cannot even be asked for a lone surrogate.
        return None
    row = connection.execute(f"SELECT {_COLUMNS} FROM article WHERE id = ?", (article_id,)).fetchone()  # noqa: S608
    return Article.model_validate(dict(zip(_COLUMNS.split(", "), row, strict=True))) if row else None


def _units(connection: sqlite3.Connection, article_id: str) -> tuple[Sentence, ...]:
    rows = connection.execute(
        "SELECT number, start, stop, kind, locator FROM sentence WHERE article_id = ? ORDER BY number",
        (article_id,),
    )
    return tuple(
        Sentence(article_id, number, Span(start, stop), SentenceKind(kind), locator)
        for number, start, stop, kind, locator in rows
    )


def _document(connection: sqlite3.Connection, article_id: str) -> Document | None:
    article = _article(connection, article_id)
    if article is None:
        return None
    (segmentation,) = connection.execute(
        "SELECT segmentation FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    original = connection.execute(
        "SELECT name, digest, content FROM original WHERE article_id = ?", (article_id,)
    ).fetchone()
    units = _units(connection, article_id)
    return Document(article, units, segmentation, Original(*original) if original else None)


def _twin(connection: sqlite3.Connection, article: Article) -> Article | None:
    """Return another article with the same text."""
    row = connection.execute(
        "SELECT id FROM article WHERE digest = ? AND id <> ?", (article.digest, article.id)
    ).fetchone()
    return _article(connection, row[0]) if row else None


def _completed(article: Article, previous: Article) -> Article:
    """Return an article with what was told about it before and is not told now.

    The title and the day of another text are not this one's; the same text is as old as it was.
    """
    same = article.digest == previous.digest
    names = ("source", "url", "title", "published") if same else ("source", "url")
    kept = {name: getattr(previous, name) for name in names if getattr(article, name) is None}
    return article.model_copy(update=kept | ({"added": previous.added} if same else {}))


def _put(connection: sqlite3.Connection, document: Document) -> None:
    """Write a document in place of whatever stood under its article's id."""
    article = document.article
    # All with microseconds, so that the text sorts as the times do.
    values = article.model_dump(mode="json") | {
        "added": article.added.astimezone(UTC).isoformat("T", "microseconds")
    }
    columns = _COLUMNS.split(", ")
    connection.execute("DELETE FROM article WHERE id = ?", (article.id,))
    connection.execute(
        f"INSERT INTO article (id, digest, {_COLUMNS}) VALUES ({', '.join('?' * (len(columns) + 2))})",  # noqa: S608
        (article.id, article.digest, *(values[column] for column in columns)),
    )
    if original := document.original:
        connection.execute(
            "INSERT INTO original VALUES (?, ?, ?, ?)",
            (article.id, original.name, original.digest, original.content),
        )
    _put_units(connection, document)
    connection.execute("INSERT INTO change (article_id) VALUES (?)", (article.id,))


def _put_units(connection: sqlite3.Connection, document: Document) -> None:
    """Write the units of a document, whose article is there, in place of those that it had."""
    article_id = document.article.id
    connection.execute("DELETE FROM sentence WHERE article_id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO sentence (article_id, number, start, stop, kind, locator) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (article_id, unit.number, unit.span.start, unit.span.end, unit.kind, unit.locator)
            for unit in document.units
        ],
    )
    connection.execute(
        "UPDATE article SET segmentation = ? WHERE id = ?", (document.segmentation, article_id)
    )


def _keep_aside(connection: sqlite3.Connection, document: Document, addition: int | None) -> None:
    """Keep a document that says what an article says already."""
    article = document.article
    connection.execute(
        "INSERT OR REPLACE INTO duplicate VALUES (?, ?, ?, ?)",
        (article.id, article.digest, _remembered(document), addition),
    )


def _promote(connection: sqlite3.Connection, digest: str) -> None:
    """Put a duplicate in the place of a text that no article has any more."""
    if connection.execute("SELECT 1 FROM article WHERE digest = ?", (digest,)).fetchone():
        return
    row = connection.execute(
        "DELETE FROM duplicate WHERE id = (SELECT min(id) FROM duplicate WHERE digest = ?)"
        " RETURNING document",
        (digest,),
    ).fetchone()
    if row:
        _put(connection, _former(row[0]))


def _remove(connection: sqlite3.Connection, article_id: str) -> None:
    connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
    connection.execute("INSERT INTO change (article_id) VALUES (?)", (article_id,))


def _record(  # noqa: PLR0913  one parameter a column
    connection: sqlite3.Connection,
    addition: int,
    article: Article,
    previous: Document | None,
    name: str,
    *,
    digest: str | None = None,
) -> None:
    """Remember what an addition did to an article; done twice in one addition, the first state counts.

    `digest` is that of what it left, by default the article's.
    """
    remembered = _remembered(previous) if previous else None
    connection.execute(
        "INSERT INTO addition_item (addition_id, article_id, digest, previous, name) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET digest = excluded.digest",
        (
            addition,
            article.id,
            article.digest if digest is None else digest,
            remembered,
            name,
        ),
    )


def _undo(
    connection: sqlite3.Connection, article_id: str, digest: str, previous: str | None, name: str
) -> Receipt:
    now = _article(connection, article_id)
    if (now.digest if now else _GONE) != digest:
        return Receipt(name, Outcome.KEPT, article_id, now.title if now else None)
    if previous is None:
        _remove(connection, article_id)
        if now:
            _promote(connection, now.digest)
        return Receipt(name, Outcome.REMOVED, article_id, now.title if now else None)
    former = _former(previous)
    _put(connection, former)
    if now and now.digest != former.article.digest:
        _promote(connection, now.digest)
    return Receipt(name, Outcome.RESTORED, article_id, former.article.title, len(former.units))


def _taken_back(duplicate_id: str, document: Document) -> Receipt:
    article = document.article
    return Receipt(
        article.origin or article.title or duplicate_id, Outcome.REMOVED, duplicate_id, article.title
    )


def _remembered(document: Document) -> str:
    """Return a document that is replaced as it is remembered, in JSON."""
    original = document.original
    return json.dumps(
        {
            "article": document.article.model_dump(mode="json"),
            "units": [[unit.span.start, unit.span.end, unit.kind, unit.locator] for unit in document.units],
            "segmentation": document.segmentation,
            "original": original
            and [original.name, original.digest, original.content and b64encode(original.content).decode()],
        }
    )


def _former(remembered: str) -> Document:
    """Return a document that was replaced; an older Derek kept its article alone, which is to be cut anew."""
    table = json.loads(remembered)
    if "article" not in table:
        return Document(Article.model_validate(table), (), 0)
    article = Article.model_validate(table["article"])
    units = tuple(
        Sentence(article.id, number, Span(start, stop), SentenceKind(kind), locator)
        for number, (start, stop, kind, locator) in enumerate(table["units"])
    )
    original = None
    if table["original"]:
        name, digest, content = table["original"]
        original = Original(name, digest, None if content is None else b64decode(content))
    return Document(article, units, table["segmentation"], original)
