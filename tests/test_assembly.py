"""The assembly: what is opened when, and closed whatever happens."""

import threading
from pathlib import Path

import pytest

from bot.assembly import assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.errors import IndexUnusableError
from retrieval.storage.store import Store


def test_articles_are_listed_where_the_index_cannot_be_opened_and_questions_say_why(tmp_path: Path) -> None:
    folder = tmp_path / "derek"
    folder.mkdir()
    (folder / "index").write_text("a file where the folder would be", "utf-8")

    with assemble(Config(data=folder, index=IndexSettings(kind=IndexKind.DISK))) as derek:
        assert derek.store.catalogue() == []
        with pytest.raises(IndexUnusableError):
            derek.answerer.ask("Who met Mishustin?")

    # Whoever closes SQLite's file last takes what stands beside it away.
    assert not list(folder.glob("articles.sqlite3-*"))
    with Store(folder / "articles.sqlite3"):
        assert list(folder.glob("articles.sqlite3-*"))


def test_what_works_in_the_background_is_started_once(tmp_path: Path) -> None:
    with assemble(Config(data=tmp_path / "derek")) as derek:
        for _ in range(2):
            derek.start()
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("semantic index") == 1
