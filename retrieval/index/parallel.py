"""The analysis of many articles, on all cores: making terms is most of the work of building an index."""

import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context

from retrieval.changes import Batch, Change, IndexedSentence
from retrieval.index.packed import ArticleTerms, analyse

#: How many processes there are at most; each takes some hundred megabytes.
_MOST = 8

#: How many articles go to a process at a time.
_CHUNK = 10

#: How many batches are on their way at once: while one is written, the next is analysed.
_AHEAD = 2

_Task = tuple[str, str, list[IndexedSentence], str]

#: The terms of each of a batch's changes.
Analysis = list[ArticleTerms]


def analysed(batches: Iterable[Batch]) -> Generator[tuple[Batch, Analysis], None, None]:
    """Yield each batch with the terms of its changes, an empty list for an article that went.

    A single batch is analysed here; for more, processes of their own are started.
    """
    batches = iter(batches)
    beginning = list(islice(batches, 2))
    cores = min(_MOST, len(os.sched_getaffinity(0)))
    if len(beginning) < 2 or cores < 2:
        for batch in chain(beginning, batches):
            yield batch, _analyse(batch.changes)
        return
    # Not by forking: other threads may hold locks that a forked process would wait for in vain.
    with ProcessPoolExecutor(cores, get_context("spawn"), initializer=_ignore_interrupt) as pool:
        waiting: deque[tuple[Batch, list[Future[Analysis]]]] = deque()
        for batch in chain(beginning, batches):
            waiting.append((batch, _sent(pool, batch)))
            if len(waiting) > _AHEAD:
                yield _received(*waiting.popleft())
        while waiting:
            yield _received(*waiting.popleft())


def _sent(pool: ProcessPoolExecutor, batch: Batch) -> list[Future[Analysis]]:
    tasks = [_task(change) for change in batch.changes]
    chunks = (tasks[start : start + _CHUNK] for start in range(0, len(tasks), _CHUNK))
    try:
        return [pool.submit(_done, chunk) for chunk in chunks]
    except BrokenExecutor:
        return []


def _received(batch: Batch, sent: Sequence[Future[Analysis]]) -> tuple[Batch, Analysis]:
    """Return what the processes found; what they died over, for want of memory say, is analysed here."""
    try:
        analysis = [terms for future in sent for terms in future.result()]
    except BrokenExecutor:
        analysis = []
    return batch, analysis if len(analysis) == len(batch.changes) else _analyse(batch.changes)


def _analyse(changes: Sequence[Change]) -> Analysis:
    return _done([_task(change) for change in changes])


def _task(change: Change) -> _Task | None:
    """Return what of a change is to be analysed, as little as another process needs."""
    if change.article is None:
        return None
    return change.article.text, change.article.language, change.answering, change.names


def _done(tasks: Sequence[_Task | None]) -> Analysis:
    return [analyse(*task) if task else ArticleTerms([]) for task in tasks]


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
