"""Files: which can be read, in which encodings, and what is said of those that cannot."""

import gzip
import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from retrieval.articles import Article
from retrieval.errors import DerekError, EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest import files
from retrieval.ingest.files import LARGEST, READERS
from retrieval.ingest.readings import Documents
from retrieval.ingest.texts import NO_METADATA, Metadata

RUSSIAN = (
    "Торговля выросла\n22 февраля 2024\n\n"
    "Товарооборот между Россией и Казахстаном вырос на десятую часть. Президенты обсудили новые проекты.\n"
)
KAZAKH = "Сауда өсті\n\nҚазақстан мен Ресей арасындағы сауда оннан бірге өсті.\n"

#: Bytes that mean nothing, the same ones each time.
NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(160))


def read_file(path: Path, metadata: Metadata = NO_METADATA) -> Article:
    [document] = files.read_file(path, metadata)
    return document.article


def read_bytes(content: bytes, path: Path, key: str, metadata: Metadata = NO_METADATA) -> Article:
    [document] = files.read_bytes(content, path, key, metadata)
    return document.article


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        read_file(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.path == path
    return caught.value


# Encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866"]
)
def test_a_russian_file_is_read_in_whatever_it_was_written(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path = written(tmp_path / "a.txt", mark + RUSSIAN.encode(encoding))
    article = read_file(path)
    assert article.text == RUSSIAN
    assert (article.title, article.published) == ("Торговля выросла", date(2024, 2, 22))
    assert article.language == "ru"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_kazakh_file_is_read_in_unicode(tmp_path: Path, encoding: str) -> None:
    assert read_file(written(tmp_path / "a.txt", KAZAKH.encode(encoding))).text == KAZAKH


def test_line_ends_of_any_system_are_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "One.\r\nTwo.\rThree.\n")
    assert read_file(path).text == "One.\nTwo.\nThree.\n"


def test_a_file_with_two_byte_order_marks_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", b"\xef\xbb\xbf" * 3 + b"It grew by a tenth.")
    assert read_file(path).text == "It grew by a tenth."


# What an article is called


def test_the_key_of_a_file_is_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.txt", "It grew.")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    keys = {read_file(one).key for one in (path, Path("a.txt"), tmp_path / "folder" / ".." / "a.txt")}
    assert keys == {f"file:{path.resolve()}"}


def test_bytes_from_elsewhere_are_read_by_name_under_a_key_of_their_own() -> None:
    article = read_bytes(b"# Trade grows\n\nIt grew.", Path("a.md"), "telegram:1:2")
    assert (article.key, article.title) == ("telegram:1:2", "Trade grows")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_file_whose_name_is_no_text_is_an_article_or_refused_in_words(tmp_path: Path) -> None:
    path = written(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")), "It grew.")
    try:
        article = read_file(path)
    except DerekError:
        return
    assert article.model_dump_json()


# Refusals


@pytest.mark.parametrize("name", ["a.djvu", "a.doc", "a", "a.txt.gz", ".txt", "a.xlsb"])
def test_a_file_of_another_kind_is_refused_with_kinds_that_will_do(tmp_path: Path, name: str) -> None:
    error = refused(written(tmp_path / name, "It grew."))
    assert error.fault is FileFault.KIND
    assert "files of this kind cannot be read; save it as .pdf, .docx, .html or .txt" in str(error)


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.md", "a.MarkDown"])
def test_a_kind_is_known_however_it_is_written(tmp_path: Path, name: str) -> None:
    assert read_file(written(tmp_path / name, "It grew.")).text.strip() == "It grew."


def test_a_missing_file_is_refused_with_the_systems_words(tmp_path: Path) -> None:
    error = refused(tmp_path / "missing.txt")
    assert error.fault is FileFault.SYSTEM
    assert "No such file or directory; check its name" in str(error)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    assert "Is a directory" in str(refused(tmp_path / "folder.txt"))
    assert refused(tmp_path).fault is FileFault.KIND


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_forbidden_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "It grew.")
    path.chmod(0)
    assert "Permission denied" in str(refused(path))


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST * 1_000)
    error = refused(path)
    assert error.fault is FileFault.SIZE
    assert "larger than 20 MB; cut it into its articles" in str(error)
    with pytest.raises(UnreadableFileError, match="larger than 20 MB"):
        read_bytes(b" " * (LARGEST + 1), Path("a.txt"), "a")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00",
        gzip.compress(RUSSIAN.encode() * 20, mtime=0),
        NOISE,
        b"It\x00grew\x00by\x00a\x00tenth.",
        # This begins like UTF-16.
        b"\xff\xfe\x00\x00" + NOISE,
    ],
    ids=["png", "docx", "gzip", "random", "nul", "binary like utf-16"],
)
def test_what_is_not_text_is_refused(tmp_path: Path, content: bytes) -> None:
    error = refused(written(tmp_path / "a.txt", content))
    assert error.fault is FileFault.NOT_TEXT
    assert "it is not text; save it as text in UTF-8" in str(error)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_of_nothing_is_refused_as_empty(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(EmptyArticleError, match="there is no text in it, so nothing was added"):
        read_file(written(tmp_path / name, content))


def test_front_matter_alone_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(EmptyArticleError):
        read_file(written(tmp_path / "a.md", "---\ntitle: A\n---\n"))


# Front matter


def markdown(front_matter: str, metadata: Metadata | None = None) -> Metadata:
    """Return what becomes known of an article with this front matter."""
    content = f"---\n{front_matter}\n---\n# Heading\n\nIt grew by a tenth.\n".encode()
    article = read_bytes(content, Path("a.md"), "a", metadata or Metadata())
    return Metadata(article.title, article.source, article.url, article.published, article.language)


def test_front_matter_tells_of_its_article() -> None:
    assert markdown(
        "title: Trade grows\nsource: Kazinform\nurl: https://kz/1\ndate: 2024-02-22\nlanguage: ru"
    ) == Metadata("Trade grows", "Kazinform", "https://kz/1", date(2024, 2, 22), "ru")


def test_what_front_matter_does_not_tell_is_read_off_the_text() -> None:
    assert markdown("tags: [trade]") == Metadata("Heading", None, None, None, "en")


def test_what_is_told_goes_before_front_matter() -> None:
    metadata = Metadata(title="Told", published=date(2020, 1, 1))
    assert markdown("title: Trade grows\nsource: Kazinform\ndate: 2024-02-22", metadata) == Metadata(
        "Told", "Kazinform", None, date(2020, 1, 1), "en"
    )


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-22",
        "2024-02-22 10:00:00",
        "2024-02-22T10:00:00+05:00",
        '"2024-02-22"',
        '"2024-02-22T10:00:00Z"',
        "22.02.2024",
        "22 февраля 2024",
        "22 ақпан 2024",
        "February 22, 2024",
    ],
)
def test_the_date_of_front_matter_may_be_written_in_many_ways(value: str) -> None:
    assert markdown(f"date: {value}").published == date(2024, 2, 22)


