"""Print how long messages take there and back, and what each costs, for Derek and for a bot that only echoes.

python -m tests.benchmarks.bench_load [--messages N] [--chats N ...]

Each chat asks again when it is answered. Both bots run as processes of their own over the same strict fake of
the Bot API, one after the other; what they cost is CPU time of the process and its children.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path

import click

from tests.benchmarks.tables import Table, to_text
from tests.support.bot_api import BotApi, Chat, User, private
from tests.support.bot_api.server import TEST_TOKEN
from tests.support.faults import QUESTIONS
from tests.support.running import RunningDerek

_TICKS = os.sysconf("SC_CLK_TCK")

#: How long a bot may take over all messages of a run, in seconds.
_PATIENCE = 300.0


def _cpu(pid: int) -> float:
    """Return how many seconds of CPU a process has taken, with its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / _TICKS


@contextmanager
def _echoing(api: BotApi) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.support.echo_bot", api.url, TEST_TOKEN]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as bot:
        yield bot.pid
        bot.terminate()


@contextmanager
def _derek(api: BotApi) -> Iterator[int]:
    with tempfile.TemporaryDirectory() as place, RunningDerek(Path(place), api.url) as derek:
        yield derek.pid


def _talk(
    api: BotApi, chats: Sequence[tuple[Chat, User]], messages: int, texts: Sequence[str]
) -> list[float]:
    """Let each chat send a text when its last one was answered; return how long each answer took."""
    took: list[float] = []
    left = iter(range(messages))
    lock = threading.Lock()

    def converse(chat: Chat, user: User) -> None:
        wanted = cycle(texts)
        for answered in count(len(api.messages(chat)) + 1):
            with lock:
                if next(left, None) is None:
                    return
            began = time.perf_counter()
            api.message(chat, user, next(wanted))
            api.wait_for_messages(chat, answered, _PATIENCE)
            took.append(time.perf_counter() - began)

    talks = [threading.Thread(target=converse, args=pair) for pair in chats]
    for talk in talks:
        talk.start()
    for talk in talks:
        talk.join()
    return sorted(took)


def _measured(name: str, chats: int, messages: int) -> tuple[list[float], float]:
    """Return how long answers took, and how much CPU each cost, in seconds."""
    people = [User(1_000 + number, f"P{number}", "en") for number in range(chats)]
    pairs = [(private(user), user) for user in people]
    with BotApi(repeat_bound=0.05) as api:
        for chat, user in pairs:
            api.open(chat, user)
        with (_echoing if name == "echo" else _derek)(api) as pid:
            api.wait_until_listening(60)
            texts = ["hello"] if name == "courtesy" else list(QUESTIONS)
            _talk(api, pairs, 2 * chats, texts)  # What is loaded at first is loaded then.
            before = _cpu(pid)
            took = _talk(api, pairs, messages, texts)
            return took, (_cpu(pid) - before) / messages


@click.command()
@click.option("--messages", default=400, help="How many are sent for each row.")
@click.option("--chats", multiple=True, default=(1, 10, 100), help="From how many chats at once.")
def main(messages: int, chats: Sequence[int]) -> None:
    """Print both bots side by side."""
    rows: list[tuple[str | int, ...]] = []
    for number in chats:
        costs: dict[str, float] = {}
        for name in ("echo", "derek", "courtesy"):
            took, costs[name] = _measured(name, number, messages)
            p50, p99 = (took[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.99))
            ratio = costs[name] / costs["echo"]
            rows.append(
                (
                    number,
                    name,
                    f"{1_000 * p50:.0f}",
                    f"{1_000 * p99:.0f}",
                    f"{1_000 * costs[name]:.1f}",
                    f"{ratio:.1f}",
                )
            )
    columns = ("chats", "bot", "p50, ms", "p99, ms", "CPU a message, ms", "times echo")
    click.echo(to_text(Table.of("There and back through a Bot API on loopback", columns, rows)))


if __name__ == "__main__":
    main()
