"""Archives: the documents of their files, and nothing that was made to do harm."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from retrieval.errors import FileFault, UnreadableFileError
from retrieval.ingest.adding import add_file
from retrieval.ingest.archives import Archive, read_archive
from retrieval.ingest.readings import UnreadableContentError
from retrieval.ingest.texts import NO_METADATA
from retrieval.storage.receipts import Outcome
from retrieval.storage.store import Store

FILES = {
    "notes/lamp.txt": b"The lamp\n\nThe lamp in the hall is green.",
    "pumps.csv": b"Model,Power\nErtis,12\n",
    "noise.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "picture.png": b"\x89PNG",
    ".hidden.txt": b"Nobody sees this.",
    "__MACOSX/notes/lamp.txt": b"Nor this.",
    "../../etc/outside.txt": b"The gate is outside.",
}


def packed(files: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_each_file_of_an_archive_is_an_article_and_what_fails_is_named(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(packed(FILES))
    receipts = {
        receipt.name.partition("!")[2]: receipt for receipt in add_file(store, path, store.begin_edit())
    }
    assert {name: receipt.outcome for name, receipt in receipts.items()} == {
        "notes/lamp.txt": Outcome.ADDED,
        "pumps.csv": Outcome.ADDED,
        "noise.txt": Outcome.FAILED,
        "../../etc/outside.txt": Outcome.ADDED,
    }
    lamp = store.document(str(receipts["notes/lamp.txt"].article_id)).article
    assert (lamp.title, lamp.origin) == ("The lamp", str(path))
    assert not (tmp_path.parent / "etc").exists(), "a name is never a path"


def test_an_archive_that_is_added_again_updates_what_changed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(packed({"a.txt": b"It is green.", "b.txt": b"It is old."}))
    add_file(store, path, store.begin_edit())
    path.write_bytes(packed({"a.txt": b"It is yellow.", "b.txt": b"It is old."}))
    receipts = add_file(store, path, store.begin_edit())
    assert [receipt.outcome for receipt in receipts] == [Outcome.UPDATED, Outcome.DUPLICATE]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"no archive", FileFault.DAMAGED),
        (packed({"a.txt": b"It."})[:-30], FileFault.DAMAGED),
        (packed({"a.txt": b"a" * 150_000_000}), FileFault.EXCESS),
        (packed({f"{number}.txt": b"" for number in range(10_001)}), FileFault.EXCESS),
    ],
    ids=["noise", "torn", "bomb", "many"],
)
def test_what_is_no_archive_or_holds_too_much_is_refused(content: bytes, fault: FileFault) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        list(read_archive(content, Path("all.zip"), "k", NO_METADATA))
    assert raised.value.fault is fault


def test_an_archive_that_lies_about_its_sizes_is_unpacked_no_further_than_it_may_be() -> None:
    content = bytearray(packed({"a.txt": b"a" * 101_000_000}))
    true, said = (101_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert true in content
    with pytest.raises(UnreadableContentError):
        Archive(bytes(content.replace(true, said))).read("a.txt")


def test_an_archive_with_nothing_to_read_says_so(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "pictures.zip"
    path.write_bytes(packed({"a.png": b"\x89PNG"}))
    [receipt] = add_file(store, path, store.begin_edit())
    assert receipt.outcome is Outcome.FAILED
    assert "there is no text in it" in str(receipt.reason)