@pytest.mark.parametrize("value", ["", "soon", "2024", "[2024]", "true", "2024-02-30", '"2024-02-30"'])
def test_a_wrong_date_is_as_if_untold(value: str) -> None:
    assert markdown(f"title: Trade grows\ndate: {value}").published is None


@pytest.mark.parametrize("value", ["", "english", "Қазақ", "e", "en-GB", "12", "[en]"])
def test_a_wrong_language_is_as_if_untold(value: str) -> None:
    assert markdown(f"title: Trade grows\nlanguage: {value}").language == "en"


def test_a_language_may_be_written_in_capitals_and_be_one_nobody_knows() -> None:
    assert markdown("language: RU").language == "ru"
    assert markdown("language: tlh").language == "tlh"


@pytest.mark.parametrize("value", ["", "''", "~", "[Trade, grows]", "{a: b}", '"  "'])
def test_a_title_that_is_no_words_is_as_if_untold(value: str) -> None:
    assert markdown(f"source: Kazinform\ntitle: {value}").title == "Heading"


def test_a_title_may_be_a_number() -> None:
    assert markdown("title: 1984").title == "1984"


@pytest.mark.parametrize(
    ("value", "collection"), [("HR", "hr"), ("2024", "2024"), ("", None), ("''", None), ("~", None)]
)
def test_front_matter_names_a_collection(value: str, collection: str | None) -> None:
    content = f"---\ncollection: {value}\n---\nIt grew by a tenth.\n".encode()
    assert read_bytes(content, Path("a.md"), "a").collection == collection
    assert read_bytes(content, Path("a.md"), "a", Metadata(collection="it")).collection == "it"


@pytest.mark.parametrize("value", ["Human resources", "[hr, it]", "{a: b}", "any", "hr/it"])
def test_a_wrong_collection_is_not_as_if_untold(value: str) -> None:
    content = f"---\ncollection: {value}\n---\nIt grew by a tenth.\n".encode()
    with pytest.raises(UnreadableFileError, match="no collection can be called"):
        read_bytes(content, Path("a.md"), "a")
    assert read_bytes(content, Path("a.md"), "a", Metadata(collection="it")).collection == "it"


def test_labels_of_front_matter_can_be_stored_and_shown() -> None:
    known = markdown('title: "Half a \\ud83d pair"\nsource: "a\\0b"')
    assert known.title == "Half a \ufffd pair"
    assert known.source == "a b"


def test_front_matter_in_a_plain_text_is_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "---\ntitle: A\n---\nIt grew by a tenth.\n")
    assert "title: A" in read_file(path).text


def test_every_kind_that_is_said_to_be_readable_is(tmp_path: Path) -> None:
    for kind in READERS:
        assert read_file(written(tmp_path / f"a{kind}", "It grew.")).text.strip() == "It grew."


def test_many_files_are_read_on_all_cores_as_few_are_one_by_one(tmp_path: Path) -> None:
    names = [f"{number}.{end}" for number in range(8) for end in ("txt", "md", "csv")]
    paths = [written(tmp_path / name, f"Note,{name}\nIt,grew") for name in names]
    paths.insert(5, tmp_path / "missing.txt")
    together, apart = (list(files.read_files(paths, many=many)) for many in (1, 1_000))
    assert [isinstance(read, Documents) for read in together] == [path.exists() for path in paths]
    for one, other in zip(together, apart, strict=True):
        if isinstance(one, Documents) and isinstance(other, Documents):
            assert [document.article.key for document in one] == [document.article.key for document in other]
            assert [document.units for document in one] == [document.units for document in other]
        else:
            assert str(one) == str(other)
