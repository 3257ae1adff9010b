"""Reading in a process of its own: what is broken, or made to do harm, costs one file and nothing else."""

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from typing import BinaryIO, NamedTuple, cast

from pydantic import TypeAdapter

from retrieval.articles import Document
from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.texts import NO_METADATA, Metadata

_PROGRAM = "retrieval.ingest.formats.program"

#: How many files a process reads before another one takes its place.
_MOST_FILES = 2_000

_READ_SIZE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is to read: a file of this name, whose content of so many bytes follows."""

    name: str
    key: str
    length: int
    metadata: Metadata = NO_METADATA
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process read, or why it could not."""

    documents: tuple[Document, ...] = ()
    fault: FileFault | None = None
    detail: str = ""
    is_empty: bool = False


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
    """The process ended before it had answered."""


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
    ) -> list[Document]:
        """Return the documents in a file of this name and content, without what they were read from.

        Raises `UnreadableFileError` and `EmptyArticleError`.
        """
        job = Job(path.name, key, len(content), metadata, encoding)
        with self._lock:
            try:
                answer = ANSWER.validate_json(self._answer(job, content))
            except TimeoutError:
                self._stop()
                seconds = f"{self._limits.seconds(len(content)):.0f} s"
                raise UnreadableFileError(path, FileFault.SLOW, seconds) from None
            except (_DiedError, ValueError):
                # What breaks into the process may make it say anything.
                self._stop()
                raise UnreadableFileError(path, FileFault.FATAL) from None
            self._read += 1
            if self._read >= _MOST_FILES:
                self._stop()
            self._end_when_idle()
        if answer.fault:
            raise UnreadableFileError(path, answer.fault, answer.detail)
        if answer.is_empty:
            raise EmptyArticleError(str(path))
        return list(answer.documents)

    def close(self) -> None:
        """End the process; the next file starts another one."""
        with self._lock:
            self._stop()

    def _answer(self, job: Job, content: bytes) -> bytes:
        """Return what the process answers.

        Raises `TimeoutError`, and `_DiedError` when it ends before that.
        """
        running = self._running or self._start()
        until = time.monotonic() + self._limits.seconds(len(content))
        try:
            running.jobs.write(JOB.dump_json(job) + b"\n" + content)
            running.jobs.flush()
        except BrokenPipeError:
            raise _DiedError from None
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([running.answers], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(running.answers.fileno(), _READ_SIZE)
            if not part:
                raise _DiedError
            answer += part
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
