"""The rows of one document: its article, its units, and what it was read from."""

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC
from typing import Any

from retrieval.articles import Article, Document, Original, Sentence, SentenceKind, Span

_COLUMNS = "key, text, language, title, source, url, published, origin, names, collection, added"


def read_article(connection: sqlite3.Connection, article_id: str) -> Article | None:
    """Return an article, if there is one of this id."""
    if not article_id.isascii():  # SQLite cannot even be asked for a lone surrogate.
        return None
    row = connection.execute(f"SELECT {_COLUMNS} FROM article WHERE id = ?", (article_id,)).fetchone()  # noqa: S608  the columns are ours
    if row is None:
        return None
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Article.model_validate(values | {"names": values["names"].splitlines()})


def read_units(connection: sqlite3.Connection, article_id: str) -> tuple[Sentence, ...]:
    """Return an article's units in their order."""
    rows = connection.execute(
        "SELECT number, start, stop, kind, locator, depth, above"
        " FROM sentence WHERE article_id = ? ORDER BY number",
        (article_id,),
    )
    return tuple(_unit(article_id, number, fields) for number, *fields in rows)


def read_document(connection: sqlite3.Connection, article_id: str) -> Document | None:
    """Return an article with its units and what it was read from, if there is one of this id."""
    article = read_article(connection, article_id)
    if article is None:
        return None
    (segmentation,) = connection.execute(
        "SELECT segmentation FROM article WHERE id = ?", (article_id,)
    ).fetchone()
    original = connection.execute(
        "SELECT name, digest, content, encoding, faults FROM original WHERE article_id = ?", (article_id,)
    ).fetchone()
    units = read_units(connection, article_id)
    return Document(article, units, segmentation, Original(*original) if original else None)


def write_document(connection: sqlite3.Connection, document: Document) -> None:
    """Write a document in place of whatever stood under its article's id."""
    article = document.article
    # All with microseconds, so that the text sorts as the times do.
    values = article.model_dump(mode="json") | {
        "names": "\n".join(article.names),
        "added": article.added.astimezone(UTC).isoformat("T", "microseconds"),
    }
    columns = _COLUMNS.split(", ")
    connection.execute("DELETE FROM article WHERE id = ?", (article.id,))
    connection.execute(
        f"INSERT INTO article (id, digest, {_COLUMNS}) VALUES ({', '.join('?' * (len(columns) + 2))})",  # noqa: S608  the columns are ours
        (article.id, article.digest, *(values[column] for column in columns)),
    )
    if original := document.original:
        connection.execute(
            "INSERT INTO original (article_id, name, digest, content, encoding, faults)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (article.id, *astuple(original)),
        )
    write_units(connection, document)
    connection.execute("INSERT INTO change (article_id) VALUES (?)", (article.id,))


def write_units(connection: sqlite3.Connection, document: Document) -> None:
    """Write the units of a document, whose article is there, in place of those that it had."""
    article_id = document.article.id
    connection.execute("DELETE FROM sentence WHERE article_id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO sentence (article_id, number, start, stop, kind, locator, depth, above)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(article_id, unit.number, *_fields(unit)) for unit in document.units],
    )
    connection.execute(
        "UPDATE article SET segmentation = ? WHERE id = ?", (document.segmentation, article_id)
    )


def _fields(unit: Sentence) -> tuple[int, int, str, str | None, int, str]:
    """Return what is kept of a unit beside its article and its number."""
    above = " ".join(map(str, unit.above))
    return unit.span.start, unit.span.end, unit.kind, unit.locator, unit.depth, above


def _unit(article_id: str, number: int, fields: Sequence[Any]) -> Sentence:
    """Return a unit of which these fields were kept; an older Derek kept fewer."""
    start, stop, kind, locator, *more = fields
    depth, above = more or (0, "")
    span = Span(start, stop)
    return Sentence(article_id, number, span, SentenceKind(kind), locator, depth, numbers_in(above))


def numbers_in(above: str) -> tuple[int, ...]:
    """Return the numbers of what a unit stands under, as they are kept."""
    return tuple(map(int, above.split()))


def delete_article(connection: sqlite3.Connection, article_id: str) -> None:
    """Delete an article with its units."""
    connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
    connection.execute("INSERT INTO change (article_id) VALUES (?)", (article_id,))


def to_json(document: Document) -> str:
    """Return a document as it is kept while it is no article: replaced, or waiting as a duplicate."""
    original = document.original
    return json.dumps(
        {
            "article": document.article.model_dump(mode="json"),
            "units": [_fields(unit) for unit in document.units],
            "segmentation": document.segmentation,
            "original": original and _original_json(original),
        }
    )


def _original_json(original: Original) -> list[Any]:
    content = None if original.content is None else b64encode(original.content).decode()
    return [original.name, original.digest, content, original.encoding, original.faults]


def from_json(text: str) -> Document:
    """Return a document that was kept so; an older Derek kept its article alone, which is to be cut anew."""
    table = json.loads(text)
    if "article" not in table:
        return Document(Article.model_validate(table), (), 0)
    article = Article.model_validate(table["article"])
    units = tuple(_unit(article.id, number, fields) for number, fields in enumerate(table["units"]))
    original = None
    if table["original"]:
        name, digest, content, *more = table["original"]  # An older Derek kept no encoding.
        original = Original(name, digest, None if content is None else b64decode(content), *more)
    return Document(article, units, table["segmentation"], original)
