"""The assembly: what is opened when, and closed whatever happens."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.assembly import HISTORY, PEOPLE, STORE, VECTORS, WAITING, Derek, assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.articles import digest
from retrieval.errors import IndexUnusableError
from retrieval.semantic.token_store import open_tokens
from retrieval.storage.store import Store
from retrieval.training.samples import sentences_of_samples


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


def modes(folder: Path) -> dict[str, int]:
    paths = (folder, *folder.rglob("*"))
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.fixture(name="careless")
def files_that_others_may_read() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def use(derek: Derek) -> None:
    """Let everything be made that a data folder may hold."""
    derek.index.catch_up()
    derek.people.persons.meet(7, "Olga", "ru")
    derek.waiting.cancel(1, 7, 7)
    derek.chat("telegram:7").ask("Who met Mishustin?")


def test_nobody_but_the_owner_reads_what_is_in_the_data_folder(tmp_path: Path, careless: None) -> None:
    config = Config(data=tmp_path / "derek", index=IndexSettings(kind=IndexKind.DISK))
    with assemble(config) as derek:
        use(derek)
        there = modes(config.folder)
        databases = {name: mode for name, mode in there.items() if ".sqlite3" in name and "/" not in name}
        beside = ("", "-wal", "-shm")
        names = (STORE, HISTORY, PEOPLE, WAITING)
        assert databases.keys() == {f"{name}{end}" for name in names for end in beside}
        assert set(databases.values()) == {0o600}
        assert there["."] == 0o700
    assert {name for name, mode in modes(config.folder).items() if mode & 0o077} == set()


def test_what_an_older_derek_left_to_others_is_kept_from_them_at_the_start(
    tmp_path: Path, careless: None
) -> None:
    config = Config(data=tmp_path / "derek", index=IndexSettings(kind=IndexKind.DISK))
    with assemble(config) as derek:
        use(derek)
    notes = config.folder / "notes.txt"
    notes.write_text("mine")
    for path in (config.folder, *config.folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    # One that is being used as well: its files beside it are there.
    with Store(config.folder / STORE) as other, assemble(config):
        assert other.summary().articles == 5
        assert {name for name, mode in modes(config.folder).items() if mode & 0o077} == {"notes.txt"}


def test_a_new_folder_compares_tokens_at_once(tmp_path: Path) -> None:
    with assemble(Config(data=tmp_path / "derek")) as derek:
        assert derek.semantic_index
        derek.semantic_index.catch_up(1_000)
    with closing(open_tokens(tmp_path / "derek" / VECTORS, derek.semantic_index.model)) as tokens:
        assert tokens.missing(map(digest, sentences_of_samples())) == []
