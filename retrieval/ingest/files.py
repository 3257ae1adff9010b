"""Files to documents; a format is a line of `READERS`, or of `FORMATS` if a process of its own reads it."""

import os
import re
import stat
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from retrieval.articles import Article, Document, Original, collection_name, first_title, one_line
from retrieval.errors import (
    ArticleError,
    CollectionNameError,
    EmptyArticleError,
    FileFault,
    UnreadableFileError,
)
from retrieval.ingest.apart import ReadingProcess, text_of
from retrieval.ingest.dates import parse_date
from retrieval.ingest.enclosures import with_enclosed
from retrieval.ingest.encodings import (
    Decoded,
    NotTextError,
    UndecidedEncodingError,
    UnfitEncodingError,
    UnknownEncodingError,
    decode,
)
from retrieval.ingest.markdown import read_markdown
from retrieval.ingest.plain import plain_units
from retrieval.ingest.readings import Documents, Enclosed, Reading, Refused, UnreadableContentError
from retrieval.ingest.texts import (
    NO_METADATA,
    SEGMENTATION,
    Metadata,
    read_blocks,
    read_text,
)

#: A book has about a megabyte; whatever is larger is no article.
LARGEST = 20 * 1024 * 1024
LARGEST_IN_WORDS = "20 MB"

#: What an address begins with.
_ADDRESS = re.compile(r"(?:file:/|[a-z][a-z0-9+.-]+://)", re.IGNORECASE)

#: What stands in the text of a path for a byte that is no text.
_NO_TEXT = re.compile(rb"\\x([89a-f][0-9a-f])")


def path_named(name: str) -> Path:
    """Return the path that somebody names, as it is or by its address, `file:///articles/a.txt`.

    Raises `UnreadableFileError` for any other address.
    """
    if not _ADDRESS.match(name):
        return Path(name)
    with suppress(ValueError):
        address = urlsplit(name)
        path = os.fsdecode(unquote_to_bytes(address.path))
        if address.scheme == "file" and address.netloc in ("", "localhost") and "\0" not in path:
            return Path(path)
    raise UnreadableFileError(name, FileFault.ADDRESS)


def origin_of(path: Path) -> str:
    """Return the origin of a file's documents: its full path, as text even where its bytes are none."""
    return _as_text(path.resolve())


def paths_of(origin: str) -> frozenset[Path]:
    """Return the paths that have this origin: where bytes of a path are no text, text stands for them."""
    written = os.fsencode(origin)
    bytes_of = _NO_TEXT.sub(lambda byte: bytes.fromhex(byte[1].decode()), written)
    return frozenset(Path(os.fsdecode(path)) for path in (written, bytes_of))


def _as_text(path: Path) -> str:
    return text_of(str(path))


def is_readable(path: Path) -> bool:
    """Whether a file of this name is of a kind that can be read."""
    return kind_of(path) in KINDS


def kind_of(path: Path) -> str:
    """Return the end of a file's name that says of which kind it is: ".txt", ".warc.gz"."""
    both = "".join(path.suffixes[-2:]).lower()
    return both if both in FORMATS else path.suffix.lower()


def content_of(path: Path) -> bytes:
    """Return the bytes of a file, if one of its kind and size can be read.

    Raises `UnreadableFileError`.
    """
    if path.exists():  # What is not there at all is said to be that, whatever it is called.
        _check_kind(path)
    return bytes_of(path)


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file of any kind, if it can be read and is no larger than a file may be.

    Raises `UnreadableFileError`.
    """
    try:
        status = path.stat()
        if status.st_size > LARGEST:
            raise UnreadableFileError(path, FileFault.SIZE, LARGEST_IN_WORDS)
        if stat.S_ISFIFO(status.st_mode):
            raise UnreadableFileError(path, FileFault.SYSTEM, "It is a pipe")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, FileFault.SYSTEM, error.strerror or str(error)) from error


def read_file(path: Path, metadata: Metadata = NO_METADATA, encoding: str | None = None) -> Documents:
    """Return the documents in a file; their keys and their origin are the file's full path.

    Without an `encoding` it is read in the one that it shows or is surely in.
    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    return read_content(content_of(path), path, metadata, encoding)


#: How many files are worth processes of their own, each of which takes more than a second to start. On two
#: cores 1,218 files of Markdown take 2.7 s with them and 1.5 to 2.1 s without, 2,862 take 10.4 and 11.6 s.
_MANY = 2_000

#: How many processes read at once at most; each takes more than a hundred megabytes.
_MOST_PROCESSES = 4

#: How many files are on their way to each process.
_AHEAD = 4


