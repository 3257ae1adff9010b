"""Time Derek's whole ask beside other engines' plain queries, on one generated corpus, in one go.

python tests/benchmarks/bench_index.py [SENTENCES] [--json FILE]

Every engine runs in a process of its own, one after another, over the same sentences and questions,
and is measured by the same loop. Derek is asked through `Answerer.ask`, from the question to the
citations with their text; the others find ten sentences by their plain BM25 and fetch nothing. Exits
with 1 when Derek is less faster than `REQUIRED` says, or takes more than `ALLOWED`.
"""

import contextlib
import gc
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from bot.assembly import SMALL, assemble
from bot.config import Config, IndexKind, IndexSettings
from retrieval.analysis.words import words
from retrieval.articles import Article
from retrieval.storage.store import Store
from tests.benchmarks.corpus import articles, questions
from tests.benchmarks.stages import STAGES, shares, shown
from tests.support.documents import keep

#: How many times faster than another engine Derek's median ask must be, by the size of the corpus.
REQUIRED: dict[int, dict[str, float]] = {
    100_000: {"rank_bm25": 10.0, "bm25s": 1.0},
    1_000_000: {"rank_bm25": 80.0, "bm25s": 5.0},
}

#: The most that Derek may take at a million sentences.
ALLOWED = {"p50_ms": 25.0, "p99_ms": 60.0, "rss_mb": 400.0, "add_ms": 300.0, "start_ms": 1_000.0}
_LARGE, _RATE = 1_000_000, 5_000

#: Slow engines are asked fewer questions: as many as fit into this many seconds.
_SECONDS = 30.0
_QUESTIONS = 400
_WARMING = 30
_PROFILED = 100

Ask = Callable[[str], object]


def tokens(text: str) -> list[str]:
    """Return the words that the plain engines index."""
    return words(text)


class Stopwatch:
    """What an engine's process took: by the clock, of the processor, of memory."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note the seconds that something takes."""
        began = time.perf_counter()
        yield
        self.figures[name] = time.perf_counter() - began

    def ask(self, ask: Ask, asked: Sequence[str]) -> None:
        """Ask the questions one by one, and note what one costs."""
        until = time.perf_counter() + _SECONDS
        for question in asked[:_WARMING]:
            ask(question)
            if time.perf_counter() > until - _SECONDS / 2:
                break
        gc.collect()
        taken = []
        busy = time.process_time()
        for question in asked[_WARMING:]:
            began = time.perf_counter()
            ask(question)
            taken.append(1_000 * (time.perf_counter() - began))
            if time.perf_counter() > until:
                break
        self.figures["cpu_ms"] = 1_000 * (time.process_time() - busy) / len(taken)
        self.figures["p50_ms"], self.figures["p99_ms"] = np.percentile(taken, [50, 99]).tolist()
        self.figures["asked"] = len(taken)
        for line in Path("/proc/self/status").read_text("utf-8").splitlines():
            name, _, value = line.partition(":")
            if name in ("RssAnon", "RssFile"):
                self.figures["rss_mb" if name == "RssAnon" else "mapped_mb"] = int(value.split()[0]) / 1024


def sentences_in(folder: Path) -> list[str]:
    """Return the corpus's sentences, as the other engines are given them."""
    return (folder / "sentences.txt").read_text("utf-8").splitlines()


def derek(kind: IndexKind) -> Callable[[Path, Stopwatch, Sequence[str]], None]:
    """Return the measurement of Derek on one kind of index."""

    def measure(folder: Path, watch: Stopwatch, asked: Sequence[str]) -> None:
        config = Config(data=folder / "derek", index=IndexSettings(kind=kind))
        with assemble(config) as opened, watch.timed("build_s"):
            opened.index.follow(_told)
            watch.figures["sentences"] = len(opened.index)
        with watch.timed("open_s"):
            again = assemble(config)
            again.index.follow()
        with again:
            watch.ask(again.answerer.ask, asked)
            watch.figures |= shares(again.answerer.ask, asked[:_PROFILED])
            new = next(articles(30, seed=99))
            text = f"Zanzibarian quetzals governed Xylophonia. {new.text}"
            one = Article(key="bench:new", text=text, language="en")
            with watch.timed("add_s"):
                keep(again.store, one)
                found = again.answerer.ask("Who governed Xylophonia?")
            if not found.citations or found.citations[0].article_id != one.id:
                raise SystemExit("the added article does not answer")
            again.store.remove(one.id)
            again.index.follow()
        watch.figures["disk_mb"] = _size(folder / "derek" / "index")
        if kind is IndexKind.DISK:
            watch.figures["start_s"] = min(_cold_start(folder / "derek") for _ in range(3))

    return measure


