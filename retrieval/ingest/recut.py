"""Stored articles cut anew, when the rules by which texts are cut have changed."""

from collections.abc import Callable

from retrieval.articles import Document
from retrieval.ingest.files import read_again
from retrieval.ingest.texts import SEGMENTATION
from retrieval.storage.store import Store


def recut(store: Store, progress: Callable[[int, int], None] = lambda _, __: None) -> None:
    """Cut each article anew that was cut by older rules; what was done before an interruption stays.

    An article whose original a newer reader reads otherwise is updated; one whose original is gone keeps its
    text. `progress` is told how many of how many are done.
    """
    waiting = store.cut_before(SEGMENTATION)
    for done, article_id in enumerate(waiting, 1):
        former = store.document(article_id)
        document = read_again(former.article, former.original)
        if document.article.digest == former.article.digest:
            store.recut(Document(former.article, document.units, SEGMENTATION, former.original))
        else:
            store.put(document)
        progress(done, len(waiting))