def read_files(
    paths: Sequence[Path],
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
    *,
    many: int = _MANY,
) -> Iterator[Documents | ArticleError]:
    """Yield the documents in each file, in order, or what is wrong with it; so many are read on all cores."""
    cores = min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
    if len(paths) < many or cores < 2:
        for path in paths:
            yield _tried(path, metadata, encoding, None)
        return
    with ExitStack() as stack:
        processes: SimpleQueue[ReadingProcess] = SimpleQueue()
        for _ in range(cores):
            processes.put(stack.enter_context(closing(ReadingProcess())))

        def read(path: Path) -> Documents | ArticleError:
            process = processes.get()
            try:
                return _tried(path, metadata, encoding, process)
            finally:
                processes.put(process)

        pool = stack.enter_context(ThreadPoolExecutor(cores))
        stack.callback(pool.shutdown, cancel_futures=True)
        waiting: deque[Future[Documents | ArticleError]] = deque()
        for path in paths:
            waiting.append(pool.submit(read, path))
            if len(waiting) > _AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _tried(
    path: Path, metadata: Metadata, encoding: str | None, process: ReadingProcess | None
) -> Documents | ArticleError:
    """Return the documents in a file, read in a process if one is given, or what is wrong with it."""
    try:
        return read_content(content_of(path), path, metadata, encoding, process)
    except ArticleError as error:
        return error


def read_content(
    content: bytes,
    path: Path,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
    process: ReadingProcess | None = None,
) -> Documents:
    """Return the documents in a file of this content, as `read_file` does; if one is given, in a process."""
    origin = origin_of(path)
    metadata = Metadata(origin=origin).over(metadata)
    if process is None:
        return read_bytes(content, path, f"file:{origin}", metadata, encoding, kept=False)
    return _read_with_enclosed(process.read, content, path, f"file:{origin}", metadata, encoding)


def read_bytes(  # noqa: PLR0913  what is read, what is known of it, and what is kept
    content: bytes,
    path: Path,
    key: str,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
    *,
    kept: bool = True,
) -> Documents:
    """Return the documents that a file of this name and content holds.

    Given metadata goes before what stands in the file itself; `kept` says to keep the content, where it does
    not stand at the documents' origin. Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    _check_kind(path)
    if len(content) > LARGEST:
        raise UnreadableFileError(path, FileFault.SIZE, LARGEST_IN_WORDS)
    documents = _read_with_enclosed(_read_where_it_may_be, content, path, key, metadata, encoding)
    if kept and len(documents) == 1:  # Each of several would keep all of them.
        return replace(documents, documents=(_with_content(documents[0], content),))
    return documents


#: Reads a content under a name and a key, with what is told of it, in an encoding.
_ReadOne = Callable[[bytes, Path, str, Metadata, str | None], Documents]


def _read_where_it_may_be(
    content: bytes, path: Path, key: str, metadata: Metadata, encoding: str | None
) -> Documents:
    """Return the documents of a file: text is read here, and all else in a process of its own."""
    read = read_here if kind_of(path) in READERS else _APART.read
    return read(content, path, key, metadata, encoding)


def _read_with_enclosed(  # noqa: PLR0913, PLR0917  what reads, and what is read
    read: _ReadOne, content: bytes, path: Path, key: str, metadata: Metadata, encoding: str | None
) -> Documents:
    """Return the documents of a file and of the files in it, each of which is read for itself.

    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    found = read(content, path, key, metadata, encoding)
    if not found.enclosed:
        return found
    original = _original(content, path)

    def read_one(content: bytes, path: Path, key: str, metadata: Metadata) -> Documents:
        return read(content, path, key, metadata, None)

    held = with_enclosed(found, key, metadata, original, read_one)
    if not held and not held.unread:
        raise EmptyArticleError(str(path))
    return held


def _original(content: bytes, path: Path) -> Original:
    return Original.of(_as_text(Path(path.name)), content, kept=False)


def read_here(
    content: bytes,
    path: Path,
    key: str,
    metadata: Metadata = NO_METADATA,
    encoding: str | None = None,
) -> Documents:
    """Return the documents of `read_bytes`, without the content, read in this process whatever it may do.

    What is enclosed in them is still to be read.

    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    original = _original(content, path)
    read: Sequence[Reading | Enclosed | Refused] = ()
    suffix = kind_of(path)
    with _raising(path, encoding):
        if not content.strip():
            raise EmptyArticleError(str(path))
        if reader := READERS.get(suffix):
            text = decode(content, encoding)
            original = replace(original, encoding=text.named, faults=text.faults)
            documents = reader(text.text, key, metadata, original)
        else:
            read = import_module(FORMATS[suffix]).read(content, encoding)
            held = [one for one in read if isinstance(one, Reading) and one.holds_text]
            documents = [_document(reading, key, metadata, original) for reading in held]
        enclosed = [one for one in read if isinstance(one, Enclosed)]
        refused = [one for one in read if isinstance(one, Refused)]
        if not documents and not enclosed and not refused:
            raise EmptyArticleError(str(path))
    name = Path(original.name).stem
    return Documents.of((_named(document, name) for document in documents), enclosed, refused)


def _document(reading: Reading, key: str, metadata: Metadata, original: Original) -> Document:
    """Return a document as a reader gives it; of several in one file each has a key of its own."""
    if reading.part:
        key = f"{key}#{reading.part}"
    original = replace(original, encoding=reading.encoding, faults=reading.faults)
    return read_blocks(reading.blocks, key, metadata.over(reading.metadata), original=original)


def _with_content(document: Document, content: bytes) -> Document:
    return replace(document, original=document.original and replace(document.original, content=content))


def _named(document: Document, name: str) -> Document:
    """Return a document that is called by its file's name if it has no title."""
    if document.article.title:
        return document
    return replace(document, article=Article.model_validate(dict(document.article) | {"title": name}))


