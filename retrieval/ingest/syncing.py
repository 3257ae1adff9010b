"""Articles brought in step with folders: what is new, changed, moved or gone there becomes so here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from retrieval.articles import Document, content_digest
from retrieval.errors import ArticleError, UnknownArticleError
from retrieval.ingest.adding import failed, unread_in
from retrieval.ingest.files import content_of, known_of, origin_of, read_content
from retrieval.ingest.folders import Contents, below, gone_below
from retrieval.ingest.readings import Documents
from retrieval.ingest.texts import Metadata
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Origin, Store


class Sync:
    """One edit by which articles are brought in step with folders: first `bring_in`, then `take_out`."""

    def __init__(
        self, store: Store, folders: Sequence[Contents], edit: int, collection: str | None = None
    ) -> None:
        """Bring in what is in these folders; into a collection, if one is named."""
        self._store, self._folders, self._edit = store, folders, edit
        self._told = Metadata(collection=collection)
        origins = store.origins()
        #: What was read from each place: a mailbox holds many articles.
        self._known: defaultdict[str, list[Origin]] = defaultdict(list)
        for origin in origins:
            self._known[origin.place].append(origin)
        self._gone = _Gone(origin for contents in folders for origin in gone_below(contents.folder, origins))
        within = {origin.place for contents in folders for origin in below(contents.folder, origins)}
        #: The other articles: of a folder that got another name, the files are gone from where they were.
        self._elsewhere = _Gone(origin for origin in origins if origin.place not in within)
        #: How many articles came from these folders before.
        self.held = len(within)

    @property
    def gone(self) -> int:
        """How many articles' files are gone, as far as is known: those that were moved are found again."""
        return len(self._gone.left)

    def bring_in(self) -> Iterator[Receipt]:
        """Take in what is new, changed or moved, and yield what became of each file; faults come last."""
        seen: set[str] = set()
        for path in (path for contents in self._folders for path in contents.readable):
            origin = origin_of(path)
            if origin not in seen:
                seen.add(origin)
                yield from self._brought_in(path, self._known.get(origin, []))
        for fault in (fault for contents in self._folders for fault in contents.faults):
            yield failed(fault.path, fault)

    def take_out(self) -> Iterator[Receipt]:
        """Take out the articles whose files are gone, and yield what became of each."""
        for document_id in tuple(self._gone.left):
            origin = self._gone.left.pop(document_id)
            with suppress(UnknownArticleError):  # Another process removed it meanwhile.
                yield self._store.take_out(document_id, self._edit, origin.place)

    def _brought_in(self, path: Path, known: Sequence[Origin]) -> Iterator[Receipt]:
        try:
            content = content_of(path)
            if known and known[0].is_of(content):
                yield from (self._unchanged(path, origin) for origin in known)
            elif known:
                documents = read_content(content, path, self._told)
                yield from (self._updated(document, path) for document in documents)
                yield from unread_in(documents, str(path))
                yield from self._taken_out(known, documents, path)
            else:
                documents = self._read(content, path)
                yield from (self._added(document, path) for document in documents)
                yield from unread_in(documents, str(path))
        except ArticleError as error:
            yield failed(path, error)

    def _read(self, content: bytes, path: Path) -> Documents:
        """Return the documents in a new file; one that was moved is read as it was where it stood before."""
        former = self._moved(content_digest(content))
        # Of several in a file each has its own title and date, which the file tells.
        if former is None or len(self._known[former.place]) > 1:
            return read_content(content, path, self._told)
        document = self._store.document(former.document_id)
        encoding = document.original.encoding if document.original else None
        return read_content(content, path, self._told.over(known_of(document)), encoding)

    def _added(self, document: Document, path: Path) -> Receipt:
        former = self._moved(document.article.digest)
        if former is None:
            return self._store.put(document, self._edit, str(path))
        self._gone.left.pop(former.document_id, None)
        self._elsewhere.left.pop(former.document_id, None)
        return self._store.move(former.document_id, document, self._edit, str(path))

    def _moved(self, digest: str) -> Origin | None:
        """Return the origin of an article with this text, or of these bytes, whose file is there no more."""
        other = self._elsewhere.with_digest(digest)
        is_gone = other is not None and other.place.startswith("/") and not Path(other.place).exists()
        return self._gone.with_digest(digest) or (other if is_gone else None)

    def _unchanged(self, path: Path, known: Origin) -> Receipt:
        """Leave the article of a file as it is, but for the collection, which may be told anew."""
        collection = self._told.collection
        if collection in (None, known.collection):
            return Receipt(str(path), Outcome.UNCHANGED, known.document_id)
        document = self._store.document(known.document_id)
        article = document.article.model_copy(update={"collection": collection})
        return self._store.put(replace(document, article=article), self._edit, str(path))

    def _updated(self, document: Document, path: Path) -> Receipt:
        receipt = self._store.put(document, self._edit, str(path))
        if receipt.outcome is Outcome.DUPLICATE and receipt.article_id == document.article.id:
            return replace(receipt, outcome=Outcome.UNCHANGED)
        return receipt

    def _taken_out(
        self, known: Sequence[Origin], documents: Iterable[Document], path: Path
    ) -> Iterator[Receipt]:
        """Take out the articles that were in a file of several and are there no more."""
        there = {document.article.id for document in documents}
        for origin in known:
            if origin.document_id not in there:
                with suppress(UnknownArticleError):  # Another process removed it meanwhile.
                    yield self._store.take_out(origin.document_id, self._edit, str(path))


class _Gone:
    """Origins by what was read from them, those of them that are `left` to be found anew or taken out."""

    def __init__(self, origins: Iterable[Origin]) -> None:
        self.left = {origin.document_id: origin for origin in origins}
        self._by_digest: defaultdict[str | None, list[str]] = defaultdict(list)
        for document_id, origin in self.left.items():
            self._by_digest[origin.text].append(document_id)
            self._by_digest[origin.content].append(document_id)

    def with_digest(self, digest: str) -> Origin | None:
        """Return one that is left of this text, or of these bytes."""
        named = self._by_digest.get(digest, ())
        return next((self.left[document_id] for document_id in named if document_id in self.left), None)
