"""Articles at rest, in SQLite: the truth that every index follows.

Each change of an article is numbered, so that an index that knows the last number it saw can ask
what it missed, whichever process made the change. What one edit did can be undone, and done again.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from retrieval.articles import (
    Article,
    Document,
    Sentence,
    SentenceKind,
    Span,
    StoredSentence,
    content_digest,
    normalise,
    one_line,
)
from retrieval.errors import AmbiguousArticleError, UnknownArticleError
from retrieval.filters import NO_FILTER, Filter
from retrieval.storage.database import Database, migrate, reported
from retrieval.storage.documents import (
    delete_article,
    numbers_in,
    read_article,
    read_units,
    write_document,
)
from retrieval.storage.duplicates import (
    delete_duplicate,
    duplicates_of,
    promote,
    twin_of,
    write_duplicate,
)
from retrieval.storage.edits import (
    EditKind,
    Removed,
    begin,
    forget,
    last_to_redo,
    last_to_undo,
    promote_recorded,
    record,
    recut,
    state_of,
    trash,
    undo,
)
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.schema import MIGRATIONS
from retrieval.storage.versions import (
    Version,
    delete_orphaned,
    keep_version,
    move_versions,
    read_versions,
)

#: How long edits are remembered, and with them what they took out.
KEPT = timedelta(days=30)

#: The articles in the collections of the first parameter, a JSON list; all articles where that is NULL.
_WITHIN = (
    "WITH within AS"
    " (SELECT * FROM article WHERE ?1 IS NULL OR collection IN (SELECT value FROM json_each(?1))) "
)


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
    origin: str | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article or a duplicate was read from, with the digests of its text and of what was read.

    An older Derek did not keep the latter. `collection` is the one that it is in, if it is in any.
    """

    document_id: str
    place: str
    text: str
    content: str | None = None
    collection: str | None = None

    def is_of(self, content: bytes) -> bool:
        """Whether a content is the one that was read there."""
        return self.content == content_digest(content)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a store holds, in figures."""

    articles: int
    sentences: int
    #: How many of the sentences may answer; headings and datelines, for one, do not.
    answerable: int
    first: date | None
    last: date | None
    sources: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    collections: tuple[tuple[str, int], ...] = ()


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

    @property
    def only_reads(self) -> bool:
        """Whether nothing can be changed, since the file or its folder cannot be written."""
        return self._database.only_reads

    def close(self) -> None:
        """Close every thread's connection; the store cannot be used afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def begin_edit(self) -> int:
        """Return the number of a new edit: what is changed under it can be undone together.

        Edits of long ago are forgotten then.
        """
        with self._database.writing() as connection:
            forget(connection, datetime.now(UTC) - KEPT)
            return begin(connection)

    def once(self, key: str | None, work: Callable[[], str]) -> str:
        """Do some work whole or not at all, and return what comes of it; for a key that was met before, that.

        Without a key it is done. Keys are remembered as long as edits.
        """
        with self._database.writing() as connection:
            if key is None:
                return work()
            if done := connection.execute("SELECT result FROM once WHERE key = ?", (key,)).fetchone():
                return str(done[0])
            result, now = work(), datetime.now(UTC)
            connection.execute("DELETE FROM once WHERE at < ?", ((now - KEPT).isoformat(),))
            connection.execute("INSERT INTO once VALUES (?, ?, ?)", (key, now.isoformat(), result))
            return result

    def onward(self, key: str | None, work: Callable[[str | None], str]) -> str:
        """Go on from what came of the last work for a key, None at first, whole or not at all.

        Without a key, it is always the first. Keys are remembered as long as edits.
        """
        with self._database.writing() as connection:
            if key is None:
                return work(None)
            before = connection.execute("SELECT result FROM once WHERE key = ?", (key,)).fetchone()
            result = work(str(before[0]) if before else None)
            at = datetime.now(UTC).isoformat()
            connection.execute("INSERT OR REPLACE INTO once VALUES (?, ?, ?)", (key, at, result))
            return result

    def put(self, document: Document, edit: int | None = None, name: str | None = None) -> Receipt:
        """Keep a document; the same key with another text, or more told about it, replaces the former one.

        A text that stands under another key already is a duplicate, which is kept aside and takes that
        article's place when it changes. Without an `edit` it cannot be undone. `name` is what the receipt
        calls it.
        """
        receipt = self._put(document, edit, one_line(name or document.article.key))
        if original := document.original:
            return replace(receipt, encoding=original.encoding, faults=original.faults)
        return receipt

    def _put(self, document: Document, edit: int | None, name: str) -> Receipt:
        with self._database.writing() as connection:
            before = state_of(connection, document.article.id)
            former = before.document.article if before.document else None
            if former:
                document = replace(document, article=_completed(document.article, former))
            article = document.article
            if before.document and not before.waits:
                # What replaces a former text is kept even if it stands elsewhere: the former must go.
                twin = former if former == article else None
            elif (twin := twin_of(connection, article)) and former != article:
                write_duplicate(connection, document)
                if edit is not None:
                    record(connection, edit, article.id, before, name)
            if twin:
                other = twin.origin if twin.id != article.id else None
                return Receipt(name, Outcome.DUPLICATE, twin.id, twin.title, twin=other)
            delete_duplicate(connection, article.id)
            if before.document and not before.waits and before.digest != article.digest:
                keep_version(connection, before.document)
            write_document(connection, document)
            if edit is not None:
                record(connection, edit, article.id, before, name)
            if before.digest != article.digest:
                promote_recorded(connection, before.digest, edit)
        if former is None or before.waits:
            return Receipt(name, Outcome.ADDED, article.id, article.title, len(document.units))
        title = former.title if former.title != article.title else None
        return Receipt(name, Outcome.UPDATED, article.id, article.title, len(document.units), former=title)

    def cut_before(self, segmentation: int) -> list[str]:
        """Return the ids of the articles and the duplicates that older rules cut than this number's."""
        rows = self._database.rows(
            "SELECT id FROM article WHERE segmentation < ?1 UNION ALL"
            " SELECT id FROM duplicate WHERE coalesce(json_extract(document, '$.segmentation'), 0) < ?1"
            " ORDER BY id",
            segmentation,
        )
        return [document_id for (document_id,) in rows]

    def recut(self, document: Document) -> None:
        """Give a document the units, and the text, that it has now that it was read anew.

        What became of it by edits, and when it was added, stays. An index is only told of it when a unit
        is another one than before.
        """
        with self._database.writing() as connection:
            recut(connection, document)

    def settle(self) -> None:
        """Make an article of one duplicate of each text that no article has."""
        # Read first: to write waits for whoever else is writing, and there is hardly ever anything to do.
        rows = self._database.rows(
            "SELECT DISTINCT digest FROM duplicate WHERE digest NOT IN (SELECT digest FROM article)"
        )
        if rows:
            with self._database.writing() as connection:
                for (digest,) in rows:
                    promote(connection, digest)

    def document(self, document_id: str) -> Document:
        """Return an article, or a duplicate, with its units and what it was read from.

        Raises `UnknownArticleError`.
        """
        with self._database.reading() as connection:
            document = state_of(connection, document_id).document
        if document is None:
            raise UnknownArticleError(document_id)
        return document

    def undo(self, edit: int | None = None) -> list[Receipt]:
        """Take back an edit, the last one if none is named: what it added goes, what it took out returns.

        An article that was changed since is kept as it is now. Nothing to undo gives [].
        """
        with self._database.writing() as connection:
            edit = last_to_undo(connection) if edit is None else edit
            return [] if edit is None else undo(connection, edit)

    def redo(self, edit: int | None = None) -> list[Receipt]:
        """Do again what was undone last, unless anything was changed since; nothing to do gives [].

        If an undoing is named and another one is the last, nothing is done.
        """
        with self._database.writing() as connection:
            last = last_to_redo(connection)
            return [] if last is None or edit not in (None, last) else undo(connection, last, EditKind.REDO)

    def last_edits(self) -> tuple[int | None, int | None]:
        """Return the numbers of what would be undone, and of what would be done again."""
        with self._database.reading() as connection:
            return last_to_undo(connection), last_to_redo(connection)

    def remove(self, article_id: str, edit: int | None = None) -> Article:
        """Remove an article with its duplicates, and return it; without an `edit` it is gone for good.

        Raises `UnknownArticleError`.
        """
        with self._database.writing() as connection:
            before = state_of(connection, article_id)
            if before.document is None or before.waits:
                raise UnknownArticleError(article_id)
            article = before.document.article
            for duplicate in duplicates_of(connection, article):
                waiting = state_of(connection, duplicate)
                delete_duplicate(connection, duplicate)
                if edit is not None:
                    record(connection, edit, duplicate, waiting, duplicate)
            delete_article(connection, article_id)
            if edit is None:
                delete_orphaned(connection)
            else:
                record(connection, edit, article_id, before, article.title or article.source or article.key)
            return article

    def take_out(self, document_id: str, edit: int, name: str, *, is_told: bool = True) -> Receipt:
        """Remove an article or a duplicate as part of an edit, with which it comes back.

        A duplicate takes an article's place. What is not told follows from another change of the edit, and
        comes back without a word of its own. Raises `UnknownArticleError`.
        """
        with self._database.writing() as connection:
            before = state_of(connection, document_id)
            if before.document is None:
                raise UnknownArticleError(document_id)
            if before.waits:
                delete_duplicate(connection, document_id)
            else:
                delete_article(connection, document_id)
            record(connection, edit, document_id, before, name, is_told=is_told)
            promote_recorded(connection, before.digest, edit)
        return Receipt(name, Outcome.REMOVED, document_id, before.document.article.title)

    def added(self, edit: int) -> set[str]:
        """Return the ids of the articles that were not there before an edit and are now."""
        rows = self._database.rows(
            "SELECT article_id FROM edit_item JOIN article ON article_id = article.id"
            " WHERE edit_id = ? AND previous IS NULL",
            edit,
        )
        return {article_id for (article_id,) in rows}

    def expire(self, before: datetime, among: Collection[str] | None = None) -> list[Receipt]:
        """Take out the articles not touched since a time, of those with these ids if they are named.

        They are in the trash then. One that was brought back from there counts from that, as long as edits
        are kept.
        """
        ids = None if among is None else json.dumps(sorted(among))
        with self._database.writing() as connection:
            old = connection.execute(
                "SELECT id, coalesce(title, source, key) FROM article WHERE added < ?1"
                " AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2))) AND id NOT IN"
                " (SELECT article_id FROM edit_item JOIN edit ON edit_id = edit.id WHERE at >= ?1)",
                (before.astimezone(UTC).isoformat("T", "microseconds"), ids),
            ).fetchall()
            forget(connection, datetime.now(UTC) - KEPT)
            if not old:
                return []
            edit = begin(connection, EditKind.EXPIRY)
            return [self.take_out(article_id, edit, one_line(name)) for article_id, name in old]

    def move(self, document_id: str, document: Document, edit: int, name: str) -> Receipt:
        """Keep a document in the place of another one that has its text, as part of an edit.

        What was told about that stays. Raises `UnknownArticleError`.
        """
        with self._database.writing() as connection:
            before = state_of(connection, document_id)
            if before.document is None:
                raise UnknownArticleError(document_id)
            article = _completed(document.article, before.document.article)
            there = state_of(connection, article.id)
            if before.waits:
                delete_duplicate(connection, document_id)
                write_duplicate(connection, replace(document, article=article))
            else:
                delete_article(connection, document_id)
                write_document(connection, replace(document, article=article))
            move_versions(connection, document_id, article.id)
            record(connection, edit, document_id, before, name, is_told=False)
            record(connection, edit, article.id, there, name)
        return Receipt(name, Outcome.MOVED, article.id, article.title, len(document.units))

    def trash(self) -> list[Removed]:
        """Return what was taken out within the time that edits are kept, the last first.

        A text that stands in another article is not among it.
        """
        with self._database.reading() as connection:
            return trash(connection)

    def bring_back(self, beginnings: Sequence[str]) -> list[Receipt]:
        """Put articles that were taken out back, all or none, by the beginnings of their ids, in one edit.

        Raises `UnknownArticleError` and `AmbiguousArticleError`.
        """
        removed = {piece.document.article.id: piece.document for piece in self.trash()}

        def named(beginning: str) -> Document:
            written = _written(beginning)
            return removed[_only(beginning, [own for own in removed if written and own.startswith(written)])]

        wanted = [named(beginning) for beginning in beginnings]
        edit = self.begin_edit()
        return [self.put(document, edit, document.article.origin) for document in wanted]

    def purge(self) -> list[Removed]:
        """Forget all edits and former texts; return what was in the trash, which is gone for good now.

        Nothing of it is left in the file.
        """
        with self._database.writing() as connection:
            gone = trash(connection)
            forget(connection, datetime.now(UTC) + timedelta(days=1))
            connection.execute("DELETE FROM version")
            connection.execute("DELETE FROM once")
        self._database.erase()
        return gone

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Let what this thread does meanwhile be undone at the end, as if it had never been."""
        with self._database.rehearsing():
            yield

    def origins(self) -> list[Origin]:
        """Return the origin of each article that has one, and of each duplicate."""
        rows = self._database.rows(
            "SELECT id, origin, article.digest, original.digest, collection FROM article"
            " LEFT JOIN original ON article_id = id WHERE origin IS NOT NULL"
            " UNION ALL SELECT id, json_extract(document, '$.article.origin'), digest,"
            " json_extract(document, '$.original[1]'), json_extract(document, '$.article.collection')"
            " FROM duplicate"
            " WHERE json_extract(document, '$.article.origin') IS NOT NULL ORDER BY 2"
        )
        return [Origin(*fields) for fields in rows]

    def versions(self, article_id: str) -> list[Version]:
        """Return what an article said before, the newest first; nothing of one that is not there."""
        with self._database.reading() as connection:
            return read_versions(connection, article_id)

    def get(self, article_id: str) -> Article:
        """Return an article.

        Raises `UnknownArticleError`.
        """
        with reported(self.path):
            article = read_article(self._database.connection, article_id)
        if article is None:
            raise UnknownArticleError(article_id)
        return article

    def resolve(self, beginning: str, admitted: Filter = NO_FILTER) -> str:
        """Return the one id that begins so, among the collections that a filter admits.

        Raises `UnknownArticleError` and `AmbiguousArticleError`.
        """
        wanted = _written(beginning)
        rows = self._within(
            admitted,
            "SELECT id FROM within WHERE substr(id, 1, ?2) = ?3 AND ?3 <> '' ORDER BY id LIMIT 6",
            *(len(wanted), wanted),
        )
        return _only(beginning, [article_id for (article_id,) in rows])

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return an article's sentences in their order; none if there is no such article."""
        with reported(self.path):
            return read_units(self._database.connection, article_id)

    def read(self, article_id: str) -> tuple[Article, tuple[Sentence, ...]]:
        """Return an article and its sentences as they are at one moment.

        Raises `UnknownArticleError`.
        """
        with self._database.reading():
            return self.get(article_id), self.sentences(article_id)

    def stored_sentences(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], StoredSentence]:
        """Return the sentences with these articles and numbers as they stand now, those that there are."""
        rows = self._database.rows(
            "SELECT article_id, number, digest, language, start, stop, substr(text, start + 1, stop - start),"
            " title, source, url, published, kind, above, origin, locator, collection"
            " FROM json_each(?) AS place"
            " JOIN sentence ON article_id = json_extract(place.value, '$[0]')"
            " AND number = json_extract(place.value, '$[1]')"
            " JOIN article ON article.id = article_id",
            json.dumps(places),
        )
        return {(article_id, number): _stored(*fields) for article_id, number, *fields in rows}

    def slice(self, article_id: str, span: Span, admitted: Filter = NO_FILTER) -> str | None:
        """Return what stands in an article now between two places, if there is such an article.

        It must be in a collection that the filter admits.
        """
        rows = self._within(
            admitted,
            "SELECT substr(text, ?2, ?3) FROM within WHERE id = ?4",
            *(span.start + 1, span.end - span.start, article_id),
        )
        return rows[0][0] if rows else None

    def changes(self, since: int) -> list[tuple[int, str]]:
        """Return the ids of the articles changed after `since`, each with its newest change's number."""
        return self._database.rows(
            "SELECT max(number), article_id FROM change WHERE number > ? GROUP BY article_id ORDER BY 1",
            since,
        )

    def catalogue(
        self, limit: int | None = None, offset: int = 0, admitted: Filter = NO_FILTER
    ) -> list[CatalogueEntry]:
        """Return the catalogue of the collections that a filter admits, the newest addition first."""
        rows = self._within(
            admitted,
            "SELECT id, title, source, published, language, added,"
            " (SELECT count(*) FROM sentence WHERE article_id = id), origin, collection"
            " FROM within ORDER BY added DESC, id LIMIT ?2 OFFSET ?3",
            *(-1 if limit is None else limit, offset),
        )
        return [
            CatalogueEntry(
                article_id=article_id,
                title=title,
                source=source,
                published=_date(published),
                language=language,
                added=datetime.fromisoformat(added),
                sentences=count,
                origin=origin,
                collection=collection,
            )
            for article_id, title, source, published, language, added, count, origin, collection in rows
        ]

    def count_articles(self, admitted: Filter = NO_FILTER) -> int:
        """Return how many articles there are in the collections that a filter admits."""
        ((count,),) = self._within(admitted, "SELECT count(*) FROM within")
        return int(count)

    def count_answerable(self, admitted: Filter = NO_FILTER) -> int:
        """Return how many sentences of the collections that a filter admits may answer."""
        kinds = ", ".join(f"'{kind}'" for kind in SentenceKind if kind.answers)
        ((count,),) = self._within(
            admitted,
            f"SELECT count(*) FROM sentence WHERE kind IN ({kinds})"  # noqa: S608  the kinds are ours
            " AND (?1 IS NULL OR article_id IN (SELECT id FROM within))",
        )
        return int(count)

    def count_undated(self, admitted: Filter = NO_FILTER) -> int:
        """Return how many articles have no date, in the collections that a filter admits."""
        ((count,),) = self._within(admitted, "SELECT count(*) FROM within WHERE published IS NULL")
        return int(count)

    def article_ids(self, admitted: Filter) -> frozenset[str]:
        """Return the ids of the articles that all of a filter but its languages admits."""
        spelled = [name for name, _ in self._tally("source") if name.casefold() in admitted.folded_sources]
        since, until = (day and day.isoformat() for day in (admitted.since, admitted.until))
        rows = self._within(
            admitted,
            "SELECT id FROM within WHERE (?2 OR source IN (SELECT value FROM json_each(?3)))"
            " AND (?4 IS NULL OR published >= ?4) AND (?5 IS NULL OR published <= ?5)",
            *(not admitted.sources, json.dumps(spelled), since, until),
        )
        return frozenset(article_id for (article_id,) in rows)

    def check(self) -> None:
        """Read the whole database through.

        Raises `StoreUnusableError` with what SQLite found to be damaged.
        """
        self._database.check()

    def summary(self, admitted: Filter = NO_FILTER) -> Summary:
        """Return how much the collections that a filter admits hold, and of what kind."""
        ((articles, first, last),) = self._within(
            admitted, "SELECT count(*), min(published), max(published) FROM within"
        )
        ((count,),) = self._within(
            admitted,
            "SELECT count(*) FROM sentence WHERE ?1 IS NULL OR article_id IN (SELECT id FROM within)",
        )
        return Summary(
            articles=articles,
            sentences=count,
            answerable=self.count_answerable(admitted),
            first=_date(first),
            last=_date(last),
            sources=self._tally("source", admitted),
            languages=self._tally("language", admitted),
            collections=self._tally("collection", admitted),
        )

    def _tally(self, column: str, admitted: Filter = NO_FILTER) -> tuple[tuple[str, int], ...]:
        rows = self._within(
            admitted,
            f"SELECT {column}, count(*) FROM within WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",  # noqa: S608  the column is ours
        )
        return tuple((value, count) for value, count in rows)

    def _within(self, admitted: Filter, sql: str, *parameters: Any) -> list[Any]:
        """Return the rows of a query on `within`, the articles in the collections that a filter admits.

        The parameters of the query are numbered from 2.
        """
        names = None if admitted.collections is None else json.dumps(sorted(admitted.collections))
        return self._database.rows(_WITHIN + sql, names, *parameters)


