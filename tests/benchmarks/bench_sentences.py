"""Print how fast texts are split, in MB of UTF-8 a second, over each of the judged corpora.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_sentences [--write]
"""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from retrieval.analysis.boundaries import split
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.paths import judged_folder

CORPORA = ("hard_en", "hard_ru", "hard_kk", "en_gum_news", "ru_factru_news", "kk_ktb_news")
ROUNDS = 7


def speed(texts: Sequence[str], language: str) -> float:
    """Return the best of several rounds: whatever else the machine does only ever slows one down."""

    def seconds() -> float:
        began = time.perf_counter()
        for text in texts:
            split(text, language)
        return time.perf_counter() - began

    return sum(len(text.encode()) for text in texts) / 1e6 / min(seconds() for _ in range(ROUNDS))


def measure(folder: Path) -> Iterator[Table]:
    """Yield a table with a row for each corpus: text by text, and all of it as one text."""
    rows = []
    for corpus in CORPORA:
        lines = (folder / "gold" / f"{corpus}.jsonl").read_text("utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
        language = json.loads(lines[0])["lang"]
        by_text, whole = speed(texts, language), speed(["\n".join(texts)], language)
        rows.append((corpus, round(by_text, 1), round(whole, 1)))
    yield Table.of("MB of UTF-8 split a second", ("corpus", "by text", "whole"), rows)


@click.command()
@writing
def main(write: bool) -> None:
    """Print how fast texts are split."""
    publish(begin("sentences"), measure(judged_folder()), write=write)


if __name__ == "__main__":
    main()
