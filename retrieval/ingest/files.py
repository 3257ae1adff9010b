"""Files to articles: plain text and Markdown."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from retrieval.articles import Article
from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.markdown import read_markdown
from retrieval.ingest.texts import UNTOLD, Metadata, parse_date, read_text

_MARKDOWN = (".md", ".markdown")

#: The kinds of file that can be read, by the ends of their names.
READABLE = (".txt", *_MARKDOWN)

#: A book has about a megabyte; whatever is larger is no article.
LARGEST = 20 * 1024 * 1024
LARGEST_TOLD = "20 MB"


def paths_in(folder: Path) -> Iterator[Path]:
    """Yield the readable files below a folder in order, hidden ones left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in READABLE and path.is_file() and not hidden:
            yield path


def read_file(path: Path, told: Metadata = UNTOLD) -> Article:
    """Return the article in a file; its key is the file's full path.

    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    _check_kind(path)
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFileError(path, FileFault.SIZE, LARGEST_TOLD)
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, FileFault.SYSTEM, error.strerror or str(error)) from error
    return read_bytes(content, path, _key(path), told)


def _key(path: Path) -> str:
    """Return a file's full path, as text even where its name is none."""
    return "file:" + os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")


def read_bytes(content: bytes, path: Path, key: str, told: Metadata = UNTOLD) -> Article:
    """Return the article that a file of this name and content holds.

    What is told goes before what stands in a Markdown file's front matter.

    Raises `UnreadableFileError` and `EmptyArticleError`.
    """
    _check_kind(path)
    if len(content) > LARGEST:
        raise UnreadableFileError(path, FileFault.SIZE, LARGEST_TOLD)
    text = _decoded(content, path)
    if path.suffix.lower() in _MARKDOWN:
        document = read_markdown(text)
        text, told = document.text, told.over(_metadata(document.front_matter))
    try:
        return read_text(text, key, told)
    except EmptyArticleError:
        raise EmptyArticleError(str(path)) from None


def _check_kind(path: Path) -> None:
    if path.suffix.lower() not in READABLE:
        raise UnreadableFileError(path, FileFault.KIND, ", ".join(READABLE))


def _decoded(content: bytes, path: Path) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its mark, or in whatever it seems to be in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return _guessed(content, path)
    if "\0" in text:
        raise UnreadableFileError(path, FileFault.NOT_TEXT)
    return text


def _guessed(content: bytes, path: Path) -> str:
    """Return the text of a file from before UTF-8."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  for old files only

    guess = None if b"\0" in content else from_bytes(content).best()
    if guess is None:
        raise UnreadableFileError(path, FileFault.NOT_TEXT)
    return str(guess)


def _metadata(front_matter: dict[str, Any]) -> Metadata:
    """Return what front matter tells about an article; what it tells wrongly is as if untold."""
    told = {name: _label(front_matter.get(name)) for name in ("title", "source", "url")}
    day = front_matter.get("date")
    if isinstance(day, datetime):
        day = day.date()
    language = str(front_matter.get("language", "")).lower()
    return Metadata(
        **told,
        published=day if isinstance(day, date) else parse_date(str(day)),
        language=language if language.isalpha() and language.isascii() and len(language) in (2, 3) else None,
    )


def _label(value: object) -> str | None:
    """Return a title, source or link, if it is words or a number."""
    return str(value) if isinstance(value, (str, int, float)) else None
