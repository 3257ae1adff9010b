"""Measure the doors by which articles come in: their speed, what they survive, and what a kill leaves.

python -m tests.benchmarks.bench_doors speed [--articles N]   articles a second and memory, by format
python -m tests.benchmarks.bench_doors change [--articles N]  removing and adding one among many
python -m tests.benchmarks.bench_doors fuzz [--seconds N]     changed files, so long by each format
python -m tests.benchmarks.bench_doors kills [--kills N]      processes killed while they add all kinds
"""

import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click

from bot.assembly import assemble
from bot.config import Config, EmbedderKind, SemanticSettings
from retrieval.errors import ArticleError
from retrieval.ingest.adding import add_file, add_folder
from retrieval.ingest.archives import is_archive, read_archive
from retrieval.ingest.files import read_bytes
from retrieval.ingest.folders import contents_of
from retrieval.ingest.texts import NO_METADATA
from retrieval.storage.receipts import Outcome, Receipt
from retrieval.storage.store import Store
from tests.benchmarks.tables import Table, to_text
from tests.support.many_documents import MAKERS, paragraphs
from tests.support.running import DEREK

#: Up to how many bytes of a file are changed by one trial of fuzzing.
_CHANGED = 12


def _made(folder: Path, end: str, numbers: range) -> Path:
    """Make a folder of documents of one format."""
    folder.mkdir(parents=True)
    for number in numbers:
        (folder / f"{number}{end}").write_bytes(MAKERS[end](paragraphs(number)))
    return folder


