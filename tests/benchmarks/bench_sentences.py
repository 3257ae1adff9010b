"""Print how fast texts are split, in MB of UTF-8 a second, over each of the judged corpora.

DEREK_EVAL=FOLDER python tests/benchmarks/bench_sentences.py
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from retrieval.analysis.boundaries import split

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


def main() -> None:
    """Print one line for each corpus: text by text, and all of it as one text."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    for corpus in CORPORA:
        lines = (Path(folder) / "gold" / f"{corpus}.jsonl").read_text("utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
        language = json.loads(lines[0])["lang"]
        by_text, whole = speed(texts, language), speed(["\n".join(texts)], language)
        sys.stdout.write(f"{corpus:16}{by_text:6.1f} MB/s by text{whole:6.1f} MB/s whole\n")


if __name__ == "__main__":
    main()