#: The documents of files that hold several, by the digests of the files.
Siblings = dict[str, Mapping[str, Document]]

#: How many such files are remembered at once while documents are read anew.
_MOST_SIBLINGS = 4


def read_again(document: Document, siblings: Siblings | None = None) -> Document:
    """Return a stored document read anew from what it was read from, or cut anew if that is gone or changed.

    What is known of it stays; what only its format told keeps its units. Of a file that holds several, all
    are among the `siblings` then, so that it is read once for them.
    """
    article, original = document.article, document.original
    if original and (content := original_content(document)) is not None:
        with suppress(ArticleError):
            again = _read_anew(document, original, content, {} if siblings is None else siblings)
            if again is not None:
                return again
    name = original.name if original else article.origin
    is_plain = name is None or READERS.get(Path(name).suffix.lower()) is _read_plain
    units = plain_units(article) if is_plain or not document.units else document.units
    return Document(article, units, SEGMENTATION, original)


def _read_anew(document: Document, original: Original, content: bytes, siblings: Siblings) -> Document | None:
    """Return a document read anew from its file; None if that holds it no more.

    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    article, path = document.article, Path(original.name)
    key = f"file:{article.origin}"
    if not article.key.startswith(f"{key}#"):
        metadata = Metadata(origin=article.origin).over(known_of(document))
        kept = original.content is not None
        read = read_bytes(content, path, article.key, metadata, original.encoding, kept=kept)
        return next((one for one in read if one.article.id == article.id), None)
    if original.digest not in siblings:
        # Each of several has its own title and date, which the file tells.
        told = Metadata(origin=article.origin, collection=article.collection)
        read = read_bytes(content, path, key, told, original.encoding, kept=False)
        if len(siblings) >= _MOST_SIBLINGS:
            siblings.clear()
        siblings[original.digest] = {one.article.id: one for one in read}
    return siblings[original.digest].get(article.id)


def known_of(document: Document) -> Metadata:
    """Return what is known of a document wherever it is read from, a title that was read off it left out."""
    article, original = document.article, document.original
    read_off = {first_title(article.text, document.units), Path(original.name).stem if original else None}
    return Metadata(
        title=None if article.title in read_off else article.title,
        source=article.source,
        url=article.url,
        published=article.published,
        language=article.language,
        collection=article.collection,
    )


def original_content(document: Document) -> bytes | None:
    """Return the bytes that a document was read from; None if they are not to be had any more."""
    original = document.original
    if original is None:
        return None
    if original.content is not None:
        return original.content
    try:
        content = Path(document.article.origin or "").read_bytes()
    except (OSError, ValueError):
        return None
    return content if original.is_of(content) else None


#: Makes documents of a decoded file, under a key, with its metadata and what it was read from.
Reader = Callable[[str, str, Metadata, Original], list[Document]]


def _read_plain(text: str, key: str, metadata: Metadata, original: Original) -> list[Document]:
    return [read_text(text, key, metadata, original=original)]


def _read_markdown(text: str, key: str, metadata: Metadata, original: Original) -> list[Document]:
    markdown = read_markdown(text)
    metadata = metadata.over(_metadata(markdown.front_matter))
    if metadata.collection is None:
        metadata = replace(metadata, collection=_collection(markdown.front_matter))
    return [read_blocks(markdown.blocks, key, metadata, original=original)]


#: The kinds of file that can be read, by the ends of their names, and what reads each.
READERS: Mapping[str, Reader] = {
    ".txt": _read_plain,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".mdx": _read_markdown,
}


#: The kinds of file that a process of its own reads, by the ends of their names, and the module that does.
FORMATS: Mapping[str, str] = {
    ".csv": "retrieval.ingest.formats.delimited",
    ".tsv": "retrieval.ingest.formats.delimited",
    ".rss": "retrieval.ingest.formats.feed",
    ".atom": "retrieval.ingest.formats.feed",
    ".html": "retrieval.ingest.formats.page",
    ".htm": "retrieval.ingest.formats.page",
    ".xhtml": "retrieval.ingest.formats.page",
    ".mhtml": "retrieval.ingest.formats.saved_page",
    ".mht": "retrieval.ingest.formats.saved_page",
    ".warc": "retrieval.ingest.formats.web_archive",
    ".warc.gz": "retrieval.ingest.formats.web_archive",
    ".eml": "retrieval.ingest.formats.mail",
    ".mbox": "retrieval.ingest.formats.mailbox",
    ".json": "retrieval.ingest.formats.records",
    ".jsonl": "retrieval.ingest.formats.records",
    ".ndjson": "retrieval.ingest.formats.records",
    ".pdf": "retrieval.ingest.pdf.reader",
    ".docx": "retrieval.ingest.formats.docx",
    ".odt": "retrieval.ingest.formats.odt",
    ".rtf": "retrieval.ingest.formats.rtf",
    ".epub": "retrieval.ingest.formats.epub",
    ".pptx": "retrieval.ingest.formats.pptx",
    ".xlsx": "retrieval.ingest.formats.spreadsheet",
    ".xlsm": "retrieval.ingest.formats.spreadsheet",
    ".xls": "retrieval.ingest.formats.spreadsheet",
    ".ods": "retrieval.ingest.formats.spreadsheet",
}

#: The kinds of file that can be read.
KINDS = (*READERS, *FORMATS)

#: Those that most programs write, for whoever has a file of another kind.
_USUAL_KINDS = ".pdf, .docx, .html or .txt"

#: Where formats are read.
_APART = ReadingProcess()


def _check_kind(path: Path) -> None:
    if not is_readable(path):
        raise UnreadableFileError(path, FileFault.KIND, _USUAL_KINDS)


def decoded(content: bytes, path: Path, encoding: str | None = None) -> Decoded:
    """Return the text of a file, in this encoding or in the one that it shows or is surely in.

    Raises `UnreadableFileError`.
    """
    with _raising(path, encoding):
        return decode(content, encoding)


@contextmanager
def _raising(path: Path, encoding: str | None) -> Iterator[None]:
    """Name the file in what readers raise."""
    try:
        yield
    except UnreadableContentError as error:
        raise UnreadableFileError(path, error.fault, error.detail) from error
    except EmptyArticleError:
        raise EmptyArticleError(str(path)) from None
    except CollectionNameError as error:
        raise UnreadableFileError(path, FileFault.COLLECTION, one_line(repr(error.name))) from None
    except NotTextError:
        raise UnreadableFileError(path, FileFault.NOT_TEXT) from None
    except UndecidedEncodingError as error:
        guesses = (f"{guess.encoding} (“{guess.beginning}”)" for guess in error.guesses)
        raise UnreadableFileError(path, FileFault.UNDECIDED, ", ".join(guesses)) from None
    except UnknownEncodingError:
        raise UnreadableFileError(path, FileFault.ENCODING, one_line(repr(encoding))) from None
    except UnfitEncodingError as error:
        place = f"{error.encoding}: byte {error.offset}, in line {error.line}"
        raise UnreadableFileError(path, FileFault.UNFIT, place) from None


def _metadata(front_matter: dict[str, Any]) -> Metadata:
    """Return what front matter tells about an article; what it tells wrongly is left out."""
    labels = {name: _label(front_matter.get(name)) for name in ("title", "source", "url")}
    language = str(front_matter.get("language", "")).lower()
    return Metadata(
        **labels,
        names=_names(front_matter),
        published=parse_date(str(front_matter.get("date"))),
        language=language if language.isalpha() and language.isascii() and len(language) in (2, 3) else None,
    )


def _collection(front_matter: dict[str, Any]) -> str | None:
    """Return the collection that front matter names, if it names one.

    A wrong name is not left out as other things are: who may ask depends on it. Raises `CollectionNameError`.
    """
    named = front_matter.get("collection")
    return None if named in (None, "") else collection_name(_label(named) or str(named))


#: What front matter calls a document besides its title, or says that it is about.
_NAMES = ("question", "aliases", "alias", "description", "summary", "tags", "keywords")


def _names(front_matter: dict[str, Any]) -> tuple[str, ...]:
    values = (front_matter.get(name) for name in _NAMES)
    every = (label for value in values for label in (value if isinstance(value, list) else [value]))
    return tuple(name for name in map(_label, every) if name)


def _label(value: object) -> str | None:
    """Return a title, source or link, if it is words, a number or a day."""
    try:
        return str(value) if isinstance(value, (str, int, float, date)) else None
    except ValueError:  # A number of more digits than Python writes.
        return None
