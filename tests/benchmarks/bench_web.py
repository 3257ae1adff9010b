"""Print what HTTP adds to an answer, and how it bears many clients at once.

python -m tests.benchmarks.bench_web [--requests N] [--clients N] [--words]

A Derek on the sample articles is served on loopback, and beside it a bare FastAPI route that returns the same
bytes. One client asks each, and the same questions are asked without HTTP, round by round; then many clients
ask at once. Clients are a process of their own.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import httpx
from fastapi import FastAPI, Response

from bot.assembly import Derek, assemble
from bot.chats.keys import CONSOLE
from bot.chats.persons import Standing
from bot.config import Config, EmbedderKind, SemanticSettings, WebSettings
from bot.rendering.messages import to_json
from bot.web import serving as web
from tests.benchmarks.tables import Table, to_text
from tests.support.running import free_port

_QUESTIONS = (
    "How many joint Kazakh-Russian enterprises are there?",
    "Кто пригласил Токаева в Казань?",
    "Who met Mishustin?",
    "Which street in Moscow was renamed?",
    "Сколько стран участвует в играх?",
    "What was agreed on gas?",
    "Сауда көлемі қанша пайызға өсті?",
    "What do camels eat in winter?",
)

#: How often one client asks each way in a round, and how many rounds there are.
_ALONE, _ROUNDS = 80, 3

_Times = Sequence[float]


def percentile(times: _Times, share: float) -> float:
    """Return what this share of times is below, in milliseconds."""
    return round(1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


def one_after_another(derek: Derek, ask: str, bare: str, key: str) -> dict[str, list[float]]:
    """Return how long an answer takes without HTTP, with it, and the bare route, in rounds of each."""
    taken: dict[str, list[float]] = {"Answerer.ask": [], "over HTTP": [], "bare route": []}
    for _ in range(_ROUNDS):
        for number in range(_ALONE):
            began = time.perf_counter()
            derek.answerer.verify(derek.answerer.ask(_QUESTIONS[number % len(_QUESTIONS)]))
            taken["Answerer.ask"].append(time.perf_counter() - began)
        for name, url in (("over HTTP", ask), ("bare route", bare)):
            taken[name] += as_clients(url, key, 1, _ALONE)[0]
    return taken


def as_clients(url: str, key: str, clients: int, requests: int) -> tuple[list[float], int]:
    """Return how long the requests of clients in another process took, and how many failed."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_web", "--as-clients", url, key]
    numbers = [f"--requests={requests}", f"--clients={clients}"]
    done = subprocess.run([*command, *numbers], check=True, capture_output=True, text=True)
    times, failed = json.loads(done.stdout)
    return times, failed


async def _many(url: str, key: str, clients: int, requests: int) -> tuple[list[float], int]:
    """Return how long each request of many clients took, and how many failed."""
    taken: list[float] = []
    failed = 0
    numbers = iter(range(requests))

    async def one() -> None:
        nonlocal failed
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            for number in numbers:
                began = time.perf_counter()
                try:
                    given = {"question": _QUESTIONS[number % len(_QUESTIONS)]}
                    sent = client.post(url, json=given) if "/ask" in url else client.get(url)
                    (await sent).raise_for_status()
                except httpx.HTTPError:
                    failed += 1
                taken.append(time.perf_counter() - began)

    await asyncio.gather(*(one() for _ in range(clients)))
    return taken, failed


def bare_route(content: bytes) -> FastAPI:
    """Return an application with one route that returns some bytes."""
    application = FastAPI()

    @application.get("/")
    def answer() -> Response:
        return Response(content, media_type="application/json")

    return application


@click.command()
@click.option("--requests", default=10_000, help="How many requests the clients send together.")
@click.option("--clients", default=32, help="How many clients ask at once.")
@click.option("--words", is_flag=True, help="Go by words alone.")
@click.option("--as-clients", "target", nargs=2, hidden=True)
def main(requests: int, clients: int, *, words: bool, target: tuple[str, str] | None) -> None:
    """Serve, ask and print."""
    if target:
        click.echo(json.dumps(asyncio.run(_many(*target, clients, requests))))
        return
    settings = WebSettings(listen=f"127.0.0.1:{free_port()}", requests_per_minute=100_000)
    other = WebSettings(listen=f"127.0.0.1:{free_port()}")
    semantic = SemanticSettings(kind=EmbedderKind.NONE if words else EmbedderKind.BUNDLED)
    with (
        tempfile.TemporaryDirectory() as place,
        assemble(Config(data=Path(place) / "derek", semantic=semantic)) as derek,
    ):
        derek.index.follow()
        if derek.semantic_index:
            derek.semantic_index.follow()
        key, _ = derek.people.keys.create("bench", Standing.READER, CONSOLE)
        answer = derek.answerer.verify(derek.answerer.ask(_QUESTIONS[0]))
        content = json.dumps(to_json(answer)).encode()
        began = time.perf_counter()
        with web.serving(derek, settings), web.serving_application(bare_route(content), other):
            httpx.get(f"{settings.address}/api/v1/health", timeout=60)
            start = time.perf_counter() - began
            ask = f"{settings.address}/api/v1/ask"
            taken = one_after_another(derek, ask, other.address, key)
            rows = [(name, percentile(times, 0.5), percentile(times, 0.99)) for name, times in taken.items()]
            click.echo(to_text(Table.of("One client, ms", ("way", "p50", "p99"), rows)))
            middle = {name: percentile(times, 0.5) for name, times in taken.items()}
            click.echo(f"added by HTTP: {middle['over HTTP'] - middle['Answerer.ask']:.1f} ms")
            click.echo(f"the first page after a start: {start:.2f} s")
            began = time.perf_counter()
            times, failed = as_clients(ask, key, clients, requests)
            each = len(times) / (time.perf_counter() - began)
            p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
            row = (clients, len(times), failed, p50, p99, round(each, 1))
            columns = ("clients", "requests", "failed", "p50 ms", "p99 ms", "a second")
            click.echo(to_text(Table.of("Many clients", columns, [row])))


if __name__ == "__main__":
    main()
