"""How a running bot is, for programs that watch it: over HTTP, without a word of chats, people or texts.

/healthz    200 while the bot works, else 503 and why; whoever restarts it goes by this
/readyz     200 once updates come in and nothing is wrong
/metrics    counts and sizes, as Prometheus reads them
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.assembly import Derek
from bot.chats.journal import Journal
from bot.config import ConfigError
from bot.telegram.committing import Committer
from bot.telegram.delivery import Undelivered
from bot.telegram.watch import Watch
from retrieval.errors import StoreError

#: How long no poll may have succeeded, and nothing may have been done of what waits, in seconds.
MOST_SILENT = 600.0

#: How long the journal may take to be written, in seconds.
_PATIENCE = 5.0

#: What the journal counts that it was written to see whether it can be.
_CHECKED = "checked"


class Health:
    """What is wrong with a bot, if anything is."""

    def __init__(self, commit: Committer, watch: Watch, *, polls: bool) -> None:
        """Ask the journal and what is watched; of a bot that does not poll, the webhook is listened at."""
        self._commit, self._watch, self._polls = commit, watch, polls

    async def fault(self) -> str | None:
        """Return the first thing that is wrong in a sentence; None where all is well."""
        silent = self._watch.since(self._watch.polled_at)
        if self._polls and silent > MOST_SILENT:
            return f"no poll has succeeded for {silent:.0f} s"
        journal = self._commit.journal
        try:
            await asyncio.wait_for(self._commit(partial(journal.tally, _CHECKED)), _PATIENCE)
            backlog = await asyncio.to_thread(journal.backlog)
        except TimeoutError:
            return f"the journal could not be written within {_PATIENCE:.0f} s"
        except StoreError:
            return "the journal cannot be written"
        still = self._watch.since(self._watch.moved_at)
        if min(backlog.oldest_update, still) > MOST_SILENT:
            return f"none of the updates that wait was done for {still:.0f} s"
        return None

    async def unreadiness(self) -> str | None:
        """Return why nobody is answered yet, or any more; None where people are."""
        if not self._watch.is_taking_in:
            return "no updates come in yet"
        return await self.fault()


class Sizes(Collector):
    """What can be counted at any moment: what waits, what was sent, and what there is to answer from."""

    def __init__(self, journal: Journal, derek: Derek) -> None:
        self._journal, self._derek = journal, derek

    def collect(self) -> Iterator[Metric]:
        """Yield the sizes of this moment; of a journal that cannot be read, none."""
        try:
            yield from self._of_the_journal()
        except StoreError:
            return
        yield from self._of_the_corpus()

    def _of_the_journal(self) -> Iterator[Metric]:
        backlog = self._journal.backlog()
        yield _gauge("inbox_waiting", "Updates that are not done.", backlog.updates)
        yield _gauge("inbox_oldest_seconds", "How long the oldest of them has waited.", backlog.oldest_update)
        yield _gauge("inbox_set_aside", "Updates that lie aside.", backlog.set_aside)
        yield _gauge("outbox_waiting", "Messages that are not sent.", backlog.messages)
        yield _gauge(
            "outbox_oldest_seconds", "How long the oldest of them has waited.", backlog.oldest_message
        )
        tallies = self._journal.tallies()
        yield _counter("messages_sent", "Messages that were sent.", tallies.get("sent", 0))
        yield _counter("messages_repeated", "Messages sent once more.", tallies.get("repeated", 0))
        dropped = CounterMetricFamily("derek_messages_dropped", "Messages that were dropped.", labels=["why"])
        for why in Undelivered:
            dropped.add_metric([why], tallies.get(why, 0))
        yield dropped

    def _of_the_corpus(self) -> Iterator[Metric]:
        yield _gauge("articles", "Articles that may answer.", self._derek.store.count_articles())
        sentences, index = len(self._derek.index), self._derek.semantic_index
        yield _gauge("sentences", "Sentences that can be found.", sentences)
        if index:
            share = index.coverage.share
            yield _gauge("embedded_share", "The share of sentences that are embedded.", share)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"derek_{name}", told, value=value)


def _counter(name: str, told: str, value: float) -> Metric:
    return CounterMetricFamily(f"derek_{name}", told, value=value)


class HealthServer:
    """Tells at an address how a bot is."""

    def __init__(self, health: Health, registry: CollectorRegistry) -> None:
        """Listen nowhere yet."""
        handlers: list[tuple[str, Any, dict[str, Any]]] = [
            ("/healthz", _Word, {"ask": health.fault}),
            ("/readyz", _Word, {"ask": health.unreadiness}),
            ("/metrics", _Metrics, {"registry": registry}),
        ]
        application = Application([*handlers], log_function=lambda _: None)
        self._server = HTTPServer(application, max_body_size=1_024)

    def listen(self, address: str, port: int) -> None:
        """Begin to listen.

        Raises `ConfigError` where that cannot be done.
        """
        try:
            self._server.listen(port, address)
        except OSError as error:
            raise ConfigError(
                "health.listen",
                f"cannot be listened at: {error.strerror or error}",
                "name another port or address",
            ) from error

    async def close(self) -> None:
        """Listen no more, and let go of the connections."""
        self._server.stop()
        await self._server.close_all_connections()


class _Word(RequestHandler):
    def initialize(self, ask: Callable[[], Awaitable[str | None]]) -> None:
        self._ask = ask

    async def get(self) -> None:
        wrong = await self._ask()
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if wrong:
            self.set_status(503)
        self.finish(f"{wrong or 'ok'}\n")


class _Metrics(RequestHandler):
    def initialize(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(await asyncio.to_thread(generate_latest, self._registry))
