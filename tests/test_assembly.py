"""The assembly: a Derek whole, or nothing of one."""

from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.errors import IndexUnusableError
from retrieval.storage.store import Store


def test_the_articles_are_closed_when_the_index_cannot_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "derek"
    folder.mkdir()
    (folder / "index").write_text("a file where the folder would be", "utf-8")

    with pytest.raises(IndexUnusableError):
        assemble(Config(data=folder, index=IndexSettings(kind=IndexKind.DISK)))

    # Whoever closes SQLite's file last takes what stands beside it away.
    assert not list(folder.glob("articles.sqlite3-*"))
    with Store(folder / "articles.sqlite3"):
        assert list(folder.glob("articles.sqlite3-*"))
