"""Files that users sent, and how a bot comes by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import bad_request

Parameters = Mapping[str, Any]

MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on Telegram's side; its size may be claimed greater than what is kept here."""

    id: str
    path: str
    content: bytes
    size: int

    def json(self) -> dict[str, Any]:
        """Return what every description of a file has in common."""
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": self.size}


class Files:
    """The files by id and by path."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def methods(self) -> dict[str, Callable[[Parameters], object]]:
        return {"getFile": self.get}

    def add(self, folder: str, name: str, content: bytes, size: int | None = None) -> StoredFile:
        """Store a file under a path that does not tell its name, as Telegram does."""
        number = len(self._files)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        path = f"{folder}/file_{number}.{suffix}"
        stored = StoredFile(f"BQAC{number:08}", path, content, len(content) if size is None else size)
        self._files[stored.id] = stored
        return stored

    def get(self, p: Parameters) -> dict[str, Any]:
        stored = self._files.get(p.get("file_id", ""))
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > MOST_BYTES:
            raise bad_request("file is too big")
        return stored.json() | {"file_path": stored.path}

    def content(self, path: str) -> bytes | None:
        """Return what stands under a path, if a file does."""
        found = [stored.content for stored in self._files.values() if stored.path == path]
        return found[0] if found else None
