"""Measure all judged sets, print one table, and fail when a figure fell below its pinned floor.

DEREK_EVAL=FOLDER python -m tests.quality.gate [--lexical] [--update [--lower]] [--write]

With the bundled model, or by words alone; each has floors of its own. What is embedded is kept in a cache:
the first time it takes half an hour on two cores.

`floors.json` pins each set's figures with a digest of its data, so that other data cannot pass for a
better pipeline. --update pins what was reached; it lowers a floor only with --lower. The bundled model's
vectors differ a little from processor to processor: a floor is what the least of those tried reaches.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from bot.assembly import passing_index, remembering
from retrieval.evaluation.judged import read_judged_set
from retrieval.evaluation.measures import measure
from retrieval.evaluation.runs import run
from retrieval.semantic.embedders.bundled import BundledEmbedder
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.paths import judged_folder

FLOORS = Path(__file__).parent / "floors.json"
SHOWN = ("questions", "hit@1", "hit@3", "hit@10", "MRR@10", "nDCG@10", "MAP", "auroc", "ms_p50")
PINNED = ("hit@1", "hit@10", "MRR@10")

#: What a figure may fall without being worse: two questions of the smaller sets.
EPSILON = 0.005


def digest(folder: Path) -> str:
    """Return what tells a set's data from other data."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".jsonl", ".tsv"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def seeds(folder: Path, *, lexical: bool) -> str:
    """Return what the sample questions' own scorer prints last."""
    derek = str(Path(sys.executable).parent / "derek")
    with tempfile.TemporaryDirectory() as data:
        settings = Path(data) / "config.toml"
        settings.write_text(f'[semantic]\nkind = "{"none" if lexical else "bundled"}"\n', "utf-8")
        scorer = [sys.executable, str(folder / "score_seeds.py"), str(folder / "seed_questions.jsonl")]
        command = [*scorer, derek, "--config", str(settings), "--data", f"{data}/derek"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def tables(rows: Iterable[Mapping[str, Any]], scored: str) -> Iterator[Table]:
    """Yield a table with a row for each set, and one of what the sample questions' scorer prints."""
    yield Table.of(
        "The judged sets", ("set", *SHOWN), ([row["set"], *(row[name] for name in SHOWN)] for row in rows)
    )
    figures = (figure.partition("=") for figure in scored.split())
    yield Table.of(
        "The sample questions", ("measure", "figure"), ((name, float(value)) for name, _, value in figures)
    )


def fallen(name: str, figures: dict[str, Any], floors: dict[str, Any], data: str) -> list[str]:
    """Return what is wrong with a set's figures, measured by its floors."""
    pinned = floors.get(name)
    if pinned is None:
        return []
    if pinned["digest"] != data:
        return [f"{name}: other data than the floors were pinned on"]
    return [
        f"{name}: {measured} is {figures[measured]}, its floor {pinned[measured]}"
        for measured in PINNED
        if figures[measured] < pinned[measured] - EPSILON
    ]


@click.command()
@click.option("--lexical", is_flag=True, help="Compare words alone, and not meanings.")
@click.option("--update", is_flag=True, help="Pin what was reached.")
@click.option("--lower", is_flag=True, help="With --update: lower floors too.")
@writing
def main(lexical: bool, update: bool, lower: bool, write: bool) -> None:
    """Print the table, and exit with 1 if a figure fell."""
    folder = judged_folder()
    begun = begin("quality-lexical" if lexical else "quality")
    pinned = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    floors = pinned.setdefault("words" if lexical else "meaning", {})
    embedder = None if lexical else remembering(BundledEmbedder(threads=os.cpu_count() or 1), tokens=True)
    faults: list[str] = []
    measured: set[str] = set()
    rows = []
    for path in sorted((folder / "sets").iterdir()):
        click.echo(f"{path.name} …", err=True)
        judged = read_judged_set(path)
        with passing_index() as index:
            figures = measure(judged, run(index, judged, embedder))
        rows.append(figures)
        measured.add(path.name)
        data = digest(path)
        faults += (found := fallen(path.name, figures, floors, data))
        if update and (lower or not found):
            kept = {} if lower else floors.get(path.name, {})
            reached = {name: max(figures[name], kept.get(name, 0.0)) for name in PINNED}
            floors[path.name] = {"digest": data, **reached}
    if embedder:
        embedder.close()
    faults += [f"{name}: pinned, but not there any more" for name in floors if name not in measured]
    publish(begun, tables(rows, seeds(folder, lexical=lexical)), write=write)
    if update:
        FLOORS.write_text(json.dumps(pinned, indent=1, sort_keys=True) + "\n", "utf-8")
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(bool(faults) and not (update and lower))


if __name__ == "__main__":
    main()
