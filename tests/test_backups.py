"""Backups: whole whoever writes meanwhile, and put in place only if nothing is wrong with them."""

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.assembly import HISTORY, JOURNAL, PEOPLE, STORE, VECTORS, WAITING, assemble
from bot.backups import articles_in, back_up, put_in_place, unpacked
from bot.chats.history import History
from bot.chats.journal import Journal, Received, Waiting
from bot.chats.people import People
from bot.chats.persons import Standing
from bot.chats.waiting import Notice, WaitingQuestions, Wish
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.articles import digest
from retrieval.errors import BackupError, StoreUnusableError, UnwritableFileError
from retrieval.questions.followups import EarlierQuestion
from retrieval.semantic.vector_store import VectorStore
from retrieval.storage.database import connect
from retrieval.storage.store import Store

MODEL, DIMENSIONS = "model", 8


def unit_rows(count: int) -> Any:
    return np.eye(DIMENSIONS, dtype=np.float32)[np.arange(count) % DIMENSIONS]


def digests(first: int, last: int) -> list[str]:
    return [digest(str(number)) for number in range(first, last)]


@pytest.fixture(name="folder")
def data_folder(tmp_path: Path) -> Path:
    """Make a data folder with the samples, a question and some vectors in it."""
    folder = tmp_path / "derek"
    assemble(Config(data=folder, semantic=SemanticSettings(kind=EmbedderKind.NONE))).close()
    with closing(History(folder / HISTORY)) as history:
        history.add("console", EarlierQuestion("Who met Putin?", "en"))
    with closing(People(folder / PEOPLE)) as people:
        people.persons.settle(7, Standing.READER, 1)
    with closing(WaitingQuestions(folder / WAITING)) as waiting:
        waiting.keep(Wish(7, 7, "en", (EarlierQuestion.of("Who met Putin?"),)), 1)
    with VectorStore(folder / VECTORS, MODEL, DIMENSIONS) as vectors:
        vectors.add(digests(0, 20), unit_rows(20))
    return folder


@pytest.fixture(name="packed")
def backup_of_it(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "derek.zip"
    back_up(folder, path)
    return path


def texts(folder: Path) -> dict[str, str]:
    with Store(folder / STORE) as store:
        store.check()
        return {entry.article_id: store.get(entry.article_id).text for entry in store.catalogue()}


def restored(path: Path, folder: Path) -> Path | None:
    with unpacked(path, folder) as (draft, _):
        return put_in_place(draft, folder)


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()} - {"home"}


def test_what_is_restored_is_what_was_backed_up(folder: Path, packed: Path, tmp_path: Path) -> None:
    new = tmp_path / "far" / "away" / "derek"
    assert restored(packed, new) is None
    assert texts(new) == texts(folder)
    with closing(History(new / HISTORY)) as history:
        assert history.recent("console", 5) == ["Who met Putin?"]
    with closing(People(new / PEOPLE)) as people:
        assert [person.id for person in people.persons.all()] == [7]
    with closing(WaitingQuestions(new / WAITING)) as waiting:
        assert [one.wish.question for one in waiting.of_person(7, 7)] == ["Who met Putin?"]
    assert new.stat().st_mode & 0o077 == 0
    with VectorStore(new / VECTORS, MODEL, DIMENSIONS) as vectors:
        assert len(vectors) == 20
        assert vectors.missing(digests(0, 20)) == []
        assert np.allclose(vectors.rows(digests(0, 20)), unit_rows(20), atol=0.02)
    assert beside(new) == {"derek"}


