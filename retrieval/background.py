"""Work that takes its time: how far it is, and what goes on in the background until it is stopped."""

import threading
from collections.abc import Callable

#: Is told how many of how many are done.
Progress = Callable[[int, int], None]


class Worker:
    """A thread that takes one step after another, with a pause between them."""

    def __init__(self, name: str, step: Callable[[], None], pause: float) -> None:
        """Begin nothing yet; `step` handles its own faults, and `pause` is in seconds."""
        self._step, self._pause = step, pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; a worker is started once."""
        self._thread.start()

    def stop(self, patience: float) -> bool:
        """Take no further step, wait `patience` seconds for the one that is being taken; whether it ended."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._step()
            self._stopping.wait(self._pause)
