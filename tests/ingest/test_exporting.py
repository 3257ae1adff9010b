"""Exporting: a file an article, as it was read or as Markdown, under names that any file system takes."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import UnwritableFileError
from retrieval.ingest.exporting import Exported, documents, export
from retrieval.ingest.files import read_bytes, read_file
from retrieval.ingest.texts import Metadata, read_text
from retrieval.storage.store import Store

PLAIN = "Turgay bridge opens\r\n\r\nIt cost 12 million dollars.\r\n"
MARKDOWN = "---\nsource: The Note\n---\n# Owls\n\nOwls *sleep* by day.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n"
RUSSIAN = "Мост\n\nМост через Тургай открыли третьего мая. Он стоил двенадцать миллионов.\n"


@pytest.fixture(name="folder")
def empty_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def put_files(store: Store, folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        for document in read_file(folder / name):
            store.put(document)


def names(exported: list[Exported]) -> list[str]:
    return [one.path.name for one in exported]


def test_what_was_read_from_files_is_what_stood_in_them(store: Store, tmp_path: Path, folder: Path) -> None:
    contents = {
        "b.txt": PLAIN.encode("utf-16"),
        "o.markdown": MARKDOWN.encode(),
        "r.txt": RUSSIAN.encode("cp1251"),
    }
    put_files(store, tmp_path / "in", contents)
    exported = list(export(store, folder))
    assert all(one.is_original for one in exported)
    assert names(exported) == ["Turgay bridge opens.txt", "Owls.markdown", "Мост.txt"]
    assert [one.path.read_bytes() for one in exported] == list(contents.values())


def test_what_came_as_a_document_is_what_was_sent(store: Store, folder: Path) -> None:
    for document in read_bytes(MARKDOWN.encode(), Path("owls.md"), "telegram:1:2"):
        store.put(document)
    (exported,) = export(store, folder)
    assert (exported.path.read_bytes(), exported.is_original) == (MARKDOWN.encode(), True)


def test_a_file_that_was_changed_since_is_no_original(store: Store, tmp_path: Path, folder: Path) -> None:
    put_files(store, tmp_path / "in", {"b.txt": PLAIN.encode(), "o.md": MARKDOWN.encode()})
    (tmp_path / "in" / "b.txt").write_text("Something else.")
    (tmp_path / "in" / "o.md").unlink()
    exported = list(export(store, folder))
    assert not any(one.is_original for one in exported)
    assert names(exported) == ["Turgay bridge opens.md", "Owls.md"]
    for one, document in zip(exported, documents(store), strict=True):
        [again] = read_file(one.path)
        assert again.article.text.split() == document.article.text.split()
        assert again.article.title == document.article.title


def test_a_file_whose_encoding_had_to_be_named_is_written_in_utf_8(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "short.txt"
    path.write_bytes("Да".encode("cp1251"))
    [document] = read_file(path, encoding="cp1251")
    store.put(document)
    (exported,) = export(store, folder)
    assert exported.path.read_bytes().decode() == "Да"
    assert read_file(exported.path)[0].article.text == document.article.text


def test_a_text_that_came_from_nowhere_is_written_as_markdown(store: Store, folder: Path) -> None:
    store.put(read_text("It has 12 berths.", "key", Metadata("Harbour", "Orda News")))
    (exported,) = export(store, folder)
    assert (exported.path.name, exported.is_original) == ("Harbour.md", False)
    assert exported.path.read_text("utf-8") == (
        '---\ntitle: "Harbour"\nsource: "Orda News"\nlanguage: "en"\n---\n\nIt has 12 berths.\n'
    )


TITLES = [
    "A/B: c?", "..", "../../etc/passwd", ".hidden", "-rf", "~", "CON", "nul.txt", "com1", "Lamp", "lamp",
    "LAMP", "a" * 500, "я" * 500, "\U0001f600" * 200, "dot.", "*", "a\u202eb", "Lamp\u200d", "e\u0301", "é",
    "C:\\x", "Straße", "STRASSE",
]  # fmt: skip
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def put_titles(store: Store, titles: list[str]) -> None:
    for number, title in enumerate(titles):
        store.put(read_text(f"It has {number} berths.", str(number), Metadata(title, language="en")))


def check_names(exported: list[Exported], folder: Path) -> None:
    assert len({name.casefold() for name in names(exported)}) == len(exported)
    for one in exported:
        name = one.path.name
        assert one.path.parent == folder
        assert one.path.is_file()
        assert not set('<>:"/\\|?*') & set(name)
        assert name.isprintable()
        assert not RESERVED.fullmatch(name.removesuffix(".md"))
        assert name[0] not in ".-~ "
        assert not name.removesuffix(".md").endswith((".", " "))
        assert len(name.encode()) <= 255


def test_titles_become_names_that_every_file_system_takes(store: Store, folder: Path) -> None:
    put_titles(store, TITLES)
    exported = list(export(store, folder))
    assert len(exported) == len(TITLES)
    check_names(exported, folder)
    assert exported[0].path.name == "A B c.md"


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_titles_become_names(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    place = tmp_path_factory.mktemp("titles")
    (place / "out").mkdir()
    with Store(place / "articles.sqlite3") as store:
        put_titles(store, titles)
        exported = list(export(store, place / "out"))
    assert len(exported) == len(titles)
    check_names(exported, place / "out")


def test_a_folder_that_cannot_be_written_is_told_of(store: Store, tmp_path: Path) -> None:
    put_titles(store, ["Lamp"])
    with pytest.raises(UnwritableFileError, match=r"Lamp\.md: No such file or directory"):
        list(export(store, tmp_path / "missing"))
