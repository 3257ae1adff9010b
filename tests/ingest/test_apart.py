"""Reading in a process of its own: it gives what is read here, and what breaks it costs one file."""

from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.apart import Limits, ReadingProcess
from retrieval.ingest.files import FORMATS, read_bytes, read_here
from retrieval.ingest.texts import Metadata

PUMPS = "Model;Power, kW\nErtis-4;12\nErtis-6;18\n".encode("cp1251")
PATH, KEY = Path("/articles/pumps.csv"), "file:/articles/pumps.csv"


@pytest.fixture(name="process")
def reading_process() -> Iterator[ReadingProcess]:
    with closing(ReadingProcess()) as process:
        yield process


def fault_of(process: ReadingProcess, content: bytes) -> FileFault:
    with pytest.raises(UnreadableFileError) as raised:
        process.read(content, PATH, KEY)
    assert raised.value.path == PATH
    return raised.value.fault


@pytest.mark.parametrize("content", [PUMPS, "Имя;Мощность, кВт\nЕртіс;12\n".encode()])
def test_what_the_process_reads_is_what_is_read_here(process: ReadingProcess, content: bytes) -> None:
    metadata = Metadata(title="Pumps", collection="works")
    [apart] = process.read(content, PATH, KEY, metadata)
    [here] = read_here(content, PATH, KEY, metadata)
    assert apart.article.model_dump(exclude={"added"}) == here.article.model_dump(exclude={"added"})
    assert (apart.units, apart.segmentation, apart.original) == (here.units, here.segmentation, here.original)


def test_why_nothing_is_read_comes_back_as_it_is_raised_here(process: ReadingProcess) -> None:
    with pytest.raises(EmptyArticleError):
        process.read(b" ; \n", PATH, KEY)
    assert fault_of(process, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4) is FileFault.NOT_TEXT


def test_what_takes_all_memory_costs_one_file() -> None:
    with closing(ReadingProcess(Limits(memory=320))) as process:
        assert fault_of(process, b"power," * 3_000_000) is FileFault.FATAL
        assert process.read(PUMPS, PATH, KEY)


def test_what_takes_too_long_is_given_up() -> None:
    with closing(ReadingProcess(Limits(file=0.01, megabyte=0))) as hasty:
        assert fault_of(hasty, PUMPS) is FileFault.SLOW
    with closing(ReadingProcess()) as process:
        assert process.read(PUMPS, PATH, KEY)


def test_the_content_is_kept_where_it_is_nowhere_else() -> None:
    [kept] = read_bytes(PUMPS, PATH, KEY)
    [read] = read_bytes(PUMPS, PATH, KEY, kept=False)
    assert (kept.original and kept.original.content, read.original and read.original.content) == (PUMPS, None)


@pytest.mark.parametrize("module", sorted(set(FORMATS.values())))
def test_each_kind_of_file_has_its_reader(module: str) -> None:
    assert callable(import_module(module).read)
