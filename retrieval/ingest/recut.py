"""Stored articles cut anew, when the rules by which texts are cut have changed."""

from contextlib import suppress

from retrieval.articles import Document
from retrieval.background import Progress
from retrieval.errors import UnknownArticleError
from retrieval.ingest.files import Siblings, read_again
from retrieval.ingest.texts import SEGMENTATION
from retrieval.storage.store import Store


def recut(store: Store, progress: Progress = lambda _, __: None) -> None:
    """Cut each document anew that was cut by older rules; what was done before an interruption stays.

    A document whose original a newer reader reads otherwise has its new text; one whose original is gone
    keeps its own. What only can be read stays as it is. `progress` is told how many of how many are done.
    """
    if store.only_reads:
        return
    waiting, siblings = store.cut_before(SEGMENTATION), Siblings()
    for done, document_id in enumerate(waiting, 1):
        with suppress(UnknownArticleError):  # Another process removed it meanwhile.
            former = store.document(document_id)
            document = read_again(former, siblings)
            if document.article.digest == former.article.digest:
                document = Document(former.article, document.units, SEGMENTATION, former.original)
            store.recut(document)
        progress(done, len(waiting))
    # Of two documents with one text, one may have another text now.
    store.settle()
