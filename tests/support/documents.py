"""Documents of articles, and how tests put them into a store."""

from retrieval.articles import Article, Document
from retrieval.ingest.plain import plain_units
from retrieval.ingest.texts import SEGMENTATION
from retrieval.storage.receipts import Receipt
from retrieval.storage.store import Store


def document_of(article: Article) -> Document:
    """Return an article with its units, as a reader of plain text gives it."""
    return Document(article, plain_units(article), SEGMENTATION)


def keep(store: Store, article: Article, addition: int | None = None, name: str | None = None) -> Receipt:
    """Put an article into a store."""
    return store.put(document_of(article), addition, name)
