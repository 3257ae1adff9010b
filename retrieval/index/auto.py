"""The index that is in memory while the corpus is small and on disk once it is not."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from retrieval.changes import Batch, Change
from retrieval.errors import IndexBusyError
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Index, IndexReader

#: How many times its limit stays in memory at most while another process makes the large index: twenty
#: thousand sentences, which take some seconds.
_MOST = 20


class AutoIndex:
    """An `Index` that begins in memory and moves to another one by itself, for good."""

    def __init__(self, limit: int, make_large: Callable[[], Index], *, large: bool) -> None:
        """Keep up to `limit` sentences in memory; `large` says that there were more once already."""
        self._limit, self._make_large = limit, make_large
        self._memory: MemoryIndex | None = None if large else MemoryIndex()
        #: What is in memory, to be handed on.
        self._changes: dict[str, Change] = {}
        self._current: Index = make_large() if self._memory is None else self._memory

    @property
    def seen(self) -> int:
        """The number of the newest change that the index knows, 0 for none."""
        return self._current.seen

    def update(self, batches: Iterable[Batch]) -> None:
        """Take in one batch after another; the one that goes beyond the limit moves everything.

        While another process makes the large index, what is not too much stays in memory.
        """
        batches = iter(batches)
        if self._memory is not None:
            for batch in batches:
                if self._is_moved_by(batch, self._memory):
                    break
        if self._memory is None:
            try:
                self._current.update(batches)
            except IndexBusyError:
                if self._current.seen:
                    raise
                self._current.close()
                self._current = self._memory = MemoryIndex()

    def _is_moved_by(self, batch: Batch, memory: MemoryIndex) -> bool:
        """Take a batch into memory, or move everything that is there with it; whether it was moved."""
        self._changes |= {change.article_id: change for change in batch.changes}
        answering = sum(unit.kind.answers for change in batch.changes for unit in change.sentences)
        is_large = answering > self._limit
        if not is_large:
            memory.update([batch])
        if not is_large and len(memory) <= self._limit:
            return False
        try:
            self._grow(batch.seen)
        except IndexBusyError:
            if len(memory) + is_large * answering > _MOST * self._limit:
                raise
            if is_large:
                memory.update([batch])
            return False
        return True

    def reader(self) -> AbstractContextManager[IndexReader]:
        """Give the index as it is now."""
        return self._current.reader()

    def __len__(self) -> int:
        """Return how many sentences can be found."""
        return len(self._current)

    def close(self) -> None:
        """Let go of files and threads; the index cannot be used afterwards."""
        self._current.close()

    def _grow(self, seen: int) -> None:
        """Move all changes up to `seen`; questions are answered from memory until that is done."""
        large = self._make_large()
        try:
            large.update([Batch(list(self._changes.values()), seen)])
        except BaseException:
            large.close()
            raise
        self._current, self._memory, self._changes = large, None, {}
