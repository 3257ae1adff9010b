"""The sample articles that every new data folder begins with, and that make room for one's own."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files

from retrieval.articles import Article, Document
from retrieval.errors import UnknownArticleError
from retrieval.filters import NO_FILTER
from retrieval.ingest.texts import Metadata, read_text
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store


@cache
def sample_documents() -> tuple[Document, ...]:
    """Return the sample articles with what is known about them, which are read once."""
    folder = files("seeds")
    return tuple(
        read_text(
            (folder / (name := entry.pop("file"))).read_bytes().decode("utf-8"),
            f"seed:{name}",
            Metadata(**entry),
        )
        for entry in tomllib.loads((folder / "articles.toml").read_text("utf-8"))["article"]
    )


def make_room(store: Store, edit: int) -> list[Receipt]:
    """Take the sample articles out in the edit that added the first own ones; return what became of them.

    They come back with its undoing. A sample that somebody changed is an article of one's own, and where
    there were such before, the samples are there because somebody wants them.
    """
    added = store.added(edit)
    if not added:
        return []
    samples = [document.article for document in sample_documents()]
    left = [sample for sample in samples if _is_left(store, sample)]
    if not left or store.article_ids(NO_FILTER) - {sample.id for sample in left} - added:
        return []
    gone = []
    for sample in left:
        with suppress(UnknownArticleError):  # Another process was faster.
            name = sample.title or sample.source or sample.key
            gone.append(store.take_out(sample.id, edit, name, is_told=False))
    return gone


class SampleRoom:
    """What the sample articles of a store leave to the first own one that an edit adds.

    They leave with that one and not at the end: who breaks off a long addition has none of them left over.
    """

    def __init__(self, store: Store, edit: int) -> None:
        self._store, self._edit = store, edit
        #: What became of the samples so far.
        self.gone: list[Receipt] = []

    def made_by(self, receipts: Iterable[Receipt]) -> Iterator[Receipt]:
        """Yield the receipts of the edit as they come, the first addition when the samples are out."""
        is_first = True
        for receipt in receipts:
            if is_first and receipt.outcome is Outcome.ADDED:
                is_first = False
                self.gone = make_room(self._store, self._edit)
            yield receipt


def _is_left(store: Store, sample: Article) -> bool:
    """Whether a sample is in a store exactly as it came."""
    try:
        there = store.get(sample.id)
    except UnknownArticleError:
        return False
    return there == sample.model_copy(update={"added": there.added})