def _told(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {done} of {total} articles", nl=done == total, err=True)


def _cold_start(data: Path) -> float:
    """Return the seconds that the whole process of one question takes."""
    command = [
        str(Path(sys.executable).parent / "derek"),
        "--data",
        str(data),
        "ask",
        "Who met the president?",
    ]
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - began


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def rank_bm25(folder: Path, watch: Stopwatch, asked: Sequence[str]) -> None:
    """Measure rank_bm25's Okapi: get_scores, then the ten best."""
    from rank_bm25 import BM25Okapi  # noqa: PLC0415  each process loads its own engine

    documents = sentences_in(folder)
    with watch.timed("build_s"):
        index = BM25Okapi([tokens(text) for text in documents])
    watch.ask(lambda question: np.argpartition(-index.get_scores(tokens(question)), 10)[:10], asked)


def bm25s(folder: Path, watch: Stopwatch, asked: Sequence[str]) -> None:
    """Measure bm25s."""
    import bm25s as library  # noqa: PLC0415  each process loads its own engine

    documents = sentences_in(folder)
    with watch.timed("build_s"):
        index = library.BM25()
        index.index([tokens(text) for text in documents], show_progress=False)
    watch.ask(lambda question: index.retrieve([tokens(question)], k=10, show_progress=False), asked)


def tantivy_plain(folder: Path, watch: Stopwatch, asked: Sequence[str]) -> None:
    """Measure tantivy's plain query over words."""
    import tantivy  # noqa: PLC0415  each process loads its own engine

    documents = sentences_in(folder)
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="whitespace").build()
    (folder / "tantivy").mkdir()
    with watch.timed("build_s"):
        index = tantivy.Index(schema, path=str(folder / "tantivy"))
        writer = index.writer(100_000_000, 2)
        for text in documents:
            writer.add_document(tantivy.Document(text=" ".join(tokens(text))))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
    searcher = index.searcher()

    def ask(question: str) -> object:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word))
            for word in tokens(question)
        ]
        return searcher.search(tantivy.Query.boolean_query(clauses), 10, count=False).hits

    watch.ask(ask, asked)
    with watch.timed("add_s"):
        writer = index.writer(15_000_000, 1)
        writer.add_document(tantivy.Document(text="one more"))
        writer.commit()
        index.reload()
    watch.figures["disk_mb"] = _size(folder / "tantivy")


def fts5(folder: Path, watch: Stopwatch, asked: Sequence[str]) -> None:
    """Measure SQLite's FTS5."""
    documents = sentences_in(folder)
    connection = sqlite3.connect(folder / "fts5.sqlite3")
    with watch.timed("build_s"), connection:
        connection.execute("CREATE VIRTUAL TABLE sentence USING fts5(text)")
        connection.executemany("INSERT INTO sentence VALUES (?)", ((text,) for text in documents))
    sql = "SELECT rowid FROM sentence WHERE sentence MATCH ? ORDER BY rank LIMIT 10"

    def ask(question: str) -> object:
        terms = " OR ".join(f'"{word}"' for word in tokens(question))
        return connection.execute(sql, (terms,)).fetchall()

    watch.ask(ask, asked)
    with watch.timed("add_s"), connection:
        connection.execute("INSERT INTO sentence VALUES ('one more')")
    connection.close()
    watch.figures["disk_mb"] = (folder / "fts5.sqlite3").stat().st_size / 2**20