def _measured(end: str, articles: int) -> tuple[str, int, float, int, int]:
    """Add documents of one format to an empty store; what memory it took is that of this whole process."""
    with tempfile.TemporaryDirectory() as place:
        folder = _made(Path(place) / "made", end, range(articles))
        with Store(Path(place) / "articles.sqlite3") as store:
            began = time.perf_counter()
            receipts = list(_added(store, folder, end))
            taken = time.perf_counter() - began
            failures = [receipt.reason for receipt in receipts if receipt.outcome is Outcome.FAILED]
            if failures:
                raise click.ClickException(f"{end}: {failures[0]}")
            there = store.summary().articles
    own, reading = (resource.getrusage(who).ru_maxrss // 1024 for who in _WHO)
    return end, there, round(articles / taken, 1), own, reading


def _added(store: Store, folder: Path, end: str) -> Iterator[Receipt]:
    """Add what is in a folder; archives there are left out unless they are named."""
    if end == ".zip":
        return (receipt for path in folder.iterdir() for receipt in add_file(store, path, None))
    return add_folder(store, contents_of(folder), None)


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@click.group()
def main() -> None:
    """Measure the doors."""


@main.command()
@click.option("--articles", default=1_000)
@click.option("--end", help="This format only.")
def speed(articles: int, end: str | None) -> None:
    """Print articles a second, and the most megabytes of this process and of the one that reads."""
    columns = ("format", "articles", "a second", "MB", "MB reading")
    if end:
        click.echo(json.dumps(_measured(end, articles)))
        return
    rows = []
    for each in MAKERS:
        command = [sys.executable, "-m", __spec__.name, "speed", "--articles", str(articles), "--end", each]
        rows.append(tuple(json.loads(subprocess.run(command, check=True, capture_output=True).stdout)))
    click.echo(to_text(Table("Adding files", columns, tuple(rows))))


@main.command()
@click.option("--articles", default=10_000)
@click.option("--times", default=20)
def change(articles: int, times: int) -> None:
    """Print how long it takes to remove one of many, and to add one and have it answer."""
    with tempfile.TemporaryDirectory() as place:
        made = _made(Path(place) / "made", ".txt", range(articles))
        new = _made(Path(place) / "new", ".txt", range(articles, articles + times))
        config = Config(data=Path(place) / "data", semantic=SemanticSettings(kind=EmbedderKind.NONE))
        with assemble(config) as derek:
            list(add_folder(derek.store, contents_of(made), derek.store.begin_edit()))
            derek.index.catch_up()
            removing, adding = [], []
            chat = derek.chat("console")
            for number in range(times):
                article_id = next(entry.article_id for entry in derek.store.catalogue())
                began = time.perf_counter()
                chat.remove(article_id)
                removing.append(time.perf_counter() - began)
                began = time.perf_counter()
                add_file(derek.store, new / f"{articles + number}.txt", derek.store.begin_edit())
                answer = chat.ask(f"What colour is the number {articles + number}-0?").answer
                adding.append(time.perf_counter() - began)
                if f"{articles + number}-0" not in answer.citations[0].quote:
                    raise click.ClickException("what was added does not answer")
    rows = [(name, *_spread(seconds)) for name, seconds in (("remove", removing), ("add and ask", adding))]
    click.echo(to_text(Table("One of many", ("of one", "median ms", "slowest ms"), tuple(rows))))


def _spread(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(1000 * each for each in seconds)
    return round(ordered[len(ordered) // 2], 1), round(ordered[-1], 1)


@main.command()
@click.option("--seconds", default=60.0)
@click.option("--seed", default=0)
@click.option("--end", help="This format only.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Keep what took longest here.")
def fuzz(seconds: float, seed: int, end: str | None, corpus: Path | None) -> None:
    """Read changed files of each format, each to end in articles or in our own words."""
    rows = []
    for each in (end,) if end else MAKERS:
        became, slowest, longest = Counter[str](), 0.0, b""
        chance, until = Random(f"{seed}{each}"), time.monotonic() + seconds  # noqa: S311  no secret
        while time.monotonic() < until:
            content = _changed(MAKERS[each](paragraphs(chance.randrange(50))), chance)
            began = time.monotonic()
            became[_became(content, Path(f"fuzzed{each}"))] += 1
            if time.monotonic() - began > slowest:
                slowest, longest = time.monotonic() - began, content
        if corpus:
            corpus.mkdir(parents=True, exist_ok=True)
            (corpus / f"slowest{each}").write_bytes(longest)
        rows.append((each, became.total(), became["read"], became["refused"], round(slowest, 2)))
        click.echo(" ".join(map(str, rows[-1])))
    click.echo(
        to_text(Table("Changed files", ("format", "files", "read", "refused", "slowest s"), tuple(rows)))
    )


def _became(content: bytes, name: Path) -> str:
    try:
        if is_archive(name):
            for _ in read_archive(content, name, "fuzz", NO_METADATA, None):
                pass
        else:
            read_bytes(content, name, "fuzz")
    except ArticleError:
        return "refused"
    return "read"


def _changed(content: bytes, chance: Random) -> bytes:
    """Return a content with bytes changed, cut out, doubled, or put in from elsewhere in it."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, _CHANGED)):
        at, length = chance.randrange(len(changed) + 1), chance.choice((1, 2, 8, 64))
        match chance.randrange(4):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 50))
            case _:
                other = chance.randrange(len(changed) + 1)
                changed[at : at + length] = changed[other : other + length]
    return bytes(changed)


@main.command()
@click.option("--kills", default=50)
def kills(kills: int) -> None:
    """Kill processes that add files of all kinds; whatever had its receipt is there, and whole."""
    chance, lost, torn, receipted = Random(5), 0, 0, set[str]()  # noqa: S311  no secret
    with tempfile.TemporaryDirectory() as place:
        data, made = Path(place) / "data", Path(place) / "made"
        for end in MAKERS:
            _made(made / end[1:], end, range(60))
        for _ in range(kills):
            command = [str(DEREK), "--data", str(data), "add", "--json", str(made)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                assert process.stdout
                time.sleep(chance.uniform(0.5, 4))
                process.send_signal(signal.SIGKILL)
                lines = process.stdout.read().splitlines(keepends=True)
            told = [json.loads(line) for line in lines if line.endswith(b"\n")]
            receipted |= {
                receipt["article_id"] for receipt in told if receipt["outcome"] in ("added", "updated")
            }
            if not data.exists():
                continue  # It was killed before the folder was made.
            with Store(data / "articles.sqlite3") as store:
                store.check()
                there = {entry.article_id for entry in store.catalogue()}
                torn += sum(not store.sentences(article_id) for article_id in there)
            lost += len(receipted - there)
            # So that there is something to add again.
            if chance.random() < 1 / 3:
                subprocess.run([DEREK, "--data", data, "undo", "--yes"], check=False, capture_output=True)
                receipted = set()
        command = [str(DEREK), "--data", str(data), "add", str(made)]
        total = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    click.echo(f"{kills} kills: {lost} lost that had a receipt, {torn} half there; at the end: {total}")


if __name__ == "__main__":
    main()
