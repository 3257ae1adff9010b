"""What is sent by HTTP to articles: texts, files and links."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.chats.audit import Act
from bot.chats.chat import Addition
from bot.web.deeds import note
from bot.web.models import AddedText
from bot.web.visitors import Visitor
from retrieval.articles import Document, one_line
from retrieval.errors import ArticleError, FileFault, UnreadableFileError
from retrieval.ingest.adding import failed, read_sent
from retrieval.ingest.files import LARGEST, LARGEST_IN_WORDS
from retrieval.ingest.texts import Metadata, read_text
from retrieval.storage.receipts import CHANGING, Receipt

#: What the keys of articles begin with that were sent by HTTP.
_SENT = "web:"

#: How many characters of a file's name are kept.
_LONGEST_NAME = 200


def add_text(visitor: Visitor, added: AddedText, key: str | None = None) -> Addition:
    """Add a text, once under a `key`.

    Raises `EmptyArticleError` and `StoreError`.
    """
    metadata = Metadata(
        title=added.title,
        source=added.source,
        url=added.url,
        published=added.published,
        language=added.language,
        collection=added.collection,
    )
    document = read_text(added.text, added.key and f"{_SENT}{visitor.id}/{added.key}", metadata)
    return _add(visitor, [document], [added.title or document.article.title or "text"], [], key)


def add_files(
    visitor: Visitor, files: Sequence[tuple[str, bytes]], collection: str | None, key: str | None = None
) -> Addition:
    """Add files by their names and contents, as one edit; each that cannot be read has a receipt of its own.

    Raises `StoreError`.
    """
    documents: list[Document] = []
    names: list[str] = []
    faults: list[Receipt] = []
    sent: Counter[str] = Counter()
    for name, content in files:
        path = Path(file_name(name))
        sent[path.name] += 1
        # Two files of one name that are sent together are two articles.
        which = f"/{sent[path.name]}" if sent[path.name] > 1 else ""
        try:
            if len(content) > LARGEST:
                raise UnreadableFileError(str(path), FileFault.SIZE, LARGEST_IN_WORDS)
            metadata = Metadata(origin=str(path), collection=collection)
            read, unread = read_sent(content, path, f"{_SENT}{visitor.id}/{path}{which}", metadata)
        except ArticleError as error:
            faults.append(failed(str(path), error))
        else:
            documents += read
            names += [str(path)] * len(read)
            faults += (failed(f"{path}!{inner}", error) for inner, error in unread)
    return _add(visitor, documents, names, faults, key)


def add_link(visitor: Visitor, url: str, collection: str | None, key: str | None = None) -> Addition:
    """Add the page at an address.

    Raises `StoreError`; what is wrong with the page is said in a receipt.
    """
    try:
        documents = visitor.site.derek.pages.read(url, Metadata(collection=collection)) or []
    except ArticleError as error:
        return _add(visitor, [], [], [failed(url, error)], key)
    return _add(visitor, documents, [url] * len(documents), [], key)


def _add(
    visitor: Visitor,
    documents: Sequence[Document],
    names: Sequence[str],
    faults: Sequence[Receipt],
    key: str | None,
) -> Addition:
    """Add documents, each called by its name, and note what became of them."""
    addition = visitor.chat(key=key).add(documents, "", failed=faults, names=names)
    for receipt in addition.receipts:
        if receipt.outcome in CHANGING:
            note(visitor, Act.ADD, receipt.article_id)
    return addition


def file_name(given: str) -> str:
    r"""Return what a file is called, whatever path and signs somebody put into its name.

    >>> file_name("../../etc/passwd"), file_name("C:\\notes\\day.txt")
    ('passwd', 'day.txt')
    """
    last = one_line(given.replace("\\", "/").replace("\0", "")).rstrip("/").rpartition("/")[2]
    return last[-_LONGEST_NAME:] if last.strip(". ") else "file"