ENGINES = {
    "Derek, disk": derek(IndexKind.DISK),
    "Derek, memory": derek(IndexKind.MEMORY),
    "rank_bm25": rank_bm25,
    "bm25s": bm25s,
    "tantivy, plain": tantivy_plain,
    "SQLite FTS5": fts5,
}

COLUMNS = {
    "build_s": "build s",
    "add_s": "add s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "cpu_ms": "CPU ms",
    "rss_mb": "RSS MB",
    "mapped_mb": "mapped MB",
    "disk_mb": "disk MB",
    "open_s": "open s",
    "start_s": "derek ask s",
}


def prepare(folder: Path, size: int) -> int:
    """Fill a store with a corpus of about so many sentences; return how many there are."""
    (folder / "derek").mkdir()
    count = 0
    with (
        Store(folder / "derek" / "articles.sqlite3") as store,
        (folder / "sentences.txt").open("w", encoding="utf-8") as lines,
    ):
        for article in articles(size):
            keep(store, article)
            for sentence in store.sentences(article.id):
                lines.write(" ".join(sentence.span.of(article.text).split()) + "\n")
                count += 1
    return count


def measured(folder: Path, name: str) -> dict[str, float]:
    """Return an engine's figures, measured in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.bench_index",
        "--engine",
        name,
        "--folder",
        str(folder),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def faults(size: int, table: dict[str, dict[str, float]]) -> Iterator[str]:
    """Yield what Derek missed."""
    own = table["Derek, disk"]
    for name, times in REQUIRED.get(size, {}).items():
        reached = table[name]["p50_ms"] / own["p50_ms"]
        if reached < times:
            yield f"only {reached:.1f} times faster than {name}, not {times:.0f}"
    if size >= _LARGE:
        taken = own | {"add_ms": 1_000 * own["add_s"], "start_ms": 1_000 * own["start_s"]}
        if (rate := own["sentences"] / own["build_s"]) < _RATE:
            yield f"only {rate:.0f} sentences built a second, not {_RATE}"
        yield from (
            f"{name} is {taken[name]:.1f}, over {most}"
            for name, most in ALLOWED.items()
            if taken[name] > most
        )


@click.command()
@click.argument("size", type=int, default=100_000)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here too.")
@click.option("--only", multiple=True, help="Only these engines.")
@click.option("--engine", hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
def main(
    size: int, json_file: Path | None, only: tuple[str, ...], engine: str | None, folder: Path | None
) -> None:
    """Print a table, a line an engine."""
    if engine and folder:
        watch = Stopwatch()
        ENGINES[engine](folder, watch, questions(_QUESTIONS))
        click.echo(json.dumps(watch.figures))
        return
    names = [name for name in ENGINES if not only or name in only]
    if size > 10 * SMALL and "Derek, memory" in names:
        names.remove("Derek, memory")
        click.echo(f"Derek's memory index is left out: it is for up to {SMALL} sentences")
    with tempfile.TemporaryDirectory(prefix="derek-bench-") as place:
        began = time.perf_counter()
        count = prepare(Path(place), size)
        click.echo(f"{count} sentences, stored in {time.perf_counter() - began:.0f} s")
        click.echo(f"{'':16}" + "".join(f"{title:>12}" for title in COLUMNS.values()))
        table: dict[str, dict[str, Any]] = {}
        for name in names:
            table[name] = measured(Path(place), name)
            cells = (f"{table[name][key]:.3g}" if key in table[name] else "–" for key in COLUMNS)
            click.echo(f"{name:16}" + "".join(f"{cell:>12}" for cell in cells))
            if "rest" in table[name]:
                split = {stage: table[name][stage] for stage in (*STAGES, "rest")}
                click.echo(f"{'':16}of its p50 ms: {shown(split, table[name]['p50_ms'])}")
    if json_file:
        json_file.write_text(json.dumps({"sentences": count, "engines": table}, indent=1) + "\n", "utf-8")
    if not only and (missed := list(faults(size, table))):
        raise SystemExit("Derek: " + "; ".join(missed))


if __name__ == "__main__":
    main()
