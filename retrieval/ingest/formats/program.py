"""The process that reads formats: `python -m retrieval.ingest.formats.program MEGABYTES`.

It reads jobs from standard input, each a line of JSON and the content of as many bytes as that says, and
writes a line of JSON for each: documents, or why there are none. What it reads may be made to do harm, so it
limits itself before it loads any reader, and whoever started it ends it when it takes too long.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

from retrieval.errors import EmptyArticleError, FileFault, UnreadableFileError
from retrieval.ingest.apart import ANSWER, JOB, Answer, Job
from retrieval.ingest.files import read_here
from retrieval.ingest.readings import Refused

#: How many bytes are written into one file at most: py3langid unpacks its model, of some hundred megabytes.
_LARGEST_FILE = 256 * 1024 * 1024

#: The call by which a process asks Linux to be ended with its parent: prctl(2).
_SET_DEATH_SIGNAL = 1

#: How many seconds after its limit of time the process ends itself.
_GRACE = 5


def main() -> None:
    """Do jobs until there are no more."""
    # Whatever a library prints goes to standard error, which leads nowhere.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _limit(int(sys.argv[1]) * 1024 * 1024)
    for line in sys.stdin.buffer:
        job = JOB.validate_json(line)
        content = sys.stdin.buffer.read(job.length)
        # Whoever started this may be gone, and nobody else ends what loops.
        signal.setitimer(signal.ITIMER_REAL, job.seconds + _GRACE)
        answers.write(ANSWER.dump_json(_answer(job, content)) + b"\n")
        answers.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory: int) -> None:
    """End with whoever started this, take no more memory, write no large file, and leave no image behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(job: Job, content: bytes) -> Answer:
    try:
        found = read_here(content, Path(job.name), job.key, job.metadata, job.encoding)
        refused = tuple(
            Refused(name, error.fault, error.detail)
            for name, error in found.unread
            if isinstance(error, UnreadableFileError)
        )
        return Answer(job.number, found.documents, found.enclosed, refused)
    except UnreadableFileError as error:
        return Answer(job.number, fault=error.fault, detail=error.detail)
    except EmptyArticleError:
        return Answer(job.number, is_empty=True)
    except MemoryError:
        return Answer(job.number, fault=FileFault.FATAL)
    except RecursionError:
        return Answer(job.number, fault=FileFault.DAMAGED, detail="nested too deep")
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # What a reader did not foresee in a content that is not as its format wants it.
        return Answer(job.number, fault=FileFault.DAMAGED, detail=type(error).__name__)


if __name__ == "__main__":
    main()
