"""Find what the sentences and the questions of each language have in common; write it as data.

DEREK_EVAL=FOLDER python -m tests.quality.middles

Of sets with an open licence only. The sentences are translations of each other, so that what differs is the
language and not what they are about.
"""

import json
import os
from pathlib import Path

import click
import numpy as np

from bot.assembly import remembering
from retrieval.articles import normalise
from retrieval.bundled import BundledEmbedder
from retrieval.embeddings import Embedder
from retrieval.evaluation import read_judged_set

MIDDLES = Path(__file__).parents[2] / "retrieval" / "middles.json"

#: The set whose sentences, and the sets whose questions, a language is known by.
KNOWN_BY = {
    "en": ("flores-ru2en", ("xdev-en", "selqa-dev")),
    "ru": ("flores-en2ru", ("xdev-ru",)),
    "kk": ("flores-en2kk", ("kazdev",)),
}

_DECIMALS = 4


def found(folder: Path, embedder: Embedder) -> dict[str, dict[str, list[float]]]:
    """Return the mean of the sentences' vectors and that of the questions', by language."""

    def mean(rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[float]:
        return [round(float(one), _DECIMALS) for one in rows.mean(axis=0, dtype=np.float64)]

    middles = {}
    for language, (sentences, sets) in KNOWN_BY.items():
        texts = [row["text"] for row in read_judged_set(folder / sentences).sentences]
        questions = [text for name in sets for text in read_judged_set(folder / name).questions.values()]
        middles[language] = {
            "sentences": mean(embedder.embed_passages([normalise(text) for text in texts])),
            "questions": mean(embedder.embed_queries([normalise(text) for text in questions])),
        }
    return middles


@click.command()
def main() -> None:
    """Write the middles of the bundled model."""
    place = os.environ.get("DEREK_EVAL")
    if not place:
        raise click.ClickException("DEREK_EVAL does not name the folder with the judged data")
    embedder = remembering(BundledEmbedder(threads=os.cpu_count() or 1))
    try:
        table = {embedder.name: found(Path(place) / "sets", embedder)}
    finally:
        embedder.close()
    MIDDLES.write_text(json.dumps(table) + "\n", "utf-8")
    click.echo(f"{MIDDLES.name}: {', '.join(KNOWN_BY)}")


if __name__ == "__main__":
    main()
