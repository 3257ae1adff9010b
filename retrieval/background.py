"""Work that takes its time: how far it is, and what goes on in the background until it is stopped."""

import logging
import threading
from collections.abc import Callable

#: Is told how many of how many are done.
Progress = Callable[[int, int], None]

#: How long to leave alone what failed, in seconds. Chosen by eye.
REST = 30.0

_log = logging.getLogger(__name__)


class Worker:
    """A thread that takes one step after another, with a pause between them; it ends for no fault."""

    def __init__(self, name: str, step: Callable[[], None], pause: float, rest: float = REST) -> None:
        """Begin nothing yet; it pauses for so many seconds, and rests for so many after a fault of a step."""
        self._step, self._pause, self._rest = step, pause, rest
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
            pause = self._pause
            try:
                self._step()
            except Exception as error:
                if self._stopping.is_set():
                    return  # Whatever it worked with may have been closed meanwhile.
                pause = self._rest
                # Not what it says: that may be of somebody's text.
                _log.error("%s: %s; trying again in %g s", self._thread.name, type(error).__name__, pause)
            self._stopping.wait(pause)
