"""Compute the centroids of each language's sentences, questions and words, and the idf of its function words.

DEREK_EVAL=FOLDER python -m retrieval.training.centroids

Of sets with an open licence only. The sentences are translations of each other, so that what differs is the
language and not what they are about.
"""

import json
import math
from pathlib import Path

import click
import numpy as np

from retrieval.analysis.words import function_words, words
from retrieval.articles import normalise
from retrieval.evaluation.judged import JudgedSet, read_judged_set
from retrieval.semantic.embedder import Embedder
from retrieval.semantic.word_vectors import words_to_embed
from retrieval.training.inputs import cached_embedder, judged_sets

_RETRIEVAL = Path(__file__).parents[1]

CENTROIDS, LANGUAGES = _RETRIEVAL / "semantic" / "centroids.json", _RETRIEVAL / "languages"

#: The beginning of a file of idfs.
IDF_HEADER = """\
# How rare each function word is among sentences of the news: ln(1 + sentences / (1 + sentences with it)).
# Counted in the FLORES set by retrieval/training/centroids.
"""

#: For each language the set whose sentences, and the sets whose questions, its centroids are means of.
KNOWN_BY = {
    "en": ("flores-ru2en", ("xdev-en", "selqa-dev")),
    "ru": ("flores-en2ru", ("xdev-ru",)),
    "kk": ("flores-en2kk", ("kazdev",)),
}

#: How many decimals of a coordinate are kept. Chosen by eye.
_DECIMALS = 4


def trained_centroids(folder: Path, embedder: Embedder) -> dict[str, dict[str, list[float]]]:
    """Return by language the mean vectors of its sentences, its questions and its sentences' words."""

    def mean(rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[float]:
        return [round(float(coordinate), _DECIMALS) for coordinate in rows.mean(axis=0, dtype=np.float64)]

    centroids = {}
    for language, (sentences, sets) in KNOWN_BY.items():
        texts = [normalise(row["text"]) for row in read_judged_set(folder / sentences).sentences]
        questions = [text for name in sets for text in read_judged_set(folder / name).questions.values()]
        centroids[language] = {
            "sentences": mean(embedder.embed_passages(texts)),
            "questions": mean(embedder.embed_queries([normalise(text) for text in questions])),
            "words": mean(embedder.embed_passages(words_to_embed(texts))),
        }
    return centroids


def function_word_idf(judged: JudgedSet, language: str) -> dict[str, float]:
    """Return the idf of each function word among the sentences of a set, the commonest first."""
    sentences = [set(words(normalise(row["text"]))) for row in judged.sentences]
    frequency = {word: sum(word in sentence for sentence in sentences) for word in function_words(language)}
    ordered = sorted(frequency, key=lambda word: (-frequency[word], word))
    return {word: round(math.log(1 + len(sentences) / (1 + frequency[word])), 2) for word in ordered}


@click.command()
def main() -> None:
    """Write the centroids of the bundled model, and the idf of function words."""
    sets = judged_sets()
    embedder = cached_embedder()
    try:
        table = {embedder.name: trained_centroids(sets, embedder)}
    finally:
        embedder.close()
    CENTROIDS.write_text(json.dumps(table) + "\n", "utf-8")
    for language, (sentences, _) in KNOWN_BY.items():
        idf = function_word_idf(read_judged_set(sets / sentences), language)
        lines = [IDF_HEADER, "[function]", *(f'"{word}" = {value}' for word, value in idf.items())]
        (LANGUAGES / language / "idfs.toml").write_text("\n".join(lines) + "\n", "utf-8")
    click.echo(f"{CENTROIDS.name}, idfs.toml: {', '.join(KNOWN_BY)}")


if __name__ == "__main__":
    main()
