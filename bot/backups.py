"""The data folder as one file, and back: all of it but the index and the signatures, which are made again.

    FILE.zip    manifest.json           which Derek made it and when, how much it holds, what its files are
                articles.sqlite3
                history.sqlite3
                people.sqlite3
                waiting.sqlite3         of it what is waited for, and nothing that is about to be told
                telegram.sqlite3        of it what was sent and what was done, and nothing that waits
                vectors/…

Nothing is unpacked that the manifest does not tell of, or that is not as it tells; and nothing that was there
before is deleted.
"""

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot import __version__
from bot.assembly import FEEDS, HISTORY, JOURNAL, PAGES, PEOPLE, STORE, VECTORS, WAITING
from bot.chats.history import History
from bot.chats.journal import settle
from bot.chats.people import People
from bot.chats.waiting import drop_notices
from retrieval.errors import BackupError, StoreError, StoreTooNewError, UnwritableFileError
from retrieval.semantic.vector_store import copy_vectors
from retrieval.storage.database import Database, copy_database, is_in_use
from retrieval.storage.store import Store

#: The number of the form that backups have, raised when an older Derek could not read them any more.
_FORMAT = 2

_MANIFEST = "manifest.json"

#: The files that a backup may hold, by their names: one of each.
_KNOWN = (
    re.compile(re.escape(STORE)),
    re.compile(re.escape(HISTORY)),
    re.compile(re.escape(JOURNAL)),
    re.compile(re.escape(PEOPLE)),
    re.compile(re.escape(WAITING)),
    re.compile(re.escape(FEEDS)),
    re.compile(re.escape(PAGES)),
    re.compile(rf"{VECTORS}/vectors\.sqlite3"),
    re.compile(rf"{VECTORS}/[0-9a-f]{{8}}\.rows"),
)

#: How many bytes a manifest has at most, and how many are read at a time.
_LONGEST, _BLOCK = 65_536, 1 << 20

#: What is complained of where a file is no archive, or was damaged.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OverflowError,
    RuntimeError,
    ValueError,
)

_UNTOUCHED = "nothing was changed"


class PackedFile(BaseModel):
    """How long a file of a backup is, and the digest of its bytes."""

    model_config = ConfigDict(frozen=True)

    size: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself: which Derek made it and when, how much it holds, and its files."""

    model_config = ConfigDict(frozen=True)

    format: int
    derek: str
    made: AwareDatetime
    articles: int
    questions: int
    vectors: int
    files: dict[str, PackedFile]


def back_up(folder: Path, path: Path, *, with_vectors: bool = True, replaces: bool = False) -> Manifest:
    """Write a data folder into one file, whole or not at all, as it is while others use it.

    Raises `BackupError`, `UnwritableFileError` and `StoreError`.
    """
    if not (folder / STORE).is_file():
        raise BackupError(folder, "there are no articles to back up", "name another folder with --data")
    _check_that_it_is_free(path, replaces=replaces)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as place:
            draft, packed = Path(place) / "data", Path(place) / path.name
            draft.mkdir()
            manifest = _copied(folder, draft, with_vectors=with_vectors)
            _pack(draft, manifest, packed)
            _check_that_it_is_free(path, replaces=replaces)
            packed.replace(path)
    except OSError as error:
        raise UnwritableFileError(path, error.strerror or str(error)) from error
    return manifest


def _check_that_it_is_free(path: Path, *, replaces: bool) -> None:
    if os.path.lexists(path) and not replaces:
        raise BackupError(
            path, "there is such a file already", "name another one, or replace it with --force"
        )


def _copied(folder: Path, draft: Path, *, with_vectors: bool) -> Manifest:
    """Copy a data folder, and return what the copy holds."""
    copy_database(folder / STORE, draft / STORE)
    for name in (HISTORY, PEOPLE, WAITING, JOURNAL, FEEDS, PAGES):
        if (folder / name).exists():
            copy_database(folder / name, draft / name)
    if (draft / JOURNAL).exists():
        # The bot that goes on here answers what waits; one that is restored elsewhere must not do so, too.
        settle(draft / JOURNAL)
    if (draft / WAITING).exists():
        drop_notices(draft / WAITING)
    vectors = copy_vectors(folder / VECTORS, draft / VECTORS) if with_vectors else 0
    return Manifest(
        format=_FORMAT,
        derek=__version__,
        made=datetime.now(UTC),
        articles=_count(draft / STORE, "article"),
        questions=_count(draft / HISTORY, "asked"),
        vectors=vectors,
        files={
            path.relative_to(draft).as_posix(): PackedFile(size=path.stat().st_size, sha256=_digest(path))
            for path in sorted(draft.rglob("*"))
            if path.is_file()
        },
    )


def _count(path: Path, table: str) -> int:
    """Return how many rows a table of a database has; none where there is no database.

    Raises `StoreUnusableError`.
    """
    if not path.exists():
        return 0
    with closing(Database(path)) as database:
        ((count,),) = database.rows(f"SELECT count(*) FROM {table}")  # noqa: S608  the table is ours
    return int(count)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(draft: Path, manifest: Manifest, path: Path) -> None:
    with path.open("wb") as file:
        # Whoever asked is nobody else's business, as in the data folder.
        path.chmod(0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
            for name in manifest.files:
                # The codes of vectors are as good as random.
                is_dense = name.endswith(".rows")
                archive.write(draft / name, name, zipfile.ZIP_STORED if is_dense else None)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def unpacked(path: Path, folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """Give a backup unpacked and checked, as a draft of a data folder beside it, and what it holds.

    Raises `BackupError` where it is damaged, none of Derek's, or of a newer one.
    """
    with _told_of(path):
        manifest = _manifest(path)
    with ExitStack() as stack:
        with _told_of(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            place = tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent)
            draft = Path(stack.enter_context(place)) / folder.name
            draft.mkdir(mode=0o700)
        with _told_of(path):
            _unpack(path, manifest, draft)
            _check(path, manifest, draft)
        yield draft, manifest


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Put into words what is wrong with a backup."""
    try:
        yield
    except OSError as error:
        raise BackupError(path, error.strerror or str(error), _UNTOUCHED) from error
    except _DAMAGES as error:
        reason = " ".join(str(error.args[0] if error.args else error).split())
        raise BackupError(path, f"it is damaged, or no backup: {reason}", _UNTOUCHED) from error