def _stored(digest: str, language: str, start: int, stop: int, text: str, *about: Any) -> StoredSentence:
    """Return a sentence of which these fields were read."""
    title, source, url, published, kind, above, *place = about
    day, own_kind, numbers = _date(published), SentenceKind(kind), numbers_in(above)
    span = Span(start, stop)
    return StoredSentence(digest, language, span, text, title, source, url, day, own_kind, numbers, *place)


def _written(beginning: str) -> str:
    """Return the beginning of an id as ids are written."""
    return normalise(beginning).strip().lower()


def _only(beginning: str, matches: Sequence[str]) -> str:
    """Return the one id that begins so.

    Raises `UnknownArticleError` and `AmbiguousArticleError`.
    """
    if not matches:
        raise UnknownArticleError(beginning)
    if len(matches) > 1:
        raise AmbiguousArticleError(beginning, matches)
    return matches[0]


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _completed(article: Article, previous: Article) -> Article:
    """Return an article with what was told about it before and is not told now.

    The title and the day of another text are not this one's; the same text is as old as it was.
    """
    same = article.digest == previous.digest
    names = ("source", "url", "collection", *(("title", "published") if same else ()))
    kept = {name: getattr(previous, name) for name in names if getattr(article, name) is None}
    return article.model_copy(update=kept | ({"added": previous.added} if same else {}))
