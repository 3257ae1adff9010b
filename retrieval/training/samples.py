"""Embed the sample articles, and write the vectors as data beside them.

python -m retrieval.training.samples
"""

from importlib.resources import as_file, files

import click

from retrieval.changes import Change
from retrieval.ingest.samples import sample_documents
from retrieval.semantic.embedders.known import KnownVectors
from retrieval.semantic.word_vectors import words_to_embed
from retrieval.training.inputs import cached_embedder


def texts_of_samples() -> list[str]:
    """Return what is embedded of the sample articles: their sentences, and the words of these."""
    said = [
        sentence.said(document.article.text)
        for document in sample_documents()
        for sentence in Change(document.article.id, document.article, document.units).answering
    ]
    return [*said, *words_to_embed(said)]


@click.command()
def main() -> None:
    """Embed and write them."""
    texts = texts_of_samples()
    embedder = cached_embedder()
    try:
        with as_file(files("seeds") / "vectors.npz") as path:
            KnownVectors.write(path, embedder, texts)
            click.echo(f"{path.name}: {len(texts)} texts, {path.stat().st_size} bytes")
    finally:
        embedder.close()


if __name__ == "__main__":
    main()
