"""tantivy's side of the index: the files that candidates are found in, a document a sentence."""

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tantivy

from retrieval.analysis.terms import Field
from retrieval.articles import Article
from retrieval.filters import Filter
from retrieval.index.packed import FieldTerms
from retrieval.index.protocol import WeightedTerm

#: How many bytes of memory what is not written yet may take; tantivy wants 15 million at least.
_ARENA = 50_000_000

#: How long, in seconds, to wait for whoever is merging the files.
_PATIENCE = 0.05

#: What the system may refuse without a fault of the files: memory, rights, open files, space, a disk
#: that may only be read, a quota.
_REFUSED = re.compile(r"(?:code: |os error )(?:12|13|23|24|27|28|30|122)\b")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in Field:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for limit in ("source", "collection"):
        builder.add_text_field(limit, tokenizer_name="raw", index_option="basic")
    for number in ("article", "published"):
        builder.add_integer_field(number, indexed=True, fast=True)
    return builder.build()


_SCHEMA = _schema()


class DamagedError(Exception):
    """The two halves of the index cannot be read, or don't fit each other."""


class LockedError(Exception):
    """Another process is writing the files."""


@contextmanager
def readable() -> Iterator[None]:
    """Tell damage from other trouble: what tantivy complains of is damage, unless the system refused it.

    Raises `DamagedError` for damage; whatever else is raised within passes as it is.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        if _REFUSED.search(f"{error} code: {getattr(error, 'errno', None)}"):
            raise
        raise DamagedError(str(error)) from error
    except BaseException as error:
        # tantivy panics over some damaged files, which no ordinary handler sees.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedError(str(error)) from error


@dataclass(frozen=True, slots=True)
class View:
    """The files as they are at one commit; `recorded_change` is the number that SQLite had then."""

    generation: str
    recorded_change: int
    seen: int
    index: tantivy.Index
    searcher: tantivy.Searcher

    @classmethod
    def of(cls, folder: Path, generation: str, recorded_change: int, former: "View | None") -> "View":
        """Return the files of a generation as they are now; what a former view has open stays open."""
        if former and former.generation == generation:
            index = former.index
            index.reload()
        else:
            index = _opened(folder / generation)
        searcher = index.searcher()
        return cls(generation, recorded_change, _seen(searcher), index, searcher)

    def articles(self, clauses: Sequence[tantivy.Query], limits: Filter, depth: int) -> list[int]:
        """Return the numbers of the articles that hold the `depth` best sentences for some clauses."""
        query = _any(clauses)
        if musts := [tantivy.Query.const_score_query(limit, 0.0) for limit in _limits(limits)]:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (query, *musts)])
        hits = self.searcher.search(query, depth, count=False).hits
        rows = self.searcher.fast_field_values("article", [address for _, address in hits])
        return sorted({int(row) for row in rows if row})


def writer(folder: Path, seen: int, last: int) -> tantivy.IndexWriter:
    """Return the writer, of which there is one at a time among all processes.

    What a crash left beyond the articles up to number `last` is deleted. Raises `LockedError`, and
    `DamagedError` if the files don't go as far as `seen`.
    """
    with readable():
        index = _opened(folder)
        reached = _seen(index.searcher())
    if reached < seen:
        raise DamagedError("files are missing")
    opened = _locked(index)
    # A commit that was killed may leave a file in the way of the next.
    opened.garbage_collect_files()
    if reached > seen:
        beyond = tantivy.Query.range_query(_SCHEMA, "article", tantivy.FieldType.Integer, last + 1, None)
        opened.delete_documents_by_query(beyond)
    return opened


def _locked(index: tantivy.Index) -> tantivy.IndexWriter:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return index.writer(_ARENA, 1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            if time.monotonic() > until:
                raise LockedError from error
        time.sleep(0.01)


def merge(opened: tantivy.IndexWriter) -> None:
    """Let a writer finish what it merges; what fails to merge stays as it was."""
    with contextlib.suppress(ValueError, OSError):
        opened.wait_merging_threads()


def document(row: int, article: Article, *terms: FieldTerms) -> tantivy.Document:
    """Return the document of one sentence of the article with number `row`, and of what it stands under."""
    made = tantivy.Document()
    for name, texts in zip(Field, zip(*(part.texts for part in terms), strict=True), strict=True):
        made.add_text(name, " ".join(filter(None, texts)))
    made.add_integer("article", row)
    if article.published:
        made.add_integer("published", article.published.toordinal())
    if article.source:
        made.add_text("source", article.source.casefold())
    if article.collection:
        made.add_text("collection", article.collection)
    return made


def marker(seen: int) -> tantivy.Document:
    """Return the document that says up to which change tantivy's files go."""
    made = tantivy.Document()
    made.add_integer("article", 0)
    made.add_integer("published", seen)
    return made


def clause(language: str, term: WeightedTerm) -> tantivy.Query:
    """Return the query for one term."""
    query = tantivy.Query.term_query(_SCHEMA, term.field, f"{language}:{term.term}", index_option="freq")
    return tantivy.Query.boost_query(query, term.weight)


def _any(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])


def _limits(limits: Filter) -> Iterator[tantivy.Query]:
    """Yield what an article must fulfil beside its language."""
    if limits.sources:
        yield tantivy.Query.term_set_query(_SCHEMA, "source", sorted(limits.folded_sources))
    if limits.collections is not None:
        yield tantivy.Query.term_set_query(_SCHEMA, "collection", sorted(limits.collections))
    if limits.since or limits.until:
        yield tantivy.Query.range_query(
            _SCHEMA,
            "published",
            tantivy.FieldType.Integer,
            (limits.since or date.min).toordinal(),
            (limits.until or date.max).toordinal(),
        )


def _opened(folder: Path) -> tantivy.Index:
    if not folder.is_dir():
        raise DamagedError(f"{folder.name} is missing")
    return tantivy.Index(_SCHEMA, path=str(folder))


def _seen(searcher: tantivy.Searcher) -> int:
    """Return up to which change the files go."""
    marker_query = tantivy.Query.term_query(_SCHEMA, "article", 0)
    hits = searcher.search(marker_query, 1, count=False).hits
    return int(searcher.fast_field_values("published", [hits[0][1]])[0] or 0) if hits else 0
