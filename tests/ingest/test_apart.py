"""Reading in a process of its own: it gives what is read here, and what breaks it costs one file."""

import os
import signal
import subprocess
import sys
import time
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


def test_what_is_broken_off_leaves_nothing_behind_for_the_next_file(process: ReadingProcess) -> None:
    """Ctrl-C in a conversation, after which the next file is added."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    process.read(PUMPS, PATH, KEY)
    former = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            process.read(b"wide,table\n" * 90_000, PATH, KEY)
    finally:
        signal.signal(signal.SIGALRM, former)
    [document] = process.read(PUMPS, PATH, KEY)
    assert "Ertis-4" in document.article.text


def test_a_process_that_ended_when_it_had_nothing_to_do_costs_no_file() -> None:
    with closing(ReadingProcess()) as process:
        before = set(children())
        process.read(PUMPS, PATH, KEY)
        [child] = set(children()) - before
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert process.read(PUMPS, PATH, KEY)


def test_a_file_whose_name_is_no_text_is_read(process: ReadingProcess) -> None:
    assert process.read(PUMPS, Path(os.fsdecode(b"/articles/\xff.csv")), KEY)


def test_the_process_ends_with_whoever_started_it() -> None:
    run = (
        "import os, signal; from pathlib import Path; from retrieval.ingest.apart import ReadingProcess\n"
        "ReadingProcess().read(b'a,b\\nc,d\\n', Path('a.csv'), 'k')\n"
        "print(Path('/proc/self/task', str(os.getpid()), 'children').read_text(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    child = Path("/proc", done.stdout.split()[0])
    until = time.monotonic() + 10
    while child.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not child.exists()


def children() -> list[int]:
    """Return the reading processes that this one has started."""
    tasks = Path("/proc/self/task").glob("*/children")
    ids = [int(word) for task in tasks for word in task.read_text().split()]
    return [own for own in ids if b"formats.program" in Path("/proc", str(own), "cmdline").read_bytes()]
