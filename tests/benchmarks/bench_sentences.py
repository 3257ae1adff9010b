"""Print how fast texts are split, in MB of UTF-8 a second, over each of the judged corpora.

DEREK_EVAL=FOLDER python -m tests.benchmarks.bench_sentences [--write] [--beside]

With --beside, how well and how fast sentencex splits them stands beside it; it comes with `make bench`.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from retrieval.analysis.boundaries import split
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table
from tests.support.paths import judged_folder

CORPORA = ("hard_en", "hard_ru", "hard_kk", "en_gum_news", "ru_factru_news", "kk_ktb_news")
ROUNDS = 7

#: Where the sentences of a text in a language end.
Splitter = Callable[[str, str], list[int]]


def derek(text: str, language: str) -> list[int]:
    """Return where Derek's units end."""
    return [unit.end for unit in split(text, language)]


def sentencex(text: str, language: str) -> list[int]:
    """Return where sentencex's sentences end, without the white space that it counts to them."""
    from sentencex import get_sentence_boundaries  # noqa: PLC0415  only where it stands beside Derek

    found = get_sentence_boundaries(language, text)
    return [sentence["start_index"] + len(sentence["text"].rstrip()) for sentence in found]


def speed(splitter: Splitter, texts: Sequence[str], language: str) -> float:
    """Return the best of several rounds: whatever else the machine does only ever slows one down."""

    def seconds() -> float:
        began = time.perf_counter()
        for text in texts:
            splitter(text, language)
        return time.perf_counter() - began

    return sum(len(text.encode()) for text in texts) / 1e6 / min(seconds() for _ in range(ROUNDS))


def f1(splitter: Splitter, rows: Sequence[dict[str, Any]]) -> float:
    """Return F1 over the sentence ends inside each text, its last end left out."""
    predicted = expected = agreed = 0
    for row in rows:
        ends = set(splitter(row["text"], row["lang"])[:-1])
        gold = {end for _, end in row["spans"][:-1]}
        predicted, expected, agreed = predicted + len(ends), expected + len(gold), agreed + len(ends & gold)
    return 2 * agreed / (predicted + expected)


def judged(folder: Path, corpus: str) -> tuple[list[dict[str, Any]], list[str], str]:
    """Return the rows of a corpus, their texts, and their language."""
    lines = (folder / "gold" / f"{corpus}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return rows, [row["text"] for row in rows], rows[0]["lang"]


def measure(folder: Path) -> Iterator[Table]:
    """Yield a table with a row for each corpus: text by text, and all of it as one text."""
    figures = []
    for corpus in CORPORA:
        _, texts, language = judged(folder, corpus)
        by_text, whole = speed(derek, texts, language), speed(derek, ["\n".join(texts)], language)
        figures.append((corpus, round(by_text, 1), round(whole, 1)))
    yield Table.of("MB of UTF-8 split a second", ("corpus", "by text", "whole"), figures)


def compare(folder: Path) -> Iterator[Table]:
    """Yield a table with a row for each corpus: F1 and speed of Derek and of sentencex."""
    figures: list[tuple[str | float, ...]] = []
    for corpus in CORPORA:
        rows, texts, language = judged(folder, corpus)
        cells = [
            round(figure, digits)
            for splitter in (derek, sentencex)
            for figure, digits in ((f1(splitter, rows), 3), (speed(splitter, texts, language), 1))
        ]
        figures.append((corpus, *cells))
    columns = ("corpus", "F1", "MB/s", "F1 of sentencex", "MB/s of sentencex")
    yield Table.of("Sentence ends, beside sentencex", columns, figures)


@click.command()
@writing
@click.option("--beside", is_flag=True, help="Beside sentencex; nothing of it is kept.")
def main(write: bool, beside: bool) -> None:
    """Print how fast texts are split."""
    publish(begin("sentences"), measure(judged_folder()), write=write)
    if beside:
        publish(begin("sentences"), compare(judged_folder()), write=False)


if __name__ == "__main__":
    main()
