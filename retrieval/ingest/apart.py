"""Reading in a process of its own: what is broken, or made to do harm, costs one file and nothing else."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock, Timer
from typing import BinaryIO, NamedTuple, cast

from pydantic import TypeAdapter

from retrieval.articles import Document
from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.readings import Documents, Enclosed, Refused
from retrieval.ingest.texts import NO_METADATA, Metadata

_PROGRAM = "retrieval.ingest.formats.program"

#: How many files a process reads before another one takes its place.
_MOST_FILES = 2_000

#: How much goes through a pipe at a time, and how long an answer may be, in bytes.
_PIECE, _LARGEST_ANSWER = 64 * 1024, 512 * 1024 * 1024

_numbers = count()


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is to read: a file of this name, whose content of so many bytes follows.

    Its answer has the same `number`. After so many `seconds` the process ends itself.
    """

    number: int
    name: str
    key: str
    length: int
    seconds: float
    metadata: Metadata = NO_METADATA
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process read for the job of a number, or why it could not."""

    number: int
    documents: tuple[Document, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    refused: tuple[Refused, ...] = ()
    fault: FileFault | None = None
    detail: str = ""
    is_empty: bool = False


def text_of(name: str) -> str:
    """Return a file's name as text also where its bytes are none."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


JOB, ANSWER = TypeAdapter(Job), TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may take: seconds over each file and over each megabyte of it, and megabytes of memory.

    `idle` is for how many seconds the process is kept when there is nothing to read. It takes some 170
    megabytes where nothing is amiss.
    """

    file: float = 30
    megabyte: float = 5
    memory: int = 1024
    idle: float = 60

    def seconds(self, length: int) -> float:
        """Return how long a content of so many bytes may take."""
        return self.file + self.megabyte * length / 1024**2


class _DiedError(Exception):
    """The process ended before it had answered, or answered something else."""


def _checked(answer: bytes, job: Job) -> Answer:
    """Return an answer, which what breaks into the process may have made up. Raises `_DiedError`."""
    try:
        checked = ANSWER.validate_json(answer)
    except ValueError:
        raise _DiedError from None
    if checked.number != job.number:
        raise _DiedError
    return checked


def _wait(readable: Sequence[BinaryIO], writable: Sequence[BinaryIO], until: float) -> None:
    """Wait until a pipe can be read or written. Raises `TimeoutError`."""
    if not any(select.select(readable, writable, [], max(0.0, until - time.monotonic()))):
        raise TimeoutError


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    jobs: BinaryIO
    answers: BinaryIO


class ReadingProcess:
    """A process that reads files, started when first needed, and again when it has died."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Start nothing yet."""
        self._limits = limits or Limits()
        self._lock = Lock()
        self._running: _Running | None = None
        self._read = 0
        self._ending: Timer | None = None

    def read(
        self,
        content: bytes,
        path: Path,
        key: str,
        metadata: Metadata = NO_METADATA,
        encoding: str | None = None,
    ) -> Documents:
        """Return the documents in a file of this name and content, without what they were read from.

        Raises `UnreadableFileError` and `EmptyArticleError`.
        """
        seconds = self._limits.seconds(len(content))
        with self._lock:
            job = Job(next(_numbers), text_of(path.name), key, len(content), seconds, metadata, encoding)
            sent = JOB.dump_json(job) + b"\n" + content
            try:
                answer = _checked(self._answer(sent, seconds), job)
            except TimeoutError:
                self._stop()
                raise UnreadableFileError(path, FileFault.SLOW, f"{seconds:.0f} s") from None
            except _DiedError:
                self._stop()
                raise UnreadableFileError(path, FileFault.FATAL) from None
            except BaseException:
                # Whoever breaks this off must not leave an answer behind for the next file.
                self._stop()
                raise
            self._read += 1
            if self._read >= _MOST_FILES:
                self._stop()
            self._end_when_idle()
        if answer.fault:
            raise UnreadableFileError(path, answer.fault, answer.detail)
        if answer.is_empty:
            raise EmptyArticleError(str(path))
        return Documents.of(answer.documents, answer.enclosed, answer.refused)

    def close(self) -> None:
        """End the process; the next file starts another one."""
        with self._lock:
            self._stop()

    def _answer(self, sent: bytes, seconds: float) -> bytes:
        """Return what the process answers to what it is sent.

        Raises `TimeoutError`, and `_DiedError` when it ends before that, or says more than anybody would.
        """
        running = self._running
        if running is None or running.process.poll() is not None:
            self._stop()  # It may have ended when it had nothing to do.
            running = self._start()
        until = time.monotonic() + seconds
        try:
            left = memoryview(sent)
            while left:
                _wait([], [running.jobs], until)
                left = left[os.write(running.jobs.fileno(), left[:_PIECE]) :]
        except BrokenPipeError:
            raise _DiedError from None
        answer = bytearray()
        while not answer.endswith(b"\n"):
            _wait([running.answers], [], until)
            part = os.read(running.answers.fileno(), _PIECE)
            answer += part
            if not part or len(answer) > _LARGEST_ANSWER:
                raise _DiedError
        return bytes(answer)

    def _start(self) -> _Running:
        self._read = 0
        # The program is ours. Nothing but what is installed is loaded, and Ctrl-C is not for it.
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-X", "utf8", "-m", _PROGRAM, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        os.set_blocking(cast("BinaryIO", process.stdin).fileno(), False)
        self._running = _Running(process, cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout))
        return self._running

    def _stop(self) -> None:
        """End the process at once."""
        running, self._running = self._running, None
        if running is not None:
            running.process.kill()
            for pipe in (running.jobs, running.answers):
                with suppress(BrokenPipeError):
                    pipe.close()
            running.process.wait()

    def _end_when_idle(self) -> None:
        """End the process after a while, counted anew each time."""
        if self._ending:
            self._ending.cancel()
        self._ending = Timer(self._limits.idle, self.close)
        self._ending.daemon = True
        self._ending.start()
