"""The log: one line an event on standard error, without secrets, and without what people wrote."""

import logging
import os
import traceback
from types import TracebackType

from bot.config import without_secrets

#: What journald reads a level from, at the beginning of a line, as `sd-daemon` numbers them.
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}

_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def begin_log() -> None:
    """Log to standard error from now on, without the lines of HTTP that would hold the token."""
    handler = logging.StreamHandler()
    # journald says so in this variable: https://www.freedesktop.org/software/systemd/man/systemd.exec.html
    handler.setFormatter(_Line(is_for_journald="JOURNAL_STREAM" in os.environ))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # What the libraries say of a network that is down is said by us, in words, and without what came in.
    for name in ("telegram", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Line(logging.Formatter):
    """Writes each record as one line; for journald, which knows the time itself, with its level in front."""

    def __init__(self, *, is_for_journald: bool) -> None:
        self._is_for_journald = is_for_journald
        time = "" if is_for_journald else "%(asctime)s "
        super().__init__(f"{time}%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        line = " | ".join(part.strip() for part in super().format(record).splitlines() if part.strip())
        level = f"<{_PRIORITIES.get(record.levelno, 6)}>" if self._is_for_journald else ""
        return f"{level}{without_secrets(line)}"

    def formatException(self, ei: _ErrorInfo) -> str:  # noqa: N802  as logging calls it
        """Return where an error was raised and its kind; what it says may be of somebody's text."""
        kind, _, trace = ei
        return f"{''.join(traceback.format_tb(trace))}{kind.__name__ if kind else ''}"