def _manifest(path: Path) -> Manifest:
    """Return what a backup says of itself, if this Derek can read it."""
    with zipfile.ZipFile(path) as archive, archive.open(_MANIFEST) as file:
        table = json.loads(file.read(_LONGEST))
    number = table.get("format") if isinstance(table, dict) else None
    if isinstance(number, int) and number > _FORMAT:
        raise BackupError(path, "a newer Derek made it", f"upgrade Derek; {_UNTOUCHED}")
    try:
        manifest = Manifest.model_validate(table)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) or "all" for fault in error.errors())
        raise BackupError(path, f"its {_MANIFEST} is none of Derek's ({places})", _UNTOUCHED) from None
    places_of = [[name for name in manifest.files if known.fullmatch(name)] for known in _KNOWN]
    if sum(map(len, places_of)) < len(manifest.files) or any(len(names) > 1 for names in places_of):
        raise BackupError(path, "it names files that no backup of Derek's has", _UNTOUCHED)
    if STORE not in manifest.files:
        raise BackupError(path, "there are no articles in it", _UNTOUCHED)
    return manifest


def _unpack(path: Path, manifest: Manifest, draft: Path) -> None:
    """Unpack the files of a backup, if they are what they were."""
    needed, free = sum(packed.size for packed in manifest.files.values()), shutil.disk_usage(draft).free
    if needed > free:
        reason = f"it takes {needed:,} bytes, and {free:,} are free"
        raise BackupError(path, reason, f"make room; {_UNTOUCHED}")
    with zipfile.ZipFile(path) as archive:
        for name, packed in manifest.files.items():
            target = draft / name
            target.parent.mkdir(exist_ok=True)
            with archive.open(name) as source, target.open("xb") as file:
                found = _copy(source, file, packed.size)
            if found != packed.sha256:
                raise BackupError(path, f"it is damaged: {name} is not as it was", _UNTOUCHED)


def _copy(source: IO[bytes], file: IO[bytes], size: int) -> str:
    """Copy what has this size, or a little of what has more, and return the digest of what was copied."""
    found, left = hashlib.sha256(), size
    while left >= 0 and (block := source.read(min(_BLOCK, left + 1))):
        left -= len(block)
        found.update(block)
        file.write(block)
    file.flush()
    os.fsync(file.fileno())
    return found.hexdigest()


def _check(path: Path, manifest: Manifest, draft: Path) -> None:
    """Read the databases of a draft through, and bring them to the newest schema."""
    try:
        with Store(draft / STORE) as store:
            store.check()
            held = store.summary().articles
        if HISTORY in manifest.files:
            History(draft / HISTORY).close()
        if PEOPLE in manifest.files:
            People(draft / PEOPLE).close()
        if WAITING in manifest.files:
            drop_notices(draft / WAITING)
        if JOURNAL in manifest.files:
            settle(draft / JOURNAL)
        for database_path in draft.rglob("*.sqlite3"):
            with closing(Database(database_path)) as database:
                database.check()
    except StoreTooNewError as error:
        raise BackupError(path, "a newer Derek made it", f"upgrade Derek; {_UNTOUCHED}") from error
    except StoreError as error:
        reason = getattr(error, "reason", str(error))
        raise BackupError(path, f"it is damaged: {reason}", _UNTOUCHED) from error
    if held != manifest.articles:
        raise BackupError(path, f"{held} articles are in it, not {manifest.articles}", _UNTOUCHED)


def articles_in(folder: Path) -> int | None:
    """Return how many articles a data folder holds; None where that cannot be told."""
    try:
        return _count(folder / STORE, "article")
    except StoreError:
        return None


def put_in_place(draft: Path, folder: Path) -> Path | None:
    """Make a data folder of a draft, and return what the one that was there is called from now on.

    Raises `BackupError`.
    """
    if (folder / STORE).exists() and is_in_use(folder / STORE):
        raise BackupError(folder, "another Derek is using it", f"end that first; {_UNTOUCHED}")
    now = datetime.now().astimezone()
    aside = folder.with_name(f"{folder.name}.before-restore-{now:%Y%m%d-%H%M%S}")
    with _told_of(folder):
        if not folder.exists():
            draft.rename(folder)
            return None
        shutil.copymode(folder, draft)
        folder.rename(aside)
        try:
            draft.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
    return aside