def test_a_backup_says_what_is_in_it(folder: Path, packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
        names = set(archive.namelist())
    assert (manifest["articles"], manifest["questions"], manifest["vectors"]) == (len(texts(folder)), 1, 20)
    assert names == {"manifest.json", *manifest["files"]}
    assert not any(name.startswith("index") for name in names)
    assert packed.stat().st_mode & 0o077 == 0
    assert beside(folder) == {"derek", "derek.zip"}


def test_a_backup_without_vectors_has_none(folder: Path, tmp_path: Path) -> None:
    manifest = back_up(folder, tmp_path / "small.zip", with_vectors=False)
    assert (set(manifest.files), manifest.vectors) == ({STORE, HISTORY, PEOPLE, WAITING}, 0)
    restored(tmp_path / "small.zip", tmp_path / "new")
    assert texts(tmp_path / "new") == texts(folder)


def test_what_is_about_to_be_told_is_told_by_the_bot_that_goes_on(folder: Path, tmp_path: Path) -> None:
    with closing(WaitingQuestions(folder / WAITING)) as waiting:
        [group] = waiting.due(2, 1)
        waiting.note(group, 2, [], [Notice.new(7, 7, "{}")])
        back_up(folder, tmp_path / "told.zip")
        assert len(waiting.notices()) == 1
    restored(tmp_path / "told.zip", tmp_path / "new")
    with closing(WaitingQuestions(tmp_path / "new" / WAITING)) as waiting:
        assert waiting.notices() == []


def test_what_was_there_is_kept_beside(folder: Path, packed: Path) -> None:
    with Store(folder / STORE) as store:
        (gone, *_) = (entry.article_id for entry in store.catalogue())
        store.remove(gone)
    (folder / "notes.txt").write_text("mine")
    folder.chmod(0o750)
    aside = restored(packed, folder)
    assert aside is not None
    assert aside.name.startswith("derek.before-restore-")
    assert texts(folder).keys() - texts(aside).keys() == {gone}
    assert (aside / "notes.txt").read_text() == "mine"
    assert folder.stat().st_mode & 0o777 == 0o750


def test_a_file_that_is_there_is_replaced_only_on_demand(folder: Path, packed: Path) -> None:
    before = packed.read_bytes()
    with pytest.raises(BackupError, match="such a file already"):
        back_up(folder, packed)
    assert packed.read_bytes() == before
    assert back_up(folder, packed, replaces=True).articles == len(texts(folder))


def test_a_backup_that_fails_leaves_the_former_one_and_nothing_else(folder: Path, packed: Path) -> None:
    before = packed.read_bytes()
    content = bytearray((folder / STORE).read_bytes())
    content[8_192:12_288] = os.urandom(4_096)
    (folder / STORE).write_bytes(content)
    with pytest.raises(StoreUnusableError):
        back_up(folder, packed, replaces=True)
    assert packed.read_bytes() == before
    assert beside(folder) == {"derek", "derek.zip"}


def test_a_backup_of_nothing_or_into_nowhere_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no articles"):
        back_up(tmp_path / "missing", tmp_path / "derek.zip")
    with pytest.raises(UnwritableFileError, match="No such file"):
        back_up(folder, tmp_path / "missing" / "derek.zip")
    assert beside(folder) == {"derek"}


def test_what_waits_to_be_answered_is_known_but_not_in_a_backup(folder: Path, tmp_path: Path) -> None:
    """A copy that is restored on another machine answers nothing that the bot here answers."""
    waiting = Received(1, 7, None, 7, '{"text": "marmalade"}')
    with closing(Journal(folder / JOURNAL, 42)) as journal:
        journal.receive([waiting, Received(2, 7, None, 7, '{"text": "kangaroo"}')])
        journal.set_aside(2)
        [sent, _] = journal.queue([(7, "pineapple"), (7, "zebra")])
        journal.sent(sent.number, 5, asked_in=4, question=3)
        back_up(folder, tmp_path / "waiting.zip")
        assert (journal.backlog().updates, journal.backlog().messages) == (1, 1), "here it waits as before"
    new = tmp_path / "new"
    restored(tmp_path / "waiting.zip", new)
    content = (new / JOURNAL).read_bytes()
    assert not [word for word in (b"marmalade", b"kangaroo", b"pineapple", b"zebra") if word in content]
    with closing(Journal(new / JOURNAL, 42)) as journal:
        assert journal.recover() == Waiting((), {})
        assert journal.to_send() == []
        assert journal.receive([waiting]) == [], "it is known that it came"
        assert journal.question_of(7, 5) == 3


def test_a_backup_of_before_there_was_a_journal_is_taken(packed: Path, tmp_path: Path) -> None:
    old = rewritten(packed, lambda manifest, _: manifest.update(format=1))
    assert restored(old, tmp_path / "new") is None
    assert not (tmp_path / "new" / JOURNAL).exists()


# While others write

_ADDING = """
import sys
from pathlib import Path
from retrieval.ingest.texts import read_text
from retrieval.storage.store import Store
with Store(Path(sys.argv[1])) as store:
    for number in range(100_000):
        store.put(read_text(f"Lamp {number} hangs in hall {number}. It is green.", str(number)))
        if not number:
            print("begun", flush=True)
"""


@pytest.fixture(name="adding")
def process_that_adds(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-c", _ADDING, str(folder / STORE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        yield
        assert process.poll() is None, "it was to go on adding all the while"
        process.kill()


def test_a_backup_is_whole_while_another_process_adds_articles(
    folder: Path, tmp_path: Path, adding: None
) -> None:
    for number in range(5):
        manifest = back_up(folder, tmp_path / f"{number}.zip")
        with unpacked(tmp_path / f"{number}.zip", tmp_path / f"new{number}") as (draft, _):
            assert len(texts(draft)) == manifest.articles
            with Store(draft / STORE) as store:
                for article_id in texts(draft):
                    assert store.sentences(article_id)


def test_vectors_are_whole_while_others_are_added_and_dropped(folder: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def change() -> None:
        with VectorStore(folder / VECTORS, MODEL, DIMENSIONS) as vectors:
            number = 20
            while not done.is_set():
                vectors.add(digests(number, number + 5), unit_rows(5))
                number += 5
                vectors.keep([*digests(0, 20), *digests(number - 5, number)])

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for number in range(5):
            back_up(folder, tmp_path / f"{number}.zip")
            with (
                unpacked(tmp_path / f"{number}.zip", tmp_path / "new") as (draft, _),
                VectorStore(draft / VECTORS, MODEL, DIMENSIONS) as vectors,
            ):
                assert np.allclose(vectors.rows(digests(0, 20)), unit_rows(20), atol=0.02)
    finally:
        done.set()
        thread.join()


def test_a_folder_that_is_in_use_is_left_as_it_is(folder: Path, packed: Path) -> None:
    with Store(folder / STORE), pytest.raises(BackupError, match="another Derek is using it"):
        restored(packed, folder)
    assert beside(folder) == {"derek", "derek.zip"}
    assert restored(packed, folder) is not None


# What is refused


def refused(path: Path, folder: Path) -> str:
    """Return why a backup is refused; the folder is as it was before, and nothing is left beside it."""
    before, there = beside(folder), texts(folder)
    with pytest.raises(BackupError) as caught, unpacked(path, folder):
        pytest.fail("it was taken")
    assert (beside(folder), texts(folder)) == (before, there)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("nothing was changed")
    return str(caught.value)


def test_a_backup_that_is_cut_off_anywhere_is_refused(folder: Path, packed: Path, tmp_path: Path) -> None:
    content = packed.read_bytes()
    cut = tmp_path / "cut.zip"
    for length in [0, 1, 21, *range(30, len(content), len(content) // 20), len(content) - 1]:
        cut.write_bytes(content[:length])
        assert "damaged" in refused(cut, folder)


def test_a_backup_with_a_wrong_byte_is_refused_or_not_harmed(
    folder: Path, packed: Path, tmp_path: Path
) -> None:
    content, before = packed.read_bytes(), texts(folder)
    wrong = tmp_path / "wrong.zip"
    # All of the names and tables at its end, and places all over it.
    places = [*range(0, len(content) - 600, len(content) // 60), *range(len(content) - 600, len(content), 7)]
    taken = 0
    for place in places:
        wrong.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            with unpacked(wrong, folder) as (draft, _):
                assert texts(draft) == before
                taken += 1
        except BackupError as error:
            assert "nothing was changed" in str(error)  # noqa: PT017  a wrong date of a file harms nothing
    assert taken < len(places) / 3


def rewritten(packed: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """Return a backup whose manifest and files were changed by somebody who knows the form."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    path = packed.with_name("changed.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def put(name: str, size: int | None = None) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    """Return what adds a file to a backup, of which its manifest tells as it should."""

    def change(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        files[name] = b"x" * 100
        entry = {"size": 100 if size is None else size, "sha256": digest("x" * 100)}
        manifest["files"][name] = entry

    return change


@pytest.mark.parametrize(
    "name",
    ["../evil", "/evil", "evil", "vectors/../../evil", "vectors/evil.rows", "index/evil", "VECTORS/1",
     "vectors/00000000.rows"],
)  # fmt: skip
def test_only_known_files_are_unpacked(folder: Path, packed: Path, name: str) -> None:
    assert "names files that no backup" in refused(rewritten(packed, put(name)), folder)


def test_what_the_manifest_does_not_tell_of_is_passed_over(
    folder: Path, packed: Path, tmp_path: Path
) -> None:
    def add(_: dict[str, Any], files: dict[str, bytes]) -> None:
        files["../evil"] = files["__MACOSX/._derek"] = b"x"

    restored(rewritten(packed, add), tmp_path / "new")
    assert texts(tmp_path / "new") == texts(folder)
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda manifest, _: manifest.update(format=3), "newer Derek made it"),
        (lambda manifest, _: manifest.clear(), "none of Derek's"),
        (lambda manifest, _: manifest.update(files=[]), "none of Derek's"),
        (lambda manifest, _: manifest["files"].pop(STORE), "no articles in it"),
        (lambda manifest, _: manifest.update(articles=6), "5 articles are in it, not 6"),
        (lambda _, files: files.pop(STORE), "damaged"),
        (lambda _, files: files.update({STORE: b"other"}), f"{STORE} is not as it was"),
        (lambda manifest, _: manifest["files"][STORE].update(size=100), f"{STORE} is not as it was"),
        (lambda manifest, _: manifest["files"][STORE].update(size=10**18), "are free"),
        (put(JOURNAL), "damaged: file is not a database"),
        (put(HISTORY), "damaged: file is not a database"),
        (put(PEOPLE), "damaged: file is not a database"),
        (put(STORE), "damaged: file is not a database"),
    ],
)
def test_what_is_no_backup_is_refused(
    folder: Path, packed: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], reason: str
) -> None:
    assert reason in refused(rewritten(packed, change), folder)


def test_a_file_that_unpacks_to_more_than_is_told_is_not_unpacked_whole(
    folder: Path, packed: Path, tmp_path: Path
) -> None:
    def inflate(_: dict[str, Any], files: dict[str, bytes]) -> None:
        files[STORE] = bytes(200_000_000)

    path = rewritten(packed, inflate)
    assert path.stat().st_size < 1_000_000
    assert "is not as it was" in refused(path, folder)


def test_articles_of_a_newer_derek_are_refused(folder: Path, tmp_path: Path) -> None:
    with closing(connect(folder / STORE)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    back_up(folder, tmp_path / "newer.zip")
    with (
        pytest.raises(BackupError, match="newer Derek made it; upgrade"),
        unpacked(tmp_path / "newer.zip", tmp_path / "new"),
    ):
        pytest.fail("it was taken")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(99)]
)
def test_a_file_that_is_no_archive_is_refused(folder: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(content)
    assert "no backup" in refused(path, folder)


def test_how_many_articles_a_folder_holds_is_told_as_far_as_it_can_be(folder: Path, tmp_path: Path) -> None:
    assert articles_in(folder) == 5
    assert articles_in(tmp_path / "missing") == 0
    (tmp_path / STORE).write_bytes(b"no database" * 1_000)
    assert articles_in(tmp_path) is None
