"""Print how well confidence tells questions that the articles answer from those that they don't.

DEREK_EVAL=FOLDER python tests/benchmarks/bench_refusal.py

Half of a set's articles are taken away, by the digest of their names, so that some of its questions lose
their answers. Beside the AUROC of the confidence and of the bare BM25 score stand the shares of
answerable questions refused, and of unanswerable ones, at thresholds around the default.
"""

import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.articles import Article, Sentence, SentenceKind, Span, normalise
from retrieval.index import Query
from retrieval.memory import MemoryIndex

SETS = ("xdev-en", "xdev-ru", "kazdev", "selqa-dev", "wikiqa-dev")
THRESHOLDS = (0.15, 0.18, 0.2, 0.22, 0.25, 0.3)


def rows(path: Path) -> Iterable[dict[str, Any]]:
    """Yield the objects of a file that holds one a line."""
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


def is_kept(document: str) -> bool:
    """Whether an article is among the half that stays."""
    return hashlib.sha256(document.encode()).digest()[0] < 128


def indexed(folder: Path) -> MemoryIndex:
    """Return an index of those articles of a set that stay, its sentences taken as they are."""
    documents: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(folder / "sentences.jsonl"):
        documents[row["doc"]].append(row)
    index = MemoryIndex()
    for name, units in documents.items():
        texts = [normalise(unit["text"]) for unit in units]
        if not is_kept(name) or not "".join(texts).strip():
            continue
        article = Article(key=name, text="\n".join(texts), language=units[0]["lang"])
        spans, start = [], 0
        for text in texts:
            spans.append(Span(start, start + len(text)))
            start += len(text) + 1
        index.add(
            article, [Sentence(article.id, n, span, SentenceKind.SENTENCE) for n, span in enumerate(spans)]
        )
    return index


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return how often a positive lies above a negative, ties counted half."""
    above = np.subtract.outer(np.array(positive), np.array(negative))
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def measure(folder: Path) -> str:
    """Return one line of figures for a set."""
    document = {row["id"]: row["doc"] for row in rows(folder / "sentences.jsonl")}
    answers = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        question, sentence, _ = line.split("\t")
        answers[question].add(document[sentence])
    index = indexed(folder)
    confidence: dict[bool, list[float]] = {True: [], False: []}
    score: dict[bool, list[float]] = {True: [], False: []}
    for row in rows(folder / "questions.jsonl"):
        best = next(iter(index.search(Query(row["text"], 1))), None)
        answerable = any(is_kept(name) for name in answers[row["id"]])
        confidence[answerable].append(best.score / best.ceiling if best else 0.0)
        score[answerable].append(best.score if best else 0.0)
    refused = "  ".join(
        f"{threshold}: {np.mean(np.array(confidence[True]) < threshold):.3f}/"
        f"{np.mean(np.array(confidence[False]) < threshold):.3f}"
        for threshold in THRESHOLDS
    )
    areas = f"{auroc(confidence[True], confidence[False]):.3f} {auroc(score[True], score[False]):.3f}"
    return f"{folder.name:12}{len(confidence[True]):5}{len(confidence[False]):5}  {areas}  {refused}"


def main() -> None:
    """Print one line for each set."""
    folder = os.environ.get("DEREK_EVAL")
    if not folder:
        sys.exit("DEREK_EVAL does not name the folder with the judged data")
    sys.stdout.write(
        "set        answerable/not  AUROC: confidence, score  threshold: refused, answerable/not\n"
    )
    for name in SETS:
        sys.stdout.write(measure(Path(folder) / "sets" / name) + "\n")


if __name__ == "__main__":
    main()
