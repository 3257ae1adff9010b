"""Zip archives, opened as if somebody had made them to do harm, and what documents they hold."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from struct import error as StructError  # noqa: N812  as exceptions are called

from retrieval.errors import ArticleError, FileFault, UnreadableFileError
from retrieval.ingest.files import is_readable, read_bytes
from retrieval.ingest.readings import Documents, UnreadableContentError
from retrieval.ingest.texts import Metadata

#: What a package may hold at most. Of 773 real ones that were measured none comes near.
_MOST_ENTRIES = 10_000
_LARGEST = 200 * 1024 * 1024
_LARGEST_ENTRY = 100 * 1024 * 1024

#: How many times as large it may be when unpacked, where it is large at all.
_RATIO, _LARGE = 200, 10 * 1024 * 1024

#: How compound files begin: documents of the nineties, and today's ones that are encrypted; and what the
#: latter hold.
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

#: Other ways than these are for archives, and unpack slower or larger.
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))

#: What zipfile raises where an archive is not as it should be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    StructError,
    ValueError,
)


def is_compound(content: bytes) -> bool:
    """Whether a content is a compound file, as what Office wrote before 2007."""
    return content.startswith(_COMPOUND)


def is_encrypted(content: bytes) -> bool:
    """Whether a compound file holds a package that is encrypted by a password."""
    return is_compound(content) and _ENCRYPTED in content


class Archive:
    """An archive in memory, of which no more is unpacked than is read; its names are names, never paths."""

    def __init__(self, content: bytes) -> None:
        """Open an archive.

        Raises `UnreadableContentError` if it is none, is locked, or holds too much.
        """
        if is_encrypted(content):
            raise UnreadableContentError(FileFault.LOCKED)
        if is_compound(content):
            raise UnreadableContentError(FileFault.DAMAGED, "it is of an older format than its name says")
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except _BROKEN as error:
            raise UnreadableContentError(FileFault.DAMAGED, "it is no archive, or a part of one") from error
        self._left = _LARGEST
        entries = self._archive.infolist()
        _check(entries)
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> Sequence[str]:
        """The names of what it holds, in their order."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """Return what has this name, as far as it may be large: what an archive says of sizes may be untrue.

        Raises `UnreadableContentError`.
        """
        most = min(_LARGEST_ENTRY, self._left)
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} is missing")
        if entry.compress_type not in _METHODS:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} is packed in an unknown way")
        try:
            with self._archive.open(entry) as opened:
                content = opened.read(most + 1)
        except _BROKEN as error:
            raise UnreadableContentError(FileFault.DAMAGED, f"{name} cannot be unpacked") from error
        if len(content) > most:
            raise _excess(most)
        self._left -= len(content)
        return content


def is_archive(path: Path) -> bool:
    """Whether a file of this name is an archive of others."""
    return path.suffix.lower() == ".zip"


def read_archive(
    content: bytes, path: Path, key: str, metadata: Metadata, encoding: str | None = None
) -> Iterator[tuple[str, Documents | ArticleError]]:
    """Yield what each file in an archive is called, with its documents, or with what is wrong with it.

    Kinds that cannot be read, and what is hidden or put beside files by systems, are left out. Raises
    `UnreadableFileError`.
    """
    try:
        archive = Archive(content)
    except UnreadableContentError as error:
        raise UnreadableFileError(path, error.fault, error.detail) from error
    for name in archive.names:
        parts = PurePosixPath(name).parts
        if parts and is_readable(Path(parts[-1])) and not any(map(_is_hidden, parts)):
            yield name, _documents(archive, name, f"{key}!{name}", metadata, encoding)


def _is_hidden(part: str) -> bool:
    return (part.startswith(".") and part.strip(".") != "") or part == "__MACOSX"


def _documents(
    archive: Archive, name: str, key: str, metadata: Metadata, encoding: str | None
) -> Documents | ArticleError:
    path = Path(PurePosixPath(name).name)
    try:
        return read_bytes(archive.read(name), path, key, metadata, encoding)
    except UnreadableContentError as error:
        return UnreadableFileError(name, error.fault, error.detail)
    except ArticleError as error:
        return error


def _check(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise UnreadableContentError(FileFault.EXCESS, f"{_MOST_ENTRIES:,} files in one")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableContentError(FileFault.LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _LARGEST:
        raise _excess(_LARGEST)
    if any(entry.file_size > _LARGEST_ENTRY for entry in entries):
        raise _excess(_LARGEST_ENTRY)
    if unpacked > max(_LARGE, _RATIO * packed):
        raise UnreadableContentError(FileFault.EXCESS, f"{_RATIO} times its size when unpacked")


def _excess(most: int) -> UnreadableContentError:
    return UnreadableContentError(FileFault.EXCESS, f"{max(1, most // 1024**2)} MB when unpacked")
