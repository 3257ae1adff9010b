"""Print what vectors cost: to search, to tell features of, to keep and to read, by the number of sentences.

OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_vectors [SENTENCES ...] [--write]

384 dimensions, articles of 20 sentences in three languages. Beside a search stands what one product with the
same vectors as floats takes, which are four times as large, and how many in a hundred of the 50 nearest of a
language are found.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

from retrieval.articles import digest
from retrieval.semantic.language_vectors import ArticleVectors
from retrieval.semantic.neighbours import VectorIndex
from retrieval.semantic.quantisation import Floats32, QuantisedVectors
from retrieval.semantic.vector_store import VectorStore
from tests.benchmarks.measurements import begin, publish, writing
from tests.benchmarks.tables import Table

DIMENSIONS, SENTENCES, LANGUAGES = 384, 20, ("en", "ru", "kk")
SIZES = (14_000, 100_000, 300_000, 1_000_000)


def articles(count: int, chance: np.random.Generator) -> Iterator[ArticleVectors]:
    """Yield articles whose sentences have topics, and something in common."""
    topics = chance.standard_normal((500, DIMENSIONS)) + 1.5 * chance.standard_normal(DIMENSIONS)
    for number in range(count // SENTENCES):
        rows = topics[chance.integers(0, len(topics), SENTENCES)]
        rows = rows + 0.7 * chance.standard_normal(rows.shape)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        language = LANGUAGES[number % len(LANGUAGES)]
        yield ArticleVectors(
            f"{number:06}", language, range(SENTENCES), QuantisedVectors.of(rows.astype(np.float32))
        )


def median(work: Callable[[], object], times: int = 21) -> float:
    """Return the milliseconds that something takes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1_000 * (time.perf_counter() - began))
    return float(np.median(taken))


def product(corpus: Sequence[ArticleVectors], asked: Floats32) -> float:
    """Return what one product with all rows as floats takes."""
    floats = np.concatenate([one.rows.floats() for one in corpus])
    return median(lambda: floats @ asked)


def recall(vector_index: VectorIndex, corpus: Sequence[ArticleVectors]) -> float:
    """Return how many in a hundred of the 50 nearest of a language a search finds, over 40 questions."""
    own = [one for one in corpus if one.language == "ru"]
    places = [(one.article_id, number) for one in own for number in one.numbers]
    now = vector_index.snapshot
    right = 0
    for asked in (one.rows.floats()[5] for one in own[:: max(1, len(own) // 40)][:40]):
        cosines = [one.sentence if one else -1 for one in now.sentences(asked, "ru", places)]
        best = {places[at] for at in np.argsort(cosines)[-50:]}
        near = now.search(asked, "ru", 50)["ru"]
        right += len(best & {(one.article_id, one.number) for one in near})
    return 100 * right / (40 * 50)


def searching(size: int) -> dict[str, float]:
    """Return what it costs to search, to tell features of 150 sentences and to take in an article."""
    vector_index = VectorIndex(DIMENSIONS)
    corpus = list(articles(size, np.random.default_rng(1)))
    vector_index.update(corpus)
    asked: Floats32 = corpus[7].rows.floats()[3]
    half = {one.article_id for one in corpus[::2]}
    now = vector_index.snapshot
    figures = {"product of floats": product(corpus, asked)}
    figures["first search"] = median(lambda: now.search(asked, "ru", 50), 1)
    figures["search"] = median(lambda: now.search(asked, "ru", 50))
    figures["half admitted"] = median(lambda: now.search(asked, "ru", 50, half.__contains__))
    places = [(one.article_id, one.number) for near in now.search(asked, "ru", 50).values() for one in near]
    figures["features"] = median(lambda: now.sentences(asked, "ru", places))
    figures["an article"] = median(lambda: vector_index.update([corpus[5]]))
    figures["of the nearest, %"] = recall(vector_index, corpus)
    return figures


def keeping(size: int, folder: Path) -> dict[str, float]:
    """Return what it costs to add 64 rows, and to read 1,000, 20 at a time."""
    rows = np.concatenate([one.rows.floats() for one in articles(20_000, np.random.default_rng(1))])
    digests = [digest(str(number)) for number in range(size)]
    with VectorStore(folder, "bench", DIMENSIONS) as vectors:
        for at in range(0, size, len(rows)):
            vectors.add(digests[at : at + len(rows)], rows[: size - at])
        figures = {"add 64": median(lambda: vectors.add(digests[:64], rows[:64]))}
        figures["read 50 x 20"] = median(
            lambda: [vectors.quantised(digests[at : at + 20]) for at in range(0, 1_000, 20)]
        )
        figures["read all"] = median(lambda: vectors.quantised(digests), 3)
        figures["drop half"] = median(lambda: vectors.keep(digests[::2]), 1)
    return figures


def measure(sizes: Sequence[int]) -> Iterator[Table]:
    """Yield a table with a row for each size."""
    rows = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            figures = searching(size) | keeping(size, Path(folder))
        rows.append({"sentences": size} | {name: round(figure, 1) for name, figure in figures.items()})
    yield Table.of("What vectors cost, in ms but for the share", rows[0], (row.values() for row in rows))


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@writing
def main(sizes: tuple[int, ...], write: bool) -> None:
    """Print what vectors cost at each size."""
    publish(begin("vectors", " ".join(map(str, sizes))), measure(sizes or SIZES), write=write)


if __name__ == "__main__":
    main()
